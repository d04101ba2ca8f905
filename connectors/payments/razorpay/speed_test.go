package razorpay_test

import (
	"context"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	sandbox "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

// measured is the look-up of a link, and the list of a payment's refunds.
func measured() speed.Subject {
	open := func(t testing.TB, meter *speed.Meter, handler http.Handler) *razorpay.Gateway {
		t.Helper()
		config := meter.Serve(t, handler)
		config.Credentials = map[string]string{
			razorpay.CredentialKeyID: "rzp_test_key", razorpay.CredentialKeySecret: "secret", razorpay.CredentialWebhookSecret: "hook",
		}
		gateway, err := razorpay.Family{Observer: meter}.New(config)
		require.NoError(t, err)
		return gateway
	}
	return speed.Subject{
		Ordinary: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			stand, err := sandbox.New(sandbox.Config{KeyID: "rzp_test_key", KeySecret: "secret", WebhookSecret: "hook", PublicURL: "http://pay.example"})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, stand.Close()) })
			gateway := open(t, meter, stand)
			_, err = gateway.CreateLink(t.Context(), payments.LinkRequest{Reference: "JS-1-bill", Amount: 124000, ExpireBy: time.Now().Add(time.Hour)})
			require.NoError(t, err)
			return func(ctx context.Context) error {
				_, err := gateway.FindLink(ctx, "JS-1-bill")
				return err
			}
		},
		Large: func(t testing.TB, meter *speed.Meter) speed.Call {
			t.Helper()
			items := make([]string, 900)
			for i := range items {
				items[i] = fmt.Sprintf(`{"id":"rfnd_%08d","entity":"refund","amount":100,"currency":"INR","payment_id":"pay_1","receipt":"JS-%d",`+
					`"status":"processed","created_at":1790000000,"notes":[],"acquirer_data":{"arn":"%024d"},"speed_processed":"normal"}`, i, i, i)
			}
			page := `{"entity":"collection","count":900,"items":[` + strings.Join(items, ",") + `]}`
			gateway := open(t, meter, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Content-Type", "application/json")
				_, _ = w.Write([]byte(page))
			}))
			return func(ctx context.Context) error {
				_, err := gateway.FindRefunds(ctx, "pay_1")
				return err
			}
		},
	}
}

func BenchmarkOverhead(b *testing.B)  { speed.Overhead(b, measured()) }
func BenchmarkPage200KB(b *testing.B) { speed.Page(b, measured()) }
func BenchmarkSession(b *testing.B)   { speed.Memory(b, measured()) }

func TestReadsCostLittle(t *testing.T) { speed.Require(t, measured()) } //nolint:paralleltest // it measures time
