package panchayat_test

import (
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/panchayat/twin"
	base "github.com/jansetu/jansetu/connectors/twin"
)

func TestAReleaseThatRenamesTheFormIsToldNameByName(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, twin.Config{})
	connector := connect(t, stand)
	require.NoError(t, stand.Faults.Set(base.Fault{Kind: base.RenamedIDs}))
	_, err := connector.Submit(t.Context(), residence(0, "AP-1/submit"))
	changed, ok := errors.AsType[*connectors.ChangedError](err)
	require.True(t, ok, "%v", err)
	require.Contains(t, changed.Seen, "missing: ")
	require.Contains(t, changed.Seen, "new there: ")
}
