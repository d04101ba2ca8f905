package worker

import (
	"maps"
	"slices"

	"github.com/jansetu/jansetu/activities/application"
	"github.com/jansetu/jansetu/activities/bill"
	"github.com/jansetu/jansetu/activities/booking"
	"github.com/jansetu/jansetu/activities/choices"
	"github.com/jansetu/jansetu/activities/grievance"
	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/activities/record"
	"github.com/jansetu/jansetu/connectors"
)

// capabilities are the activities for what a portal's connector can do.
func (w *Worker) capabilities(connector any) []any {
	var activities []any
	if applications, ok := connector.(connectors.Applications); ok {
		activities = append(activities, application.New(application.Config{
			Connector: applications, Services: w.config.Catalog, Shelf: paper.NewShelf(w.config.Store), Documents: w.config.Store, Now: w.config.Now,
		}))
	}
	if bills, ok := connector.(connectors.BillConnector); ok {
		activities = append(activities, bill.New(bills, w.config.Catalog, w.config.Now))
	}
	if money.Comparable(connector) {
		activities = append(activities, money.NewDepartment(money.DepartmentConfig{
			Store: w.config.Store, Connector: connector, Services: w.config.Catalog, Now: w.config.Now,
		}))
	}
	if bookings, ok := connector.(connectors.Bookings); ok {
		activities = append(activities, booking.New(booking.Config{
			Connector: bookings, Services: w.config.Catalog, Documents: w.config.Store, Now: w.config.Now,
		}))
	}
	chooser, chooses := connector.(connectors.Chooser)
	if localities, ok := connector.(connectors.Localities); ok && !chooses {
		chooser, chooses = choices.OfLocalities(localities), true
	}
	if chooses {
		activities = append(activities, choices.New(chooser, w.config.Catalog, w.config.Now))
	}
	if grievances, ok := connector.(connectors.Grievances); ok {
		activities = append(activities, grievance.New(grievance.Config{
			Connector: grievances, Services: w.config.Catalog, Shelf: paper.NewShelf(w.config.Store), Documents: w.config.Store, Now: w.config.Now,
		}))
	}
	if records, ok := connector.(connectors.Records); ok {
		activities = append(activities, record.New(record.Config{
			Connector: records, Services: w.config.Catalog, Documents: w.config.Store, Layout: w.extract.LayOut, Now: w.config.Now,
		}))
	}
	return activities
}

// departments are the portals that can be asked what became of money, by name.
func (w *Worker) departments() []string {
	var names []string
	for _, name := range slices.Sorted(maps.Keys(w.config.Portals)) {
		if money.Comparable(w.config.Portals[name]) {
			names = append(names, name)
		}
	}
	return names
}
