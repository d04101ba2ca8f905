package speed

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// Call makes one read of a family's.
type Call func(ctx context.Context) error

// Case opens a connector for measuring. It gives the meter to the connector as its
// observer, and the config of Meter.Serve.
type Case func(t testing.TB, meter *Meter) Call

// Subject is a family as it is measured.
type Subject struct {
	// Ordinary is a read that citizens wait for, from the family's twin.
	Ordinary Case
	// Large is a read whose last answer is a page, or what the family reads in its
	// place, of 200 KB.
	Large Case
}

// Meter is the observer of a connector that is measured, and the clock at its
// portal's door.
type Meter struct {
	inside atomic.Int64
	hold   *hold // nil but while sessions are held
}

var _ portal.ExchangeObserver = (*Meter)(nil)

// Serve starts the portal and answers the config of a connector of it, without
// credentials and with nothing that would slow it down.
func (m *Meter) Serve(t testing.TB, handler http.Handler) connectors.PortalConfig {
	t.Helper()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		started := time.Now()
		handler.ServeHTTP(w, r)
		m.inside.Add(int64(time.Since(started)))
	}))
	t.Cleanup(server.Close)
	return connectors.PortalConfig{
		Name: "measured", URL: server.URL,
		Budget:   connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6, Concurrent: 2 * Sessions, MaxWait: time.Minute},
		Breaker:  connectors.Breaker{Failures: 1 << 20},
		Timeouts: connectors.Timeouts{Attempt: time.Minute, Total: time.Minute},
	}
}

// PortalCalled implements connectors.Observer.
func (m *Meter) PortalCalled(connectors.Call) {}

// BreakerChanged implements connectors.Observer.
func (m *Meter) BreakerChanged(string, connectors.BreakerState) {}

// PortalAwaited implements portal.ExchangeObserver. It holds a session that has read
// its last answer, for as long as the others need to come there.
func (m *Meter) PortalAwaited(ctx context.Context, _, _ string, waited time.Duration) {
	read, ok := ctx.Value(readingKey{}).(*reading)
	if !ok {
		return
	}
	read.calls++
	read.before, read.last, read.waited = read.last, time.Now(), waited
	if m.hold != nil && read.calls == m.hold.calls {
		m.hold.arrive(ctx)
	}
}

type readingKey struct{}

// reading follows one Call.
type reading struct {
	calls int
	// last is when the last call of the portal ended, and before the one before it.
	before, last time.Time
	// waited is how long the last one waited.
	waited time.Duration
}

// cost is what one Call took.
type cost struct {
	// overhead is the time beside the portal's own.
	overhead time.Duration
	// page is from the end of the call of the portal before the last one to the
	// result, beside the time that the last one waited.
	page  time.Duration
	calls int
}

func (m *Meter) measure(ctx context.Context, call Call) (cost, error) {
	m.inside.Store(0)
	started := time.Now()
	read := &reading{last: started}
	err := call(context.WithValue(ctx, readingKey{}, read))
	ended := time.Now()
	return cost{
		overhead: ended.Sub(started) - time.Duration(m.inside.Load()),
		page:     ended.Sub(read.before) - read.waited,
		calls:    read.calls,
	}, err
}

// hold keeps sessions where they are until all are there.
type hold struct {
	calls   int
	missing atomic.Int64
	full    chan struct{}
	release chan struct{}
}

func newHold(calls, sessions int) *hold {
	made := &hold{calls: calls, full: make(chan struct{}), release: make(chan struct{})}
	made.missing.Store(int64(sessions))
	return made
}

func (h *hold) arrive(ctx context.Context) {
	if h.missing.Add(-1) == 0 {
		close(h.full)
	}
	select {
	case <-h.release:
	case <-ctx.Done():
	}
}
