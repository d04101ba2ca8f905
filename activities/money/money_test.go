package money_test

import (
	"net/http"
	"net/http/httptest"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	paymentstwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// till is the activities before the sandbox, which sends no webhooks: everything is learnt by asking.
type till struct {
	*money.Activities
	sandbox *paymentstwin.Sandbox
	store   *store.Store
	opened  time.Time
}

// days are those since the till was opened, some days later: one, or two when midnight came in between.
func (till till) days(later int) []string {
	first, last := till.opened.In(connectors.IndianTime).AddDate(0, 0, later), time.Now().In(connectors.IndianTime).AddDate(0, 0, later)
	return slices.Compact([]string{first.Format(time.DateOnly), last.Format(time.DateOnly)})
}

func newTill(t *testing.T, requests ...string) till {
	t.Helper()
	sandbox, err := paymentstwin.New(paymentstwin.Config{KeyID: "rzp_test_1", KeySecret: "s", WebhookSecret: "w"})
	require.NoError(t, err)
	server := httptest.NewServer(sandbox)
	t.Cleanup(func() { server.Close(); require.NoError(t, sandbox.Close()) })
	gateway, err := razorpay.Family{}.New(connectors.PortalConfig{
		Name: "payments", Family: razorpay.FamilyName, URL: server.URL, Budget: connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
		Credentials: map[string]string{
			razorpay.CredentialKeyID: "rzp_test_1", razorpay.CredentialKeySecret: "s", razorpay.CredentialWebhookSecret: "w",
		},
	}.WithDefaults())
	require.NoError(t, err)
	s := newStore(t, requests...)
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	activities, err := money.New(money.Config{
		Store: s, Books: money.NewBooks(s), Catalog: texts, Gateway: gateway, Provider: "razorpay", BillKey: []byte("sixteen bytes and more"),
		Teller: citizen.New(s, texts), Now: time.Now,
	})
	require.NoError(t, err)
	return till{activities, sandbox, s, time.Now()}
}

func open(reference, bill string) workflows.OpenOrderInput {
	return workflows.OpenOrderInput{
		To: workflows.Recipient{Reference: reference, Conversation: 1, Language: "te"}, Purpose: "bill",
		Service: "electricity-bill-south", Portal: "apspdcl",
		Account: "1121104001001", Bill: bill, Amount: 124000, ValidFor: time.Hour,
	}
}

func (till till) open(t *testing.T, reference string) (opened workflows.OpenedOrder, link string) {
	t.Helper()
	opened, err := till.OpenOrder(t.Context(), open(reference, "B1"))
	require.NoError(t, err)
	order, err := till.store.PaymentOrder(t.Context(), opened.Order)
	require.NoError(t, err)
	return opened, order.LinkID
}

func (till till) check(t *testing.T, order string) workflows.OrderStanding {
	t.Helper()
	standing, err := till.CheckOrder(t.Context(), workflows.CheckOrderInput{Order: order, AskGateway: true})
	require.NoError(t, err)
	return standing
}

func TestOpeningTwiceGivesOneLink(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	first, _ := till.open(t, "R1")
	again, _ := till.open(t, "R1")
	require.Equal(t, first.Order, again.Order)
	require.Equal(t, first.URL, again.URL)
	require.WithinDuration(t, first.ExpiresAt, again.ExpiresAt, 0)

	page := httptest.NewRecorder()
	till.sandbox.ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, first.URL, http.NoBody))
	require.Contains(t, page.Body.String(), "కరెంట్ బిల్లు", "the payer reads what it is for")
	require.Contains(t, page.Body.String(), "అభ్యర్థన R1")
}

func TestALinkWhoseAnswerWasLostIsFoundByTheNextTry(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	require.NoError(t, till.sandbox.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: paymentstwin.CreateLink, Times: 1}, twin.Fault{Kind: twin.Unavailable, Operation: paymentstwin.FindLink},
	))
	_, err := till.OpenOrder(t.Context(), open("R1", "B1"))
	require.Error(t, err)
	require.NoError(t, till.sandbox.Faults.Set())
	_, link := till.open(t, "R1")
	require.NotEmpty(t, link)
	require.Len(t, till.sandbox.Links(), 1)
}

func TestASecondRequestForABillGetsTheFirstOnesLink(t *testing.T) {
	t.Parallel()
	till := newTill(t, "R2", "R3")
	first, link := till.open(t, "R1")
	rival, err := till.OpenOrder(t.Context(), open("R2", "B1"))
	require.NoError(t, err)
	require.Equal(t, workflows.RivalOpen, rival.Rival)
	require.Equal(t, first.URL, rival.URL)

	_, err = till.sandbox.Pay(link)
	require.NoError(t, err)
	till.check(t, first.Order)
	rival, err = till.OpenOrder(t.Context(), open("R2", "B1"))
	require.NoError(t, err)
	require.Equal(t, workflows.RivalPaid, rival.Rival)

	other, err := till.OpenOrder(t.Context(), open("R3", "B2"))
	require.NoError(t, err)
	require.Empty(t, other.Rival, "another bill of the same account")
}

func TestWhatBecameOfALinkIsLearntByAsking(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, link := till.open(t, "R1")
	require.Equal(t, workflows.OrderAwaiting, till.check(t, opened.Order).State)

	_, err := till.sandbox.Fail(link)
	require.NoError(t, err)
	standing := till.check(t, opened.Order)
	require.Equal(t, workflows.OrderStanding{State: workflows.OrderAwaiting, FailedAttempts: 1}, standing)

	pending, err := till.sandbox.LeavePending(link)
	require.NoError(t, err)
	require.Equal(t, workflows.OrderAuthorized, till.check(t, opened.Order).State)

	require.NoError(t, till.sandbox.Settle(pending, true))
	standing = till.check(t, opened.Order)
	require.Equal(t, workflows.OrderPaid, standing.State)
	require.Equal(t, pending, standing.Payment.ID)
	require.NotEmpty(t, standing.Payment.RRN)
}

func TestClosing(t *testing.T) {
	t.Parallel()
	closeOrder := func(t *testing.T, till till, order string) workflows.OrderState {
		t.Helper()
		standing, err := till.CloseOrder(t.Context(), workflows.CloseOrderInput{Order: order, Reason: workflows.ClosedByCitizen})
		require.NoError(t, err)
		return standing.State
	}
	t.Run("an unpaid order takes no more money", func(t *testing.T) {
		t.Parallel()
		till := newTill(t)
		opened, _ := till.open(t, "R1")
		require.Equal(t, workflows.OrderClosed, closeOrder(t, till, opened.Order))
		require.Equal(t, workflows.OrderClosed, closeOrder(t, till, opened.Order), "repeated")
		require.Equal(t, 1, count(t, till.store, `select count(*) from payment_order where state = 'closed'`))
	})
	t.Run("a paid order stays paid", func(t *testing.T) {
		t.Parallel()
		till := newTill(t)
		opened, link := till.open(t, "R1")
		_, err := till.sandbox.Pay(link)
		require.NoError(t, err)
		require.Equal(t, workflows.OrderPaid, closeOrder(t, till, opened.Order))
	})
	t.Run("an order that was never opened", func(t *testing.T) {
		t.Parallel()
		require.Equal(t, workflows.OrderClosed, closeOrder(t, newTill(t), "R1-bill"))
	})
}

func TestARefundIsMadeOnceHoweverOftenItIsAskedFor(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	paid, refund := till.refused(t)
	require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: twin.ResponseLost, Operation: paymentstwin.MakeRefund, Times: 1}))
	step := workflows.RefundStep{Refund: refund}
	_, err := till.Refund(t.Context(), step)
	if err != nil { // the answer was lost; Temporal tries again
		var application *temporal.ApplicationError
		require.ErrorAs(t, err, &application)
		require.False(t, application.NonRetryable())
	}
	for range 3 {
		standing, err := till.Refund(t.Context(), step)
		require.NoError(t, err)
		require.Equal(t, workflows.RefundProcessed, standing.State)
	}
	made, err := till.Gateway.FindRefunds(t.Context(), paid)
	require.NoError(t, err)
	require.Len(t, made, 1)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, balances(t, till.store))
}

func TestAFailedRefundIsAskedForAgainOnlyWhenToldSo(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	_, refund := till.refused(t)
	require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: paymentstwin.RefundFails, Times: 1}))
	for range 2 {
		standing, err := till.Refund(t.Context(), workflows.RefundStep{Refund: refund})
		require.NoError(t, err)
		require.Equal(t, workflows.RefundFailed, standing.State)
	}
	standing, err := till.Refund(t.Context(), workflows.RefundStep{Refund: refund, Again: true})
	require.NoError(t, err)
	require.Equal(t, workflows.RefundProcessed, standing.State)
}

// refused is an order that was paid and that the department refused.
func (till till) refused(t *testing.T) (paid, refund string) {
	t.Helper()
	opened, link := till.open(t, "R1")
	paid, err := till.sandbox.Pay(link)
	require.NoError(t, err)
	till.check(t, opened.Order)
	require.NoError(t, till.RecordRefusal(t.Context(), workflows.RecordRefusalInput{Order: opened.Order, Code: "closed"}))
	return paid, money.RefundID(opened.Order, paid)
}

func TestAShortBillKeyIsRefused(t *testing.T) {
	t.Parallel()
	_, err := money.New(money.Config{BillKey: []byte("short")})
	require.ErrorIs(t, err, money.ErrShortKey)
}
