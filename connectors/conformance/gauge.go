package conformance

import (
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// gauge stands between the connector and the twin: it counts what passes, and
// disturbs one exchange when told to.
type gauge struct {
	next           http.Handler
	inFlight, most atomic.Int32
	requests       atomic.Int32
	connections    atomic.Int32
	cookiesBrought atomic.Bool
	visitStarted   atomic.Bool

	mu    sync.Mutex
	at    int32 // the request to disturb; 0 is none
	fault twin.Fault
}

func (g *gauge) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	count := g.requests.Add(1)
	now := g.inFlight.Add(1)
	defer g.inFlight.Add(-1)
	for {
		seen := g.most.Load()
		if now <= seen || g.most.CompareAndSwap(seen, now) {
			break
		}
	}
	if g.visitStarted.CompareAndSwap(true, false) && r.Header.Get("Cookie") != "" {
		g.cookiesBrought.Store(true)
	}
	if fault, hit := g.disturbed(count); hit {
		fault.Play(w, r, g.next)
		return
	}
	g.next.ServeHTTP(w, r)
}

// disturb plays the fault at the n-th exchange from now, once.
func (g *gauge) disturb(n int, fault twin.Fault) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at, g.fault = g.requests.Load()+int32(n), fault //nolint:gosec // n is a small count
}

func (g *gauge) calm() {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.at = 0
}

func (g *gauge) disturbed(count int32) (twin.Fault, bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return g.fault, g.at == count
}

// startVisit watches the next request for cookies of an earlier visit.
func (g *gauge) startVisit() { g.visitStarted.Store(true) }

func (g *gauge) broughtCookies() bool { return g.cookiesBrought.Load() }

// requireQuiet waits until the twin has finished with every request, also with
// those whose caller has given up: on a busy machine it may be in the midst of one.
func (g *gauge) requireQuiet(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool { return g.inFlight.Load() == 0 }, patientDeadline, time.Millisecond)
}

// mark forgets what was counted so far.
func (g *gauge) mark() {
	g.requests.Store(0)
	g.most.Store(0)
}

func listen(t *testing.T, handler http.Handler) (string, *gauge) {
	t.Helper()
	counted := &gauge{next: handler}
	server := httptest.NewUnstartedServer(counted)
	server.Config.ConnState = func(_ net.Conn, state http.ConnState) {
		switch state {
		case http.StateNew:
			counted.connections.Add(1)
		case http.StateClosed, http.StateHijacked:
			counted.connections.Add(-1)
		default:
		}
	}
	server.Start()
	t.Cleanup(server.Close)
	return server.URL, counted
}

func exchangeName(kind twin.Kind, at int) string { return fmt.Sprintf("%s at %d", kind, at) }

func knows(dial *twin.Dial, kind twin.Kind) bool {
	return slices.Contains(dial.Kinds(), kind)
}

func challengeOf(err error) (*connectors.ChallengeError, bool) {
	return errors.AsType[*connectors.ChallengeError](err)
}

// requireRedacted looks for people's data in an error with its evidence, and in
// what was logged.
func (b *bench) requireRedacted(t *testing.T, err error) {
	t.Helper()
	seen := b.log.String()
	if err != nil {
		seen += err.Error()
	}
	if changed, ok := errors.AsType[*connectors.ChangedError](err); ok {
		seen += changed.Expected + changed.Seen + changed.Evidence + changed.Snapshot
	}
	for _, private := range b.Private {
		//nolint:testifylint // NotContains would print all of it
		require.False(t, strings.Contains(seen, private), "people's data in an error or a log: %v", err)
	}
}
