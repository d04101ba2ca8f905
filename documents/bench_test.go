package documents_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents"
)

// A certificate in Telugu and English with emblem, photograph and code, from values to finished bytes, on one core.
func BenchmarkCertificate(b *testing.B) {
	loaded := library(b)
	data := sample(documents.Certificate, "te")
	data.Service = "income-certificate"
	size := 0
	for b.Loop() {
		content, err := loaded.Render(documents.Certificate, data)
		require.NoError(b, err)
		size = len(content)
	}
	b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
	b.ReportMetric(float64(size)/1024, "KB/page")
}

// What a worker does once when it starts.
func BenchmarkLoad(b *testing.B) {
	for b.Loop() {
		_, err := documents.Load(deploy.Files, "andhra")
		require.NoError(b, err)
	}
}

// names are what a document says that the catalog of a deployment says too.
func names(data documents.Data) (known []documents.Words) {
	for _, name := range []string{"issuer", "service", "biller"} {
		if words, ok := data.Values[name].(documents.Words); ok {
			known = append(known, words)
		}
	}
	return known
}

func BenchmarkReceipt(b *testing.B) {
	loaded := library(b)
	for _, language := range []string{"te", "en"} {
		b.Run(language, func(b *testing.B) {
			data := sample(documents.Receipt, language)
			knowing := loaded.Knowing(names(data)...)
			for b.Loop() {
				_, err := knowing.Render(documents.Receipt, data)
				require.NoError(b, err)
			}
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "pages/s")
		})
	}
}
