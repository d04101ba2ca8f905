package conformance

import (
	"context"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

// BookingSubject is a fresh twin of a portal that books.
type BookingSubject struct {
	Subject
	// Open makes the connector under test; it logs to the given logger.
	Open func(connectors.PortalConfig, *slog.Logger) (connectors.Bookings, error)
	// Search, Hold, Confirm, Find and Release are the twin's names of the
	// operations; Hold and Confirm are the exchanges that commit.
	Search, Hold, Confirm, Find, Release string
	// Trips is a search that has at least one trip with enough places.
	Trips connectors.TripQuery
	// HoldRequest makes the i-th of many valid holds on one of the trips; the
	// i-th takes other places than the others.
	HoldRequest func(i int, trip connectors.Trip, reference string) connectors.HoldRequest
	// Unknown looks up a booking that is certainly not there.
	Unknown connectors.BookingQuery
	// Holds counts the holds now in force, Bookings what was really booked,
	// Doubled what was booked more than once under one reference.
	Holds, Bookings, Doubled func() int
	// Cancel is the twin's name of the exchange that takes a booking back,
	// Cancellations how often one really was, DoubleCancelled how often too much.
	// Empty for a portal that cancels nothing.
	Cancel                         string
	Cancellations, DoubleCancelled func() int
	// Expire lets the holds of the twin run out. Nil where the twin cannot.
	Expire func()
}

// RunBooking checks a connector with the booking capability. start makes a fresh
// twin for each test.
func RunBooking(t *testing.T, start func(t *testing.T) BookingSubject) {
	t.Helper()
	suite := capability[BookingSubject]{
		name: "booking", start: start,
		bench: func(s BookingSubject) Subject { return s.Subject },
		open:  func(s BookingSubject) opener { return untyped(s.Open) },
		probe: func(s BookingSubject) connectors.Probe {
			return connectors.Probe{Service: s.Trips.Service, Fields: map[string]string{
				connectors.FieldFrom: s.Trips.From, connectors.FieldTo: s.Trips.To,
			}}
		},
		reads:   bookingReads,
		changes: bookingChanges(),
		probes: func(t *testing.T, s BookingSubject) []probe {
			connector := liveConnector(t, s.Subject, s.Open)
			return []probe{
				{"search", func(ctx context.Context) error {
					_, err := connector.Search(ctx, s.Trips)
					return err
				}},
				{"look-up of an unknown booking", func(ctx context.Context) error {
					_, err := connector.FindBooking(ctx, s.Unknown)
					return err
				}},
			}
		},
		own: map[string]func(*testing.T, *bench, BookingSubject){
			"held, confirmed once, and found": bookingRoundTrip,
			"a place is sold once":            bookingContended,
			"a released place is free":        bookingRelease,
			"an expired hold is refused":      bookingExpired,
			"an unknown booking":              bookingUnknown,
			"cancelled once":                  bookingCancel,
		},
	}
	suite.run(t)
}

// trip is the first of the search that has places.
func (s BookingSubject) trip(t *testing.T, b *bench, connector connectors.Bookings) connectors.Trip {
	t.Helper()
	trips, err := searchTrips(t.Context(), b, connector, s.Trips)
	require.NoError(t, err)
	for _, trip := range trips {
		require.NotEmpty(t, trip.ID)
		require.False(t, trip.Departs.IsZero())
		if trip.Available >= 4 {
			return trip
		}
	}
	require.Fail(t, "no trip with places")
	return connectors.Trip{}
}

func searchTrips(ctx context.Context, b *bench, connector connectors.Bookings, query connectors.TripQuery) (trips []connectors.Trip, err error) {
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		query.Answer = answer
		trips, err = connector.Search(ctx, query)
		return err
	})
	return trips, err
}

func hold(ctx context.Context, b *bench, connector connectors.Bookings, request connectors.HoldRequest) (held connectors.Hold, err error) {
	err = b.answering(func(answer *connectors.ChallengeAnswer) (err error) {
		request.Answer = answer
		held, err = connector.Hold(ctx, request)
		return err
	})
	return held, err
}

// held makes a hold.
func (s BookingSubject) held(t *testing.T, b *bench, connector connectors.Bookings) connectors.Hold {
	t.Helper()
	held, err := hold(t.Context(), b, connector, s.HoldRequest(0, s.trip(t, b, connector), "AP-1/hold"))
	require.NoError(t, err)
	require.NotEmpty(t, held.Key)
	require.Positive(t, held.Fare)
	require.False(t, held.ExpiresAt.IsZero())
	return held
}

func (s BookingSubject) confirmation(held connectors.Hold) connectors.Confirmation {
	return connectors.Confirmation{
		Reference: "AP-1/confirm", Service: s.Trips.Service, Key: held.Key, Amount: held.Fare,
		PaidAt: time.Now(), GatewayPaymentID: "pay_conformance",
	}
}

func (s BookingSubject) booking(confirmation connectors.Confirmation) connectors.BookingQuery {
	return connectors.BookingQuery{Reference: confirmation.Reference, Service: confirmation.Service, Key: confirmation.Key, Fields: confirmation.Fields}
}

func bookingReads(t *testing.T, b *bench, s BookingSubject) []read {
	t.Helper()
	connector := opened(t, b, s.Open)
	confirmation := s.confirmation(s.held(t, b, connector))
	_, err := connector.Confirm(t.Context(), confirmation)
	require.NoError(t, err)
	return []read{
		{name: "search", operation: s.Search, open: func(t *testing.T, tight ...tighten) call {
			connector := opened(t, b, s.Open, tight...)
			return func(ctx context.Context) error {
				_, err := searchTrips(ctx, b, connector, s.Trips)
				return err
			}
		}},
		{name: "lookup", operation: s.Find, open: func(t *testing.T, tight ...tighten) call {
			connector := opened(t, b, s.Open, tight...)
			return func(ctx context.Context) error {
				_, err := connector.FindBooking(ctx, s.booking(confirmation))
				return err
			}
		}},
	}
}

func bookingRoundTrip(t *testing.T, b *bench, s BookingSubject) {
	connector := opened(t, b, s.Open)
	held := s.held(t, b, connector)
	confirmation := s.confirmation(held)
	_, err := connector.FindBooking(t.Context(), s.booking(confirmation))
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
	ticket, err := connector.Confirm(t.Context(), confirmation)
	require.NoError(t, err)
	require.NotEmpty(t, ticket.Number)
	require.Equal(t, connectors.TicketConfirmed, ticket.State)
	require.Equal(t, held.Fare, ticket.Fare)
	found, err := opened(t, b, s.Open).FindBooking(t.Context(), s.booking(confirmation))
	require.NoError(t, err)
	require.Equal(t, ticket.Number, found.Number)
	again, err := connector.Confirm(t.Context(), confirmation)
	require.NoError(t, err, "the same reference answers the first ticket")
	require.Equal(t, ticket.Number, again.Number)
	require.Equal(t, 1, s.Bookings())
	require.Zero(t, s.Doubled())
}

func bookingContended(t *testing.T, b *bench, s BookingSubject) {
	connector := opened(t, b, s.Open)
	request := s.HoldRequest(0, s.trip(t, b, connector), "AP-1/hold")
	if request.Passengers[0].Seat == "" {
		t.Skip("places are not chosen one by one")
	}
	_, err := hold(t.Context(), b, connector, request)
	require.NoError(t, err)
	request.Reference = "AP-2/hold"
	_, err = hold(t.Context(), b, connector, request)
	requireRefused(t, err, connectors.RefusedSoldOut)
}

func bookingRelease(t *testing.T, b *bench, s BookingSubject) {
	connector := opened(t, b, s.Open)
	held := s.held(t, b, connector)
	require.Equal(t, 1, s.Holds())
	for range 2 {
		require.NoError(t, connector.Release(t.Context(), held.Key))
	}
	require.Zero(t, s.Holds())
	_, err := connector.Confirm(t.Context(), s.confirmation(held))
	require.Error(t, err)
	require.Zero(t, s.Bookings())
}

func bookingExpired(t *testing.T, b *bench, s BookingSubject) {
	if s.Expire == nil {
		t.Skip("holds of this twin do not expire")
	}
	connector := opened(t, b, s.Open)
	held := s.held(t, b, connector)
	s.Expire()
	_, err := connector.Confirm(t.Context(), s.confirmation(held))
	requireRefused(t, err, connectors.RefusedHoldExpired)
	require.Zero(t, s.Bookings())
}

func bookingUnknown(t *testing.T, b *bench, s BookingSubject) {
	_, err := opened(t, b, s.Open).FindBooking(t.Context(), s.Unknown)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
}

func bookingCancel(t *testing.T, b *bench, s BookingSubject) {
	connector := opened(t, b, s.Open)
	canceller, ok := connector.(connectors.Canceller)
	if !ok {
		t.Skip("cancels nothing")
	}
	confirmation := s.confirmation(s.held(t, b, connector))
	ticket, err := connector.Confirm(t.Context(), confirmation)
	require.NoError(t, err)
	query := connectors.CancelQuery{Reference: "AP-1/cancel", Service: s.Trips.Service, Number: ticket.Number}
	quote, err := canceller.CancelQuote(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, quote.Fare, quote.Charge+quote.Refund)
	first, err := canceller.Cancel(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, quote.Refund, first.Refund)
	again, err := canceller.Cancel(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, first.Refund, again.Refund)
	found, err := connector.FindBooking(t.Context(), s.booking(confirmation))
	require.NoError(t, err)
	require.Equal(t, connectors.TicketCancelled, found.State)
}
