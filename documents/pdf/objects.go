package pdf

import (
	"bytes"
	"fmt"
	"strconv"
	"sync"
	"unicode/utf16"

	"github.com/klauspost/compress/zlib"
)

// ref is an object's number.
type ref int

func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

// objects is the table of indirect objects; an object is numbered first and may be filled in later.
type objects struct{ bodies [][]byte }

func (o *objects) reserve() ref {
	o.bodies = append(o.bodies, nil)
	return ref(len(o.bodies))
}

func (o *objects) set(number ref, body string) { o.bodies[number-1] = []byte(body) }

func (o *objects) add(body string) ref {
	number := o.reserve()
	o.set(number, body)
	return number
}

// stream adds a stream; dictionary is what stands in it beside its length and filter.
func (o *objects) stream(dictionary string, content []byte) ref {
	return o.rawStream(dictionary+"/Filter/FlateDecode", deflate(content))
}

func (o *objects) rawStream(dictionary string, content []byte) ref {
	number := o.reserve()
	body := make([]byte, 0, len(content)+len(dictionary)+64)
	body = fmt.Appendf(body, "<<%s/Length %d>>\nstream\n", dictionary, len(content))
	body = append(body, content...)
	o.bodies[number-1] = append(body, "\nendstream"...)
	return number
}

// write appends every object and the cross-reference table, and returns where the table begins.
func (o *objects) write(out *bytes.Buffer) (table int) {
	places := make([]int, len(o.bodies))
	for i, body := range o.bodies {
		places[i] = out.Len()
		fmt.Fprintf(out, "%d 0 obj\n", i+1)
		out.Write(body)
		out.WriteString("\nendobj\n")
	}
	table = out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, place := range places {
		fmt.Fprintf(out, "%010d 00000 n \n", place)
	}
	return table
}

// A compressor is a large thing to make, and a document needs a dozen.
var compressors = sync.Pool{New: func() any { return zlib.NewWriter(nil) }}

func deflate(content []byte) []byte {
	writer, ok := compressors.Get().(*zlib.Writer)
	if !ok {
		return nil // the pool holds nothing else
	}
	defer compressors.Put(writer)
	var packed bytes.Buffer
	packed.Grow(len(content)/2 + 64)
	writer.Reset(&packed)
	_, _ = writer.Write(content) // a buffer takes everything
	_ = writer.Close()
	return packed.Bytes()
}

// appendNumber writes a number with at most three decimals, as short as it goes: PDF knows no exponents.
func appendNumber(out []byte, value float64) []byte {
	out = strconv.AppendFloat(out, value, 'f', 3, 64)
	for out[len(out)-1] == '0' {
		out = out[:len(out)-1]
	}
	if out[len(out)-1] == '.' {
		out = out[:len(out)-1]
	}
	if bytes.HasSuffix(out, []byte("-0")) && (len(out) == 2 || out[len(out)-3] == ' ' || out[len(out)-3] == '[') {
		out = append(out[:len(out)-2], '0')
	}
	return out
}

func number(value float64) string { return string(appendNumber(nil, value)) }

// textString is a text as PDF writes it: UTF-16 with a byte order mark, in hexadecimal (ISO 32000-1, 7.9.2.2).
func textString(text string) string { return "<FEFF" + hexUTF16(text) + ">" }

func hexUTF16(text string) string {
	const digits = "0123456789ABCDEF"
	units := utf16.Encode([]rune(text))
	out := make([]byte, 0, 4*len(units))
	for _, unit := range units {
		out = append(out, digits[unit>>12], digits[unit>>8&15], digits[unit>>4&15], digits[unit&15])
	}
	return string(out)
}

// asciiString writes a literal string; what is not printable ASCII becomes an octal code.
func asciiString(text string) string {
	out := []byte{'('}
	for _, char := range []byte(text) {
		switch {
		case char == '(' || char == ')' || char == '\\':
			out = append(out, '\\', char)
		case char < ' ' || char > '~':
			out = fmt.Appendf(out, "\\%03o", char)
		default:
			out = append(out, char)
		}
	}
	return string(append(out, ')'))
}
