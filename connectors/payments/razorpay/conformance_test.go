package razorpay_test

import (
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	sandbox "github.com/jansetu/jansetu/connectors/payments/twin"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.RunMoney(t, subject)
}

func subject(t *testing.T) conformance.MoneySubject {
	t.Helper()
	hub := receive(t)
	stand, err := sandbox.New(sandbox.Config{
		KeyID: "rzp_test_key", KeySecret: "secret", WebhookSecret: "hook", WebhookURL: hub.url, PublicURL: "http://pay.example",
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	return conformance.MoneySubject{
		Subject: conformance.Subject{
			Handler: stand, Faults: stand.Faults,
			Credentials: map[string]string{
				razorpay.CredentialKeyID: "rzp_test_key", razorpay.CredentialKeySecret: "secret", razorpay.CredentialWebhookSecret: "hook",
			},
			Private: []string{"success@razorpay", "9000000001"},
		},
		Open: func(config connectors.PortalConfig, log *slog.Logger) (payments.Gateway, error) {
			return razorpay.Family{Logger: log}.New(config)
		},
		CreateLink: sandbox.CreateLink, FindLink: sandbox.FindLink, CancelLink: sandbox.CancelLink,
		Refund: sandbox.MakeRefund, FindRefunds: sandbox.FindRefunds,
		Pay: by(t, stand.Pay), LeavePending: by(t, stand.LeavePending),
		Webhook: func(payments.Link) (http.Header, []byte) { return hub.next(t, "payment_link.paid") },
		Links:   func() int { return len(stand.Links()) }, DoubledLinks: func() int { return doubled(stand.Links()) },
		Refunds:        func() int { return len(refundReferences(stand)) },
		DoubledRefunds: func() int { return doubled(refundReferences(stand)) },
		UniqueRefunds:  true,
	}
}

// by is a payer who does something to a link.
func by(t *testing.T, payer func(linkID string) (string, error)) func(payments.Link) {
	t.Helper()
	return func(link payments.Link) {
		_, err := payer(link.ID)
		require.NoError(t, err)
	}
}

// refundReferences are those of the refunds that were really made.
func refundReferences(stand *sandbox.Sandbox) []string {
	var references []string
	for _, entry := range stand.Ledger() {
		if entry.RefundID != "" {
			references = append(references, entry.Reference)
		}
	}
	return references
}

func doubled(references []string) int {
	seen := map[string]bool{}
	for _, reference := range references {
		seen[reference] = true
	}
	return len(references) - len(seen)
}

// hub keeps the gateway's messages.
type hub struct {
	url      string
	messages chan message
}

type message struct {
	header http.Header
	body   []byte
}

func receive(t *testing.T) hub {
	t.Helper()
	received := hub{messages: make(chan message, 1000)}
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		if body, err := io.ReadAll(r.Body); err == nil {
			received.messages <- message{r.Header, body}
		}
	}))
	t.Cleanup(server.Close)
	received.url = server.URL
	return received
}

func (h hub) next(t *testing.T, event string) (http.Header, []byte) {
	t.Helper()
	for {
		select {
		case told := <-h.messages:
			if strings.Contains(string(told.body), `"event":"`+event+`"`) {
				return told.header, told.body
			}
		case <-time.After(time.Minute):
			require.Fail(t, "no message came")
			return nil, nil
		}
	}
}
