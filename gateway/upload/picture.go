package upload

import (
	"bytes"
	"context"
	"errors"
	"image"
	"image/jpeg"
	"image/png"
	"io"
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
	var out bytes.Buffer
	if kind == PNG {
		err = png.Encode(&out, picture)
	} else {
		err = jpeg.Encode(&out, picture, &jpeg.Options{Quality: quality})
	}
	if err != nil {
		return File{}, refuse(Damaged)
	}
	return File{MIMEType: kind, Content: out.Bytes()}, nil
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
