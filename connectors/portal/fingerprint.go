package portal

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"
	"strings"

	"golang.org/x/net/html"

	"github.com/jansetu/jansetu/connectors"
)

// Fingerprint is the shape of one page, without the values in it: the names and
// types of its fields and the headings of its tables, or the keys of a JSON
// object. A connector keeps one per step; the difference between the one it was
// written for and the one seen tells an operator what a release has changed.
type Fingerprint struct {
	Step  string   `json:"step"`
	Parts []string `json:"parts"`
}

// FingerprintOf reads the shape of an answer to a step.
func FingerprintOf(step string, response *Response) Fingerprint {
	parts := map[string]bool{}
	text, err := response.Text()
	var value any
	switch {
	case err != nil:
		parts["unreadable"] = true
	case json.Unmarshal([]byte(text), &value) == nil:
		collectKeys("", value, parts)
	default:
		collectPage(text, parts)
	}
	return Fingerprint{Step: step, Parts: slices.Sorted(maps.Keys(parts))}
}

// Compare lists what of the shape is missing in the one seen, and what is new
// there.
func (f Fingerprint) Compare(seen Fingerprint) (missing, added []string) {
	return without(f.Parts, seen.Parts), without(seen.Parts, f.Parts)
}

// Explain adds to a ChangedError what of the shape is missing in the answer that it
// is about, and what is new there. Any other error stays as it is, and so does one
// about an answer that has the whole shape.
func (f Fingerprint) Explain(response *Response, err error) error {
	changed, ok := errors.AsType[*connectors.ChangedError](err)
	if !ok || len(f.Parts) == 0 {
		return err
	}
	missing, added := f.Compare(FingerprintOf(f.Step, response))
	if len(missing) == 0 {
		return err
	}
	explained := *changed
	explained.Seen += "; missing: " + shorten(strings.Join(missing, ", "))
	if len(added) > 0 {
		explained.Seen += "; new there: " + shorten(strings.Join(added, ", "))
	}
	return &explained
}

func without(parts, others []string) []string {
	return slices.DeleteFunc(slices.Clone(parts), func(part string) bool { return slices.Contains(others, part) })
}

// deepest bounds how far into a JSON value a fingerprint looks.
const deepest = 6

func collectKeys(prefix string, value any, parts map[string]bool) {
	if strings.Count(prefix, ".") > deepest {
		return
	}
	switch typed := value.(type) {
	case map[string]any:
		for key, inner := range typed {
			path := prefix + "." + maskDigits(key)
			parts["key "+path] = true
			collectKeys(path, inner, parts)
		}
	case []any:
		for _, inner := range typed {
			collectKeys(prefix+"[]", inner, parts)
		}
	default:
	}
}

func collectPage(text string, parts map[string]bool) {
	tokens := html.NewTokenizer(strings.NewReader(text))
	inHeading := false
	var heading strings.Builder
	for {
		switch tokens.Next() {
		case html.ErrorToken:
			return
		case html.StartTagToken, html.SelfClosingTagToken:
			token := tokens.Token()
			if token.Data == "th" {
				inHeading = true
			}
			collectField(token, parts)
		case html.TextToken:
			if inHeading {
				heading.Write(tokens.Text())
			}
		case html.EndTagToken:
			if name, _ := tokens.TagName(); string(name) == "th" && inHeading {
				parts["heading "+maskDigits(strings.Join(strings.Fields(heading.String()), " "))] = true
				heading.Reset()
				inHeading = false
			}
		default:
		}
	}
}

func collectField(token html.Token, parts map[string]bool) {
	switch token.Data {
	case "input", "select", "textarea", "form":
	default:
		return
	}
	name, kind := "", token.Data
	for _, attribute := range token.Attr {
		switch attribute.Key {
		case "name":
			name = attribute.Val
		case "type":
			kind = attribute.Val
		default:
		}
	}
	if name != "" {
		parts[kind+" "+maskDigits(name)] = true
	}
}
