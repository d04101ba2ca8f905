package jsf

import (
	"encoding/json"
	"errors"
	"strings"

	"github.com/jansetu/jansetu/connectors/portal/xmltree"
)

// Partial is the answer to a partial request (JavaServer Faces specification,
// appendix "XML schema definition for composite response").
type Partial struct {
	// Updates are pieces of the page by the id of the element they replace, in
	// order.
	Updates []Update
	// Redirect is where to go next; empty for none.
	Redirect string
	// ErrorName is the class of an exception; empty for none.
	ErrorName string
	// Args are PrimeFaces' callback arguments, such as validationFailed.
	Args map[string]any
}

// Update is one piece of the page.
type Update struct{ ID, Markup string }

var errNotPartial = errors.New("not a partial response")

// maxPartialDepth and maxUpdates bound what is read of a partial response.
const (
	maxPartialDepth = 8
	maxUpdates      = 500
)

// IsPartial tells whether a text looks like a partial response.
func IsPartial(text string) bool {
	head := text[:min(len(text), 300)]
	return strings.Contains(head, "<partial-response")
}

// ParsePartial reads a partial response.
func ParsePartial(text string) (Partial, error) {
	root, err := xmltree.Parse(text)
	if err != nil || root.Name != "partial-response" {
		return Partial{}, errNotPartial
	}
	var partial Partial
	if !partial.read(root.Children, maxPartialDepth-1) {
		return Partial{}, errNotPartial
	}
	return partial, nil
}

func (p *Partial) read(elements []*xmltree.Element, depth int) bool {
	if depth == 0 && len(elements) > 0 {
		return false
	}
	for _, element := range elements {
		if !p.read(element.Children, depth-1) {
			return false
		}
		text := element.Text
		if len(element.Children) > 0 { // it holds no piece
			text = ""
		}
		switch element.Name {
		case "update":
			p.Updates = append(p.Updates, Update{ID: element.Attribute("id"), Markup: text})
		case "redirect":
			p.Redirect = element.Attribute("url")
		case "error-name":
			p.ErrorName = strings.TrimSpace(text)
		case "extension":
			var args map[string]any
			if json.Unmarshal([]byte(text), &args) == nil {
				p.Args = args
			}
		}
	}
	return len(p.Updates) <= maxUpdates
}
