package temple

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

// The columns of the table of slots.
const (
	columnSlot   = "Slot Code"
	columnTime   = "Reporting Time"
	columnFree   = "Available"
	columnPrice  = "Price (Rs.)"
	columnStatus = "Booking"
)

// Search implements connectors.Bookings: the slots of a seva, TripQuery.Service,
// at a temple, TripQuery.From, on a day. A slot that is not on sale yet has
// OpensAt; one that is closed for good is left out.
func (c *Connector) Search(ctx context.Context, query connectors.TripQuery) ([]connectors.Trip, error) {
	request := get(operationSearch, "slots.do", url.Values{
		"temple": {query.From}, "seva": {query.Service}, "date": {query.Date.In(connectors.IndianTime).Format(dateLayout)},
	})
	var trips []connectors.Trip
	err := c.exchange(ctx, request, func(page *webform.Page) (err error) {
		trips, err = readSlots(page, query)
		return err
	})
	if err != nil {
		return nil, fmt.Errorf("search slots: %w", err)
	}
	return trips, nil
}

func get(operation, path string, query url.Values) portal.Request {
	return portal.Request{Operation: operation, Method: http.MethodGet, Path: path, Query: query}
}

func readSlots(page *webform.Page, query connectors.TripQuery) ([]connectors.Trip, error) {
	if err := complaintOn(page); err != nil {
		return nil, err
	}
	trips := []connectors.Trip{}
	if page.Has("#noSlots") {
		return trips, nil
	}
	rows, err := page.Rows(columnSlot, columnTime, columnFree, columnPrice, columnStatus)
	if err != nil {
		return nil, err
	}
	place := connectors.Stop{ID: query.From, Name: page.Text("#templeName")}
	for _, row := range rows {
		trip, ok := readSlot(row, query.Date)
		if !ok {
			return nil, page.Changed("a slot with its time, price and status")
		}
		trip.Kind, trip.From = page.Text("#sevaName"), place
		trip.From.At = trip.Departs
		if row[columnStatus] != "Closed" {
			trips = append(trips, trip)
		}
	}
	return trips, nil
}

func readSlot(row map[string]string, date time.Time) (connectors.Trip, bool) {
	first, last, ranged := strings.Cut(row[columnTime], " - ")
	from, fromOK := clockOf(date, first)
	until, untilOK := clockOf(date, last)
	fare, err := connectors.ParsePaise(row[columnPrice])
	free, countErr := strconv.Atoi(row[columnFree])
	trip := connectors.Trip{
		ID: row[columnSlot], Number: row[columnTime], Departs: from, Arrives: until, Fare: fare, Available: free,
	}
	ok := trip.ID != "" && ranged && fromOK && untilOK && err == nil && fare >= 0 && countErr == nil && free >= 0
	if opening, waits := strings.CutPrefix(row[columnStatus], "Opens on "); waits {
		trip.OpensAt, err = time.ParseInLocation(openingLayout, opening, connectors.IndianTime)
		return trip, ok && err == nil
	}
	return trip, ok && (row[columnStatus] == "Open" || row[columnStatus] == "Closed")
}

// clockOf is a time of day, "06:00", on a day.
func clockOf(date time.Time, text string) (time.Time, bool) {
	clock, err := time.Parse("15:04", text)
	date = date.In(connectors.IndianTime)
	return time.Date(date.Year(), date.Month(), date.Day(), clock.Hour(), clock.Minute(), 0, 0, connectors.IndianTime), err == nil
}

// complaintOn is the error that a page stands for, by the code of its message;
// nil for a page without one.
func complaintOn(page *webform.Page) error {
	message := page.Document.Find(".error[data-code]").First()
	if message.Length() == 0 {
		return nil
	}
	code, said := message.AttrOr("data-code", ""), webform.Squeeze(message.Text())
	refusals := map[string]string{
		"SOLD_OUT": connectors.RefusedSoldOut, "HOLD_EXPIRED": connectors.RefusedHoldExpired, "AMOUNT": connectors.RefusedAmount,
		"DUPLICATE": connectors.RefusedDuplicate, "LIMIT": RefusedLimit, "CLOSED": RefusedClosed, "TOO_LATE": connectors.RefusedTooLate,
	}
	if refusal, known := refusals[code]; known {
		return &connectors.RefusedError{Code: refusal, Reason: said}
	}
	switch field := message.AttrOr("data-field", ""); {
	case code == "INVALID" && field != "":
		return &connectors.InputRejectedError{Field: field, Reason: said}
	case code == "NOT_FOUND":
		return &connectors.NotFoundError{What: "booking"}
	default:
		return page.Changed("a message we know")
	}
}
