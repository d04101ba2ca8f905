package pdf

import (
	"bytes"
	"fmt"
	"math"
	"strconv"
	"unicode/utf16"
)

// ref is an object's number.
type ref int

func (r ref) String() string { return strconv.Itoa(int(r)) + " 0 R" }

func (r ref) append(out []byte) []byte {
	return append(strconv.AppendInt(out, int64(r), 10), " 0 R"...)
}

// objects is the table of indirect objects; an object is numbered first and may be filled in later.
type objects struct{ all []object }

type object struct {
	body   string // a stream's is its dictionary
	stream []byte // nil: none
}

func (o *objects) reserve() ref {
	o.all = append(o.all, object{})
	return ref(len(o.all))
}

func (o *objects) set(number ref, body string) { o.all[number-1].body = body }

func (o *objects) add(body string) ref {
	number := o.reserve()
	o.set(number, body)
	return number
}

// worthPacking is how long a stream is at least that becomes shorter by compression.
const worthPacking = 256

// stream adds a stream.
func (o *objects) stream(content []byte) ref {
	if len(content) < worthPacking {
		return o.rawStream("", content)
	}
	return o.rawStream("/Filter/FlateDecode", deflate(content, quick))
}

// rawStream adds a stream as it is; dictionary is what stands in it beside its length. The content must not be changed any more.
func (o *objects) rawStream(dictionary string, content []byte) ref {
	o.all = append(o.all, object{body: "<<" + dictionary + "/Length " + strconv.Itoa(len(content)) + ">>", stream: content})
	return ref(len(o.all))
}

// size is how long the objects will be when they are written, or a little less.
func (o *objects) size() int {
	const around = 56 // what write puts around an object, and its line of the table
	size := around * len(o.all)
	for _, each := range o.all {
		size += len(each.body) + len(each.stream)
	}
	return size
}

// write appends every object and the cross-reference table, and returns where the table begins.
func (o *objects) write(out *bytes.Buffer) (table int) {
	places := make([]int, len(o.all))
	for i, each := range o.all {
		places[i] = out.Len()
		out.Write(append(strconv.AppendInt(out.AvailableBuffer(), int64(i+1), 10), " 0 obj\n"...))
		out.WriteString(each.body)
		if each.stream != nil {
			out.WriteString("\nstream\n")
			out.Write(each.stream)
			out.WriteString("\nendstream")
		}
		out.WriteString("\nendobj\n")
	}
	table = out.Len()
	fmt.Fprintf(out, "xref\n0 %d\n0000000000 65535 f \n", len(places)+1)
	for _, place := range places {
		line := append(out.AvailableBuffer(), "0000000000 00000 n \n"...)
		for digit := 9; place > 0; digit-- {
			line[digit] += byte(place % 10)
			place /= 10
		}
		out.Write(line)
	}
	return table
}

// appendNumber writes a number with at most three decimals, as short as it goes: PDF knows no exponents.
func appendNumber(out []byte, value float64) []byte {
	thousandths := int64(math.Round(value * 1000))
	if thousandths < 0 {
		out = append(out, '-')
		thousandths = -thousandths
	}
	out = strconv.AppendInt(out, thousandths/1000, 10)
	decimals := thousandths % 1000
	if decimals == 0 {
		return out
	}
	out = append(out, '.')
	for unit := int64(100); decimals > 0; unit /= 10 {
		out = append(out, "0123456789"[decimals/unit])
		decimals %= unit
	}
	return out
}

func number(value float64) string { return string(appendNumber(nil, value)) }

// textString is a text as PDF writes it: UTF-16 with a byte order mark, in hexadecimal (ISO 32000-1, 7.9.2.2).
func textString(text string) string { return "<FEFF" + string(appendUTF16(nil, text)) + ">" }

// appendUTF16 writes a text's UTF-16 in hexadecimal.
func appendUTF16(out []byte, text string) []byte {
	var units [2]uint16
	for _, char := range text {
		for _, unit := range utf16.AppendRune(units[:0], char) {
			out = appendHex(out, unit)
		}
	}
	return out
}

func appendHex(out []byte, number uint16) []byte {
	const digits = "0123456789ABCDEF"
	return append(out, digits[number>>12], digits[number>>8&15], digits[number>>4&15], digits[number&15])
}

// asciiString writes a literal string; what is not printable ASCII becomes an octal code.
func asciiString(text string) string { return string(appendASCII(nil, text)) }

func appendASCII(out []byte, text string) []byte {
	out = append(out, '(')
	for i := range len(text) {
		char := text[i]
		switch {
		case char == '(' || char == ')' || char == '\\':
			out = append(out, '\\', char)
		case char < ' ' || char > '~':
			out = fmt.Appendf(out, "\\%03o", char)
		default:
			out = append(out, char)
		}
	}
	return append(out, ')')
}
