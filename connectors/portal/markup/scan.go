package markup

import (
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

const whiteSpace = " \t\n\f\r"

// tag is a start or end tag.
type tag struct {
	name        atom.Atom
	attributes  []html.Attribute
	selfClosing bool
}

// scanner takes a text apart. Its methods answer false for what they do not know.
type scanner struct {
	text string
	at   int
	// pending are the attributes of the tag that is being read; block has room for
	// those of the next tags, so that a page makes few allocations.
	pending, block []html.Attribute
	// difficult counts the values that the standard's tokenizer has read.
	difficult int
}

func (s *scanner) done() bool { return s.at >= len(s.text) }

// literal reads up to the next tag, comment or declaration. A "<" before anything
// else is text.
func (s *scanner) literal() string {
	start := s.at
	for {
		next := strings.IndexByte(s.text[s.at:], '<')
		if next < 0 || s.at+next+1 >= len(s.text) {
			s.at = len(s.text)
			break
		}
		s.at += next
		if following := s.text[s.at+1]; isLetter(following) || following == '/' || following == '!' || following == '?' {
			break
		}
		s.at++
	}
	return s.text[start:s.at]
}

// startTag reads a tag whose "<" is next.
func (s *scanner) startTag() (read tag, ok bool) {
	s.at++
	if read.name, ok = s.name(); !ok {
		return read, false
	}
	s.pending = s.pending[:0]
	for {
		s.skipSpace()
		switch {
		case s.done():
			return read, false
		case s.text[s.at] == '>':
			s.at++
			read.attributes = s.kept()
			return read, true
		case s.text[s.at] == '/':
			if !strings.HasPrefix(s.text[s.at:], "/>") {
				return read, false
			}
			s.at++
			read.selfClosing = true
		default:
			if !s.attribute() {
				return read, false
			}
		}
	}
}

// endTag reads a tag whose "</" is next.
func (s *scanner) endTag() (name atom.Atom, ok bool) {
	s.at += len("</")
	if name, ok = s.name(); !ok {
		return 0, false
	}
	s.skipSpace()
	if s.done() || s.text[s.at] != '>' {
		return 0, false
	}
	s.at++
	return name, true
}

// name reads an element's name.
func (s *scanner) name() (atom.Atom, bool) {
	var lowered [16]byte
	length := 0
	for ; s.at+length < len(s.text) && length < len(lowered); length++ {
		char := s.text[s.at+length]
		if !isLetter(char) && (char < '0' || char > '9') {
			break
		}
		lowered[length] = lower(char)
	}
	if length == 0 || length == len(lowered) || s.at+length >= len(s.text) {
		return 0, false
	}
	s.at += length
	if next := s.text[s.at]; next != '>' && next != '/' && !isSpace(next) {
		return 0, false
	}
	name := atom.Lookup(lowered[:length])
	return name, name != 0
}

// attribute reads one attribute and keeps the first of each name, as the standard
// says.
func (s *scanner) attribute() bool {
	start, isLower := s.at, true
	for !s.done() && isOfKey(s.text[s.at]) {
		isLower = isLower && lower(s.text[s.at]) == s.text[s.at]
		s.at++
	}
	key := s.text[start:s.at]
	if key == "" || s.done() {
		return false
	}
	if next := s.text[s.at]; next != '=' && next != '>' && next != '/' && !isSpace(next) {
		return false
	}
	if !isLower {
		key = strings.ToLower(key)
	}
	value, ok := s.value()
	if len(s.pending) == mostAttributes {
		return false
	}
	if ok && !slices.ContainsFunc(s.pending, func(other html.Attribute) bool { return other.Key == key }) {
		s.pending = append(s.pending, html.Attribute{Key: key, Val: value})
	}
	return ok
}

// value reads what follows an attribute's name, which may be nothing.
func (s *scanner) value() (string, bool) {
	s.skipSpace()
	if s.done() || s.text[s.at] != '=' {
		return "", !s.done()
	}
	s.at++
	s.skipSpace()
	if s.done() {
		return "", false
	}
	var raw string
	switch quote := s.text[s.at]; quote {
	case '"', '\'':
		end := strings.IndexByte(s.text[s.at+1:], quote)
		if end < 0 {
			return "", false
		}
		raw = s.text[s.at+1 : s.at+1+end]
		s.at += end + len(`""`)
	default:
		end := strings.IndexAny(s.text[s.at:], whiteSpace+">")
		if end <= 0 {
			return "", false
		}
		raw = s.text[s.at : s.at+end]
		s.at += end
	}
	return s.unescapeValue(raw)
}

// The bounds within which the quick builder is the quicker one, whatever a page does
// to make it slow.
const (
	mostAttributes = 100 // of a tag
	mostDifficult  = 1000
	mostClosings   = 10 // of the body and the page
)

// unescapeValue reads the references in an attribute's value. In an attribute a name
// without its semicolon may stand for itself, as in an address's query, so only what
// cannot is read here.
func (s *scanner) unescapeValue(raw string) (string, bool) {
	if strings.IndexByte(raw, '&') < 0 {
		return raw, true
	}
	for rest := raw; ; {
		_, after, found := strings.Cut(rest, "&")
		if !found {
			return html.UnescapeString(raw), true
		}
		if !isPlainReference(after) {
			s.difficult++
			if s.difficult > mostDifficult {
				return "", false
			}
			return valueByStandard(raw)
		}
		rest = after
	}
}

// isPlainReference tells a reference that means the same in text and attribute, and
// an ampersand that begins none.
func isPlainReference(after string) bool {
	for _, known := range []string{"amp;", "quot;", "lt;", "gt;", "nbsp;"} {
		if strings.HasPrefix(after, known) {
			return true
		}
	}
	return after == "" || after[0] == '#' || !isLetter(after[0]) && (after[0] < '0' || after[0] > '9')
}

// valueByStandard reads a value with the standard's tokenizer.
func valueByStandard(raw string) (string, bool) {
	quote := `"`
	if strings.Contains(raw, quote) {
		quote = `'`
	}
	if strings.Contains(raw, quote) {
		return "", false
	}
	tokens := html.NewTokenizer(strings.NewReader("<a v=" + quote + raw + quote + ">"))
	tokens.Next()
	tokens.TagName()
	_, value, _ := tokens.TagAttr()
	return string(value), true
}

// attributeBlock is how many attributes are allocated at once.
const attributeBlock = 256

// kept moves the attributes of a tag to where they stay.
func (s *scanner) kept() []html.Attribute {
	count := len(s.pending)
	if count == 0 {
		return nil
	}
	if len(s.block)+count > cap(s.block) {
		s.block = make([]html.Attribute, 0, max(attributeBlock, count))
	}
	first := len(s.block)
	s.block = append(s.block, s.pending...)
	return s.block[first : first+count : first+count]
}

// comment reads a comment whose "<!--" is next; a declaration and a comment with an
// end that browsers guess are not known.
func (s *scanner) comment() (string, bool) {
	const opening, closing = "<!--", "-->"
	if !strings.HasPrefix(s.text[s.at:], opening) {
		return "", false
	}
	content, _, found := strings.Cut(s.text[s.at+len(opening):], closing)
	if !found || strings.HasPrefix(content, ">") || strings.HasPrefix(content, "-") || strings.HasSuffix(content, "-") ||
		strings.Contains(content, "--") {
		return "", false
	}
	s.at += len(opening) + len(content) + len(closing)
	return html.UnescapeString(content), true
}

// raw reads up to the end tag of an element in which no other tag counts, and
// through it.
func (s *scanner) raw(name string) (string, bool) {
	start := s.at
	for from := start; ; {
		next := strings.Index(s.text[from:], "</")
		if next < 0 {
			return "", false
		}
		end := from + next
		from = end + len("</")
		if len(s.text)-from <= len(name) || !strings.EqualFold(s.text[from:from+len(name)], name) {
			continue
		}
		if after := s.text[from+len(name)]; after != '>' && after != '/' && !isSpace(after) {
			continue
		}
		content := s.text[start:end]
		s.at = end
		_, ok := s.endTag()
		return content, ok && !isHiding(name, content)
	}
}

// isHiding tells a script with a comment that may hide the script's own end tag.
func isHiding(name, content string) bool {
	return name == "script" && strings.Contains(content, "<!--") && strings.Contains(strings.ToLower(content), "<script")
}

func (s *scanner) skipSpace() {
	for !s.done() && isSpace(s.text[s.at]) {
		s.at++
	}
}

func isSpace(char byte) bool {
	switch char {
	case ' ', '\t', '\n', '\f', '\r':
		return true
	default:
		return false
	}
}

func isLetter(char byte) bool { return char|0x20 >= 'a' && char|0x20 <= 'z' }

// isOfKey tells the characters of the attributes' names that pages use.
func isOfKey(char byte) bool {
	return isLetter(char) || char >= '0' && char <= '9' || char == '-' || char == '_' || char == ':' || char == '.' || char == '@'
}

func lower(char byte) byte {
	if char >= 'A' && char <= 'Z' {
		return char + 'a' - 'A'
	}
	return char
}
