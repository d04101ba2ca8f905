package ops_test

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
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
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker/operations"
	"github.com/jansetu/jansetu/workflows"
)

// temporal stands for Temporal with a few requests; worker/operations is tried against a real one.
type temporal struct {
	ops.Requests

	details map[string]operations.Detail
	hold    operations.Hold
	ordered []string // what was ordered for a portal
	busy    bool
}

func (f *temporal) List(_ context.Context, filter operations.Filter, _ int) (found []operations.Request, more bool, err error) {
	for _, detail := range f.details {
		if filter.WaitingFor == "" || filter.WaitingFor == detail.WaitingFor {
			found = append(found, detail.Request)
		}
	}
	return found, false, nil
}

func (f *temporal) Count(ctx context.Context, filter operations.Filter) (int64, error) {
	found, _, err := f.List(ctx, filter, 0)
	return int64(len(found)), err
}

func (f *temporal) Find(_ context.Context, reference string) (operations.Detail, error) {
	detail, known := f.details[reference]
	if !known {
		return detail, operations.ErrNotFound
	}
	return detail, nil
}

func (f *temporal) SignalAll(_ context.Context, signal string, filter operations.Filter, actor operations.Actor) (string, error) {
	if f.busy {
		return "", operations.ErrBusy
	}
	f.ordered = append(f.ordered, strings.Join([]string{signal, filter.Portal, actor.By, actor.Reason}, " "))
	return "job-1", nil
}

func (*temporal) Batch(context.Context, string) (operations.Progress, error) {
	return operations.Progress{Job: "job-1", State: "running", Reason: "operator-pause: because", Done: 3, Total: 9}, nil
}

func (f *temporal) Drain(_ context.Context, portal string, actor operations.Actor) error {
	f.ordered = append(f.ordered, "drain "+portal+" "+actor.By)
	f.hold = operations.Hold{Held: true, By: actor.By, Reason: actor.Reason}
	return nil
}

func (f *temporal) Release(_ context.Context, portal string, _ operations.Actor) error {
	f.ordered, f.hold = append(f.ordered, "release "+portal), operations.Hold{}
	return nil
}

func (f *temporal) Hold(context.Context, string) (operations.Hold, error) { return f.hold, nil }

// requestsHub is a hub whose operators look at requests.
type requestsHub struct {
	*hub

	temporal *temporal
}

func newRequestsHub(t *testing.T) *requestsHub {
	t.Helper()
	h := &requestsHub{hub: &hub{t: t, store: storetest.Store(t)}, temporal: &temporal{details: map[string]operations.Detail{}}}
	h.Office = officertest.New(t, h.store.Pool(), map[string][]string{"asha": {"operator"}, "lata": {"auditor"}})
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	pages, err := ops.New(ops.Config{
		Guard: h.Guard, Store: h.store, Services: services, Deeds: approved.Deeds(money.NewBooks(h.store), services, time.Now), Requests: h.temporal,
	})
	require.NoError(t, err)
	h.Pages.Handle(ops.Path, pages.Handler())
	h.person, h.conversation = storetest.Person(t, h.store)
	return h
}

// open adds a request that Temporal runs.
func (h *requestsHub) open(reference string, status workflows.Status, change ...func(*operations.Detail)) {
	h.t.Helper()
	h.request(reference, string(status.Stage), true)
	detail := operations.Detail{Status: &status, Request: operations.Request{
		Reference: reference, Service: "electricity-bill-south", Portal: "apspdcl", Stage: status.Stage, WaitingFor: status.WaitingFor,
		StartedAt: time.Now(), Running: true,
	}}
	for _, apply := range change {
		apply(&detail)
	}
	h.temporal.details[reference] = detail
}

func (h *requestsHub) doubtful(reference string) {
	h.open(reference, workflows.Status{
		Stage: workflows.StageWithOfficer, WaitingFor: "operator", Attention: "Ask the department <b>now</b>", Undecided: "payment pay_1",
		Milestones: []workflows.Milestone{{At: time.Now(), What: "The department did not say"}},
	}, func(d *operations.Detail) { d.Money = "paid" })
}

// signal is the only signal that waits to be sent.
func (h *requestsHub) signal() (signal store.WorkflowSignal) {
	h.t.Helper()
	rows := storetest.Outbox(h.t, h.store)
	require.Len(h.t, rows, 1)
	require.NoError(h.t, json.Unmarshal(rows[0].Payload, &signal))
	return signal
}

func TestOperatorsSeeWhatIsStuckAndWhy(t *testing.T) {
	t.Parallel()
	h := newRequestsHub(t)
	h.doubtful("JS-1")
	h.open("JS-2", workflows.Status{Stage: workflows.StageConfirming, WaitingFor: "citizen"})
	require.NoError(t, h.store.SetPortalState(t.Context(), store.PortalState{Portal: "apspdcl", State: "changed", CheckedAt: time.Now(),
		Detail: "expected a bill, saw a login form", Snapshot: `<form id="login">`}))
	asha := h.Browser("asha")
	_, page := asha.Get("/ops/requests")
	require.Contains(t, page, "JS-1")
	require.NotContains(t, page, "JS-2", "it begins with what needs a person")
	_, page = asha.Get("/ops/requests?view=all&portal=apspdcl")
	require.Contains(t, page, "JS-2")
	require.Contains(t, page, "JansetuPortal = &#39;apspdcl&#39;")

	status, page := asha.Get("/ops/requests/JS-1")
	require.Equal(t, http.StatusOK, status)
	for _, part := range []string{"Ask the department &lt;b&gt;now", "The department did not say", "saw a login form", "payment pay_1",
		"/ops/requests/JS-1/landed", "/ops/requests/JS-1/not-landed", "/ops/approvals/ask?action=cancel&amp;object=JS-1"} {
		require.Contains(t, page, part)
	}
	require.NotContains(t, page, "/JS-1/cancel", "it is paid: two officers")
	require.NotContains(t, page, "1121104001001", "nothing that the citizen gave")
	_, page = asha.Get("/ops/requests/JS-2")
	require.NotContains(t, page, "landed")
	require.Contains(t, page, "/JS-2/cancel")
	require.Equal(t, 1, h.number(`select count(*) from audit_entry where action = 'request.read' and actor = 'asha' and object = 'JS-1'`))
	status, _ = asha.Get("/ops/requests/JS-NONE")
	require.Equal(t, http.StatusNotFound, status)
}

func TestAButtonIsASignalAndAnEntryInTheAuditLog(t *testing.T) {
	t.Parallel()
	for id, signal := range map[string]string{
		"retry": workflows.SignalOperatorRetry, "pause": workflows.SignalOperatorPause, "resume": workflows.SignalOperatorResume,
		"take-over": workflows.SignalOperatorTakeOver, "cancel": workflows.SignalOperatorCancel,
	} {
		t.Run(id, func(t *testing.T) {
			t.Parallel()
			h := newRequestsHub(t)
			h.open("JS-1", workflows.Status{Stage: workflows.StageConfirming, WaitingFor: "citizen"})
			status, page := h.Browser("asha").Post("/ops/requests/JS-1/"+id, url.Values{"reason": {"ticket 7"}})
			require.Equal(t, http.StatusOK, status, page)
			require.Contains(t, page, `role="status"`, "what was done is said")
			sent := h.signal()
			require.Equal(t, signal, sent.Name)
			require.Equal(t, "JS-1", sent.Reference)
			var act workflows.OperatorAct
			require.NoError(t, json.Unmarshal(sent.Payload, &act))
			require.Equal(t, workflows.OperatorAct{By: "asha", Reason: "ticket 7"}, act)
			require.Equal(t, 1, h.number(`select count(*) from audit_entry where action = 'request.operated' and actor = 'asha' and object = 'JS-1'
				and reason = $1`, "ordered "+id+": ticket 7"))
		})
	}
}

func TestAnOfficerSaysWhatTheDepartmentHas(t *testing.T) {
	t.Parallel()
	h := newRequestsHub(t)
	h.doubtful("JS-1")
	asha := h.Browser("asha")
	status, _ := asha.Post("/ops/requests/JS-1/landed", url.Values{"reason": {"telephoned the office"}})
	require.Equal(t, http.StatusBadRequest, status, "a number belongs to it")
	status, page := asha.Post("/ops/requests/JS-1/landed", url.Values{"reason": {"telephoned the office"}, "number": {" SPDCL-77 "}})
	require.Equal(t, http.StatusOK, status, page)
	var decision workflows.OperatorDecision
	require.NoError(t, json.Unmarshal(h.signal().Payload, &decision))
	require.True(t, decision.Landed)
	require.Equal(t, "SPDCL-77", decision.Number)
}

func TestWhatMayNotBePressedDoesNothing(t *testing.T) {
	t.Parallel()
	h := newRequestsHub(t)
	h.doubtful("JS-PAID")
	h.open("JS-OPEN", workflows.Status{Stage: workflows.StageConfirming, WaitingFor: "citizen"})
	h.open("JS-OVER", workflows.Status{Stage: workflows.StageDone}, func(d *operations.Detail) { d.Running = false })
	because := url.Values{"reason": {"ticket 7"}}
	asha := h.Browser("asha")
	for _, try := range []struct {
		path   string
		values url.Values
		status int
	}{
		{"requests/JS-OPEN/retry", nil, http.StatusBadRequest},
		{"requests/JS-OPEN/retry", url.Values{"reason": {strings.Repeat("x", 401)}}, http.StatusBadRequest},
		{"requests/JS-OPEN/steal", because, http.StatusNotFound},
		{"requests/JS-NONE/retry", because, http.StatusNotFound},
		{"requests/JS-OVER/retry", because, http.StatusConflict},
		{"requests/JS-PAID/cancel", because, http.StatusConflict},
		{"requests/JS-OPEN/not-landed", because, http.StatusConflict},
		{"portals/nowhere/drain", because, http.StatusNotFound},
		{"portals/apspdcl/burn", because, http.StatusNotFound},
		{"portals/apspdcl/drain", nil, http.StatusBadRequest},
	} {
		status, page := asha.Post("/ops/"+try.path, try.values)
		require.Equal(t, try.status, status, "%s: %s", try.path, page)
	}
	status, _ := asha.Post("/ops/requests/JS-OPEN/retry", because, "Sec-Fetch-Site", "cross-site")
	require.Equal(t, http.StatusForbidden, status, "another site's page")
	status, _ = h.Browser("lata").Post("/ops/requests/JS-OPEN/retry", because)
	require.Equal(t, http.StatusForbidden, status, "an auditor looks only")
	h.Later(6 * time.Minute)
	status, _ = asha.Post("/ops/requests/JS-OPEN/retry", because)
	require.Equal(t, http.StatusForbidden, status, "whoever it is proves it anew")
	require.Empty(t, storetest.Outbox(t, h.store))
	require.Empty(t, h.temporal.ordered)
}

func TestAllRequestsOfAPortalAtOnce(t *testing.T) {
	t.Parallel()
	h := newRequestsHub(t)
	asha := h.Browser("asha")
	because := url.Values{"reason": {"because"}}
	_, page := asha.Post("/ops/portals/apspdcl/drain", because)
	require.Contains(t, page, "by asha")
	require.NotContains(t, page, "/apspdcl/drain")
	_, page = asha.Post("/ops/portals/apspdcl/pause", because)
	require.Contains(t, page, "3 of 9 requests")
	_, page = asha.Post("/ops/portals/apspdcl/resume", because)
	require.Contains(t, page, "/apspdcl/drain")
	require.Equal(t, []string{
		"drain apspdcl asha", "operator-pause apspdcl asha because", "release apspdcl", "operator-resume apspdcl asha because",
	}, h.temporal.ordered)
	h.temporal.busy = true
	status, page := asha.Post("/ops/portals/apspdcl/retry", because)
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, page, "Wait a minute")
	require.Equal(t, 4, h.number(`select count(*) from audit_entry where action = 'request.operated' and actor = 'asha' and object = 'portal:apspdcl'`))
}
