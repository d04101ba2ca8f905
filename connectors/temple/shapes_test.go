package temple_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	standin "github.com/jansetu/jansetu/connectors/temple/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestAReleaseThatRenamesTheFormIsToldNameByName(t *testing.T) {
	t.Parallel()
	clock := startClock()
	stand := newTwin(t, standin.Config{Clock: clock.Now})
	connector := connect(t, stand, clock)
	trips, err := connector.Search(t.Context(), darshans())
	require.NoError(t, err)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.RenamedIDs}))
	_, err = connector.Hold(t.Context(), hold(0, trips[0], "AP-1/hold"))
	changed, ok := errors.AsType[*connectors.ChangedError](err)
	require.True(t, ok, "%v", err)
	require.Contains(t, changed.Seen, "missing: ")
	require.Contains(t, changed.Seen, "new there: ")
}
