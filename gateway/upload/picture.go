package upload

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/draw"
	"image/jpeg"
	"image/png"
	"io"

	"github.com/jansetu/jansetu/documents/legibility"
)

const (
	quality = 88 // of a picture encoded anew: text on a photographed paper stays sharp
	// mostScans is more than any camera or editor writes into one progressive JPEG. Each scan costs a pass over the whole picture.
	mostScans = 64
	// mostStretch is how much longer than wide a picture may be.
	mostStretch = 50
)

// encodeAnew keeps the pixels, upright, and nothing else.
func (i *Inspector) encodeAnew(ctx context.Context, kind string, content []byte) (File, error) {
	if err := i.checkSize(kind, content); err != nil {
		return File{}, err
	}
	ctx, cancel := context.WithTimeout(ctx, i.limits.Time)
	defer cancel()
	picture, err := decode(kind, &untilReader{ctx: ctx, from: bytes.NewReader(content)})
	if err != nil {
		if cause := ctx.Err(); cause != nil && !errors.Is(cause, context.DeadlineExceeded) {
			return File{}, cause
		}
		return File{}, refuse(Damaged)
	}
	if kind == JPEG {
		picture = upright(picture, orientation(content))
	}
	return encode(kind, picture)
}

func encode(kind string, picture image.Image) (File, error) {
	var out bytes.Buffer
	var err error
	if kind == PNG {
		err = png.Encode(&out, picture)
	} else {
		err = jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return File{}, refuse(Damaged)
	}
	return File{MIMEType: kind, Content: out.Bytes(), Pages: 1, Grey: legibility.Grey(picture, legibility.Longest)}, nil
}

// Hide paints over parts of a picture that [Inspector.Inspect] gave, so that nothing of them is left. The parts are in pixels of its Grey.
// It fails for a PDF.
func (i *Inspector) Hide(ctx context.Context, file File, parts []image.Rectangle) (File, error) {
	if file.MIMEType == PDF || file.Grey == nil {
		return File{}, errors.New("hide a part of an upload: it is no picture")
	}
	free, err := i.slot(ctx)
	if err != nil {
		return File{}, err
	}
	defer free()
	picture, err := decode(file.MIMEType, bytes.NewReader(file.Content))
	if err != nil {
		return File{}, refuse(Damaged)
	}
	bounds, grey := picture.Bounds(), file.Grey.Bounds()
	painted := image.NewRGBA(bounds)
	draw.Draw(painted, bounds, picture, bounds.Min, draw.Src)
	for _, part := range parts {
		draw.Draw(painted, enlarged(part, grey.Size(), bounds), image.Black, image.Point{}, draw.Src)
	}
	return encode(file.MIMEType, painted)
}

// enlarged is a part of a smaller picture in the whole one, rounded outwards.
func enlarged(part image.Rectangle, small image.Point, whole image.Rectangle) image.Rectangle {
	size := whole.Size()
	return image.Rect(
		part.Min.X*size.X/small.X, part.Min.Y*size.Y/small.Y,
		(part.Max.X*size.X+small.X-1)/small.X, (part.Max.Y*size.Y+small.Y-1)/small.Y,
	).Add(whole.Min).Intersect(whole)
}

// checkSize reads the header only: a bomb is found before anything is unpacked.
func (i *Inspector) checkSize(kind string, content []byte) error {
	most, decodeConfig := i.limits.JPEG, jpeg.DecodeConfig
	if kind == PNG {
		most, decodeConfig = i.limits.PNG, png.DecodeConfig
	}
	config, err := decodeConfig(bytes.NewReader(content))
	if err != nil || config.Width <= 0 || config.Height <= 0 {
		return refuse(Damaged)
	}
	long, short := max(config.Width, config.Height), min(config.Width, config.Height)
	if long > most/short || long > short*mostStretch {
		return refuse(TooManyPixels)
	}
	if kind == JPEG && bytes.Count(content, []byte("\xff\xda")) > mostScans {
		return refuse(Damaged)
	}
	return nil
}

func decode(kind string, from io.Reader) (image.Image, error) {
	if kind == PNG {
		return png.Decode(from)
	}
	return jpeg.Decode(from)
}

// untilReader ends a decoder that works for too long.
type untilReader struct {
	ctx  context.Context //nolint:containedctx // a reader has no other way to hear of it
	from io.Reader
}

func (r *untilReader) Read(into []byte) (int, error) {
	if err := r.ctx.Err(); err != nil {
		return 0, err
	}
	const piece = 4 << 10
	return r.from.Read(into[:min(len(into), piece)])
}
