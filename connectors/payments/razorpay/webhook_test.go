package razorpay_test

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"net/http"
	"net/url"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/google/go-cmp/cmp/cmpopts"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/payments"
)

func signature(secret, text string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(text))
	return hex.EncodeToString(mac.Sum(nil))
}

func signed(secret, body string) http.Header {
	header := http.Header{}
	header.Set("X-Razorpay-Signature", signature(secret, body))
	header.Set("x-razorpay-event-id", "evt_1")
	return header
}

const (
	captured = `{"entity":"event","event":"payment.captured","contains":["payment"],"payload":{"payment":{"entity":{"id":"pay_1","amount":124000,` +
		`"status":"captured","method":"upi","notes":{"reference":"AP-1/pay"},"acquirer_data":{"rrn":"123456789012"}}}},"created_at":1764000000}`
	linkPaid = `{"event":"payment_link.paid","payload":{"payment":{"entity":{"id":"pay_1","amount":123900,"notes":[]}},` +
		`"payment_link":{"entity":{"id":"plink_1","reference_id":"AP-1/pay","amount":124000,"status":"paid"}}},"created_at":1764000000}`
	refunded = `{"event":"refund.processed","payload":{"refund":{"entity":{"id":"rfnd_1","payment_id":"pay_1","receipt":"AP-1/refund",` +
		`"amount":5000,"status":"processed"}},"payment":{"entity":{"id":"pay_1","amount":124000,"notes":{"reference":"AP-1/pay"}}}},"created_at":1764000000}`
)

func TestParseWebhookReadsWhatAnEventTells(t *testing.T) {
	t.Parallel()
	gateway := open(t, "http://127.0.0.1:1", "secret")
	at := time.Unix(1764000000, 0).UTC()
	tests := map[string]struct {
		body string
		want payments.Event
	}{
		"payment captured": {captured, payments.Event{
			ID: "evt_1", Type: payments.EventPaymentCaptured, Reference: "AP-1/pay", PaymentID: "pay_1",
			Amount: 124000, Status: "captured", Method: "upi", RRN: "123456789012", CreatedAt: at,
		}},
		"link paid with another amount": {linkPaid, payments.Event{
			ID: "evt_1", Type: payments.EventLinkPaid, Reference: "AP-1/pay", LinkID: "plink_1", PaymentID: "pay_1",
			Amount: 123900, Status: "paid", CreatedAt: at,
		}},
		"refund processed": {refunded, payments.Event{
			ID: "evt_1", Type: payments.EventRefundProcessed, Reference: "AP-1/pay", PaymentID: "pay_1", RefundID: "rfnd_1",
			RefundReference: "AP-1/refund", Amount: 5000, Status: "processed", CreatedAt: at,
		}},
		"unknown event": {`{"event":"payment.downtime.started"}`, payments.Event{ID: "evt_1", Type: "payment.downtime.started"}},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			got, err := gateway.ParseWebhook(signed("hook", test.body), []byte(test.body))
			require.NoError(t, err)
			require.Equal(t, test.body, string(got.Raw))
			require.Empty(t, cmp.Diff(test.want, got, cmpopts.IgnoreFields(payments.Event{}, "Raw")))
		})
	}
}

func TestParseWebhookAcceptsBothSecretsDuringRotation(t *testing.T) {
	t.Parallel()
	gateway := open(t, "http://127.0.0.1:1", "secret")
	for _, secret := range []string{"hook", "old hook"} {
		_, err := gateway.ParseWebhook(signed(secret, captured), []byte(captured))
		require.NoError(t, err)
	}
}

func TestParseWebhookRefusesForgeriesBeforeReadingThem(t *testing.T) {
	t.Parallel()
	gateway := open(t, "http://127.0.0.1:1", "secret")
	changed := signed("hook", captured)
	tests := map[string]struct {
		header http.Header
		body   string
	}{
		"unsigned":          {http.Header{}, captured},
		"other secret":      {signed("secret", captured), captured},
		"body was changed":  {changed, captured + " "},
		"not hex":           {http.Header{"X-Razorpay-Signature": {"zz"}}, captured},
		"cut signature":     {http.Header{"X-Razorpay-Signature": {changed.Get("X-Razorpay-Signature")[:32]}}, captured},
		"malformed, forged": {http.Header{}, "{"},
	}
	for name, test := range tests {
		_, err := gateway.ParseWebhook(test.header, []byte(test.body))
		require.ErrorIs(t, err, payments.ErrSignature, name)
	}
	for _, body := range []string{"", "{", "[]", "{}", `{"event":1}`} {
		_, err := gateway.ParseWebhook(signed("hook", body), []byte(body))
		require.ErrorIs(t, err, payments.ErrMalformed, body)
	}
}

func TestEventWithoutIDIsKnownByItsContent(t *testing.T) {
	t.Parallel()
	gateway := open(t, "http://127.0.0.1:1", "secret")
	ids := map[string]bool{}
	for _, body := range []string{captured, captured, linkPaid} {
		header := signed("hook", body)
		header.Del("x-razorpay-event-id")
		event, err := gateway.ParseWebhook(header, []byte(body))
		require.NoError(t, err)
		ids[event.ID] = true
	}
	require.Len(t, ids, 2)
}

func TestVerifyReturn(t *testing.T) {
	t.Parallel()
	gateway := open(t, "http://127.0.0.1:1", "secret")
	query := url.Values{
		"razorpay_payment_link_id": {"plink_1"}, "razorpay_payment_link_reference_id": {"AP-1/pay"},
		"razorpay_payment_link_status": {"paid"}, "razorpay_payment_id": {"pay_1"},
		"razorpay_signature": {signature("secret", "plink_1|AP-1/pay|paid|pay_1")},
	}
	returned, err := gateway.VerifyReturn(query)
	require.NoError(t, err)
	require.Equal(t, payments.LinkReturn{LinkID: "plink_1", Reference: "AP-1/pay", Status: payments.LinkPaid, PaymentID: "pay_1"}, returned)
	query.Set("razorpay_payment_id", "pay_2")
	_, err = gateway.VerifyReturn(query)
	require.ErrorIs(t, err, payments.ErrSignature)
}

func FuzzParseWebhook(f *testing.F) {
	for _, seed := range []string{captured, linkPaid, refunded, `{"event":"x","payload":{"payment":null}}`, `{"event":"refund.","payload":[]}`} {
		f.Add([]byte(seed))
	}
	gateway := open(f, "http://127.0.0.1:1", "secret")
	f.Fuzz(func(t *testing.T, body []byte) {
		event, err := gateway.ParseWebhook(signed("hook", string(body)), body)
		if err != nil {
			require.ErrorIs(t, err, payments.ErrMalformed)
			return
		}
		require.NotEmpty(t, event.Type)
	})
}
