package pdf

import (
	"crypto/sha256"
	"fmt"
	"slices"
	"strconv"
	"unicode/utf8"
)

// embedded is a font as one document uses it. A character code (CID) stands for a glyph and the characters that it shows there: the same glyph
// may have several codes. Code 0 stays what a missing glyph looks like.
type embedded struct {
	font  *Font
	stock stocked // its codes come first
	name  string  // in the pages' resources
	codes []code
	first map[int]int // by glyph that the stock lacks, the first code that stands for it
}

type code struct {
	glyph int
	text  string
	next  int // code that stands for the same glyph; 0: none
}

func (w *Writer) use(font *Font) *embedded {
	if known, ok := w.byFont[font]; ok {
		return known
	}
	stock := w.options.Stock.of(font)
	e := &embedded{
		font: font, stock: stock, name: "F" + strconv.Itoa(len(w.fonts)),
		codes: append(make([]code, 0, len(stock.codes)+64), stock.codes...), first: make(map[int]int, 32),
	}
	w.byFont[font] = e
	w.fonts = append(w.fonts, e)
	return e
}

// firstCode is the first code that stands for a glyph; 0: none.
func (e *embedded) firstCode(glyph int) int {
	if glyph < len(e.stock.first) && e.stock.first[glyph] != 0 {
		return int(e.stock.first[glyph])
	}
	return e.first[glyph]
}

// number is the code of a glyph where it shows that text.
func (e *embedded) number(glyph int, text string) int {
	last := 0
	for at := e.firstCode(glyph); at != 0; at = e.codes[at].next {
		if e.codes[at].text == text {
			return at
		}
		last = at
	}
	number := len(e.codes)
	e.codes = append(e.codes, code{glyph: glyph, text: text})
	if last == 0 {
		e.first[glyph] = number
	} else {
		e.codes[last].next = number
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
		glyphs[i].code = e.number(glyphs[i].id, text)
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
	length, packed := e.font.file(e.stock, glyphs)
	fontFile := objects.rawStream(fmt.Sprintf("/Length1 %d/Filter/FlateDecode", length), packed)
	set := objects.stream(allBits(len(e.codes)))
	base := tag(slices.Concat(e.stock.outlines.kept, glyphs)) + "+" + e.font.name
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
		"/FontDescriptor %v/CIDToGIDMap %v/DW 0/W[0[%s]]>>", base, descriptor, objects.stream(places), e.widths()))
	unicode := objects.stream(e.toUnicode())
	return objects.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%v]/ToUnicode %v>>",
		base, descendant, unicode))
}

// glyphs are those in use beside the stock's, each once, and the place of every code's among all, two bytes each.
func (e *embedded) glyphs() (glyphs []int, places []byte) {
	places = append(make([]byte, 0, 2*len(e.codes)), e.stock.places...)
	for number := len(places) / 2; number < len(e.codes); number++ {
		glyph := e.codes[number].glyph
		if first := e.firstCode(glyph); first < number && number > 0 {
			places = append(places, places[2*first], places[2*first+1])
			continue
		}
		places = put16(places, len(e.stock.outlines.kept)+len(glyphs))
		glyphs = append(glyphs, glyph)
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
	all := make([]byte, 0, 2*len(glyphs))
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

const unicodeTail = "endcmap\nCMapName currentdict /CMap defineresource pop\nend\n" + "end"

// toUnicode tells which characters a glyph shows (ISO 32000-1, 9.10.3), in ranges of codes that differ in their last byte as CMaps want them.
func (e *embedded) toUnicode() []byte {
	out := make([]byte, 0, len(unicodeHead)+len(unicodeTail)+12*len(e.codes))
	out = append(out, unicodeHead...)
	for number := 1; number < len(e.codes); { // code 0 shows nothing
		end := min(number|0xff, len(e.codes)-1)
		out = appendHex(append(out, "1 beginbfrange\n<"...), uint16(number&0xffff))
		out = append(appendHex(append(out, "> <"...), uint16(end&0xffff)), "> ["...)
		for ; number <= end; number++ {
			out = append(appendUTF16(append(out, '<'), e.codes[number].text), '>')
		}
		out = append(out, "]\nendbfrange\n"...)
	}
	return append(out, unicodeTail...)
}

// allBits is a bit for each of so many glyphs (ISO 32000-1, 9.8.3.2).
func allBits(count int) []byte {
	bits := make([]byte, (count+7)/8)
	for i := range count {
		bits[i/8] |= 0x80 >> (i % 8)
	}
	return bits
}
