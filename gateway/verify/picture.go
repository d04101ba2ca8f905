package verify

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"image"
	_ "image/jpeg" // what phones send
	_ "image/png"
	"strings"
	"unicode"

	"github.com/makiuchi-d/gozxing"
	"github.com/makiuchi-d/gozxing/qrcode"
	"golang.org/x/image/draw"
	_ "golang.org/x/image/webp" // what browsers save
	"golang.org/x/text/unicode/norm"

	"github.com/jansetu/jansetu/documents/reading"
	"github.com/jansetu/jansetu/documents/seal"
)

const (
	mostPixels = 50 << 20 // a phone's largest photo, decoded
	// drawn is the longer side of a PDF's page when it is drawn to read its code.
	drawn = 2200
)

var (
	errTooLarge  = errors.New("the picture is too large")
	errNoPicture = errors.New("it is no picture")
)

// readCodes reads the QR codes in a picture, of whatever issuer. It fails with errNoPicture, errTooLarge or the context's error.
func readCodes(ctx context.Context, content []byte) ([]string, error) {
	config, _, err := image.DecodeConfig(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	if config.Width < 1 || config.Height < 1 || config.Width > mostPixels/config.Height {
		return nil, errTooLarge
	}
	picture, _, err := image.Decode(bytes.NewReader(content))
	if err != nil {
		return nil, fmt.Errorf("%w: %w", errNoPicture, err)
	}
	return codesIn(ctx, picture)
}

// codesIn tries several sizes: a code that is too fine or too noisy in one is read in another.
func codesIn(ctx context.Context, picture image.Image) ([]string, error) {
	size := picture.Bounds().Size()
	longest := max(size.X, size.Y)
	for _, side := range []int{1600, 1000, 2400, 700, longest} {
		if err := ctx.Err(); err != nil {
			return nil, fmt.Errorf("look for a code: %w", err)
		}
		if side > longest && side > drawn {
			continue
		}
		if text, ok := codeIn(scaled(picture, side)); ok {
			return []string{text}, nil
		}
	}
	return nil, nil
}

func scaled(picture image.Image, side int) *image.Gray {
	bounds := picture.Bounds()
	longest := max(bounds.Dx(), bounds.Dy())
	to := image.Rect(0, 0, max(1, bounds.Dx()*side/longest), max(1, bounds.Dy()*side/longest))
	grey := image.NewGray(to)
	draw.ApproxBiLinear.Scale(grey, to, picture, bounds, draw.Src, nil)
	return grey
}

func codeIn(grey *image.Gray) (string, bool) {
	for _, binarizer := range []func(gozxing.LuminanceSource) gozxing.Binarizer{gozxing.NewHybridBinarizer, gozxing.NewGlobalHistgramBinarizer} {
		source := gozxing.NewLuminanceSourceFromImage(grey)
		bitmap, err := gozxing.NewBinaryBitmap(binarizer(source))
		if err != nil {
			continue
		}
		result, err := qrcode.NewQRCodeReader().Decode(bitmap, map[gozxing.DecodeHintType]any{gozxing.DecodeHintType_TRY_HARDER: true})
		if err == nil {
			return result.GetText(), true
		}
	}
	return "", false
}

// codesOf reads the code on the first page of a PDF. It fails only for what is not about the file.
func (c *Checker) codesOf(ctx context.Context, file []byte) ([]string, error) {
	if c.config.Pages == nil {
		return nil, nil
	}
	page, err := c.config.Pages.FirstPage(ctx, file, drawn)
	switch {
	case errors.Is(err, reading.ErrFailed): // the file is one that cannot be shown
		return nil, nil
	case err != nil:
		return nil, fmt.Errorf("draw the first page: %w", err)
	}
	return codesIn(ctx, page)
}

// missing are the fields that a changed file does not say as they were issued. Dates and the department's own names are printed in the
// reader's language, and cannot be looked for.
func (c *Checker) missing(ctx context.Context, file []byte, claims seal.Claims) []seal.Field {
	if c.config.Pages == nil {
		return nil
	}
	text, err := c.config.Pages.Text(ctx, file)
	if err != nil || text.Words() == 0 {
		return nil
	}
	said := letters(text.String())
	var missing []seal.Field
	for _, field := range claims.Fields {
		if !printedOtherwise(field) && !strings.Contains(said, letters(field.Value)) {
			missing = append(missing, field)
		}
	}
	return missing
}

func printedOtherwise(field seal.Field) bool {
	switch field.Name {
	case "paid", "departs", "biller", "operator", "date":
		return true
	}
	return false
}

// letters is a text without spaces, in one form.
func letters(text string) string {
	return strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFC.String(text))
}
