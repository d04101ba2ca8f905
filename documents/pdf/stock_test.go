package pdf_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/installed"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
)

// stock is the glyphs of a text without any shaping.
func stock(face typeface, text string) *pdf.Stock {
	w := pdf.New(pdf.Options{Created: made})
	page := w.AddPage(100, 100)
	page.Mark(w.Root().Add(pdf.Paragraph), func() { page.Text(0, 50, face.run(text, 10)) })
	return w.Stock()
}

// written says a text on a page of its own.
func written(t *testing.T, face typeface, text string, stock *pdf.Stock) []byte {
	t.Helper()
	w := pdf.New(pdf.Options{Title: "Stock", Language: "en-IN", Created: made, Stock: stock})
	page := w.AddPage(200, 100)
	page.Mark(w.Root().Add(pdf.Paragraph), func() { page.Text(10, 50, face.run(text, 10)) })
	content, err := w.Bytes()
	require.NoError(t, err)
	return content
}

func TestAStockIsNotSeen(t *testing.T) {
	t.Parallel()
	const said = "Café à propos: ₹1,240.00"
	face := sans(t)
	drawn := func(content []byte) string { return pdftest.Output(t, content, "pdftoppm", "-png", "-r", "144", "{}") }
	want := drawn(written(t, face, said, nil))
	documents := make(map[string][]byte)
	for name, words := range map[string]string{
		"of nothing": "", "of spaces": "  ", "of little": "Cap", "of most": "The quick brown fox jumps over the lazy dog, façade à la carte", "of all": said,
	} {
		content := written(t, face, said, stock(face, words))
		documents[name] = content
		require.Equal(t, said, pdftest.Text(t, content), name)
		require.Contains(t, pdftest.Output(t, content, "qpdf", "--check", "{}"), "No syntax or stream encoding errors found", name)
		require.Equal(t, want, drawn(content), name)
	}
	installed.Require(t, pdftest.HasValidator(), "the validator of Apache PDFBox (libpdfbox2-java)")
	pdftest.RequireArchival(t, documents)
}
