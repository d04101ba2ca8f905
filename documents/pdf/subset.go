package pdf

import (
	"encoding/binary"
	"slices"
)

// Flags of a composite glyph's parts (OpenType 1.9, "glyf").
const (
	partWordArguments = 0x0001
	partScale         = 0x0008
	partMore          = 0x0020
	partScaleXY       = 0x0040
	partScale2x2      = 0x0080
	partInstructions  = 0x0100
)

// outlines are the glyphs of a subset. Hinting instructions are left out: they are half the size, and print and today's screens do without.
type outlines struct {
	kept   []int // glyphs, by their number in the subset
	places []int // where each begins
	data   []byte
}

// outlines are those of the given glyphs, numbered by their place in the list after those that are there before, followed by the parts that
// composite glyphs are made of. Of those before, only where they are is taken over.
func (f *Font) outlines(before outlines, glyphs []int) outlines {
	o := outlines{kept: slices.Concat(before.kept, glyphs)}
	const otherTables = 256 // and eight bytes for each glyph in them: see file
	room := otherTables
	for _, glyph := range glyphs {
		room += len(f.outline(glyph)) + 2 + 8
	}
	var numbers map[int]int // of the glyphs that are kept, once one is a part
	renumber := func(part int) int {
		if numbers == nil {
			numbers = make(map[int]int, len(o.kept))
			for number, glyph := range o.kept {
				numbers[glyph] = number
			}
		}
		if _, known := numbers[part]; !known {
			numbers[part] = len(o.kept)
			o.kept = append(o.kept, part)
		}
		return numbers[part]
	}
	o.data, o.places = make([]byte, 0, room), slices.Grow(slices.Clone(before.places), len(glyphs)+16)
	for len(o.places) < len(o.kept) { // grows while parts are found
		o.places = append(o.places, len(before.data)+len(o.data))
		if len(o.data) > len(f.glyf)+4*len(o.kept) {
			continue // the outlines overlap: the font is broken, and would grow without end
		}
		o.data = f.appendOutline(o.data, o.kept[len(o.places)-1], renumber)
		if len(o.data)%2 != 0 {
			o.data = append(o.data, 0)
		}
	}
	return o
}

// appendOutline appends a glyph without instructions, its parts numbered anew; of one that is blank or broken, nothing.
func (f *Font) appendOutline(out []byte, glyph int, renumber func(int) int) []byte {
	outline := f.outline(glyph)
	if len(outline) < 10 {
		return out
	}
	contours := i16(outline, 0)
	if contours < 0 {
		return appendComposite(out, outline, renumber)
	}
	points := 10 + 2*contours
	if len(outline) < points+2 {
		return out
	}
	after := points + 2 + u16(outline, points)
	if after > len(outline) {
		return out
	}
	out = append(append(out, outline[:points]...), 0, 0)
	return append(out, outline[after:]...)
}

func appendComposite(out, outline []byte, renumber func(int) int) []byte {
	before := len(out)
	out = append(out, outline[:10]...)
	for at := 10; ; {
		if at+4 > len(outline) {
			return out[:before]
		}
		flags := u16(outline, at)
		end := at + 4 + partLength(flags)
		if end > len(outline) {
			return out[:before]
		}
		out = put16(out, flags&^partInstructions)
		out = put16(out, renumber(u16(outline, at+2)))
		out = append(out, outline[at+4:end]...)
		if flags&partMore == 0 {
			return out
		}
		at = end
	}
}

// partLength is the length of a part's arguments and transformation.
func partLength(flags int) int {
	length := 2
	if flags&partWordArguments != 0 {
		length = 4
	}
	switch {
	case flags&partScale != 0:
		length += 2
	case flags&partScaleXY != 0:
		length += 4
	case flags&partScale2x2 != 0:
		length += 8
	}
	return length
}

// mostShort is how long outlines may be for their places to take two bytes each, which count words.
const mostShort = 2 * 0xffff

// located is the table of the outlines' places and of their end, and its format.
func located(places []int, end int) (table []byte, format uint16) {
	table = make([]byte, 0, 4*len(places)+4)
	if end > mostShort {
		for _, place := range places {
			table = put32(table, place)
		}
		return put32(table, end), 1
	}
	for _, place := range places {
		table = put16(table, place/2)
	}
	return put16(table, end/2), 0
}

// worthParts is how many times longer the stock's outlines are at least that stay compressed by themselves: outlines resemble each other, so that
// what is compressed apart is longer.
const worthParts = 4

// file is a font file with the glyphs of the stock and the given ones alone, as a zlib stream, and how long it is without compression.
func (f *Font) file(stock stocked, glyphs []int) (length int, packed []byte) {
	own := f.outlines(stock.outlines, glyphs)
	end := len(stock.outlines.data) + len(own.data)
	locations, format := located(own.places, end)
	head := slices.Clone(f.tables["head"][:headLength])
	binary.BigEndian.PutUint32(head[8:], 0) // the checksum of the whole file, which readers of PDF do not look at
	binary.BigEndian.PutUint16(head[50:], format)
	count := put16(nil, len(own.kept))
	hhea := slices.Clone(f.tables["hhea"][:hheaLength])
	copy(hhea[34:], count)
	maxp := slices.Clone(f.tables["maxp"])
	copy(maxp[4:], count)
	metrics := make([]byte, 0, 4*len(own.kept))
	for _, glyph := range own.kept {
		metrics = put16(put16(metrics, f.advance(min(glyph, f.glyphs-1))), f.leftBearing(min(glyph, f.glyphs-1)))
	}
	tables := []fontTable{
		{name: "glyf", length: end, sum: checksum(stock.outlines.data) + checksum(own.data)},
		tableOf("head", head), tableOf("hhea", hhea), tableOf("hmtx", metrics), tableOf("loca", locations), tableOf("maxp", maxp),
	}
	directory, rest := directory(tables), pad(own.data)
	for _, table := range tables {
		rest = pad(append(rest, table.data...))
	}
	length = len(directory) + len(stock.outlines.data) + len(rest)
	stream := newZlibStream(len(stock.packed) + len(directory) + len(rest)*3/4 + 64)
	if len(own.data)*worthParts > len(stock.outlines.data) {
		return length, stream.end(quick, directory, stock.outlines.data, rest)
	}
	stream.plain(directory)
	stream.packed(stock.outlines.data, stock.packed)
	return length, stream.end(quick, rest)
}

type fontTable struct {
	name   string
	length int
	sum    uint32
	data   []byte
}

func tableOf(name string, data []byte) fontTable {
	return fontTable{name: name, length: len(data), sum: checksum(data), data: data}
}

// directory is what stands before the tables, which are in the order of their names.
func directory(tables []fontTable) []byte {
	out := put16(put32(make([]byte, 0, 12+16*len(tables)), 0x00010000), len(tables))
	out = append(out, 0, 64, 0, 2, 0, 32) // search range, entry selector and range shift of six tables
	at := 12 + 16*len(tables)
	for _, table := range tables {
		out = put32(put32(binary.BigEndian.AppendUint32(append(out, table.name...), table.sum), at), table.length)
		at += (table.length + 3) &^ 3
	}
	return out
}

func checksum(table []byte) uint32 {
	var sum uint32
	for len(table) >= 4 {
		sum += binary.BigEndian.Uint32(table)
		table = table[4:]
	}
	var rest [4]byte
	copy(rest[:], table)
	return sum + binary.BigEndian.Uint32(rest[:])
}

// pad fills up to a multiple of four bytes.
func pad(data []byte) []byte {
	for len(data)%4 != 0 {
		data = append(data, 0)
	}
	return data
}
