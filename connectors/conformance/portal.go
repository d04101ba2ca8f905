package conformance

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// A call that is expected to answer gets the patient deadline, which a busy
// machine keeps; one that is expected to run into its deadline the hasty one.
const (
	patientDeadline = 5 * time.Second
	hastyDeadline   = 300 * time.Millisecond
)

func hasty(c *connectors.PortalConfig) {
	c.Timeouts = connectors.Timeouts{Attempt: hastyDeadline, Total: 2 * hastyDeadline}
}

// runsIntoDeadline tells the faults that only a deadline ends.
func runsIntoDeadline(kind twin.Kind) bool {
	return kind == twin.Slow || kind == twin.Hang || kind == twin.ResponseHangs
}

// config is a portal at url that nothing in the suite slows down; tests tighten
// what they are about.
func config(url string, settings map[string]string) connectors.PortalConfig {
	return connectors.PortalConfig{
		Name: "conformance", URL: url, Settings: settings,
		Budget:   connectors.Budget{RequestsPerSecond: 100_000, Burst: 100_000, Concurrent: 64},
		Timeouts: connectors.Timeouts{Attempt: patientDeadline, Total: 2 * patientDeadline},
		Breaker:  connectors.Breaker{Failures: 1000},
	}
}

// gauge counts what reaches the twin.
type gauge struct {
	next           http.Handler
	inFlight, most atomic.Int32
	requests       atomic.Int32
}

func (g *gauge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.requests.Add(1)
	now := g.inFlight.Add(1)
	defer g.inFlight.Add(-1)
	for {
		seen := g.most.Load()
		if now <= seen || g.most.CompareAndSwap(seen, now) {
			break
		}
	}
	g.next.ServeHTTP(w, r)
}

func listen(t *testing.T, handler http.Handler) (string, *gauge) {
	t.Helper()
	counted := &gauge{next: handler}
	server := httptest.NewServer(counted)
	t.Cleanup(server.Close)
	return server.URL, counted
}

// call is a read of the capability under test, without its value.
type call func(ctx context.Context) error

// faultsOfARead tells what each fault means to a call that changes nothing.
func faultsOfARead() map[twin.Kind]connectors.Class {
	return map[twin.Kind]connectors.Class{
		twin.Slow: connectors.ClassUnavailable, twin.Hang: connectors.ClassUnavailable,
		twin.ServerError: connectors.ClassUnavailable, twin.BadGateway: connectors.ClassUnavailable,
		twin.Unavailable: connectors.ClassUnavailable, twin.TooMany: connectors.ClassUnavailable,
		twin.ErrorPage: connectors.ClassUnavailable, twin.MaintenancePage: connectors.ClassUnavailable,
		twin.StrangePage: connectors.ClassChanged, twin.DropBefore: connectors.ClassUnavailable,
		twin.ResponseLost: connectors.ClassUnavailable, twin.ResponseHangs: connectors.ClassUnavailable,
	}
}

// faultsOfAChange tells what each fault means to a call that changes something.
// Only a portal that says "not now" proves that nothing happened.
func faultsOfAChange() map[twin.Kind]connectors.Class {
	classes := map[twin.Kind]connectors.Class{}
	for _, kind := range twin.HTTPKinds() {
		classes[kind] = connectors.ClassOutcomeUnknown
	}
	classes[twin.Unavailable] = connectors.ClassUnavailable
	classes[twin.TooMany] = connectors.ClassUnavailable
	classes[twin.MaintenancePage] = connectors.ClassUnavailable
	return classes
}

// lasting is a fault until cleared, slow enough to run into the deadline.
func lasting(kind twin.Kind, operation string) twin.Fault {
	return twin.Fault{Kind: kind, Operation: operation, DelayMS: 6000, RetryAfter: 30}
}

// requireWithin runs a call and checks that its deadlines held.
func requireWithin(t *testing.T, want connectors.Class, run call) {
	t.Helper()
	started := time.Now()
	err := run(t.Context())
	require.Equal(t, want, connectors.ClassOf(err), "%v", err)
	require.Less(t, time.Since(started), patientDeadline)
}

// requireBreaker checks that a failing portal is left alone and taken up again.
func requireBreaker(t *testing.T, counted *gauge, dial *twin.Dial, run call) {
	t.Helper()
	require.NoError(t, dial.Set(twin.Fault{Kind: twin.ServerError}))
	for range 3 {
		require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(run(t.Context())))
	}
	before := counted.requests.Load()
	var open *connectors.UnavailableError
	require.ErrorAs(t, run(t.Context()), &open)
	require.Equal(t, connectors.ReasonBreakerOpen, open.Reason)
	require.Positive(t, open.RetryAfter, "the next try has a time")
	require.Equal(t, before, counted.requests.Load(), "an open breaker sends nothing")
	dial.Clear()
	require.Eventually(t, func() bool { return run(t.Context()) == nil }, 5*time.Second, 20*time.Millisecond)
	require.NoError(t, run(t.Context()))
}

// requireBudget makes 100 calls at once and checks what reached the portal.
func requireBudget(t *testing.T, counted *gauge, budget connectors.Budget, run call) {
	t.Helper()
	started := time.Now()
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			class := connectors.ClassOf(run(t.Context()))
			if class != connectors.ClassOK && class != connectors.ClassUnavailable {
				t.Errorf("a call over budget is %s", class)
			}
		})
	}
	group.Wait()
	allowed := float64(budget.Burst) + time.Since(started).Seconds()*budget.RequestsPerSecond + 1
	require.LessOrEqual(t, float64(counted.requests.Load()), allowed)
	require.LessOrEqual(t, int(counted.most.Load()), budget.Concurrent)
}

// requireStopsAtOnce cancels a call that hangs at the portal.
func requireStopsAtOnce(t *testing.T, counted *gauge, want connectors.Class, run call) {
	t.Helper()
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	before := counted.requests.Load()
	answered := make(chan error, 1)
	go func() { answered <- run(ctx) }()
	require.Eventually(t, func() bool { return counted.requests.Load() > before }, 5*time.Second, time.Millisecond)
	started := time.Now()
	cancel()
	require.Equal(t, want, connectors.ClassOf(<-answered))
	require.Less(t, time.Since(started), patientDeadline/5)
}
