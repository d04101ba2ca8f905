package sign

import (
	"bytes"
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// proofKey names the proof in the catalog. A private key, and not an attachment: PDF/A-2 allows attachments only of its own kind.
const proofKey = "JansetuProof"

// update is what an incremental update brings.
type update struct {
	proof                  []byte
	room                   int // for the signature, in bytes
	at                     time.Time
	reason, location, name string
}

// rangeGap holds the place of the numbers of a ByteRange, which are known last.
const rangeGap = "/ByteRange [0                                 ]"

// extend writes the update after the file. contents is where the signature belongs, with its angle brackets.
func (d *document) extend(u update) (signed []byte, contents span, err error) {
	catalog, catalogNumber, err := d.dictionary(d.trailer.get("Root"))
	if err != nil {
		return nil, span{}, err
	}
	if catalog.get("AcroForm") != nil {
		return nil, span{}, fmt.Errorf("%w: it has a form, or is signed already", ErrPDF)
	}
	page, pageNumber, err := d.firstPage(catalog)
	if err != nil {
		return nil, span{}, err
	}
	size, err := strconv.Atoi(string(d.trailer.get("Size")))
	if err != nil || catalogNumber == 0 {
		return nil, span{}, fmt.Errorf("%w: no size or catalog in the trailer", ErrPDF)
	}
	signature, widget, proof := size, size+1, size+2
	if page, err = d.annotated(page, widget); err != nil {
		return nil, span{}, err
	}
	catalog = catalog.with("AcroForm", fmt.Sprintf("<</Fields[%d 0 R]/SigFlags 3>>", widget))
	w := &appender{file: append(bytes.Clone(d.file), '\n'), places: map[int]int{}}
	if u.proof != nil {
		catalog = catalog.with(proofKey, fmt.Sprintf("%d 0 R", proof))
		size++
	}
	w.object(catalogNumber, catalog.String())
	w.object(pageNumber, page.String())
	start := w.object(signature, u.signature())
	w.object(widget, fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature)/Rect[0 0 0 0]/F 132/P %d 0 R/V %d 0 R>>", pageNumber, signature))
	if u.proof != nil {
		w.object(proof, fmt.Sprintf("<</Length %d>>\nstream\n%s\nendstream", len(u.proof), u.proof))
	}
	w.trailer(d, size+2)
	contents, err = w.close(start)
	return w.file, contents, err
}

// annotated adds a widget to a page's annotations.
func (d *document) annotated(page dictionary, widget int) (dictionary, error) {
	annotations := make([][]byte, 0, 1)
	if value := page.get("Annots"); value != nil {
		there, err := d.elements(value)
		if err != nil {
			return nil, err
		}
		annotations = there
	}
	annotations = append(annotations, fmt.Appendf(nil, "%d 0 R", widget))
	return page.with("Annots", "["+string(bytes.Join(annotations, []byte(" ")))+"]"), nil
}

func (u update) signature() string {
	var text strings.Builder
	text.WriteString("<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/ETSI.CAdES.detached" + rangeGap)
	text.WriteString("/Contents <" + strings.Repeat("0", 2*u.room) + ">")
	text.WriteString("/M(D:" + u.at.UTC().Format("20060102150405") + "Z)")
	for _, each := range [][2]string{{"Name", u.name}, {"Reason", u.reason}, {"Location", u.location}} {
		if each[1] != "" {
			text.WriteString("/" + each[0] + " " + textString(each[1]))
		}
	}
	text.WriteString(">>")
	return text.String()
}

// textString writes a text string (ISO 32000-1, 7.9.2.2) as UTF-16 in hexadecimal, which needs no escapes.
func textString(text string) string {
	var out strings.Builder
	out.WriteString("<FEFF")
	for _, unit := range utf16.Encode([]rune(text)) {
		fmt.Fprintf(&out, "%04X", unit)
	}
	out.WriteString(">")
	return out.String()
}

// appender writes objects after a file and remembers where.
type appender struct {
	file   []byte
	order  []int
	places map[int]int
}

// object writes an object and answers where its content begins.
func (w *appender) object(number int, content string) (start int) {
	w.order = append(w.order, number)
	w.places[number] = len(w.file)
	w.file = fmt.Appendf(w.file, "%d 0 obj\n", number)
	start = len(w.file)
	w.file = append(w.file, content+"\nendobj\n"...)
	return start
}

func (w *appender) trailer(d *document, size int) {
	at := len(w.file)
	w.file = append(w.file, "xref\n"...)
	for _, number := range w.order {
		w.file = fmt.Appendf(w.file, "%d 1\n%010d 00000 n \n", number, w.places[number])
	}
	trailer := dictionary{}
	for _, key := range []string{"Root", "Info"} {
		if value := d.trailer.get(key); value != nil {
			trailer = trailer.with(key, string(value))
		}
	}
	trailer = trailer.with("Size", strconv.Itoa(size)).with("Prev", strconv.Itoa(d.xref))
	if first, err := d.elements(d.trailer.get("ID")); err == nil && len(first) == 2 {
		// The second half names this revision (ISO 32000-1, 14.4).
		sum := sha256.Sum256(w.file)
		trailer = trailer.with("ID", fmt.Sprintf("[%s <%X>]", first[0], sum[:16]))
	}
	w.file = fmt.Appendf(w.file, "trailer\n%s\nstartxref\n%d\n%%%%EOF\n", trailer, at)
}

// close writes the ByteRange of the signature whose dictionary begins at start.
func (w *appender) close(start int) (contents span, err error) {
	gap := start + bytes.Index(w.file[start:], []byte(rangeGap))
	open := start + bytes.Index(w.file[start:], []byte("/Contents <")) + len("/Contents ")
	contents = span{open, open + bytes.IndexByte(w.file[open:], '>') + 1}
	numbers := fmt.Sprintf("/ByteRange [0 %d %d %d", contents.start, contents.end, len(w.file)-contents.end)
	if len(numbers) >= len(rangeGap) {
		return span{}, fmt.Errorf("%w: too large to sign", ErrPDF)
	}
	copy(w.file[gap:], numbers)
	return contents, nil
}
