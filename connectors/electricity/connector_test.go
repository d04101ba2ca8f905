package electricity_test

import (
	"net/http"
	"sync/atomic"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/electricity"
	standin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func november() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime) }

func connect(t testing.TB, handler http.Handler, shape standin.Shape) *electricity.Connector {
	t.Helper()
	return conformance.Connect(t, handler, electricity.Family{Clock: november}.New, connectors.PortalConfig{
		Name: "power", Settings: map[string]string{electricity.SettingShape: string(shape)},
	})
}

func TestFetchBillReadsEveryField(t *testing.T) {
	t.Parallel()
	day := func(d int) time.Time { return time.Date(2026, 11, d, 0, 0, 0, 0, connectors.IndianTime) }
	for _, shape := range shapes() {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			connector := connect(t, newTwin(t, standin.Config{Shape: shape, Clock: november}), shape)
			account := standin.Consumers(shape)[1].Number
			bill, err := connector.FetchBill(t.Context(), query(account))
			require.NoError(t, err)
			require.Empty(t, cmp.Diff(connectors.Bill{
				Account: account, Name: "P VENKATA RAO", Number: "2610" + account[5:], Period: "2026-10",
				IssuedOn: day(1), DueDate: day(18), Amount: 86_000, Arrears: 43_550, Total: 129_550,
				Status: connectors.BillDue, AsOf: november(),
			}, bill))
		})
	}
}

func TestMobileNumberIsAskedAgainWhenThePortalRefusesIt(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{Shape: standin.RequestNo}), standin.RequestNo)
	asked := query(standin.Consumers(standin.RequestNo)[0].Number)
	asked.Fields = nil
	_, err := connector.FetchBill(t.Context(), asked)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, "MOBILE", rejected.Field)
}

// A portal may refuse our own repeated posting; that must not look like a
// refusal, or the citizen would be refunded for a bill that is paid.
func TestRepeatedPostingThatThePortalRefusesIsOurReceipt(t *testing.T) {
	t.Parallel()
	for _, shape := range shapes() {
		t.Run(string(shape), func(t *testing.T) {
			t.Parallel()
			stand := newTwin(t, standin.Config{Shape: shape})
			connector := connect(t, stand, shape)
			posting := postingFor(t, connector, standin.Consumers(shape)[0].Number)
			first, err := connector.PostPayment(t.Context(), posting)
			require.NoError(t, err)
			require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.RefuseDuplicate}))
			again, err := connector.PostPayment(t.Context(), posting)
			require.NoError(t, err)
			require.Equal(t, first, again)

			require.NoError(t, stand.Faults.Set(
				twin.Fault{Kind: standin.RefuseDuplicate},
				twin.Fault{Kind: twin.ServerError, Operation: standin.Find},
			))
			_, err = connector.PostPayment(t.Context(), posting)
			require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err), "doubt is never a refusal: %v", err)
		})
	}
}

func TestBusyPortalLeavesAPostingUnknownAndAFetchForLater(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{Shape: standin.RegNo})
	connector := connect(t, stand, standin.RegNo)
	posting := postingFor(t, connector, standin.Consumers(standin.RegNo)[0].Number)
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.Busy}))
	_, err := connector.PostPayment(t.Context(), posting)
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err))
	_, err = connector.FetchBill(t.Context(), query(posting.Account))
	require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err))
}

func postingFor(t *testing.T, connector *electricity.Connector, account string) connectors.Posting {
	t.Helper()
	bill, err := connector.FetchBill(t.Context(), query(account))
	require.NoError(t, err)
	return connectors.Posting{
		Reference: "AP-1/post", Account: account, BillNumber: bill.Number, Amount: bill.Total,
		PaidAt: november(), GatewayPaymentID: "pay_1", Fields: query(account).Fields,
	}
}

func TestAnswerAboutAnotherAccountIsNotBelieved(t *testing.T) {
	t.Parallel()
	connector := connect(t, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = w.Write([]byte(`{"STATUS":"S","CSC_REGNO":"1121104001002","BILL_STATUS":"NIL"}`))
	}), standin.RegNo)
	_, err := connector.FetchBill(t.Context(), query("1121104001001"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func TestOpenRefusesAnUnknownShape(t *testing.T) {
	t.Parallel()
	registry, err := connectors.NewRegistry(electricity.Family{})
	require.NoError(t, err)
	_, err = registry.Open(connectors.PortalConfig{Name: "p", Family: electricity.FamilyName, URL: "http://127.0.0.1:1"})
	require.ErrorContains(t, err, "shape")
}

// Whatever a portal answers to a fetch, it is a bill that makes sense or one of
// the classes, never a fault of ours.
func FuzzFetchBill(f *testing.F) {
	f.Add(uint8(0), []byte(`{"STATUS":"S","CSC_REGNO":"1","BILL_NO":"b","BILL_MONTH":"10/2026","TOTAL_AMOUNT":"12.50","BILL_STATUS":"UNPAID"}`))
	f.Add(uint8(0), []byte(`{"STATUS":"F","ERROR_CODE":"E102"}`))
	f.Add(uint8(1), []byte(`{"RESP_CODE":"000","DATA":{"SCNO":"1","BILLNO":"b","BILLMON":"202610","NETAMT":"-5","PAYFLAG":"N"}}`))
	f.Add(uint8(1), []byte(`<html>Runtime Error</html>`))
	f.Add(uint8(2), []byte(`{"consumerNo":"1","billNumber":"b","billMonth":"Oct-2026","billAmount":5,"netPPDAmount":4,"promptPaymentDate":"/Date(1)/","billToBePaid":"Y"}`))
	f.Add(uint8(2), []byte(`false`))
	var body atomic.Value
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer, _ := body.Load().([]byte)
		_, _ = w.Write(answer)
	})
	speaking := make([]*electricity.Connector, 0, len(shapes()))
	for _, shape := range shapes() {
		speaking = append(speaking, connect(f, handler, shape))
	}
	f.Fuzz(func(t *testing.T, shape uint8, answer []byte) {
		body.Store(answer)
		bill, err := speaking[int(shape)%len(speaking)].FetchBill(t.Context(), connectors.BillQuery{Account: "1"})
		if err != nil {
			require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
			return
		}
		require.Equal(t, bill.Status == connectors.BillDue, bill.Total > 0)
		require.True(t, bill.Status == connectors.BillNone || bill.Number != "")
	})
}
