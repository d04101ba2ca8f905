package money_test

import (
	"encoding/json"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments/whatsapp"
	whatsapptwin "github.com/jansetu/jansetu/connectors/payments/whatsapp/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// chat is a till whose orders are paid in the WhatsApp chat.
type chat struct {
	*money.Activities

	meta  *whatsapptwin.Twin
	store *store.Store
}

func newChat(t *testing.T, settings map[string]string) chat {
	t.Helper()
	meta, err := whatsapptwin.New(whatsapptwin.Config{PhoneNumberID: "1001", Configuration: "prod", AccessToken: "token", AppSecret: "app"})
	require.NoError(t, err)
	server := httptest.NewServer(meta)
	t.Cleanup(func() { server.Close(); require.NoError(t, meta.Close()) })
	settings[whatsapp.SettingPhoneNumberID], settings[whatsapp.SettingConfiguration] = "1001", "prod"
	gateway, err := whatsapp.Family{}.New(connectors.PortalConfig{
		Name: "payments", Family: whatsapp.FamilyName, URL: server.URL, Settings: settings,
		Credentials: map[string]string{whatsapp.CredentialAccessToken: "token", whatsapp.CredentialAppSecret: "app"},
		Budget:      connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, gateway.Close()) })
	s := newStore(t)
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	activities, err := money.New(money.Config{
		Store: s, Books: money.NewBooks(s), Catalog: texts, Gateway: gateway, Provider: whatsapp.FamilyName, BillKey: []byte("sixteen bytes and more"),
		Teller: citizen.New(s, texts), Now: time.Now,
	})
	require.NoError(t, err)
	return chat{activities, meta, s}
}

func andhra() map[string]string {
	return map[string]string{
		whatsapp.SettingGateway: "razorpay", whatsapp.SettingImporterName: "Government of Andhra Pradesh",
		whatsapp.SettingImporterLine1: "Secretariat", whatsapp.SettingImporterCity: "Amaravati",
	}
}

func TestAnOrderIsPaidAndGivenBackInTheChat(t *testing.T) {
	t.Parallel()
	c := newChat(t, andhra())
	opened, err := c.OpenOrder(t.Context(), telling("R1", "B1"))
	require.NoError(t, err)
	require.Empty(t, opened.URL)
	require.True(t, opened.Told)
	again, err := c.OpenOrder(t.Context(), telling("R1", "B1"))
	require.NoError(t, err)
	require.Equal(t, opened.Chat.Reference, again.Chat.Reference)
	require.Equal(t, workflows.OrderAwaiting, c.check(t, opened.Order).State, "an order whose message has not arrived is unknown, and not lost")

	require.NoError(t, c.meta.Send(c.sent(t)))
	require.NoError(t, c.meta.Pay(opened.Order, "failed"))
	require.Equal(t, 1, c.check(t, opened.Order).FailedAttempts)
	require.NoError(t, c.meta.Pay(opened.Order, "success"))
	standing := c.check(t, opened.Order)
	require.Equal(t, workflows.OrderPaid, standing.State)

	require.NoError(t, c.RecordRefusal(t.Context(), workflows.RecordRefusalInput{Order: opened.Order, Code: "closed"}))
	refunded, err := c.Refund(t.Context(), workflows.RefundStep{Refund: money.RefundID(opened.Order, standing.Payment.ID)})
	require.NoError(t, err)
	require.Equal(t, workflows.RefundProcessed, refunded.State)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, balances(t, c.store))
	done, err := c.ReconcileGateway(t.Context(), workflows.ReconcileInput{
		Portal: workflows.PaymentsPortal, Day: time.Now().In(connectors.IndianTime).Format(time.DateOnly),
	})
	require.NoError(t, err)
	require.Equal(t, workflows.Reconciled{}, done, "a gateway without statements is asked for what we know")
}

func (c chat) check(t *testing.T, order string) workflows.OrderStanding {
	t.Helper()
	standing, err := c.CheckOrder(t.Context(), workflows.CheckOrderInput{Order: order, AskGateway: true})
	require.NoError(t, err)
	return standing
}

// sent is the order message as the outbox has it.
func (c chat) sent(t *testing.T) json.RawMessage {
	t.Helper()
	for _, row := range storetest.Outbox(t, c.store) {
		var shown bubble.Bubble
		if row.Kind == store.KindMessage {
			require.NoError(t, json.Unmarshal(row.Payload, &shown))
			require.Contains(t, string(shown.Order), "₹1,240.00")
			return shown.Order
		}
	}
	t.Fatal("nothing was sent")
	return nil
}

func TestANumberThatIsNotSetUpForOrdersIsForAnOfficer(t *testing.T) {
	t.Parallel()
	c := newChat(t, map[string]string{})
	_, err := c.OpenOrder(t.Context(), open("R1", "B1"))
	require.ErrorContains(t, err, "configuration")
}
