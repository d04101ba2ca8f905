package xmltree

import (
	"slices"
	"strings"
	"unicode/utf8"
)

const whiteSpace = " \t\n"

// open is an element that is being read.
type open struct {
	element *Element
	// name has the prefix.
	name string
	// children is where its children begin among those that are pending.
	children int
}

// reader takes a document apart. Its methods answer false for what they do not know.
type reader struct {
	text string
	at   int
	path []open
	// pending are the children of the open elements, the innermost's last.
	pending []*Element
	root    *Element
	// joined counts the pieces of text that were added to others.
	joined int
	// elements and attributes have room for the next ones.
	elements   []Element
	attributes []Attribute
}

func quick(text string) (*Element, bool) {
	if !isPlain(text) {
		return nil, false
	}
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	made := reader{text: text}
	if !made.declaration() {
		return nil, false
	}
	for made.at < len(made.text) {
		if !made.next() {
			return nil, false
		}
	}
	return made.root, made.root != nil && len(made.path) == 0
}

// isPlain tells a text without the characters that XML forbids (XML 1.0, 2.2).
func isPlain(text string) bool {
	for i := range len(text) {
		if char := text[i]; char < ' ' && char != '\t' && char != '\n' && char != '\r' {
			return false
		}
	}
	return utf8.ValidString(text) && !strings.Contains(text, "\uFFFE") && !strings.Contains(text, "\uFFFF")
}

// declaration passes over the one that a document may begin with.
func (r *reader) declaration() bool {
	if !strings.HasPrefix(r.text, "<?") {
		return true
	}
	inside, _, found := strings.Cut(r.text, "?>")
	isKnown := strings.HasPrefix(inside, `<?xml version="1.0"`) || strings.HasPrefix(inside, `<?xml version='1.0'`)
	if !found || !isKnown || strings.Count(inside, "version") != 1 || strings.Contains(inside[1:], "<") {
		return false
	}
	r.at = len(inside) + len("?>")
	return true
}

// next reads a piece of text and the tag behind it.
func (r *reader) next() bool {
	end := strings.IndexByte(r.text[r.at:], '<')
	if end < 0 {
		end = len(r.text) - r.at
	}
	piece := r.text[r.at : r.at+end]
	r.at += end
	if !r.characters(piece) {
		return false
	}
	rest := r.text[r.at:]
	switch {
	case rest == "":
		return true
	case strings.HasPrefix(rest, "</"):
		return r.close()
	case strings.HasPrefix(rest, "<!--"):
		return r.comment()
	case strings.HasPrefix(rest, cdataStart):
		return r.cdata()
	default:
		return r.open()
	}
}

func (r *reader) characters(piece string) bool {
	if piece == "" {
		return true
	}
	if len(r.path) == 0 {
		return strings.Trim(piece, whiteSpace) == ""
	}
	said, ok := unescape(piece)
	return ok && !strings.Contains(piece, "]]>") && r.say(said)
}

// The bounds within which this reader is the quicker one, whatever a document does to
// make it slow.
const (
	mostJoined     = 100
	mostAttributes = 100 // of an element
)

// say adds to the text before the first child.
func (r *reader) say(said string) bool {
	innermost := &r.path[len(r.path)-1]
	if len(r.pending) > innermost.children {
		return true
	}
	if innermost.element.Text == "" {
		innermost.element.Text = said
		return true
	}
	innermost.element.Text += said
	r.joined++
	return r.joined <= mostJoined
}

const cdataStart, cdataEnd = "<![CDATA[", "]]>"

func (r *reader) cdata() bool {
	content, _, found := strings.Cut(r.text[r.at+len(cdataStart):], cdataEnd)
	if !found || len(r.path) == 0 {
		return false
	}
	r.at += len(cdataStart) + len(content) + len(cdataEnd)
	return r.say(content)
}

func (r *reader) comment() bool {
	const opening, closing = "<!--", "-->"
	content, _, found := strings.Cut(r.text[r.at+len(opening):], closing)
	if !found || strings.Contains(content, "--") || strings.HasSuffix(content, "-") {
		return false
	}
	r.at += len(opening) + len(content) + len(closing)
	return true
}

// open reads a start tag, or that of an empty element.
func (r *reader) open() bool {
	r.at++
	name, local, ok := r.name()
	if !ok || len(r.path) == maxDepth || len(r.path) == 0 && r.root != nil {
		return false
	}
	element := r.allocate()
	element.Name = local
	first := len(r.attributes)
	for {
		r.skipSpace()
		switch rest := r.text[r.at:]; {
		case strings.HasPrefix(rest, "/>"):
			r.at += len("/>")
			r.keepAttributes(element, first)
			return r.finish(element)
		case strings.HasPrefix(rest, ">"):
			r.at++
			r.keepAttributes(element, first)
			r.path = append(r.path, open{element: element, name: name, children: len(r.pending)})
			return true
		default:
			if !r.attribute(&first) {
				return false
			}
		}
	}
}

// finish hands a whole element to the one around it.
func (r *reader) finish(element *Element) bool {
	if len(r.path) == 0 {
		r.root = element
		return true
	}
	r.pending = append(r.pending, element)
	return true
}

func (r *reader) close() bool {
	r.at += len("</")
	if len(r.path) == 0 {
		return false
	}
	innermost := r.path[len(r.path)-1]
	if !strings.HasPrefix(r.text[r.at:], innermost.name) {
		return false
	}
	r.at += len(innermost.name)
	r.skipSpace()
	if !strings.HasPrefix(r.text[r.at:], ">") {
		return false
	}
	r.at++
	if children := r.pending[innermost.children:]; len(children) > 0 {
		innermost.element.Children = slices.Clone(children)
		r.pending = r.pending[:innermost.children]
	}
	r.path = r.path[:len(r.path)-1]
	return r.finish(innermost.element)
}

// name reads a name of ASCII with at most one prefix.
func (r *reader) name() (whole, local string, ok bool) {
	start, colon := r.at, -1
	for ; r.at < len(r.text) && isOfName(r.text[r.at]); r.at++ {
		if r.text[r.at] != ':' {
			continue
		}
		if colon >= 0 {
			return "", "", false
		}
		colon = r.at
	}
	whole = r.text[start:r.at]
	local = whole
	if colon >= 0 {
		local = r.text[colon+1 : r.at]
	}
	if local == "" || colon == start || !isStartOfName(local[0]) || !isStartOfName(whole[0]) {
		return "", "", false
	}
	return whole, local, true
}

// attribute reads one. One that is given twice is not known.
func (r *reader) attribute(first *int) bool {
	_, local, ok := r.name()
	if !ok {
		return false
	}
	r.skipSpace()
	if !strings.HasPrefix(r.text[r.at:], "=") {
		return false
	}
	r.at++
	r.skipSpace()
	if r.at >= len(r.text) || r.text[r.at] != '"' && r.text[r.at] != '\'' {
		return false
	}
	value, _, found := strings.Cut(r.text[r.at+1:], r.text[r.at:r.at+1])
	if !found || strings.IndexByte(value, '<') >= 0 {
		return false
	}
	r.at += len(value) + len(`""`)
	unescaped, ok := unescape(value)
	if !ok || len(r.attributes)-*first == mostAttributes || slices.ContainsFunc(r.attributes[*first:], func(other Attribute) bool { return other.Name == local }) {
		return false
	}
	if len(r.attributes) == cap(r.attributes) {
		r.attributes = append(make([]Attribute, 0, max(blockSize, 2*(len(r.attributes)-*first))), r.attributes[*first:]...)
		*first = 0
	}
	r.attributes = append(r.attributes, Attribute{Name: local, Value: unescaped})
	return true
}

func (r *reader) keepAttributes(element *Element, first int) {
	if len(r.attributes) > first {
		element.Attributes = r.attributes[first:len(r.attributes):len(r.attributes)]
	}
}

// blockSize is how many elements or attributes are allocated at once.
const blockSize = 128

func (r *reader) allocate() *Element {
	if len(r.elements) == cap(r.elements) {
		r.elements = make([]Element, 0, blockSize)
	}
	r.elements = r.elements[:len(r.elements)+1]
	return &r.elements[len(r.elements)-1]
}

func (r *reader) skipSpace() {
	for r.at < len(r.text) && strings.IndexByte(whiteSpace, r.text[r.at]) >= 0 {
		r.at++
	}
}

// unescape reads the five references that XML knows by itself.
func unescape(text string) (string, bool) {
	if strings.IndexByte(text, '&') < 0 {
		return text, true
	}
	for rest := text; ; {
		_, after, found := strings.Cut(rest, "&")
		if !found {
			return references.Replace(text), true
		}
		if !slices.ContainsFunc(known(), func(name string) bool { return strings.HasPrefix(after, name) }) {
			return "", false
		}
		rest = after
	}
}

func known() []string { return []string{"amp;", "lt;", "gt;", "quot;", "apos;"} }

var references = strings.NewReplacer("&amp;", "&", "&lt;", "<", "&gt;", ">", "&quot;", `"`, "&apos;", "'")

func isStartOfName(char byte) bool {
	return char|0x20 >= 'a' && char|0x20 <= 'z' || char == '_'
}

func isOfName(char byte) bool {
	return isStartOfName(char) || char >= '0' && char <= '9' || char == '-' || char == '.' || char == ':'
}
