package worker_test

import (
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/sdk/v1"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	upitwin "github.com/jansetu/jansetu/connectors/payments/upi/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// upiHub is a hub whose payments are made by UPI apps; the bank's connector has a clock that a test puts forward.
type upiHub struct {
	*hub

	bank  *upi.Bank
	stand *upitwin.Twin
	ahead atomic.Int64
}

func newUPIHub(t *testing.T) *upiHub {
	t.Helper()
	portal := quick(workflows.PaymentsPortal, upi.FamilyName, map[string]string{
		upi.SettingPayee: "jansetu.fees@samplebank", upi.SettingPayeeName: "Government fees", upi.SettingMerchantCode: "9399",
	})
	made := &upiHub{}
	var err error
	made.stand, err = upitwin.New(upitwin.Config{APIKey: portal.Credentials[upi.CredentialAPIKey]})
	require.NoError(t, err)
	made.bank = connect(t, made.stand, upi.Family{Clock: func() time.Time { return time.Now().Add(time.Duration(made.ahead.Load())) }}.New, portal)
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	made.hub = newHub(t, func(h *hub, config *worker.Config) {
		config.Portals[workflows.PaymentsPortal] = made.bank
		config.Money = money.Config{
			Store: h.store, Books: money.NewBooks(h.store), Catalog: services, Gateway: made.bank, Provider: upi.FamilyName,
			BillKey: billKey(), ReturnURL: "https://hub.example/webhooks/payments/upi/return", Now: time.Now,
		}
	})
	return made
}

// paysInApp opens the link that a request's citizen was sent with a payer's app.
func (h *upiHub) paysInApp(t *testing.T, reference string) {
	t.Helper()
	h.await(t, reference, workflows.StageAwaitingPayment)
	order, err := h.store.PaymentOrder(t.Context(), workflows.OrderID(reference, "bill"))
	require.NoError(t, err)
	link, picture, ok := h.bank.Intent(order.LinkURL)
	require.True(t, ok)
	require.NotEmpty(t, picture)
	_, err = h.stand.Pay(link, "success")
	require.NoError(t, err)
}

func TestBillsArePaidByUPIAppsAndAnOfficerGivesBackByHand(t *testing.T) {
	t.Parallel()
	h := newUPIHub(t)
	good := h.ask(t, "AP-U1", "1121104001001")
	h.confirm(t, "AP-U1", "pay")
	refused := h.ask(t, "AP-U2", "1121104001005") // the department does not take this one
	h.confirm(t, "AP-U2", "pay")
	h.paysInApp(t, "AP-U1")
	h.paysInApp(t, "AP-U2")
	h.ahead.Store(int64(upi.FirstCheck)) // the bank may be asked now

	require.Equal(t, workflows.StageDone, outcome(t, good).Ended)
	require.Equal(t, workflows.StageRefunding, outcome(t, refused).Ended)
	pictures := 0
	for _, each := range h.messages(t) {
		require.NoError(t, bubble.Validate(each))
		if each.Picture != nil && each.Link != nil {
			require.True(t, strings.HasPrefix(each.Link.URL, "https://hub.example/webhooks/payments/upi/return?"), each.Link.URL)
			pictures++
		}
	}
	require.Equal(t, 2, pictures, "each was sent a code to scan above the link")

	refund := money.RefundID("AP-U2-bill", h.stand.Payments()[1].ID)
	h.explains(t, refund, "by_hand: give back ₹540.00 of UPI transaction "+h.stand.Payments()[1].ID)
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), refund, "", workflows.SignalOperatorRetry, workflows.OperatorAct{By: "asha", Reason: "given back"}))
	h.await(t, "AP-U2", workflows.StageRefunded)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 1_240_00, "dept_payable": -1_240_00, "refund_payable": 0}, h.balances(t))
}

// explains waits until a workflow tells operators something.
func (h *upiHub) explains(t *testing.T, workflowID, words string) {
	t.Helper()
	require.Eventually(t, func() bool {
		answer, err := h.temporal.QueryWorkflow(t.Context(), workflowID, "", "__temporal_workflow_metadata")
		if err != nil {
			return false
		}
		var metadata sdk.WorkflowMetadata
		return answer.Get(&metadata) == nil && strings.Contains(metadata.GetCurrentDetails(), words)
	}, 30*time.Second, 100*time.Millisecond, words)
}
