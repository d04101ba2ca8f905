package whatsapp_test

import (
	"log/slog"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	standin "github.com/jansetu/jansetu/connectors/payments/whatsapp/twin"
)

func TestConformance(t *testing.T) {
	t.Parallel()
	conformance.RunMoney(t, subject)
}

func subject(t *testing.T) conformance.MoneySubject {
	t.Helper()
	stand := newTwin(t, "")
	pay := func(result string) func(payments.Link) {
		return func(link payments.Link) { require.NoError(t, stand.Pay(link.Reference, result)) }
	}
	return conformance.MoneySubject{
		Subject: conformance.Subject{
			Handler: stand, Faults: stand.Faults,
			Settings:    map[string]string{whatsapp.SettingPhoneNumberID: "1001", whatsapp.SettingConfiguration: "prod"},
			Credentials: map[string]string{whatsapp.CredentialAccessToken: "token", whatsapp.CredentialAppSecret: "app"},
		},
		Open: func(config connectors.PortalConfig, log *slog.Logger) (payments.Gateway, error) {
			return whatsapp.Family{Logger: log}.New(config)
		},
		FindLink: standin.Lookup, Refund: standin.Refund, FindRefunds: standin.Lookup,
		Order: func(request payments.LinkRequest) { sendOrder(t, stand, request) },
		Pay:   pay("success"), LeavePending: pay("pending"),
		Webhook: func(link payments.Link) (http.Header, []byte) { return stand.Webhook(link.Reference) },
		Links:   func() int { return len(stand.Orders()) }, DoubledLinks: func() int { return 0 },
		Refunds: func() int { return refundsOf(stand) }, DoubledRefunds: func() int { return max(refundsOf(stand)-1, 0) },
	}
}

// sendOrder sends the message that makes the order of a request.
func sendOrder(t *testing.T, stand *standin.Twin, request payments.LinkRequest) {
	t.Helper()
	wanted := order()
	wanted.Reference, wanted.Tax = request.Reference, 0
	wanted.Items = []whatsapp.Item{{Name: "Fee", Amount: request.Amount, Quantity: 1}}
	message, err := wanted.Interactive(time.Now())
	require.NoError(t, err)
	require.NoError(t, stand.Send(message))
}

func refundsOf(stand *standin.Twin) int {
	count := 0
	for _, made := range stand.Orders() {
		count += len(made.Refunds)
	}
	return count
}
