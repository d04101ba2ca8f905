package payments_test

import (
	"log/slog"
	"net/url"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	connectorpayments "github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/upi"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/payments"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestThePageOfAUPILinkOpensTheAppUntilItIsPaidOrOver(t *testing.T) {
	t.Parallel()
	now := time.Now()
	bank, err := upi.Family{Clock: func() time.Time { return now }}.New(connectors.PortalConfig{
		Name: "payments", Family: upi.FamilyName, URL: "http://127.0.0.1:9", Credentials: map[string]string{upi.CredentialAPIKey: "key"},
		Settings: map[string]string{upi.SettingPayee: "fees@samplebank", upi.SettingPayeeName: "Government fees", upi.SettingMerchantCode: "9399"},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, bank.Close()) })
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	s := storetest.Store(t)
	addOrder(t, s, "R1")
	books := money.NewBooks(s)
	events := payments.New(payments.Config{
		Store: s, Books: books, Workflows: &requests{}, Catalog: texts, Log: slog.New(slog.DiscardHandler),
		Gateways: map[string]connectorpayments.Gateway{upi.FamilyName: bank},
	})
	made, err := bank.CreateLink(t.Context(), connectorpayments.LinkRequest{
		Reference: "R1-bill", Amount: 124000, ExpireBy: now.Add(time.Hour), CallbackURL: "https://hub.example/webhooks/payments/upi/return",
	})
	require.NoError(t, err)
	page, err := url.Parse(made.URL)
	require.NoError(t, err)

	view, err := events.HandleReturn(t.Context(), upi.FamilyName, page.Query())
	require.NoError(t, err)
	require.Contains(t, view.PayURL, "upi://pay?pa=fees@samplebank&")
	require.Contains(t, view.PayURL, "am=1240.00")
	require.NotEmpty(t, view.Picture)
	require.Contains(t, string(view.PictureData()), "data:image/png;base64,iVBOR")

	forged := page.Query()
	forged.Set("am", "1")
	_, err = events.HandleReturn(t.Context(), upi.FamilyName, forged)
	require.ErrorIs(t, err, gateway.ErrPaymentForged)

	now = now.Add(2 * time.Hour)
	view, err = events.HandleReturn(t.Context(), upi.FamilyName, page.Query())
	require.NoError(t, err)
	require.Empty(t, view.PayURL, "after its time")
	now = now.Add(-2 * time.Hour)
	_, err = books.Hear(t.Context(), "R1-bill", money.NewsOfPayment(upi.FamilyName, connectorpayments.Payment{
		ID: "JSB1", Amount: 124000, Status: connectorpayments.PaymentCaptured, CreatedAt: now,
	})...)
	require.NoError(t, err)
	view, err = events.HandleReturn(t.Context(), upi.FamilyName, page.Query())
	require.NoError(t, err)
	require.Empty(t, view.PayURL, "paid once")
}
