package legibility_test

import (
	"bytes"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"math/rand/v2"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"golang.org/x/image/draw"
	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/gobold"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/f64"
	"golang.org/x/image/math/fixed"
)

// printer draws invented papers, each in its own way, the same for the same seed.
type printer struct {
	*rand.Rand

	faces []typeface
}

// typeface is a script's letters, and words to write in it.
type typeface struct {
	font  *opentype.Font
	words []string
	high  float64 // a letter's height in parts of the size
}

func latinWords() []string {
	return strings.Fields(`Government of the State certificate is issued to daughter son wife residing at village mandal district annual income
		rupees thousand hundred only for the purpose of admission scholarship pension ration enquiry report dated number register office
		Tahasildar Revenue Inspector signature seal verified original address house door street pin code 522002 2026 11/03/2024 4-12/A`)
}

func newPrinter(t testing.TB, seed uint64) *printer {
	t.Helper()
	p := &printer{Rand: rand.New(rand.NewPCG(seed, 7))}
	for _, content := range [][]byte{goregular.TTF, gobold.TTF} {
		p.add(t, content, latinWords(), 0.53)
	}
	for _, script := range [][2]string{
		{"NotoSansDevanagari-Regular.ttf", "परमाण पतर राजय सरकार नाम पता गराम जिला तहसील आय वरष रपय हजार सौ दिनाक कारयालय"},
		{"NotoSansTelugu-Regular.ttf", "ధరవీకరణ పతరం పరభతవం పేర చిరనామా గరామం మండలం జిలలా ఆదాయం రూపాయల కారయాలయం తేదీ"},
	} {
		file, words := script[0], script[1]
		found, err := filepath.Glob("/usr/share/fonts/*/noto/" + file)
		require.NoError(t, err)
		if len(found) > 0 {
			content, err := os.ReadFile(found[0])
			require.NoError(t, err)
			p.add(t, content, strings.Fields(words), 0.6)
		}
	}
	return p
}

func (p *printer) add(t testing.TB, content []byte, words []string, high float64) {
	t.Helper()
	parsed, err := opentype.Parse(content)
	require.NoError(t, err)
	p.faces = append(p.faces, typeface{font: parsed, words: words, high: high})
}

func (p *printer) between(least, most float64) float64 { return least + p.Float64()*(most-least) }

func (p *printer) pick(n ...int) int { return n[p.IntN(len(n))] }

// paper is a page as it was printed, and how high its letters are, in pixels.
type paper struct {
	*image.Gray

	letters float64
	written image.Rectangle
	pitch   float64
}

// print draws a letter, a form or a card whose letters are about so high.
func (p *printer) print(t testing.TB, letters float64, dense bool) paper {
	t.Helper()
	face := p.faces[p.IntN(len(p.faces))]
	size := letters / face.high
	width, height := int(size*p.between(34, 52)), int(size*p.between(44, 66))
	if !dense && p.IntN(3) == 0 { // a card
		width, height = int(size*p.between(22, 28)), int(size*p.between(14, 18))
	}
	page := paper{Gray: image.NewGray(image.Rect(0, 0, width, height)), letters: letters, pitch: size * p.between(1.25, 2)}
	fill(page.Gray, page.Rect, uint8(p.pick(255, 255, 240, 225)))
	ink := uint8(p.pick(0, 10, 40, 70))
	drawn, err := opentype.NewFace(face.font, &opentype.FaceOptions{Size: size, DPI: 72})
	require.NoError(t, err)
	writer := font.Drawer{Dst: page.Gray, Src: image.NewUniform(color.Gray{Y: ink}), Face: drawn}
	margin := int(size * p.between(1.5, 4))
	page.written = image.Rect(margin, margin, width-margin, height-margin)
	share := p.between(0.5, 1)
	if dense {
		share = 1
	}
	if !dense && p.IntN(3) == 0 {
		p.frame(page, ink)
	}
	for y := float64(margin) + size; y < float64(margin)+share*float64(height-2*margin); y += page.pitch {
		p.line(&writer, face, page.written, int(y), dense)
	}
	return page
}

func (p *printer) line(writer *font.Drawer, face typeface, within image.Rectangle, y int, dense bool) {
	if !dense && p.IntN(8) == 0 {
		return
	}
	writer.Dot = fixed.P(within.Min.X, y)
	for {
		word := face.words[p.IntN(len(face.words))] + " "
		if (writer.Dot.X+writer.MeasureString(word)).Ceil() > within.Max.X || !dense && p.IntN(14) == 0 {
			return
		}
		writer.DrawString(word)
	}
}

// frame rules lines, as on a form, and a box for a photograph.
func (p *printer) frame(page paper, ink uint8) {
	box := page.written.Inset(-int(page.letters))
	for _, side := range []image.Rectangle{
		image.Rect(box.Min.X, box.Min.Y, box.Max.X, box.Min.Y+2), image.Rect(box.Min.X, box.Max.Y-2, box.Max.X, box.Max.Y),
		image.Rect(box.Min.X, box.Min.Y, box.Min.X+2, box.Max.Y), image.Rect(box.Max.X-2, box.Min.Y, box.Max.X, box.Max.Y),
	} {
		fill(page.Gray, side, ink)
	}
	photo := image.Rect(0, 0, box.Dx()/6, box.Dx()/5).Add(image.Pt(box.Max.X-box.Dx()/5, box.Min.Y+8))
	for y := photo.Min.Y; y < photo.Max.Y; y++ {
		for x := photo.Min.X; x < photo.Max.X; x++ {
			page.SetGray(x, y, color.Gray{Y: uint8(120 + 60*math.Sin(float64(x)/9)*math.Cos(float64(y)/13))})
		}
	}
}

func fill(picture *image.Gray, part image.Rectangle, shade uint8) {
	draw.Draw(picture, part, image.NewUniform(color.Gray{Y: shade}), image.Point{}, draw.Src)
}

// table is what papers lie on when they are photographed: plain, a gradient, or wood.
func (p *printer) table(width, height int) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, width, height))
	base, wood := p.between(40, 170), p.IntN(2) == 0
	period, wave, depth := p.between(6, 40), p.between(60, 300), p.between(4, 18)
	for y := range height {
		for x := range width {
			shade := base + 20*float64(x)/float64(width)
			if wood {
				shade += depth * math.Sin((float64(y)+12*math.Sin(float64(x)/wave))/period*2*math.Pi)
			}
			out.Pix[y*out.Stride+x] = uint8(min(255, max(0, shade)))
		}
	}
	return out
}

// photograph lays a paper on a table, askew, and leaves room round it.
func (p *printer) photograph(page paper) paper {
	size := page.Rect.Size()
	room := p.between(0.03, 0.15)
	width, height := int(float64(size.X)*(1+2*room)), int(float64(size.Y)*(1+2*room))
	out := p.table(width, height)
	angle := p.between(-4, 4) * math.Pi / 180
	cos, sin := math.Cos(angle), math.Sin(angle)
	centreX, centreY := float64(size.X)/2, float64(size.Y)/2
	draw.BiLinear.Transform(out, f64.Aff3{
		cos, -sin, float64(width)/2 - cos*centreX + sin*centreY,
		sin, cos, float64(height)/2 - sin*centreX - cos*centreY,
	}, page.Gray, page.Rect, draw.Over, nil)
	page.Gray = out
	return page
}

// expose multiplies the light, with a shadow towards one corner, adds noise, and compresses as a channel does.
func (p *printer) expose(t testing.TB, picture *image.Gray, light, lift, noise float64, quality int) *image.Gray {
	t.Helper()
	size := picture.Rect.Size()
	shadow := p.between(0, 0.35)
	for y := range size.Y {
		row := picture.Pix[y*picture.Stride:][:size.X]
		for x, value := range row {
			dim := 1 - shadow*float64(x+y)/float64(size.X+size.Y)
			row[x] = uint8(min(255, max(0, float64(value)*light*dim+lift+noise*p.NormFloat64())))
		}
	}
	var file bytes.Buffer
	require.NoError(t, jpeg.Encode(&file, picture, &jpeg.Options{Quality: quality}))
	back, err := jpeg.Decode(&file)
	require.NoError(t, err)
	grey, ok := back.(*image.Gray)
	require.True(t, ok)
	return grey
}

// blur is three box blurs, close to a Gaussian of that radius; in one direction only, when the hand moved.
func blur(picture *image.Gray, radiusX, radiusY float64) *image.Gray {
	size := picture.Rect.Size()
	out := image.NewGray(picture.Rect)
	copy(out.Pix, picture.Pix)
	for range 3 {
		for y := range size.Y {
			box(out.Pix[y*out.Stride:], 1, size.X, radiusX)
		}
		for x := range size.X {
			box(out.Pix[x:], out.Stride, size.Y, radiusY)
		}
	}
	return out
}

// box is a box blur with soft ends, so that any radius can be had: three of half-width h have a deviation near h + 1/2.
func box(pixels []uint8, step, count int, radius float64) {
	if radius <= 0.05 {
		return
	}
	half := math.Max(0, math.Sqrt(radius*radius+0.25)-0.5)
	whole := int(half)
	end := half - float64(whole)
	values := make([]float64, count+2*whole+4)
	at := func(i int) float64 { return float64(pixels[min(count-1, max(0, i))*step]) }
	for i := range values {
		values[i] = at(i - whole - 2)
	}
	sum := 0.0
	for i := -whole; i <= whole; i++ {
		sum += values[i+whole+2]
	}
	for i := range count {
		edge := values[i+1] + values[i+2*whole+3]
		pixels[i*step] = uint8((sum+end*edge)/(2*half+1) + 0.5)
		sum += values[i+2*whole+3] - values[i+2]
	}
}

func scale(picture *image.Gray, by float64) *image.Gray {
	size := picture.Rect.Size()
	out := image.NewGray(image.Rect(0, 0, int(float64(size.X)*by), int(float64(size.Y)*by)))
	draw.BiLinear.Scale(out, out.Rect, picture, picture.Rect, draw.Src, nil)
	return out
}

func turn(picture *image.Gray, clockwise bool) *image.Gray {
	size := picture.Rect.Size()
	out := image.NewGray(image.Rect(0, 0, size.Y, size.X))
	for y := range size.Y {
		for x := range size.X {
			toX, toY := y, size.X-1-x
			if clockwise {
				toX, toY = size.Y-1-y, x
			}
			out.Pix[toY*out.Stride+toX] = picture.Pix[y*picture.Stride+x]
		}
	}
	return out
}

func crop(picture *image.Gray, to image.Rectangle) *image.Gray {
	out := image.NewGray(image.Rect(0, 0, to.Dx(), to.Dy()))
	draw.Draw(out, out.Rect, picture, to.Min, draw.Src)
	return out
}
