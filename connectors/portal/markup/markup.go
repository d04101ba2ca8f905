package markup

import (
	"fmt"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"
)

// Parse is html.Parse of a text.
func Parse(text string) (*html.Node, error) {
	if document, ok := quickDocument(text); ok {
		return document, nil
	}
	document, err := html.Parse(strings.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("parse page: %w", err)
	}
	return document, nil
}

// ParseFragment is html.ParseFragment of a text inside an element: nodes without a
// parent, in order.
func ParseFragment(text string, context *html.Node) ([]*html.Node, error) {
	if nodes, ok := quickFragment(text, context); ok {
		return nodes, nil
	}
	nodes, err := html.ParseFragment(strings.NewReader(text), context)
	if err != nil {
		return nil, fmt.Errorf("parse piece of a page: %w", err)
	}
	return nodes, nil
}

// quickDocument reads a page whose head the standard's parser has read, or a piece
// of a page that has neither head nor body.
func quickDocument(text string) (*html.Node, bool) {
	text, ok := normalized(text)
	if !ok {
		return nil, false
	}
	head, found := headOf(text)
	if !found {
		return nil, false
	}
	document, err := html.Parse(strings.NewReader(text[:head]))
	if err != nil {
		return nil, false
	}
	root := document.LastChild
	if root == nil || root.DataAtom != atom.Html || root.LastChild == nil {
		return nil, false
	}
	body := root.LastChild
	if body.DataAtom != atom.Body || body.FirstChild != nil {
		return nil, false
	}
	made := builder{scanner: scanner{text: text[head:]}}
	made.open = append(made.open, root, body)
	return document, made.build()
}

// quickFragment reads a piece of a page inside an element whose content has no rules
// of its own.
func quickFragment(text string, context *html.Node) ([]*html.Node, bool) {
	text, ok := normalized(text)
	if !ok || context == nil || context.Type != html.ElementNode || context.Namespace != "" || !isPlainContext(context.DataAtom) {
		return nil, false
	}
	root := &html.Node{Type: html.ElementNode, DataAtom: atom.Html, Data: "html"}
	made := builder{scanner: scanner{text: text}, inFragment: true}
	made.open = append(made.open, root)
	if !made.build() {
		return nil, false
	}
	var nodes []*html.Node
	for node := root.FirstChild; node != nil; node = root.FirstChild {
		root.RemoveChild(node)
		nodes = append(nodes, node)
	}
	return nodes, true
}

func isPlainContext(name atom.Atom) bool {
	switch name {
	case atom.Div, atom.Span, atom.Form, atom.Body, atom.Td, atom.Th, atom.Fieldset, atom.Section, atom.Li, atom.P, atom.Center:
		return true
	default:
		return false
	}
}

// normalized has the line ends that the standard wants before reading. A text with
// a NUL has rules of its own.
func normalized(text string) (string, bool) {
	if strings.IndexByte(text, 0) >= 0 {
		return "", false
	}
	if strings.IndexByte(text, '\r') >= 0 {
		text = strings.ReplaceAll(strings.ReplaceAll(text, "\r\n", "\n"), "\r", "\n")
	}
	return text, true
}

// headOf tells where the body's content begins: behind its start tag, or, in a piece
// of a page, at its first element.
func headOf(text string) (end int, found bool) {
	tokens := html.NewTokenizer(strings.NewReader(text))
	isPage := false
	for {
		kind := tokens.Next()
		size := len(tokens.Raw())
		switch kind {
		case html.TextToken:
			if strings.Trim(string(tokens.Raw()), whiteSpace) != "" && !isPage {
				return 0, false
			}
		case html.CommentToken, html.DoctypeToken:
			isPage = true
		case html.StartTagToken, html.SelfClosingTagToken:
			name, _ := tokens.TagName()
			switch tag := atom.Lookup(name); {
			case tag == atom.Body:
				return end + size, true
			case isOfHead(tag):
				isPage = true
			default:
				return end, !isPage && isStarting(tag)
			}
		case html.EndTagToken:
			name, _ := tokens.TagName()
			if tag := atom.Lookup(name); tag == atom.Html || !isOfHead(tag) {
				return 0, false
			}
		default:
			return 0, false
		}
		end += size
	}
}

func isOfHead(tag atom.Atom) bool {
	switch tag {
	case atom.Html, atom.Head, atom.Meta, atom.Title, atom.Link, atom.Script, atom.Style, atom.Base, atom.Noscript:
		return true
	default:
		return false
	}
}

// isStarting tells an element that makes the standard's parser begin the body.
func isStarting(tag atom.Atom) bool {
	switch kindOf(tag) {
	case kindBlock, kindInline, kindFormatting, kindForm, kindTable, kindParagraph, kindHeading:
		return true
	default:
		return false
	}
}
