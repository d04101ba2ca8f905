package documents_test

import (
	"bytes"
	"fmt"
	"image"
	"image/png"
	"io/fs"
	"path/filepath"
	"strings"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/deploy/local/installed"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/documents/shape"
)

// everything is every kind of document in every language, by name.
func everything(t *testing.T) map[string][]byte {
	t.Helper()
	rendered := make(map[string][]byte)
	for _, kind := range kinds {
		for language := range locals {
			content, err := library(t).Render(kind, sample(kind, language))
			require.NoError(t, err)
			rendered[kind+"-"+language] = content
		}
	}
	return rendered
}

func TestEveryLanguageAsked(t *testing.T) {
	t.Parallel()
	require.Equal(t, []string{"en", "hi", "mr", "or", "pa", "ta", "te"}, library(t).Languages())
	require.True(t, library(t).Writes("or"))
	require.False(t, library(t).Writes("ml"))
}

func TestAnArchiveTakesEveryDocument(t *testing.T) {
	t.Parallel()
	installed.Require(t, pdftest.HasValidator(), "the validator of Apache PDFBox (libpdfbox2-java)")
	pdftest.RequireArchival(t, everything(t))
}

// mostPages leaves 4 KB of the 60 that a page may have for proof and signature: see TestWhatLeavesTheHubIsAtMostSixtyKilobytes.
const mostPages = 56_000

func TestEveryDocumentIsOnePageOfAtMostSixtyKilobytes(t *testing.T) {
	t.Parallel()
	for name, content := range everything(t) {
		require.Contains(t, pdftest.Output(t, content, "pdfinfo", "{}"), "Pages:           1\n", name)
		require.LessOrEqual(t, len(content), mostPages, name)
		require.Contains(t, pdftest.Output(t, content, "qpdf", "--check", "{}"), "No syntax or stream encoding errors found", name)
	}
}

func TestADocumentSaysWhatItIsToAScreenReader(t *testing.T) {
	t.Parallel()
	content, err := library(t).Render(documents.Certificate, sample(documents.Certificate, "te"))
	require.NoError(t, err)
	info := pdftest.Output(t, content, "pdfinfo", "-enc", "UTF-8", "{}")
	require.Contains(t, info, "ఆదాయ ధ్రువీకరణ పత్రం AP/INC/2026/004711", "its title, in its language")
	require.Contains(t, info, "Tagged:          yes")
	plain := pdftest.Output(t, content, "qpdf", "--qdf", "--object-streams=disable", "{}", "-")
	require.Contains(t, plain, "/Lang (te-IN)")
	require.Contains(t, plain, "/Lang (en-IN)", "what is English says so")
	structure := pdftest.Output(t, content, "pdfinfo", "-struct", "{}")
	require.Equal(t, 1, strings.Count(structure, "H1 "))
	require.Equal(t, 3, strings.Count(structure, "Figure"), "emblem, photograph and code")
	require.Equal(t, strings.Count(structure, "TR"), strings.Count(structure, "TH:"), "every row of fields has its header")
}

func TestTheCodeIsReadFromThePage(t *testing.T) {
	t.Parallel()
	data := sample(documents.Certificate, "or")
	content, err := library(t).Render(documents.Certificate, data)
	require.NoError(t, err)
	picture := filepath.Join(t.TempDir(), "page")
	pdftest.Output(t, content, "pdftoppm", "-r", "150", "-singlefile", "-png", "{}", picture)
	read := pdftest.Output(t, nil, "zbarimg", "--quiet", "--raw", picture+".png")
	require.Equal(t, string(data.Code), strings.TrimSpace(read))
}

func TestTheSameDataAreTheSameBytes(t *testing.T) {
	t.Parallel()
	again, err := documents.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	for _, kind := range kinds {
		first, err := library(t).Render(kind, sample(kind, "te"))
		require.NoError(t, err)
		second, err := again.Render(kind, sample(kind, "te"))
		require.NoError(t, err)
		require.Equal(t, first, second, kind)
	}
}

func TestDigitsAreThoseOfTheLanguage(t *testing.T) {
	t.Parallel()
	for language, date := range map[string]string{
		"en": "22 November 2026, 2:05:09 pm IST", "hi": "22 नवंबर 2026, 14:05:09 बजे", "mr": "२२ नोव्हेंबर २०२६, १४:०५:०९ वाजता",
		"or": "୨୨ ନଭେମ୍ବର ୨୦୨୬, ୧୪:୦୫:୦୯", "pa": "22 ਨਵੰਬਰ 2026, 14:05:09 ਵਜੇ", "ta": "22 நவம்பர் 2026, 14:05:09", "te": "22 నవంబరు 2026, 14:05:09",
	} {
		content, err := library(t).Render(documents.Receipt, sample(documents.Receipt, language))
		require.NoError(t, err)
		text := pdftest.Text(t, content)
		require.Contains(t, text, date)
		require.Contains(t, text, "₹1,240.00", "amounts and ids stay as the bank prints them")
		require.Contains(t, text, "632612345678")
	}
}

func TestAServiceSaysItInItsOwnWords(t *testing.T) {
	t.Parallel()
	data := sample(documents.Certificate, "te")
	data.Service = "income-certificate"
	content, err := library(t).Render(documents.Certificate, data)
	require.NoError(t, err)
	text := pdftest.Text(t, content)
	require.Contains(t, text, "వార్షిక ఆదాయం ₹1,24,000.00 (ఒక లక్షా ఇరవై నాలుగు వేల రూపాయలు మాత్రమే)")
	require.Contains(t, text, "from all sources is ₹1,24,000.00 (one lakh twenty-four thousand rupees only)")
	require.NotContains(t, text, "the following particulars")
}

func TestWhatDoesNotFitGoesOnTheNextPage(t *testing.T) {
	t.Parallel()
	data := sample(documents.Summary, "te")
	data.Lists["answers"] = nil
	for i := range 60 {
		data.Lists["answers"] = append(data.Lists["answers"], documents.Record{documents.Plain(fmt.Sprintf("Question %d", i)), documents.Plain(fmt.Sprintf("Answer %d", i))})
	}
	content, err := library(t).Render(documents.Summary, data)
	require.NoError(t, err)
	require.Contains(t, pdftest.Output(t, content, "pdfinfo", "{}"), "Pages:           3\n")
	text := pdftest.Text(t, content)
	for i := range 60 {
		require.Contains(t, text, fmt.Sprintf("Question %d Answer %d", i, i))
	}
	for _, page := range []string{"పేజీ 1 / 3", "పేజీ 2 / 3", "పేజీ 3 / 3"} {
		require.Contains(t, text, page)
	}
}

func TestATableRepeatsItsTitlesOnEveryPage(t *testing.T) {
	t.Parallel()
	data := sample(documents.Ticket, "en")
	for i := range 40 {
		data.Lists["passengers"] = append(data.Lists["passengers"], documents.Record{documents.Plain(fmt.Sprintf("Passenger %d", i)), documents.Plain("30"), documents.Plain("1")})
	}
	content, err := library(t).Render(documents.Ticket, data)
	require.NoError(t, err)
	text := pdftest.Text(t, content)
	require.Equal(t, 3, strings.Count(text, "Passenger Age Seat"))
	require.Contains(t, text, "Passenger 39")
}

func TestWhatIsNotKnownIsLeftOutOfAReceipt(t *testing.T) {
	t.Parallel()
	data := sample(documents.Receipt, "en")
	data.Values["name"] = documents.Plain("ലക്ഷ്മി") // no font for Malayalam: left out rather than garbled, as the receipt is owed
	data.Values["rrn"] = documents.Plain("")
	data.Values["due"] = documents.Day(time.Time{})
	delete(data.Values, "bill")
	content, err := library(t).Render(documents.Receipt, data)
	require.NoError(t, err)
	text := pdftest.Text(t, content)
	for _, label := range []string{"Name", "RRN", "Due date", "Bill number"} {
		require.NotContains(t, text, label)
	}
	require.Contains(t, text, "1134100025678")
}

func TestADocumentThatWouldSayLessThanItMustIsRefused(t *testing.T) {
	t.Parallel()
	with := func(change func(*documents.Data)) documents.Data {
		data := sample(documents.Certificate, "te")
		change(&data)
		return data
	}
	var unwritable *shape.UnwritableError
	_, err := library(t).Render(documents.Certificate, with(func(d *documents.Data) { d.Values["name"] = documents.Plain("ലക്ഷ്മി") }))
	require.ErrorAs(t, err, &unwritable)
	var unknown *documents.UnknownValueError
	_, err = library(t).Render(documents.Certificate, with(func(d *documents.Data) { delete(d.Values, "name") }))
	require.ErrorAs(t, err, &unknown)
	require.Equal(t, "name", unknown.Name)
	_, err = library(t).Render(documents.Certificate, with(func(d *documents.Data) { d.Language = "ml" }))
	require.ErrorIs(t, err, documents.ErrNoLanguage)
	_, err = library(t).Render(documents.Certificate, with(func(d *documents.Data) { d.Photo = []byte("not a picture") }))
	require.ErrorIs(t, err, pdf.ErrImage)
	_, err = library(t).Render("passport", sample(documents.Certificate, "te"))
	require.ErrorIs(t, err, documents.ErrNoTemplate)
}

func TestRoomForASignature(t *testing.T) {
	t.Parallel()
	content, room, err := library(t).RenderToSign(documents.Certificate, sample(documents.Certificate, "te"), pdf.SignatureField{Size: 8192, At: noon})
	require.NoError(t, err)
	require.Equal(t, len(content), room.ByteRange[2]+room.ByteRange[3])
	require.Contains(t, pdftest.Output(t, content, "qpdf", "--check", "{}"), "No syntax or stream encoding errors found")
}

// Not every reader knows the words that are carried along for those that do: each glyph tells its own characters.
func TestAReaderThatLooksAtGlyphsAloneFindsTheText(t *testing.T) {
	t.Parallel()
	for language, place := range locals {
		content, err := library(t).Render(documents.Certificate, sample(documents.Certificate, language))
		require.NoError(t, err)
		plain := pdftest.Output(t, content, "qpdf", "--qdf", "--object-streams=disable", "--stream-data=uncompress", "{}", "-")
		deaf := strings.ReplaceAll(plain, "/ActualText", "/IgnoredTxt") // as long, so that every place stays right
		text := strings.ReplaceAll(strings.ReplaceAll(pdftest.Text(t, []byte(deaf)), "\u200b", ""), " ", "")
		for _, words := range []string{place.state, place.name, place.address, place.officerTitle} {
			require.Contains(t, text, strings.ReplaceAll(words, " ", ""))
		}
	}
}

// A placeholder's value is data: braces in it are not filled in again.
func TestAValueCannotNameAnother(t *testing.T) {
	t.Parallel()
	data := sample(documents.Receipt, "en")
	data.Values["reference"] = documents.Plain("{name}")
	content, err := library(t).Render(documents.Receipt, data)
	require.NoError(t, err)
	require.Contains(t, pdftest.Text(t, content), "give the reference {name}, or call")
}

// overlay is the deployment's files with some of them replaced.
func overlay(t *testing.T, replaced map[string]string) fs.FS {
	t.Helper()
	files := make(fstest.MapFS)
	require.NoError(t, fs.WalkDir(deploy.Files, "documents", func(name string, entry fs.DirEntry, err error) error {
		if err != nil || entry.IsDir() {
			return err
		}
		content, err := fs.ReadFile(deploy.Files, name)
		files[name] = &fstest.MapFile{Data: content}
		return err
	}))
	for name, content := range replaced {
		files["documents/"+name] = &fstest.MapFile{Data: []byte(content)}
	}
	return files
}

func TestAStateReplacesATemplate(t *testing.T) {
	t.Parallel()
	files := overlay(t, map[string]string{"states/odisha/receipt.yaml": "extends: receipt\naccent: \"#004400\"\ntexts: {or: {receipt.title: ରସିଦ ପତ୍ର}}\n"})
	odisha, err := documents.Load(files, "odisha")
	require.NoError(t, err)
	content, err := odisha.Render(documents.Receipt, sample(documents.Receipt, "or"))
	require.NoError(t, err)
	require.Contains(t, pdftest.Text(t, content), "ରସିଦ ପତ୍ର Payment receipt")
}

func TestADeploymentBringsItsEmblemAlone(t *testing.T) {
	t.Parallel()
	plain, err := library(t).Render(documents.Certificate, sample(documents.Certificate, "te"))
	require.NoError(t, err)
	own := fstest.MapFS{"documents/states/andhra/emblem.png": {Data: square(t)}}
	loaded, err := documents.Load(documents.Over(own, deploy.Files), "andhra")
	require.NoError(t, err)
	content, err := loaded.Render(documents.Certificate, sample(documents.Certificate, "te"))
	require.NoError(t, err)
	require.NotEqual(t, plain, content)
	require.Equal(t, pdftest.Text(t, plain), pdftest.Text(t, content))
	require.Contains(t, pdftest.Output(t, content, "pdfimages", "-list", "{}"), "image       9     9")
}

// square is a picture of nine by nine pixels.
func square(t *testing.T) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 9, 9))))
	return file.Bytes()
}

func TestAMistakeInTheDataIsFoundAtLoad(t *testing.T) {
	t.Parallel()
	english, err := fs.ReadFile(deploy.Files, "documents/languages/en.yaml")
	require.NoError(t, err)
	telugu, err := fs.ReadFile(deploy.Files, "documents/languages/te.yaml")
	require.NoError(t, err)
	for name, test := range map[string]struct{ file, content, problem string }{
		"a text is missing":        {"languages/te.yaml", strings.Replace(string(telugu), "  receipt.rrn:", "  receipt.other:", 1), "te.yaml: receipt.rrn is missing"},
		"a placeholder is missing": {"languages/te.yaml", strings.Replace(string(telugu), "{helpline}", "1100", 1), "te.yaml: receipt.complaints holds [reference], English [helpline reference]"},
		"a text nobody wrote":      {"templates/receipt.yaml", "page: A5\nmargin: 10\naccent: \"#000000\"\ntitle: receipt.document\nblocks: [{title: receipt.unwritten}]\n", "no text receipt.unwritten in en"},
		"a key nobody reads":       {"templates/receipt.yaml", "page: A5\ncolour: red\n", "unknown field"},
		"a page nobody sells":      {"templates/receipt.yaml", "page: A7\nmargin: 10\naccent: \"#000000\"\n", "A4 or A5"},
		"a colour":                 {"templates/receipt.yaml", "page: A4\nmargin: 10\naccent: red\n", "#rrggbb"},
		"months":                   {"languages/en.yaml", strings.Replace(string(english), "January, ", "", 1), "11 months"},
		"an emblem":                {"emblem.png", "not a picture", "emblem"},
		"a template to build upon": {"states/andhra/receipt.yaml", "extends: bill\n", "no such template: bill"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			_, err := documents.Load(overlay(t, map[string]string{test.file: test.content}), "andhra")
			require.ErrorContains(t, err, test.problem)
		})
	}
}

// What the receipt of a bill payment must show, in English alone.
func TestAReceiptShowsWhatAReceiptMustShow(t *testing.T) {
	t.Parallel()
	data := sample(documents.Receipt, "en")
	data.Values["biller"] = documents.Plain("APSPDCL (Southern Power Distribution Company)")
	data.Values["due"] = documents.Day(time.Date(2026, 12, 5, 0, 0, 0, 0, connectors.IndianTime))
	content, err := library(t).Render(documents.Receipt, data)
	require.NoError(t, err)
	text := pdftest.Text(t, content)
	for _, words := range []string{
		"₹1,240.00", "PAID", "APSPDCL", "1134100025678", "Kothapalli Lakshmi Devi", "B202611000123", "November 2026", "5 December 2026", "UPI",
		"pay_QWERTYUIOPASDF", "632612345678", "22 November 2026, 2:05:09 pm IST", "PS-99887766", "AP-7K3M-Q9ZT", "1100",
	} {
		require.Contains(t, text, words)
	}
}
