package twins

import (
	"cmp"
	"maps"
	"slices"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/municipal"
	municipaltwin "github.com/jansetu/jansetu/connectors/municipal/twin"
)

func newMunicipal(p Portal) (Twin, error) {
	config := municipaltwin.Config{
		Username: p.Credentials["username"], Password: p.Credentials["password"],
		Lag: p.pace(searchLag), Progress: p.pace(officePace), DataDir: p.DataDir, Logger: p.Log,
		Towns: map[string][]string{}, Books: townBooks(p),
	}
	if state := p.Settings[municipal.SettingTenant]; state != "" {
		config.Towns[state] = nil
	}
	for _, service := range p.Services {
		addTowns(config.Towns, service)
		config.Types = append(config.Types, complaintTypes(service)...)
	}
	return municipaltwin.New(config)
}

// The names of localities that every town has, beside that of the form's example.
var usualLocalities = []string{"Main Bazaar", "Station Road", "Old Town"}

// addTowns gives every town that a form offers the locality of the form's example, so that it is known wherever the citizen lives.
func addTowns(towns map[string][]string, service *catalog.Service) {
	if service.Grievance == nil {
		return
	}
	var locality string
	for _, field := range service.Form {
		if field.PortalField == municipal.FieldLocality {
			locality = field.Example
		}
	}
	for _, field := range service.Form {
		if field.ID != service.Grievance.TenantField {
			continue
		}
		for _, choice := range field.Choices {
			names := usualLocalities
			if locality != "" {
				names = append([]string{locality}, names...)
			}
			towns[choice.ID] = append(towns[choice.ID], names...)
		}
	}
}

// usualLimit is what a town has for a complaint that the catalog gives no time for.
const usualLimit = 336 * time.Hour

// complaintTypes are those that the service names, with their times.
func complaintTypes(service *catalog.Service) []municipaltwin.Type {
	terms := service.Grievance
	if terms == nil {
		return nil
	}
	made := make([]municipaltwin.Type, 0, len(terms.Categories))
	for _, code := range slices.Sorted(maps.Keys(terms.Categories)) {
		hours := cmp.Or(terms.Limits[code].Exact, usualLimit).Hours()
		made = append(made, municipaltwin.Type{Code: code, Name: terms.Categories[code].In(english), Hours: hours})
	}
	return made
}

// townBooks has an account of each service whose bill is paid: that of the form's example, in the town of the example.
func townBooks(p Portal) []municipaltwin.Book {
	var books []municipaltwin.Book
	for _, service := range p.Services {
		if service.Kind != catalog.KindBill {
			continue
		}
		book := municipaltwin.Book{Town: p.Settings[municipal.SettingTenant], Service: service.Portal.Service}
		for _, field := range service.Form {
			switch field.PortalField {
			case connectors.FieldAccount:
				book.Account = field.Example
			case municipal.FieldTenant, connectors.FieldTenant:
				book.Town = exampleOf(field)
			}
		}
		if book.Account != "" {
			books = append(books, book)
		}
	}
	return books
}

// exampleOf is the answer that a form shows as its example, of a list without one its first choice.
func exampleOf(field catalog.Field) string {
	if field.Example == "" && len(field.Choices) > 0 {
		return field.Choices[0].ID
	}
	value, problem := field.Check(field.Example)
	if problem != nil {
		return ""
	}
	return cmp.Or(value, field.Example)
}
