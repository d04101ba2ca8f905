// Package pdf writes PDF files of text that was already shaped: pages with embedded subsets of TrueType fonts, pictures, links, a logical
// structure for screen readers, and room for a digital signature, conforming to PDF/A-2b (ISO 19005-2) on top of PDF 1.7 (ISO 32000-1). The
// same calls give the same bytes. It knows nothing of languages, of layout, or of this project: glyphs and their places come from the caller.
//
// Lengths are points (1/72 inch), with the origin at the lower left corner of the page.
package pdf

import (
	"bytes"
	"crypto/sha256"
	"errors"
	"fmt"
	"strings"
	"time"
)

// Options describe a document as a whole.
type Options struct {
	Title    string
	Language string    // BCP 47, of everything that says nothing else: "te-IN"
	Author   string    // may be empty
	Producer string    // may be empty
	Created  time.Time // also the date of change; written with its zone
	// Properties are further facts in the document's metadata (XMP), where programs read them and a signature covers them.
	Properties []Property
	Stock      *Stock // of glyphs; nil: none
}

// Writer builds one document. It is not safe for concurrent use.
type Writer struct {
	options  Options
	objects  objects
	pages    []*Page
	pageTree ref
	shared   ref // the resources of all pages
	fonts    []*embedded
	byFont   map[*Font]*embedded
	images   []placedImage
	root     *Element
	links    []link
	field    *SignatureField
	scratch  []byte // of the last element, here for the room it takes
}

type placedImage struct {
	image  *Image
	number ref
}

// New begins a document.
func New(options Options) *Writer {
	w := &Writer{options: options, byFont: make(map[*Font]*embedded), objects: objects{all: make([]object, 0, usualObjects)}}
	w.pageTree = w.objects.reserve()
	w.shared = w.objects.reserve()
	w.root = &Element{tag: "Document"}
	return w
}

// Root is the top of the logical structure; what is added to it is read in that order.
func (w *Writer) Root() *Element { return w.root }

// What most documents find room in, which few have to grow.
const (
	usualContent = 32 << 10 // of a page
	usualObjects = 256
)

// AddPage adds a page of that size in points.
func (w *Writer) AddPage(width, height float64) *Page {
	page := &Page{writer: w, number: w.objects.reserve(), width: width, height: height, content: make([]byte, 0, usualContent)}
	w.pages = append(w.pages, page)
	return page
}

const header = "%PDF-1.7\n%\xe2\xe3\xcf\xd3\n" // four bytes above 127 tell that the file is binary (ISO 19005-2, 6.1.2)

// Bytes finishes the document. The writer cannot be used afterwards.
func (w *Writer) Bytes() ([]byte, error) {
	content, _, err := w.finish()
	return content, err
}

func (w *Writer) finish() ([]byte, *SignatureRoom, error) {
	if len(w.pages) == 0 {
		return nil, nil, errors.New("write PDF: it has no page")
	}
	form, signature := w.writeSignatureField()
	w.writePages()
	w.writeResources()
	structure := w.writeStructure()
	catalog := w.writeCatalog(structure, form)
	info := w.objects.add(w.info())
	var out bytes.Buffer
	out.Grow(w.objects.size() + 1024)
	out.WriteString(header)
	table := w.objects.write(&out)
	sum := sha256.Sum256(out.Bytes())
	fmt.Fprintf(&out, "trailer\n<</Size %d/Root %v/Info %v/ID[<%X><%X>]>>\nstartxref\n%d\n%%%%EOF\n",
		len(w.objects.all)+1, catalog, info, sum[:16], sum[:16], table)
	if signature == 0 {
		return out.Bytes(), nil, nil
	}
	room, err := findRoom(out.Bytes())
	return out.Bytes(), room, err
}

func (w *Writer) writePages() {
	kids := make([]string, len(w.pages))
	for i, page := range w.pages {
		page.write(i)
		kids[i] = page.number.String()
	}
	w.objects.set(w.pageTree, fmt.Sprintf("<</Type/Pages/Count %d/Kids[%s]>>", len(kids), strings.Join(kids, " ")))
}

func (w *Writer) writeResources() {
	var fonts, images strings.Builder
	for _, font := range w.fonts {
		fmt.Fprintf(&fonts, "/%s %v", font.name, font.write(&w.objects))
	}
	for i, placed := range w.images {
		fmt.Fprintf(&images, "/%s %v", imageName(i), placed.number)
	}
	w.objects.set(w.shared, fmt.Sprintf("<</Font<<%s>>/XObject<<%s>>>>", fonts.String(), images.String()))
}

func (w *Writer) writeCatalog(structure ref, form string) ref {
	metadata := w.objects.rawStream("/Type/Metadata/Subtype/XML", []byte(w.xmp()))
	profile := w.objects.rawStream("/N 3/Filter/FlateDecode", packedSRGB())
	intent := w.objects.add(fmt.Sprintf("<</Type/OutputIntent/S/GTS_PDFA1/OutputConditionIdentifier(sRGB IEC61966-2.1)"+
		"/Info(sRGB IEC61966-2.1)/RegistryName(http://www.color.org)/DestOutputProfile %v>>", profile))
	return w.objects.add(fmt.Sprintf("<</Type/Catalog/Pages %v/Lang%s/Metadata %v/OutputIntents[%v]/MarkInfo<</Marked true>>"+
		"/StructTreeRoot %v/ViewerPreferences<</DisplayDocTitle true>>%s>>",
		w.pageTree, asciiString(w.options.Language), metadata, intent, structure, form))
}

func (w *Writer) info() string {
	at := date(w.options.Created)
	body := "<</Title" + textString(w.options.Title) + "/CreationDate" + at + "/ModDate" + at
	if w.options.Author != "" {
		body += "/Author" + textString(w.options.Author)
	}
	if w.options.Producer != "" {
		body += "/Producer" + textString(w.options.Producer)
	}
	return body + ">>"
}

// date writes a time as ISO 32000-1, 7.9.4.
func date(at time.Time) string {
	zone := "Z"
	if _, offset := at.Zone(); offset != 0 {
		zone = at.Format("-07") + "'" + at.Format("-0700")[3:] + "'"
	}
	return asciiString("D:" + at.Format("20060102150405") + zone)
}
