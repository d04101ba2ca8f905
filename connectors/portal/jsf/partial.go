package jsf

import (
	"encoding/json"
	"encoding/xml"
	"errors"
	"io"
	"strings"
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
	reading := partialReader{decoder: xml.NewDecoder(strings.NewReader(text))}
	reading.decoder.CharsetReader = func(_ string, input io.Reader) (io.Reader, error) { return input, nil }
	for {
		token, err := reading.decoder.Token()
		if errors.Is(err, io.EOF) {
			break
		}
		if err != nil {
			return Partial{}, errNotPartial
		}
		if err := reading.take(token); err != nil {
			return Partial{}, err
		}
	}
	if !reading.seen {
		return Partial{}, errNotPartial
	}
	return reading.partial, nil
}

type partialReader struct {
	decoder *xml.Decoder
	path    []string
	seen    bool
	id      string
	text    strings.Builder
	partial Partial
}

func (r *partialReader) take(token xml.Token) error {
	switch typed := token.(type) {
	case xml.StartElement:
		return r.open(typed)
	case xml.EndElement:
		r.close(typed.Name.Local)
	case xml.CharData:
		if len(r.path) > 0 {
			r.text.Write(typed)
		}
	default:
	}
	return nil
}

func (r *partialReader) open(element xml.StartElement) error {
	name := element.Name.Local
	if len(r.path) == 0 && name != "partial-response" || len(r.path) == maxPartialDepth || len(r.partial.Updates) > maxUpdates {
		return errNotPartial
	}
	r.seen = true
	r.path = append(r.path, name)
	r.text.Reset()
	for _, attribute := range element.Attr {
		switch {
		case name == "update" && attribute.Name.Local == "id":
			r.id = attribute.Value
		case name == "redirect" && attribute.Name.Local == "url":
			r.partial.Redirect = attribute.Value
		}
	}
	return nil
}

func (r *partialReader) close(name string) {
	text := r.text.String()
	switch name {
	case "update":
		r.partial.Updates = append(r.partial.Updates, Update{ID: r.id, Markup: text})
	case "error-name":
		r.partial.ErrorName = strings.TrimSpace(text)
	case "extension":
		var args map[string]any
		if json.Unmarshal([]byte(text), &args) == nil {
			r.partial.Args = args
		}
	}
	r.text.Reset()
	if len(r.path) > 0 {
		r.path = r.path[:len(r.path)-1]
	}
}
