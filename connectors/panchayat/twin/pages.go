package twin

import (
	"bytes"
	"embed"
	"hash/fnv"
	"html/template"
	"image"
	"image/color"
	"image/jpeg"
	"io"
	"net/http"
	"strings"
)

//go:embed pages.gohtml
var pageFiles embed.FS

var pages = template.Must(template.ParseFS(pageFiles, "pages.gohtml"))

// fields is what a page shows.
type fields map[string]any

// show writes a page, declaring windows-1252 for what is UTF-8, as such servers
// do.
func show(w http.ResponseWriter, page string, data any) {
	w.Header().Set("Content-Type", "text/html; charset=windows-1252")
	if err := pages.ExecuteTemplate(w, page, data); err != nil {
		_, _ = io.WriteString(w, "<!-- "+err.Error()+" -->")
	}
}

// alert answers with nothing but a message box, which is how these servers say
// that something is wrong.
func alert(w http.ResponseWriter, text string) { show(w, "alert", text) }

// scan draws what stands for the photographed certificate: grey stripes that
// follow from the lines, since a picture of a paper is all these servers give.
func scan(lines ...string) []byte {
	picture := image.NewGray(image.Rect(0, 0, 248, 350))
	hash := fnv.New64a()
	_, _ = hash.Write([]byte(strings.Join(lines, "\n")))
	seed := hash.Sum64()
	for y := range picture.Rect.Dy() {
		for x := range picture.Rect.Dx() {
			shade := color.Gray{Y: 240}
			if y%24 < 8 && x > 20 && x < 60+int(seed>>(uint(y/24)%40)&0x7f) {
				shade.Y = 60
			}
			picture.SetGray(x, y, shade)
		}
	}
	var encoded bytes.Buffer
	if err := jpeg.Encode(&encoded, picture, nil); err != nil {
		panic(err) // a grey picture in memory always encodes
	}
	return encoded.Bytes()
}
