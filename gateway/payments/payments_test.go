package payments_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	connectorpayments "github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	paymentstwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/payments"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

const provider = "razorpay"

type till struct {
	events  *payments.Events
	woken   *requests
	store   *store.Store
	sandbox *paymentstwin.Sandbox
	gateway connectorpayments.Gateway
}

// requests are workflows that may be away; they are woken at once.
type requests struct {
	mu      sync.Mutex
	away    error
	signals []store.WorkflowSignal
}

func (r *requests) Signal(ctx context.Context, signal store.WorkflowSignal) error {
	r.mu.Lock()
	defer r.mu.Unlock()
	if _, limited := ctx.Deadline(); !limited {
		return errors.New("signalled without a deadline")
	}
	if r.away == nil {
		r.signals = append(r.signals, signal)
	}
	return r.away
}

func newTill(t *testing.T) till {
	t.Helper()
	sandbox, err := paymentstwin.New(paymentstwin.Config{KeyID: "rzp_test_1", KeySecret: "key secret", WebhookSecret: "hook secret"})
	require.NoError(t, err)
	server := httptest.NewServer(sandbox)
	t.Cleanup(func() { server.Close(); require.NoError(t, sandbox.Close()) })
	source, err := razorpay.Family{}.New(connectors.PortalConfig{
		Name: "payments", Family: razorpay.FamilyName, URL: server.URL,
		Credentials: map[string]string{
			razorpay.CredentialKeyID: "rzp_test_1", razorpay.CredentialKeySecret: "key secret", razorpay.CredentialWebhookSecret: "hook secret",
		},
	}.WithDefaults())
	require.NoError(t, err)
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	s := storetest.Store(t)
	addOrder(t, s, "R1")
	woken := &requests{}
	events := payments.New(payments.Config{
		Store: s, Books: money.NewBooks(s), Workflows: woken, Catalog: texts, Gateways: map[string]connectorpayments.Gateway{provider: source},
		BackURL: "https://wa.example", Log: slog.New(slog.DiscardHandler),
	})
	return till{events, woken, s, sandbox, source}
}

// addOrder stores the order of 1,240 rupees for the bill of a request, such as R1-bill.
func addOrder(t *testing.T, s *store.Store, request string) {
	t.Helper()
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: request, Person: person, Conversation: conversation, Language: "te"})
	_, _, err := s.OpenPaymentOrder(t.Context(), store.PaymentOrder{
		ID: request + "-bill", Request: request, Purpose: "bill", Portal: "p", BillKey: []byte(request), Amount: 124000, ExpiresAt: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
}

func sign(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

// deliver posts a signed webhook about a payment.
func (till till) deliver(ctx context.Context, id, event, reference string) error {
	body := fmt.Sprintf(`{"entity":"event","event":%q,"payload":{"payment":{"entity":{"id":"pay_1","amount":124000,"status":"captured","method":"upi",
		"notes":{"reference":%q}}},"payment_link":{"entity":{"id":"plink_1","reference_id":%q}}},"created_at":1795330800}`, event, reference, reference)
	header := http.Header{}
	header.Set("X-Razorpay-Signature", sign("hook secret", body))
	header.Set("X-Razorpay-Event-Id", id)
	return till.events.HandleWebhook(ctx, provider, header, []byte(body))
}

func (till till) count(t *testing.T, query string) (n int) {
	t.Helper()
	require.NoError(t, till.store.Pool().QueryRow(t.Context(), query).Scan(&n))
	return n
}

func TestWebhooksOfOnePaymentWakeTheRequestAndCountOnce(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	for _, delivery := range [][2]string{
		{"evt_2", "payment_link.paid"}, {"evt_1", "payment.captured"}, {"evt_0", "payment.authorized"},
	} {
		require.NoError(t, till.deliver(t.Context(), delivery[0], delivery[1], "R1-bill"))
	}
	require.Equal(t, 1, till.count(t, `select count(*) from payment_order where state = 'paid' and paid_payment = 'pay_1'`))
	require.Equal(t, 124000, till.count(t, `select sum(amount)::int from ledger_entry where account = 'gateway_receivable'`))
	require.Len(t, till.woken.signals, 1, "told in several events, it wakes once")
	require.Equal(t, "R1", till.woken.signals[0].Reference)
	require.Zero(t, till.count(t, signals), "and at once")
	var changed workflows.PaymentChanged
	require.NoError(t, json.Unmarshal(till.woken.signals[0].Payload, &changed))
	require.Equal(t, "pay_1", changed.Paid.ID)
}

// Who took an event may die before the request is woken: then the gateway has no acknowledgement.
func TestAnEventThatIsDeliveredAgainWakesAgainWhileTheRequestMayWait(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	for range 2 {
		require.NoError(t, till.deliver(t.Context(), "evt_1", "payment.captured", "R1-bill"))
	}
	require.Len(t, till.woken.signals, 2)
	require.Equal(t, till.woken.signals[0], till.woken.signals[1])

	_, err := money.NewBooks(till.store).Record(t.Context(), "R1-bill", money.News{
		Provider: "jansetu", EventID: "posted", Fact: payment.Fact{Kind: payment.Posted, Amount: 124000},
	})
	require.NoError(t, err)
	require.NoError(t, till.deliver(t.Context(), "evt_1", "payment.captured", "R1-bill"))
	require.Len(t, till.woken.signals, 2, "it is over")
}

func TestAPaymentIsToldByTheOutboxWhileTemporalIsAway(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	till.woken.away = errors.New("connection refused")
	for range 2 {
		require.NoError(t, till.deliver(t.Context(), "evt_1", "payment.captured", "R1-bill"))
	}
	require.Equal(t, 1, till.count(t, signals+` and lane = 'w:R1'`), "once, however often it is delivered")
}

func TestARequestThatHasEndedIsNotToldByTheOutbox(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	till.woken.away = gateway.ErrWorkflowGone
	require.NoError(t, till.deliver(t.Context(), "evt_1", "payment.captured", "R1-bill"))
	require.Zero(t, till.count(t, signals))
}

func TestAForgedWebhookIsRefused(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	header := http.Header{}
	header.Set("X-Razorpay-Signature", sign("other secret", "{}"))
	require.ErrorIs(t, till.events.HandleWebhook(t.Context(), provider, header, []byte("{}")), gateway.ErrPaymentForged)
	require.ErrorIs(t, till.events.HandleWebhook(t.Context(), "nobody", header, []byte("{}")), gateway.ErrPaymentForged)
}

func TestAWebhookThatChangesNothingIsTaken(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	require.NoError(t, till.deliver(t.Context(), "evt_1", "payment.captured", "not ours"))
	require.NoError(t, till.deliver(t.Context(), "evt_2", "payment.downtime.started", "R1-bill"))
	header := http.Header{}
	header.Set("X-Razorpay-Signature", sign("hook secret", "[]"))
	require.NoError(t, till.events.HandleWebhook(t.Context(), provider, header, []byte("[]")), "signed nonsense does not get better")
	require.Equal(t, 2, till.count(t, `select count(*) from payment_event where fact is null`))
	require.Zero(t, till.count(t, `select count(*) from outbox`))
}

func TestTheReturnPageSaysWhatTheGatewaySays(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	link, err := till.gateway.CreateLink(t.Context(), connectorpayments.LinkRequest{
		Reference: "R1-bill", Amount: 124000, Description: "bill", ExpireBy: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	query := url.Values{
		"razorpay_payment_link_id": {link.ID}, "razorpay_payment_link_reference_id": {"R1-bill"},
		"razorpay_payment_link_status": {"paid"}, "razorpay_payment_id": {"pay_1"},
	}
	query.Set("razorpay_signature", sign("key secret", link.ID+"|R1-bill|paid|pay_1"))

	view, err := till.events.HandleReturn(t.Context(), provider, query)
	require.NoError(t, err)
	require.Contains(t, view.Title, "తిరిగి వెళ్ళండి", "the browser's word alone is no proof")

	_, err = till.sandbox.Pay(link.ID)
	require.NoError(t, err)
	view, err = till.events.HandleReturn(t.Context(), provider, query)
	require.NoError(t, err)
	require.Equal(t, "మీ చెల్లింపు అందింది", view.Title)
	require.Equal(t, "p: ₹1,240.00, అభ్యర్థన R1", view.For)
	require.Equal(t, 1, till.count(t, `select count(*) from outbox where kind = 'workflow_signal'`), "the request is woken, no webhook needed")

	query.Set("razorpay_payment_id", "pay_2")
	_, err = till.events.HandleReturn(t.Context(), provider, query)
	require.ErrorIs(t, err, gateway.ErrPaymentForged)
}

func TestTheReturnPageTellsOfRefundsAndClosedLinks(t *testing.T) {
	t.Parallel()
	captured := payment.Fact{Kind: payment.Captured, Payment: "pay_1", Amount: 124000}
	for title, facts := range map[string][]payment.Fact{
		"ఈ చెల్లింపు పేజీ మూసివేశాం": {{Kind: payment.Closed}},
		"మీ డబ్బు తిరిగి వస్తోంది":   {captured, {Kind: payment.Refused}},
		"మీ డబ్బు తిరిగి పంపించాం":   {captured, {Kind: payment.Refused}, {Kind: payment.RefundProcessed, Payment: "pay_1", Refund: "rfnd_1", Amount: 124000}},
	} {
		t.Run(title, func(t *testing.T) {
			t.Parallel()
			till := newTill(t)
			for i, fact := range facts {
				_, err := money.NewBooks(till.store).Hear(t.Context(), "R1-bill", money.News{Provider: provider, EventID: strconv.Itoa(i), Fact: fact})
				require.NoError(t, err)
			}
			query := url.Values{
				"razorpay_payment_link_id": {"plink_1"}, "razorpay_payment_link_reference_id": {"R1-bill"},
				"razorpay_payment_link_status": {"paid"}, "razorpay_payment_id": {"pay_1"},
			}
			query.Set("razorpay_signature", sign("key secret", "plink_1|R1-bill|paid|pay_1"))
			view, err := till.events.HandleReturn(t.Context(), provider, query)
			require.NoError(t, err)
			require.Equal(t, title, view.Title)
			require.NotContains(t, view.Text, "మళ్ళీ కట్టకండి")
		})
	}
}
