package bus_test

import (
	"log/slog"
	"net/http"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bus"
	standin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/conformance"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.RunBooking(t, func(t *testing.T) conformance.BookingSubject {
		t.Helper()
		clock := startClock()
		stand := newTwin(t, standin.Config{Clock: clock.Now})
		return conformance.BookingSubject{
			Subject: conformance.Subject{
				Handler: stand, Faults: stand.Faults, Credentials: login(),
				Private: []string{"Venkata Lakshmi", "9000000001", "lakshmi@example.in", standin.Password},
			},
			Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Bookings, error) {
				return bus.Family{Logger: log, Clock: clock.Now}.New(config)
			},
			Search: standin.Search, Hold: standin.Hold, Confirm: standin.Confirm, Find: standin.Find, Release: standin.Release,
			Trips:       toHyderabad(),
			HoldRequest: hold,
			Unknown:     connectors.BookingQuery{Reference: "AP-404/confirm"},
			Holds:       stand.Holds, Bookings: func() int { return len(stand.Bookings()) }, Doubled: stand.DoubleBookings,
			Cancel: standin.Cancel, Cancellations: func() int { return len(stand.Cancelled()) }, DoubleCancelled: stand.DoubleCancellations,
			Expire: func() { clock.Move(standin.HoldTime + time.Second) },
		}
	})
}

func login() map[string]string {
	return map[string]string{bus.CredentialAgent: standin.Agent, bus.CredentialPassword: standin.Password}
}

func toHyderabad() connectors.TripQuery {
	return connectors.TripQuery{From: "1", To: "2", Date: time.Date(2026, 11, 25, 0, 0, 0, 0, connectors.IndianTime)}
}

// hold takes the i-th of the front seats, which are free.
func hold(i int, trip connectors.Trip, reference string) connectors.HoldRequest {
	seats := []int{1, 2, 3, 5, 6, 7, 8, 9, 10, 11}
	return connectors.HoldRequest{
		Reference: reference, TripID: trip.ID, From: "1", To: "2", Date: toHyderabad().Date, Boarding: "102",
		Passengers: []connectors.Passenger{{Name: "Venkata Lakshmi", Gender: "f", Age: 43, Seat: strconv.Itoa(seats[i%len(seats)])}},
		Mobile:     "9000000001", Email: "lakshmi@example.in",
	}
}

func newTwin(t testing.TB, config standin.Config) *standin.Twin {
	t.Helper()
	made, err := standin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func connect(t testing.TB, handler http.Handler) *bus.Connector {
	t.Helper()
	return conformance.Connect(t, handler, bus.Family{Clock: startClock().Now}.New, connectors.PortalConfig{Name: "bus", Credentials: login()})
}

func startClock() *conformance.Clock {
	return conformance.NewClock(time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime))
}
