//go:build realportal

package realportal_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
)

const scriptManager = "ScriptManager1"

func beginPanel(t *testing.T) *aspnet.Visit {
	t.Helper()
	visit := aspnet.NewVisit(session(t), aspnet.Config{
		Start: portal.Request{Operation: "start", Path: "panel/panel.aspx"}, ScriptManager: scriptManager,
	})
	require.NoError(t, visit.Start(t.Context()))
	return visit
}

// chosen posts the district asynchronously, as the page's script does.
func chosen(t *testing.T, visit *aspnet.Visit, district string) {
	t.Helper()
	require.NoError(t, visit.Form().Set("District", district))
	require.NoError(t, visit.Post(t.Context(), aspnet.Step{Operation: "choose", Target: "District", Panel: scriptManager}))
}

func TestADeltaOfAnUpdatePanelIsMergedIntoThePage(t *testing.T) {
	t.Parallel()
	visit := beginPanel(t)
	before := visit.Form().Value("__VIEWSTATE")
	chosen(t, visit, "01")
	options, err := visit.Form().Options("Village")
	require.NoError(t, err)
	require.Equal(t, []connectors.Option{{Value: "0101 ", Label: "ଗୋପାଳପୁର | a"}, {Value: "0102 ", Label: "Ramnagar"}}, options,
		"a bar within a panel's text does not end it, and padding is kept")
	require.Equal(t, "2 villages", visit.Page().Text("#Count"))
	require.NotEqual(t, before, visit.Form().Value("__VIEWSTATE"), "the hidden fields were taken over")
	require.Equal(t, "01", visit.Form().Value("District"), "what is outside the panel stays as it was")
	chosen(t, visit, "02")
	require.Equal(t, "1 villages", visit.Page().Text("#Count"), "the second postback built on the first")
}

func TestARedirectInADeltaIsFollowed(t *testing.T) {
	t.Parallel()
	visit := beginPanel(t)
	chosen(t, visit, "01")
	require.NoError(t, visit.Form().Set("Village", "0102 "))
	require.NoError(t, visit.Post(t.Context(), aspnet.Step{Operation: "show", Button: "Show", Panel: "Panel1"}))
	require.Equal(t, "0102", visit.Page().Text("#village"))
}

func TestAnErrorInADeltaIsThePortalsTrouble(t *testing.T) {
	t.Parallel()
	visit := beginPanel(t)
	err := visit.Post(t.Context(), aspnet.Step{Operation: "fail", Button: "Fail", Panel: "Panel1"})
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "%v", err)
	require.NotContains(t, err.Error(), "no connection")
}

func TestTheSamePageWorksWithFullPostbacks(t *testing.T) {
	t.Parallel()
	visit := beginPanel(t)
	require.NoError(t, visit.Form().Set("District", "01"))
	require.NoError(t, visit.Post(t.Context(), aspnet.Step{Operation: "choose", Target: "District"}))
	options, err := visit.Form().Options("Village")
	require.NoError(t, err)
	require.Len(t, options, 2)
}
