package pdf

import (
	"bytes"
	"slices"
)

// Stock is glyphs that many documents show, such as those of a form with nothing filled in. Of the fonts that it uses, a document with a stock
// embeds all glyphs of the stock; their outlines are compressed once for all documents. It is read-only and may be shared by goroutines.
type Stock struct{ fonts map[*Font]stocked }

// stocked is what a stock has of one font.
type stocked struct {
	codes    []code   // the first is 0
	first    []uint16 // by glyph, the first code that stands for it; 0: none
	places   []byte   // of every code's glyph, two bytes each
	outlines outlines
	packed   []byte // the outlines
}

// of is what the stock has of a font; there may be neither.
func (s *Stock) of(font *Font) stocked {
	if s != nil {
		if found, ok := s.fonts[font]; ok {
			return found
		}
	}
	return stocked{codes: make([]code, 1)}
}

// Stock is the glyphs that the document shows so far, for others to begin with.
func (w *Writer) Stock() *Stock {
	s := &Stock{fonts: make(map[*Font]stocked, len(w.fonts))}
	for _, each := range w.fonts {
		s.fonts[each.font] = each.stocked()
	}
	return s
}

func (e *embedded) stocked() stocked {
	glyphs, places := e.glyphs()
	s := stocked{codes: slices.Clone(e.codes), places: places, first: make([]uint16, e.font.glyphs)}
	for number := 1; number < len(s.codes); number++ {
		if glyph := s.codes[number].glyph; glyph < len(s.first) && s.first[glyph] == 0 {
			s.first[glyph] = uint16(number & 0xffff)
		}
	}
	s.outlines = e.font.outlines(outlines{}, slices.Concat(e.stock.outlines.kept, glyphs))
	s.outlines.data = pad(s.outlines.data) // what follows keeps its checksum
	var packed bytes.Buffer
	compress(&packed, best, false, s.outlines.data)
	s.packed = packed.Bytes()
	return s
}
