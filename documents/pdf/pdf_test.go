package pdf_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/go-text/typesetting/font"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/installed"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
)

var made = time.Date(2026, 11, 22, 14, 5, 9, 0, time.FixedZone("IST", 19800))

// typeface is a font, and the glyph of each character without any shaping.
type typeface struct {
	file *pdf.Font
	face *font.Face
}

func sans(t testing.TB) typeface {
	t.Helper()
	content, err := os.ReadFile("../../deploy/documents/fonts/NotoSans-Regular.ttf")
	require.NoError(t, err)
	file, err := pdf.ParseFont(content)
	require.NoError(t, err)
	face, err := font.ParseTTF(bytes.NewReader(content))
	require.NoError(t, err)
	return typeface{file: file, face: face}
}

func (f typeface) run(text string, size float64) pdf.Run {
	run := pdf.Run{Font: f.file, Size: size, Text: text}
	for at, char := range text {
		glyph, _ := f.face.NominalGlyph(char)
		run.Glyphs = append(run.Glyphs, pdf.Glyph{ID: int(glyph), Cluster: at, Advance: int(f.face.HorizontalAdvance(glyph))})
	}
	return run
}

func write(t testing.TB, options pdf.Options) *pdf.Writer {
	t.Helper()
	face := sans(t)
	options.Title, options.Language, options.Producer, options.Created = "A title with ₹ and (brackets)", "en-IN", "test", made
	w := pdf.New(options)
	page := w.AddPage(420, 595)
	page.Artifact(func() {
		page.SetColor(pdf.Color{Red: 200})
		page.FillRectangle(20, 560, 380, 2)
		page.StrokeRectangle(10, 10, 400, 575, 1, pdf.Color{})
	})
	page.Mark(w.Root().Add(pdf.Heading1), func() { page.Text(20, 530, face.run("Café receipt, naïve façade", 18)) })
	page.Mark(w.Root().Add(pdf.Paragraph).SetLanguage("en-GB"), func() { page.Text(20, 500, face.run("Paid ₹1,240.00 – thank you.", 11)) })
	link := w.Root().Add(pdf.Paragraph).Add(pdf.Link)
	page.Mark(link, func() { page.Text(20, 480, face.run("Check it", 11)) })
	page.Link(link, "https://jansetu.example/verify/1?(a)", 20, 478, 60, 14)
	picture, err := pdf.ParseImage(pictureJPEG(t))
	require.NoError(t, err)
	figure := w.Root().Add(pdf.Figure).SetAlternative("A grey square", 20, 380, 80, 80)
	page.Mark(figure, func() {
		page.Image(picture, 20, 380, 80, 80)
		page.FillGrid(120, 380, 10, [][4]int{{0, 0, 3, 1}, {1, 1, 1, 1}})
	})
	table := w.Root().Add(pdf.Table)
	for _, cells := range [][2]string{{"Mode", "UPI"}, {"Bank", "SBI"}} {
		row := table.Add(pdf.Row)
		page.Mark(row.Add(pdf.HeaderCell).SetScope("Row"), func() { page.Text(20, 340, face.run(cells[0], 11)) })
		page.Mark(row.Add(pdf.DataCell), func() { page.Text(120, 340, face.run(cells[1], 11)) })
	}
	return w
}

func document(t testing.TB, options pdf.Options) []byte {
	t.Helper()
	content, err := write(t, options).Bytes()
	require.NoError(t, err)
	return content
}

func pictureJPEG(t testing.TB) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, grey(64, 64), nil))
	return file.Bytes()
}

func grey(width, height int) *image.Gray {
	picture := image.NewGray(image.Rect(0, 0, width, height))
	for i := range picture.Pix {
		picture.Pix[i] = 128
	}
	return picture
}

func TestOtherReadersUnderstandTheFile(t *testing.T) {
	t.Parallel()
	content := document(t, pdf.Options{})
	require.Contains(t, pdftest.Output(t, content, "qpdf", "--check", "{}"), "No syntax or stream encoding errors found")
	info := pdftest.Output(t, content, "pdfinfo", "-enc", "UTF-8", "-isodates", "{}")
	for _, line := range []string{"A title with ₹ and (brackets)", "Tagged:          yes", "420 x 595 pts", "Pages:           1", "PDF version:     1.7"} {
		require.Contains(t, info, line)
	}
	require.Contains(t, pdftest.Output(t, content, "pdffonts", "{}"), "CID TrueType      Identity-H       "+strings.Repeat("yes ", 3))
	require.Contains(t, pdftest.Output(t, content, "pdfinfo", "-url", "{}"), "https://jansetu.example/verify/1?(a)")
}

func TestTextComesOutAsItWentIn(t *testing.T) {
	t.Parallel()
	require.Equal(t, "Café receipt, naïve façade Paid ₹1,240.00 – thank you. Check it Mode UPI Bank SBI", pdftest.Text(t, document(t, pdf.Options{})))
}

func TestTheStructureIsReadInOrder(t *testing.T) {
	t.Parallel()
	structure := pdftest.Output(t, document(t, pdf.Options{}), "pdfinfo", "-struct-text", "{}")
	at := 0
	for _, part := range []string{"H1 (block)", `"Café receipt, naïve façade"`, "P (block)", "₹1,240.00", "Link", "Check it", "Figure", "Table", "TR", "TH", "Scope /Row", `"Mode"`, "TD", `"UPI"`, `"Bank"`} {
		next := strings.Index(structure[at:], part)
		require.GreaterOrEqual(t, next, 0, "%s after\n%s", part, structure[:at])
		at += next
	}
}

func TestTheSameCallsGiveTheSameBytes(t *testing.T) {
	t.Parallel()
	first := document(t, pdf.Options{})
	require.Equal(t, first, document(t, pdf.Options{}))
}

func TestAnArchiveTakesTheFile(t *testing.T) {
	t.Parallel()
	installed.Require(t, pdftest.HasValidator(), "the validator of Apache PDFBox (libpdfbox2-java)")
	properties := []pdf.Property{
		{Namespace: "https://jansetu.example/ns/", Prefix: "jansetu", Name: "Proof", Value: "<a&b>", Description: "Where it stands in the log"},
		{Namespace: "https://jansetu.example/ns/", Prefix: "jansetu", Name: "Id", Value: "1", Description: "The document's id"},
	}
	described := document(t, pdf.Options{Author: "Jansetu", Properties: properties})
	pdftest.RequireArchival(t, map[string][]byte{"plain": document(t, pdf.Options{}), "described": described})
	require.Contains(t, pdftest.Output(t, described, "pdfinfo", "-meta", "{}"), "<jansetu:Proof>&lt;a&amp;b&gt;</jansetu:Proof>")
}

func TestADocumentWithoutAPageIsRefused(t *testing.T) {
	t.Parallel()
	_, err := pdf.New(pdf.Options{}).Bytes()
	require.Error(t, err)
}

// A composite glyph, such as é, needs its parts, which no text names.
func TestPartsOfAGlyphComeAlong(t *testing.T) {
	t.Parallel()
	require.Greater(t, darkness(t, "é"), darkness(t, "e")*11/10)
	require.Greater(t, darkness(t, "ǭ"), darkness(t, "o"), "a part made of parts")
}

// darkness counts the dark dots of a text as poppler draws it.
func darkness(t *testing.T, text string) int {
	t.Helper()
	w := pdf.New(pdf.Options{Created: made})
	page := w.AddPage(100, 100)
	page.Mark(w.Root().Add(pdf.Paragraph), func() { page.Text(20, 30, sans(t).run(text, 60)) })
	content, err := w.Bytes()
	require.NoError(t, err)
	picture, err := png.Decode(strings.NewReader(pdftest.Output(t, content, "pdftoppm", "-png", "-r", "72", "-gray", "{}")))
	require.NoError(t, err)
	dark := 0
	for y := range picture.Bounds().Dy() {
		for x := range picture.Bounds().Dx() {
			if level, ok := color.GrayModel.Convert(picture.At(x, y)).(color.Gray); ok && level.Y < 128 {
				dark++
			}
		}
	}
	return dark
}

// openssl signs and poppler checks: neither knows this package.
func TestASignatureFillsItsRoom(t *testing.T) {
	t.Parallel()
	content, room, err := write(t, pdf.Options{}).SignedBytes(pdf.SignatureField{Size: 4096, At: made, Name: "A. Officer", Filter: "adbe.pkcs7.detached"})
	require.NoError(t, err)
	folder := t.TempDir()
	signed := filepath.Join(folder, "signed")
	parts := room.Digested(content)
	require.NoError(t, os.WriteFile(signed, append(bytes.Clone(parts[0]), parts[1]...), 0o600))
	key, certificate, signature := filepath.Join(folder, "key"), filepath.Join(folder, "certificate"), filepath.Join(folder, "signature")
	openssl(t, "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-nodes", "-subj", "/CN=A. Officer", "-keyout", key, "-out", certificate)
	openssl(t, "cms", "-sign", "-binary", "-in", signed, "-signer", certificate, "-inkey", key, "-outform", "DER", "-out", signature)
	der, err := os.ReadFile(signature)
	require.NoError(t, err)
	require.NoError(t, room.Fill(content, der))
	report := pdftest.Output(t, content, "pdfsig", "-nocert", "{}")
	require.Contains(t, report, "Signature Validation: Signature is Valid")
	require.Contains(t, report, "Total document signed")
	require.ErrorIs(t, room.Fill(content, make([]byte, 4097)), pdf.ErrSignatureTooLong)
}

func openssl(t *testing.T, arguments ...string) {
	t.Helper()
	out, err := exec.CommandContext(t.Context(), "openssl", arguments...).CombinedOutput()
	require.NoError(t, err, string(out))
}
