package worker_test

import (
	"context"
	"errors"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/activities/document"
	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

func account(about int) string {
	return electricitytwin.Consumers(electricitytwin.RegNo)[about].Number
}

// The documented consumers of the twin, by place in its list.
const (
	due       = 0
	arrears   = 1
	unpayable = 4
)

func TestACitizenPaysABillAndKeepsTheReceipt(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	run := h.ask(t, "AP-1", account(arrears))
	h.confirm(t, "AP-1", "pay")
	h.pays(t, "AP-1", "bill")

	result := outcome(t, run)
	require.Equal(t, workflows.StageDone, result.Ended)
	require.Len(t, h.portal.Postings(), 1)
	require.Equal(t, h.portal.Postings()[0].Receipt, result.PortalReceipt)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 129550, "dept_payable": -129550, "refund_payable": 0}, h.balances(t))

	sent := h.messages(t)
	require.Len(t, sent, 3, "the bill, the link, the receipt")
	require.Contains(t, sent[0].Text, "P VENKATA RAO")
	require.Contains(t, sent[0].Text, "₹1,295.50")
	require.Equal(t, []string{"q:AP-1/confirm:pay", "q:AP-1/confirm:cancel"}, []string{sent[0].Buttons[0].ID, sent[0].Buttons[1].ID})
	last := sent[len(sent)-1]
	document, err := h.store.Document(t.Context(), last.Document.ID)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(document.Content), "%PDF"))
	for _, each := range sent {
		require.NoError(t, bubble.Validate(each))
	}
	h.await(t, "AP-1", workflows.StageDone)
	h.record(t, "AP-1", "bill_payment_done")
}

// failing issues nothing at first.
type failing struct {
	document.Issuer

	times atomic.Int32
}

func (f *failing) Issue(ctx context.Context, order issue.Order) (issue.Issued, error) {
	if f.times.Add(-1) >= 0 {
		return issue.Issued{}, errors.New("the log cannot be reached")
	}
	return f.Issuer.Issue(ctx, order)
}

func TestAReceiptThatCannotBeMadeNowFollowsAndTheMoneyIsBooked(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(h *hub, config *worker.Config) {
		issuer := &failing{Issuer: issuetest.On(t, h.store, time.Now).Issuer}
		issuer.times.Store(2)
		config.Issuer = issuer
	})
	run := h.ask(t, "AP-R1", account(arrears))
	h.confirm(t, "AP-R1", "pay")
	h.pays(t, "AP-R1", "bill")
	require.Eventually(t, func() bool { return len(h.messages(t)) == 3 }, time.Minute, 20*time.Millisecond)
	require.EqualValues(t, -129550, h.balances(t)["dept_payable"], "before there is a receipt")

	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
	sent := h.messages(t)
	require.Len(t, sent, 4)
	require.Contains(t, sent[2].Text, "takes a little longer")
	require.NotNil(t, sent[3].Document)
	h.await(t, "AP-R1", workflows.StageDone)
}

func TestAResponseThatIsLostAfterPostingPostsNothingTwice(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.NoError(t, h.portal.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: electricitytwin.Post, Times: 1},
		twin.Fault{Kind: twin.Unavailable, Operation: electricitytwin.Find}, // else the connector itself would find it
		twin.Fault{Kind: electricitytwin.AcceptDuplicate, Operation: electricitytwin.Post},
	))
	run := h.ask(t, "AP-2", account(due))
	h.confirm(t, "AP-2", "pay")
	h.pays(t, "AP-2", "bill")
	h.await(t, "AP-2", workflows.StageKeptPaid)
	kept, err := h.store.Request(t.Context(), "AP-2")
	require.NoError(t, err)
	require.Contains(t, kept.Detail, "received on", "who asks for their requests finds the money")
	require.NoError(t, h.portal.Faults.Set(twin.Fault{Kind: electricitytwin.AcceptDuplicate, Operation: electricitytwin.Post}))
	h.looksNow(t, "AP-2") // no need to wait 15 s

	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
	require.Len(t, h.portal.Postings(), 1)
	require.Zero(t, h.portal.DoublePostings())
	h.record(t, "AP-2", "bill_payment_posting_unknown")
}

func TestARefusedPaymentIsGivenBackOnce(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	run := h.ask(t, "AP-3", account(unpayable))
	h.confirm(t, "AP-3", "pay")
	h.pays(t, "AP-3", "bill")

	require.Equal(t, workflows.StageRefunding, outcome(t, run).Ended)
	h.await(t, "AP-3", workflows.StageRefunded)
	require.Empty(t, h.portal.Postings())
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, h.balances(t))
	request, err := h.store.Request(t.Context(), "AP-3")
	require.NoError(t, err)
	require.False(t, request.Open)
	h.record(t, "AP-3", "bill_payment_refused")
	var refund string
	require.NoError(t, h.store.Pool().QueryRow(t.Context(), `select id from refund`).Scan(&refund))
	h.record(t, refund, "refund_payment_processed")
}

func TestALinkThatIsPaidTwiceIsPostedOnceAndGivenBackOnce(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	run := h.ask(t, "AP-4", account(due))
	h.confirm(t, "AP-4", "pay")
	link := h.link(t, "AP-4")
	for range 2 {
		_, err := h.payments.Pay(link)
		require.NoError(t, err)
	}
	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
	require.Eventually(t, func() bool {
		return h.balances(t)["gateway_receivable"] == 124000 && h.balances(t)["refund_payable"] == 0
	},
		30*time.Second, 50*time.Millisecond)
	require.Len(t, h.portal.Postings(), 1)
}

func TestAPortalThatIsDownIsWaitedForAndTheCitizenToldInTime(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.NoError(t, h.portal.Faults.Set(twin.Fault{Kind: twin.ServerError}))
	asked := time.Now()
	run := h.ask(t, "AP-5", account(due))
	h.await(t, "AP-5", workflows.StageKept)
	require.Less(t, time.Since(asked), 20*time.Second)
	h.portal.Faults.Clear()
	h.confirm(t, "AP-5", "cancel")
	require.Equal(t, workflows.StageCancelled, outcome(t, run).Ended)
	h.record(t, "AP-5", "bill_payment_portal_down")
}

func TestASecondRequestForTheSameBillIsGivenTheFirstLink(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	first := h.ask(t, "AP-6", account(due))
	h.confirm(t, "AP-6", "pay")
	h.link(t, "AP-6")
	second := h.ask(t, "AP-7", account(due))
	h.confirm(t, "AP-7", "pay")
	require.Equal(t, workflows.StageDuplicate, outcome(t, second).Ended)
	sent := h.messages(t)
	require.Equal(t, sent[1].Link.URL, sent[len(sent)-1].Link.URL)

	h.cancels(t, "AP-6")
	require.Equal(t, workflows.StageCancelled, outcome(t, first).Ended)
}

func TestMoneyAfterACancellationIsGivenBack(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	run := h.ask(t, "AP-8", account(due))
	h.confirm(t, "AP-8", "pay")
	pending, err := h.payments.LeavePending(h.link(t, "AP-8"))
	require.NoError(t, err)
	h.cancels(t, "AP-8")
	require.Equal(t, workflows.StageCancelled, outcome(t, run).Ended)

	require.NoError(t, h.payments.Settle(pending, true))
	require.Eventually(t, func() bool {
		sent := h.messages(t)
		return strings.Contains(sent[len(sent)-1].Text, "has been sent back")
	}, 30*time.Second, 50*time.Millisecond)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, h.balances(t))
}

func TestAWorkerThatStopsInTheMiddleLosesNothing(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	run := h.ask(t, "AP-9", account(due))
	h.confirm(t, "AP-9", "pay")
	link := h.link(t, "AP-9")
	h.stop()
	_, err := h.payments.Pay(link)
	require.NoError(t, err)
	h.start()
	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
	require.Len(t, h.portal.Postings(), 1)
}

func TestAWorkerWaitsForATemporalThatIsAway(t *testing.T) {
	t.Parallel()
	away, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1", Logger: quietLogger()})
	require.NoError(t, err)
	defer away.Close()
	waiting := newWaitingWorker(t, away)
	ctx, cancel := context.WithTimeout(t.Context(), 500*time.Millisecond)
	defer cancel()
	require.ErrorIs(t, waiting.Run(ctx), context.DeadlineExceeded)
}

// balances sums the ledger.
func (h *hub) balances(t *testing.T) map[string]int64 {
	t.Helper()
	balances, err := h.store.LedgerBalances(t.Context())
	require.NoError(t, err)
	return balances
}
