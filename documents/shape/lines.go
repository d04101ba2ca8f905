package shape

import (
	"iter"
	"slices"
	"strings"

	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"

	"github.com/jansetu/jansetu/documents/pdf"
)

// Style is how a text is written.
type Style struct {
	Weight   Weight
	Size     float64 // points
	Language string  // BCP 47; some fonts form letters differently by language
}

// Line is glyphs that stand side by side. It is read-only: lines of the same words may share their glyphs.
type Line struct {
	Runs  []pdf.Run
	Width float64 // points, without the spaces at its end
}

// Text is the line's characters.
func (l Line) Text() string {
	var text strings.Builder
	for _, run := range l.Runs {
		text.WriteString(run.Text)
	}
	return text.String()
}

// Line shapes a text on one line, however long. It fails with [UnwritableError].
func (f *Fonts) Line(text string, style Style) (Line, error) {
	t, err := f.begin(strings.ReplaceAll(text, "\n", " "), style)
	if err != nil {
		return Line{}, err
	}
	defer t.end()
	return t.line(span{0, len(t.chars)}), nil
}

// Lines breaks a text into lines of at most that width in points: at its line feeds, where Unicode allows a break, and inside a word only
// when the word alone is wider than a line. It fails with [UnwritableError].
func (f *Fonts) Lines(text string, style Style, width float64) ([]Line, error) {
	kept := f.texts[knownText{text: text, language: style.Language}]
	if kept == nil {
		return f.breakLines(text, style, width)
	}
	set := setting{weight: style.Weight, size: style.Size, width: width}
	if lines := kept.get(set); lines != nil {
		return lines, nil
	}
	lines, err := f.breakLines(text, style, width)
	if err == nil {
		kept.keep(set, lines)
	}
	return lines, err
}

func (f *Fonts) breakLines(text string, style Style, width float64) ([]Line, error) {
	var lines []Line
	for paragraph := range strings.SplitSeq(text, "\n") {
		t, err := f.begin(paragraph, style)
		if err != nil {
			return nil, err
		}
		lines = t.fill(lines, width)
		t.end()
	}
	return lines, nil
}

// Writable fails with [UnwritableError] when no font has a letter for a character of the text.
func (f *Fonts) Writable(text string, weight Weight) error {
	t, err := f.begin(strings.ReplaceAll(text, "\n", " "), Style{Weight: weight})
	if err == nil {
		t.end()
	}
	return err
}

// shaping is one text on its way into lines, in room that the next text takes over.
type shaping struct {
	fonts    *Fonts
	shaper   shaper
	chars    []rune
	text     string // the same as chars
	places   []int  // in text, of every character and of the end
	items    []item
	spans    []span // the words
	pieces   []piece
	style    Style
	language language.Language
}

// span is a part of a text, in characters.
type span struct{ from, to int }

// piece is a part of a text in one font, shaped.
type piece struct {
	span

	face   *face
	glyphs []pdf.Glyph // their clusters count from the piece's begin; never changed, as others may share them
}

func (f *Fonts) begin(text string, style Style) (*shaping, error) {
	t, pooled := f.shapings.Get().(*shaping)
	if !pooled {
		t = &shaping{fonts: f, shaper: newShaper(f.faces)}
	}
	if t.style.Language != style.Language {
		t.language = language.NewLanguage(style.Language)
	}
	t.chars, t.style = writable(t.chars[:0], text), style
	t.text = string(t.chars)
	t.places = byteOffsets(t.places[:0], t.text)
	var err error
	if t.items, err = f.itemize(t.items[:0], t.chars, style.Weight); err != nil {
		t.end()
		return nil, err
	}
	return t, nil
}

// end gives the room to the next text; the words do not stay in it.
func (t *shaping) end() {
	t.text = ""
	clear(t.chars)
	clear(t.pieces[:cap(t.pieces)])
	t.fonts.shapings.Put(t)
}

// fill puts as many words on each line as fit, and appends the lines.
func (t *shaping) fill(lines []Line, width float64) []Line {
	line := t.pieces[:0]
	var pen, end float64 // the line's width with the spaces at its end, and without
	for _, word := range t.words() {
		before := len(line)
		line = t.shaped(line, word)
		full, bare := t.widths(line[before:])
		if before > 0 && pen+bare > width {
			lines = append(lines, Line{Runs: t.runs(line[:before]), Width: end})
			line, pen = append(line[:0], line[before:]...), 0
		}
		if bare > width {
			lines, word.from = t.divide(lines, word, width)
			line = t.shaped(line[:0], word)
			full, bare = t.widths(line)
		}
		end = pen + bare
		pen += full
	}
	t.pieces = line
	return append(lines, Line{Runs: t.runs(line), Width: end})
}

// words are the parts of the text that must not be broken, each with the spaces after it.
func (t *shaping) words() []span {
	t.spans = t.spans[:0]
	t.shaper.segments.Init(t.chars)
	for lines := t.shaper.segments.LineIterator(); lines.Next(); {
		line := lines.Line()
		t.spans = append(t.spans, span{line.Offset, line.Offset + len(line.Text)})
	}
	return t.spans
}

// divide breaks a word between syllables into full lines, which it appends; what is left of the word begins at rest.
func (t *shaping) divide(lines []Line, word span, width float64) (_ []Line, rest int) {
	t.shaper.segments.Init(t.chars[word.from:word.to])
	rest, fits := word.from, word.from
	for graphemes := t.shaper.segments.GraphemeIterator(); graphemes.Next(); {
		grapheme := graphemes.Grapheme()
		end := word.from + grapheme.Offset + len(grapheme.Text)
		if fits > rest && t.line(span{rest, end}).Width > width {
			lines = append(lines, t.line(span{rest, fits}))
			rest = fits
		}
		fits = end
	}
	return lines, rest
}

// parts are what a part of the text has of each item.
func (t *shaping) parts(of span) iter.Seq[item] {
	return func(yield func(item) bool) {
		for _, each := range t.items {
			each.from, each.to = max(of.from, each.from), min(of.to, each.to)
			if each.from < each.to && !yield(each) {
				return
			}
		}
	}
}

// shaped shapes a part of the text and appends it.
func (t *shaping) shaped(pieces []piece, of span) []piece {
	for each := range t.parts(of) {
		pieces = append(pieces, piece{span: each.span, face: each.face, glyphs: t.glyphs(each)})
	}
	return pieces
}

// part is the characters of a part of the text.
func (t *shaping) part(of span) string { return t.text[t.places[of.from]:t.places[of.to]] }

func (t *shaping) word(of item) word {
	return word{text: t.part(of.span), face: of.face, script: of.script, language: t.language}
}

func (t *shaping) shape(of item) []pdf.Glyph {
	buffer := t.shaper.buffer
	buffer.Clear()
	buffer.AddRunes(t.chars[of.from:of.to], 0, -1)
	buffer.Props = harfbuzz.SegmentProperties{Direction: harfbuzz.LeftToRight, Script: of.script, Language: t.language}
	buffer.Shape(t.shaper.font(of.face), nil)
	glyphs := make([]pdf.Glyph, len(buffer.Info))
	for i, info := range buffer.Info {
		place := buffer.Pos[i]
		glyphs[i] = pdf.Glyph{
			ID: int(info.Glyph), Cluster: t.places[of.from+info.Cluster] - t.places[of.from],
			Advance: int(place.XAdvance), XOffset: int(place.XOffset), YOffset: int(place.YOffset),
		}
	}
	return glyphs
}

// byteOffsets appends where each character begins, and where the text ends.
func byteOffsets(offsets []int, text string) []int {
	for i := range text {
		offsets = append(offsets, i)
	}
	return append(offsets, len(text))
}

// line is a part of the text on one line.
func (t *shaping) line(of span) Line {
	pieces := t.shaped(nil, of)
	_, width := t.widths(pieces)
	return Line{Runs: t.runs(pieces), Width: width}
}

// widths are those of pieces that stand side by side, with the spaces at their end and without, in points.
func (t *shaping) widths(pieces []piece) (full, bare float64) {
	for _, each := range pieces {
		units := 0
		for _, glyph := range each.glyphs {
			units += glyph.Advance
		}
		full += t.points(units, each.face)
	}
	return full, full - t.trailing(pieces)
}

func (t *shaping) points(units int, face *face) float64 {
	return float64(units) * t.style.Size / float64(face.file.UnitsPerEm())
}

// trailing is the width of the spaces at the end.
func (t *shaping) trailing(pieces []piece) float64 {
	width := 0.0
	for _, each := range slices.Backward(pieces) {
		end := len(strings.TrimRight(t.part(each.span), " "))
		for g := len(each.glyphs) - 1; g >= 0 && each.glyphs[g].Cluster >= end; g-- {
			width += t.points(each.glyphs[g].Advance, each.face)
		}
		if end > 0 {
			break
		}
	}
	return width
}

// runs joins neighbours in the same font.
func (t *shaping) runs(pieces []piece) []pdf.Run {
	var runs []pdf.Run
	for len(pieces) > 0 {
		same := 1
		for same < len(pieces) && pieces[same].face == pieces[0].face {
			same++
		}
		runs = append(runs, t.run(pieces[:same]))
		pieces = pieces[same:]
	}
	return runs
}

func (t *shaping) run(pieces []piece) pdf.Run {
	whole := span{pieces[0].from, pieces[len(pieces)-1].to}
	run := pdf.Run{Font: pieces[0].face.file, Size: t.style.Size, Text: t.part(whole), Glyphs: pieces[0].glyphs}
	if len(pieces) == 1 {
		return run
	}
	count := 0
	for _, each := range pieces {
		count += len(each.glyphs)
	}
	run.Glyphs = make([]pdf.Glyph, 0, count)
	for _, each := range pieces {
		start := t.places[each.from] - t.places[whole.from]
		for _, glyph := range each.glyphs {
			glyph.Cluster += start
			run.Glyphs = append(run.Glyphs, glyph)
		}
	}
	return run
}
