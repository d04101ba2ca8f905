package paper_test

import (
	"bytes"
	"image"
	"image/color"
	"image/draw"
	"image/jpeg"
	"image/png"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"
)

// page is a paper of the tests: lines of text, dark on white.
type page struct {
	lines []string // nil: a letter
	paper uint8    // 0: white
	ink   uint8
	size  float64 // 0: 24 pixels
}

func letter() []string {
	return []string{
		"GOVERNMENT OF ANDHRA PRADESH", "Office of the Tahasildar, Guntur", "", "Certificate of Residence",
		"This is to certify that Lakshmi Devi Kommineni, daughter of", "Venkata Rao, has lived at Door 4-12, Brodipet, Guntur, for the",
		"last ten years and is known to this office. This certificate", "is given for the purpose of admission to a school and for no",
		"other purpose. It was made out after an enquiry by the village", "officer on the ninth of March and is signed below.", "", "Tahasildar, Guntur",
	}
}

func (p page) draw(t testing.TB) *image.Gray {
	t.Helper()
	if p.lines == nil {
		p.lines = letter()
	}
	if p.paper == 0 {
		p.paper = 255
	}
	if p.size == 0 {
		p.size = 24
	}
	parsed, err := opentype.Parse(goregular.TTF)
	require.NoError(t, err)
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: p.size, DPI: 72})
	require.NoError(t, err)
	picture := image.NewGray(image.Rect(0, 0, 900, 1200))
	draw.Draw(picture, picture.Bounds(), image.NewUniform(color.Gray{Y: p.paper}), image.Point{}, draw.Src)
	writer := font.Drawer{Dst: picture, Src: image.NewUniform(color.Gray{Y: p.ink}), Face: face}
	for i, line := range p.lines {
		writer.Dot = fixed.P(80, 120+int(1.6*p.size*float64(i)))
		writer.DrawString(line)
	}
	return picture
}

func asPNG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, png.Encode(&out, picture))
	return out.Bytes()
}

func asJPEG(t testing.TB, picture image.Image) []byte {
	t.Helper()
	var out bytes.Buffer
	require.NoError(t, jpeg.Encode(&out, picture, &jpeg.Options{Quality: 85}))
	return out.Bytes()
}
