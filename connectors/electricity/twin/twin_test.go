package twin_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/electricity/twin"
	faults "github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ask(t *testing.T, stand http.Handler, method, target, body string) string {
	t.Helper()
	request := httptest.NewRequestWithContext(context.Background(), method, target, strings.NewReader(body))
	if strings.HasPrefix(body, "{") {
		request.Header.Set("Content-Type", "application/json")
	} else {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, request)
	text, err := io.ReadAll(recorder.Result().Body)
	require.NoError(t, err)
	return string(text)
}

const (
	first  = "1121104001001"
	posted = `{"CSC_REGNO":"` + first + `","PS_TXN_ID":"%","BILL_NO":"#","PAID_AMOUNT":"1240.00","PG_TXN_ID":"pay_1"}`
)

func post(t *testing.T, stand *twin.Twin, reference string) string {
	t.Helper()
	bill := ask(t, stand, http.MethodGet, "/billinfo?CSC_REGNO="+first, "")
	_, rest, _ := strings.Cut(bill, `"BILL_NO":"`)
	number, _, _ := strings.Cut(rest, `"`)
	return ask(t, stand, http.MethodPost, "/payment", strings.NewReplacer("%", reference, "#", number).Replace(posted))
}

func TestPostingsSurviveARestart(t *testing.T) {
	t.Parallel()
	config := twin.Config{Shape: twin.RegNo, DataDir: t.TempDir()}
	stand, err := twin.New(config)
	require.NoError(t, err)
	require.Contains(t, post(t, stand, "AP-1"), `"STATUS":"S"`)
	require.NoError(t, stand.Close())

	again, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, again.Close()) })
	require.Len(t, again.Postings(), 1)
	require.Contains(t, ask(t, again, http.MethodGet, "/billinfo?CSC_REGNO="+first, ""), `"BILL_STATUS":"PAID"`)
	require.Contains(t, ask(t, again, http.MethodGet, "/paymentstatus?CSC_REGNO="+first+"&PS_TXN_ID=AP-1", ""), `"RECEIPT_NO":"REG`)
	require.Contains(t, ask(t, again, http.MethodGet, "/twin/", ""), "paid twice: 0")
}

func TestCarelessPortalIsCaughtPayingTwice(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{Shape: twin.RegNo})
	require.NoError(t, err)
	require.NoError(t, stand.Faults.Set(faults.Fault{Kind: twin.AcceptDuplicate}))
	post(t, stand, "AP-1")
	require.Zero(t, stand.DoublePostings())
	post(t, stand, "AP-1")
	require.Equal(t, 1, stand.DoublePostings())
}

func TestGeneratedConsumersHaveBillsThatStayTheSame(t *testing.T) {
	t.Parallel()
	for _, shape := range twin.Shapes() {
		stand, err := twin.New(twin.Config{Shape: shape})
		require.NoError(t, err)
		seen := map[string]bool{}
		for i := range 50 {
			number := twin.ServiceNumber(shape, i)
			require.Len(t, number, map[twin.Shape]int{twin.RegNo: 13, twin.RequestNo: 13, twin.WSS: 12}[shape])
			require.False(t, seen[number])
			seen[number] = true
			method, target, body := http.MethodGet, "/billinfo?CSC_REGNO="+number, ""
			if shape == twin.RequestNo {
				method, target, body = http.MethodPost, "/getBill", "MOBILE=9000000001&SCNO="+number
			}
			if shape == twin.WSS {
				method, target, body = http.MethodPost, "/wss?uiActionName=postViewPayBill&IsAjax=true", "BuNumber=4637&ConsumerNo="+number
			}
			bill := ask(t, stand, method, target, body)
			require.Contains(t, bill, number)
			require.Equal(t, bill, ask(t, stand, method, target, body))
		}
	}
}

func TestNewRefusesAnUnknownShape(t *testing.T) {
	t.Parallel()
	_, err := twin.New(twin.Config{})
	require.ErrorContains(t, err, "shape")
}
