package shape

import (
	"slices"
	"strings"

	"github.com/go-text/typesetting/harfbuzz"
	"github.com/go-text/typesetting/language"
	"github.com/go-text/typesetting/segmenter"

	"github.com/jansetu/jansetu/documents/pdf"
)

// Style is how a text is written.
type Style struct {
	Weight   Weight
	Size     float64 // points
	Language string  // BCP 47; some fonts form letters differently by language
}

// Line is glyphs that stand side by side.
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
	chars := writable(strings.ReplaceAll(text, "\n", " "))
	items, err := f.itemize(chars, style.Weight)
	if err != nil {
		return Line{}, err
	}
	t := f.begin(chars, items, style)
	defer t.end()
	return t.lineOf(0, len(chars)), nil
}

// Lines breaks a text into lines of at most that width in points: at its line feeds, where Unicode allows a break, and inside a word only
// when the word alone is wider than a line. It fails with [UnwritableError].
func (f *Fonts) Lines(text string, style Style, width float64) ([]Line, error) {
	var lines []Line
	for paragraph := range strings.SplitSeq(text, "\n") {
		chars := writable(paragraph)
		items, err := f.itemize(chars, style.Weight)
		if err != nil {
			return nil, err
		}
		t := f.begin(chars, items, style)
		lines = append(lines, t.fill(width)...)
		t.end()
	}
	return lines, nil
}

// shaping is one text on its way into lines.
type shaping struct {
	fonts  *Fonts
	shaper *shaper
	chars  []rune
	items  []item
	style  Style
}

func (f *Fonts) begin(chars []rune, items []item, style Style) *shaping {
	return &shaping{fonts: f, shaper: f.shaper(), chars: chars, items: items, style: style}
}

func (t *shaping) end() { t.fonts.shapers.Put(t.shaper) }

// fill puts as many words on each line as fit.
func (t *shaping) fill(width float64) []Line {
	var lines []Line
	var line Line
	pen := 0.0 // the line's width with the spaces at its end
	add := func(word Line, full float64) {
		line.Width = pen + word.Width
		line.Runs = join(line.Runs, word.Runs)
		pen += full
	}
	for _, span := range t.words() {
		word := t.lineOf(span[0], span[1])
		if len(line.Runs) > 0 && pen+word.Width > width {
			lines = append(lines, line)
			line, pen = Line{}, 0
		}
		if word.Width > width {
			full, rest := t.divide(span[0], span[1], width)
			lines = append(lines, full...)
			word = t.lineOf(rest, span[1])
		}
		add(word, fullWidth(word.Runs))
	}
	return append(lines, line)
}

// words are the parts of the text that must not be broken, each with the spaces after it.
func (t *shaping) words() [][2]int {
	var spans [][2]int
	var segments segmenter.Segmenter
	segments.Init(t.chars)
	for lines := segments.LineIterator(); lines.Next(); {
		line := lines.Line()
		spans = append(spans, [2]int{line.Offset, line.Offset + len(line.Text)})
	}
	return spans
}

// divide breaks a word into full lines between syllables; what is left of it begins at rest.
func (t *shaping) divide(from, to int, width float64) (full []Line, rest int) {
	var segments segmenter.Segmenter
	segments.Init(t.chars[from:to])
	rest, fits := from, from
	for graphemes := segments.GraphemeIterator(); graphemes.Next(); {
		grapheme := graphemes.Grapheme()
		end := from + grapheme.Offset + len(grapheme.Text)
		if fits > rest && t.lineOf(rest, end).Width > width {
			full = append(full, t.lineOf(rest, fits))
			rest = fits
		}
		fits = end
	}
	return full, rest
}

// lineOf shapes a part of the text.
func (t *shaping) lineOf(from, to int) Line {
	var line Line
	for _, each := range t.items {
		if start, end := max(from, each.from), min(to, each.to); start < end {
			line.Runs = append(line.Runs, t.shape(each, start, end))
		}
	}
	line.Width = fullWidth(line.Runs) - t.trailing(line.Runs)
	return line
}

func (t *shaping) shape(of item, from, to int) pdf.Run {
	buffer := t.shaper.buffer
	buffer.Clear()
	buffer.AddRunes(t.chars[from:to], 0, -1)
	buffer.Props = harfbuzz.SegmentProperties{Direction: harfbuzz.LeftToRight, Script: of.script, Language: language.NewLanguage(t.style.Language)}
	buffer.Shape(t.shaper.font(of.face), nil)
	run := pdf.Run{Font: of.face.file, Size: t.style.Size, Text: string(t.chars[from:to]), Glyphs: make([]pdf.Glyph, len(buffer.Info))}
	offsets := byteOffsets(run.Text)
	for i, info := range buffer.Info {
		place := buffer.Pos[i]
		run.Glyphs[i] = pdf.Glyph{
			ID: int(info.Glyph), Cluster: offsets[info.Cluster],
			Advance: int(place.XAdvance), XOffset: int(place.XOffset), YOffset: int(place.YOffset),
		}
	}
	return run
}

func byteOffsets(text string) []int {
	offsets := make([]int, 0, len(text)+1)
	for i := range text {
		offsets = append(offsets, i)
	}
	return append(offsets, len(text))
}

// trailing is the width of the spaces at the end.
func (t *shaping) trailing(runs []pdf.Run) float64 {
	width := 0.0
	for _, run := range slices.Backward(runs) {
		end := len(strings.TrimRight(run.Text, " "))
		for g := len(run.Glyphs) - 1; g >= 0 && run.Glyphs[g].Cluster >= end; g-- {
			width += float64(run.Glyphs[g].Advance) * run.Size / float64(run.Font.UnitsPerEm())
		}
		if end > 0 {
			break
		}
	}
	return width
}

func fullWidth(runs []pdf.Run) float64 {
	width := 0.0
	for _, run := range runs {
		width += run.Width()
	}
	return width
}

// join makes neighbours in the same font one run.
func join(runs, more []pdf.Run) []pdf.Run {
	for _, run := range more {
		last := len(runs) - 1
		if last < 0 || runs[last].Font != run.Font || runs[last].Size != run.Size {
			runs = append(runs, run)
			continue
		}
		start := len(runs[last].Text)
		runs[last].Text += run.Text
		for _, glyph := range run.Glyphs {
			glyph.Cluster += start
			runs[last].Glyphs = append(runs[last].Glyphs, glyph)
		}
	}
	return runs
}
