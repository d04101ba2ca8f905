package reading_test

import (
	"bytes"
	"context"
	"image"
	"image/color"
	"image/draw"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/jansetu/jansetu/deploy/local/installed"
	"github.com/jansetu/jansetu/documents/reading"
)

// written draws lines of text, 28 pixels high.
func written(t testing.TB, lines ...string) *image.Gray {
	t.Helper()
	parsed, err := opentype.Parse(goregular.TTF)
	require.NoError(t, err)
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: 28, DPI: 72})
	require.NoError(t, err)
	picture := image.NewGray(image.Rect(0, 0, 900, 100+60*len(lines)))
	draw.Draw(picture, picture.Rect, image.NewUniform(color.Gray{Y: 240}), image.Point{}, draw.Src)
	writer := font.Drawer{Dst: picture, Src: image.Black, Face: face}
	for i, line := range lines {
		writer.Dot = fixed.P(60, 80+60*i)
		writer.DrawString(line)
	}
	return picture
}

func tesseract(t testing.TB, bounds reading.Bounds) *reading.Tesseract {
	t.Helper()
	found, ok := reading.FindTesseract(t.Context(), bounds)
	installed.Require(t, ok, "Tesseract")
	return found
}

func TestTesseractReadsWordsInTheirPlaces(t *testing.T) {
	t.Parallel()
	reader := tesseract(t, reading.Bounds{})
	require.Contains(t, reader.Languages(), "eng")
	text, err := reader.Read(t.Context(), written(t, "Certificate of Residence", "Lakshmi Devi Kommineni"), "te")
	require.NoError(t, err)
	require.Equal(t, "Certificate of Residence\nLakshmi Devi Kommineni", text.String())
	require.Greater(t, text.Confidence(), 80.0)
	require.Equal(t, 6, text.Words())
	second := text.Lines[1][0].Box
	require.InDelta(t, 60, second.Min.X, 8)
	require.InDelta(t, 140, second.Max.Y, 8)
}

func TestNothingIsReadOnAnEmptyPaper(t *testing.T) {
	t.Parallel()
	text, err := tesseract(t, reading.Bounds{}).Read(t.Context(), written(t, "", "", ""), "en")
	require.NoError(t, err)
	require.Zero(t, text.Words())
}

func TestAReaderIsHeldToItsBounds(t *testing.T) {
	t.Parallel()
	page := written(t, "one", "two", "three")
	slow := tesseract(t, reading.Bounds{Time: time.Minute})
	ended, cancel := context.WithCancel(t.Context())
	cancel()
	_, err := slow.Read(ended, page, "en")
	require.ErrorIs(t, err, context.Canceled)
	require.NotErrorIs(t, err, reading.ErrFailed)
	_, found := reading.FindTesseract(t.Context(), reading.Bounds{Time: time.Nanosecond})
	require.False(t, found, "it does not answer in time")
	_, found = reading.FindTesseract(t.Context(), reading.Bounds{Memory: 1 << 20})
	require.False(t, found, "it has no room to start")
}

// onePage is a PDF of one page, 200 by 100 points, that says Residence.
func onePage() []byte {
	return []byte("%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Kids[3 0 R]/Count 1>>endobj\n" +
		"3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 200 100]/Contents 4 0 R/Resources<</Font<</F1 5 0 R>>>>>>endobj\n" +
		"4 0 obj<</Length 42>>stream\nBT /F1 24 Tf 20 40 Td (Residence) Tj ET    \nendstream endobj\n" +
		"5 0 obj<</Type/Font/Subtype/Type1/BaseFont/Helvetica>>endobj\ntrailer<</Root 1 0 R>>\n%%EOF\n")
}

func poppler(t testing.TB) *reading.Poppler {
	t.Helper()
	found, ok := reading.FindPoppler(reading.Bounds{})
	installed.Require(t, ok, "Poppler")
	return found
}

func TestTheFirstPageOfAPDFIsShownAndItsTextRead(t *testing.T) {
	t.Parallel()
	pages := poppler(t)
	picture, err := pages.FirstPage(t.Context(), onePage(), 800)
	require.NoError(t, err)
	require.Equal(t, image.Pt(800, 400), picture.Rect.Size())
	require.NotEqual(t, bytes.Repeat([]byte{255}, len(picture.Pix)), picture.Pix, "something stands there")
	text, err := pages.Text(t.Context(), onePage())
	require.NoError(t, err)
	require.Equal(t, "Residence", text.String())
	for _, broken := range [][]byte{nil, []byte("%PDF-1.4"), onePage()[:60]} {
		_, err = pages.FirstPage(t.Context(), broken, 800)
		require.ErrorIs(t, err, reading.ErrFailed)
	}
}
