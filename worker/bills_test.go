package worker_test

import (
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors/bbps"
	bbpstwin "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/municipal"
	municipaltwin "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

func newTownHub(t *testing.T) (*hub, *municipaltwin.Twin) {
	t.Helper()
	known := twins.Credentials(municipal.FamilyName)
	stand, err := municipaltwin.New(municipaltwin.Config{Username: known["username"], Password: known["password"]})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	connector, err := municipal.Family{}.New(quick("ap-towns", municipal.FamilyName, server.URL, map[string]string{municipal.SettingTenant: "ap"}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return newHub(t, func(_ *hub, config *worker.Config) { config.Portals["ap-towns"] = connector }), stand
}

func TestTwoHousesArePaidTogetherAndWhatOneOfThemIsRefusedComesBack(t *testing.T) {
	t.Parallel()
	h, town := newTownHub(t)
	run := h.looks(t, "AP-H1", "property-tax", map[string]string{"town": "ap.vijayawada", "assessment": "AP-PT-2026-000101"})
	h.asked(t, "AP-H1", "confirm", workflows.Answer{Choice: "another"})
	h.asked(t, "AP-H1", "another", workflows.Answer{Value: "AP-PT-2026-000105"}) // the town does not take this one online
	h.asked(t, "AP-H1", "confirm-2", workflows.Answer{Choice: "pay"})
	_, err := h.payments.Pay(h.link(t, "AP-H1"))
	require.NoError(t, err)

	result := outcome(t, run)
	require.Equal(t, workflows.StageRefunding, result.Ended)
	require.Len(t, town.Paid(), 1)
	require.Equal(t, "AP-PT-2026-000101", town.Paid()[0].Account)
	require.Equal(t, "AP-H1-bill-1", town.Paid()[0].Transaction)
	h.await(t, "AP-H1", workflows.StageRefunded)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 240000, "dept_payable": -240000, "refund_payable": 0}, h.balances(t))
	receipts := 0
	for _, each := range h.messages(t) {
		require.NoError(t, bubble.Validate(each))
		if each.Document != nil {
			receipts++
		}
	}
	require.Equal(t, 1, receipts)
	h.record(t, "AP-H1", "bill_payment_several_partly_refused")
}

func TestABillAmongSeveralThatAnotherRequestIsPayingIsLeftOut(t *testing.T) {
	t.Parallel()
	h, town := newTownHub(t)
	first := h.looks(t, "AP-H2", "water-charges", map[string]string{"town": "ap.vijayawada", "connection": "AP-WS-2026-000101"})
	h.asked(t, "AP-H2", "confirm", workflows.Answer{Choice: "pay"})
	link := h.link(t, "AP-H2")

	second := h.looks(t, "AP-H3", "water-charges", map[string]string{"town": "ap.vijayawada", "connection": "AP-WS-2026-000102"})
	h.asked(t, "AP-H3", "confirm", workflows.Answer{Choice: "another"})
	h.asked(t, "AP-H3", "another", workflows.Answer{Value: "AP-WS-2026-000101"})
	h.asked(t, "AP-H3", "confirm-2", workflows.Answer{Choice: "pay"})
	h.asked(t, "AP-H3", "confirm-3", workflows.Answer{Choice: "pay"})
	for _, each := range []string{link, h.link(t, "AP-H3")} {
		_, err := h.payments.Pay(each)
		require.NoError(t, err)
	}
	require.Equal(t, workflows.StageDone, outcome(t, first).Ended)
	require.Equal(t, workflows.StageDone, outcome(t, second).Ended)
	require.Len(t, town.Paid(), 2)
	require.Zero(t, town.DoublePayments())
	h.record(t, "AP-H3", "bill_payment_rival_left_out")
}

func TestAPaymentThatTheNetworkDecidesLaterIsMadeOnce(t *testing.T) {
	t.Parallel()
	stand, err := bbpstwin.New(bbpstwin.Config{APIKey: twins.Credentials(bbps.FamilyName)[bbps.CredentialAPIKey]})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	connector, err := bbps.Family{}.New(quick("bharat-connect", bbps.FamilyName, server.URL, map[string]string{
		bbps.SettingAgent: "JS01JS02INT000000001", bbps.SettingWait: "1s", bbps.SettingPoll: "50ms",
	}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	h := newHub(t, func(_ *hub, config *worker.Config) { config.Portals["bharat-connect"] = connector })
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: bbpstwin.StaysPending}))

	run := h.looks(t, "AP-N1", "cable-television", map[string]string{"connection": bbpstwin.Consumers()[0].Number, "mobile": "9000000001"})
	h.asked(t, "AP-N1", "confirm", workflows.Answer{Choice: "part"})
	h.asked(t, "AP-N1", "part", workflows.Answer{Value: "300.00"})
	_, err = h.payments.Pay(h.link(t, "AP-N1"))
	require.NoError(t, err)
	h.await(t, "AP-N1", workflows.StageKeptPaid)
	require.Len(t, stand.Payments(), 1)
	require.NoError(t, stand.Decide(stand.Payments()[0].RefID, "success"))
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), "AP-N1", "", workflows.SignalOperatorRetry, nil)) // no need to wait 15 s

	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
	require.Len(t, stand.Payments(), 1)
	sent := h.messages(t)
	require.Contains(t, sent[len(sent)-1].Text, "₹300.00")
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 30000, "dept_payable": -30000, "refund_payable": 0}, h.balances(t))
	h.record(t, "AP-N1", "bill_payment_part_pending")
}
