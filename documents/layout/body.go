package layout

import (
	"errors"
	"strconv"

	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

// Size is how large running text is.
type Size int

// The sizes.
const (
	Normal Size = iota
	Small
	Large
)

func (s Size) points() (main, also float64) {
	switch s {
	case Small:
		return 8.5, 7.5
	case Large:
		return 12, 9.5
	case Normal:
	}
	return 10.5, 8.5
}

// Paragraph sets running text, the second language smaller below the first.
func (c *Composer) Paragraph(text Pair, size Size, weight shape.Weight, align Align) {
	main, also := size.points()
	s := c.setPair(oneLine(text), style{size: main, weight: weight, color: ink, align: align}, style{size: also, color: muted, align: align}, c.inner())
	if len(s.parts) == 0 {
		return
	}
	c.flow(s, c.writer.Root().Add(pdf.Paragraph), c.left(), c.inner())
	c.y += main * 0.6
}

// Numbered sets a list whose items are numbered with those digits.
func (c *Composer) Numbered(items []Pair, digits func(string) string) {
	const indent = 22.0
	list := c.writer.Root().Add(pdf.List)
	for i, item := range items {
		main, also := Normal.points()
		body := c.setInline(item, style{size: main, color: ink}, style{size: also, color: muted}, c.inner()-indent)
		mark := c.setText(Text{Content: digits(strconv.Itoa(i+1)) + ".", Language: item.Main.Language}, style{size: main, color: ink}, indent)
		c.need(min(body.height, c.whole()))
		row := list.Add(pdf.ListItem)
		c.draw(mark, row.Add(pdf.Label), c.left(), c.y, indent)
		if body.height > c.whole() {
			c.flow(body, row.Add(pdf.ListBody), c.left()+indent, c.inner()-indent)
			continue
		}
		c.draw(body, row.Add(pdf.ListBody), c.left()+indent, c.y, c.inner()-indent)
		c.y += body.height + 2
	}
	c.y += 4
}

// Field is a label and what belongs to it.
type Field struct{ Label, Value Pair }

const (
	fieldPadding = 3.2
	labelShare   = 0.45
	photoWidth   = 82.0
	photoGap     = 14.0
)

// scale makes small pages a little smaller in print, too.
func (c *Composer) scale() float64 {
	if c.small() {
		return 0.9
	}
	return 1
}

// small says whether the page is smaller than A4.
func (c *Composer) small() bool { return c.config.Width < 500 }

// Fields set labels and values in two columns; a photograph stands to the right of them, described by the alternative text.
func (c *Composer) Fields(fields []Field, photo *pdf.Image, alternative Text) {
	width, photoEnd := c.inner(), 0.0
	if photo != nil {
		width -= photoWidth + photoGap
		photoEnd = c.photo(photo, alternative)
	}
	table := c.writer.Root().Add(pdf.Table)
	page := c.page
	for i, field := range fields {
		c.field(table, field, width, i == len(fields)-1)
		if c.page != page { // the photograph stayed on the page before
			width, photoEnd = c.inner(), 0
		}
	}
	c.y = max(c.y, photoEnd) + 8
}

func photoHeight(photo *pdf.Image) float64 {
	if photo == nil {
		return 0
	}
	return min(photoWidth*float64(photo.Height)/float64(photo.Width), photoWidth*1.5)
}

func (c *Composer) photo(photo *pdf.Image, alternative Text) (end float64) {
	height := photoHeight(photo)
	width := height * float64(photo.Width) / float64(photo.Height)
	c.need(height)
	x, y := c.left()+c.inner()-width, c.fromTop(c.y+height)
	figure := c.writer.Root().Add(pdf.Figure).SetAlternative(alternative.Content, x, y, width, height).SetLanguage(alternative.Language)
	c.page.Mark(figure, func() { c.page.Image(photo, x, y, width, height) })
	c.page.Artifact(func() { c.page.StrokeRectangle(x, y, width, height, 0.6, muted) })
	return c.y + height
}

func (c *Composer) field(table *pdf.Element, field Field, width float64, last bool) {
	const labelSize, valueSize = 9.5, 10.5
	scale := c.scale()
	labelWidth := width * labelShare
	label := c.setInline(field.Label, style{size: labelSize * scale, color: muted}, style{size: 7.8 * scale, color: muted}, labelWidth-8)
	value := c.setInline(field.Value, style{size: valueSize * scale, weight: shape.Bold, color: ink}, style{size: 8.5 * scale, color: ink}, width-labelWidth)
	padding := fieldPadding * scale * scale * scale
	height := max(label.height+scale, value.height) + 2*padding
	row := table.Add(pdf.Row)
	if height > c.whole() {
		c.need(label.height)
		c.draw(label, row.Add(pdf.HeaderCell).SetScope("Row"), c.left(), c.y+padding, labelWidth-8)
		c.y += padding
		c.flow(value, row.Add(pdf.DataCell), c.left()+labelWidth, width-labelWidth)
		c.y += padding
		return
	}
	c.need(height)
	top := c.y + padding
	// Both stand on one line although the label's letters are smaller.
	c.draw(label, row.Add(pdf.HeaderCell).SetScope("Row"), c.left(), top+firstBaseline*(valueSize-labelSize)*scale, labelWidth-8)
	c.draw(value, row.Add(pdf.DataCell), c.left()+labelWidth, top, width-labelWidth)
	c.y += height
	if !last {
		c.rule(c.left(), c.y, width, faint, 0.5)
	}
}

// Column is a table's column; its share of the width is relative to the others'.
type Column struct {
	Title Pair
	Share float64
	Align Align
}

// ErrRowTooTall says that a row of a table is taller than a page: what would be cut off is refused.
var ErrRowTooTall = errors.New("a row of a table is taller than a page")

// Table sets rows under column titles, which are repeated on every page.
func (c *Composer) Table(columns []Column, rows [][]Pair) {
	total := 0.0
	titles := make([]Pair, len(columns))
	for i, column := range columns {
		total += column.Share
		titles[i] = column.Title
	}
	grid := grid{columns: columns, unit: c.inner() / total, element: c.writer.Root().Add(pdf.Table)}
	c.need(60)
	c.tableRow(grid, titles, true)
	for _, row := range rows {
		page := c.page
		c.need(c.rowHeight(grid, row, false))
		if c.page != page {
			c.tableRow(grid, titles, true)
		}
		c.tableRow(grid, row, false)
	}
	c.y += 8
}

type grid struct {
	columns []Column
	unit    float64
	element *pdf.Element
}

func (c *Composer) cell(column Column, content Pair, unit float64, heading bool) set {
	main, also := style{size: 10, color: ink, align: column.Align}, style{size: 8, color: muted, align: column.Align}
	if heading {
		main, also = style{size: 9, weight: shape.Bold, color: ink, align: column.Align}, style{size: 7.5, color: muted, align: column.Align}
	}
	if column.Align != Left {
		return c.setPair(oneLine(content), main, also, column.Share*unit-8)
	}
	return c.setInline(content, main, also, column.Share*unit-8)
}

func (c *Composer) rowHeight(g grid, row []Pair, heading bool) float64 {
	height := 0.0
	for i, column := range g.columns {
		height = max(height, c.cell(column, row[i], g.unit, heading).height)
	}
	return height + 2*fieldPadding
}

func (c *Composer) tableRow(g grid, row []Pair, heading bool) {
	height := c.rowHeight(g, row, heading)
	if height > c.whole() && c.err == nil {
		c.err = ErrRowTooTall
	}
	if heading {
		c.page.Artifact(func() {
			c.page.SetColor(pdf.Color{Red: 240, Green: 243, Blue: 246})
			c.page.FillRectangle(c.left(), c.fromTop(c.y+height), c.inner(), height)
		})
	}
	element := g.element.Add(pdf.Row)
	x := c.left()
	for i, column := range g.columns {
		cell := pdf.DataCell
		if heading {
			cell = pdf.HeaderCell
		}
		part := element.Add(cell)
		if heading {
			part.SetScope("Column")
		}
		c.draw(c.cell(column, row[i], g.unit, heading), part, x+4, c.y+fieldPadding, column.Share*g.unit-8)
		x += column.Share * g.unit
	}
	c.y += height
	c.rule(c.left(), c.y, c.inner(), faint, 0.5)
}
