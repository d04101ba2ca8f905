package catalog_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
)

func TestAServiceKeepsAnswersForItsOwnTermElseTheStates(t *testing.T) {
	t.Parallel()
	andhra, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	const day = 24 * time.Hour
	require.Equal(t, 180*day, andhra.Retention(&catalog.Service{}))
	require.Equal(t, 30*day, andhra.Retention(&catalog.Service{Retention: catalog.Retention{Days: 30, Source: "2026"}}))
}
