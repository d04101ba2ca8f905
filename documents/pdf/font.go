package pdf

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
	"unicode/utf8"
)

// embedded is a font as one document uses it. A character code (CID) stands for a glyph and the characters that it shows there: the same glyph
// may have several codes. Code 0 stays what a missing glyph looks like.
type embedded struct {
	font    *Font
	name    string // in the pages' resources
	codes   []code
	numbers map[code]int
}

type code struct {
	glyph int
	text  string
}

func (w *Writer) use(font *Font) *embedded {
	if known, ok := w.byFont[font]; ok {
		return known
	}
	e := &embedded{font: font, name: "F" + strconv.Itoa(len(w.fonts)), numbers: make(map[code]int)}
	e.number(code{})
	w.byFont[font] = e
	w.fonts = append(w.fonts, e)
	return e
}

func (e *embedded) number(c code) int {
	number, known := e.numbers[c]
	if !known {
		number = len(e.codes)
		e.numbers[c] = number
		e.codes = append(e.codes, c)
	}
	return number
}

// noCharacter is what a glyph shows that has no character of its own beside those before it: it is seen and copied as nothing.
const noCharacter = "\u200b"

// encode gives the glyphs of a cluster their codes. The characters are shared out among them in the order they are drawn, so that even a
// reader that looks at each glyph alone finds the text.
func (e *embedded) encode(rest string, glyphs []placedGlyph) {
	for i := range glyphs {
		text := rest
		if _, size := utf8.DecodeRuneInString(rest); i < len(glyphs)-1 && size < len(rest) {
			text = rest[:size]
		}
		rest = rest[len(text):]
		if text == "" {
			text = noCharacter
		}
		glyphs[i].code = e.number(code{glyph: glyphs[i].id, text: text})
	}
}

func (e *embedded) thousandths(units int) float64 {
	return float64(units) * 1000 / float64(e.font.unitsPerEm)
}

// width is a glyph's advance in thousandths, rounded as the document states it.
func (e *embedded) width(glyph int) float64 {
	return float64(int(e.thousandths(e.font.advance(glyph))*1000+0.5)) / 1000
}

func (e *embedded) write(objects *objects) ref {
	glyphs, places := e.glyphs()
	file := e.font.subset(glyphs)
	fontFile := objects.stream(fmt.Sprintf("/Length1 %d", len(file)), file)
	set := objects.stream("", allBits(len(e.codes)))
	base := tag(glyphs) + "+" + e.font.name
	box := e.font.box
	flags := 4 // symbolic: its encoding is its own
	if e.font.italic != 0 {
		flags |= 64
	}
	descriptor := objects.add(fmt.Sprintf("<</Type/FontDescriptor/FontName/%s/Flags %d/FontBBox[%d %d %d %d]/ItalicAngle %d"+
		"/Ascent %d/Descent %d/CapHeight %d/StemV 80/FontFile2 %v/CIDSet %v>>", base, flags,
		e.whole(box[0]), e.whole(box[1]), e.whole(box[2]), e.whole(box[3]), e.font.italic,
		e.whole(e.font.ascent), e.whole(e.font.descent), e.whole(e.font.capHeight), fontFile, set))
	descendant := objects.add(fmt.Sprintf("<</Type/Font/Subtype/CIDFontType2/BaseFont/%s/CIDSystemInfo<</Registry(Adobe)/Ordering(Identity)/Supplement 0>>"+
		"/FontDescriptor %v/CIDToGIDMap %v/DW 0/W[0[%s]]>>", base, descriptor, objects.stream("", places), e.widths()))
	unicode := objects.stream("", []byte(e.toUnicode()))
	return objects.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%v]/ToUnicode %v>>",
		base, descendant, unicode))
}

// glyphs are those in use, each once, and the place of every code's among them, two bytes each.
func (e *embedded) glyphs() (glyphs []int, places []byte) {
	place := make(map[int]int)
	for _, each := range e.codes {
		at, known := place[each.glyph]
		if !known {
			at = len(glyphs)
			place[each.glyph] = at
			glyphs = append(glyphs, each.glyph)
		}
		places = put16(places, at)
	}
	return glyphs, places
}

func (e *embedded) whole(units int) int { return int(e.thousandths(units)) }

func (e *embedded) widths() string {
	var out []byte
	for _, each := range e.codes {
		out = append(appendNumber(out, e.width(each.glyph)), ' ')
	}
	return string(out)
}

// tag tells subsets of one font apart: six letters (ISO 32000-1, 9.6.4).
func tag(glyphs []int) string {
	var all []byte
	for _, glyph := range glyphs {
		all = put16(all, glyph)
	}
	sum := sha256.Sum256(all)
	letters := make([]byte, 6)
	for i := range letters {
		letters[i] = 'A' + sum[i]%26
	}
	return string(letters)
}

const unicodeHead = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n" +
	"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"

// toUnicode tells which characters a glyph shows (ISO 32000-1, 9.10.3), in blocks of a hundred as CMaps want it.
func (e *embedded) toUnicode() string {
	var lines []string
	for number, each := range e.codes {
		if each.text != "" {
			lines = append(lines, fmt.Sprintf("<%04X> <%s>\n", number, hexUTF16(each.text)))
		}
	}
	var out strings.Builder
	out.WriteString(unicodeHead)
	for len(lines) > 0 {
		block := lines[:min(len(lines), 100)]
		lines = lines[len(block):]
		fmt.Fprintf(&out, "%d beginbfchar\n%sendbfchar\n", len(block), strings.Join(block, ""))
	}
	out.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\n" + "end")
	return out.String()
}

// allBits is a bit for each of so many glyphs (ISO 32000-1, 9.8.3.2).
func allBits(count int) []byte {
	bits := make([]byte, (count+7)/8)
	for i := range count {
		bits[i/8] |= 0x80 >> (i % 8)
	}
	return bits
}
