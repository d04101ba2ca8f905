package municipal_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

const loggedIn = `{"access_token":"t","expires_in":3600,"UserRequest":{"uuid":"u"}}`

// answering logs everybody in and gives one answer to all else.
func answering(answer func() []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path == "/user/oauth/token" {
			_, _ = w.Write([]byte(loggedIn))
			return
		}
		_, _ = w.Write(answer())
	})
}

// Whatever DIGIT answers, it makes sense or is one of the classes, never a fault
// of ours.
func FuzzAnswers(f *testing.F) {
	f.Add([]byte(`{"Bill":[{"id":"i","billNumber":"n","consumerCode":"1","totalAmount":12,"billDetails":[{"amount":12,"fromPeriod":1}]}]}`))
	f.Add([]byte(`{"Errors":[{"code":"EG_BS_BILL_NO_DEMANDS_FOUND"}]}`))
	f.Add([]byte(`{"ServiceWrappers":[{"service":{"serviceRequestId":"N","applicationStatus":"RESOLVED","additionalDetail":"{\"reference\":\"r\"}"}}]}`))
	f.Add([]byte(`{"PGREntities":[],"Payments":[{"transactionNumber":"r","totalAmountPaid":1.5,"paymentDetails":[{"receiptNumber":"x"}]}]}`))
	f.Add([]byte(`{"MdmsRes":{"RAINMAKER-PGR":{"ServiceDefs":[{"serviceCode":"A","slaHours":1e300}]}}}`))
	f.Add([]byte(`<html>Service Unavailable</html>`))
	var body atomic.Value
	connector := connect(f, answering(func() []byte {
		answer, _ := body.Load().([]byte)
		return answer
	}))
	f.Fuzz(func(t *testing.T, answer []byte) {
		body.Store(answer)
		bill, err := connector.FetchBill(t.Context(), connectors.BillQuery{Service: "PT", Account: "1"})
		requireClassified(t, err)
		if err == nil {
			require.Equal(t, bill.Status == connectors.BillDue, bill.Total > 0)
		}
		_, err = connector.FindPayment(t.Context(), connectors.PostingQuery{Reference: "r", Service: "PT", Account: "1"})
		requireClassified(t, err)
		status, err := connector.Track(t.Context(), connectors.GrievanceQuery{Tenant: "pb.x", Number: "N"})
		requireClassified(t, err)
		if err == nil {
			require.Equal(t, "N", status.Number)
		}
		categories, err := connector.Categories(t.Context(), "pb.x")
		requireClassified(t, err)
		for _, category := range categories {
			require.NotEmpty(t, category.Name)
			require.GreaterOrEqual(t, category.ResolveWithin, 0*category.ResolveWithin)
		}
		_, err = connector.Localities(t.Context(), "pb.x")
		requireClassified(t, err)
	})
}

func requireClassified(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
	}
}

func complaints(b testing.TB, count int) []byte {
	b.Helper()
	wrappers := make([]any, 0, count)
	for i := range count {
		wrappers = append(wrappers, map[string]any{"service": map[string]any{
			"serviceRequestId": fmt.Sprintf("PB-PGR-%d", i), "applicationStatus": "PENDINGATLME",
			"description": strings.Repeat("dark lamp ", 120), "auditDetails": map[string]any{"createdTime": 1, "lastModifiedTime": 2},
		}})
	}
	page, err := json.Marshal(map[string]any{"ServiceWrappers": wrappers})
	require.NoError(b, err)
	require.Greater(b, len(page), 200_000)
	return page
}
