package conformance

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// readFaults plays each fault on the operation that a read is about.
func readFaults(t *testing.T, b *bench, reads []read) {
	for _, asked := range reads {
		for kind, allowed := range faultsOfARead() {
			setFault(t, b, lasting(kind, asked.operation))
			requireOneOf(t, asked.name+" under "+string(kind), allowed, asked.open(t, against(kind)))
			b.Faults.Clear()
		}
	}
}

// readExchanges disturbs each exchange of a read in turn; afterwards the same
// read works.
func readExchanges(t *testing.T, b *bench, reads []read) {
	for _, asked := range reads {
		before := b.counted.requests.Load()
		require.NoError(t, asked.open(t)(t.Context()))
		exchanges := int(b.counted.requests.Load() - before)
		for _, kind := range disturbances() {
			for at := 1; at <= exchanges; at++ {
				b.counted.disturb(at, lasting(kind, ""))
				name := asked.name + " under " + exchangeName(kind, at)
				requireOneOf(t, name, withOK(faultsOfARead()[kind]), asked.open(t, against(kind)))
				b.counted.calm()
			}
		}
		require.NoError(t, asked.open(t)(t.Context()))
	}
}

// withOK: one disturbed exchange may be made good by the one retry of a GET, by
// a new session, or be of no weight for the result.
func withOK(allowed []connectors.Class) []connectors.Class {
	return append(slices.Clone(allowed), connectors.ClassOK, connectors.ClassUnavailable, connectors.ClassChanged)
}

func requireOneOf(t *testing.T, name string, allowed []connectors.Class, run call) {
	t.Helper()
	started := time.Now()
	err := run(t.Context())
	require.Contains(t, allowed, connectors.ClassOf(err), "%s: %v", name, err)
	require.Less(t, time.Since(started), 2*patientDeadline, name)
}

func readBreaker(t *testing.T, b *bench, reads []read) {
	setFault(t, b, twin.Fault{Kind: twin.ServerError})
	requireLeftAlone(t, b.counted, reads[0].open(t, opensFor(time.Hour)))
	requireTakenUpAgain(t, b.Faults, reads[0].open(t, opensFor(100*time.Millisecond)))
}

func readBudget(t *testing.T, b *bench, reads []read) {
	run := reads[0].open(t, func(c *connectors.PortalConfig) { c.Budget = narrow() })
	b.counted.mark()
	requireBudget(t, b.counted, narrow(), run)
}

func readCancelled(t *testing.T, b *bench, reads []read) {
	for _, asked := range reads {
		setFault(t, b, twin.Fault{Kind: twin.Hang})
		requireStopsAtOnce(t, b.counted, connectors.ClassCanceled, asked.open(t, patient))
		b.Faults.Clear()
	}
}

// readRedacted looks for people's data in what operators read.
func readRedacted(t *testing.T, b *bench, reads []read) {
	for _, asked := range reads {
		require.NoError(t, asked.open(t)(t.Context()))
		for _, kind := range []twin.Kind{twin.ServerError, twin.StrangePage, twin.CutPage, twin.HalfBody, twin.DropBefore, twin.HugeBody} {
			setFault(t, b, lasting(kind, asked.operation))
			b.requireRedacted(t, asked.open(t)(t.Context()))
			b.Faults.Clear()
		}
	}
}

// readLeaks closes a connector that met trouble and waits until the portal has
// no connection of it any more.
func readLeaks(t *testing.T, b *bench, reads []read) {
	before := b.counted.connections.Load()
	t.Run("used", func(t *testing.T) { // its connectors are closed when it ends
		for _, asked := range reads {
			for _, kind := range []twin.Kind{twin.StrangePage, twin.HalfBody, twin.HugeBody, twin.ResponseLost} {
				setFault(t, b, lasting(kind, asked.operation))
				_ = asked.open(t)(t.Context())
				b.Faults.Clear()
			}
			require.NoError(t, asked.open(t)(t.Context()))
		}
	})
	require.Eventually(t, func() bool { return b.counted.connections.Load() <= before }, patientDeadline, time.Millisecond)
}

// readCookies makes two visits with one connector: the second begins without the
// cookies of the first.
func readCookies(t *testing.T, b *bench, reads []read) {
	if b.SharedLogin {
		t.Skip("the hub itself is logged in")
	}
	for _, asked := range reads {
		run := asked.open(t)
		require.NoError(t, run(t.Context()))
		b.counted.startVisit()
		require.NoError(t, run(context.WithoutCancel(t.Context())))
		require.False(t, b.counted.broughtCookies(), "%s began with cookies of another visit", asked.name)
	}
}
