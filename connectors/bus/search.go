package bus

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// Search implements connectors.Bookings: the services between two places on a
// day. Trip.Vehicle is known from a few hours before the departure on.
func (c *Connector) Search(ctx context.Context, query connectors.TripQuery) ([]connectors.Trip, error) {
	var trips []connectors.Trip
	_, err := c.client.Do(ctx, portal.Request{
		Operation: operationSearch, Method: http.MethodGet, Path: "forward/booking/avail/services.do",
		Query: url.Values{
			"txtJourneyDate": {day(query.Date)}, "startPlaceId": {query.From}, "endPlaceId": {query.To}, "ajaxAction": {"fw"},
		},
		Check: func(response *portal.Response) (err error) {
			trips, err = readTrips(response, query)
			return err
		},
	})
	if err != nil {
		return nil, fmt.Errorf("search trips: %w", err)
	}
	return trips, nil
}

func day(date time.Time) string { return date.In(connectors.IndianTime).Format(dateLayout) }

// readTrips reads the piece of a page. It ends with the number of services, so
// that half of it cannot be taken for all.
func readTrips(response *portal.Response, query connectors.TripQuery) ([]connectors.Trip, error) {
	if err := (webform.Reader{Markers: markers()}).Judge(response); err != nil {
		return nil, err
	}
	page, err := webform.Parse(response)
	if err != nil {
		return nil, markers().Unexpected(response, "blocks of services")
	}
	count, err := strconv.Atoi(page.Document.Find("input#totalServices").AttrOr("value", ""))
	if err != nil {
		return nil, markers().Unexpected(response, "the number of services")
	}
	if wrong := page.Text("#searchError"); wrong != "" {
		return nil, &connectors.InputRejectedError{Field: page.Document.Find("#searchError").AttrOr("data-field", ""), Reason: wrong}
	}
	trips := []connectors.Trip{}
	seen := map[string]bool{}
	for _, each := range page.Document.Find(".rSetForward").EachIter() {
		read := readBlock(each)
		trip := read.trip(query)
		if read.wrong != "" {
			return nil, page.Changed(read.wrong)
		}
		if !seen[trip.ID] {
			trips = append(trips, trip)
		}
		seen[trip.ID] = true
	}
	if len(trips) != count {
		return nil, page.Changed("as many blocks as there are services")
	}
	return trips, nil
}

// block is one service of a search, and the first thing in it that is not as
// expected. Its elements are found by their class, wherever they stand.
type block struct {
	id      string
	byClass map[string]*goquery.Selection
	wrong   string
}

// readBlock goes through a block once: days before festivals have hundreds.
func readBlock(each *goquery.Selection) *block {
	read := &block{id: each.AttrOr("data-service-id", ""), byClass: map[string]*goquery.Selection{}}
	if read.id == "" {
		read.fail("a service with its id")
	}
	for _, child := range each.Children().EachIter() {
		class := child.AttrOr("class", "")
		if _, taken := read.byClass[class]; !taken && class != "" {
			read.byClass[class] = child
		}
	}
	return read
}

func (b *block) trip(query connectors.TripQuery) connectors.Trip {
	trip := connectors.Trip{
		ID: b.id, Number: b.text("srvceNO"), Kind: b.text("srvceType"),
		Operator: b.optional("depot"), Vehicle: strings.ReplaceAll(b.optional("vehNo"), " ", ""),
		Departs: b.clock(query.Date, "StrtTm"), Arrives: b.clock(query.Date, "ArvTm"),
		Fare: b.paise("TotPrice"), Available: b.count("availCs"),
	}
	trip.From = connectors.Stop{ID: query.From, Name: b.text("frmPlace"), At: trip.Departs}
	trip.To = connectors.Stop{ID: query.To, Name: b.text("toPlace"), At: trip.Arrives}
	trip.Boarding, trip.Dropping = b.stops(query.Date, "brdPts"), b.stops(query.Date, "drpPts")
	return trip
}

func (b *block) fail(expected string) {
	if b.wrong == "" {
		b.wrong = expected
	}
}

func (b *block) optional(class string) string {
	if element, found := b.byClass[class]; found {
		return webform.Squeeze(element.Text())
	}
	return ""
}

func (b *block) text(class string) string {
	text := b.optional(class)
	if text == "" {
		b.fail("a service with " + class)
	}
	return text
}

func (b *block) paise(class string) connectors.Paise {
	amount, err := connectors.ParsePaise(strings.TrimSpace(strings.TrimPrefix(b.text(class), "Rs.")))
	if err != nil || amount <= 0 {
		b.fail("a fare in " + class)
	}
	return amount
}

func (b *block) count(class string) int {
	number, _, _ := strings.Cut(b.text(class), " ")
	count, err := strconv.Atoi(number)
	if err != nil || count < 0 {
		b.fail("a number of seats in " + class)
	}
	return count
}

var clockPattern = regexp.MustCompile(`^(\d{2}):(\d{2})(?: ?\(\+(\d)\))?$`)

// clock reads "21:30", or "05:45 (+1)" for the morning after.
func (b *block) clock(date time.Time, class string) time.Time {
	at, ok := clockOf(date, b.text(class))
	if !ok {
		b.fail("a time of day in " + class)
	}
	return at
}

func clockOf(date time.Time, text string) (time.Time, bool) {
	match := clockPattern.FindStringSubmatch(text)
	if match == nil {
		return time.Time{}, false
	}
	hour, _ := strconv.Atoi(match[1])
	minute, _ := strconv.Atoi(match[2])
	later, _ := strconv.Atoi(match[3])
	date = date.In(connectors.IndianTime)
	at := time.Date(date.Year(), date.Month(), date.Day()+later, hour, minute, 0, 0, connectors.IndianTime)
	return at, hour < 24 && minute < 60
}

func (b *block) stops(date time.Time, class string) []connectors.Stop {
	list, found := b.byClass[class]
	if !found {
		return nil
	}
	var stops []connectors.Stop
	for _, each := range list.Children().EachIter() {
		at, ok := clockOf(date, each.AttrOr("data-time", ""))
		stop := connectors.Stop{ID: each.AttrOr("data-id", ""), Name: webform.Squeeze(each.Text()), At: at}
		if !ok || stop.ID == "" || stop.Name == "" {
			b.fail("stops in " + class)
		}
		stops = append(stops, stop)
	}
	return stops
}

func markers() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance", "reservation is closed for maintenance"},
		Failure: []string{
			"server error in", "runtime error", "service unavailable", "internal server error", "bad gateway",
			"java.lang.", "org.apache.struts", "org.apache.jasper",
		},
	}
}
