// Package paper takes photos of papers for those who play citizens: drawn as a camera sees them, with what stands on such papers. They are
// nobody's papers.
package paper

import (
	"bytes"
	"image"
	"image/draw"
	"image/jpeg"
	"strings"
	"sync"

	"golang.org/x/image/font"
	"golang.org/x/image/font/gofont/goregular"
	"golang.org/x/image/font/opentype"
	"golang.org/x/image/math/fixed"

	"github.com/jansetu/jansetu/catalog"
)

// printed is what stands on papers that say what they are. Other papers are declarations.
var printed = map[string][]string{
	"voter_id":         {"ELECTION COMMISSION OF INDIA", "ELECTOR PHOTO IDENTITY CARD"},
	"ration_card":      {"FOOD AND CIVIL SUPPLIES", "RATION CARD"},
	"pan":              {"INCOME TAX DEPARTMENT", "PERMANENT ACCOUNT NUMBER CARD"},
	"driving_licence":  {"UNION OF INDIA", "DRIVING LICENCE"},
	"passport":         {"REPUBLIC OF INDIA PASSPORT", "PLACE OF ISSUE VIJAYAWADA"},
	"bank_passbook":    {"SAVINGS BANK", "PASSBOOK"},
	"electricity_bill": {"POWER DISTRIBUTION COMPANY", "ELECTRICITY BILL FOR THE MONTH"},
}

// For is a photo of a paper that a field accepts, in these names.
func For(field *catalog.Field, names []string) []byte {
	lines := []string{"DECLARATION", ""}
	for _, kind := range field.Accepts {
		if known := printed[kind]; known != nil {
			lines = append(append([]string{}, known...), "")
			break
		}
	}
	for _, name := range names {
		lines = append(lines, "In the name of "+name)
	}
	return photographs.of(append(lines, "of Kankipadu in this district, who holds", "this paper and has signed it in person."))
}

// Nothing is a photo of nothing in particular.
func Nothing() []byte { return photographs.of([]string{"A CAT ON A ROOF"}) }

// album keeps the photos that were taken: many walks send the same.
type album struct {
	mu     sync.Mutex
	photos map[string][]byte
}

var photographs = &album{photos: map[string][]byte{}} // what it gives depends on what is asked alone

func (a *album) of(lines []string) []byte {
	a.mu.Lock()
	defer a.mu.Unlock()
	key := strings.Join(lines, "\n")
	if a.photos[key] == nil {
		a.photos[key] = photograph(lines)
	}
	return a.photos[key]
}

// photograph draws lines as a camera sees them, large enough to be read.
func photograph(lines []string) []byte {
	const left, top, height, width, size = 50, 90, 40, 760, 26
	parsed, err := opentype.Parse(goregular.TTF)
	if err != nil {
		panic(err) // a font that is built in can be read
	}
	face, err := opentype.NewFace(parsed, &opentype.FaceOptions{Size: size, DPI: 72})
	if err != nil {
		panic(err)
	}
	picture := image.NewGray(image.Rect(0, 0, width, 2*top+height*len(lines)))
	draw.Draw(picture, picture.Bounds(), image.White, image.Point{}, draw.Src)
	writer := font.Drawer{Dst: picture, Src: image.Black, Face: face}
	for i, line := range lines {
		writer.Dot = fixed.P(left, top+height*i)
		writer.DrawString(line)
	}
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, picture, nil); err != nil {
		panic(err) // an image in memory can be encoded
	}
	return photo.Bytes()
}
