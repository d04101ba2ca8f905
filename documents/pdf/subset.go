package pdf

import (
	"encoding/binary"
	"maps"
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

// subset is a font file with the given glyphs alone, numbered by their place in the list, followed by the parts that composite glyphs are
// made of. Hinting instructions are left out: they are half the size, and print and today's screens do without.
func (f *Font) subset(glyphs []int) []byte {
	kept := slices.Clone(glyphs)
	place := make(map[int]int, len(kept))
	room := 0
	for i, glyph := range kept {
		place[glyph] = i
		room += len(f.outline(glyph)) + 4
	}
	outlines, locations := make([]byte, 0, room), make([]byte, 0, 4*len(kept)+64)
	for i := 0; i < len(kept); i++ { // grows while parts are found
		locations = put32(locations, len(outlines))
		if len(outlines) > len(f.tables["glyf"])+4*len(kept) {
			continue // the outlines overlap: the font is broken, and would grow without end
		}
		outlines = pad(f.appendOutline(outlines, kept[i], func(part int) int {
			if _, known := place[part]; !known {
				place[part] = len(kept)
				kept = append(kept, part)
			}
			return place[part]
		}))
	}
	locations = put32(locations, len(outlines))
	return f.assemble(kept, outlines, locations)
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

func (f *Font) assemble(kept []int, outlines, locations []byte) []byte {
	head := slices.Clone(f.tables["head"][:headLength])
	binary.BigEndian.PutUint32(head[8:], 0)  // the checksum of the whole file, which readers of PDF do not look at
	binary.BigEndian.PutUint16(head[50:], 1) // long locations
	count := put16(nil, len(kept))
	hhea := slices.Clone(f.tables["hhea"][:hheaLength])
	copy(hhea[34:], count)
	maxp := slices.Clone(f.tables["maxp"])
	copy(maxp[4:], count)
	metrics := make([]byte, 0, 4*len(kept))
	for _, glyph := range kept {
		metrics = put16(put16(metrics, f.advance(min(glyph, f.glyphs-1))), f.leftBearing(min(glyph, f.glyphs-1)))
	}
	return fontFile(map[string][]byte{
		"glyf": outlines, "head": head, "hhea": hhea, "hmtx": metrics, "loca": locations, "maxp": maxp,
	})
}

// fontFile writes a table directory and the tables in the order of their names.
func fontFile(tables map[string][]byte) []byte {
	size := 12 + 16*len(tables)
	for _, table := range tables {
		size += len(table) + 3
	}
	file := put16(put32(make([]byte, 0, size), 0x00010000), len(tables))
	file = append(file, 0, 64, 0, 2, 0, 32) // search range, entry selector and range shift of six tables
	at := 12 + 16*len(tables)
	names := slices.Sorted(maps.Keys(tables))
	for _, name := range names {
		file = append(file, name...)
		file = put32(put32(put32(file, checksum(tables[name])), at), len(tables[name]))
		at += (len(tables[name]) + 3) &^ 3
	}
	for _, name := range names {
		file = pad(append(file, tables[name]...))
	}
	return file
}

func checksum(table []byte) int {
	var sum uint32
	for len(table) >= 4 {
		sum += binary.BigEndian.Uint32(table)
		table = table[4:]
	}
	var rest [4]byte
	copy(rest[:], table)
	return int(sum + binary.BigEndian.Uint32(rest[:]))
}

// pad fills up to a multiple of four bytes.
func pad(data []byte) []byte {
	for len(data)%4 != 0 {
		data = append(data, 0)
	}
	return data
}
