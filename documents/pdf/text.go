package pdf

import (
	"slices"
	"strings"
)

// Glyph is one glyph of a shaped run. Distances are font units.
type Glyph struct {
	ID               int
	Cluster          int // where in the run's text the characters begin that this glyph belongs to, in bytes
	Advance          int
	XOffset, YOffset int
}

// Run is shaped text in one font, left to right: glyphs in the order they are drawn, their clusters ascending.
type Run struct {
	Font   *Font
	Size   float64
	Text   string
	Glyphs []Glyph
}

// Width is the run's width in points.
func (r Run) Width() float64 {
	units := 0
	for _, glyph := range r.Glyphs {
		units += glyph.Advance
	}
	return float64(units) * r.Size / float64(r.Font.unitsPerEm)
}

// cluster is characters and the glyphs that show them.
type cluster struct {
	text   string
	glyphs []Glyph
}

// clusters appends those of the run.
func (r Run) clusters(found []cluster) []cluster {
	const usual = 128
	found = slices.Grow(found, max(len(r.Glyphs), usual))
	for from := 0; from < len(r.Glyphs); {
		to := from + 1
		for to < len(r.Glyphs) && r.Glyphs[to].Cluster == r.Glyphs[from].Cluster {
			to++
		}
		end := len(r.Text)
		if to < len(r.Glyphs) {
			end = r.Glyphs[to].Cluster
		}
		found = append(found, cluster{text: r.Text[r.Glyphs[from].Cluster:end], glyphs: r.Glyphs[from:to]})
		from = to
	}
	return found
}

// Text draws a run with its baseline's left end at that point. A word whose characters do not follow from its glyphs one by one, as where
// a vowel sign is drawn before its consonant, carries its characters along (ActualText), so that copying and searching give what was written.
func (p *Page) Text(x, y float64, run Run) {
	if len(run.Glyphs) == 0 {
		return
	}
	font := p.writer.use(run.Font)
	p.content = append(p.content, "BT /"+font.name+" "...)
	p.numbers(run.Size)
	p.content = append(p.content, "Tf 1 0 0 1 "...)
	p.numbers(x, y)
	p.content = append(p.content, "Tm\n"...)
	line := textLine{font: font, size: run.Size, content: p.content, glyphs: p.glyphs}
	p.clusters = run.clusters(p.clusters[:0])
	for clusters := p.clusters; len(clusters) > 0; {
		word := wordOf(clusters)
		line.word(clusters[:word])
		clusters = clusters[word:]
	}
	line.close()
	line.content = append(line.content, "ET\n"...)
	p.content, p.glyphs = line.content, line.glyphs
}

// wordOf is how many clusters the first word has; a space is a word.
func wordOf(clusters []cluster) int {
	for i, each := range clusters {
		if strings.TrimSpace(each.text) == "" {
			return max(i, 1)
		}
	}
	return len(clusters)
}

// textLine writes the operators that show glyphs. Distances are thousandths of the font's size.
type textLine struct {
	font    *embedded
	size    float64
	content []byte
	open    bool          // inside an array of glyphs
	hex     bool          // inside a string of that array
	rise    float64       // as set
	pen     float64       // where the next glyph belongs
	drawn   float64       // where the viewer would draw it
	glyphs  []placedGlyph // of the last word
}

func (l *textLine) word(clusters []cluster) {
	plain := true
	for _, each := range clusters {
		plain = plain && len(each.glyphs) == 1
	}
	if !plain {
		l.close()
		l.content = append(l.content, "/Span<</ActualText<FEFF"...)
		for _, each := range clusters {
			l.content = appendUTF16(l.content, each.text)
		}
		l.content = append(l.content, ">>>BDC\n"...)
	}
	l.place(clusters)
	for _, glyph := range l.glyphs {
		l.glyph(glyph)
	}
	if !plain {
		l.close()
		l.content = append(l.content, "EMC\n"...)
	}
}

// placedGlyph is a glyph and where it stands on the line.
type placedGlyph struct {
	id      int // in the font
	code    int // in the document
	width   float64
	x, rise float64
}

// place moves the pen over a word. A word that ends in a mark over its last letter is drawn with that letter last: readers take a word to end
// where its last glyph does, and would see a space there.
func (l *textLine) place(clusters []cluster) {
	l.glyphs = l.glyphs[:0]
	for i, each := range clusters {
		first, lastLetter := len(l.glyphs), 0
		for g, glyph := range each.glyphs {
			l.glyphs = append(l.glyphs, placedGlyph{
				id: glyph.ID, width: l.font.width(glyph.ID),
				x: l.pen + l.font.thousandths(glyph.XOffset), rise: l.font.thousandths(glyph.YOffset) * l.size / 1000,
			})
			l.pen += l.font.thousandths(glyph.Advance)
			if glyph.Advance > 0 {
				lastLetter = g
			}
		}
		order := l.glyphs[first:]
		if i == len(clusters)-1 {
			letter := order[lastLetter]
			copy(order[lastLetter:], order[lastLetter+1:])
			order[len(order)-1] = letter
		}
		l.font.encode(each.text, order)
	}
}

func (l *textLine) glyph(glyph placedGlyph) {
	if glyph.rise != l.rise {
		l.close()
		l.rise = glyph.rise
		l.content = append(appendNumber(l.content, l.rise), " Ts\n"...)
	}
	if shift := l.drawn - glyph.x; shift > 0.05 || shift < -0.05 {
		l.adjust(shift)
		l.drawn = glyph.x
	}
	l.show(glyph.code)
	l.drawn += glyph.width
}

func (l *textLine) adjust(shift float64) {
	l.opened()
	if l.hex {
		l.content = append(l.content, '>')
		l.hex = false
	}
	l.content = appendNumber(l.content, shift)
}

func (l *textLine) show(code int) {
	l.opened()
	if !l.hex {
		l.content = append(l.content, '<')
		l.hex = true
	}
	l.content = appendHex(l.content, uint16(code&0xffff))
}

func (l *textLine) opened() {
	if !l.open {
		l.content = append(l.content, '[')
		l.open = true
	}
}

func (l *textLine) close() {
	if l.hex {
		l.content = append(l.content, '>')
	}
	if l.open {
		l.content = append(l.content, "]TJ\n"...)
	}
	l.open, l.hex = false, false
}
