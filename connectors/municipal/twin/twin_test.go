package twin_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"maps"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/municipal/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// visitor talks to a twin as a logged-in client.
type visitor struct {
	t      *testing.T
	stand  http.Handler
	access string
}

func logIn(t *testing.T, stand http.Handler) *visitor {
	t.Helper()
	form := url.Values{"grant_type": {"password"}, "username": {twin.Username}, "password": {twin.Password}, "tenantId": {"pb"}}
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/user/oauth/token", strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	request.SetBasicAuth("egov-user-client", "")
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, request)
	var answer struct {
		Access string `json:"access_token"`
	}
	require.NoError(t, json.Unmarshal(recorder.Body.Bytes(), &answer))
	require.NotEmpty(t, answer.Access)
	return &visitor{t: t, stand: stand, access: answer.Access}
}

func (v *visitor) ask(target string, body map[string]any) string {
	v.t.Helper()
	sent := map[string]any{"RequestInfo": map[string]any{"authToken": v.access, "userInfo": map[string]string{"uuid": "u"}}}
	maps.Copy(sent, body)
	text, err := json.Marshal(sent)
	require.NoError(v.t, err)
	recorder := httptest.NewRecorder()
	v.stand.ServeHTTP(recorder, httptest.NewRequestWithContext(v.t.Context(), http.MethodPost, target, bytes.NewReader(text)))
	return recorder.Body.String()
}

func complaint(reference string) map[string]any {
	return map[string]any{
		"service": map[string]any{
			"tenantId": twin.Town, "serviceCode": "StreetLightNotWorking", "source": "whatsapp",
			"citizen":          map[string]string{"name": "P", "mobileNumber": "9876500000"},
			"address":          map[string]any{"locality": map[string]string{"code": "ALOC-221"}},
			"additionalDetail": map[string]string{"reference": reference},
		},
		"workflow": map[string]any{"action": "APPLY"},
	}
}

const (
	create = "/pgr-services/v2/request/_create"
	search = "/pgr-services/v2/request/_search?tenantId=" + twin.Town
)

func TestComplaintsSurviveARestartAndTokensDoNot(t *testing.T) {
	t.Parallel()
	config := twin.Config{DataDir: t.TempDir()}
	stand, err := twin.New(config)
	require.NoError(t, err)
	before := logIn(t, stand)
	require.Contains(t, before.ask(create, complaint("PB-1")), "PB-PGR-")
	require.NoError(t, stand.Close())

	again, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, again.Close()) })
	before.stand = again
	require.Contains(t, before.ask(search, nil), "InvalidAccessToken")
	require.Contains(t, logIn(t, again).ask(search, nil), `"reference":"PB-1"`)
}

func TestSearchRightAfterShowsNothing(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	stand, err := twin.New(twin.Config{Lag: 2 * time.Second, Progress: time.Hour, Clock: func() time.Time { return now }})
	require.NoError(t, err)
	visit := logIn(t, stand)
	visit.ask(create, complaint("PB-1"))
	require.NotContains(t, visit.ask(search, nil), "PB-PGR-")
	for wait, status := range map[time.Duration]string{2 * time.Second: "PENDINGFORASSIGNMENT", time.Hour: "PENDINGATLME", 2 * time.Hour: "RESOLVED"} {
		started := now
		now = started.Add(wait)
		visit = logIn(t, stand)
		require.Contains(t, visit.ask(search, nil), status)
		now = started
	}
}

func TestCarelessSenderIsCaught(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	visit := logIn(t, stand)
	visit.ask(create, complaint("PB-1"))
	require.Zero(t, stand.DoubleComplaints())
	visit.ask(create, complaint("PB-1"))
	require.Equal(t, 1, stand.DoubleComplaints())
	require.Len(t, stand.Complaints(), 2)
}

func TestOneBillIsPaidOnceInWholeRupees(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	visit := logIn(t, stand)
	code := twin.AccountCode(7)
	var bill struct {
		Bill []struct {
			ID    string `json:"id"`
			Total int64  `json:"totalAmount"`
		}
	}
	fetch := "/billing-service/bill/v2/_fetchbill?tenantId=" + twin.Town + "&businessService=PT&consumerCode=" + code
	require.NoError(t, json.Unmarshal([]byte(visit.ask(fetch, nil)), &bill))
	pay := func(amount string) string {
		return visit.ask("/collection-services/payments/_create", map[string]any{"Payment": map[string]any{
			"tenantId": twin.Town, "paymentMode": "ONLINE", "transactionNumber": "r", "instrumentNumber": "p", "totalAmountPaid": json.Number(amount),
			"paymentDetails": []any{map[string]any{"businessService": "PT", "billId": bill.Bill[0].ID, "totalAmountPaid": json.Number(amount)}},
		}})
	}
	total := bill.Bill[0].Total
	require.Contains(t, pay(fmt.Sprintf("%d.50", total)), "fractional")
	require.Contains(t, pay(strconv.FormatInt(total-1, 10)), "less than amount due")
	require.Contains(t, pay(fmt.Sprintf("%d.00", total)), "receiptNumber")
	require.Contains(t, pay(strconv.FormatInt(total, 10)), "BILL_ALREADY_PAID")
	require.Contains(t, visit.ask(fetch, nil), "EG_BS_BILL_NO_DEMANDS_FOUND")
	require.Zero(t, stand.DoublePayments())
	require.Len(t, stand.Paid(), 1)
}

func TestControlPageShowsAndResolves(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	logIn(t, stand).ask(create, complaint("PB-1"))
	number := stand.Complaints()[0].Number
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/twin/resolve?number="+number, nil))
	require.Equal(t, http.StatusNoContent, recorder.Code)
	recorder = httptest.NewRecorder()
	stand.ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/twin/", nil))
	require.Contains(t, recorder.Body.String(), number+"  "+twin.Town+"  StreetLightNotWorking  RESOLVED")
	require.Contains(t, recorder.Body.String(), "filed twice: 0, paid twice: 0")
}
