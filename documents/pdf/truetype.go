package pdf

import (
	"encoding/binary"
	"errors"
	"fmt"
)

// ErrFont says that a file is not a TrueType font that can be embedded.
var ErrFont = errors.New("not a TrueType font that can be embedded")

// Font is a parsed TrueType font (outlines in a glyf table). It is read-only after [ParseFont] and may be shared by goroutines and documents.
type Font struct {
	tables     map[string][]byte
	hmtx       []byte // these of the tables are looked into for every glyph
	loca, glyf []byte
	name       string // PostScript name
	unitsPerEm int
	glyphs     int // number of glyphs
	metrics    int // number of full entries in hmtx
	longLoca   bool
	box        [4]int
	ascent     int
	descent    int
	capHeight  int
	italic     int
}

// Limits of the tables of TrueType that are read at fixed places (OpenType 1.9, "head", "hhea", "maxp").
const (
	headLength = 54
	hheaLength = 36
	maxpLength = 6
	postLength = 32
	maxTables  = 64
)

// ParseFont reads a TrueType font file. It fails with [ErrFont] on anything else, and on a file that is cut.
func ParseFont(file []byte) (*Font, error) {
	tables, err := fontTables(file)
	if err != nil {
		return nil, err
	}
	f := &Font{tables: tables, hmtx: tables["hmtx"], loca: tables["loca"], glyf: tables["glyf"]}
	for name, least := range map[string]int{"head": headLength, "hhea": hheaLength, "maxp": maxpLength, "hmtx": 4, "loca": 4, "glyf": 0, "post": postLength} {
		if table, ok := tables[name]; !ok || len(table) < least {
			return nil, fmt.Errorf("%w: table %s", ErrFont, name)
		}
	}
	f.readMetrics()
	if err := f.checkSizes(); err != nil {
		return nil, err
	}
	f.name = postScriptName(tables["name"])
	return f, nil
}

func fontTables(file []byte) (map[string][]byte, error) {
	if len(file) < 12 || binary.BigEndian.Uint32(file) != 0x00010000 {
		return nil, fmt.Errorf("%w: no TrueType header", ErrFont)
	}
	count := u16(file, 4)
	if count > maxTables || len(file) < 12+16*count {
		return nil, fmt.Errorf("%w: table directory", ErrFont)
	}
	tables := make(map[string][]byte, count)
	for i := range count {
		record := file[12+16*i:]
		from, length := u32(record, 8), u32(record, 12)
		if from > len(file) || length > len(file)-from {
			return nil, fmt.Errorf("%w: table outside the file", ErrFont)
		}
		tables[string(record[:4])] = file[from : from+length]
	}
	return tables, nil
}

func (f *Font) readMetrics() {
	head, hhea := f.tables["head"], f.tables["hhea"]
	f.unitsPerEm = u16(head, 18)
	f.box = [4]int{i16(head, 36), i16(head, 38), i16(head, 40), i16(head, 42)}
	f.longLoca = u16(head, 50) != 0
	f.ascent, f.descent = i16(hhea, 4), i16(hhea, 6)
	f.metrics = u16(hhea, 34)
	f.glyphs = u16(f.tables["maxp"], 4)
	f.italic = i16(f.tables["post"], 4)
	f.capHeight = f.ascent
	if os2 := f.tables["OS/2"]; len(os2) >= 90 && u16(os2, 0) >= 2 {
		f.capHeight = i16(os2, 88)
	}
}

func (f *Font) checkSizes() error {
	width := 2
	if f.longLoca {
		width = 4
	}
	switch {
	case f.unitsPerEm < 16 || f.unitsPerEm > 16384:
		return fmt.Errorf("%w: units per em", ErrFont)
	case f.glyphs == 0 || f.metrics == 0 || f.metrics > f.glyphs:
		return fmt.Errorf("%w: number of glyphs", ErrFont)
	case len(f.hmtx) < 4*f.metrics+2*(f.glyphs-f.metrics):
		return fmt.Errorf("%w: table hmtx", ErrFont)
	case len(f.loca) < width*(f.glyphs+1):
		return fmt.Errorf("%w: table loca", ErrFont)
	}
	return nil
}

// Name is the font's PostScript name.
func (f *Font) Name() string { return f.name }

// UnitsPerEm is the number of font units in the font's size.
func (f *Font) UnitsPerEm() int { return f.unitsPerEm }

// advance is a glyph's width in font units.
func (f *Font) advance(glyph int) int {
	return u16(f.hmtx, 4*min(glyph, f.metrics-1))
}

func (f *Font) leftBearing(glyph int) int {
	if glyph < f.metrics {
		return u16(f.hmtx, 4*glyph+2)
	}
	return u16(f.hmtx, 4*f.metrics+2*(glyph-f.metrics))
}

// outline is a glyph's description; nil when it is blank or the font is broken there.
func (f *Font) outline(glyph int) []byte {
	if glyph >= f.glyphs {
		return nil
	}
	var from, to int
	if f.longLoca {
		from, to = u32(f.loca, 4*glyph), u32(f.loca, 4*glyph+4)
	} else {
		from, to = 2*u16(f.loca, 2*glyph), 2*u16(f.loca, 2*glyph+2)
	}
	if from < to && to <= len(f.glyf) {
		return f.glyf[from:to]
	}
	return nil
}

const postScriptNameID = 6

// postScriptName reads the name table; "Embedded" stands for a name that is missing or cannot stand in a PDF.
func postScriptName(table []byte) string {
	const unnamed = "Embedded"
	if len(table) < 6 {
		return unnamed
	}
	storage := u16(table, 4)
	for i := range u16(table, 2) {
		at := 6 + 12*i
		if at+12 > len(table) {
			return unnamed
		}
		record := table[at:]
		from, length := storage+u16(record, 10), u16(record, 8)
		if u16(record, 6) != postScriptNameID || from+length > len(table) {
			continue
		}
		if name := plainName(table[from : from+length]); name != "" {
			return name
		}
	}
	return unnamed
}

// plainName keeps the letters, digits and hyphens, whichever the encoding (ASCII, or UTF-16 whose high bytes are 0).
func plainName(raw []byte) string {
	name := make([]byte, 0, len(raw))
	for _, char := range raw {
		if char == '-' || char >= '0' && char <= '9' || char >= 'A' && char <= 'Z' || char >= 'a' && char <= 'z' {
			name = append(name, char)
		}
	}
	return string(name[:min(len(name), 63)])
}

func u16(data []byte, at int) int { return int(binary.BigEndian.Uint16(data[at:])) }

func u32(data []byte, at int) int { return int(binary.BigEndian.Uint32(data[at:])) }

func i16(data []byte, at int) int { return u16(data, at) << 48 >> 48 }

func put16(data []byte, value int) []byte { return append(data, byte(value>>8&0xff), byte(value&0xff)) }

func put32(data []byte, value int) []byte { return put16(put16(data, value>>16), value) }
