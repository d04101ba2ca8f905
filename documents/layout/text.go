package layout

import (
	"strings"

	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

// Align is where lines stand in their column.
type Align int

// The alignments.
const (
	Left Align = iota
	Center
	Right
)

type style struct {
	size   float64
	weight shape.Weight
	color  pdf.Color
	align  Align
}

// part is a text in one language, broken into lines.
type part struct {
	lines    []shape.Line
	language string
	style    style
	leading  float64
	beside   bool // after the part before it, on the same line
}

// set is a text, or a pair of texts one under the other, ready to be drawn.
type set struct {
	parts  []part
	height float64
	width  float64 // of its longest line
}

// The distance between lines, by the font's size: Indian scripts stack consonants under the line and signs above it. The first baseline is
// the same for all, so that columns in two scripts stand on one line.
const (
	latinLeading  = 1.38
	indianLeading = 1.58
	firstBaseline = 1.04
)

func leadingOf(text string) float64 {
	for _, char := range text {
		if char >= 0x900 && char < 0xe00 {
			return indianLeading
		}
	}
	return latinLeading
}

// setText breaks a text into lines. An error is kept for [Composer.Finish].
func (c *Composer) setText(text Text, s style, width float64) set {
	content := strings.TrimSpace(text.Content)
	if content == "" || c.err != nil {
		return set{}
	}
	lines, err := c.config.Fonts.Lines(content, shape.Style{Weight: s.weight, Size: s.size, Language: text.Language}, width)
	if err != nil {
		c.err = err
		return set{}
	}
	leading := leadingOf(content) * s.size
	result := set{parts: []part{{lines: lines, language: text.Language, style: s, leading: leading}}, height: leading * float64(len(lines))}
	for _, line := range lines {
		result.width = max(result.width, line.Width)
	}
	return result
}

func (c *Composer) setPair(pair Pair, main, also style, width float64) set {
	first, second := c.setText(pair.Main, main, width), c.setText(pair.Also, also, width)
	return set{parts: append(first.parts, second.parts...), height: first.height + second.height, width: max(first.width, second.width)}
}

// setInline is setPair with both languages on one line where there is room.
func (c *Composer) setInline(pair Pair, main, also style, width float64) set {
	const gap = 5.0
	s := c.setPair(oneLine(pair), main, also, width)
	if len(s.parts) < 2 || len(s.parts[0].lines) > 1 || len(s.parts[1].lines) > 1 {
		return s
	}
	if first, second := s.parts[0].lines[0].Width, s.parts[1].lines[0].Width; first+gap+second <= width {
		s.parts[1].beside = true
		s.width, s.height = first+gap+second, s.parts[0].leading
	}
	return s
}

// draw draws a set as the content of an element, the second language as a part of its own that says so.
func (c *Composer) draw(s set, e *pdf.Element, x, top, width float64) {
	c.drawLines(s, x, top, width, func(i int, draw func()) {
		target := e
		if i > 0 {
			target = e.Add(pdf.Span)
		}
		c.page.Mark(target.SetLanguage(s.parts[i].language), draw)
	})
}

// drawPlain draws a set inside something that is already marked.
func (c *Composer) drawPlain(s set, x, top, width float64) {
	c.drawLines(s, x, top, width, func(_ int, draw func()) { draw() })
}

func (c *Composer) drawLines(s set, x, top, width float64, mark func(part int, draw func())) {
	for i, each := range s.parts {
		mark(i, func() {
			c.page.SetColor(each.style.color)
			if each.beside {
				before := s.parts[i-1]
				line := each.lines[0]
				c.drawLine(line, Left, x+s.width-line.Width, top-before.leading+firstBaseline*before.style.size, width)
				return
			}
			for _, line := range each.lines {
				c.drawLine(line, each.style.align, x, top+firstBaseline*each.style.size, width)
				top += each.leading
			}
		})
	}
}

func (c *Composer) drawLine(line shape.Line, align Align, x, baseline, width float64) {
	switch align {
	case Center:
		x += (width - line.Width) / 2
	case Right:
		x += width - line.Width
	case Left:
	}
	for _, run := range line.Runs {
		c.page.Text(x, c.fromTop(baseline), run)
		x += run.Width()
	}
}

// flow draws a set below what is there, over as many pages as it takes.
func (c *Composer) flow(s set, e *pdf.Element, x, width float64) {
	for i, each := range s.parts {
		target := e
		if i > 0 {
			target = e.Add(pdf.Span)
		}
		target.SetLanguage(each.language)
		for len(each.lines) > 0 {
			c.need(each.leading)
			fit := min(max(int((c.bottom-c.y)/each.leading), 1), len(each.lines))
			now := each
			now.lines = each.lines[:fit]
			each.lines = each.lines[fit:]
			piece := set{parts: []part{now}, height: now.leading * float64(fit)}
			c.page.Mark(target, func() { c.drawPlain(piece, x, c.y, width) })
			c.y += piece.height
		}
	}
}
