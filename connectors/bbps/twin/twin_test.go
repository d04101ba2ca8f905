package twin_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	standin "github.com/jansetu/jansetu/connectors/bbps/twin"
)

const (
	fetchRef   = "F2345678901234567890123456789012345"
	paymentRef = "P2345678901234567890123456789012345"
	customer   = `"agent":{"id":"A"},"customer":{"mobile":"9000000001"},` +
		`"billDetails":{"billerId":"` + standin.Water + `","customerParams":[{"name":"Connection Number","value":"1204001001"}]}`
)

func send(t *testing.T, stand http.Handler, method, path, body string) (int, string) {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	request.Header.Set("X-Api-Key", "key")
	request.Header.Set("Idempotency-Key", paymentRef)
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, request)
	return recorder.Code, recorder.Body.String()
}

func open(t *testing.T, folder string) *standin.Twin {
	t.Helper()
	stand, err := standin.New(standin.Config{APIKey: "key", DataDir: folder})
	require.NoError(t, err)
	return stand
}

func pay(t *testing.T, stand http.Handler) string {
	t.Helper()
	_, _ = send(t, stand, http.MethodPost, "/v1/bill-fetch-requests", `{"head":{"refId":"`+fetchRef+`"},`+customer+`}`)
	_, told := send(t, stand, http.MethodGet, "/v1/bill-fetch-requests/"+fetchRef, "")
	_, rest, _ := strings.Cut(told, `"billNumber":"`)
	number, _, _ := strings.Cut(rest, `"`)
	_, answer := send(t, stand, http.MethodPost, "/v1/bill-payment-requests", `{"head":{"refId":"`+paymentRef+`"},`+customer+
		`,"payment":{"fetchRefId":"`+fetchRef+`","clientRef":"AP-1","billNumber":"`+number+`","amount":"48300","currency":"356"}}`)
	return answer
}

func TestPaymentsSurviveARestart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first := open(t, folder)
	require.Contains(t, pay(t, first), `"rspCd":"Successful"`)
	require.NoError(t, first.Close())

	second := open(t, folder)
	t.Cleanup(func() { require.NoError(t, second.Close()) })
	require.Equal(t, 1, second.Paid())
	_, told := send(t, second, http.MethodGet, "/v1/bill-payment-requests/"+paymentRef, "")
	require.Contains(t, told, `"state":"RESPONSE_SUCCESS"`)
	require.NotContains(t, told, "1204001001")
}

func TestWhatTheTwinRefuses(t *testing.T) {
	t.Parallel()
	stand := open(t, "")
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	for name, c := range map[string]struct{ path, body, want string }{
		"a short refId":  {"/v1/bill-fetch-requests", `{"head":{"refId":"X"},` + customer + `}`, "INVALID_HEAD"},
		"no mobile":      {"/v1/bill-fetch-requests", `{"head":{"refId":"` + fetchRef + `"},"agent":{"id":"A"}}`, "INVALID_MOBILE"},
		"no fetch":       {"/v1/bill-payment-requests", `{"head":{"refId":"` + paymentRef + `"},` + customer + `,"payment":{"amount":"1","currency":"356"}}`, "FETCH_REF_UNKNOWN"},
		"not an amount":  {"/v1/bill-payment-requests", `{"head":{"refId":"` + paymentRef + `"},` + customer + `}`, "INVALID_PAYMENT"},
		"not a message":  {"/v1/bill-fetch-requests", `<xml/>`, "Bad Request"},
		"another biller": {"/v1/bill-fetch-requests", strings.ReplaceAll(`{"head":{"refId":"`+fetchRef+`"},`+customer+`}`, standin.Water, "X"), "INVALID_BILLER"},
	} {
		_, told := send(t, stand, http.MethodPost, c.path, c.body)
		require.Contains(t, told, c.want, name)
	}
	require.Zero(t, stand.Paid())
}

func TestControlPageShowsWhatHappened(t *testing.T) {
	t.Parallel()
	stand := open(t, "")
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	pay(t, stand)
	_, page := send(t, stand, http.MethodGet, "/twin/", "")
	require.Contains(t, page, paymentRef)
	require.Contains(t, page, "paid twice: 0")
	code, _ := send(t, stand, http.MethodPost, "/twin/payments/"+paymentRef+"/reversed", "")
	require.Equal(t, http.StatusNoContent, code)
	require.Zero(t, stand.Paid())
	code, _ = send(t, stand, http.MethodPost, "/twin/payments/nobody/success", "")
	require.Equal(t, http.StatusNotFound, code)
}
