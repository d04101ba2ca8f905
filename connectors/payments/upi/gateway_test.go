package upi_test

import (
	"errors"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	standin "github.com/jansetu/jansetu/connectors/payments/upi/twin"
)

// counter is a bank as a payment gateway, with a clock.
type counter struct {
	*upi.Bank

	stand *standin.Twin
	mu    sync.Mutex
	time  time.Time
}

func (c *counter) now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.time
}

func (c *counter) later(by time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.time = c.time.Add(by)
}

func newCounter(t *testing.T, settings map[string]string) *counter {
	t.Helper()
	c := &counter{time: time.Now()}
	var err error
	c.stand, err = standin.New(standin.Config{APIKey: "key", Clock: c.now})
	require.NoError(t, err)
	server := httptest.NewServer(c.stand)
	t.Cleanup(func() { server.Close(); require.NoError(t, c.stand.Close()) })
	settings[upi.SettingPayee] = payee
	c.Bank, err = upi.Family{Clock: c.now}.New(connectors.PortalConfig{
		Name: "payments", Family: upi.FamilyName, URL: server.URL, Settings: settings, Credentials: map[string]string{upi.CredentialAPIKey: "key"},
		Budget: connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 4},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, c.Close()) })
	return c
}

func merchant() map[string]string {
	return map[string]string{upi.SettingPayeeName: "Government fees", upi.SettingMerchantCode: "9399"}
}

func (c *counter) wanted() payments.LinkRequest {
	return payments.LinkRequest{
		Reference: "AP-7-bill", Amount: 1_240_00, ExpireBy: c.now().Add(time.Hour), CallbackURL: "https://hub.example/webhooks/payments/upi/return",
	}
}

func TestALinkLeadsToAPageThatOpensTheApp(t *testing.T) {
	t.Parallel()
	c := newCounter(t, merchant())
	made, err := c.CreateLink(t.Context(), c.wanted())
	require.NoError(t, err)
	again, err := c.CreateLink(t.Context(), c.wanted())
	require.NoError(t, err)
	require.Equal(t, made.URL, again.URL, "the same request makes the same link")
	link, picture, ok := c.Intent(made.URL)
	require.True(t, ok)
	require.NotEmpty(t, picture)
	intent, err := upi.ParseIntent(link)
	require.NoError(t, err)
	require.Equal(t, connectors.Paise(1_240_00), intent.Amount)
	require.Equal(t, payee, intent.PayeeAddress)
	require.Equal(t, made.ID, intent.Reference)

	page, err := url.Parse(made.URL)
	require.NoError(t, err)
	returned, err := c.VerifyReturn(page.Query())
	require.NoError(t, err)
	require.Equal(t, "AP-7-bill", returned.Reference)
	forged := strings.Replace(made.URL, "am=124000", "am=1", 1)
	require.NotEqual(t, made.URL, forged)
	_, _, ok = c.Intent(forged)
	require.False(t, ok, "a page opens no other payment")
	_, err = c.VerifyReturn(url.Values{"ref": {"AP-7-bill"}})
	require.ErrorIs(t, err, payments.ErrSignature)
	c.later(time.Hour)
	_, _, ok = c.Intent(made.URL)
	require.False(t, ok, "after its time it opens nothing")
}

func TestWhatIsMissingForALinkIsForAnOfficer(t *testing.T) {
	t.Parallel()
	bare := newCounter(t, map[string]string{})
	_, err := bare.CreateLink(t.Context(), bare.wanted())
	refusal, ok := asRefusal(err)
	require.True(t, ok)
	require.Equal(t, "configuration", refusal.Code)
	c := newCounter(t, merchant())
	request := c.wanted()
	request.CallbackURL = ""
	_, err = c.CreateLink(t.Context(), request)
	require.Equal(t, connectors.ClassRefused, connectors.ClassOf(err))
}

func TestTheBankIsAskedAsOftenAsItMayBe(t *testing.T) {
	t.Parallel()
	c := newCounter(t, merchant())
	made, err := c.CreateLink(t.Context(), c.wanted())
	require.NoError(t, err)
	_, err = c.FindLink(t.Context(), "AP-7-bill")
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "not in the first 90 seconds")
	c.later(upi.FirstCheck)
	_, err = c.FindLink(t.Context(), "AP-7-bill")
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "the bank has not heard of it")
	link, _, ok := c.Intent(made.URL)
	require.True(t, ok)
	_, err = c.stand.Pay(link, "pending")
	require.NoError(t, err)
	state, err := c.FindLink(t.Context(), "AP-7-bill")
	require.NoError(t, err)
	require.Len(t, state.Pending(), 1)
	_, err = c.stand.Pay(link, "success")
	require.NoError(t, err)
	state, err = c.FindLink(t.Context(), "AP-7-bill")
	require.NoError(t, err)
	require.Equal(t, payments.LinkPaid, state.Status)
	_, err = c.FindLink(t.Context(), "AP-7-bill")
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "a fourth time in two hours")
	c.later(upi.ChecksWithin)
	_, err = c.FindLink(t.Context(), "AP-7-bill")
	require.NoError(t, err)
}

func TestMoneyIsGivenBackByHand(t *testing.T) {
	t.Parallel()
	c := newCounter(t, merchant())
	request := payments.RefundRequest{PaymentID: "JSB1", Amount: 540_00, Reference: "AP-7-bill-r1"}
	_, err := c.Refund(t.Context(), request)
	refusal, ok := asRefusal(err)
	require.True(t, ok)
	require.Equal(t, upi.CodeByHand+": give back ₹540.00 of UPI transaction JSB1 at the bank", refusal.Code)
	made := c.ReturnedByHand(request, c.now())
	require.Equal(t, payments.RefundProcessed, made.Status)
	require.Equal(t, request.Reference, made.Reference)
	require.Equal(t, connectors.ClassRefused, connectors.ClassOf(c.CancelLink(t.Context(), "AP7")))
	_, err = c.ParseWebhook(nil, []byte("{}"))
	require.ErrorIs(t, err, payments.ErrSignature)
}

func asRefusal(err error) (*connectors.RefusedError, bool) {
	return errors.AsType[*connectors.RefusedError](err)
}
