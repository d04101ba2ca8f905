package markup

import (
	"cmp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// deepest keeps away from the depth at which the standard's parser gives up.
const deepest = 400

// builder makes the tree of a body's content. Its methods answer false when the text
// needs the standard's parser.
type builder struct {
	scanner
	// open are the elements that are open, the innermost last. The first one or two
	// are given, and are never closed.
	open []*html.Node
	// nodes has room for the next ones.
	nodes      []html.Node
	inFragment bool
	hasForm    bool
	// paragraphs, links and buttons count those that are open.
	paragraphs, links, buttons int
}

func (b *builder) build() bool {
	given := len(b.open)
	for !b.done() {
		if text := b.literal(); text != "" && !b.text(html.UnescapeString(text)) {
			return false
		}
		if b.done() {
			break
		}
		if b.isClosing() {
			return !b.inFragment && len(b.open) == given && b.rest()
		}
		if !b.markup() {
			return false
		}
	}
	return len(b.open) == given
}

// markup reads the tag or comment that is next.
func (b *builder) markup() bool {
	switch b.scanner.text[b.at+1] {
	case '/':
		name, ok := b.endTag()
		return ok && b.end(name)
	case '!':
		content, ok := b.comment()
		if ok {
			b.add(html.CommentNode, content)
		}
		return ok
	case '?':
		return false
	default:
		read, ok := b.startTag()
		return ok && len(b.open) <= deepest && b.start(read)
	}
}

// isClosing tells the end tag of the body or the page.
func (b *builder) isClosing() bool {
	if !strings.HasPrefix(b.scanner.text[b.at:], "</") {
		return false
	}
	at := b.scanner
	name, _ := at.endTag()
	return name == atom.Body || name == atom.Html
}

// rest reads what follows the body: white space, which the standard puts into it.
func (b *builder) rest() bool {
	for range mostClosings {
		if b.done() {
			return true
		}
		text := b.literal()
		if strings.Trim(text, whiteSpace) != "" {
			return false
		}
		if text != "" && !b.text(text) {
			return false
		}
		if !b.done() && (!b.isClosing() || !b.skipTag()) {
			return false
		}
	}
	return b.done()
}

func (b *builder) skipTag() bool {
	_, ok := b.endTag()
	return ok
}

func (b *builder) top() *html.Node { return b.open[len(b.open)-1] }

// nodeBlock is how many nodes are allocated at once.
const nodeBlock = 256

// add makes a node the last one in the innermost element.
func (b *builder) add(kind html.NodeType, data string) *html.Node {
	if len(b.nodes) == cap(b.nodes) {
		b.nodes = make([]html.Node, 0, nodeBlock)
	}
	b.nodes = b.nodes[:len(b.nodes)+1]
	added := &b.nodes[len(b.nodes)-1]
	added.Type, added.Data = kind, data
	parent := b.top()
	added.Parent, added.PrevSibling = parent, parent.LastChild
	if parent.LastChild == nil {
		parent.FirstChild = added
	} else {
		parent.LastChild.NextSibling = added
	}
	parent.LastChild = added
	return added
}

// element adds an element and leaves it open.
func (b *builder) element(read tag) {
	added := b.add(html.ElementNode, read.name.String())
	added.DataAtom, added.Attr = read.name, read.attributes
	b.open = append(b.open, added)
}

// pop closes the innermost element.
func (b *builder) pop() {
	switch b.top().DataAtom {
	case atom.P:
		b.paragraphs--
	case atom.A:
		b.links--
	case atom.Button:
		b.buttons--
	case atom.Form:
		b.hasForm = false
	default:
	}
	b.open = b.open[:len(b.open)-1]
}

func (b *builder) text(said string) bool {
	if isTableFrame(b.top().DataAtom) && strings.Trim(said, whiteSpace) != "" {
		return false
	}
	if last := b.top().LastChild; last != nil && last.Type == html.TextNode {
		last.Data += said
		return true
	}
	b.add(html.TextNode, said)
	return true
}

// start opens an element where the standard would, or gives up.
func (b *builder) start(read tag) bool {
	what, top := kindOf(read.name), b.top().DataAtom
	if what == kindUnknown || read.selfClosing && what != kindVoid && what != kindRule {
		return false
	}
	if isTableFrame(top) && what != kindGroup && what != kindRow && what != kindCell {
		return false
	}
	if (top == atom.Select || top == atom.Option) && what != kindOption {
		return false
	}
	switch what {
	case kindGroup, kindRow, kindCell:
		return b.startInTable(read, what)
	case kindOption:
		return b.startOption(read)
	case kindVoid:
		b.element(read)
		b.pop()
		return true
	case kindRaw:
		return b.startRaw(read)
	case kindFormatting:
		return b.startFormatting(read)
	case kindInline, kindSelect:
		b.element(read)
		return true
	case kindButton:
		b.element(read)
		b.buttons++
		return b.buttons == 1
	default:
		return b.startBlock(read, what)
	}
}

func (b *builder) startOption(read tag) bool {
	if b.top().DataAtom == atom.Option {
		b.pop()
	}
	if b.top().DataAtom != atom.Select {
		return false
	}
	b.element(read)
	return true
}

// startFormatting sorts the attributes, as the standard's parser does for these.
func (b *builder) startFormatting(read tag) bool {
	if read.name == atom.A {
		b.links++
	}
	if b.links > 1 {
		return false
	}
	slices.SortFunc(read.attributes, func(x, y html.Attribute) int {
		return cmp.Or(cmp.Compare(x.Key, y.Key), cmp.Compare(x.Val, y.Val))
	})
	b.element(read)
	return true
}

func (b *builder) startRaw(read tag) bool {
	b.element(read)
	content, ok := b.raw(read.name.String())
	if !ok {
		return false
	}
	if read.name == atom.Textarea {
		content = strings.TrimPrefix(strings.TrimPrefix(html.UnescapeString(content), "\r"), "\n")
	}
	if content != "" {
		b.add(html.TextNode, content)
	}
	b.pop()
	return true
}

// startBlock opens an element that ends a paragraph before it.
func (b *builder) startBlock(read tag, what kind) bool {
	if what == kindTable && b.paragraphs > 0 { // it depends on the kind of page
		return false
	}
	if what == kindItem && !b.endItemBefore(read.name) {
		return false
	}
	if b.top().DataAtom == atom.P {
		b.pop()
	}
	if b.paragraphs > 0 || what == kindHeading && kindOf(b.top().DataAtom) == kindHeading {
		return false
	}
	switch what {
	case kindForm:
		if b.hasForm || b.inFragment {
			return false
		}
		b.hasForm = true
	case kindParagraph:
		b.paragraphs++
	default:
	}
	b.element(read)
	if what == kindRule {
		b.pop()
	}
	return true
}

// endItemBefore ends the item that the next one of its list implies the end of. One
// further out, with something open in it, is not known.
func (b *builder) endItemBefore(name atom.Atom) bool {
	for i, node := range slices.Backward(b.open) {
		open := node.DataAtom
		switch {
		case open == name || kindOf(open) == kindItem && name != atom.Li && open != atom.Li:
			if i < len(b.open)-1 {
				return false
			}
			b.pop()
			return true
		case open == atom.Div || open == atom.P || open == atom.Address || kindOf(open) == kindInline || kindOf(open) == kindFormatting:
		default:
			return true
		}
	}
	return true
}

// startInTable opens a part of a table, closing those whose end it implies.
func (b *builder) startInTable(read tag, what kind) bool {
	if !isTableFrame(b.top().DataAtom) && !b.endCell() {
		return false
	}
	if what != kindCell && kindOf(b.top().DataAtom) == kindRow {
		b.pop()
	}
	if what == kindGroup && kindOf(b.top().DataAtom) == kindGroup {
		b.pop()
	}
	if what == kindRow && b.top().DataAtom == atom.Table {
		b.element(tag{name: atom.Tbody})
	}
	if kindOf(b.top().DataAtom) != holderOf(what) {
		return false
	}
	b.element(read)
	return true
}

func holderOf(part kind) kind {
	switch part {
	case kindCell:
		return kindRow
	case kindRow:
		return kindGroup
	default:
		return kindTable
	}
}

// endCell closes a cell in which nothing is open but what its end closes too.
func (b *builder) endCell() bool {
	b.endImplied(0)
	if kindOf(b.top().DataAtom) != kindCell {
		return false
	}
	b.pop()
	return true
}

// endImplied closes the elements whose end tag may be left out, but the excepted.
func (b *builder) endImplied(but atom.Atom) {
	for top := b.top().DataAtom; isImplied(top) && top != but; top = b.top().DataAtom {
		b.pop()
	}
}

// end closes an element that is the innermost, or would be without those whose end
// tag may be left out.
func (b *builder) end(name atom.Atom) bool {
	switch kindOf(name) {
	case kindUnknown, kindVoid, kindRule, kindRaw:
		return false
	case kindBlock, kindForm, kindButton, kindSelect:
		b.endImplied(0)
	case kindItem:
		if b.top().DataAtom == atom.P {
			b.pop()
		}
	case kindCell, kindRow, kindGroup, kindTable:
		return b.endInTable(name)
	default:
	}
	if b.top().DataAtom != name {
		return false
	}
	b.pop()
	return true
}

// endInTable closes a part of a table with the parts in it that are still open.
func (b *builder) endInTable(name atom.Atom) bool {
	what := kindOf(name)
	if !isTableFrame(b.top().DataAtom) {
		if what == kindCell {
			b.endImplied(0)
		} else if !b.endCell() {
			return false
		}
	}
	for _, inner := range []kind{kindRow, kindGroup} {
		if inner == what {
			break
		}
		if what != kindCell && kindOf(b.top().DataAtom) == inner {
			b.pop()
		}
	}
	if b.top().DataAtom != name {
		return false
	}
	b.pop()
	return true
}
