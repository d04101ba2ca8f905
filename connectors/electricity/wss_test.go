package electricity_test

import (
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/electricity"
	"github.com/jansetu/jansetu/connectors/electricity/twin"
)

func connectAt(t testing.TB, handler http.Handler, now time.Time) *electricity.Connector {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	connector, err := electricity.Family{Clock: func() time.Time { return now }}.New(connectors.PortalConfig{
		Name: "power", URL: server.URL, Settings: map[string]string{electricity.SettingShape: electricity.ShapeWSS},
		Budget: connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}

func answering(body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { _, _ = w.Write([]byte(body)) })
}

func TestPromptPaymentDiscountLastsAsLongAsThePortalSays(t *testing.T) {
	t.Parallel()
	for day, total := range map[int]connectors.Paise{3: 122_760, 11: 122_760, 12: 124_000, 28: 124_000} {
		now := time.Date(2026, 11, day, 0, 0, 0, 0, connectors.IndianTime)
		stand := newTwin(t, twin.Config{Shape: twin.WSS, Clock: func() time.Time { return now }})
		connector := connectAt(t, stand, now)
		posting := postingFor(t, connector, twin.Consumers(twin.WSS)[0].Number)
		require.Equal(t, total, posting.Amount, "on the %d", day)
		_, err := connector.PostPayment(t.Context(), posting)
		require.NoError(t, err)
	}
}

func TestBillingUnitIsAskedAgainOrLeadsNowhere(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, twin.Config{Shape: twin.WSS}), twin.WSS)
	asked := query(twin.Consumers(twin.WSS)[0].Number)

	asked.Fields = map[string]string{"BuNumber": "46"}
	_, err := connector.FetchBill(t.Context(), asked)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, "BuNumber", rejected.Field)

	asked.Fields = map[string]string{"BuNumber": "9999"}
	_, err = connector.FetchBill(t.Context(), asked)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

func TestSpellingsOfTheSameBill(t *testing.T) {
	t.Parallel()
	for _, month := range []string{"Oct-2026", "OCT 2026", "October-2026"} {
		connector := connect(t, answering(`{"consumerNo":"170025001001","billNumber":"1","billMonth":"`+month+`","billAmount":1240,
			"billDate":"01-NOV-2026","dueDate":"18-Nov-2026","billToBePaid":"Y"}`), twin.WSS)
		bill, err := connector.FetchBill(t.Context(), query("170025001001"))
		require.NoError(t, err, month)
		require.Equal(t, "2026-10", bill.Period)
		require.Equal(t, connectors.Paise(124_000), bill.Total)
	}
}

func TestReleaseThatWeDoNotKnowIsChanged(t *testing.T) {
	t.Parallel()
	for name, body := range map[string]string{
		"captcha in front":      `{"messageCode":"WSS-150","message":"Please enter valid captcha"}`,
		"another word":          `true`,
		"amount in words":       `{"consumerNo":"170025001001","billNumber":"1","billMonth":"Oct-2026","billAmount":"many","billToBePaid":"Y"}`,
		"amount to the mill":    `{"consumerNo":"170025001001","billNumber":"1","billMonth":"Oct-2026","billAmount":1.005,"billToBePaid":"Y"}`,
		"month that is none":    `{"consumerNo":"170025001001","billNumber":"1","billMonth":"Foo-2026","billAmount":1,"billToBePaid":"Y"}`,
		"neither due nor paid":  `{"consumerNo":"170025001001","billNumber":"1","billMonth":"Oct-2026","billAmount":1,"billToBePaid":"?"}`,
		"discount without date": `{"consumerNo":"170025001001","billNumber":"1","billMonth":"Oct-2026","billAmount":2,"netPPDAmount":1,"promptPaymentDate":"soon","billToBePaid":"Y"}`,
	} {
		connector := connect(t, answering(body), twin.WSS)
		_, err := connector.FetchBill(t.Context(), query("170025001001"))
		require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%s: %v", name, err)
	}
}
