package pdf

import (
	"fmt"
	"strconv"
	"strings"
)

// Page takes what is drawn on it, in order. Everything drawn stands inside [Page.Mark] or [Page.Artifact].
type Page struct {
	writer        *Writer
	number        ref
	width, height float64
	content       []byte
	marks         []*Element // by their number on this page
	annotations   []ref
	color         Color
	clusters      []cluster     // of the last text, here for the room they take
	glyphs        []placedGlyph // of the last word, likewise
}

// Color is red, green and blue, 0 to 255 each, in sRGB.
type Color struct{ Red, Green, Blue uint8 }

// Mark draws a part of an element.
func (p *Page) Mark(e *Element, draw func()) {
	mark := len(p.marks)
	p.marks = append(p.marks, e)
	e.add(kid{page: p, mark: mark})
	p.content = append(append(append(p.content, '/'), e.tag...), "<</MCID "...)
	p.content = append(strconv.AppendInt(p.content, int64(mark), 10), ">>BDC\n"...)
	draw()
	p.content = append(p.content, "EMC\n"...)
}

// Artifact draws what is decoration and not read aloud: lines, frames, page numbers.
func (p *Page) Artifact(draw func()) {
	p.content = append(p.content, "/Artifact BMC\n"...)
	draw()
	p.content = append(p.content, "EMC\n"...)
}

// Link makes a part of the page lead to an address, on behalf of an element with the tag [Link].
func (p *Page) Link(e *Element, address string, x, y, width, height float64) {
	w := p.writer
	annotation := w.objects.reserve()
	body := fmt.Sprintf("<</Type/Annot/Subtype/Link/F 4/Border[0 0 0]/Rect[%s %s %s %s]/Contents%s/A<</S/URI/URI%s>>",
		number(x), number(y), number(x+width), number(y+height), textString(address), asciiString(address))
	w.links = append(w.links, link{element: e, annotation: annotation, body: body})
	p.annotations = append(p.annotations, annotation)
	e.add(kid{page: p, annotation: annotation})
}

// SetColor sets the colour of text and filled shapes from here on.
func (p *Page) SetColor(c Color) {
	if c != p.color {
		p.color = c
		p.numbers(float64(c.Red)/255, float64(c.Green)/255, float64(c.Blue)/255)
		p.content = append(p.content, "rg\n"...)
	}
}

// FillRectangle fills a rectangle with the current colour.
func (p *Page) FillRectangle(x, y, width, height float64) {
	p.numbers(x, y, width, height)
	p.content = append(p.content, "re f\n"...)
}

// FillGrid fills squares and rectangles {column, row, columns, rows} of a grid whose lower left corner is at that point and whose cells have
// that side, as one shape, so that no seam shows between neighbours.
func (p *Page) FillGrid(x, y, side float64, cells [][4]int) {
	p.content = append(p.content, "q "...)
	p.numbers(side, 0, 0, side, x, y)
	p.content = append(p.content, "cm\n"...)
	for _, cell := range cells {
		for _, number := range cell {
			p.content = append(strconv.AppendInt(p.content, int64(number), 10), ' ')
		}
		p.content = append(p.content, "re\n"...)
	}
	p.content = append(p.content, "f Q\n"...)
}

// StrokeRectangle draws a rectangle's border, its line centred on the edges.
func (p *Page) StrokeRectangle(x, y, width, height, line float64, c Color) {
	p.content = append(p.content, "q "...)
	p.numbers(float64(c.Red)/255, float64(c.Green)/255, float64(c.Blue)/255)
	p.content = append(p.content, "RG "...)
	p.numbers(line)
	p.content = append(p.content, "w "...)
	p.numbers(x, y, width, height)
	p.content = append(p.content, "re S Q\n"...)
}

// Image places a picture.
func (p *Page) Image(image *Image, x, y, width, height float64) {
	p.content = append(p.content, "q "...)
	p.numbers(width, 0, 0, height, x, y)
	p.content = append(p.content, "cm /"+imageName(p.writer.place(image))+" Do Q\n"...)
}

func imageName(index int) string { return "I" + strconv.Itoa(index) }

func (w *Writer) place(image *Image) int {
	for i, placed := range w.images {
		if placed.image == image {
			return i
		}
	}
	w.images = append(w.images, placedImage{image: image, number: w.objects.rawStream(image.dictionary, image.data)})
	return len(w.images) - 1
}

func (p *Page) numbers(values ...float64) {
	for _, value := range values {
		p.content = append(appendNumber(p.content, value), ' ')
	}
}

func (p *Page) write(index int) {
	content := p.writer.objects.stream(p.content)
	var annotations strings.Builder
	for _, annotation := range p.annotations {
		annotations.WriteString(annotation.String() + " ")
	}
	body := fmt.Sprintf("<</Type/Page/Parent %v/MediaBox[0 0 %s %s]/Resources %v/Contents %v/StructParents %d/Tabs/S",
		p.writer.pageTree, number(p.width), number(p.height), p.writer.shared, content, index)
	if annotations.Len() > 0 {
		body += "/Annots[" + annotations.String() + "]"
	}
	p.writer.objects.set(p.number, body+">>")
}
