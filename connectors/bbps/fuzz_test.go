package bbps_test

import (
	"encoding/json"
	"net/http"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	standin "github.com/jansetu/jansetu/connectors/bbps/twin"
)

const (
	waterBiller = `{"billerId":"` + standin.Water + `","fetchRequirement":"MANDATORY","customerParams":[{"paramName":"N"}]}`
	ack         = `{"refId":%q,"rspCd":"Successful"}`
)

// Whatever the network answers, it makes sense or is one of the classes, never a
// fault of ours. REF in an answer stands for the refId that was asked.
func FuzzAnswers(f *testing.F) {
	for _, name := range []string{"fetched", "paid-before", "timeout", "payment-made", "payment-declined"} {
		f.Add(readFixture(f, name))
	}
	f.Add(`{"refId":"REF","state":"RESPONSE_SUCCESS","txn":{"txnStatus":"REVERSED"}}`)
	f.Add(`<html>`)
	var body atomic.Value
	connector := connect(f, network(func() string {
		text, _ := body.Load().(string)
		return text
	}))
	f.Fuzz(func(t *testing.T, answer string) {
		if strings.Contains(answer, "REC") || strings.Contains(answer, "UNKNOWN_REFERENCE") {
			return // pending is waited for, and tested elsewhere
		}
		body.Store(answer)
		bill, err := connector.FetchBill(t.Context(), query("1"))
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
		if err == nil {
			require.Equal(t, bill.Status == connectors.BillDue, bill.Total > 0)
		}
		_, err = connector.FindPayment(t.Context(), connectors.PostingQuery{Reference: "r", Service: standin.Water})
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
	})
}

func refIDOf(r *http.Request) string {
	var sent struct {
		Head struct {
			RefID string `json:"refId"`
		} `json:"head"`
	}
	_ = json.NewDecoder(r.Body).Decode(&sent)
	return sent.Head.RefID
}
