package ops_test

import (
	"encoding/json"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/agreement"
	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

func TestAskingAndDecidingNeedAFreshProof(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	asha := h.Browser("asha")
	h.Later(10 * time.Minute)
	status, _ := asha.Get("/ops/approvals")
	require.Equal(t, http.StatusOK, status, "looking does not")
	status, page := asha.Post("/ops/approvals", wish("keys", "rotate:x"))
	require.Equal(t, http.StatusForbidden, status)
	require.Contains(t, page, "/login?fresh=1&amp;return=%2Fops%2F")
	require.Zero(t, h.number(`select count(*) from approval`))

	status, page = asha.LogIn("/login?fresh=1&return=/ops/approvals/ask")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, `name="reason"`)
	path := h.ask(asha, "keys", "rotate:x")
	bala := h.Browser("bala")
	h.Later(6 * time.Minute)
	status, _ = bala.Post(path+"/approve", nil)
	require.Equal(t, http.StatusForbidden, status)
	require.Zero(t, h.number(`select count(*) from approval where approved`))
}

func TestNobodyApprovesTheirOwn(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	asha := h.Browser("asha")
	path := h.ask(asha, "keys", "rotate:x")
	_, page := asha.Get(path)
	require.NotContains(t, page, "/approve")
	require.NotContains(t, page, "<script>")
	status, page := asha.Post(path+"/approve", nil)
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, page, "approved by another")
	status, _ = h.Browser("bala").Post(path+"/approve", nil)
	require.Equal(t, http.StatusOK, status)
	status, _ = h.Browser("chitra").Post(path+"/refuse", nil)
	require.Equal(t, http.StatusConflict, status, "decided")
}

func TestWhatHasExpiredIsNotApproved(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	path := h.ask(h.Browser("asha"), "keys", "rotate:x")
	_, err := h.store.Pool().Exec(t.Context(), `set session_replication_role = replica; update approval set expires_at = now() - interval '1 second';
		set session_replication_role = origin`)
	require.NoError(t, err)
	status, page := h.Browser("bala").Post(path+"/approve", nil)
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, page, "expired")
}

func TestWhatCannotBeDoneIsNotAskedFor(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.request("JS-GOES-ON", "posting", true)
	asha := h.Browser("asha")
	for _, wanted := range [][2]string{
		{"refund", "pay_nobody"}, {"cancel", "JS-NONE"}, {"cancel", "JS-GOES-ON"}, {"erase", "JS-NONE"}, {"keys", "burn:everything"}, {"keys", "rotate:"},
	} {
		status, page := asha.Post("/ops/approvals", wish(wanted[0], wanted[1]))
		require.Equal(t, http.StatusConflict, status, "%v %s", wanted, page)
	}
	status, _ := asha.Post("/ops/approvals", map[string][]string{"action": {"keys"}, "object": {"rotate:x"}})
	require.Equal(t, http.StatusConflict, status, "a reason must be given")
	require.Zero(t, h.number(`select count(*) from approval`))
}

// paid is a bill that was paid and posted; its payment is pay_1.
func (h *hub) paid(reference string) {
	h.t.Helper()
	h.request(reference, "done", false)
	order := store.PaymentOrder{ID: reference + "-bill", Request: reference, Purpose: "bill", Portal: "apspdcl", BillKey: []byte(reference), Amount: 124000,
		ExpiresAt: time.Now().Add(time.Hour)}
	_, _, err := h.store.OpenPaymentOrder(h.t.Context(), order)
	require.NoError(h.t, err)
	books := money.NewBooks(h.store)
	_, err = books.Record(h.t.Context(), order.ID,
		money.News{Provider: "razorpay", EventID: "1", Fact: payment.Fact{Kind: payment.Captured, Payment: "pay_1", Amount: 124000, At: time.Now()}},
		money.News{Provider: "jansetu", EventID: "2", Fact: payment.Fact{Kind: payment.Posted}})
	require.NoError(h.t, err)
}

func TestARefundByHandIsBookedOnceTwoAgree(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.paid("JS-1")
	asha, bala := h.Browser("asha"), h.Browser("bala")
	path := h.ask(asha, "refund", "pay_1")
	require.Zero(t, h.number(`select count(*) from refund`), "one officer alone gives nothing back")
	status, page := bala.Post("/ops/approvals", wish("refund", "pay_1"))
	require.Equal(t, http.StatusConflict, status, page)

	var agreed atomic.Int32
	var all sync.WaitGroup
	for range 6 {
		all.Go(func() {
			if status, _ := bala.Post(path+"/approve", nil); status == http.StatusOK {
				agreed.Add(1)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, agreed.Load())
	require.Equal(t, 1, h.number(`select count(*) from refund where payment_id = 'pay_1' and purpose = 'officer' and amount = 124000`))
	require.Equal(t, 1, h.number(`select count(*) from outbox where kind = 'workflow_start'`), "its workflow begins")
	require.Zero(t, h.number(`select coalesce(sum(amount), 0) from ledger_entry where account = 'dept_payable'`), "the department owes it back")
	require.Equal(t, -124000, h.number(`select sum(amount) from ledger_entry where account = 'refund_payable'`))
	require.Equal(t, 1, h.number(`select count(*) from approval where used_for is not null`))
	require.Equal(t, 1, h.number(`select count(*) from audit_entry where action = $1 and actor = 'asha' and object = 'pay_1' and person = $2`, string(audit.RefundOrdered), h.person))
	status, page = asha.Post("/ops/approvals", wish("refund", "pay_1"))
	require.Equal(t, http.StatusConflict, status, "not twice: %s", page)
}

func TestARefundThatBecameImpossibleIsNotApproved(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.paid("JS-1")
	path := h.ask(h.Browser("asha"), "refund", "pay_1")
	require.NoError(t, h.store.SetStage(t.Context(), "JS-1", store.StageUpdate{Stage: "posting", Open: true}))
	status, page := h.Browser("bala").Post(path+"/approve", nil)
	require.Equal(t, http.StatusConflict, status)
	require.Contains(t, page, "still goes on")
	require.Zero(t, h.number(`select count(*) from approval where approved`), "the decision went with it")
	require.Zero(t, h.number(`select count(*) from refund`))
}

func TestAPaidRequestIsStoppedOnceTwoAgree(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.request("JS-1", string(workflows.StageWithOfficer), true)
	path := h.ask(h.Browser("asha"), "cancel", "JS-1")
	use := agreement.New(h.store).UseApproval
	input := workflows.UseApprovalInput{Approval: h.approvalID(), Reference: "JS-1"}
	agreed, err := use(t.Context(), input)
	require.NoError(t, err)
	require.False(t, agreed, "nobody has approved it yet")
	status, page := h.Browser("bala").Post(path+"/approve", nil)
	require.Equal(t, http.StatusOK, status, page)

	rows := storetest.Outbox(t, h.store)
	require.Len(t, rows, 1)
	var signal store.WorkflowSignal
	require.NoError(t, json.Unmarshal(rows[0].Payload, &signal))
	require.Equal(t, workflows.SignalOperatorCancel, signal.Name)
	var act workflows.OperatorAct
	require.NoError(t, json.Unmarshal(signal.Payload, &act))
	require.Equal(t, input.Approval, act.Approval)
	for range 2 { // the worker may die after it took it
		agreed, err = use(t.Context(), input)
		require.NoError(t, err)
		require.True(t, agreed)
	}
	other := input
	other.Reference = "JS-2"
	agreed, err = use(t.Context(), other)
	require.NoError(t, err)
	require.False(t, agreed, "not for another request")
	require.Equal(t, 1, h.number(`select count(*) from audit_entry where action = $1`, string(audit.ApprovalUsed)))
}

func TestAnErasureByOfficersBeginsOnceTwoAgree(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.request("JS-1", "done", false)
	path := h.ask(h.Browser("asha"), "erase", "JS-1")
	id := "ERASE-" + h.approvalID()
	_, err := h.store.ErasePerson(t.Context(), store.Erasure{ID: id, Person: h.person})
	require.ErrorIs(t, err, store.ErrNoErasure, "one officer alone erases nobody, whoever runs the workflow")
	status, page := h.Browser("bala").Post(path+"/approve", nil)
	require.Equal(t, http.StatusOK, status, page)

	rows := storetest.Outbox(t, h.store)
	require.Len(t, rows, 1)
	var start store.WorkflowStart
	require.NoError(t, json.Unmarshal(rows[0].Payload, &start))
	require.Equal(t, workflows.WorkflowErasePerson, start.Workflow)
	var input workflows.RightsInput
	require.NoError(t, json.Unmarshal(start.Input, &input))
	require.Equal(t, id, input.ID)
	open, err := h.store.ErasePerson(t.Context(), store.Erasure{ID: input.ID, Person: input.Person})
	require.NoError(t, err)
	require.Empty(t, open)
	require.Equal(t, 1, h.number(`select count(*) from audit_entry where action = $1 and reason like 'two officers agreed%'`, string(audit.PersonErased)))
	status, _ = h.Browser("chitra").Post("/ops/approvals", wish("erase", "JS-1"))
	require.Equal(t, http.StatusConflict, status, "nobody is left to erase")
}
