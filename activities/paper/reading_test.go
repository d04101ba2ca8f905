package paper_test

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/installed"
	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/workflows"
)

// pdf is a page of lines in Helvetica.
func pdf(lines ...string) []byte {
	var text strings.Builder
	for i, line := range lines {
		fmt.Fprintf(&text, "BT /F1 14 Tf 60 %d Td (%s) Tj ET\n", 700-26*i, line)
	}
	return fmt.Appendf(nil, "%%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n"+
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n"+
		"4 0 obj<</Length %d>>stream\n%sendstream endobj\n5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%%%EOF\n",
		text.Len(), text.String())
}

func withPoppler(t *testing.T, d *desk) {
	t.Helper()
	pages, found := reading.FindPoppler(reading.Bounds{})
	installed.Require(t, found, "Poppler")
	d.config.Pages = pages
}

func TestPDFsAreLookedAtAndReadByTheirOwnLetters(t *testing.T) {
	t.Parallel()
	inOrder := letter()
	tests := map[string]struct {
		lines []string
		want  workflows.PaperReason
	}{
		"in order":   {inOrder, ""},
		"blank":      {nil, workflows.PaperBlank},
		"an Aadhaar": {slices.Concat(inOrder, []string{"Aadhaar " + aadhaar}), workflows.PaperIsAadhaar},
		"expired":    {slices.Concat(inOrder, []string{"Valid up to 31/03/2024"}), workflows.PaperExpired},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			d := newDesk(t)
			withPoppler(t, d)
			checked := d.check(workflows.PaperAnswer{Field: "residence", Media: d.sends("application/pdf", pdf(test.lines...))})
			if test.want == "" {
				require.Empty(t, checked.Findings)
				require.Equal(t, upload.PDF, checked.Papers[0].MIMEType)
				return
			}
			require.Len(t, checked.Findings, 1)
			require.Equal(t, test.want, checked.Findings[0].Reason)
		})
	}
}

func TestWithoutPopplerAPDFIsTakenUnseen(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.Len(t, d.check(workflows.PaperAnswer{Field: "residence", Media: d.sends("application/pdf", pdf())}).Papers, 1)
}

func TestAPaperThatStandsOnItsHeadIsFoundByReading(t *testing.T) {
	t.Parallel()
	reader, found := reading.FindTesseract(t.Context(), reading.Bounds{})
	installed.Require(t, found, "Tesseract")
	d := newDesk(t)
	d.config.Reader = reader
	picture := page{}.draw(t)
	slices.Reverse(picture.Pix)
	checked := d.check(workflows.PaperAnswer{Field: "residence", Media: d.sends("image/jpeg", asJPEG(t, picture))})
	require.Len(t, checked.Findings, 1)
	require.Equal(t, workflows.PaperUpsideDown, checked.Findings[0].Reason)
	require.True(t, checked.Findings[0].Waivable)
}
