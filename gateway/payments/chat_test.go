package payments_test

import (
	"log/slog"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/connectors"
	connectorpayments "github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	whatsapptwin "github.com/jansetu/jansetu/connectors/payments/whatsapp/twin"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/payments"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestAPaymentInTheChatWakesTheRequest(t *testing.T) {
	t.Parallel()
	meta, err := whatsapptwin.New(whatsapptwin.Config{PhoneNumberID: "1001", Configuration: "prod", AccessToken: "token", AppSecret: "app"})
	require.NoError(t, err)
	server := httptest.NewServer(meta)
	t.Cleanup(func() { server.Close(); require.NoError(t, meta.Close()) })
	source, err := whatsapp.Family{}.New(connectors.PortalConfig{
		Name: "payments", Family: whatsapp.FamilyName, URL: server.URL,
		Settings:    map[string]string{whatsapp.SettingPhoneNumberID: "1001", whatsapp.SettingConfiguration: "prod"},
		Credentials: map[string]string{whatsapp.CredentialAccessToken: "token", whatsapp.CredentialAppSecret: "app"},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, source.Close()) })
	s := storetest.Store(t)
	addOrder(t, s, "R1")
	woken := &requests{}
	events := payments.New(payments.Config{
		Store: s, Books: money.NewBooks(s), Workflows: woken, Gateways: map[string]connectorpayments.Gateway{whatsapp.FamilyName: source},
		Log: slog.New(slog.DiscardHandler),
	})
	message, err := whatsapp.Message(connectors.ChatOrder{
		Reference: "R1-bill", Item: "Electricity", Amount: 124000, ExpiresAt: time.Now().Add(time.Hour), Provider: "razorpay", Configuration: "prod",
		Importer: connectors.Importer{Name: "Government", Line1: "Secretariat", City: "Amaravati"},
	}, "Pay", time.Now())
	require.NoError(t, err)
	require.NoError(t, meta.Send(message))
	require.NoError(t, meta.Pay("R1-bill", "success"))

	header, body := meta.Webhook("R1-bill")
	for range 2 {
		require.NoError(t, events.HandleWebhook(t.Context(), whatsapp.FamilyName, header, body))
	}
	order, err := s.PaymentOrder(t.Context(), "R1-bill")
	require.NoError(t, err)
	require.Equal(t, "paid", order.State)
	require.Len(t, woken.signals, 2, "the request may still wait for it")
	header.Set("X-Hub-Signature-256", "sha256=00")
	require.ErrorIs(t, events.HandleWebhook(t.Context(), whatsapp.FamilyName, header, body), gateway.ErrPaymentForged)
}
