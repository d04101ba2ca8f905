//go:build realportal

package realportal_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
)

func begin(t *testing.T, path string) *aspnet.Visit {
	t.Helper()
	visit := aspnet.NewVisit(session(t), aspnet.Config{Start: portal.Request{Operation: "start", Path: path}})
	require.NoError(t, visit.Start(t.Context()))
	require.NotEmpty(t, visit.Form().Value("__VIEWSTATE"))
	return visit
}

// press fills the form by the names of its controls and presses the button of the
// text.
func press(t *testing.T, visit *aspnet.Visit, button string, fields map[string]string) error {
	t.Helper()
	require.NoError(t, visit.Form().Fill(fields))
	name, err := visit.Form().Button(button)
	require.NoError(t, err)
	return visit.Post(t.Context(), aspnet.Step{Operation: "press", Button: name})
}

func TestAProtectedPageLeadsToTheLoginAndBack(t *testing.T) {
	t.Parallel()
	visit := begin(t, "1.1/authtest/index.aspx")
	require.Contains(t, visit.Page().Text("title"), "Login", "the portal sent us to its login")
	require.NoError(t, press(t, visit, "Login", map[string]string{"UserEmail": "jdoe@somewhere.com", "UserPass": "wrong"}))
	require.Equal(t, "Invalid Credentials: Please try again", visit.Page().Text("#Msg"))
	require.NoError(t, press(t, visit, "Login", map[string]string{"UserEmail": "jdoe@somewhere.com", "UserPass": "password"}))
	require.Equal(t, "Hello, jdoe@somewhere.com", visit.Page().Text("#Welcome"), "cookie and redirect were followed")
	require.NoError(t, press(t, visit, "Signout", nil))
	require.Contains(t, visit.Page().Text("title"), "Login")
}

func TestAFrozenVisitGoesOnElsewhere(t *testing.T) {
	t.Parallel()
	first := client(t)
	here, err := first.NewSession()
	require.NoError(t, err)
	visit := aspnet.NewVisit(here, aspnet.Config{Start: portal.Request{Operation: "start", Path: "1.1/authtest/index.aspx"}})
	require.NoError(t, visit.Start(t.Context()))
	require.NoError(t, visit.Form().Fill(map[string]string{"UserEmail": "jdoe@somewhere.com", "UserPass": "password"}))
	state, err := json.Marshal(visit.State())
	require.NoError(t, err)
	require.NoError(t, first.Close())

	var kept aspnet.State
	require.NoError(t, json.Unmarshal(state, &kept))
	later := aspnet.NewVisit(session(t), aspnet.Config{})
	require.NoError(t, later.Continue(kept))
	name, err := later.Form().Button("Login")
	require.NoError(t, err)
	require.NoError(t, later.Post(t.Context(), aspnet.Step{Operation: "login", Button: name}))
	require.Equal(t, "Hello, jdoe@somewhere.com", later.Page().Text("#Welcome"))
}

func TestAViewStateThatIsNotThePortalsIsALostVisit(t *testing.T) {
	t.Parallel()
	for _, field := range []string{"__VIEWSTATE", "__EVENTVALIDATION"} {
		visit := begin(t, "1.1/authtest/login.aspx")
		if !visit.Form().Has(field) {
			continue // this page is not validated so
		}
		visit.Form().Force(field, "AAAA"+visit.Form().Value(field)[4:])
		err := press(t, visit, "Login", map[string]string{"UserEmail": "a@b", "UserPass": "c"})
		require.Error(t, err, field)
		class := connectors.ClassOf(err)
		require.Contains(t, []connectors.Class{connectors.ClassUnavailable, connectors.ClassInternal}, class, "%s: %v", field, err)
		if class == connectors.ClassInternal {
			require.ErrorIs(t, err, portal.ErrVisitLost, field)
		}
	}
}

func TestSelectsAreFilledByTheirOptions(t *testing.T) {
	t.Parallel()
	visit := begin(t, "1.1/webcontrols/temperature.aspx")
	options, err := visit.Form().Options("toScale")
	require.NoError(t, err)
	require.Len(t, options, 3)
	require.Equal(t, connectors.Option{Value: "Kelvin", Label: "Kelvin"}, options[2])
	require.NoError(t, press(t, visit, "Calculate", map[string]string{"fromScale": "Celsius", "toScale": "Kelvin", "degrees": "27"}))
	require.Equal(t, "Converting 27 from Celsius to Kelvin gives 400", visit.Page().Text("#result"))
	require.NoError(t, press(t, visit, "Calculate", map[string]string{"degrees": "lakh"}))
	require.Contains(t, visit.Page().Text("#result"), "Invalid number in degrees")
	err = visit.Form().Set("toScale", "Réaumur")
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err), "%v", err)
}

func TestLinksOfScriptsArePostedBack(t *testing.T) {
	t.Parallel()
	visit := begin(t, "1.1/webcontrols/web_datagrid_command.aspx")
	rows, err := visit.Page().Rows("Country", "Continent", "Abbr")
	require.NoError(t, err)
	require.Len(t, rows, 10)
	require.Equal(t, "Spain", rows[0]["Country"])
	link := visit.Page().Document.Find("a[href*=__doPostBack]").First().AttrOr("href", "")
	target, _, found := strings.Cut(strings.TrimPrefix(link, "javascript:__doPostBack('"), "'")
	require.True(t, found, link)
	require.NoError(t, visit.Post(t.Context(), aspnet.Step{Operation: "delete", Target: target}))
	rows, err = visit.Page().Rows("Country", "Continent", "Abbr")
	require.NoError(t, err)
	require.Len(t, rows, 9, "the list was in the view state that we sent")
	require.Equal(t, "Japan", rows[0]["Country"])
}

func TestWhatTheServerValidatesIsAnAnswerOnThePage(t *testing.T) {
	t.Parallel()
	visit := begin(t, "1.1/webcontrols/validator1.aspx")
	require.NoError(t, press(t, visit, "Submit", map[string]string{"txt1": "", "txt2": "x", "txt3": "y"}))
	require.Contains(t, visit.Page().Text("#validTxt1"), "Not filled!")
	require.NoError(t, press(t, visit, "Submit", map[string]string{"txt1": "दो\nपंक्तियाँ", "txt2": "x", "txt3": "y"}))
	require.Equal(t, "दो\nपंक्तियाँ", strings.TrimSpace(strings.ReplaceAll(visit.Form().Value("txt1"), "\r\n", "\n")), "scripts and lines arrive whole")
}

func TestAPageThatIsNotThereIsNotOurs(t *testing.T) {
	t.Parallel()
	visit := aspnet.NewVisit(session(t), aspnet.Config{Start: portal.Request{Operation: "start", Method: http.MethodGet, Path: "1.1/nothing.aspx"}})
	err := visit.Start(t.Context())
	require.Contains(t, []connectors.Class{connectors.ClassChanged, connectors.ClassUnavailable}, connectors.ClassOf(err), "%v", err)
}
