package bus_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bus"
	standin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func at(day, hour, minute int) time.Time {
	return time.Date(2026, 11, day, hour, minute, 0, 0, connectors.IndianTime)
}

func TestTripIsReadWhole(t *testing.T) {
	t.Parallel()
	query := toHyderabad()
	query.Date = at(22, 0, 0)
	trips, err := connect(t, newTwin(t, standin.Config{Clock: startClock().Now})).Search(t.Context(), query)
	require.NoError(t, err)
	require.Len(t, trips, 2, "the morning's bus has left")
	want := connectors.Trip{
		ID: "SRV2551", Number: "2551", Kind: "SUPER LUXURY", Operator: "VIJAYAWADA DEPOT", Vehicle: trips[0].Vehicle,
		From:    connectors.Stop{ID: "1", Name: "VIJAYAWADA", At: at(22, 21, 30)},
		To:      connectors.Stop{ID: "2", Name: "HYDERABAD", At: at(23, 3, 30)},
		Departs: at(22, 21, 30), Arrives: at(23, 3, 30), Fare: 62_000, Available: trips[0].Available,
		Boarding: []connectors.Stop{
			{ID: "101", Name: "PNBS VIJAYAWADA", At: at(22, 21, 30)}, {ID: "102", Name: "BENZ CIRCLE", At: at(22, 21, 45)},
			{ID: "103", Name: "GOLLAPUDI", At: at(22, 22, 0)},
		},
		Dropping: []connectors.Stop{{ID: "201", Name: "MGBS HYDERABAD", At: at(23, 3, 30)}, {ID: "202", Name: "LB NAGAR", At: at(23, 3, 5)}},
	}
	require.Empty(t, cmp.Diff(want, trips[0]))
	require.Regexp(t, `^AP39UH\d{4}$`, trips[0].Vehicle)
	require.Positive(t, trips[0].Available)
}

func TestDaysAndPlacesThatAreNotServed(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: startClock().Now}))
	none := toHyderabad()
	none.From, none.To = "3", "4"
	trips, err := connector.Search(t.Context(), none)
	require.NoError(t, err)
	require.NotNil(t, trips)
	require.Empty(t, trips)
	for field, change := range map[string]func(*connectors.TripQuery){
		"txtJourneyDate": func(q *connectors.TripQuery) { q.Date = q.Date.AddDate(1, 0, 0) },
		"startPlaceId":   func(q *connectors.TripQuery) { q.From = "999" },
	} {
		query := toHyderabad()
		change(&query)
		_, err = connector.Search(t.Context(), query)
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected)
		require.Equal(t, field, rejected.Field)
	}
}

func TestDriftOfTheSearch(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Clock: startClock().Now})
	connector := connect(t, stand)
	before, err := connector.Search(t.Context(), toHyderabad())
	require.NoError(t, err)
	for _, kind := range []twin.Kind{twin.MovedColumns, twin.DuplicateRows, twin.WrongCharset} {
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		after, err := connector.Search(t.Context(), toHyderabad())
		require.NoError(t, err, kind)
		require.Empty(t, cmp.Diff(before, after), kind)
	}
	for _, kind := range []twin.Kind{twin.RenamedIDs, twin.CutPage} {
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		_, err = connector.Search(t.Context(), toHyderabad())
		require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), kind)
	}
}

func TestLayoutShowsPlacesMarksAndDecks(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: startClock().Now}))
	layout, err := connector.Layout(t.Context(), connectors.LayoutQuery{TripID: "SRV2551", From: "1", To: "2", Date: toHyderabad().Date})
	require.NoError(t, err)
	require.Equal(t, 6, layout.MaxPerBooking)
	require.Len(t, layout.Seats, 36)
	require.Equal(t, connectors.Seat{Name: "1", Available: true, Window: true, Fare: 62_000}, layout.Seats[0])
	require.Equal(t, connectors.Seat{Name: "4", Column: 4, Available: true, LadiesOnly: true, Window: true, Fare: 62_000}, layout.Seats[3])
	sleeper, err := connector.Layout(t.Context(), connectors.LayoutQuery{TripID: "SRV2561", From: "1", To: "2", Date: toHyderabad().Date})
	require.NoError(t, err)
	last := sleeper.Seats[len(sleeper.Seats)-1]
	require.True(t, last.Sleeper)
	require.Equal(t, 1, last.Deck)
	_, err = connector.Layout(t.Context(), connectors.LayoutQuery{TripID: "SRV0", Date: toHyderabad().Date})
	requireRefused(t, err, bus.RefusedNotRunning)
}

func requireRefused(t *testing.T, err error, code string) {
	t.Helper()
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, code, refused.Code)
}

func TestHoldsThatAreRefused(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*connectors.HoldRequest)
		code   string
		field  string
	}{
		"a man on a woman's seat": {change: func(r *connectors.HoldRequest) {
			r.Passengers[0].Gender, r.Passengers[0].Seat = "m", "4"
		}, code: bus.RefusedLadiesSeat},
		"a seat that is not there": {change: func(r *connectors.HoldRequest) { r.Passengers[0].Seat = "99" }, code: connectors.RefusedSoldOut},
		"a bus that has left":      {change: func(r *connectors.HoldRequest) { r.Date = r.Date.AddDate(0, 0, -4) }, code: connectors.RefusedTooLate},
		"no mobile number":         {change: func(r *connectors.HoldRequest) { r.Mobile = "" }, field: "mobileNo"},
		"an unknown stop":          {change: func(r *connectors.HoldRequest) { r.Boarding = "999" }, field: "boardingPointId"},
		"nobody":                   {change: func(r *connectors.HoldRequest) { r.Passengers = nil }, field: "passengers"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			stand := newTwin(t, standin.Config{Clock: startClock().Now})
			request := hold(0, connectors.Trip{ID: "SRV2551"}, "AP-1/hold")
			test.change(&request)
			_, err := connect(t, stand).Hold(t.Context(), request)
			if test.code != "" {
				requireRefused(t, err, test.code)
			} else {
				var rejected *connectors.InputRejectedError
				require.ErrorAs(t, err, &rejected)
				require.Equal(t, test.field, rejected.Field)
			}
			require.Zero(t, stand.Holds())
		})
	}
}

func TestWomanMayTakeAWomansSeatAndThePortalChooses(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: startClock().Now}))
	request := hold(0, connectors.Trip{ID: "SRV2551"}, "AP-1/hold")
	request.Passengers[0].Seat = "4"
	request.Passengers = append(request.Passengers, connectors.Passenger{Name: "V Sahasra", Gender: "f", Age: 7})
	held, err := connector.Hold(t.Context(), request)
	require.NoError(t, err)
	require.Equal(t, []string{"4", "1"}, held.Seats)
	require.Equal(t, connectors.Paise(124_000), held.Fare)
	require.Equal(t, at(22, 10, 8), held.ExpiresAt)
}

// booked books two seats on the night bus to Hyderabad.
func booked(t *testing.T, connector *bus.Connector, reference string) connectors.Ticket {
	t.Helper()
	request := hold(0, connectors.Trip{ID: "SRV2551"}, reference+"/hold")
	request.Passengers = append(request.Passengers, connectors.Passenger{Name: "V Sahasra", Gender: "f", Age: 7, Seat: "2"})
	held, err := connector.Hold(t.Context(), request)
	require.NoError(t, err)
	ticket, err := connector.Confirm(t.Context(), connectors.Confirmation{Reference: reference + "/confirm", Key: held.Key, Amount: held.Fare, PaidAt: at(22, 10, 1)})
	require.NoError(t, err)
	return ticket
}

func TestTicketIsReadWhole(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Clock: startClock().Now}))
	ticket := booked(t, connector, "AP-1")
	require.Empty(t, cmp.Diff(connectors.Ticket{
		Reference: "AP-1/confirm", Number: "J26112200001", State: connectors.TicketConfirmed, Fare: 124_000, BookedAt: at(22, 10, 0),
		Trip: connectors.Trip{
			ID: "SRV2551", Number: "2551", Kind: "SUPER LUXURY", Departs: at(25, 21, 30), Arrives: at(26, 3, 30),
			From: connectors.Stop{ID: "1", Name: "VIJAYAWADA", At: at(25, 21, 30)}, To: connectors.Stop{ID: "2", Name: "HYDERABAD", At: at(26, 3, 30)},
		},
		Boarding: connectors.Stop{ID: "102", Name: "BENZ CIRCLE", At: at(25, 21, 45)},
		Passengers: []connectors.Passenger{
			{Name: "Venkata Lakshmi", Gender: "f", Age: 43, Seat: "1"}, {Name: "V Sahasra", Gender: "f", Age: 7, Seat: "2"},
		},
	}, ticket))
	byNumber, err := connector.FindBooking(t.Context(), connectors.BookingQuery{Number: ticket.Number})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(ticket, byNumber))
}

func TestFareThatChangedIsRefusedAndNothingIsBooked(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Clock: startClock().Now})
	connector := connect(t, stand)
	held, err := connector.Hold(t.Context(), hold(0, connectors.Trip{ID: "SRV2551"}, "AP-1/hold"))
	require.NoError(t, err)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.FareRevised}))
	_, err = connector.Confirm(t.Context(), connectors.Confirmation{Reference: "AP-1/confirm", Key: held.Key, Amount: held.Fare})
	requireRefused(t, err, connectors.RefusedAmount)
	require.Empty(t, stand.Bookings())
}

// Even a portal that is careless with references books once, because the
// connector looks before it confirms again.
func TestCarelessPortalBooksOnce(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{standin.AcceptDuplicate, standin.RefuseDuplicate} {
		stand := newTwin(t, standin.Config{Clock: startClock().Now})
		connector := connect(t, stand)
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}, twin.Fault{Kind: twin.HalfBody, Operation: standin.Confirm, Times: 1}))
		held, err := connector.Hold(t.Context(), hold(0, connectors.Trip{ID: "SRV2551"}, "AP-1/hold"))
		require.NoError(t, err)
		for range 2 {
			_, err = connector.Confirm(t.Context(), connectors.Confirmation{Reference: "AP-1/confirm", Key: held.Key, Amount: held.Fare})
			require.NoError(t, err, kind)
		}
		require.Len(t, stand.Bookings(), 1)
	}
}

func TestSomeSeatsAreGivenBackAndThenTheRest(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Clock: startClock().Now})
	connector := connect(t, stand)
	ticket := booked(t, connector, "AP-1")
	part := connectors.CancelQuery{Reference: "AP-1/cancel-1", Number: ticket.Number, Seats: []string{"2"}}
	quote, err := connector.CancelQuote(t.Context(), part)
	require.NoError(t, err)
	require.Equal(t, connectors.CancelQuote{Number: ticket.Number, Fare: 62_000, Charge: 6_200, Refund: 55_800, Until: at(24, 21, 30)}, quote)
	first, err := connector.Cancel(t.Context(), part)
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(55_800), first.Refund)
	left, err := connector.FindBooking(t.Context(), connectors.BookingQuery{Number: ticket.Number})
	require.NoError(t, err)
	require.Equal(t, connectors.TicketConfirmed, left.State)
	require.Len(t, left.Passengers, 1)
	_, err = connector.Cancel(t.Context(), connectors.CancelQuery{Reference: "AP-1/cancel-2", Number: ticket.Number})
	require.NoError(t, err)
	left, err = connector.FindBooking(t.Context(), connectors.BookingQuery{Number: ticket.Number})
	require.NoError(t, err)
	require.Equal(t, connectors.TicketCancelled, left.State)
	require.Len(t, stand.Cancelled(), 2)
}

func TestCancellingBecomesDearerAndThenImpossible(t *testing.T) {
	t.Parallel()
	clock := startClock()
	connector := connect(t, newTwin(t, standin.Config{Clock: clock.Now}))
	ticket := booked(t, connector, "AP-1")
	clock.Move(3 * 24 * time.Hour)
	quote, err := connector.CancelQuote(t.Context(), connectors.CancelQuery{Number: ticket.Number})
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(31_000), quote.Charge)
	require.Equal(t, at(25, 19, 30), quote.Until)
	clock.Move(10 * time.Hour)
	_, err = connector.CancelQuote(t.Context(), connectors.CancelQuery{Number: ticket.Number})
	requireRefused(t, err, connectors.RefusedTooLate)
	_, err = connector.Cancel(t.Context(), connectors.CancelQuery{Reference: "AP-1/cancel", Number: ticket.Number})
	requireRefused(t, err, connectors.RefusedTooLate)
}

func TestCancellationHappensOnceWhenItsAnswerIsLost(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{twin.HalfBody, twin.ResponseLost, twin.StrangePage, twin.ServerError} {
		stand := newTwin(t, standin.Config{Clock: startClock().Now})
		connector := connect(t, stand)
		ticket := booked(t, connector, "AP-1")
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind, Operation: standin.Cancel, Times: 1}))
		_, err := connector.Cancel(t.Context(), connectors.CancelQuery{Reference: "AP-1/cancel", Number: ticket.Number})
		require.NoError(t, err, kind)
		require.Len(t, stand.Cancelled(), 1)
	}
}

func TestBusUnderWayIsLocatedByItsVehicle(t *testing.T) {
	t.Parallel()
	clock := startClock()
	connector := connect(t, newTwin(t, standin.Config{Clock: clock.Now}))
	query := toHyderabad()
	query.Date = at(22, 0, 0)
	trips, err := connector.Search(t.Context(), query)
	require.NoError(t, err)
	_, err = connector.Locate(t.Context(), trips[0].Vehicle)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "not under way yet")
	clock.Move(14 * time.Hour)
	position, err := connector.Locate(t.Context(), trips[0].Vehicle)
	require.NoError(t, err)
	require.Equal(t, trips[0].Vehicle, position.Vehicle)
	require.Equal(t, "HYDERABAD", position.NextStop)
	require.Equal(t, trips[0].Arrives, position.ExpectedAt)
	require.InDelta(t, 16.92, position.Location.Latitude, 0.01)
}

func TestTwinRemembersOverARestart(t *testing.T) {
	t.Parallel()
	config := standin.Config{Clock: startClock().Now, DataDir: t.TempDir()}
	first, err := standin.New(config)
	require.NoError(t, err)
	ticket := booked(t, connect(t, first), "AP-1")
	require.NoError(t, first.Close())
	found, err := connect(t, newTwin(t, config)).FindBooking(t.Context(), connectors.BookingQuery{Reference: "AP-1/confirm"})
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(ticket, found))
}

func TestOpenWantsTheAgentsLogin(t *testing.T) {
	t.Parallel()
	_, err := bus.Family{}.Open(connectors.PortalConfig{Name: "bus", URL: "http://127.0.0.1:1"})
	require.ErrorContains(t, err, bus.CredentialAgent)
}
