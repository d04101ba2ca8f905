package conformance

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

// bookingChanges are the steps of a booking that change something at the portal.
func bookingChanges() []change[BookingSubject] {
	return []change[BookingSubject]{
		{name: "hold", operation: func(s BookingSubject) string { return s.Hold }, make: newHold},
		{name: "release", operation: func(s BookingSubject) string { return s.Release }, make: newRelease},
		{name: "confirmation", operation: func(s BookingSubject) string { return s.Confirm }, make: newConfirmation},
		{name: "cancellation", operation: func(s BookingSubject) string { return s.Cancel }, make: newCancellation},
	}
}

// newHold makes a hold. One that was lost runs out by itself, so the caller holds
// again, elsewhere, without a look.
func newHold(b *bench, s BookingSubject) attempt {
	var trip connectors.Trip
	request := func(i int, reference string) connectors.HoldRequest { return s.HoldRequest(i, trip, reference) }
	return attempt{
		prepare: func(t *testing.T) { trip = s.trip(t, b, opened(t, b, s.Open)) },
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			_, err := hold(ctx, b, opened(t, b, s.Open, tight...), request(0, "AP-1/hold"))
			return err
		},
		again: func(ctx context.Context, t *testing.T) error {
			_, err := hold(ctx, b, opened(t, b, s.Open), request(1, "AP-1/hold-2"))
			return err
		},
		happened: s.Holds, doubled: s.Doubled,
		ended: func(t *testing.T) {
			t.Helper()
			require.LessOrEqual(t, s.Holds(), 2)
			require.Zero(t, s.Bookings(), "a hold is no booking")
			if s.Expire == nil {
				return
			}
			s.Expire()
			require.Zero(t, s.Holds(), "nothing is held for ever")
			_, err := hold(t.Context(), b, opened(t, b, s.Open), request(0, "AP-1/hold-3"))
			require.NoError(t, err, "the places that were lost can be had again")
		},
	}
}

// newRelease gives a hold back, which may be repeated until it is certain.
func newRelease(b *bench, s BookingSubject) attempt {
	var held connectors.Hold
	release := func(ctx context.Context, t *testing.T, tight ...tighten) error {
		return opened(t, b, s.Open, tight...).Release(ctx, held.Key)
	}
	return attempt{
		prepare:    func(t *testing.T) { held = s.held(t, b, opened(t, b, s.Open)) },
		do:         release,
		again:      func(ctx context.Context, t *testing.T) error { return release(ctx, t) },
		repeatable: true,
		happened:   func() int { return 1 - s.Holds() }, doubled: s.Doubled,
	}
}

func newConfirmation(b *bench, s BookingSubject) attempt {
	var confirmation connectors.Confirmation
	return attempt{
		prepare: func(t *testing.T) {
			confirmation = s.confirmation(s.held(t, b, opened(t, b, s.Open)))
		},
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			_, err := opened(t, b, s.Open, tight...).Confirm(ctx, confirmation)
			return err
		},
		find: func(ctx context.Context, t *testing.T) error {
			_, err := opened(t, b, s.Open).FindBooking(ctx, s.booking(confirmation))
			return err
		},
		happened: s.Bookings, doubled: s.Doubled,
	}
}

// newCancellation takes a booking back. Whether it was, the booking itself tells.
func newCancellation(b *bench, s BookingSubject) attempt {
	var confirmation connectors.Confirmation
	var ticket connectors.Ticket
	return attempt{
		prepare: func(t *testing.T) {
			connector := opened(t, b, s.Open)
			confirmation = s.confirmation(s.held(t, b, connector))
			var err error
			ticket, err = connector.Confirm(t.Context(), confirmation)
			require.NoError(t, err)
		},
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			canceller, ok := opened(t, b, s.Open, tight...).(connectors.Canceller)
			require.True(t, ok)
			_, err := canceller.Cancel(ctx, connectors.CancelQuery{Reference: "AP-1/cancel", Service: s.Trips.Service, Number: ticket.Number})
			return err
		},
		find: func(ctx context.Context, t *testing.T) error {
			found, err := opened(t, b, s.Open).FindBooking(ctx, s.booking(confirmation))
			if err == nil && found.State != connectors.TicketCancelled {
				return &connectors.NotFoundError{What: "cancellation"}
			}
			return err
		},
		happened: s.Cancellations, doubled: s.DoubleCancelled,
	}
}
