package pdf

import (
	"bytes"
	"encoding/hex"
	"errors"
	"fmt"
	"strings"
	"time"
)

// SignatureField asks for room for one signature over the whole document (ISO 32000-1, 12.8; ETSI EN 319 142-1).
type SignatureField struct {
	Size     int       // bytes that the signature may have
	Filter   string    // SubFilter; "ETSI.CAdES.detached" when empty
	At       time.Time // when it is signed, as the signer says
	Name     string    // who signs; may be empty
	Reason   string    // may be empty
	Location string    // may be empty
}

// SignatureRoom is where the signature of a finished document goes.
type SignatureRoom struct {
	// ByteRange is the document's own: the bytes from ByteRange[0], ByteRange[1] long, and from ByteRange[2], ByteRange[3] long, are signed.
	// Between them stands the signature in hexadecimal, in angle brackets.
	ByteRange [4]int
}

// ErrSignatureTooLong says that a signature does not fit into the room reserved for it.
var ErrSignatureTooLong = errors.New("the signature is longer than the room reserved for it")

// Digested is what is signed: the document without the room.
func (r SignatureRoom) Digested(content []byte) [2][]byte {
	b := r.ByteRange
	return [2][]byte{content[b[0] : b[0]+b[1]], content[b[2] : b[2]+b[3]]}
}

// Fill puts a signature into its room, in place. It fails with [ErrSignatureTooLong].
func (r SignatureRoom) Fill(content, signature []byte) error {
	from, to := r.ByteRange[1]+1, r.ByteRange[2]-1
	if hex.EncodedLen(len(signature)) > to-from {
		return fmt.Errorf("%w: %d bytes into %d", ErrSignatureTooLong, len(signature), (to-from)/2)
	}
	hex.Encode(content[from:to], signature)
	return nil
}

// SignedBytes finishes the document with room for a signature. The writer cannot be used afterwards.
func (w *Writer) SignedBytes(field SignatureField) ([]byte, SignatureRoom, error) {
	w.field = &field
	content, room, err := w.finish()
	if err != nil {
		return nil, SignatureRoom{}, err
	}
	return content, *room, nil
}

const rangeGap = "/ByteRange[0 0000000000 0000000000 0000000000]"

// writeSignatureField adds the field and its invisible mark on the first page, and gives the catalog's entry.
func (w *Writer) writeSignatureField() (catalogEntry string, dictionary ref) {
	if w.field == nil {
		return "", 0
	}
	f := w.field
	filter := f.Filter
	if filter == "" {
		filter = "ETSI.CAdES.detached"
	}
	var body strings.Builder
	fmt.Fprintf(&body, "<</Type/Sig/Filter/Adobe.PPKLite/SubFilter/%s/M%s", filter, date(f.At))
	for _, each := range []struct{ key, value string }{{"Name", f.Name}, {"Reason", f.Reason}, {"Location", f.Location}} {
		if each.value != "" {
			body.WriteString("/" + each.key + textString(each.value))
		}
	}
	body.WriteString(rangeGap + "/Contents<" + strings.Repeat("0", 2*f.Size) + ">>>")
	dictionary = w.objects.add(body.String())
	first := w.pages[0]
	widget := w.objects.add(fmt.Sprintf("<</Type/Annot/Subtype/Widget/FT/Sig/T(Signature)/F 132/Rect[0 0 0 0]/P %v/V %v>>", first.number, dictionary))
	first.annotations = append(first.annotations, widget)
	return fmt.Sprintf("/AcroForm<</Fields[%v]/SigFlags 3>>", widget), dictionary
}

// findRoom fills in the byte range now that the signature's place is known.
func findRoom(content []byte) (*SignatureRoom, error) {
	gap := bytes.Index(content, []byte(rangeGap))
	if gap < 0 {
		return nil, errors.New("write PDF: the signature's room is lost")
	}
	from := gap + len(rangeGap) + len("/Contents")
	to := from + bytes.IndexByte(content[from:], '>') + 1
	room := &SignatureRoom{ByteRange: [4]int{0, from, to, len(content) - to}}
	copy(content[gap:], fmt.Sprintf("/ByteRange[0 %010d %010d %010d]", from, to, len(content)-to))
	return room, nil
}
