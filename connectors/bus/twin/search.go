package twin

import (
	_ "embed"
	"html/template"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

//go:embed services.gohtml
var servicesText string

var servicesPage = template.Must(template.New("services").Parse(servicesText))

type shownService struct {
	Service

	FromName, ToName, Starts, Ends, Price, Vehicle string
	Free                                           int
	Boarding, Dropping                             []shownPoint
}

type shownPoint struct{ ID, Name, At string }

func (t *Twin) search(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	query := r.URL.Query()
	shown := map[string]any{"Renamed": t.on(twin.RenamedIDs), "Moved": t.on(twin.MovedColumns)}
	date, err := time.ParseInLocation(dateLayout, query.Get("txtJourneyDate"), indianTime)
	switch {
	case err != nil || date.Before(t.today()) || date.After(t.today().AddDate(0, 0, 60)):
		shown["Field"], shown["Error"] = "txtJourneyDate", "Booking is open for the next 60 days only."
	case places()[query.Get("startPlaceId")] == "":
		shown["Field"], shown["Error"] = "startPlaceId", "Please select the place of departure."
	case places()[query.Get("endPlaceId")] == "":
		shown["Field"], shown["Error"] = "endPlaceId", "Please select the destination."
	}
	var list []shownService
	if shown["Error"] == nil {
		list = t.between(query.Get("startPlaceId"), query.Get("endPlaceId"), date)
	}
	shown["Count"] = len(list)
	if len(list) > 0 && t.on(twin.DuplicateRows) {
		list = append(list[:1:1], list...)
	}
	shown["Services"] = list
	w.Header().Set("Content-Type", "text/html; charset=ISO-8859-1")
	_ = servicesPage.Execute(w, shown)
}

// places lists every place that is served, by name, as the form's completion reads it.
func (*Twin) places(w http.ResponseWriter, _ *http.Request) {
	type place struct {
		ID   string `json:"id"`
		Name string `json:"value"`
	}
	list := make([]place, 0, len(places()))
	for id, name := range places() {
		list = append(list, place{id, name})
	}
	slices.SortFunc(list, func(a, b place) int { return strings.Compare(a.Name, b.Name) })
	writeJSON(w, list)
}

func (t *Twin) on(kind twin.Kind) bool {
	_, on := t.Faults.Take(Search, kind)
	return on
}

func (t *Twin) today() time.Time {
	now := t.config.Clock().In(indianTime)
	return time.Date(now.Year(), now.Month(), now.Day(), 0, 0, 0, 0, indianTime)
}

// between lists what has not left yet, by departure.
func (t *Twin) between(from, to string, date time.Time) []shownService {
	var list []shownService
	for _, service := range Services() {
		departs := service.departure(date)
		if service.From != from || service.To != to || !departs.After(t.config.Clock()) {
			continue
		}
		one := shownService{
			Service: service, FromName: places()[from], ToName: places()[to], Price: rupees(service.Fare),
			Starts: clockOn(date, departs), Ends: clockOn(date, service.arrival(date)),
			Free:     len(service.seats(date)) - len(t.taken(service, date)),
			Boarding: shownPoints(from, date, departs), Dropping: shownPoints(to, date, service.arrival(date)),
		}
		if departs.Sub(t.config.Clock()) < 12*time.Hour {
			vehicle := service.vehicle(date)
			one.Vehicle = vehicle[:4] + " " + vehicle[4:6] + " " + vehicle[6:]
		}
		list = append(list, one)
	}
	slices.SortFunc(list, func(a, b shownService) int { return int(a.Departs - b.Departs) })
	return list
}

func shownPoints(place string, date, at time.Time) []shownPoint {
	known := points(place)
	list := make([]shownPoint, 0, len(known))
	for _, one := range known {
		list = append(list, shownPoint{one.ID, one.Name, clockOn(date, at.Add(time.Duration(one.minutes)*time.Minute))})
	}
	return list
}

// clockOn writes a time of day, with the days after the journey's.
func clockOn(date, at time.Time) string {
	text := at.In(indianTime).Format("15:04")
	if days := int(at.Sub(date) / (24 * time.Hour)); days > 0 {
		text += " (+" + strconv.Itoa(days) + ")"
	}
	return text
}

// locate is the tracking service: where the vehicle of a service under way is.
func (t *Twin) locate(w http.ResponseWriter, r *http.Request) {
	now := t.config.Clock()
	for _, service := range Services() {
		for _, date := range []time.Time{t.today().AddDate(0, 0, -1), t.today()} {
			departs, arrives := service.departure(date), service.arrival(date)
			if service.vehicle(date) != r.URL.Query().Get("vehicleNumber") || now.Before(departs) || now.After(arrives) {
				continue
			}
			share := float64(now.Sub(departs)) / float64(service.Lasts)
			writeJSON(w, map[string]any{
				"found": true, "vehicleNumber": service.vehicle(date), "lastUpdated": now.Add(-40 * time.Second).UnixMilli(),
				"latitude":  strconv.FormatFloat(16.5+share, 'f', 5, 64),
				"longitude": strconv.FormatFloat(80.6-2*share, 'f', 5, 64),
				"lastStop":  places()[service.From] + " BYPASS", "nextStop": places()[service.To], "nextStopEta": arrives.UnixMilli(),
			})
			return
		}
	}
	writeJSON(w, map[string]any{"found": false})
}
