package bus

import (
	"context"
	"encoding/xml"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// layoutAnswer is the matrix of a trip's seats: one string a row, its places
// separated by "|", each "number:state:marks". An empty place is the aisle.
type layoutAnswer struct {
	outcome
	XMLName xml.Name `xml:"serviceLayout"`
	Max     int      `xml:"maxSeatsPerTicket"`
	Fare    string   `xml:"fare"`
	Decks   []struct {
		Level int      `xml:"level,attr"`
		Rows  []string `xml:"row"`
	} `xml:"deck"`
}

// Layout implements connectors.LayoutShower.
func (c *Connector) Layout(ctx context.Context, query connectors.LayoutQuery) (connectors.Layout, error) {
	var read layoutAnswer
	var layout connectors.Layout
	err := c.call(ctx, call{
		Request: get(operationLayout, "agent/serviceLayout.do", url.Values{
			"serviceId": {query.TripID}, "journeyDate": {day(query.Date)}, "startPlaceId": {query.From}, "endPlaceId": {query.To},
		}),
		expected: "the layout of a service", decode: fromXML(&read),
		accept: func() (ok bool) {
			layout, ok = read.layout()
			return ok
		},
	})
	if err != nil {
		return connectors.Layout{}, fmt.Errorf("seats of a trip: %w", err)
	}
	return layout, nil
}

func (a layoutAnswer) layout() (connectors.Layout, bool) {
	layout := connectors.Layout{MaxPerBooking: a.Max}
	fare := paise(a.Fare)
	for _, deck := range a.Decks {
		for row, text := range deck.Rows {
			for column, place := range strings.Split(text, "|") {
				if place == "" {
					continue
				}
				seat, ok := seatOf(place)
				if !ok {
					return connectors.Layout{}, false
				}
				seat.Row, seat.Column, seat.Deck, seat.Fare = row, column, deck.Level, fare
				layout.Seats = append(layout.Seats, seat)
			}
		}
	}
	return layout, len(layout.Seats) > 0 && fare > 0
}

// seatOf reads "12:A:W": state A is free, L free for women, B taken; marks are W
// for a window and S for a berth.
func seatOf(place string) (connectors.Seat, bool) {
	parts := strings.Split(place, ":")
	if len(parts) != 3 || parts[0] == "" || !slices.Contains([]string{"A", "L", "B"}, parts[1]) {
		return connectors.Seat{}, false
	}
	return connectors.Seat{
		Name: parts[0], Available: parts[1] != "B", LadiesOnly: parts[1] == "L",
		Window: strings.Contains(parts[2], "W"), Sleeper: strings.Contains(parts[2], "S"),
	}, true
}

// blockRequest holds seats. Elements are in the order of the portal's schema.
type blockRequest struct {
	XMLName    xml.Name         `xml:"blockSeatsRequest"`
	Reference  string           `xml:"agentTxnId"`
	Service    string           `xml:"serviceId"`
	Date       string           `xml:"journeyDate"`
	From       string           `xml:"startPlaceId"`
	To         string           `xml:"endPlaceId"`
	Boarding   string           `xml:"boardingPointId"`
	Dropping   string           `xml:"droppingPointId"`
	Mobile     string           `xml:"mobileNo"`
	Email      string           `xml:"emailId"`
	Passengers []blockPassenger `xml:"passengers>passenger"`
}

type blockPassenger struct {
	Name       string `xml:"name"`
	Gender     string `xml:"gender"`
	Age        string `xml:"age"`
	Seat       string `xml:"seatNo"`
	Concession string `xml:"concessionCode"`
	IDType     string `xml:"idType"`
	IDNumber   string `xml:"idNo"`
}

type blockAnswer struct {
	outcome
	XMLName   xml.Name `xml:"blockSeatsResponse"`
	Reference string   `xml:"agentTxnId"`
	Key       string   `xml:"blockKey"`
	Expires   string   `xml:"validUpto"`
	Fare      string   `xml:"totalFare"`
	Seats     []string `xml:"seats>seatNo"`
}

// Hold implements connectors.Bookings. A seat that is kept for women is a
// RefusedError with RefusedLadiesSeat.
func (c *Connector) Hold(ctx context.Context, request connectors.HoldRequest) (connectors.Hold, error) {
	body, err := xml.Marshal(blockOf(request))
	if err != nil {
		return connectors.Hold{}, fmt.Errorf("hold seats: %w", err)
	}
	var read blockAnswer
	var held connectors.Hold
	err = c.call(ctx, call{
		Request: portal.Request{
			Operation: operationHold, Method: http.MethodPost, Path: "agent/blockSeats.do", Reference: request.Reference,
			Body: append([]byte(xml.Header), body...), ContentType: "text/xml; charset=UTF-8",
		},
		expected: "the hold of our reference", decode: fromXML(&read),
		accept: func() bool {
			held = connectors.Hold{Key: read.Key, ExpiresAt: moment(read.Expires), Fare: paise(read.Fare), Seats: read.Seats}
			return read.Reference == request.Reference && held.Key != "" && held.Fare > 0 &&
				!held.ExpiresAt.IsZero() && len(held.Seats) == len(request.Passengers)
		},
	})
	if err != nil {
		return connectors.Hold{}, fmt.Errorf("hold seats: %w", err)
	}
	return held, nil
}

func blockOf(request connectors.HoldRequest) blockRequest {
	block := blockRequest{
		Reference: request.Reference, Service: request.TripID, Date: day(request.Date), From: request.From, To: request.To,
		Boarding: request.Boarding, Dropping: request.Dropping, Mobile: request.Mobile, Email: request.Email,
	}
	for _, one := range request.Passengers {
		block.Passengers = append(block.Passengers, blockPassenger{
			Name: one.Name, Gender: strings.ToUpper(one.Gender), Age: strconv.Itoa(one.Age), Seat: one.Seat,
			Concession: one.Concession, IDType: one.IDType, IDNumber: one.IDNumber,
		})
	}
	return block
}

// Release implements connectors.Bookings. It may be repeated.
func (c *Connector) Release(ctx context.Context, key string) error {
	request, err := post(operationRelease, "agent/releaseSeats.do", "", map[string]string{"blockKey": key})
	if err == nil {
		err = c.call(ctx, call{Request: request, expected: "a released hold", decode: fromJSON(&outcome{})})
	}
	if refusedWith(err, connectors.RefusedHoldExpired) {
		return nil
	}
	if err != nil {
		return fmt.Errorf("release seats: %w", err)
	}
	return nil
}
