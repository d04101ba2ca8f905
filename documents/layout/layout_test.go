package layout_test

import (
	"bytes"
	"image"
	"image/png"
	"os"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"rsc.io/qr"

	"github.com/jansetu/jansetu/documents/layout"
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/documents/shape"
)

func compose(t *testing.T, change func(*layout.Config)) *layout.Composer {
	t.Helper()
	fonts, err := shape.LoadFonts(os.DirFS("../../deploy/documents"), "fonts")
	require.NoError(t, err)
	config := layout.Config{
		Fonts: fonts, Width: 420, Height: 595, Margin: 40, Accent: pdf.Color{Blue: 120},
		PDF: pdf.Options{Title: "Test", Language: "te-IN", Created: time.Unix(0, 0)},
	}
	if change != nil {
		change(&config)
	}
	return layout.New(config)
}

func finished(t *testing.T, c *layout.Composer) []byte {
	t.Helper()
	writer, err := c.Finish()
	require.NoError(t, err)
	content, err := writer.Bytes()
	require.NoError(t, err)
	return content
}

func telugu(text string) layout.Text { return layout.Text{Content: text, Language: "te-IN"} }

func english(text string) layout.Text { return layout.Text{Content: text, Language: "en-IN"} }

func both(first, second string) layout.Pair {
	return layout.Pair{Main: telugu(first), Also: english(second)}
}

func pages(t *testing.T, content []byte) []string {
	t.Helper()
	all := strings.Split(pdftest.Output(t, content, "pdftotext", "-layout", "{}", "-"), "\f")
	return all[:len(all)-1]
}

func TestAParagraphGoesOnOverThePage(t *testing.T) {
	t.Parallel()
	c := compose(t, nil)
	c.Paragraph(layout.Pair{Main: telugu(strings.Repeat("శ్రీకృష్ణ ప్రభుత్వం రాష్ట్రం ", 120) + "ముగింపు")}, layout.Normal, shape.Regular, layout.Left)
	found := pages(t, finished(t, c))
	require.Len(t, found, 2)
	require.NotContains(t, found[0], "ముగింపు")
	require.Contains(t, found[1], "ముగింపు")
}

func TestAHeadingStaysWithWhatFollows(t *testing.T) {
	t.Parallel()
	c := compose(t, nil)
	c.Space(495)
	c.Section(both("కారణాలు", "Grounds"))
	c.Paragraph(both("ఒకటి", "One"), layout.Normal, shape.Regular, layout.Left)
	found := pages(t, finished(t, c))
	require.Len(t, found, 2, "the first is blank")
	require.NotContains(t, found[0], "Grounds")
	require.Contains(t, found[1], "Grounds")
	require.Contains(t, found[1], "One")
}

func TestTwoLanguagesShareALineWhereThereIsRoom(t *testing.T) {
	t.Parallel()
	c := compose(t, nil)
	c.Fields([]layout.Field{
		{Label: both("పేరు", "Name"), Value: both("లక్ష్మి", "Lakshmi")},
		{Label: both("శాఖకు తెలిపిన సమయం", "When the department was told of it"), Value: layout.Pair{Main: english("12")}},
	}, nil, layout.Text{})
	text := pdftest.Output(t, finished(t, c), "pdftotext", "-layout", "{}", "-")
	require.Regexp(t, `(?m)^ *పేరు Name +లక్ష్మి Lakshmi$`, text)
	require.Regexp(t, `(?m)^ *శాఖకు తెలిపిన సమయం +12$`, text)
	require.Regexp(t, `(?m)^ *When the department was told of it$`, text)
}

func TestTheSameInBothLanguagesIsSaidOnce(t *testing.T) {
	t.Parallel()
	c := compose(t, nil)
	c.Fields([]layout.Field{{Label: both("UPI", "UPI"), Value: both("12", "12")}}, nil, layout.Text{})
	require.Equal(t, "UPI 12", pdftest.Text(t, finished(t, c)))
}

func TestFieldsStandBesideAPhotographAndWideBelowIt(t *testing.T) {
	t.Parallel()
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, image.NewGray(image.Rect(0, 0, 40, 50))))
	photo, err := pdf.ParseImage(file.Bytes())
	require.NoError(t, err)
	c := compose(t, nil)
	c.Space(380)
	long := english(strings.Repeat("word ", 12))
	var fields []layout.Field
	for range 8 {
		fields = append(fields, layout.Field{Label: layout.Pair{Main: english("Label")}, Value: layout.Pair{Main: long}})
	}
	c.Fields(fields, photo, english("Photograph"))
	found := pages(t, finished(t, c))
	require.Len(t, found, 2)
	require.Equal(t, strings.Count(found[0], "word"), 12*strings.Count(found[0], "Label"), "a row is never divided")
	require.Greater(t, longestLine(found[1]), longestLine(found[0]))
}

func longestLine(text string) int {
	longest := 0
	for line := range strings.Lines(text) {
		longest = max(longest, strings.Count(line, "word"))
	}
	return longest
}

func TestCodeAndSignerCloseThePageTogether(t *testing.T) {
	t.Parallel()
	matrix, err := qr.Encode("https://jansetu.example/verify/1", qr.M)
	require.NoError(t, err)
	code := &layout.Code{Matrix: matrix, Alternative: english("Code"), Caption: both("కోడ్", "Scan"), Address: "https://jansetu.example/verify/1"}
	for name, test := range map[string]struct{ before, top, bottom float64 }{
		"at the end of a page with room": {100, 470, 560},
		"on top of the next page":        {450, 25, 130},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := compose(t, nil)
			c.Paragraph(both("ఆరంభం", "Start"), layout.Large, shape.Bold, layout.Center)
			c.Space(test.before)
			c.Close(code, []layout.Pair{both("తహశీల్దారు", "Tahsildar")})
			words := pdftest.Output(t, finished(t, c), "pdftotext", "-bbox", "{}", "-")
			top := wordTop(t, words, "Tahsildar")
			require.Greater(t, top, test.top)
			require.Less(t, top, test.bottom)
		})
	}
}

func wordTop(t *testing.T, words, word string) float64 {
	t.Helper()
	for line := range strings.Lines(words) {
		if !strings.Contains(line, ">"+word+"<") {
			continue
		}
		_, rest, _ := strings.Cut(line, `yMin="`)
		number, _, _ := strings.Cut(rest, `"`)
		top, err := strconv.ParseFloat(number, 64)
		require.NoError(t, err)
		return top
	}
	t.Fatalf("no %s in\n%s", word, words)
	return 0
}

// A complaint may be four thousand characters long, and all of it is what was said.
func TestWhatIsTallerThanAPageIsNotCut(t *testing.T) {
	t.Parallel()
	said := strings.Repeat("నీరు రాలేదు ", 400)
	for name, set := range map[string]func(*layout.Composer){
		"field": func(c *layout.Composer) {
			c.Fields([]layout.Field{{Label: both("ఫిర్యాదు", "Complaint"), Value: layout.Pair{Main: telugu(said + "ముగింపు")}}}, nil, layout.Text{})
		},
		"list": func(c *layout.Composer) {
			c.Numbered([]layout.Pair{{Main: telugu(said + "ముగింపు")}}, func(digits string) string { return digits })
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			c := compose(t, nil)
			set(c)
			content := finished(t, c)
			require.Greater(t, len(pages(t, content)), 1)
			require.Equal(t, 400, strings.Count(pdftest.Text(t, content), "రాలేదు"))
			require.Contains(t, pdftest.Output(t, content, "pdftotext", "-bbox", "{}", "-"), "ముగింపు")
			for _, bottom := range bottoms(t, content) {
				require.Less(t, bottom, 595.0)
			}
		})
	}
	c := compose(t, nil)
	c.Table([]layout.Column{{Title: both("మాట", "Word"), Share: 1}}, [][]layout.Pair{{{Main: telugu(said)}}})
	_, err := c.Finish()
	require.ErrorIs(t, err, layout.ErrRowTooTall)
}

// bottoms are how far down the page each word reaches.
func bottoms(t *testing.T, content []byte) []float64 {
	t.Helper()
	var all []float64
	for line := range strings.Lines(pdftest.Output(t, content, "pdftotext", "-bbox", "{}", "-")) {
		_, rest, found := strings.Cut(line, `yMax="`)
		if !found {
			continue
		}
		number, _, _ := strings.Cut(rest, `"`)
		bottom, err := strconv.ParseFloat(number, 64)
		require.NoError(t, err)
		all = append(all, bottom)
	}
	return all
}

func TestTheFooterIsOnEveryPageAndReadAloudOnce(t *testing.T) {
	t.Parallel()
	c := compose(t, func(config *layout.Config) {
		config.Frame = true
		config.Footer = []layout.Pair{both("అడుగు", "Foot")}
		config.PageNumber = func(page, pages int) layout.Text {
			return english(strings.Repeat("p", page) + strings.Repeat("n", pages))
		}
	})
	for range 3 {
		c.Paragraph(layout.Pair{Main: english(strings.Repeat("line\n", 25))}, layout.Large, shape.Regular, layout.Left)
	}
	content := finished(t, c)
	found := pages(t, content)
	require.Len(t, found, 3)
	for i, page := range found {
		require.Contains(t, page, "Foot")
		require.Contains(t, page, strings.Repeat("p", i+1)+"nnn")
	}
	require.Equal(t, 1, strings.Count(pdftest.Output(t, content, "pdfinfo", "-struct-text", "{}"), "Foot"))
}

func TestTheFirstErrorIsTold(t *testing.T) {
	t.Parallel()
	c := compose(t, nil)
	c.Title(layout.Pair{Main: english("മലയാളം")})
	c.Paragraph(both("ఒకటి", "One"), layout.Normal, shape.Regular, layout.Left)
	c.Close(nil, []layout.Pair{both("తహశీల్దారు", "Tahsildar")})
	_, err := c.Finish()
	var unwritable *shape.UnwritableError
	require.ErrorAs(t, err, &unwritable)
	require.Equal(t, 'മ', unwritable.Character)
}
