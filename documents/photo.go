package documents

import (
	"bytes"
	"fmt"
	"image"
	"image/jpeg"
	"image/png"

	"golang.org/x/image/draw"

	"github.com/jansetu/jansetu/documents/pdf"
)

// A photograph is printed 29 by 36 mm: 240 by 300 pixels are 210 to the inch. It gets as many bytes as leave room for the rest of a page of
// 60 KB with proof and signature.
const (
	photoWidth, photoHeight = 240, 300
	mostPhoto               = 7_000
)

// photograph is a picture in as many pixels and bytes as a page has for one. What fits already stays as it is, byte for byte.
func photograph(file []byte) (*pdf.Image, error) {
	parsed, err := pdf.ParseImage(file) // refuses what is no picture, or too great a one
	if err != nil {
		return nil, err
	}
	if len(file) <= mostPhoto && parsed.Width <= photoWidth && parsed.Height <= photoHeight {
		return parsed, nil
	}
	decode := png.Decode
	if bytes.HasPrefix(file, []byte("\xff\xd8")) {
		decode = jpeg.Decode
	}
	picture, err := decode(bytes.NewReader(file))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", pdf.ErrImage, err)
	}
	small, err := compressed(picture)
	if err != nil {
		return nil, err
	}
	return pdf.ParseImage(small)
}

// compressed makes a JPEG of at most [mostPhoto] bytes, as good a one as goes.
func compressed(picture image.Image) ([]byte, error) {
	for part := 1; part <= 4; part++ {
		flat := scaled(picture, photoWidth/part, photoHeight/part)
		for _, quality := range []int{75, 60, 45, 30} {
			var file bytes.Buffer
			if err := jpeg.Encode(&file, flat, &jpeg.Options{Quality: quality}); err != nil {
				return nil, fmt.Errorf("compress photograph: %w", err)
			}
			if file.Len() <= mostPhoto {
				return file.Bytes(), nil
			}
		}
	}
	return nil, fmt.Errorf("%w: it does not get smaller than %d bytes", pdf.ErrImage, mostPhoto)
}

// scaled fits a picture into a box, in its own proportions, on white. It is never made greater.
func scaled(picture image.Image, width, height int) *image.RGBA {
	bounds := picture.Bounds()
	w, h := bounds.Dx(), bounds.Dy()
	if w > width {
		w, h = width, max(1, h*width/w)
	}
	if h > height {
		w, h = max(1, w*height/h), height
	}
	flat := image.NewRGBA(image.Rect(0, 0, w, h))
	draw.Draw(flat, flat.Bounds(), image.White, image.Point{}, draw.Src)
	draw.CatmullRom.Scale(flat, flat.Bounds(), picture, bounds, draw.Over, nil)
	return flat
}
