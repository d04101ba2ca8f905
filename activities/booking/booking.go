// Package booking holds the activities that book places at one portal: search, choose seats, hold, confirm, look up, release, cancel. They
// run on that portal's task queue; one instance serves one portal. It decides nothing about money.
package booking

import (
	"context"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Services tells the portal's own code of a service. *catalog.Catalog is one.
type Services interface {
	Service(id string) (*catalog.Service, bool)
}

// Documents keeps the tickets that an operator issued. *store.Store is one.
type Documents interface {
	AddDocument(ctx context.Context, document store.Document) (id string, err error)
}

// Config is what the activities of one portal need; all of it is required.
type Config struct {
	Connector connectors.Bookings
	Services  Services
	Documents Documents
	Now       func() time.Time
}

// Activities ask one portal.
type Activities struct{ config Config }

// New makes the activities of one portal.
func New(config Config) *Activities { return &Activities{config} }

// The portal's names of the fields that have a place of their own in a query.
const (
	fieldFrom   = "from"
	fieldTo     = "to"
	fieldMobile = "mobile"
	fieldEmail  = "email"
)

const (
	kindTicket = "ticket"
	mostTrips  = 60 // of a day: what a citizen can page through
	mostStops  = 30 // of a trip
)

// SearchTrips answers what can be booked, in the portal's order, no more than a citizen can page through. Its errors carry a
// workflows.Failure.
func (a *Activities) SearchTrips(ctx context.Context, input workflows.TripsAt) ([]connectors.Trip, error) {
	at, err := a.place(input.Service)
	if err != nil {
		return nil, err
	}
	trips, err := a.config.Connector.Search(ctx, connectors.TripQuery{
		Service: at.service, From: at.from(input.Fields), To: input.Fields[fieldTo], Date: input.Date, Persons: input.Persons,
		Fields: ownFields(input.Fields), Answer: input.Answer,
	})
	trips = trips[:min(len(trips), mostTrips)]
	for i := range trips {
		trips[i].Boarding, trips[i].Dropping = shortened(trips[i].Boarding), shortened(trips[i].Dropping)
	}
	return trips, answer.Error(err, a.config.Now())
}

func shortened(stops []connectors.Stop) []connectors.Stop { return stops[:min(len(stops), mostStops)] }

// HoldPlaces has the places kept. A lost hold runs out by itself, so it may be asked for again.
func (a *Activities) HoldPlaces(ctx context.Context, input workflows.HoldPlacesInput) (connectors.Hold, error) {
	at, err := a.place(input.Service)
	if err != nil {
		return connectors.Hold{}, err
	}
	hold, err := a.config.Connector.Hold(ctx, connectors.HoldRequest{
		Reference: input.Reference, Service: at.service, TripID: input.Trip.ID, From: input.Trip.From.ID, To: input.Trip.To.ID, Date: input.Date,
		Boarding: stopOf(input.Boarding, input.Trip.Boarding), Dropping: stopOf("", input.Trip.Dropping),
		Passengers: input.Passengers, Mobile: input.Fields[fieldMobile], Email: input.Fields[fieldEmail], Fields: ownFields(input.Fields),
		Answer: input.Answer,
	})
	return hold, answer.Error(err, a.config.Now())
}

// stopOf is the stop that was chosen, else the first.
func stopOf(chosen string, stops []connectors.Stop) string {
	if chosen == "" && len(stops) > 0 {
		return stops[0].ID
	}
	return chosen
}

// ownFields are the answers that are the portal's own controls: those without a place of their own in a query.
func ownFields(fields map[string]string) map[string]string {
	own := maps.Clone(fields)
	maps.DeleteFunc(own, func(name, _ string) bool {
		return slices.Contains([]string{fieldFrom, fieldTo, fieldMobile, fieldEmail}, name)
	})
	return own
}

// ConfirmBooking turns a hold into a ticket. A second attempt means that the first one died on the way, so it is looked up before it is
// confirmed again.
func (a *Activities) ConfirmBooking(ctx context.Context, input workflows.ConfirmBookingInput) (workflows.BookedTicket, error) {
	at, err := a.place(input.Service)
	if err != nil {
		return workflows.BookedTicket{}, err
	}
	if input.LookFirst || activity.GetInfo(ctx).Attempt > 1 {
		found, err := a.config.Connector.FindBooking(ctx, bookingOf(at, input))
		if _, absent := errors.AsType[*connectors.NotFoundError](err); !absent {
			return a.booked(ctx, input, found, err)
		}
	}
	ticket, err := a.config.Connector.Confirm(ctx, connectors.Confirmation{
		Reference: input.To.Reference, Service: at.service, Key: input.Hold.Key, Amount: input.Hold.Fare, PaidAt: input.Payment.PaidAt,
		GatewayPaymentID: input.Payment.ID, Fields: ownFields(input.Fields),
	})
	return a.booked(ctx, input, ticket, err)
}

// FindBooking looks a booking up. A failure of the class not_found means that there certainly is no ticket.
func (a *Activities) FindBooking(ctx context.Context, input workflows.ConfirmBookingInput) (workflows.BookedTicket, error) {
	at, err := a.place(input.Service)
	if err != nil {
		return workflows.BookedTicket{}, err
	}
	ticket, err := a.config.Connector.FindBooking(ctx, bookingOf(at, input))
	return a.booked(ctx, input, ticket, err)
}

func bookingOf(at place, input workflows.ConfirmBookingInput) connectors.BookingQuery {
	return connectors.BookingQuery{
		Reference: input.To.Reference, Service: at.service, Key: input.Hold.Key, Number: input.Number, Fields: ownFields(input.Fields),
	}
}

// booked keeps the operator's file and answers the rest.
func (a *Activities) booked(ctx context.Context, input workflows.ConfirmBookingInput, ticket connectors.Ticket, err error) (workflows.BookedTicket, error) {
	if err != nil {
		return workflows.BookedTicket{}, answer.Error(err, a.config.Now())
	}
	booked := workflows.BookedTicket{Ticket: ticket}
	booked.Ticket.Document = nil
	if ticket.Document == nil || input.LookOnly {
		return booked, nil
	}
	booked.File = &workflows.Document{Filename: ticket.Document.Filename, MIMEType: ticket.Document.MIMEType}
	booked.File.ID, err = a.config.Documents.AddDocument(ctx, store.Document{
		Request: input.To.Reference, Kind: kindTicket, Filename: ticket.Document.Filename, MIMEType: ticket.Document.MIMEType,
		Content: ticket.Document.Content,
	})
	if err != nil {
		return workflows.BookedTicket{}, fmt.Errorf("keep ticket: %w", err)
	}
	return booked, nil
}

// ReleaseHold gives a hold back.
func (a *Activities) ReleaseHold(ctx context.Context, input workflows.HoldRef) error {
	return answer.Error(a.config.Connector.Release(ctx, input.Key), a.config.Now())
}

// QuoteCancel asks what a cancellation would bring now. A portal that takes nothing back answers a failure of the class refused with the
// code RefusedTooLate.
func (a *Activities) QuoteCancel(ctx context.Context, input workflows.TicketRef) (connectors.CancelQuote, error) {
	canceller, query, err := a.cancelling(input)
	if err != nil {
		return connectors.CancelQuote{}, err
	}
	quote, err := canceller.CancelQuote(ctx, query)
	return quote, answer.Error(err, a.config.Now())
}

// CancelBooking gives a booking back. One that is cancelled already answers its first cancellation.
func (a *Activities) CancelBooking(ctx context.Context, input workflows.TicketRef) (connectors.Cancellation, error) {
	canceller, query, err := a.cancelling(input)
	if err != nil {
		return connectors.Cancellation{}, err
	}
	cancelled, err := canceller.Cancel(ctx, query)
	return cancelled, answer.Error(err, a.config.Now())
}

func (a *Activities) cancelling(input workflows.TicketRef) (connectors.Canceller, connectors.CancelQuery, error) {
	canceller, can := a.config.Connector.(connectors.Canceller)
	if !can {
		return nil, connectors.CancelQuery{}, answer.Error(&connectors.RefusedError{Code: connectors.RefusedTooLate}, a.config.Now())
	}
	at, err := a.place(input.Service)
	if err != nil {
		return nil, connectors.CancelQuery{}, err
	}
	return canceller, connectors.CancelQuery{
		Reference: input.To.Reference + "-cancel", Service: at.service, Number: input.Number, Fields: ownFields(input.Fields),
	}, nil
}

// place is what is booked and where, by the portal's codes.
type place struct{ service, at string }

// from is the place of the service itself, else where the citizen wants to start.
func (p place) from(fields map[string]string) string {
	if p.at != "" {
		return p.at
	}
	return fields[fieldFrom]
}

// place reads the portal's own code of a service: "SED@SIM" is the service SED at the place SIM.
func (a *Activities) place(id string) (place, error) {
	service, known := a.config.Services.Service(id)
	if !known {
		return place{}, answer.Error(&connectors.ChangedError{Expected: "a service of the catalog", Seen: "service " + id}, a.config.Now())
	}
	code, at, _ := strings.Cut(service.Portal.Service, "@")
	return place{service: code, at: at}, nil
}
