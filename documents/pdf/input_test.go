package pdf_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"os"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
)

func pageWith(t *testing.T, picture *pdf.Image) []byte {
	t.Helper()
	w := pdf.New(pdf.Options{Title: "Picture", Language: "en-IN", Created: made})
	page := w.AddPage(100, 100)
	page.Mark(w.Root().Add(pdf.Figure).SetAlternative("A picture", 0, 0, 100, 100), func() { page.Image(picture, 0, 0, 100, 100) })
	content, err := w.Bytes()
	require.NoError(t, err)
	return content
}

// drawn is the colour in the middle of the page as poppler draws it.
func drawn(t *testing.T, picture *pdf.Image) color.RGBA {
	t.Helper()
	page, err := png.Decode(strings.NewReader(pdftest.Output(t, pageWith(t, picture), "pdftoppm", "-png", "-r", "72", "{}")))
	require.NoError(t, err)
	middle, ok := color.RGBAModel.Convert(page.At(50, 50)).(color.RGBA)
	require.True(t, ok)
	return middle
}

func encoded(t *testing.T, picture image.Image) []byte {
	t.Helper()
	var file bytes.Buffer
	require.NoError(t, png.Encode(&file, picture))
	return file.Bytes()
}

func filled(c color.Color) *image.NRGBA {
	picture := image.NewNRGBA(image.Rect(0, 0, 8, 8))
	for y := range 8 {
		for x := range 8 {
			picture.Set(x, y, c)
		}
	}
	return picture
}

func TestPicturesKeepTheirColours(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		file  []byte
		drawn color.RGBA
	}{
		"colour":                    {encoded(t, filled(color.NRGBA{R: 250, G: 100, B: 0, A: 255})), color.RGBA{R: 250, G: 100, A: 255}},
		"grey":                      {encoded(t, filled(color.NRGBA{R: 90, G: 90, B: 90, A: 255})), color.RGBA{R: 90, G: 90, B: 90, A: 255}},
		"transparent becomes white": {encoded(t, filled(color.NRGBA{R: 250})), color.RGBA{R: 255, G: 255, B: 255, A: 255}},
		"a JPEG is taken as it is":  {pictureJPEG(t), color.RGBA{R: 128, G: 128, B: 128, A: 255}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			picture, err := pdf.ParseImage(test.file)
			require.NoError(t, err)
			require.Equal(t, test.drawn, drawn(t, picture))
		})
	}
}

func TestWhereAPhotographWasTakenIsNotTold(t *testing.T) {
	t.Parallel()
	plain := pictureJPEG(t)
	secret := []byte("Exif\x00\x00 17.3850 N 78.4867 E")
	segment := append([]byte{0xff, 0xe1, 0, byte(len(secret) + 2)}, secret...)
	comment := append([]byte{0xff, 0xfe, 0, 8}, "hidden"...)
	withPlace := bytes.Join([][]byte{plain[:2], segment, comment, plain[2:]}, nil)
	_, err := jpeg.Decode(bytes.NewReader(withPlace))
	require.NoError(t, err)
	picture, err := pdf.ParseImage(withPlace)
	require.NoError(t, err)
	content := pageWith(t, picture)
	require.NotContains(t, string(content), "17.3850")
	require.NotContains(t, string(content), "hidden")
	require.Equal(t, color.RGBA{R: 128, G: 128, B: 128, A: 255}, drawn(t, picture))
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	t.Parallel()
	large := encoded(t, image.NewGray(image.Rect(0, 0, 5000, 4000)))
	for name, file := range map[string][]byte{"empty": nil, "text": []byte("hello"), "cut": encoded(t, grey(9, 9))[:40], "more pixels than a page": large} {
		_, err := pdf.ParseImage(file)
		require.ErrorIs(t, err, pdf.ErrImage, name)
	}
}

func TestWhatIsNoFontIsRefused(t *testing.T) {
	t.Parallel()
	file, err := os.ReadFile("../../deploy/documents/fonts/NotoSansGurmukhi-Regular.ttf")
	require.NoError(t, err)
	for name, content := range map[string][]byte{"empty": nil, "text": []byte("not a font at all"), "cut": file[:len(file)/2], "OpenType with PostScript outlines": []byte("OTTO000000000000")} {
		_, err := pdf.ParseFont(content)
		require.ErrorIs(t, err, pdf.ErrFont, name)
	}
}

// A picture from outside may be broken in any way: it is refused, or the page is written.
func FuzzParseImage(f *testing.F) {
	f.Add(pictureJPEG(f))
	var file bytes.Buffer
	require.NoError(f, png.Encode(&file, grey(9, 9)))
	f.Add(file.Bytes())
	f.Fuzz(func(t *testing.T, file []byte) {
		picture, err := pdf.ParseImage(file)
		if err != nil {
			require.ErrorIs(t, err, pdf.ErrImage)
			return
		}
		require.LessOrEqual(t, picture.Width*picture.Height, pdf.MaxPixels)
	})
}

// So may a font that a deployment brings.
func FuzzParseFont(f *testing.F) {
	file, err := os.ReadFile("../../deploy/documents/fonts/NotoSansGurmukhi-Regular.ttf")
	require.NoError(f, err)
	f.Add(file)
	f.Fuzz(func(t *testing.T, file []byte) {
		parsed, err := pdf.ParseFont(file)
		if err != nil {
			require.ErrorIs(t, err, pdf.ErrFont)
			return
		}
		w := pdf.New(pdf.Options{Created: made})
		page := w.AddPage(10, 10)
		run := pdf.Run{Font: parsed, Size: 1, Text: "abcdef"}
		for i := range 6 {
			run.Glyphs = append(run.Glyphs, pdf.Glyph{ID: i * 37, Cluster: i, Advance: 10})
		}
		page.Text(0, 0, run)
		_, err = w.Bytes()
		require.NoError(t, err)
	})
}
