package documents_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/documents/verify"
)

func TestWhatLeavesTheHubIsAtMostSixtyKilobytes(t *testing.T) {
	t.Parallel()
	var largest string
	all := everything(t)
	for name, content := range all {
		if len(content) > len(all[largest]) {
			largest = name
		}
	}
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	order := issuetest.Order("R1", "K Lakshmi Devi")
	order.Render = func(context.Context, issue.Stamp) ([]byte, error) { return all[largest], nil }
	issued, err := bench.Issuer.Issue(t.Context(), order)
	require.NoError(t, err)
	file := bench.File(t, issued)
	t.Logf("%s: %d bytes laid out, %d proved and signed", largest, len(all[largest]), len(file))
	require.LessOrEqual(t, len(file)-len(all[largest]), 60_000-mostPages, "proof and signature")
	require.LessOrEqual(t, len(file), 60_000, largest)

	_, err = bench.Trust.PDF(file, verify.At{Now: time.Now()})
	require.NoError(t, err)
	require.Contains(t, pdftest.Output(t, file, "qpdf", "--check", "{}"), "No syntax or stream encoding errors found")
	signature := pdftest.Output(t, file, "pdfsig", "-nocert", "{}")
	require.Contains(t, signature, "Signature is Valid.")
	require.Contains(t, signature, "Total document signed")
}
