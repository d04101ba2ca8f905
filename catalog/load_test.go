package catalog_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
)

func andhra(t testing.TB) *catalog.Catalog {
	t.Helper()
	loaded, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	return loaded
}

func TestLoadGivesTheShippedState(t *testing.T) {
	t.Parallel()
	loaded := andhra(t)

	require.Equal(t, []catalog.Language{"en", "te", "hi"}, loaded.Languages())
	require.Equal(t, "తెలుగు", loaded.LanguageName("te"))
	service, ok := loaded.Service("electricity-bill-south")
	require.True(t, ok)
	require.Equal(t, catalog.KindBill, service.Kind)
	t.Log(loaded.Find("bijli ka bill", 3), loaded.Find("కరెంటు బిల్లు", 3), loaded.Find("karent bilu", 3))
}
