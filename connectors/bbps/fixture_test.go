package bbps_test

import (
	"fmt"
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	standin "github.com/jansetu/jansetu/connectors/bbps/twin"
)

func readFixture(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile(filepath.Join("testdata", name+".json"))
	require.NoError(t, err)
	return string(text)
}

// network acknowledges everything and gives one answer, in which REF stands for the
// refId that was asked.
func network(answer func() string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		asked := r.URL.Path[strings.LastIndex(r.URL.Path, "/")+1:]
		switch {
		case strings.Contains(r.URL.Path, "/billers/"):
			_, _ = w.Write([]byte(waterBiller))
		case r.Method == http.MethodPost:
			_, _ = fmt.Fprintf(w, ack, refIDOf(r))
		default:
			_, _ = w.Write([]byte(strings.ReplaceAll(answer(), "REF", asked)))
		}
	})
}

func TestAnswersToAFetch(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]connectors.BillStatus{
		"fetched": connectors.BillDue, "paid-before": connectors.BillPaid, "timeout": "", "payment-made": "",
	} {
		connector := connect(t, network(func() string { return readFixture(t, name) }))
		bill, err := connector.FetchBill(t.Context(), query("1"))
		require.Equal(t, want, bill.Status, "%s: %v", name, err)
		if want == connectors.BillDue {
			require.Equal(t, connectors.Paise(48_300), bill.Total, "a bill of nothing is not the one that is due")
			require.Equal(t, "due 2026-11-20", bill.Number, "its date stands for a number that is not available")
			require.Equal(t, "2026-10", bill.Period)
		}
	}
}

func TestAnswersAboutAPayment(t *testing.T) {
	t.Parallel()
	for name, want := range map[string]connectors.Class{
		"payment-made": connectors.ClassOK, "payment-declined": connectors.ClassRefused,
		"payment-of-another": connectors.ClassChanged, "timeout": connectors.ClassOutcomeUnknown,
	} {
		connector := connect(t, network(func() string { return readFixture(t, name) }))
		_, err := connector.FindPayment(t.Context(), connectors.PostingQuery{Reference: "r", Service: standin.Water})
		require.Equal(t, want, connectors.ClassOf(err), "%s: %v", name, err)
	}
}
