package edistrict_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/edistrict/twin"
	base "github.com/jansetu/jansetu/connectors/twin"
)

func TestAReleaseThatMovesTheHistoryIsToldHeadingByHeading(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	require.NoError(t, office.Faults.Set(base.Fault{Kind: base.StrangePage, Operation: twin.Track}))
	_, err := office.worker(t).Status(t.Context(), connectors.ApplicationQuery{Number: "EINC/2026/00001"})
	changed, ok := errors.AsType[*connectors.ChangedError](err)
	require.True(t, ok, "%v", err)
	require.Contains(t, changed.Seen, "missing: heading Date, heading Officer, heading Remarks, heading Status, heading Task")
	require.Contains(t, changed.Seen, "new there: input user, ")
}
