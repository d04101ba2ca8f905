package pdf

import (
	"fmt"
	"strconv"
)

// Tag is the role of a part of the logical structure (ISO 32000-1, 14.8.4).
type Tag string

// The roles in use.
const (
	Section    Tag = "Sect"
	Heading1   Tag = "H1"
	Heading2   Tag = "H2"
	Paragraph  Tag = "P"
	List       Tag = "L"
	ListItem   Tag = "LI"
	Label      Tag = "Lbl"
	ListBody   Tag = "LBody"
	Table      Tag = "Table"
	Row        Tag = "TR"
	HeaderCell Tag = "TH"
	DataCell   Tag = "TD"
	Figure     Tag = "Figure"
	Span       Tag = "Span"
	Link       Tag = "Link"
)

// Element is a part of the logical structure: what a screen reader announces, in reading order.
type Element struct {
	tag      Tag
	language string
	alt      string
	scope    string
	box      *[4]float64
	number   ref
	kids     []kid
	room     [2]kid // for the first kids: few elements have more
}

// kid is another element, a marked part of a page, or a link on a page.
type kid struct {
	element    *Element
	page       *Page
	mark       int
	annotation ref
}

// Add appends a part.
func (e *Element) Add(tag Tag) *Element {
	child := &Element{tag: tag}
	e.add(kid{element: child})
	return child
}

func (e *Element) add(k kid) {
	if e.kids == nil {
		e.kids = e.room[:0]
	}
	e.kids = append(e.kids, k)
}

// SetLanguage says in which language the part is (BCP 47), where it differs from what is around it.
func (e *Element) SetLanguage(language string) *Element {
	e.language = language
	return e
}

// SetAlternative gives a picture its description, and where on the page it is.
func (e *Element) SetAlternative(text string, x, y, width, height float64) *Element {
	e.alt, e.box = text, &[4]float64{x, y, x + width, y + height}
	return e
}

// SetScope says what a header cell heads: "Row" or "Column".
func (e *Element) SetScope(scope string) *Element {
	e.scope = scope
	return e
}

type link struct {
	element    *Element
	annotation ref
	body       string // of the annotation, but for its number in the parent tree, which follows the pages'
}

// writeStructure writes all elements and the tree by which a viewer finds the element of a part of a page (ISO 32000-1, 14.7.4.4).
func (w *Writer) writeStructure() ref {
	top := w.objects.reserve()
	w.number(w.root)
	w.writeElement(w.root, top)
	tree := []byte("<</Nums[")
	for i, page := range w.pages {
		tree = append(strconv.AppendInt(tree, int64(i), 10), '[')
		for _, element := range page.marks {
			tree = append(element.number.append(tree), ' ')
		}
		tree = append(tree, ']')
	}
	for i, each := range w.links {
		key := len(w.pages) + i
		tree = fmt.Appendf(tree, "%d %v ", key, each.element.number)
		w.objects.set(each.annotation, fmt.Sprintf("%s/StructParent %d>>", each.body, key))
	}
	parents := w.objects.add(string(append(tree, "]>>"...)))
	w.objects.set(top, fmt.Sprintf("<</Type/StructTreeRoot/K %v/ParentTree %v/ParentTreeNextKey %d>>",
		w.root.number, parents, len(w.pages)+len(w.links)))
	return top
}

func (w *Writer) number(e *Element) {
	e.number = w.objects.reserve()
	for _, child := range e.kids {
		if child.element != nil {
			w.number(child.element)
		}
	}
}

func (w *Writer) writeElement(e *Element, parent ref) {
	page := e.firstPage()
	body := parent.append(append(append(append(w.scratch[:0], "<</S/"...), e.tag...), "/P "...))
	if page != nil {
		body = page.number.append(append(body, "/Pg "...))
	}
	if e.language != "" {
		body = appendASCII(append(body, "/Lang"...), e.language)
	}
	if e.alt != "" {
		body = append(append(body, "/Alt"...), textString(e.alt)...)
	}
	if e.scope != "" {
		body = append(append(append(body, "/A<</O/Table/Scope/"...), e.scope...), ">>"...)
	}
	if e.box != nil {
		body = fmt.Appendf(body, "/A<</O/Layout/BBox[%s %s %s %s]>>", number(e.box[0]), number(e.box[1]), number(e.box[2]), number(e.box[3]))
	}
	body = append(body, "/K["...)
	for _, child := range e.kids {
		body = child.append(body, page)
	}
	body = append(body, "]>>"...)
	w.objects.set(e.number, string(body))
	w.scratch = body
	for _, child := range e.kids {
		if child.element != nil {
			w.writeElement(child.element, e.number)
		}
	}
}

// firstPage is where most of an element is: only what is elsewhere needs to say so.
func (e *Element) firstPage() *Page {
	for _, child := range e.kids {
		if child.page != nil {
			return child.page
		}
	}
	return nil
}

// append writes a reference to the kid of an element that is mostly on that page.
func (k kid) append(out []byte, page *Page) []byte {
	switch {
	case k.element != nil:
		return append(k.element.number.append(out), ' ')
	case k.annotation != 0:
		return fmt.Appendf(out, "<</Type/OBJR/Obj %v/Pg %v>>", k.annotation, k.page.number)
	case k.page == page:
		return append(strconv.AppendInt(out, int64(k.mark), 10), ' ')
	}
	return fmt.Appendf(out, "<</Type/MCR/Pg %v/MCID %d>>", k.page.number, k.mark)
}
