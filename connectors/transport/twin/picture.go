package twin

import (
	"bytes"
	"crypto/sha256"
	"encoding/hex"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"net/http"
	"strings"
)

// segments of the digits 0 to 9, as on a pocket calculator: top, upper left, upper
// right, middle, lower left, lower right, bottom.
var segments = [10]string{"1110111", "0010010", "1011101", "1011011", "0111010", "1101011", "1101111", "1010010", "1111111", "1111011"}

// bars are where the segments lie, in a cell of 24 by 44.
var bars = [7]image.Rectangle{
	image.Rect(4, 0, 20, 4), image.Rect(0, 4, 4, 20), image.Rect(20, 4, 24, 20), image.Rect(4, 20, 20, 24),
	image.Rect(0, 24, 4, 40), image.Rect(20, 24, 24, 40), image.Rect(4, 40, 20, 44),
}

// picture draws another captcha for the visit; the one before is void.
func (t *Twin) picture(w http.ResponseWriter, r *http.Request) {
	visit, known := t.visit(r)
	if !known {
		page(w, "expired", nil)
		return
	}
	visit.captcha = digits(6)
	drawn := draw(visit.captcha)
	sum := sha256.Sum256(drawn)
	if len(t.pictures) > 10_000 {
		clear(t.pictures)
	}
	t.pictures[hex.EncodeToString(sum[:])] = visit.captcha
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(drawn)
}

// Read answers what a person sees in a picture of this twin.
func (t *Twin) Read(picture []byte) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	sum := sha256.Sum256(picture)
	return t.pictures[hex.EncodeToString(sum[:])]
}

func digits(count int) string {
	var text strings.Builder
	for range count {
		text.WriteByte(byte('0' + rand.N(10))) //nolint:gosec // the twin keeps no secret
	}
	return text.String()
}

// draw draws digits with noise that no two pictures share.
func draw(text string) []byte {
	palette := color.Palette{color.White, color.RGBA{0x11, 0x44, 0x22, 0xff}, color.RGBA{0xcc, 0xdd, 0xbb, 0xff}}
	drawn := image.NewPaletted(image.Rect(0, 0, 34*len(text)+10, 60), palette)
	for range 500 {
		drawn.SetColorIndex(rand.N(drawn.Rect.Dx()), rand.N(60), 2) //nolint:gosec // noise keeps no secret
	}
	for i, digit := range text {
		shift := image.Pt(8+34*i, 4+rand.N(9)) //nolint:gosec // as above
		for bar, mark := range segments[digit-'0'] {
			if mark == '1' {
				fillBar(drawn, bars[bar].Add(shift))
			}
		}
	}
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, drawn); err != nil {
		panic(err) // a paletted picture in memory always encodes
	}
	return encoded.Bytes()
}

func fillBar(drawn *image.Paletted, bar image.Rectangle) {
	for y := bar.Min.Y; y < bar.Max.Y; y++ {
		for x := bar.Min.X; x < bar.Max.X; x++ {
			drawn.SetColorIndex(x, y, 1)
		}
	}
}
