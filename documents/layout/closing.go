package layout

import (
	"rsc.io/qr"

	"github.com/jansetu/jansetu/documents/pdf"
	"github.com/jansetu/jansetu/documents/shape"
)

// Code is a QR code and what stands beside it.
type Code struct {
	Matrix      *qr.Code
	Alternative Text
	Caption     Pair
	Address     string // printed under the caption and made a link; may be empty
}

// Close sets the code at the left and the signer's lines at the right, together on one page: at its end, or at
// the top of a page of their own.
func (c *Composer) Close(code *Code, signer []Pair) {
	const gap, codeShare = 20.0, 0.56
	codeWidth := c.inner()
	if len(signer) > 0 {
		codeWidth *= codeShare
	}
	signerWidth := c.inner() - codeWidth - gap
	lines, signerHeight := c.signer(signer, signerWidth)
	beside := c.beside(code, codeWidth)
	height := max(signerHeight, beside.height) + 6
	page := c.page
	c.need(height)
	if c.page == page {
		c.y = max(c.y, c.bottom-height)
	}
	if code != nil {
		c.drawCode(*code, beside, c.y+height-beside.height-6, codeWidth)
	}
	top := c.y + height - signerHeight - 6
	for _, line := range lines {
		c.draw(line, c.writer.Root().Add(pdf.Paragraph), c.left()+codeWidth+gap, top, signerWidth)
		top += line.height
	}
	c.y += height
}

func (c *Composer) signer(names []Pair, width float64) (lines []set, height float64) {
	for i, each := range names {
		main, also := style{size: 9, color: ink, align: Center}, style{size: 7.5, color: muted, align: Center}
		if i == 0 {
			main.size, main.weight, also.size = 10.5, shape.Bold, 8.5
		}
		line := c.setPair(oneLine(each), main, also, width)
		line.height += 1.5
		height += line.height
		lines = append(lines, line)
	}
	return lines, height
}

// side is how large a code is printed: at most 0.5 mm a module, so that a photocopy can still be read, and within that no larger than it need be.
func (c *Composer) side() float64 {
	if c.small() {
		return 88
	}
	return 104
}

const (
	quiet     = 4 // modules of white around a code (ISO/IEC 18004, 5.3.8)
	captionAt = 10.0
)

// besideCode is what stands beside a code.
type besideCode struct {
	caption, address set
	height           float64 // of the code and of what stands beside it
}

func (c *Composer) beside(code *Code, width float64) besideCode {
	if code == nil {
		return besideCode{}
	}
	width -= c.side() + captionAt
	caption := c.setPair(code.Caption, style{size: 8.5, color: ink}, style{size: 7, color: muted}, width)
	address := c.setText(Text{Content: code.Address, Language: "en"}, style{size: 7.5, color: c.config.Accent}, width)
	return besideCode{caption: caption, address: address, height: max(c.side(), caption.height+address.height)}
}

func (c *Composer) drawCode(code Code, beside besideCode, top, width float64) {
	side := c.side()
	x, y := c.left(), c.fromTop(top+side)
	figure := c.writer.Root().Add(pdf.Figure).SetAlternative(code.Alternative.Content, x, y, side, side).SetLanguage(code.Alternative.Language)
	c.page.Mark(figure, func() {
		c.page.SetColor(pdf.Color{})
		module := side / float64(code.Matrix.Size+2*quiet)
		c.page.FillGrid(x+quiet*module, y+quiet*module, module, cells(code.Matrix))
	})
	c.page.Artifact(func() { c.page.StrokeRectangle(x, y, side, side, 0.5, faint) })
	caption, address := beside.caption, beside.address
	textX, textWidth := x+side+captionAt, width-side-captionAt
	top += (beside.height - caption.height - address.height) / 2
	if len(caption.parts) > 0 {
		c.draw(caption, c.writer.Root().Add(pdf.Paragraph), textX, top, textWidth)
	}
	if len(address.parts) > 0 {
		link := c.writer.Root().Add(pdf.Paragraph).Add(pdf.Link)
		c.draw(address, link, textX, top+caption.height, textWidth)
		c.page.Link(link, code.Address, textX, c.fromTop(top+caption.height+address.height), textWidth, address.height)
	}
}

// cells are the code's black modules, neighbours in a row joined.
func cells(matrix *qr.Code) [][4]int {
	found := make([][4]int, 0, matrix.Size*matrix.Size/3) // a bit more than random modules have
	for row := range matrix.Size {
		for column := 0; column < matrix.Size; column++ {
			start := column
			for column < matrix.Size && matrix.Black(column, row) {
				column++
			}
			if column > start {
				found = append(found, [4]int{start, matrix.Size - 1 - row, column - start, 1})
			}
		}
	}
	return found
}
