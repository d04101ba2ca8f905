package temple_test

import (
	"fmt"
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/temple"
	standin "github.com/jansetu/jansetu/connectors/temple/twin"
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
				Handler: stand, Faults: stand.Faults,
				Private: []string{"Venkata Lakshmi", "9000000001", "lakshmi@example.in", "VTR0000"},
			},
			Open: func(config connectors.PortalConfig, log *slog.Logger) (connectors.Bookings, error) {
				return temple.Family{Logger: log, Clock: clock.Now}.New(config)
			},
			Search: standin.Search, Hold: standin.Hold, Confirm: standin.Confirm, Find: standin.Find, Release: standin.Release,
			Trips:       darshans(),
			HoldRequest: hold,
			Unknown:     connectors.BookingQuery{Reference: "AP-404/confirm"},
			Holds:       stand.Holds, Bookings: func() int { return len(stand.Bookings()) }, Doubled: stand.DoubleBookings,
			Expire: func() { clock.Move(standin.HoldTime + time.Second) },
		}
	})
}

func darshans() connectors.TripQuery {
	return connectors.TripQuery{Service: "SED", From: "SIM", Date: time.Date(2026, 11, 25, 0, 0, 0, 0, connectors.IndianTime)}
}

func hold(i int, trip connectors.Trip, reference string) connectors.HoldRequest {
	return connectors.HoldRequest{
		Reference: reference, Service: "SED", TripID: trip.ID, From: "SIM", Date: darshans().Date,
		Passengers: []connectors.Passenger{{Name: "Venkata Lakshmi", Gender: "f", Age: 43, IDType: "VOTER", IDNumber: fmt.Sprintf("VTR0000%03d", i)}},
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

func connect(t testing.TB, handler http.Handler, clock *conformance.Clock) *temple.Connector {
	t.Helper()
	return conformance.Connect(t, handler, temple.Family{Clock: clock.Now}.New, connectors.PortalConfig{
		Name: "temple", Breaker: connectors.Breaker{Failures: 3},
	})
}

func startClock() *conformance.Clock {
	return conformance.NewClock(time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime))
}
