package twin

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"math/rand/v2"
	"net/http"
)

// glyphs are the ten digits, five dots wide and seven high.
var glyphs = [10][7]string{
	{" ### ", "#   #", "#  ##", "# # #", "##  #", "#   #", " ### "},
	{"  #  ", " ##  ", "  #  ", "  #  ", "  #  ", "  #  ", " ### "},
	{" ### ", "#   #", "    #", "   # ", "  #  ", " #   ", "#####"},
	{" ### ", "#   #", "    #", "  ## ", "    #", "#   #", " ### "},
	{"   # ", "  ## ", " # # ", "#  # ", "#####", "   # ", "   # "},
	{"#####", "#    ", "#### ", "    #", "    #", "#   #", " ### "},
	{"  ## ", " #   ", "#    ", "#### ", "#   #", "#   #", " ### "},
	{"#####", "    #", "   # ", "  #  ", " #   ", " #   ", " #   "},
	{" ### ", "#   #", "#   #", " ### ", "#   #", "#   #", " ### "},
	{" ### ", "#   #", "#   #", " ####", "    #", "   # ", " ##  "},
}

const (
	captchaDigits = 5
	dot           = 6
	cell          = 8 * dot
)

// drawCaptcha draws digits a little askew, with noise that no two pictures share.
func drawCaptcha(text string) []byte {
	palette := color.Palette{color.White, color.RGBA{0x22, 0x33, 0x66, 0xff}, color.RGBA{0xbb, 0xcc, 0xdd, 0xff}}
	picture := image.NewPaletted(image.Rect(0, 0, cell*len(text)+2*dot, 10*dot), palette)
	for range 400 {
		picture.SetColorIndex(rand.N(picture.Rect.Dx()), rand.N(picture.Rect.Dy()), 2) //nolint:gosec // noise keeps no secret
	}
	for i, digit := range text {
		left, top := dot+cell*i+rand.N(dot), dot+rand.N(2*dot) //nolint:gosec // as above
		for y, row := range glyphs[digit-'0'] {
			for x, mark := range row {
				if mark == '#' {
					fill(picture, left+x*dot, top+y*dot)
				}
			}
		}
	}
	var encoded bytes.Buffer
	if err := png.Encode(&encoded, picture); err != nil {
		panic(err) // a paletted picture in memory always encodes
	}
	return encoded.Bytes()
}

func fill(picture *image.Paletted, left, top int) {
	for y := range dot {
		for x := range dot {
			picture.SetColorIndex(left+x, top+y, 1)
		}
	}
}

// captchaImage draws another captcha for the visit; the one before is void.
func (t *Twin) captchaImage(w http.ResponseWriter, _ *http.Request, visit *session) {
	visit.captcha = digits(captchaDigits)
	picture := drawCaptcha(visit.captcha)
	if len(t.captchas) >= keptCaptchas {
		clear(t.captchas)
	}
	t.captchas[sha256.Sum256(picture)] = visit.captcha
	w.Header().Set("Content-Type", "image/png")
	w.Header().Set("Cache-Control", "no-store")
	_, _ = w.Write(picture)
}

// Read answers what a person sees in a captcha picture of this twin.
func (t *Twin) Read(picture []byte) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.captchas[sha256.Sum256(picture)]
}

// shownCaptchas lists the captchas that are open; it needs the lock.
func (t *Twin) shownCaptchas() []string {
	var lines []string
	for _, visit := range t.sessions {
		if visit.captcha != "" && len(lines) < 10 {
			lines = append(lines, fmt.Sprintf("captcha shown to %s: %s", visit.mobile, visit.captcha))
		}
	}
	return lines
}
