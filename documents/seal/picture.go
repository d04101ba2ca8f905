package seal

import (
	"bytes"
	"fmt"
	"image"
	"image/color"
	"image/png"
	"sync"

	"rsc.io/qr"
	"rsc.io/qr/coding"
)

// MostModules is the side of the largest picture, QR version 15 (ISO/IEC 18004): printed 30 mm wide, a module is 0.39 mm.
const MostModules = 77

// quiet is the white border that readers need, in modules (ISO/IEC 18004: 4).
const quiet = 4

// Picture is a seal's QR picture, with error correction of level M.
type Picture struct{ code *qr.Code }

// mask is the pattern laid over the data (ISO/IEC 18004, 7.8): one third of the modules in diagonals. Any reader takes any mask; the
// checkerboard, which is the library's only one, was not read by zbar in 24 of 50 sharp pictures saved as JPEG of quality 30, this one in all.
const mask = 3

const largest = (MostModules - 17) / 4 // QR version

// plans say by version where in a picture each bit goes. They are only read, and a tenth of a millisecond to make.
var plans = func() (plans [largest + 1]func() (*coding.Plan, error)) {
	for version := range plans {
		plans[version] = sync.OnceValues(func() (*coding.Plan, error) { return coding.NewPlan(coding.Version(version), coding.M, mask) })
	}
	return plans
}()

// Draw makes the picture of a text, most densely of one that [Seal.Text] gave. It fails with ErrTooLarge.
func Draw(text string) (*Picture, error) {
	var encoding coding.Encoding = coding.String(text)
	if coding.Alpha(text).Check() == nil {
		encoding = coding.Alpha(text)
	}
	version := coding.Version(1)
	for encoding.Bits(version) > version.DataBytes(coding.M)*8 {
		version++
		if version > largest {
			return nil, fmt.Errorf("%w: %d characters", ErrTooLarge, len(text))
		}
	}
	plan, err := plans[version]()
	if err != nil {
		return nil, fmt.Errorf("draw QR picture: %w", err)
	}
	code, err := plan.Encode(encoding)
	if err != nil {
		return nil, fmt.Errorf("draw QR picture: %w", err)
	}
	return &Picture{code: &qr.Code{Bitmap: code.Bitmap, Size: code.Size, Stride: code.Stride, Scale: 1}}, nil
}

// Code is the picture for who draws modules themselves.
func (p *Picture) Code() *qr.Code { return p.code }

// Modules is how many modules the picture's side has, without the quiet zone of 4 modules that must stay white around it.
func (p *Picture) Modules() int { return p.code.Size }

// Dark says whether the module at column x and row y, from the top left, is dark.
func (p *Picture) Dark(x, y int) bool { return p.code.Black(x, y) }

// Image is the picture with its quiet zone, pixels per module to a side.
func (p *Picture) Image(pixels int) *image.Gray {
	side := (p.code.Size + 2*quiet) * pixels
	drawn := image.NewGray(image.Rect(0, 0, side, side))
	for y := range side {
		for x := range side {
			shade := color.Gray{Y: 255}
			if p.Dark(x/pixels-quiet, y/pixels-quiet) {
				shade = color.Gray{}
			}
			drawn.SetGray(x, y, shade)
		}
	}
	return drawn
}

// PNG is Image as a file; the same picture gives the same bytes.
func (p *Picture) PNG(pixels int) ([]byte, error) {
	var file bytes.Buffer
	if err := png.Encode(&file, p.Image(pixels)); err != nil {
		return nil, fmt.Errorf("draw QR picture: %w", err)
	}
	return file.Bytes(), nil
}
