package conformance

import (
	"context"
	"log/slog"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// capability is a suite: what is checked of every connector, and what is the
// capability's own.
type capability[S any] struct {
	name  string
	start func(t *testing.T) S
	bench func(S) Subject
	// reads makes the calls that change nothing, each ready to be made on the
	// bench's twin.
	reads   func(t *testing.T, b *bench, subject S) []read
	changes []change[S]
	own     map[string]func(*testing.T, *bench, S)
	// open makes the connector for a canary, probe says what it asks for.
	open  func(S) opener
	probe func(S) connectors.Probe
	// probes are the calls of a real portal besides the canary's; see package
	// live.
	probes func(t *testing.T, subject S) []probe
}

// opener makes a connector whose capabilities are found by assertion.
type opener = func(connectors.PortalConfig, *slog.Logger) (any, error)

// untyped is an Open whose connector is asked what else it can do.
func untyped[C any](open func(connectors.PortalConfig, *slog.Logger) (C, error)) opener {
	return func(config connectors.PortalConfig, log *slog.Logger) (any, error) { return open(config, log) }
}

// read is a call that changes nothing.
type read struct {
	name, operation string
	// open makes a connector and answers the call on it.
	open func(t *testing.T, tight ...tighten) call
}

// change is a call that must happen once.
type change[S any] struct {
	name string
	// operation is empty for a connector that does not make this change.
	operation func(S) string
	make      func(*bench, S) attempt
}

// attempt is one change on one twin.
type attempt struct {
	// prepare does what comes before the change and is not under test; nil is
	// nothing.
	prepare func(t *testing.T)
	// do makes the change with a connector of its own, answering challenges;
	// find looks it up with another, as another worker would.
	do   func(ctx context.Context, t *testing.T, tight ...tighten) error
	find func(ctx context.Context, t *testing.T) error
	// happened counts how often it really happened, doubled how often too much.
	happened, doubled func() int
	// again is how the caller goes on where it need not look up; nil is by find.
	again func(ctx context.Context, t *testing.T) error
	// repeatable says that calling again is always safe, so that an error says
	// nothing about what happened.
	repeatable bool
	// ended checks what there is when all is over; nil wants it to have happened
	// once.
	ended func(t *testing.T)
}

// run runs every behaviour as a subtest of its own name, on a twin of its own.
func (c capability[S]) run(t *testing.T) {
	t.Helper()
	if isLive() {
		subject := c.start(t)
		bench := c.bench(subject)
		canary := probe{"a canary", canaryOf(t, liveConnector(t, bench, c.open(subject)), bench.probe(c.probe(subject)))}
		runLive(t, c.name, append(c.probes(t, subject), canary))
		return
	}
	t.Run(c.name, func(t *testing.T) {
		for name, test := range c.own {
			c.behaviour(t, name, test)
		}
		for name, test := range map[string]func(*testing.T, *bench, []read){
			"every fault of the dial on a read":  readFaults,
			"a fault at every exchange, reading": readExchanges,
			"breaker opens and closes":           readBreaker,
			"budget holds for a hundred calls":   readBudget,
			"cancelled calls stop at once":       readCancelled,
			"errors and logs are redacted":       readRedacted,
			"no connection is left behind":       readLeaks,
			"cookies of one visit stay in it":    readCookies,
		} {
			c.behaviour(t, name, func(t *testing.T, b *bench, subject S) { test(t, b, c.reads(t, b, subject)) })
		}
		c.behaviour(t, "a canary tells how the portal is", func(t *testing.T, b *bench, subject S) {
			canaryTells(t, b, c.open(subject), b.probe(c.probe(subject)))
		})
		for _, tried := range c.changes {
			c.once(t, tried)
		}
	})
}

func (c capability[S]) behaviour(t *testing.T, name string, test func(*testing.T, *bench, S)) {
	t.Run(name, func(t *testing.T) {
		t.Parallel()
		subject := c.start(t)
		test(t, newBench(t, c.bench(subject)), subject)
	})
}

// once runs a change under every fault.
func (c capability[S]) once(t *testing.T, tried change[S]) {
	c.changing(t, tried, " once under every fault of the dial", func(t *testing.T) {
		for _, kind := range playable() {
			t.Run(string(kind), func(t *testing.T) {
				t.Parallel()
				b, subject, try := c.prepared(t, tried)
				setFault(t, b, lasting(kind, tried.operation(subject)))
				err := changeUnder(t, b, try, kind)
				if want, told := faultsOfAChange()[kind]; told {
					require.Equal(t, want, connectors.ClassOf(err), "%v", err)
				}
			})
		}
	})
	c.changing(t, tried, " once under drift", func(t *testing.T) { c.onceUnderDrift(t, tried) })
	c.changing(t, tried, " once with a fault at every exchange", func(t *testing.T) {
		exchanges := c.exchanges(t, tried)
		for _, kind := range disturbances() {
			for at := 1; at <= exchanges; at++ {
				t.Run(exchangeName(kind, at), func(t *testing.T) {
					t.Parallel()
					b, _, try := c.prepared(t, tried)
					b.counted.disturb(at, lasting(kind, ""))
					_ = changeUnder(t, b, try, kind)
				})
			}
		}
	})
	c.changing(t, tried, " cancelled is unknown or never sent", func(t *testing.T) {
		b, subject, try := c.prepared(t, tried)
		changeCancelled(t, b, tried.operation(subject), try)
	})
}

// changing runs one behaviour of a change, if the connector makes it.
func (c capability[S]) changing(t *testing.T, tried change[S], behaviour string, test func(t *testing.T)) {
	t.Run(tried.name+behaviour, func(t *testing.T) {
		t.Parallel()
		if tried.operation(c.start(t)) == "" {
			t.Skip("this connector does not make it")
		}
		test(t)
	})
}

func (c capability[S]) onceUnderDrift(t *testing.T, tried change[S]) {
	dial := c.bench(c.start(t)).Faults
	drifts := slices.DeleteFunc(twin.DriftKinds(), func(kind twin.Kind) bool { return !knows(dial, kind) })
	if len(drifts) == 0 {
		t.Skip("this twin does not drift")
	}
	for _, kind := range drifts {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			b, _, try := c.prepared(t, tried)
			setFault(t, b, twin.Fault{Kind: kind})
			_ = changeUnder(t, b, try, kind)
		})
	}
}

func (c capability[S]) prepared(t *testing.T, tried change[S]) (*bench, S, attempt) {
	subject := c.start(t)
	b := newBench(t, c.bench(subject))
	return b, subject, prepare(t, tried.make(b, subject))
}

func prepare(t *testing.T, try attempt) attempt {
	if try.prepare != nil {
		try.prepare(t)
	}
	return try
}

// exchanges counts the exchanges of an undisturbed change.
func (c capability[S]) exchanges(t *testing.T, tried change[S]) int {
	b, _, try := c.prepared(t, tried)
	before := b.counted.requests.Load()
	if err := try.do(t.Context(), t); err != nil {
		t.Fatalf("undisturbed %s: %v", tried.name, err)
	}
	return int(b.counted.requests.Load() - before)
}
