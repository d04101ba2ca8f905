package jsf_test

import (
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// registry is a small JSF portal that looks a licence up. Its generated ids are
// numbered by the release.
type registry struct {
	release int
	expire  atomic.Int32 // how many partial requests meet an expired view
}

func (p *registry) id(n int) string { return fmt.Sprintf("form_rcdl:j_idt%d", n+p.release) }

func (p *registry) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		w.Header().Set("Content-Type", "text/html; charset=UTF-8")
		_, _ = fmt.Fprintf(w, `<html><body><form id="form_rcdl" name="form_rcdl" method="post" action="/dl.xhtml">
<input type="hidden" name="form_rcdl" value="form_rcdl">
<label for="%[1]s">Licence No. *</label><input id="%[1]s" name="%[1]s">
<label for="%[2]s">Date of Birth *</label><input id="%[2]s" name="%[2]s">
<button id="%[3]s" name="%[3]s" type="submit"><span>Check Status</span></button>
<div id="form_rcdl:show"></div>
<input type="hidden" name="javax.faces.ViewState" value="1:1"></form></body></html>`, p.id(21), p.id(25), p.id(41))
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=UTF-8")
	switch {
	case r.Header.Get("Faces-Request") != "partial/ajax" || r.FormValue("javax.faces.source") != p.id(41) || r.FormValue(p.id(21)) == "":
		http.Error(w, "wrong request", http.StatusBadRequest)
	case p.expire.Add(-1) >= 0:
		_, _ = io.WriteString(w, `<partial-response><error><error-name>javax.faces.application.ViewExpiredException</error-name></error></partial-response>`)
	case r.FormValue("javax.faces.ViewState") == "1:1":
		p.update(w, "<p>Enter the text of the picture</p>", "1:2")
	default:
		p.update(w, "<table><tr><td>"+r.FormValue(p.id(21))+"</td></tr></table>", "1:3")
	}
}

func (p *registry) update(w io.Writer, markup, state string) {
	_, _ = fmt.Fprintf(w, `<?xml version='1.0' encoding='UTF-8'?><partial-response><changes>
<update id="form_rcdl:show"><![CDATA[<div id="form_rcdl:show">%s</div>]]></update>
<update id="javax.faces.ViewState"><![CDATA[%s]]></update></changes></partial-response>`, markup, state)
}

func connect(t *testing.T, handler http.Handler) *portal.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(t, err)
	client, err := portal.New(connectors.PortalConfig{
		Name: "registry", URL: server.URL, Budget: connectors.Budget{RequestsPerSecond: 1e4, Burst: 1e4},
	}, portal.Options{Sealer: sealer})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func config() jsf.Config {
	return jsf.Config{Start: portal.Request{Operation: "start", Path: "dl.xhtml"}, Form: "#form_rcdl"}
}

// asked goes to the page that asks for the picture.
func asked(t *testing.T, session *portal.Session) (view *jsf.View, button string, err error) {
	t.Helper()
	view = jsf.NewView(session, config())
	if err := view.Start(t.Context()); err != nil {
		return nil, "", err
	}
	number, err := view.Form().NameByLabel("Licence No.")
	require.NoError(t, err)
	require.NoError(t, view.Form().Set(number, "AP031 20110001234"))
	button, err = view.Form().Button("Check Status")
	require.NoError(t, err)
	err = view.Ajax(t.Context(), jsf.Event{Operation: "check", Source: button})
	return view, button, err
}

func TestViewFindsItsFieldsInEveryRelease(t *testing.T) {
	t.Parallel()
	for _, release := range []int{0, 8} {
		require.NoError(t, connect(t, &registry{release: release}).Journey(func(session *portal.Session) error {
			view, button, err := asked(t, session)
			require.NoError(t, err)
			require.Equal(t, "Enter the text of the picture", view.Page().Text("[id='form_rcdl:show']"))
			require.NoError(t, view.Ajax(t.Context(), jsf.Event{Operation: "check", Source: button}))
			require.Equal(t, "AP031 20110001234", view.Page().Text("td"), "what was filled in stays in the page")
			return nil
		}))
	}
}

func TestExpiredViewRestartsTheJourneyOnce(t *testing.T) {
	t.Parallel()
	for expired, want := range map[int32]connectors.Class{1: connectors.ClassOK, 2: connectors.ClassUnavailable} {
		stand := &registry{}
		stand.expire.Store(expired)
		err := connect(t, stand).Journey(func(session *portal.Session) error {
			_, _, err := asked(t, session)
			return err
		})
		require.Equal(t, want, connectors.ClassOf(err), "%v", err)
	}
}

func TestViewContinuesFromAFrozenSession(t *testing.T) {
	t.Parallel()
	client := connect(t, &registry{})
	session, err := client.NewSession()
	require.NoError(t, err)
	view, button, err := asked(t, session)
	require.NoError(t, err)
	frozen, err := session.Freeze(view.State(), 5e9)
	require.NoError(t, err)

	var state jsf.State
	resumed, err := client.Resume(frozen, &state)
	require.NoError(t, err)
	view = jsf.NewView(resumed, config())
	require.NoError(t, view.Continue(state))
	require.NoError(t, view.Ajax(t.Context(), jsf.Event{Operation: "check", Source: button}))
	require.Equal(t, "AP031 20110001234", view.Page().Text("td"))
}

func TestPageInPlaceOfAPartialResponseIsChanged(t *testing.T) {
	t.Parallel()
	stand := &registry{}
	client := connect(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Method == http.MethodPost {
			_, _ = io.WriteString(w, `<html><form id="login"></form></html>`)
			return
		}
		stand.ServeHTTP(w, r)
	}))
	err := client.Journey(func(session *portal.Session) error {
		_, _, err := asked(t, session)
		return err
	})
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%v", err)
}
