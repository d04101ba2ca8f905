package aspnet_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"strconv"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/aspnet"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// office is a small WebForms portal: a first visit lands on an error page, the
// view state rotates, the village list comes as a delta, and the record is a
// page of its own.
type office struct {
	state   atomic.Int32 // the view state that is good now
	forget  atomic.Int32 // how many postbacks lose their view state
	failure string
}

const officePage = `<html><body><form method="post" action="./Home.aspx" id="form1">
<input type="hidden" name="__VIEWSTATE" value="%d"><input type="hidden" name="__EVENTVALIDATION" value="ev%d">
<select name="ctl00$district"><option value="0">--</option><option value="7 ">କଟକ</option></select>
<div id="ctl00_up"><select name="ctl00$village">%s</select></div>
<input type="submit" name="ctl00$show" value="Show"></form></body></html>`

func (o *office) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if _, err := r.Cookie("visit"); err != nil {
		http.SetCookie(w, &http.Cookie{Name: "visit", Value: "1"})
		_, _ = io.WriteString(w, `<html><body>Your session is new. Click <a href="Home.aspx">here</a></body></html>`)
		return
	}
	if r.Method == http.MethodGet {
		_, _ = fmt.Fprintf(w, officePage, o.state.Load(), o.state.Load(), "")
		return
	}
	now := o.state.Load()
	if r.FormValue("__VIEWSTATE") != strconv.Itoa(int(now)) || r.FormValue("__EVENTVALIDATION") != fmt.Sprintf("ev%d", now) || o.forget.Add(-1) >= 0 {
		w.WriteHeader(http.StatusInternalServerError)
		_, _ = io.WriteString(w, "<h1>Validation of viewstate MAC failed.</h1>")
		return
	}
	next := o.state.Add(1)
	switch {
	case r.Header.Get("X-MicrosoftAjax") == "Delta=true" && r.FormValue("__ASYNCPOST") == "true":
		o.delta(w, r, next)
	case r.FormValue("ctl00$show") == "Show" && r.FormValue("ctl00$village") == "12" && r.FormValue("ctl00$district") == "7 ":
		_, _ = io.WriteString(w, "<html><body><h1>Record</h1></body></html>")
	default:
		_, _ = fmt.Fprintf(w, officePage, next, next, "")
	}
}

func (o *office) delta(w http.ResponseWriter, r *http.Request, next int32) {
	if o.failure != "" {
		_, _ = io.WriteString(w, record("error", "500", o.failure))
		return
	}
	if r.FormValue("ctl00$sm") != "ctl00$up|ctl00$district" || r.FormValue("ctl00$district") != "7 " {
		http.Error(w, "wrong postback", http.StatusBadRequest)
		return
	}
	_, _ = io.WriteString(w, "1|#||4|"+record("updatePanel", "ctl00_up", `<select name="ctl00$village"><option value="12">ଗ୍ରାମ</option></select>`)+
		record("hiddenField", "__VIEWSTATE", strconv.Itoa(int(next)))+record("hiddenField", "__EVENTVALIDATION", fmt.Sprintf("ev%d", next)))
}

func connect(t *testing.T, handler http.Handler) *portal.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	client, err := portal.New(connectors.PortalConfig{
		Name: "office", URL: server.URL, Budget: connectors.Budget{RequestsPerSecond: 1e4, Burst: 1e4},
	}, portal.Options{Sealer: sealer})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func config() aspnet.Config {
	return aspnet.Config{Start: portal.Request{Operation: "start", Path: "Home.aspx"}, Form: "#form1", ScriptManager: "ctl00$sm"}
}

// toVillages goes as far as the list of villages.
func toVillages(t *testing.T, session *portal.Session) (*aspnet.Visit, error) {
	t.Helper()
	visit := aspnet.NewVisit(session, config())
	if err := visit.Start(t.Context()); err != nil {
		return nil, err
	}
	require.NoError(t, visit.Form().Set("ctl00$district", "7 "))
	err := visit.Post(t.Context(), aspnet.Step{Operation: "district", Target: "ctl00$district", Panel: "ctl00$up"})
	return visit, err
}

func show() aspnet.Step {
	return aspnet.Step{Operation: "show", Button: "ctl00$show", AnyPage: true}
}

func TestVisitGoesFromTheErrorPageToTheRecord(t *testing.T) {
	t.Parallel()
	require.NoError(t, connect(t, &office{}).Journey(func(session *portal.Session) error {
		visit, err := toVillages(t, session)
		if err != nil {
			return err
		}
		options, err := visit.Form().Options("ctl00$village")
		require.NoError(t, err)
		require.Equal(t, []connectors.Option{{Value: "12", Label: "ଗ୍ରାମ"}}, options)
		require.NoError(t, visit.Post(t.Context(), show()))
		require.Equal(t, "Record", visit.Page().Text("h1"))
		return nil
	}))
}

func TestLostViewStateRestartsTheJourneyOnce(t *testing.T) {
	t.Parallel()
	for forgotten, want := range map[int32]connectors.Class{1: connectors.ClassOK, 2: connectors.ClassUnavailable} {
		stand := &office{}
		stand.forget.Store(forgotten)
		err := connect(t, stand).Journey(func(session *portal.Session) error {
			_, err := toVillages(t, session)
			return err
		})
		require.Equal(t, want, connectors.ClassOf(err), "%d lost: %v", forgotten, err)
	}
}

func TestErrorInADeltaIsUnavailable(t *testing.T) {
	t.Parallel()
	err := connect(t, &office{failure: "Timeout expired."}).Journey(func(session *portal.Session) error {
		_, err := toVillages(t, session)
		return err
	})
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err))
}

func TestVisitContinuesFromAFrozenSession(t *testing.T) {
	t.Parallel()
	client := connect(t, &office{})
	session, err := client.NewSession()
	require.NoError(t, err)
	visit, err := toVillages(t, session)
	require.NoError(t, err)
	frozen, err := session.Freeze(visit.State(), 5e9)
	require.NoError(t, err)

	var state aspnet.State
	resumed, err := client.Resume(frozen, &state)
	require.NoError(t, err)
	visit = aspnet.NewVisit(resumed, config())
	require.NoError(t, visit.Continue(state))
	require.NoError(t, visit.Post(t.Context(), show()))
	require.Equal(t, "Record", visit.Page().Text("h1"))
}

func TestPageOfAnotherKindIsChanged(t *testing.T) {
	t.Parallel()
	client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, `<form id="login"><input name="user"></form>`)
	}))
	err := client.Journey(func(session *portal.Session) error {
		return aspnet.NewVisit(session, config()).Start(t.Context())
	})
	var changed *connectors.ChangedError
	require.ErrorAs(t, err, &changed)
	require.Contains(t, changed.Evidence, "form#login")
}
