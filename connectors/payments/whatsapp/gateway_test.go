package whatsapp_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	standin "github.com/jansetu/jansetu/connectors/payments/whatsapp/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const reference = "AP-2026-1-pay"

// chat is a hub in front of Meta.
type chat struct {
	*standin.Twin
	gateway *whatsapp.Gateway
}

func connect(t testing.TB, handler http.Handler, attempt time.Duration) *whatsapp.Gateway {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	gateway, err := whatsapp.Family{}.New(connectors.PortalConfig{
		Name: "whatsapp-pay", URL: server.URL,
		Settings:    map[string]string{whatsapp.SettingPhoneNumberID: "1001", whatsapp.SettingConfiguration: "prod"},
		Credentials: map[string]string{whatsapp.CredentialAccessToken: "token", whatsapp.CredentialAppSecret: "new", whatsapp.CredentialPreviousAppSecret: "app"},
		Budget:      connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6},
		Timeouts:    connectors.Timeouts{Attempt: attempt, Total: 4 * attempt}, Breaker: connectors.Breaker{Failures: 1 << 20},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gateway.Close()) })
	return gateway
}

func newTwin(t testing.TB, folder string) *standin.Twin {
	t.Helper()
	stand, err := standin.New(standin.Config{
		PhoneNumberID: "1001", Configuration: "prod", AccessToken: "token", AppSecret: "app", DataDir: folder,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	return stand
}

func open(t testing.TB) chat {
	t.Helper()
	stand := newTwin(t, "")
	return chat{Twin: stand, gateway: connect(t, stand, 30*time.Second)}
}

// ordered sends the order message, and pays it as told.
func (c chat) ordered(t testing.TB, results ...string) {
	t.Helper()
	message, err := order().Interactive(time.Now())
	require.NoError(t, err)
	require.NoError(t, c.Send(message))
	for _, result := range results {
		require.NoError(t, c.Pay(reference, result))
	}
}

func (c chat) state(t testing.TB) payments.LinkState {
	t.Helper()
	state, err := c.gateway.FindLink(t.Context(), reference)
	require.NoError(t, err)
	return state
}

func request() payments.LinkRequest {
	return payments.LinkRequest{Reference: reference, Amount: 21_000, ExpireBy: time.Now().Add(time.Hour)}
}

func TestOrderIsALinkWithoutAnAddress(t *testing.T) {
	t.Parallel()
	chat := open(t)
	link, err := chat.gateway.CreateLink(t.Context(), request())
	require.NoError(t, err)
	require.Equal(t, payments.LinkCreated, link.Status)
	require.Empty(t, link.URL)
	_, err = chat.gateway.FindLink(t.Context(), reference)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "nothing was sent yet")

	chat.ordered(t, "success")
	link, err = chat.gateway.CreateLink(t.Context(), request())
	require.NoError(t, err)
	require.Equal(t, payments.LinkPaid, link.Status)
	other := request()
	other.Amount++
	_, err = chat.gateway.CreateLink(t.Context(), other)
	requireRefused(t, connectors.RefusedAmount, err)
	other.Reference = "AP/2026"
	_, err = chat.gateway.CreateLink(t.Context(), other)
	require.ErrorIs(t, err, whatsapp.ErrOrder)
}

func requireRefused(t *testing.T, code string, err error) {
	t.Helper()
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, code, refused.Code)
}

func TestLookupTellsEveryAttempt(t *testing.T) {
	t.Parallel()
	chat := open(t)
	chat.ordered(t, "failed", "pending")
	state := chat.state(t)
	require.Equal(t, payments.LinkCreated, state.Status)
	require.Len(t, state.Payments, 2)
	require.Len(t, state.Pending(), 1)
	require.NoError(t, chat.Pay(reference, "settle"))
	state = chat.state(t)
	require.Equal(t, payments.LinkPaid, state.Status)
	require.Equal(t, connectors.Paise(21_000), state.Captured()[0].Amount)
	require.Equal(t, "upi", state.Captured()[0].Method)
	requireRefused(t, "paid", chat.gateway.CancelLink(t.Context(), reference))
	requireRefused(t, "not_supported", chat.gateway.CancelLink(t.Context(), "AP-other"))
}

func TestRefundIsMadeOnceUnderEveryFault(t *testing.T) {
	t.Parallel()
	for _, kind := range twin.HTTPKinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			chat := open(t)
			chat.ordered(t, "success")
			wanted := payments.RefundRequest{PaymentID: chat.state(t).Captured()[0].ID, Amount: 21_000, Reference: "AP-2026-1-r"}
			require.NoError(t, chat.Faults.Set(twin.Fault{Kind: kind, Operation: standin.Refund, DelayMS: 2000, RetryAfter: 30}))
			attempt := 30 * time.Second
			if kind == twin.Slow || kind == twin.Hang || kind == twin.ResponseHangs {
				attempt = 200 * time.Millisecond
			}
			if _, err := connect(t, chat.Twin, attempt).Refund(t.Context(), wanted); err == nil {
				require.Len(t, chat.Orders()[0].Refunds, 1)
			}
			chat.Faults.Clear()
			refund, err := chat.gateway.Refund(t.Context(), wanted)
			require.NoError(t, err)
			require.Equal(t, payments.RefundProcessed, refund.Status)
			require.Equal(t, wanted.Reference, refund.Reference)
			require.Len(t, chat.Orders()[0].Refunds, 1)
		})
	}
}

func TestRefundsThatDoNotGoWell(t *testing.T) {
	t.Parallel()
	for kind, want := range map[twin.Kind]payments.RefundStatus{
		standin.RefundStaysPending: payments.RefundPending, standin.RefundFails: payments.RefundFailed,
	} {
		chat := open(t)
		chat.ordered(t, "success")
		id := chat.state(t).Captured()[0].ID
		require.NoError(t, chat.Faults.Set(twin.Fault{Kind: kind}))
		refund, err := chat.gateway.Refund(t.Context(), payments.RefundRequest{PaymentID: id, Amount: 100, Reference: "r"})
		require.NoError(t, err)
		require.Equal(t, want, refund.Status)
		listed, err := chat.gateway.FindRefunds(t.Context(), id)
		require.NoError(t, err)
		require.Len(t, listed, 1)
		require.Equal(t, want, listed[0].Status)
	}
	chat := open(t)
	chat.ordered(t, "failed")
	_, err := chat.gateway.Refund(t.Context(), payments.RefundRequest{PaymentID: reference + "/x", Amount: 100, Reference: "r"})
	requireRefused(t, "meta_131009", err)
	for _, id := range []string{"pay_1", "a/b/../c d", "nobody/x"} {
		_, err = chat.gateway.FindRefunds(t.Context(), id)
		requireRefused(t, "unknown_payment", err)
	}
}

func TestMetaInTrouble(t *testing.T) {
	t.Parallel()
	chat := open(t)
	chat.ordered(t, "success")
	for kind, want := range map[twin.Kind]connectors.Class{
		standin.Throttled: connectors.ClassUnavailable, twin.ServerError: connectors.ClassUnavailable,
		twin.ErrorPage: connectors.ClassUnavailable, twin.StrangePage: connectors.ClassChanged, twin.CutPage: connectors.ClassChanged,
		twin.HugeBody: connectors.ClassChanged, twin.WrongCharset: connectors.ClassOK, twin.TooMany: connectors.ClassUnavailable,
	} {
		require.NoError(t, chat.Faults.Set(twin.Fault{Kind: kind, RetryAfter: 30}))
		_, err := chat.gateway.FindLink(t.Context(), reference)
		require.Equal(t, want, connectors.ClassOf(err), "%s: %v", kind, err)
	}
	foreign := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.WriteHeader(http.StatusUnauthorized)
		_, _ = w.Write([]byte(`{"error":{"code":190}}`))
	}), 30*time.Second)
	_, err := foreign.FindLink(t.Context(), reference)
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func TestWebhookIsVerifiedThenRead(t *testing.T) {
	t.Parallel()
	chat := open(t)
	chat.ordered(t, "failed")
	header, body := chat.Webhook(reference)
	event, err := chat.gateway.ParseWebhook(header, body)
	require.NoError(t, err)
	require.Equal(t, payments.EventPaymentFailed, event.Type)

	require.NoError(t, chat.Pay(reference, "success"))
	id := chat.state(t).Captured()[0].ID
	_, err = chat.gateway.Refund(t.Context(), payments.RefundRequest{PaymentID: id, Amount: 21_000, Reference: "r"})
	require.NoError(t, err)
	_, body = chat.Webhook(reference)
	events, err := whatsapp.Events(body)
	require.NoError(t, err)
	require.Len(t, events, 2)
	require.Equal(t, payments.EventPaymentCaptured, events[0].Type)
	require.Equal(t, id, events[0].PaymentID, "the lookup calls it the same")
	require.Equal(t, connectors.Paise(21_000), events[0].Amount)
	require.Equal(t, payments.EventRefundProcessed, events[1].Type)
	require.NotEqual(t, events[0].ID, events[1].ID)

	_, err = chat.gateway.ParseWebhook(header, body)
	require.ErrorIs(t, err, payments.ErrSignature)
	_, err = chat.gateway.VerifyReturn(nil)
	require.ErrorIs(t, err, payments.ErrSignature)
	_, err = whatsapp.Events([]byte(`{"entry":7}`))
	require.ErrorIs(t, err, payments.ErrMalformed)
}

func TestTwinRemembers(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := chat{Twin: newTwin(t, folder)}
	first.ordered(t, "success")
	again := newTwin(t, folder)
	require.Equal(t, first.Orders(), again.Orders())
	recorder := httptest.NewRecorder()
	again.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/twin/orders/"+reference+"/success", http.NoBody))
	require.Equal(t, http.StatusBadRequest, recorder.Code, "an order is paid once")
	recorder = httptest.NewRecorder()
	again.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/twin/orders", strings.NewReader("{}")))
	require.Equal(t, http.StatusBadRequest, recorder.Code)
}

// Whatever Meta answers is read, or is one of the classes.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"payments":[{"reference_id":"` + reference + `","status":"captured","total_amount":{"value":"1","offset":100},"transactions":[{"id":"x","status":"success","created_timestamp":"1"}]}]}`))
	f.Add([]byte(`{"entry":[{"changes":[{"value":{"statuses":[{"type":"payment","payment":{"reference_id":"r","refunds":[{"id":"1"}]}}]}}]}]}`))
	f.Add([]byte(`{"error":{"code":131009}}`))
	var body []byte
	gateway := connect(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write(body) }), 30*time.Second)
	f.Fuzz(func(t *testing.T, answer []byte) {
		body = answer
		state, err := gateway.FindLink(t.Context(), reference)
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
		if err == nil {
			require.Positive(t, state.Amount)
		}
		events, err := whatsapp.Events(answer)
		if err != nil {
			require.ErrorIs(t, err, payments.ErrMalformed)
		}
		for _, event := range events {
			require.NotEmpty(t, event.ID)
		}
	})
}
