package payments_test

import (
	"context"
	"log/slog"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	connectorpayments "github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/gateway/payments"
)

// patience is a clock that a test rings: Events waits at it, and goes on when the test lets it.
type patience struct {
	asked chan time.Duration
	ring  chan time.Time
}

// patientTill has events that wait at a clock, until the test stops them.
func patientTill(t *testing.T) (till till, p patience, stop func()) {
	t.Helper()
	till = newTill(t)
	p = patience{asked: make(chan time.Duration), ring: make(chan time.Time)}
	till.events = payments.New(payments.Config{
		Store: till.store, Books: money.NewBooks(till.store), Workflows: till.woken, Gateways: map[string]connectorpayments.Gateway{provider: till.gateway},
		Log: slog.New(slog.DiscardHandler), After: func(wait time.Duration) <-chan time.Time {
			p.asked <- wait
			return p.ring
		},
	})
	ctx, cancel := context.WithCancel(t.Context())
	var running sync.WaitGroup
	running.Go(func() { till.events.LookAgain(ctx) })
	return till, p, func() {
		cancel()
		running.Wait()
	}
}

const signals = `select count(*) from outbox where kind = 'workflow_signal'`

func TestAPaymentThatStaysUndecidedWakesItsRequestOnce(t *testing.T) {
	t.Parallel()
	till, p, stop := patientTill(t)
	defer stop()
	begin := func(event, order string) {
		require.NoError(t, till.deliver(t.Context(), event, "payment.authorized", order))
	}
	begin("evt_1", "R1-bill")
	begin("evt_1", "R1-bill")
	require.InDelta(t, 8*time.Second, <-p.asked, float64(2*time.Second))
	require.Zero(t, till.count(t, signals))
	for _, later := range []string{"R2", "R3"} {
		addOrder(t, till.store, later)
		begin("evt of "+later, later+"-bill")
		p.ring <- time.Time{}
		<-p.asked // for how long to wait for the later one: the one before was looked at
		require.Equal(t, 1, till.count(t, signals+` and lane = 'w:R1'`))
		begin("evt_1", "R1-bill") // delivered again, which is no news
		p.ring <- time.Time{}
		<-p.asked
	}
	require.Equal(t, 3, till.count(t, signals))
}

func TestAPaymentThatIsDecidedMeanwhileIsNotLookedAt(t *testing.T) {
	t.Parallel()
	till, p, stop := patientTill(t)
	require.NoError(t, till.deliver(t.Context(), "evt_1", "payment.authorized", "R1-bill"))
	<-p.asked
	require.NoError(t, till.deliver(t.Context(), "evt_2", "payment.captured", "R1-bill"))
	p.ring <- time.Time{}
	stop()
	require.Zero(t, till.count(t, signals))
	require.Len(t, till.woken.signals, 1, "of its capture")
}

func TestWhatWasBegunIsForgottenWithTheProcess(t *testing.T) {
	t.Parallel()
	till, p, stop := patientTill(t)
	require.NoError(t, till.deliver(t.Context(), "evt_1", "payment.authorized", "R1-bill"))
	<-p.asked
	stop()
	require.Zero(t, till.count(t, signals))
	standing, err := money.NewBooks(till.store).Standing(t.Context(), "R1-bill")
	require.NoError(t, err)
	require.Equal(t, payment.StateAuthorized, standing.State)
}
