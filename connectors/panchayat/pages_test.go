package panchayat_test

import (
	"net/http"
	"os"
	"path/filepath"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func readPage(t testing.TB, name string) []byte {
	t.Helper()
	content, err := os.ReadFile(filepath.Join("testdata", name))
	require.NoError(t, err)
	return content
}

// always answers every request with the same bytes.
func always(content []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/html; charset=windows-1252")
		_, _ = w.Write(content)
	})
}

func TestRecordedDemandsAreRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		account string
		status  connectors.BillStatus
		class   connectors.Class
	}{
		"demand-due.html":      {"5060100002", connectors.BillDue, connectors.ClassOK},
		"demand-paid.html":     {"5060100003", connectors.BillPaid, connectors.ClassOK},
		"demand-none.html":     {"5060100004", connectors.BillNone, connectors.ClassOK},
		"alert-unknown.html":   {"5060100999", "", connectors.ClassNotFound},
		"alert-malformed.html": {"1", "", connectors.ClassInputRejected},
		"database-error.html":  {"5060100002", "", connectors.ClassUnavailable},
		"receipt.html":         {"5060100001", "", connectors.ClassChanged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			bill, err := connect(t, always(readPage(t, name))).FetchBill(t.Context(), house(test.account))
			require.Equal(t, test.class, connectors.ClassOf(err), "%v", err)
			require.Equal(t, test.status, bill.Status)
			if test.class == connectors.ClassOK {
				_, err = connect(t, always(readPage(t, name))).FetchBill(t.Context(), house("5060100007"))
				require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "another house's demand is never ours")
			}
		})
	}
}

func TestRecordedDemandKeepsItsDetails(t *testing.T) {
	t.Parallel()
	paid, err := connect(t, always(readPage(t, "demand-paid.html"))).FetchBill(t.Context(), house("5060100003"))
	require.NoError(t, err)
	require.Equal(t, "R2610100003", paid.Receipt)
	require.Equal(t, "2026-10-05", paid.PaidOn.Format(time.DateOnly))
	require.Zero(t, paid.Total)
	moved := strings.Replace(string(readPage(t, "demand-due.html")), "Library Cess", "Lighting Cess", 1)
	_, err = connect(t, always([]byte(moved))).FetchBill(t.Context(), house("5060100002"))
	var changed *connectors.ChangedError
	require.ErrorAs(t, err, &changed)
	require.Equal(t, "a row library cess", changed.Expected)
	require.NotContains(t, changed.Evidence, "REDACTED")
	wrong := strings.Replace(string(readPage(t, "demand-due.html")), "1,295.50", "1,295.00", 1)
	_, err = connect(t, always([]byte(wrong))).FetchBill(t.Context(), house("5060100002"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "a total that is not the sum of its parts")
}

func TestRecordedStatusPagesAreRead(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		state   connectors.ApplicationState
		officer string
		class   connectors.Class
	}{
		"status-pending.html": {connectors.ApplicationInProgress, "Panchayat Secretary", connectors.ClassOK},
		"status-issued.html":  {connectors.ApplicationDelivered, "", connectors.ClassOK},
		"status-none.html":    {"", "", connectors.ClassNotFound},
		"form.html":           {"", "", connectors.ClassChanged},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			connector := connect(t, always(readPage(t, name)))
			status, err := connector.Status(t.Context(), connectors.ApplicationQuery{Number: "KRI/2026/00001", Fields: house("").Fields})
			require.Equal(t, test.class, connectors.ClassOf(err), "%v", err)
			require.Equal(t, test.state, status.State)
			require.Equal(t, test.officer, status.Officer)
		})
	}
}

// Whatever a server answers, it is a value that makes sense or one of the
// classes, never a fault of ours.
func FuzzPages(f *testing.F) {
	for _, name := range []string{
		"demand-due.html", "demand-none.html", "alert-unknown.html", "receipt.html", "status-issued.html", "form.html", "applied.html", "database-error.html",
	} {
		f.Add(readPage(f, name))
	}
	var body atomic.Value
	connector := connect(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		content, _ := body.Load().([]byte)
		_, _ = w.Write(content)
	}))
	f.Fuzz(func(t *testing.T, content []byte) {
		body.Store(content)
		bill, err := connector.FetchBill(t.Context(), house("5060100002"))
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
		require.Equal(t, bill.Status == connectors.BillDue, bill.Total > 0)
		posting := connectors.Posting{Reference: "AP-1/post", Account: "5060100001", BillNumber: "1", Amount: 124_000, Fields: house("").Fields}
		posted, err := connector.PostPayment(t.Context(), posting)
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
		require.True(t, err != nil || posted.Amount == posting.Amount && posted.Reference == posting.Reference)
		_, err = connector.Submit(t.Context(), residence(0, "AP-1/submit"))
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
		_, err = connector.Document(t.Context(), connectors.ApplicationQuery{Number: "KRI/2026/00001", Fields: house("").Fields})
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
	})
}
