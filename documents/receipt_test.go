package documents_test

import (
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/documents"
)

func receipt() documents.Receipt {
	paidAt := time.Date(2026, 11, 22, 14, 5, 9, 0, connectors.IndianTime)
	return documents.Receipt{
		Issuer: "Jansetu – Andhra Pradesh", Reference: "AP-7K3M-Q9ZT", Service: "Electricity bill – South",
		Biller: "APSPDCL (Southern Power Distribution Company)", Account: "1134100025678", Name: "K LAKSHMI DEVI",
		Bill: "B202611000123", Period: "2026-11", DueDate: time.Date(2026, 12, 5, 0, 0, 0, 0, connectors.IndianTime),
		Amount: 124000, Mode: "upi", GatewayID: "pay_QWERTYUIOPASDF", RRN: "632612345678", PaidAt: paidAt,
		BillerReceipt: "PS-99887766", PostedAt: paidAt.Add(7 * time.Second),
		Complaints: "Something wrong? Write \"help\" in the chat with our reference, or call 1912.",
	}
}

func TestReceiptShowsWhatAReceiptMustShow(t *testing.T) {
	t.Parallel()
	text := textOf(t, receipt())
	for _, shown := range []string{
		"Rs. 1,240.00", "PAID", "APSPDCL", "1134100025678", "K LAKSHMI DEVI", "B202611000123", "November 2026", "5 December 2026",
		"UPI", "pay_QWERTYUIOPASDF", "632612345678", "22 November 2026, 2:05:09 pm IST", "PS-99887766", "AP-7K3M-Q9ZT", "1912",
	} {
		require.Contains(t, text, shown)
	}
}

func TestTheSameReceiptIsTheSameBytes(t *testing.T) {
	t.Parallel()
	first, err := receipt().PDF()
	require.NoError(t, err)
	again, err := receipt().PDF()
	require.NoError(t, err)
	require.Equal(t, first, again)
}

func TestWhatTheFontCannotWriteIsLeftOut(t *testing.T) {
	t.Parallel()
	r := receipt()
	r.Name, r.RRN = "కె. లక్ష్మీ దేవి", ""
	text := textOf(t, r)
	require.NotContains(t, text, "Name")
	require.NotContains(t, text, "RRN")
	require.Contains(t, text, "1134100025678")
}

// textOf reads the receipt with poppler, which is not the library that wrote it.
func textOf(t *testing.T, r documents.Receipt) string {
	t.Helper()
	content, err := r.PDF()
	require.NoError(t, err)
	file := filepath.Join(t.TempDir(), "receipt.pdf")
	require.NoError(t, os.WriteFile(file, content, 0o600))
	text, err := exec.CommandContext(t.Context(), "pdftotext", "-layout", file, "-").Output()
	require.NoError(t, err, "pdftotext comes with the package poppler-utils")
	return string(text)
}
