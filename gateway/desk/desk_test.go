package desk_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/desk"
	"github.com/jansetu/jansetu/gateway/officers/officertest"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

func newDesk(t *testing.T) (*officertest.Office, *store.Store, string) {
	t.Helper()
	s := storetest.Store(t)
	office := officertest.New(t, s.Pool(), map[string][]string{"john": {"desk"}, "asha": {"operator"}})
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	page, err := desk.New(desk.Config{Guard: office.Guard, Pool: s.Pool(), Services: services})
	require.NoError(t, err)
	office.Pages.Handle(desk.Path, page.Handler())
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "JS-7K3M-Q2PX", Person: person, Conversation: conversation, Department: "Energy",
		Answers: map[string]string{"service_number": "1121104001001"}})
	require.NoError(t, s.SetStage(t.Context(), "JS-7K3M-Q2PX", store.StageUpdate{Stage: "awaiting_payment", Open: true, Detail: "for Sita Devi"}))
	return office, s, person
}

func reference(number string) url.Values { return url.Values{"reference": {number}} }

func TestADeskSeesWhereARequestStandsAndNobodysData(t *testing.T) {
	t.Parallel()
	office, s, person := newDesk(t)
	john := office.Browser("john")
	_, page := john.Get("/desk/")
	require.Contains(t, page, "Reference number")
	for _, typed := range []string{"JS-7K3M-Q2PX", " js-7k3m-q2px ", "JS-7K3M -Q2PX"} {
		status, page := john.Post("/desk/", reference(typed))
		require.Equal(t, http.StatusOK, status)
		for _, part := range []string{"JS-7K3M-Q2PX", "Electricity bill – South", "Energy", "no money has come yet", "payment", `<p lang="te">`} {
			require.Contains(t, page, part)
		}
		for _, hidden := range []string{"1121104001001", "Sita", person} {
			require.NotContains(t, page, hidden)
		}
	}
	var looks int
	require.NoError(t, s.Pool().QueryRow(t.Context(), `
		select count(*) from audit_entry where action = $1 and actor = 'john' and person = $2 and object = 'JS-7K3M-Q2PX' and via = 'jansetu_desk'`,
		string(audit.RequestRead), person).Scan(&looks))
	require.Equal(t, 3, looks, "each look is on the record")
}

func TestADeskThatGuessesNumbersIsKeptOut(t *testing.T) {
	t.Parallel()
	office, _, _ := newDesk(t)
	john := office.Browser("john")
	for range 10 {
		status, page := john.Post("/desk/", reference("JS-0000-<b>"))
		require.Equal(t, http.StatusOK, status)
		require.Contains(t, page, "no request with this number")
		require.NotContains(t, strings.ToLower(page), "<b>")
	}
	status, _ := john.Post("/desk/", reference("JS-7K3M-Q2PX"))
	require.Equal(t, http.StatusTooManyRequests, status)
}

func TestOnlyADeskLooksUpAtTheDesk(t *testing.T) {
	t.Parallel()
	office, _, _ := newDesk(t)
	status, _ := office.Browser("asha").Get("/desk/")
	require.Equal(t, http.StatusForbidden, status)
	status, _ = office.Browser("john").Post("/desk/", reference("JS-7K3M-Q2PX"), "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, status)
	_, page := office.Browser("").Get("/desk/")
	require.Contains(t, page, "Who are you today?")
}
