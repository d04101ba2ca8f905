package portal

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"slices"
	"strings"
	"unicode"

	"golang.org/x/net/html"

	"github.com/jansetu/jansetu/connectors"
)

// outlineLimit keeps evidence small enough for workflow history.
const outlineLimit = 400

// Outline describes the shape of an answer without the values in it: the keys
// of a JSON object, or the elements and field names of a page. It is what a
// ChangedError may carry as evidence.
func Outline(response *Response) string {
	decoder := json.NewDecoder(bytes.NewReader(bytes.TrimPrefix(response.Body, utf8BOM)))
	var value any
	if err := decoder.Decode(&value); err == nil {
		return shorten(outlineJSON(value, 3))
	}
	text, err := response.Text()
	if err != nil || !strings.Contains(text, "<") {
		return fmt.Sprintf("%d bytes of %q", len(response.Body), response.MediaType())
	}
	return shorten(outlineHTML(text))
}

func outlineJSON(value any, depth int) string {
	switch typed := value.(type) {
	case map[string]any:
		if depth == 0 {
			return "{…}"
		}
		parts := make([]string, 0, len(typed))
		for key, inner := range typed {
			parts = append(parts, maskDigits(key)+":"+outlineJSON(inner, depth-1))
		}
		slices.Sort(parts)
		return "{" + strings.Join(parts, ",") + "}"
	case []any:
		if len(typed) == 0 || depth == 0 {
			return "[]"
		}
		return "[" + outlineJSON(typed[0], depth-1) + "]"
	default:
		return fmt.Sprintf("%T", value)
	}
}

func outlineHTML(text string) string {
	tokens := html.NewTokenizer(strings.NewReader(text))
	var elements []string
	for len(elements) < 60 {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			if tokens.Err() != io.EOF { //nolint:errorlint // the tokenizer returns it bare
				elements = append(elements, "…")
			}
			break
		}
		if kind == html.StartTagToken || kind == html.SelfClosingTagToken {
			elements = append(elements, outlineElement(tokens.Token()))
		}
	}
	return strings.Join(elements, " ")
}

func outlineElement(token html.Token) string {
	for _, attribute := range token.Attr {
		if attribute.Key == "name" || attribute.Key == "id" {
			return token.Data + "#" + maskDigits(attribute.Val)
		}
	}
	return token.Data
}

func maskDigits(text string) string {
	return strings.Map(func(char rune) rune {
		if unicode.IsDigit(char) {
			return '#'
		}
		return char
	}, text)
}

func shorten(text string) string {
	runes := []rune(text)
	if len(runes) <= outlineLimit {
		return text
	}
	return string(runes[:outlineLimit]) + "…"
}

// Markers tell what an unexpected page means. They are compared without regard
// to case with the page's text.
type Markers struct {
	// Maintenance: the portal is down on purpose.
	Maintenance []string
	// Failure: the portal broke while making the page.
	Failure []string
}

// Unexpected classifies an answer that is not what the connector expected: a
// page known to mean trouble is an UnavailableError, any other a ChangedError
// with an outline of the answer.
func (m Markers) Unexpected(response *Response, expected string) error {
	if err := m.Trouble(response); err != nil {
		return err
	}
	return &connectors.ChangedError{
		Expected: expected,
		Seen:     fmt.Sprintf("status %d, %q", response.Status, response.MediaType()),
		Evidence: Outline(response),
		Snapshot: Snapshot(response),
	}
}

// Trouble is the UnavailableError of an answer that has one of the markers, and
// nil for any other.
func (m Markers) Trouble(response *Response) error {
	text, err := response.Text()
	if err != nil {
		return nil //nolint:nilerr // what cannot be read has no markers
	}
	if ContainsFold(text, m.Maintenance...) {
		return &connectors.UnavailableError{Reason: connectors.ReasonMaintenance}
	}
	if ContainsFold(text, m.Failure...) {
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	}
	return nil
}
