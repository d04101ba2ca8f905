// Package layout sets paragraphs, fields, tables, pictures and signatures on pages, one under another, breaking pages where they are full. Each
// text may stand in two languages, the citizen's first. What it draws is tagged for screen readers in reading order. It knows neither
// templates nor what the texts say.
package layout

import (
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

// Text is words in one language.
type Text struct {
	Content  string
	Language string // BCP 47: "te-IN"
}

// Pair is the same said in one language or two; Also may be empty.
type Pair struct{ Main, Also Text }

// Config describes a document.
type Config struct {
	Fonts         *shape.Fonts
	Width, Height float64 // points
	Margin        float64
	Accent        pdf.Color
	Frame         bool // a border around every page
	PDF           pdf.Options
	// Footer stands at the end of every page; PageNumber, when not nil, says "page 2 of 3" where there is more than one.
	Footer     []Pair
	PageNumber func(page, pages int) Text
}

// Composer sets a document from top to bottom. The first error stops it and is told by [Composer.Finish].
type Composer struct {
	config Config
	writer *pdf.Writer
	pages  []*pdf.Page
	page   *pdf.Page
	y      float64 // from the page's top to the next block
	bottom float64 // from the page's top to the footer
	footer []set
	err    error
}

// Colours of text and lines; the accent is the template's.
var (
	ink   = pdf.Color{Red: 24, Green: 24, Blue: 27}
	muted = pdf.Color{Red: 88, Green: 92, Blue: 99}
	faint = pdf.Color{Red: 214, Green: 218, Blue: 224}
	white = pdf.Color{Red: 255, Green: 255, Blue: 255}
)

// New begins a document with its first page.
func New(config Config) *Composer {
	c := &Composer{config: config, writer: pdf.New(config.PDF)}
	height := 0.0
	for _, line := range config.Footer {
		block := c.setPair(line, style{size: footerSize, color: muted}, style{size: footerSize, color: muted}, c.inner())
		c.footer = append(c.footer, block)
		height += block.height
	}
	c.bottom = config.Height - c.below() - height - footerGap
	c.newPage()
	return c
}

const (
	footerSize = 7.5
	footerGap  = 10.0
	frameInset = 18.0
)

// above is the margin over the first line.
func (c *Composer) above() float64 {
	if c.config.Frame {
		return c.config.Margin * 0.95
	}
	return c.config.Margin * 0.65
}

// below is the margin under the footer: what has a frame keeps away from it.
func (c *Composer) below() float64 {
	if c.config.Frame {
		return c.config.Margin * 0.85
	}
	return c.config.Margin * 0.6
}

func (c *Composer) inner() float64 { return c.config.Width - 2*c.config.Margin }

func (c *Composer) left() float64 { return c.config.Margin }

// fromTop turns a distance from the page's top into PDF's distance from its bottom.
func (c *Composer) fromTop(y float64) float64 { return c.config.Height - y }

func (c *Composer) newPage() {
	c.page = c.writer.AddPage(c.config.Width, c.config.Height)
	c.pages = append(c.pages, c.page)
	c.y = c.above()
	if c.config.Frame {
		c.page.Artifact(c.frame)
	}
}

func (c *Composer) frame() {
	for _, border := range []struct{ inset, line float64 }{{frameInset, 1.6}, {frameInset + 4, 0.5}} {
		c.page.StrokeRectangle(border.inset, border.inset, c.config.Width-2*border.inset, c.config.Height-2*border.inset, border.line, c.config.Accent)
	}
}

// need begins a new page when that much height is not left on this one.
func (c *Composer) need(height float64) {
	if c.y+height > c.bottom && c.y > c.above() {
		c.newPage()
	}
}

// whole is the height of an empty page.
func (c *Composer) whole() float64 { return c.bottom - c.above() }

// Space leaves that much room, in points.
func (c *Composer) Space(height float64) { c.y += height }

func (c *Composer) rule(x, y, width float64, color pdf.Color, line float64) {
	c.page.Artifact(func() {
		c.page.SetColor(color)
		c.page.FillRectangle(x, c.fromTop(y)-line/2, width, line)
	})
}

// Finish draws the footers and hands the document over. It fails with the first error of any block.
func (c *Composer) Finish() (*pdf.Writer, error) {
	for i, page := range c.pages {
		c.page = page
		c.y = c.bottom + footerGap
		if len(c.footer) > 0 {
			c.rule(c.left(), c.y-3, c.inner(), faint, 0.6)
		}
		for _, block := range c.footer {
			c.drawFooter(block, i == 0)
		}
		c.drawPageNumber(i)
	}
	return c.writer, c.err
}

// drawFooter is read aloud once.
func (c *Composer) drawFooter(block set, first bool) {
	if first {
		c.draw(block, c.writer.Root().Add(pdf.Paragraph), c.left(), c.y, c.inner())
	} else {
		c.page.Artifact(func() { c.drawPlain(block, c.left(), c.y, c.inner()) })
	}
	c.y += block.height
}

func (c *Composer) drawPageNumber(index int) {
	if len(c.pages) < 2 || c.config.PageNumber == nil {
		return
	}
	block := c.setText(c.config.PageNumber(index+1, len(c.pages)), style{size: footerSize, color: muted, align: Right}, c.inner())
	c.page.Artifact(func() { c.drawPlain(block, c.left(), c.config.Height-c.below()-block.height, c.inner()) })
}
