package pdf

import (
	"crypto/sha256"
	"fmt"
	"strconv"
	"strings"
)

// embedded is a font as one document uses it. Its glyphs are numbered in the order of their first use; 0 stays what a missing one looks like.
type embedded struct {
	font    *Font
	name    string      // in the pages' resources
	glyphs  []int       // by number
	numbers map[int]int // glyph to number
	texts   []string    // by number: the characters that the glyph shows
	firm    []bool      // by number: whether texts says what the glyph shows alone
}

func (w *Writer) use(font *Font) *embedded {
	if known, ok := w.byFont[font]; ok {
		return known
	}
	e := &embedded{
		font: font, name: "F" + strconv.Itoa(len(w.fonts)), glyphs: []int{0}, numbers: map[int]int{0: 0}, texts: []string{""}, firm: []bool{false},
	}
	w.byFont[font] = e
	w.fonts = append(w.fonts, e)
	return e
}

func (e *embedded) cid(glyph int) int {
	if known, ok := e.numbers[glyph]; ok {
		return known
	}
	cid := len(e.glyphs)
	e.numbers[glyph] = cid
	e.glyphs = append(e.glyphs, glyph)
	e.texts = append(e.texts, "")
	e.firm = append(e.firm, false)
	return cid
}

// tells says whether the cluster's characters follow from its glyph alone. What a glyph stands for is set when it is first met alone.
func (e *embedded) tells(c cluster) bool {
	if len(c.glyphs) > 1 {
		for _, glyph := range c.glyphs {
			if cid := e.cid(glyph.ID); e.texts[cid] == "" {
				e.texts[cid] = c.text
			}
		}
		return false
	}
	cid := e.cid(c.glyphs[0].ID)
	if !e.firm[cid] {
		e.texts[cid], e.firm[cid] = c.text, true
	}
	return e.texts[cid] == c.text
}

func (e *embedded) thousandths(units int) float64 {
	return float64(units) * 1000 / float64(e.font.unitsPerEm)
}

// width is a glyph's advance in thousandths, rounded as the document states it.
func (e *embedded) width(glyph int) float64 {
	return float64(int(e.thousandths(e.font.advance(glyph))*1000+0.5)) / 1000
}

func (e *embedded) write(objects *objects) ref {
	file, count := e.font.subset(e.glyphs)
	fontFile := objects.stream(fmt.Sprintf("/Length1 %d", len(file)), file)
	set := objects.stream("", allBits(count))
	base := e.tag() + "+" + e.font.name
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
		"/FontDescriptor %v/CIDToGIDMap/Identity/DW 0/W[0[%s]]>>", base, descriptor, e.widths()))
	unicode := objects.stream("", []byte(e.toUnicode()))
	return objects.add(fmt.Sprintf("<</Type/Font/Subtype/Type0/BaseFont/%s/Encoding/Identity-H/DescendantFonts[%v]/ToUnicode %v>>",
		base, descendant, unicode))
}

func (e *embedded) whole(units int) int { return int(e.thousandths(units)) }

func (e *embedded) widths() string {
	var out []byte
	for _, glyph := range e.glyphs {
		out = append(appendNumber(out, e.width(glyph)), ' ')
	}
	return string(out)
}

// tag tells subsets of one font apart: six letters (ISO 32000-1, 9.6.4).
func (e *embedded) tag() string {
	var all []byte
	for _, glyph := range e.glyphs {
		all = put16(all, glyph)
	}
	sum := sha256.Sum256(all)
	tag := make([]byte, 6)
	for i := range tag {
		tag[i] = 'A' + sum[i]%26
	}
	return string(tag)
}

const unicodeHead = "/CIDInit /ProcSet findresource begin\n12 dict begin\nbegincmap\n/CIDSystemInfo <</Registry(Adobe)/Ordering(UCS)/Supplement 0>> def\n" +
	"/CMapName /Adobe-Identity-UCS def\n/CMapType 2 def\n1 begincodespacerange\n<0000> <FFFF>\nendcodespacerange\n"

// toUnicode tells which characters a glyph shows (ISO 32000-1, 9.10.3), in blocks of a hundred as CMaps want it.
func (e *embedded) toUnicode() string {
	var lines []string
	for cid, text := range e.texts {
		if text != "" {
			lines = append(lines, fmt.Sprintf("<%04X> <%s>\n", cid, hexUTF16(text)))
		}
	}
	var out strings.Builder
	out.WriteString(unicodeHead)
	for len(lines) > 0 {
		block := lines[:min(len(lines), 100)]
		lines = lines[len(block):]
		fmt.Fprintf(&out, "%d beginbfchar\n%sendbfchar\n", len(block), strings.Join(block, ""))
	}
	out.WriteString("endcmap\nCMapName currentdict /CMap defineresource pop\nend\nend")
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
