package worker_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/bbps"
	bbpstwin "github.com/jansetu/jansetu/connectors/bbps/twin"
	"github.com/jansetu/jansetu/connectors/municipal"
	municipaltwin "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/workflows"
)

// newTownHub is a hub whose towns' portal is the family's twin over HTTP.
func newTownHub(t *testing.T) (*hub, *municipaltwin.Twin) {
	t.Helper()
	connector, stand := towns(t)
	return newPortalHub(t, "ap-towns", connector), stand
}

func towns(t *testing.T) (*municipal.Connector, *municipaltwin.Twin) {
	t.Helper()
	portal := quick("ap-towns", municipal.FamilyName, map[string]string{municipal.SettingTenant: "ap", municipal.SettingSettle: "200ms"})
	stand, err := municipaltwin.New(municipaltwin.Config{
		Username: portal.Credentials[municipal.CredentialUsername], Password: portal.Credentials[municipal.CredentialPassword],
	})
	require.NoError(t, err)
	return connect(t, stand, municipal.Family{}.New, portal), stand
}

func TestTwoHousesArePaidTogetherAndWhatOneOfThemIsRefusedComesBack(t *testing.T) {
	t.Parallel()
	h, town := newTownHub(t)
	run := h.wants(t, "AP-H1", "property-tax", map[string]string{"town": "ap.vijayawada", "assessment": "AP-PT-2026-000101"})
	h.answers(t, "AP-H1", "confirm", chose("another"))
	h.answers(t, "AP-H1", "another", typed("AP-PT-2026-000105")) // the town does not take this one online
	h.answers(t, "AP-H1", "confirm-2", chose("pay"))
	h.pays(t, "AP-H1", "bill")

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
	first := h.wants(t, "AP-H2", "water-charges", map[string]string{"town": "ap.vijayawada", "connection": "AP-WS-2026-000101"})
	h.answers(t, "AP-H2", "confirm", chose("pay"))
	link := h.link(t, "AP-H2")

	second := h.wants(t, "AP-H3", "water-charges", map[string]string{"town": "ap.vijayawada", "connection": "AP-WS-2026-000102"})
	h.answers(t, "AP-H3", "confirm", chose("another"))
	h.answers(t, "AP-H3", "another", typed("AP-WS-2026-000101"))
	h.answers(t, "AP-H3", "confirm-2", chose("pay"))
	h.answers(t, "AP-H3", "confirm-3", chose("pay"))
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
	portal := quick("bharat-connect", bbps.FamilyName, map[string]string{
		bbps.SettingAgent: "JS01JS02INT000000001", bbps.SettingWait: "1s", bbps.SettingPoll: "50ms",
	})
	stand, err := bbpstwin.New(bbpstwin.Config{APIKey: portal.Credentials[bbps.CredentialAPIKey]})
	require.NoError(t, err)
	h := newPortalHub(t, portal.Name, connect(t, stand, bbps.Family{}.New, portal))
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: bbpstwin.StaysPending}))

	run := h.wants(t, "AP-N1", "cable-television", map[string]string{"connection": bbpstwin.Consumers()[0].Number, "mobile": "9000000001"})
	h.answers(t, "AP-N1", "confirm", chose("part"))
	h.answers(t, "AP-N1", "part", typed("300.00"))
	h.pays(t, "AP-N1", "bill")
	h.await(t, "AP-N1", workflows.StageKeptPaid)
	require.Len(t, stand.Payments(), 1)
	require.NoError(t, stand.Decide(stand.Payments()[0].RefID, "success"))
	h.looksNow(t, "AP-N1") // no need to wait 15 s

	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
	require.Len(t, stand.Payments(), 1)
	sent := h.messages(t)
	require.Contains(t, sent[len(sent)-1].Text, "₹300.00")
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 30000, "dept_payable": -30000, "refund_payable": 0}, h.balances(t))
	h.record(t, "AP-N1", "bill_payment_part_pending")
}
