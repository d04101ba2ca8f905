package temple_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/temple"
	standin "github.com/jansetu/jansetu/connectors/temple/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, connectors.IndianTime)
}

func TestSlotIsReadWhole(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, standin.Config{Clock: clock.Now})
	connector := connect(t, stand, clock)
	slots, err := connector.Search(t.Context(), darshans())
	require.NoError(t, err)
	require.Len(t, slots, 4)
	require.Empty(t, cmp.Diff(connectors.Trip{
		ID: "SIM-SED-20261125-0600", Number: "06:00 - 07:00", Kind: "Special Entry Darshan",
		From:    connectors.Stop{ID: "SIM", Name: "Sri Varaha Lakshmi Narasimha Swamy, Simhachalam", At: at(25, 6, 0)},
		Departs: at(25, 6, 0), Arrives: at(25, 7, 0), Fare: 10_000, Available: slots[0].Available,
	}, slots[0]))
	require.Zero(t, slots[2].Available, "noon is sold out")
	for _, kind := range []twin.Kind{twin.DuplicateRows, twin.MovedColumns, twin.WrongCharset} {
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		after, err := connector.Search(t.Context(), darshans())
		require.NoError(t, err)
		require.Empty(t, cmp.Diff(slots, after), kind)
	}
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.RenamedIDs}))
	_, err = connector.Search(t.Context(), darshans())
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func TestDaysWithoutSlotsAndSevasThatAreNotOffered(t *testing.T) {
	t.Parallel()
	clock := startClock()
	connector := connect(t, newTwin(t, standin.Config{Clock: clock.Now}), clock)
	for _, days := range []int{90, 6} { // beyond what is planned; the first of the month
		query := darshans()
		query.Date = query.Date.AddDate(0, 0, days)
		slots, err := connector.Search(t.Context(), query)
		require.NoError(t, err)
		require.Empty(t, slots)
	}
	query := darshans()
	query.Service = "XXX"
	_, err := connector.Search(t.Context(), query)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, "seva", rejected.Field)
}

// The whole of an opening: told when to come back, then queueing, then served.
func TestQuotaOpensAtItsMinuteAndTheRushQueues(t *testing.T) {
	t.Parallel()
	clock := startClock()
	clock.Move(-30 * time.Second)
	stand := newTwin(t, standin.Config{Clock: clock.Now, Pace: 10 * time.Second})
	connector := connect(t, stand, clock)
	query := darshans()
	query.Date = at(29, 0, 0)
	slots, err := connector.Search(t.Context(), query)
	require.NoError(t, err)
	require.Equal(t, at(22, 10, 0), slots[0].OpensAt)

	requests := make([]connectors.HoldRequest, 5)
	for i := range requests {
		requests[i] = hold(i, slots[0], fmt.Sprintf("AP-%d/hold", i))
		requests[i].Date = query.Date
		_, err = connector.Hold(t.Context(), requests[i])
		var early *connectors.UnavailableError
		require.ErrorAs(t, err, &early)
		require.Equal(t, at(22, 10, 0), early.Until)
	}
	clock.Move(30 * time.Second)
	for i, request := range requests {
		require.Equal(t, time.Duration(i+1)*10*time.Second, waits(t, connector, request), "everybody at the end of the queue")
	}
	clock.Move(20 * time.Second)
	require.Equal(t, 30*time.Second, waits(t, connector, requests[4]), "who comes back keeps the place")
	for i, request := range requests[:2] {
		held, err := connector.Hold(t.Context(), request)
		require.NoError(t, err, i)
		require.Equal(t, connectors.Paise(10_000), held.Fare)
	}
	clock.Move(5 * time.Minute)
	_, err = connector.Hold(t.Context(), requests[4])
	require.NoError(t, err, "the rush is over, and waiting never opened the breaker")
	require.Equal(t, 3, stand.Holds())
}

// waits answers how long the queue lets a hold wait.
func waits(t *testing.T, connector *temple.Connector, request connectors.HoldRequest) time.Duration {
	t.Helper()
	_, err := connector.Hold(t.Context(), request)
	var queued *connectors.UnavailableError
	require.ErrorAs(t, err, &queued)
	require.Equal(t, connectors.ReasonRateLimited, queued.Reason)
	return queued.RetryAfter
}

func TestWhoMissesTheTurnQueuesAnew(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, standin.Config{Clock: clock.Now, Pace: 10 * time.Second})
	connector := connect(t, stand, clock)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.Rush}))
	request := hold(0, connectors.Trip{ID: "SIM-SED-20261125-0600"}, "AP-1/hold")
	require.Equal(t, 10*time.Second, waits(t, connector, request))
	clock.Move(3 * time.Minute)
	require.Equal(t, 10*time.Second, waits(t, connector, request))
	clock.Move(10 * time.Second)
	_, err := connector.Hold(t.Context(), request)
	require.NoError(t, err)
}

func TestHoldsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change      func(*connectors.HoldRequest)
		code, field string
	}{
		"noon":              {change: func(r *connectors.HoldRequest) { r.TripID = "SIM-SED-20261125-1200" }, code: connectors.RefusedSoldOut},
		"a closed day":      {change: func(r *connectors.HoldRequest) { r.TripID = "SIM-SED-20261101-0600" }, code: temple.RefusedClosed},
		"no such slot":      {change: func(r *connectors.HoldRequest) { r.TripID = "SIM" }, field: "slot"},
		"no name":           {change: func(r *connectors.HoldRequest) { r.Passengers[0].Name = "" }, field: "name_1"},
		"no mobile number":  {change: func(r *connectors.HoldRequest) { r.Mobile = "12" }, field: "mobile"},
		"an unknown gender": {change: func(r *connectors.HoldRequest) { r.Passengers[0].Gender = "x" }, field: "gender_1"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			clock := startClock()
			stand := newTwin(t, standin.Config{Clock: clock.Now})
			request := hold(0, connectors.Trip{ID: "SIM-SED-20261125-0600"}, "AP-1/hold")
			test.change(&request)
			_, err := connect(t, stand, clock).Hold(t.Context(), request)
			if test.code != "" {
				requireRefused(t, err, test.code)
			} else {
				var rejected *connectors.InputRejectedError
				require.ErrorAs(t, err, &rejected, "%v", err)
				require.Equal(t, test.field, rejected.Field)
			}
			require.Zero(t, stand.Holds())
		})
	}
}

func requireRefused(t *testing.T, err error, code string) {
	t.Helper()
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, code, refused.Code)
}

func TestSevaAsksForItsOwnFields(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, standin.Config{Clock: clock.Now})
	connector := connect(t, stand, clock)
	request := hold(0, connectors.Trip{ID: "SIM-KLN-20261125-0930"}, "AP-1/hold")
	_, err := connector.Hold(t.Context(), request)
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "the form asks for what the service does not know of")
	request.Fields = map[string]string{"gothram": "Bharadwaja"}
	held, err := connector.Hold(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(100_000), held.Fare)
}

func TestDriftOfTheFormHoldsNothing(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{twin.RenamedIDs, twin.NewMandatoryField} {
		clock := startClock()
		stand := newTwin(t, standin.Config{Clock: clock.Now})
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		_, err := connect(t, stand, clock).Hold(t.Context(), hold(0, connectors.Trip{ID: "SIM-SED-20261125-0600"}, "AP-1/hold"))
		require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), kind)
		require.Zero(t, stand.Holds())
	}
}

func TestSessionThatExpiresInTheFormIsBegunAnew(t *testing.T) {
	t.Parallel()
	for times, want := range map[int]connectors.Class{1: connectors.ClassOK, 2: connectors.ClassUnavailable} {
		clock := startClock()
		stand := newTwin(t, standin.Config{Clock: clock.Now})
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.SessionExpires, Times: times}))
		_, err := connect(t, stand, clock).Hold(t.Context(), hold(0, connectors.Trip{ID: "SIM-SED-20261125-0600"}, "AP-1/hold"))
		require.Equal(t, want, connectors.ClassOf(err), "%v", err)
	}
}

// booked books a darshan for one.
func booked(t testing.TB, connector *temple.Connector, reference string) connectors.Ticket {
	t.Helper()
	held, err := connector.Hold(t.Context(), hold(0, connectors.Trip{ID: "SIM-SED-20261125-0600"}, reference+"/hold"))
	require.NoError(t, err)
	ticket, err := connector.Confirm(t.Context(), connectors.Confirmation{Reference: reference + "/confirm", Key: held.Key, Amount: held.Fare, PaidAt: at(22, 10, 1)})
	require.NoError(t, err)
	return ticket
}

func TestTicketIsReadWholeAndCancelledWithItsSlot(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, standin.Config{Clock: clock.Now})
	connector := connect(t, stand, clock)
	ticket := booked(t, connector, "AP-1")
	require.Empty(t, cmp.Diff(connectors.Ticket{
		Reference: "AP-1/confirm", Number: "DT261100001", State: connectors.TicketConfirmed, Fare: 10_000, BookedAt: at(22, 10, 0),
		Trip: connectors.Trip{
			ID: "SIM-SED-20261125-0600", Number: "06:00 - 07:00", Kind: "Special Entry Darshan", Departs: at(25, 6, 0), Arrives: at(25, 7, 0),
			From: connectors.Stop{Name: "Sri Varaha Lakshmi Narasimha Swamy, Simhachalam", At: at(25, 6, 0)},
		},
		Passengers: []connectors.Passenger{{Name: "Venkata Lakshmi", Gender: "f", Age: 43}},
	}, ticket))
	require.NoError(t, stand.CallOff("SIM-SED-20261125-0600"))
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.MovedColumns}))
	found, err := connector.FindBooking(t.Context(), connectors.BookingQuery{Number: ticket.Number})
	require.NoError(t, err)
	ticket.State = connectors.TicketCancelled
	require.Empty(t, cmp.Diff(ticket, found))
}

func TestPilgrimGetsOneTicketAMonth(t *testing.T) {
	t.Parallel()
	clock := startClock()
	connector := connect(t, newTwin(t, standin.Config{Clock: clock.Now}), clock)
	booked(t, connector, "AP-1")
	_, err := connector.Hold(t.Context(), hold(0, connectors.Trip{ID: "SIM-SED-20261126-0600"}, "AP-2/hold"))
	requireRefused(t, err, temple.RefusedLimit)
}

func TestCarelessPortalBooksOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{standin.AcceptDuplicate, standin.RefuseDuplicate} {
		clock := startClock()
		stand := newTwin(t, standin.Config{Clock: clock.Now})
		connector := connect(t, stand, clock)
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}, twin.Fault{Kind: twin.StrangePage, Operation: standin.Confirm, Times: 1}))
		booked(t, connector, "AP-1")
		require.Len(t, stand.Bookings(), 1)
		require.Zero(t, stand.DoubleBookings())
	}
}

func TestTwinRemembersOverARestart(t *testing.T) {
	t.Parallel()
	clock := startClock()
	config := standin.Config{Clock: clock.Now, DataDir: t.TempDir()}
	first, err := standin.New(config)
	require.NoError(t, err)
	ticket := booked(t, connect(t, first, clock), "AP-1")
	require.NoError(t, first.Close())
	found, err := connect(t, newTwin(t, config), clock).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-1/confirm"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(ticket, found))
}
