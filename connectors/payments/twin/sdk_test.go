package twin_test

import (
	"testing"
	"time"

	razorpaysdk "github.com/razorpay/razorpay-go"
	"github.com/razorpay/razorpay-go/utils"
	"github.com/stretchr/testify/require"

	sandbox "github.com/jansetu/jansetu/connectors/payments/twin"
)

// TestOfficialSDKWorksAgainstTheSandbox is the independent witness that the
// paths and fields are the gateway's.
func TestOfficialSDKWorksAgainstTheSandbox(t *testing.T) {
	t.Parallel()
	stand, address := run(t, sandbox.Config{})
	client := razorpaysdk.NewClient("key", "secret")
	client.Order.Request.BaseURL = address
	t.Cleanup(client.Order.Request.HTTPClient.CloseIdleConnections)

	order, err := client.Order.Create(map[string]any{"amount": 50000, "currency": "INR", "receipt": "r1"}, nil)
	require.NoError(t, err)
	require.Regexp(t, `^order_[0-9A-Za-z]{14}$`, order["id"])
	found, err := client.Order.All(map[string]any{"receipt": "r1"}, nil)
	require.NoError(t, err)
	require.EqualValues(t, 1, found["count"])

	link, err := client.PaymentLink.Create(map[string]any{
		"amount": 50000, "currency": "INR", "reference_id": "AP-1/pay", "expire_by": time.Now().Add(time.Hour).Unix(),
	}, nil)
	require.NoError(t, err)
	require.Equal(t, "created", link["status"])
	id, isText := link["id"].(string)
	require.True(t, isText)
	paymentID, err := stand.Pay(id)
	require.NoError(t, err)

	link, err = client.PaymentLink.Fetch(id, nil, nil)
	require.NoError(t, err)
	require.Equal(t, "paid", link["status"])
	payment, err := client.Payment.Fetch(paymentID, nil, nil)
	require.NoError(t, err)
	require.Equal(t, "captured", payment["status"])
	refund, err := client.Payment.Refund(paymentID, 20000, map[string]any{"receipt": "r"}, nil)
	require.NoError(t, err)
	require.Equal(t, "processed", refund["status"])
	payment, err = client.Payment.Fetch(paymentID, nil, nil)
	require.NoError(t, err)
	require.EqualValues(t, 20000, payment["amount_refunded"])
	require.Equal(t, "partial", payment["refund_status"])
}

func TestWebhookSignatureIsAcceptedByTheOfficialSDK(t *testing.T) {
	t.Parallel()
	received := receive(t, ok)
	stand, address := run(t, sandbox.Config{WebhookURL: received.url})
	_, err := stand.Pay(makeLink(t, address, "AP-1/pay", ""))
	require.NoError(t, err)
	event := received.next(t)
	require.True(t, utils.VerifyWebhookSignature(string(event.body), event.signature, "hook"))
	require.Regexp(t, `^evt_`, event.id)
}
