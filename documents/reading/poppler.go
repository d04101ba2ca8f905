package reading

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"strconv"
)

// Poppler shows the first page of PDFs and gives their text. It is safe for concurrent use.
type Poppler struct{ toPicture, toText *program }

// FindPoppler looks for pdftoppm and pdftotext; false: they are not there.
func FindPoppler(bounds Bounds) (*Poppler, bool) {
	toPicture, hasPicture := findProgram("pdftoppm", bounds)
	toText, hasText := findProgram("pdftotext", bounds)
	return &Poppler{toPicture: toPicture, toText: toText}, hasPicture && hasText
}

// FirstPage draws the first page in grey, its longer side longest pixels.
func (p *Poppler) FirstPage(ctx context.Context, pdf []byte, longest int) (*image.Gray, error) {
	said, err := p.toPicture.run(ctx, bytes.NewReader(pdf), longest*longest+64,
		"-q", "-gray", "-singlefile", "-f", "1", "-l", "1", "-scale-to", strconv.Itoa(longest), "-")
	if err != nil {
		return nil, err
	}
	return decodePGM(said, longest)
}

// mostText is more than any paper holds.
const mostText = 2 << 20

// Text gives the text of all pages, empty when they are only pictures.
func (p *Poppler) Text(ctx context.Context, pdf []byte) (Text, error) {
	said, err := p.toText.run(ctx, bytes.NewReader(pdf), mostText, "-q", "-layout", "-enc", "UTF-8", "-", "-")
	if err != nil {
		return Text{}, err
	}
	return Plain(string(bytes.ToValidUTF8(said, nil))), nil
}

// decodePGM reads a picture of 256 greys (Netpbm, PGM P5) with sides of at most longest pixels.
func decodePGM(content []byte, longest int) (*image.Gray, error) {
	var header [3]int // width, height, white
	rest, ok := bytes.CutPrefix(content, []byte("P5"))
	for i := range header {
		var field []byte
		rest = bytes.TrimLeft(rest, " \t\r\n")
		end := bytes.IndexAny(rest, " \t\r\n")
		if !ok || end < 0 || end > 8 {
			return nil, fmt.Errorf("%w: it gave no picture", ErrFailed)
		}
		field, rest = rest[:end], rest[end:]
		value, err := strconv.Atoi(string(field))
		if err != nil {
			return nil, fmt.Errorf("%w: it gave no picture", ErrFailed)
		}
		header[i] = value
	}
	width, height, white := header[0], header[1], header[2]
	if width < 1 || height < 1 || width > longest || height > longest || white != 255 || len(rest) != 1+width*height {
		return nil, fmt.Errorf("%w: it gave no such picture", ErrFailed)
	}
	return &image.Gray{Pix: rest[1:], Stride: width, Rect: image.Rect(0, 0, width, height)}, nil
}
