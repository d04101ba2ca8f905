package webform

import (
	"iter"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Squeeze makes every run of white space, the unbreakable one too, a single
// space, and drops those at the ends.
func Squeeze(text string) string {
	if isSqueezed(text) {
		return text
	}
	return strings.Join(strings.Fields(text), " ")
}

// isSqueezed tells most texts that Squeeze leaves as they are; of what it is not
// sure it says no.
func isSqueezed(text string) bool {
	space := true // one at the beginning would be one too many
	for i := range len(text) {
		switch char := text[i]; char {
		case ' ':
			if space {
				return false
			}
			space = true
		case '\t', '\n', '\v', '\f', '\r', 0xC2, 0xE1, 0xE2, 0xE3: // or the first byte of white space in UTF-8
			return false
		default:
			space = false
		}
	}
	return !space || text == ""
}

// NodeText is what people read in an element, squeezed. Where a page has thousands
// of rows it takes the place of a selection of each.
func NodeText(node *html.Node) string {
	if only := node.FirstChild; only != nil && only == node.LastChild && only.Type == html.TextNode {
		return Squeeze(only.Data)
	}
	var said strings.Builder
	for inner := following(node, node); inner != nil; inner = following(inner, node) {
		if inner.Type == html.TextNode {
			said.WriteString(inner.Data)
		}
	}
	return Squeeze(said.String())
}

// Elements are those of the name inside a part of a page, in the page's order. Where
// a page has thousands of rows it takes the place of a selector.
func Elements(part *html.Node, name atom.Atom) iter.Seq[*html.Node] {
	return func(yield func(*html.Node) bool) {
		for node := following(part, part); node != nil; node = following(node, part) {
			if node.DataAtom == name && node.Type == html.ElementNode && !yield(node) {
				return
			}
		}
	}
}

// following is the next node inside a part of a page in the page's order; nil after
// the last one.
func following(node, part *html.Node) *html.Node {
	if node.FirstChild != nil {
		return node.FirstChild
	}
	for ; node != part; node = node.Parent {
		if node.NextSibling != nil {
			return node.NextSibling
		}
	}
	return nil
}

// Attribute is the value of an element's attribute; empty without it.
func Attribute(node *html.Node, key string) string {
	value, _ := attribute(node, key)
	return value
}

func attribute(node *html.Node, key string) (value string, given bool) {
	for _, attribute := range node.Attr {
		if attribute.Key == key {
			return attribute.Val, true
		}
	}
	return "", false
}
