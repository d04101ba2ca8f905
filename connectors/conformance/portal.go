package conformance

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// A call that is expected to answer gets the patient deadline, which a busy
// machine keeps; one that is expected to run into its deadline the hasty one. One
// that is to be cancelled gets the distant one: what ends before it was cancelled.
const (
	patientDeadline = 30 * time.Second
	hastyDeadline   = 300 * time.Millisecond
	distantDeadline = 5 * time.Minute
)

func hasty(c *connectors.PortalConfig) {
	c.Timeouts = connectors.Timeouts{Attempt: hastyDeadline, Total: 2 * hastyDeadline}
}

// patient waits so long that only a cancellation ends a hanging call.
func patient(c *connectors.PortalConfig) {
	c.Timeouts = connectors.Timeouts{Attempt: distantDeadline, Total: distantDeadline}
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

// call is a read of the capability under test, without its value.
type call func(ctx context.Context) error

// faultsOfARead tells the classes that each fault may lead to when it lasts
// through a call that changes nothing.
func faultsOfARead() map[twin.Kind][]connectors.Class {
	classes := map[twin.Kind][]connectors.Class{}
	for _, kind := range twin.HTTPKinds() {
		classes[kind] = []connectors.Class{connectors.ClassUnavailable}
	}
	// A login page in place of data may mean a lost session, which is worth
	// another visit.
	classes[twin.StrangePage] = []connectors.Class{connectors.ClassChanged, connectors.ClassUnavailable}
	classes[twin.HugeBody] = []connectors.Class{connectors.ClassChanged}
	// Half of an answer may hold all that was asked for; what it must not be is
	// "not found".
	classes[twin.CutPage] = []connectors.Class{connectors.ClassOK, connectors.ClassChanged, connectors.ClassUnavailable}
	classes[twin.WrongCharset] = []connectors.Class{connectors.ClassOK}
	classes[twin.SessionLost] = []connectors.Class{connectors.ClassOK, connectors.ClassUnavailable, connectors.ClassChallenge}
	return classes
}

// faultsOfAChange tells the faults that must be called "not now" when they last
// through a call that changes something: the portal itself said that nothing
// happened.
func faultsOfAChange() map[twin.Kind]connectors.Class {
	return map[twin.Kind]connectors.Class{
		twin.Unavailable: connectors.ClassUnavailable, twin.TooMany: connectors.ClassUnavailable,
		twin.MaintenancePage: connectors.ClassUnavailable,
	}
}

// lasting is a fault until cleared, slow enough to run into the hasty deadline.
func lasting(kind twin.Kind, operation string) twin.Fault {
	return twin.Fault{Kind: kind, Operation: operation, DelayMS: 6000, RetryAfter: 30}
}

// requireLeftAlone checks that nothing is sent to a portal that has failed so often.
func requireLeftAlone(t *testing.T, counted *gauge, run call) {
	t.Helper()
	requireFailures(t, run)
	before := counted.requests.Load()
	var open *connectors.UnavailableError
	require.ErrorAs(t, run(t.Context()), &open)
	require.Equal(t, connectors.ReasonBreakerOpen, open.Reason)
	require.Positive(t, open.RetryAfter, "the next try has a time")
	require.Equal(t, before, counted.requests.Load(), "an open breaker sends nothing")
}

// requireTakenUpAgain checks that a portal that is well again is used again.
func requireTakenUpAgain(t *testing.T, dial *twin.Dial, run call) {
	t.Helper()
	requireFailures(t, run)
	dial.Clear()
	require.Eventually(t, func() bool { return run(t.Context()) == nil }, patientDeadline, 20*time.Millisecond)
	require.NoError(t, run(t.Context()))
}

// requireFailures calls a failing portal until the breaker opens.
func requireFailures(t *testing.T, run call) {
	t.Helper()
	for range failuresToOpen {
		require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(run(t.Context())))
	}
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
	require.Eventually(t, func() bool { return counted.requests.Load() > before }, patientDeadline, time.Millisecond)
	started := time.Now()
	cancel()
	require.Equal(t, want, connectors.ClassOf(<-answered))
	require.Less(t, time.Since(started), distantDeadline/5)
}
