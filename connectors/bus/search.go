package bus

import (
	"context"
	"fmt"
	"iter"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

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
	count, err := strconv.Atoi(page.Document.FindMatcher(goquery.Single("input#totalServices")).AttrOr("value", ""))
	if err != nil {
		return nil, markers().Unexpected(response, "the number of services")
	}
	if wrong := page.Text("#searchError"); wrong != "" {
		return nil, &connectors.InputRejectedError{Field: page.Document.Find("#searchError").AttrOr("data-field", ""), Reason: wrong}
	}
	trips := []connectors.Trip{}
	seen := map[string]bool{}
	for _, each := range page.Document.Find(".rSetForward").Nodes {
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
	byClass map[string]*html.Node
	wrong   string
}

// readBlock goes through a block once, and through its nodes itself: days before
// festivals have hundreds.
func readBlock(each *html.Node) *block {
	read := &block{id: webform.Attribute(each, "data-service-id"), byClass: make(map[string]*html.Node, 12)}
	if read.id == "" {
		read.fail("a service with its id")
	}
	for child := range elementsIn(each) {
		class := webform.Attribute(child, "class")
		if _, taken := read.byClass[class]; !taken && class != "" {
			read.byClass[class] = child
		}
	}
	return read
}

// elementsIn are the elements right inside another.
func elementsIn(node *html.Node) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for child := range node.ChildNodes() {
			if child.Type == html.ElementNode && !yield(child) {
				return
			}
		}
	}
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
		return webform.NodeText(element)
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

// clock reads "21:30", or "05:45 (+1)" for the morning after.
func (b *block) clock(date time.Time, class string) time.Time {
	at, ok := clockOf(date, b.text(class))
	if !ok {
		b.fail("a time of day in " + class)
	}
	return at
}

func clockOf(date time.Time, text string) (time.Time, bool) {
	clock, suffix := text, ""
	if len(text) > len("21:30") {
		clock, suffix = text[:len("21:30")], text[len("21:30"):]
	}
	hour, minute, ok := hourAndMinute(clock)
	later, known := daysLater(suffix)
	if !ok || !known {
		return time.Time{}, false
	}
	date = date.In(connectors.IndianTime)
	return time.Date(date.Year(), date.Month(), date.Day()+later, hour, minute, 0, 0, connectors.IndianTime), true
}

func hourAndMinute(clock string) (hour, minute int, ok bool) {
	if len(clock) != len("21:30") || clock[2] != ':' {
		return 0, 0, false
	}
	hour, hourOK := twoDigits(clock[:2])
	minute, minuteOK := twoDigits(clock[3:])
	return hour, minute, hourOK && minuteOK && hour < 24 && minute < 60
}

func twoDigits(text string) (int, bool) {
	if !isDigit(text[0]) || !isDigit(text[1]) {
		return 0, false
	}
	return int(text[0]-'0')*10 + int(text[1]-'0'), true
}

// daysLater reads what follows a time of day: nothing, or "(+1)".
func daysLater(suffix string) (int, bool) {
	if suffix == "" {
		return 0, true
	}
	suffix = strings.TrimPrefix(suffix, " ")
	if len(suffix) != len("(+1)") || suffix[:2] != "(+" || !isDigit(suffix[2]) || suffix[3] != ')' {
		return 0, false
	}
	return int(suffix[2] - '0'), true
}

func isDigit(char byte) bool { return char >= '0' && char <= '9' }

func (b *block) stops(date time.Time, class string) []connectors.Stop {
	list, found := b.byClass[class]
	if !found {
		return nil
	}
	var stops []connectors.Stop
	for each := range elementsIn(list) {
		at, ok := clockOf(date, webform.Attribute(each, "data-time"))
		stop := connectors.Stop{ID: webform.Attribute(each, "data-id"), Name: webform.NodeText(each), At: at}
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
