package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestThePortalStateIsTheLastThatWasSeen(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	start := time.Now().Truncate(time.Millisecond).UTC()
	seen := func(after time.Duration, state, snapshot string) store.PortalState {
		require.NoError(t, s.SetPortalState(t.Context(), store.PortalState{Portal: "power", State: state, CheckedAt: start.Add(after),
			Latency: 1500 * time.Millisecond, Detail: "why " + state, Snapshot: snapshot}))
		states, err := s.PortalStates(t.Context())
		require.NoError(t, err)
		require.Len(t, states, 1)
		return states[0]
	}
	first := seen(0, "works", "")
	require.Equal(t, "works", first.State)
	require.Equal(t, 1500*time.Millisecond, first.Latency)
	require.Nil(t, first.SnapshotAt)

	same := seen(time.Minute, "works", "")
	require.True(t, same.Since.Equal(start), "since when it works")
	require.True(t, same.CheckedAt.Equal(start.Add(time.Minute)))

	changed := seen(2*time.Minute, "changed", "<form>")
	require.True(t, changed.Since.Equal(start.Add(2*time.Minute)))
	require.Equal(t, "<form>", changed.Snapshot)

	late := seen(time.Second, "down", "")
	require.Equal(t, changed, late, "what was seen earlier changes nothing")

	again := seen(3*time.Minute, "works", "")
	require.Equal(t, "works", again.State)
	require.Equal(t, "<form>", again.Snapshot, "what changed can still be looked at")
	require.True(t, again.SnapshotAt.Equal(start.Add(2*time.Minute)))
}

func TestASnapshotIsKeptWithinItsLimit(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	require.NoError(t, s.SetPortalState(t.Context(), store.PortalState{Portal: "power", State: "changed", CheckedAt: time.Now(),
		Detail: strings.Repeat("d", 5000), Snapshot: "a\x00" + strings.Repeat("పేజీ", 5000)}))
	states, err := s.PortalStates(t.Context())
	require.NoError(t, err)
	require.LessOrEqual(t, len(states[0].Snapshot), 12<<10)
	require.Greater(t, len(states[0].Snapshot), 12<<10-4)
	require.Len(t, states[0].Detail, 1024)
	require.Error(t, s.SetPortalState(t.Context(), store.PortalState{Portal: "power", State: "well", CheckedAt: time.Now()}))
}
