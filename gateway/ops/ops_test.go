package ops_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/ops"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

// officers are recognised by a header, instead of a session.
type officers struct{ at time.Time }

func (o officers) Officer(_ http.ResponseWriter, r *http.Request) (login.Officer, bool) {
	subject, group, known := strings.Cut(r.Header.Get("Officer"), "/")
	return login.Officer{Subject: subject, Groups: []string{group}, LoggedIn: o.at}, known
}

type pages struct {
	t       *testing.T
	handler http.Handler
	pool    *pgxpool.Pool
}

func newPages(t *testing.T, loggedIn time.Time) pages {
	t.Helper()
	pool := storetest.New(t)
	made, err := ops.New(ops.Config{Officers: officers{loggedIn}, Pool: pool, Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return pages{t, made.Handler(), pool}
}

func (p pages) do(method, path, officer string, form url.Values, headers ...string) *httptest.ResponseRecorder {
	p.t.Helper()
	request := httptest.NewRequestWithContext(p.t.Context(), method, path, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	if officer != "" {
		request.Header.Set("Officer", officer)
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	recorder := httptest.NewRecorder()
	p.handler.ServeHTTP(recorder, request)
	return recorder
}

var refund = url.Values{"action": {"refund"}, "object": {"pay_1"}, "reason": {"paid twice <script>alert(1)</script>"}}

func (p pages) approvalID() (id string) {
	p.t.Helper()
	require.NoError(p.t, p.pool.QueryRow(p.t.Context(), `select id from approval`).Scan(&id))
	return id
}

func TestTwoOperatorsAgree(t *testing.T) {
	t.Parallel()
	p := newPages(t, time.Now())
	require.Equal(t, http.StatusSeeOther, p.do("POST", "/ops/approvals", "asha/operator", refund).Code)
	page := p.do("GET", "/ops/", "bala/operator", nil).Body.String()
	require.Contains(t, page, "pay_1")
	require.NotContains(t, page, "<script>")
	approve := "/ops/approvals/" + p.approvalID() + "/approve"
	require.Equal(t, http.StatusConflict, p.do("POST", approve, "asha/operator", nil).Code, "one's own")
	require.Equal(t, http.StatusSeeOther, p.do("POST", approve, "bala/operator", nil).Code)
	require.Equal(t, http.StatusConflict, p.do("POST", approve, "chitra/operator", nil).Code, "decided")
	log := p.do("GET", "/ops/audit", "lata/auditor", nil).Body.String()
	require.Contains(t, log, "approval.given")
	entries, err := audit.Recent(t.Context(), p.pool, "", 1)
	require.NoError(t, err)
	require.Equal(t, audit.AuditRead, entries[0].Action, "reading the log is in the log")
}

func TestWhoMayNotIsRefused(t *testing.T) {
	t.Parallel()
	p := newPages(t, time.Now())
	login := p.do("GET", "/ops/", "", nil)
	require.Equal(t, http.StatusSeeOther, login.Code)
	require.Equal(t, "/login?return=%2Fops%2F", login.Header().Get("Location"))
	for path, officer := range map[string]string{"/ops/": "lata/auditor", "/ops/audit": "asha/operator"} {
		require.Equal(t, http.StatusForbidden, p.do("GET", path, officer, nil).Code, path)
		require.Equal(t, http.StatusForbidden, p.do("GET", path, "john/desk", nil).Code, path)
	}
	require.Equal(t, http.StatusBadRequest, p.do("POST", "/ops/approvals", "asha/operator", url.Values{"action": {"drop"}}).Code)
	require.Equal(t, http.StatusNotFound, p.do("POST", "/ops/approvals/x/steal", "asha/operator", nil).Code)
}

func TestAnotherSitesPageHasNothingDone(t *testing.T) {
	t.Parallel()
	p := newPages(t, time.Now())
	require.Equal(t, http.StatusForbidden, p.do("POST", "/ops/approvals", "asha/operator", refund, "Sec-Fetch-Site", "cross-site").Code)
	require.Equal(t, http.StatusForbidden, p.do("POST", "/ops/approvals", "asha/operator", refund, "Sec-Fetch-Site", "", "Origin", "https://evil.example").Code)
	var asked int
	require.NoError(t, p.pool.QueryRow(t.Context(), `select count(*) from approval`).Scan(&asked))
	require.Zero(t, asked)
}

func TestDecidingNeedsAFreshProof(t *testing.T) {
	t.Parallel()
	p := newPages(t, time.Now().Add(-10*time.Minute))
	require.Equal(t, http.StatusOK, p.do("GET", "/ops/", "asha/operator", nil).Code)
	asked := p.do("POST", "/ops/approvals", "asha/operator", refund)
	require.Equal(t, http.StatusSeeOther, asked.Code)
	require.Contains(t, asked.Header().Get("Location"), "fresh=1")
}

func TestWhoIsRefusedTooOftenIsKeptOut(t *testing.T) {
	t.Parallel()
	p := newPages(t, time.Now())
	for range 10 {
		require.Equal(t, http.StatusForbidden, p.do("GET", "/ops/audit", "asha/operator", nil).Code)
	}
	require.Equal(t, http.StatusTooManyRequests, p.do("GET", "/ops/", "asha/operator", nil).Code)
	require.Equal(t, http.StatusOK, p.do("GET", "/ops/", "bala/operator", nil).Code)
	_, err := p.pool.Exec(t.Context(), `update operator_lock set until = now() - interval '1 second', since = now() - interval '1 hour'`)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, p.do("GET", "/ops/", "asha/operator", nil).Code)
}
