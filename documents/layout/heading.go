package layout

import (
	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

// Letterhead sets the emblem and the names of who issues the paper, centred; the first name is the largest.
func (c *Composer) Letterhead(emblem *pdf.Image, alternative Text, names []Pair) {
	size := 46.0
	if c.config.Frame {
		size = 56
	}
	if emblem != nil {
		width := size * float64(emblem.Width) / float64(emblem.Height)
		x := (c.config.Width - width) / 2
		figure := c.writer.Root().Add(pdf.Figure).SetAlternative(alternative.Content, x, c.fromTop(c.y+size), width, size).SetLanguage(alternative.Language)
		c.page.Mark(figure, func() { c.page.Image(emblem, x, c.fromTop(c.y+size), width, size) })
		c.y += size + 6
	}
	for i, name := range names {
		main, also := style{size: 11, color: ink, align: Center}, style{size: 8.5, color: muted, align: Center}
		if i == 0 {
			main.size, main.weight, also.size = 14, shape.Bold, 10
		}
		c.flow(c.setPair(name, main, also, c.inner()), c.writer.Root().Add(pdf.Paragraph), c.left(), c.inner())
		c.y += 2
	}
	c.y += 8
}

// Title sets what the paper is.
func (c *Composer) Title(title Pair) {
	main := style{size: 20, weight: shape.Bold, color: c.config.Accent, align: Center}
	also := style{size: 13, weight: shape.Bold, color: muted, align: Center}
	c.flow(c.setPair(title, main, also, c.inner()), c.writer.Root().Add(pdf.Heading1), c.left(), c.inner())
	c.y += 3
	c.rule(c.left()+c.inner()/2-45, c.y, 90, c.config.Accent, 1.2)
	c.y += 10
}

// Band sets the title and who issues the paper on a coloured band over the page's whole width.
func (c *Composer) Band(title, issuer Pair) {
	inner := c.inner()
	heading := c.setInline(title, style{size: 18, weight: shape.Bold, color: white}, style{size: 11, color: white}, inner)
	name := c.setInline(issuer, style{size: 9.5, color: white}, style{size: 8, color: white}, inner)
	const above, below = 16.0, 12.0
	height := above + heading.height + name.height + below
	c.page.Artifact(func() {
		c.page.SetColor(c.config.Accent)
		c.page.FillRectangle(0, c.fromTop(height), c.config.Width, height)
	})
	c.draw(heading, c.writer.Root().Add(pdf.Heading1), c.left(), above, inner)
	c.draw(name, c.writer.Root().Add(pdf.Paragraph), c.left(), above+heading.height, inner)
	c.y = height + 14
}

// Ends sets a text at the left and one at the right end of the same line.
func (c *Composer) Ends(left, right Pair) {
	half := c.inner()/2 - 8
	main, also := style{size: 9.5, color: ink}, style{size: 7.5, color: muted}
	first := c.setPair(left, main, also, half)
	main.align, also.align = Right, Right
	second := c.setPair(right, main, also, half)
	c.need(max(first.height, second.height))
	if len(first.parts) > 0 {
		c.draw(first, c.writer.Root().Add(pdf.Paragraph), c.left(), c.y, half)
	}
	if len(second.parts) > 0 {
		c.draw(second, c.writer.Root().Add(pdf.Paragraph), c.left()+c.inner()-half, c.y, half)
	}
	c.y += max(first.height, second.height) + 6
}

// Section sets a heading over what follows, and keeps it on one page with it.
func (c *Composer) Section(title Pair) {
	s := c.setInline(title, style{size: 11, weight: shape.Bold, color: c.config.Accent}, style{size: 8.5, color: muted}, c.inner())
	if len(s.parts) == 0 {
		return
	}
	c.need(s.height + 40)
	c.y += 4
	c.draw(s, c.writer.Root().Add(pdf.Heading2), c.left(), c.y, c.inner())
	c.y += s.height + 2
	c.rule(c.left(), c.y, c.inner(), c.config.Accent, 0.8)
	c.y += 5
}

// oneLine leaves the second language out where it says the same.
func oneLine(pair Pair) Pair {
	if pair.Also.Content == pair.Main.Content {
		pair.Also = Text{}
	}
	return pair
}

// Amount sets a sum in large letters, and a short word beside it on a green field.
func (c *Composer) Amount(label Pair, amount Text, stamp Pair) {
	caption := c.setInline(label, style{size: 9, color: muted}, style{size: 7.5, color: muted}, c.inner()/2)
	figure := c.setText(amount, style{size: 24, weight: shape.Bold, color: ink}, c.inner()*0.62)
	word := c.setPair(stamp, style{size: 12, weight: shape.Bold, color: paidInk, align: Center}, style{size: 8, color: paidInk, align: Center}, c.inner()/3)
	c.need(caption.height + figure.height)
	c.draw(caption, c.writer.Root().Add(pdf.Paragraph), c.left(), c.y, c.inner()/2)
	c.draw(figure, c.writer.Root().Add(pdf.Paragraph), c.left(), c.y+caption.height, c.inner()*0.62)
	if len(word.parts) > 0 {
		width, height := word.width+28, word.height+10
		x, y := c.left()+c.inner()-width, c.y+caption.height
		c.page.Artifact(func() {
			c.page.SetColor(paidField)
			c.page.FillRectangle(x, c.fromTop(y+height), width, height)
		})
		c.draw(word, c.writer.Root().Add(pdf.Paragraph), x, y+5, width)
	}
	c.y += caption.height + figure.height + 8
}

var (
	paidInk   = pdf.Color{Red: 20, Green: 92, Blue: 48}
	paidField = pdf.Color{Red: 224, Green: 242, Blue: 228}
)
