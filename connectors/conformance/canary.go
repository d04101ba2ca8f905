package conformance

import (
	"context"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// canaryOf is a look of a connector at its portal.
func canaryOf(t *testing.T, connector any, asked connectors.Probe) call {
	t.Helper()
	prober, ok := connector.(connectors.Prober)
	require.True(t, ok, "every connector is a connectors.Prober")
	return func(ctx context.Context) error { return prober.Probe(ctx, asked) }
}

// canaryTells checks that a look really asks the portal and tells what is there.
func canaryTells(t *testing.T, b *bench, open opener, asked connectors.Probe) {
	look := func(tight ...tighten) error {
		return canaryOf(t, opened(t, b, open, tight...), asked)(t.Context())
	}
	for range 2 {
		before := b.counted.requests.Load()
		err := look()
		require.True(t, connectors.Works(err), "%v", err)
		require.Greater(t, b.counted.requests.Load(), before, "a look asks the portal every time")
	}
	for kind, allowed := range map[twin.Kind][]connectors.Class{
		twin.Hang: {connectors.ClassUnavailable}, twin.ServerError: {connectors.ClassUnavailable},
		twin.DropBefore: {connectors.ClassUnavailable}, twin.MaintenancePage: {connectors.ClassUnavailable},
		twin.TooMany: {connectors.ClassUnavailable}, twin.StrangePage: {connectors.ClassChanged, connectors.ClassUnavailable},
	} {
		setFault(t, b, lasting(kind, ""))
		err := look(against(kind))
		require.Contains(t, allowed, connectors.ClassOf(err), "under %s: %v", kind, err)
		b.requireRedacted(t, err)
		b.Faults.Clear()
	}
	require.True(t, connectors.Works(look()))
}
