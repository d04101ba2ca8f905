package bus

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// settle is how long the portal may go on with a request whose answer was lost.
const settle = time.Minute

type ticketAnswer struct {
	outcome
	Ticket ticketWire `json:"ticket"`
}

type ticketWire struct {
	Number    string   `json:"pnr"`
	Reference string   `json:"agentTxnId"`
	State     string   `json:"ticketStatus"`
	TripID    string   `json:"serviceId"`
	Service   string   `json:"serviceNo"`
	Kind      string   `json:"serviceType"`
	From      stopWire `json:"startPlace"`
	To        stopWire `json:"endPlace"`
	Boarding  stopWire `json:"boardingPoint"`
	Vehicle   string   `json:"vehicleNo"`
	Fare      string   `json:"totalFare"`
	BookedAt  string   `json:"bookedOn"`

	Passengers []passengerWire `json:"passengers"`
}

type stopWire struct {
	ID   string `json:"id"`
	Name string `json:"name"`
	At   string `json:"time"`
}

type passengerWire struct {
	Name   string `json:"name"`
	Gender string `json:"gender"`
	Age    string `json:"age"`
	Seat   string `json:"seatNo"`
	State  string `json:"status"`
}

func (s stopWire) stop() connectors.Stop {
	return connectors.Stop{ID: s.ID, Name: s.Name, At: moment(s.At)}
}

// ticket reads what the portal says; false for what is no ticket. Passengers who
// were cancelled are not on it any more.
func (w ticketWire) ticket() (connectors.Ticket, bool) {
	ticket := connectors.Ticket{
		Reference: w.Reference, Number: w.Number, Boarding: w.Boarding.stop(), Fare: paise(w.Fare), BookedAt: moment(w.BookedAt),
		Trip: connectors.Trip{
			ID: w.TripID, Number: w.Service, Kind: w.Kind, From: w.From.stop(), To: w.To.stop(),
			Departs: moment(w.From.At), Arrives: moment(w.To.At), Vehicle: w.Vehicle,
		},
	}
	state, known := map[string]connectors.TicketState{
		"CONFIRMED": connectors.TicketConfirmed, "CANCELLED": connectors.TicketCancelled,
	}[w.State]
	ticket.State = state
	for _, one := range w.Passengers {
		if one.State == "CANCELLED" && state == connectors.TicketConfirmed {
			continue
		}
		age, err := strconv.Atoi(one.Age)
		known = known && err == nil
		ticket.Passengers = append(ticket.Passengers, connectors.Passenger{
			Name: one.Name, Gender: strings.ToLower(one.Gender), Age: age, Seat: one.Seat,
		})
	}
	return ticket, known && ticket.Number != "" && ticket.Fare > 0 && !ticket.Trip.Departs.IsZero() && len(ticket.Passengers) > 0
}

// Confirm implements connectors.Bookings.
func (c *Connector) Confirm(ctx context.Context, confirmation connectors.Confirmation) (connectors.Ticket, error) {
	ticket, err := portal.SubmitOnce(ctx, portal.Submission[connectors.Ticket]{
		Reference: confirmation.Reference, Settle: settle, Ambiguous: []string{connectors.RefusedHoldExpired},
		Same:   func(ticket connectors.Ticket) bool { return ticket.Fare == confirmation.Amount },
		Submit: func(ctx context.Context) (connectors.Ticket, error) { return c.confirm(ctx, confirmation) },
		Find: func(ctx context.Context) (connectors.Ticket, error) {
			return c.ticket(ctx, "agentTxnId", confirmation.Reference)
		},
	})
	if err != nil {
		return connectors.Ticket{}, fmt.Errorf("confirm booking: %w", err)
	}
	return ticket, nil
}

func (c *Connector) confirm(ctx context.Context, confirmation connectors.Confirmation) (connectors.Ticket, error) {
	request, err := post(operationConfirm, "agent/confirmBooking.do", confirmation.Reference, map[string]string{
		"agentTxnId": confirmation.Reference, "blockKey": confirmation.Key, "amount": confirmation.Amount.Decimal(),
		"paymentRef": confirmation.GatewayPaymentID, "paidOn": confirmation.PaidAt.In(connectors.IndianTime).Format(dateTimeLayout),
	})
	if err != nil {
		return connectors.Ticket{}, err
	}
	return c.readTicket(ctx, request, func(ticket connectors.Ticket) bool { return ticket.Reference == confirmation.Reference })
}

func (c *Connector) ticket(ctx context.Context, by, value string) (connectors.Ticket, error) {
	request := get(operationTicket, "agent/ticketDetails.do", url.Values{by: {value}})
	return c.readTicket(ctx, request, func(ticket connectors.Ticket) bool {
		return value == ticket.Reference || value == ticket.Number
	})
}

func (c *Connector) readTicket(ctx context.Context, request portal.Request, wanted func(connectors.Ticket) bool) (connectors.Ticket, error) {
	var read ticketAnswer
	var ticket connectors.Ticket
	err := c.call(ctx, call{
		Request: request, expected: "the ticket of our reference", decode: fromJSON(&read),
		accept: func() (ok bool) {
			ticket, ok = read.Ticket.ticket()
			return ok && wanted(ticket)
		},
	})
	if err != nil {
		return connectors.Ticket{}, err
	}
	return ticket, nil
}

// FindBooking implements connectors.Bookings.
func (c *Connector) FindBooking(ctx context.Context, query connectors.BookingQuery) (connectors.Ticket, error) {
	by, value := "agentTxnId", query.Reference
	if query.Number != "" {
		by, value = "pnr", query.Number
	}
	ticket, err := c.ticket(ctx, by, value)
	if err != nil {
		return connectors.Ticket{}, fmt.Errorf("find booking: %w", err)
	}
	return ticket, nil
}

func refusedWith(err error, code string) bool {
	refused, ok := errors.AsType[*connectors.RefusedError](err)
	return ok && refused.Code == code
}
