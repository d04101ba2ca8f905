package razorpay_test

import (
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	sandbox "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// bench is a gateway client in front of a fresh sandbox.
type bench struct {
	*sandbox.Sandbox
	gateway *razorpay.Gateway
	// hasty is the same account with short deadlines, for faults that hang.
	hasty *razorpay.Gateway
	clock *clock
}

type clock struct{ offset atomic.Int64 }

func (c *clock) now() time.Time { return time.Now().Add(time.Duration(c.offset.Load())) }

func start(t *testing.T) bench {
	t.Helper()
	clock := &clock{}
	made, err := sandbox.New(sandbox.Config{
		KeyID: "rzp_test_key", KeySecret: "secret", WebhookSecret: "hook", Clock: clock.now,
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	server := httptest.NewServer(made)
	t.Cleanup(server.Close)
	return bench{
		Sandbox: made, clock: clock,
		gateway: open(t, server.URL, "secret"), hasty: openWithin(t, server.URL, "secret", 300*time.Millisecond),
	}
}

func open(t testing.TB, url, secret string) *razorpay.Gateway {
	t.Helper()
	return openWithin(t, url, secret, 30*time.Second)
}

func openWithin(t testing.TB, url, secret string, attempt time.Duration) *razorpay.Gateway {
	t.Helper()
	gateway, err := razorpay.Family{}.New(connectors.PortalConfig{
		Name: "payments", Family: razorpay.FamilyName, URL: url,
		Credentials: map[string]string{
			razorpay.CredentialKeyID: "rzp_test_key", razorpay.CredentialKeySecret: secret,
			razorpay.CredentialWebhookSecret: "hook", razorpay.CredentialPreviousWebhookSecret: "old hook",
		},
		Budget:   connectors.Budget{RequestsPerSecond: 10_000, Burst: 10_000, Concurrent: 32},
		Timeouts: connectors.Timeouts{Attempt: attempt, Total: 4 * attempt},
		Breaker:  connectors.Breaker{Failures: 1000},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gateway.Close()) })
	return gateway
}

func request() payments.LinkRequest {
	return payments.LinkRequest{
		Reference: "AP-1/pay", Amount: 124_000, Description: "Electricity bill",
		ExpireBy: time.Now().Add(time.Hour), CallbackURL: "http://127.0.0.1:1/return",
	}
}

func (b bench) link(t *testing.T) payments.Link {
	t.Helper()
	link, err := b.gateway.CreateLink(t.Context(), request())
	require.NoError(t, err)
	return link
}

func (b bench) state(t *testing.T) payments.LinkState {
	t.Helper()
	state, err := b.gateway.FindLink(t.Context(), "AP-1/pay")
	require.NoError(t, err)
	return state
}

func TestLinkIsMadeOnceForAReference(t *testing.T) {
	t.Parallel()
	bench := start(t)
	first := bench.link(t)
	require.Regexp(t, `^plink_[0-9A-Za-z]{14}$`, first.ID)
	require.Equal(t, payments.LinkCreated, first.Status)
	require.True(t, strings.HasSuffix(first.URL, "/l/"+first.ID))
	require.Equal(t, first, bench.link(t))

	other := request()
	other.Amount++
	_, err := bench.gateway.CreateLink(t.Context(), other)
	var refused *connectors.RefusedError
	require.ErrorAs(t, err, &refused)
	require.Equal(t, connectors.RefusedAmount, refused.Code)
}

func TestLinkReferenceHasALimit(t *testing.T) {
	t.Parallel()
	bench := start(t)
	for _, reference := range []string{"", strings.Repeat("a", payments.MaxReference+1)} {
		wanted := request()
		wanted.Reference = reference
		_, err := bench.gateway.CreateLink(t.Context(), wanted)
		require.ErrorContains(t, err, "reference")
	}
}

func TestWhatTheGatewayRefusesIsRefused(t *testing.T) {
	t.Parallel()
	bench := start(t)
	wanted := request()
	wanted.ExpireBy = time.Now().Add(time.Minute)
	_, err := bench.gateway.CreateLink(t.Context(), wanted)
	require.Equal(t, connectors.ClassRefused, connectors.ClassOf(err), "%v", err)
}

func TestFindLinkTellsEveryAttempt(t *testing.T) {
	t.Parallel()
	bench := start(t)
	_, err := bench.gateway.FindLink(t.Context(), "AP-1/pay")
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))

	link := bench.link(t)
	require.Empty(t, bench.state(t).Payments)
	_, err = bench.Fail(link.ID)
	require.NoError(t, err)
	pending, err := bench.LeavePending(link.ID)
	require.NoError(t, err)
	require.Len(t, bench.state(t).Pending(), 1)
	require.NoError(t, bench.Settle(pending, true))
	_, err = bench.Pay(link.ID)
	require.NoError(t, err)

	state := bench.state(t)
	require.Equal(t, payments.LinkPaid, state.Status)
	require.Len(t, state.Payments, 3)
	require.Len(t, state.Captured(), 2, "paid twice on one link")
	require.Empty(t, state.Pending())
	require.Regexp(t, `^\d{12}$`, state.Captured()[0].RRN)
	require.Equal(t, connectors.Paise(124_000), state.Captured()[0].Amount)
}

func TestPaymentThatArrivesAfterExpiryIsSeen(t *testing.T) {
	t.Parallel()
	bench := start(t)
	link := bench.link(t)
	pending, err := bench.LeavePending(link.ID)
	require.NoError(t, err)
	bench.clock.offset.Store(int64(2 * time.Hour))
	require.Equal(t, payments.LinkExpired, bench.state(t).Status)
	require.NoError(t, bench.Settle(pending, true))
	state := bench.state(t)
	require.Equal(t, payments.LinkExpired, state.Status)
	require.Len(t, state.Captured(), 1)
}

func TestAmountMismatchIsSeen(t *testing.T) {
	t.Parallel()
	bench := start(t)
	link := bench.link(t)
	require.NoError(t, bench.Faults.Set(twin.Fault{Kind: sandbox.AmountMismatch, Times: 1}))
	_, err := bench.Pay(link.ID)
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(123_900), bench.state(t).Captured()[0].Amount)
}

func TestCancelLink(t *testing.T) {
	t.Parallel()
	bench := start(t)
	link := bench.link(t)
	require.NoError(t, bench.Faults.Set(twin.Fault{Kind: twin.ResponseLost, Operation: sandbox.CancelLink, Times: 1}))
	require.NoError(t, bench.gateway.CancelLink(t.Context(), link.ID), "a lost answer is looked up")
	require.NoError(t, bench.gateway.CancelLink(t.Context(), link.ID))
	require.Equal(t, payments.LinkCancelled, bench.state(t).Status)
}

func TestCancelOfAPaidLinkIsRefused(t *testing.T) {
	t.Parallel()
	bench := start(t)
	link := bench.link(t)
	_, err := bench.Pay(link.ID)
	require.NoError(t, err)
	err = bench.gateway.CancelLink(t.Context(), link.ID)
	require.Equal(t, connectors.ClassRefused, connectors.ClassOf(err), "%v", err)
}

func TestRefundIsMadeOnceForAReference(t *testing.T) {
	t.Parallel()
	bench := start(t)
	link := bench.link(t)
	paymentID, err := bench.Pay(link.ID)
	require.NoError(t, err)
	wanted := payments.RefundRequest{PaymentID: paymentID, Amount: 124_000, Reference: "AP-1/refund"}
	first, err := bench.gateway.Refund(t.Context(), wanted)
	require.NoError(t, err)
	require.Equal(t, "AP-1/refund", first.Reference)
	again, err := bench.gateway.Refund(t.Context(), wanted)
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID)
	require.Equal(t, payments.RefundProcessed, again.Status)
	require.NotEmpty(t, again.ARN)

	wanted.Reference = "AP-1/refund-2"
	_, err = bench.gateway.Refund(t.Context(), wanted)
	require.Equal(t, connectors.ClassRefused, connectors.ClassOf(err), "%v", err)
	wanted.PaymentID = "pay_00000000000000"
	_, err = bench.gateway.Refund(t.Context(), wanted)
	require.Equal(t, connectors.ClassRefused, connectors.ClassOf(err), "%v", err)
	require.Equal(t, 1, count(bench.Ledger(), "refunded"))
}

func TestRefundThatIsPendingThenFails(t *testing.T) {
	t.Parallel()
	bench := start(t)
	link := bench.link(t)
	paymentID, err := bench.Pay(link.ID)
	require.NoError(t, err)
	require.NoError(t, bench.Faults.Set(twin.Fault{Kind: sandbox.RefundStaysPending}))
	refund, err := bench.gateway.Refund(t.Context(), payments.RefundRequest{PaymentID: paymentID, Amount: 124_000, Reference: "r"})
	require.NoError(t, err)
	require.Equal(t, payments.RefundPending, refund.Status)
	require.NoError(t, bench.SettleRefund(refund.ID, false))
	refunds, err := bench.gateway.FindRefunds(t.Context(), paymentID)
	require.NoError(t, err)
	require.Equal(t, payments.RefundFailed, refunds[0].Status)
}

func TestNothingHappensTwiceUnderAnyFault(t *testing.T) {
	t.Parallel()
	for _, kind := range twin.HTTPKinds() {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			bench := start(t)
			link := eventually(t, bench, kind, sandbox.CreateLink, func(g *razorpay.Gateway) (payments.Link, error) {
				return g.CreateLink(t.Context(), request())
			})
			eventually(t, bench, kind, sandbox.FindLink, func(g *razorpay.Gateway) (payments.LinkState, error) {
				return g.FindLink(t.Context(), "AP-1/pay")
			})
			paymentID, err := bench.Pay(link.ID)
			require.NoError(t, err)
			eventually(t, bench, kind, sandbox.MakeRefund, func(g *razorpay.Gateway) (payments.Refund, error) {
				return g.Refund(t.Context(), payments.RefundRequest{PaymentID: paymentID, Amount: 5_000, Reference: "r"})
			})
			require.Equal(t, 1, count(bench.Ledger(), "refunded"))
			require.Equal(t, 1, count(bench.Ledger(), "captured"))
		})
	}
}

// eventually makes a call that meets the fault, and when that fails the same
// call again without it.
func eventually[T any](t *testing.T, bench bench, kind twin.Kind, operation string, act func(*razorpay.Gateway) (T, error)) T {
	t.Helper()
	require.NoError(t, bench.Faults.Set(twin.Fault{Kind: kind, Operation: operation, DelayMS: 3000, RetryAfter: 5, Times: 1}))
	gateway := bench.gateway
	if kind == twin.Slow || kind == twin.Hang || kind == twin.ResponseHangs {
		gateway = bench.hasty
	}
	result, err := act(gateway)
	if err == nil {
		return result
	}
	require.Contains(t, []connectors.Class{
		connectors.ClassUnavailable, connectors.ClassOutcomeUnknown, connectors.ClassChanged,
	}, connectors.ClassOf(err), "%v", err)
	bench.Faults.Clear()
	result, err = act(bench.gateway)
	require.NoError(t, err, "the same call again")
	return result
}

func count(entries []sandbox.Entry, kind string) (n int) {
	for _, entry := range entries {
		if entry.Kind == kind {
			n++
		}
	}
	return n
}

func TestWrongCredentialsAreAFaultOfTheSetUp(t *testing.T) {
	t.Parallel()
	bench := start(t)
	server := httptest.NewServer(bench.Sandbox)
	t.Cleanup(server.Close)
	_, err := open(t, server.URL, "wrong").CreateLink(t.Context(), request())
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%v", err)
	_, err = razorpay.Family{}.Open(connectors.PortalConfig{Name: "p", URL: server.URL})
	require.ErrorContains(t, err, "credential")
}
