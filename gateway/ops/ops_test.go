package ops_test

import (
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/approved"
	"github.com/jansetu/jansetu/gateway/officers/officertest"
	"github.com/jansetu/jansetu/gateway/ops"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

// hub is the operators' pages over a real database, behind the real login.
type hub struct {
	*officertest.Office

	t            *testing.T
	store        *store.Store
	person       string
	conversation int64
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{t: t, store: storetest.Store(t)}
	h.Office = officertest.New(t, h.store.Pool(), map[string][]string{
		"asha": {"operator"}, "bala": {"operator"}, "chitra": {"operator"}, "lata": {"auditor"}, "john": {"desk"}, "meena": {"department:energy"},
	})
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	pages, err := ops.New(ops.Config{Guard: h.Guard, Store: h.store, Services: services, Deeds: approved.Deeds(money.NewBooks(h.store), services, time.Now)})
	require.NoError(t, err)
	h.Pages.Handle(ops.Path, pages.Handler())
	h.person, h.conversation = storetest.Person(t, h.store)
	return h
}

// request adds a request that stands at a stage.
func (h *hub) request(reference, stage string, open bool) {
	h.t.Helper()
	storetest.Request(h.t, h.store, store.Request{Reference: reference, Person: h.person, Conversation: h.conversation, Department: "Energy",
		Answers: map[string]string{"service_number": "1121104001001"}})
	require.NoError(h.t, h.store.SetStage(h.t.Context(), reference, store.StageUpdate{Stage: stage, Open: open}))
}

func (h *hub) number(query string, arguments ...any) (n int) {
	h.t.Helper()
	require.NoError(h.t, h.store.Pool().QueryRow(h.t.Context(), query, arguments...).Scan(&n))
	return n
}

func (h *hub) approvalID() (id string) {
	h.t.Helper()
	require.NoError(h.t, h.store.Pool().QueryRow(h.t.Context(), `select id from approval order by requested_at desc limit 1`).Scan(&id))
	return id
}

// ask has an officer ask, and answers the path of what waits then.
func (h *hub) ask(b *officertest.Browser, action, object string) (path string) {
	h.t.Helper()
	status, page := b.Post("/ops/approvals", wish(action, object))
	require.Equal(h.t, http.StatusOK, status, page)
	return "/ops/approvals/" + h.approvalID()
}

func wish(action, object string) url.Values {
	return url.Values{"action": {action}, "object": {object}, "reason": {"letter 7/2026 <script>alert(1)</script>"}}
}

func TestWhoMayNotIsRefused(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	_, page := h.Browser("").Get("/ops/approvals")
	require.Contains(t, page, "Who are you today?", "nobody is led to the login")
	for path, allowed := range map[string]string{"/ops/approvals": "asha", "/ops/portals": "asha", "/ops/audit": "lata", "/ops/department": "meena"} {
		for _, who := range []string{"asha", "lata", "john", "meena"} {
			status, _ := h.Browser(who).Get(path)
			if who == allowed {
				require.Equal(t, http.StatusOK, status, "%s %s", who, path)
			} else {
				require.Equal(t, http.StatusForbidden, status, "%s %s", who, path)
			}
		}
	}
	asha := h.Browser("asha")
	status, _ := asha.Post("/ops/approvals", wish("drop", "x"))
	require.Equal(t, http.StatusBadRequest, status)
	status, _ = asha.Post("/ops/approvals/x/steal", nil)
	require.Equal(t, http.StatusNotFound, status)
}

func TestAnotherSitesPageHasNothingDone(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	asha := h.Browser("asha")
	for _, from := range [][]string{{"Sec-Fetch-Site", "cross-site"}, {"Sec-Fetch-Site", "", "Origin", "https://evil.example"}} {
		status, _ := asha.Post("/ops/approvals", wish("keys", "rotate:x"), from...)
		require.Equal(t, http.StatusForbidden, status)
	}
	require.Zero(t, h.number(`select count(*) from approval`))
}

func TestWhoIsRefusedTooOftenIsKeptOut(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	asha := h.Browser("asha")
	for range 10 {
		status, _ := asha.Get("/ops/audit")
		require.Equal(t, http.StatusForbidden, status)
	}
	status, _ := asha.Get("/ops/approvals")
	require.Equal(t, http.StatusTooManyRequests, status)
	status, _ = h.Browser("bala").Get("/ops/approvals")
	require.Equal(t, http.StatusOK, status)
	_, err := h.store.Pool().Exec(t.Context(), `update operator_lock set until = until - interval '1 hour', since = since - interval '1 hour'`)
	require.NoError(t, err)
	status, _ = asha.Get("/ops/approvals")
	require.Equal(t, http.StatusOK, status)
}

func TestReadingTheAuditLogIsInTheAuditLog(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	_, page := h.Browser("lata").Get("/ops/audit")
	require.Contains(t, page, "What was done")
	entries, err := audit.Recent(t.Context(), h.store.Pool(), "", 1)
	require.NoError(t, err)
	require.Equal(t, audit.AuditRead, entries[0].Action)
	require.Equal(t, "lata", entries[0].Actor)
}
