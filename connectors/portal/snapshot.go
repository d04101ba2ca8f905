package portal

import (
	"strings"

	"golang.org/x/net/html"
)

// snapshotLimit keeps a snapshot small enough for an error that travels through
// workflow history.
const snapshotLimit = 12 << 10

// Snapshot is a copy of a page for the operator with everything taken out that
// could be about a person: the elements stay, with the attributes that name
// them; of the text only labels stay, digits masked; of values nothing. An
// answer that is not a page is its Outline.
func Snapshot(response *Response) string {
	text, err := response.Text()
	if err != nil || !strings.Contains(text, "<") {
		return Outline(response)
	}
	var copied strings.Builder
	tokens := html.NewTokenizer(strings.NewReader(text))
	var open string
	for copied.Len() < snapshotLimit {
		kind := tokens.Next()
		if kind == html.ErrorToken {
			return copied.String()
		}
		token := tokens.Token()
		switch kind {
		case html.StartTagToken, html.SelfClosingTagToken:
			open = token.Data
			copied.WriteString(snapshotElement(token))
		case html.EndTagToken:
			open = ""
			copied.WriteString("</" + token.Data + ">\n")
		case html.TextToken:
			copied.WriteString(snapshotText(open, token.Data))
		default:
		}
	}
	return strings.ToValidUTF8(copied.String()[:snapshotLimit], "")
}

// isNaming tells the attributes that say what an element is for from those that
// say what is in it.
func isNaming(attribute string) bool {
	switch attribute {
	case "id", "name", "type", "class", "for", "method", "enctype", "required", "disabled":
		return true
	default:
		return false
	}
}

func snapshotElement(token html.Token) string {
	var element strings.Builder
	element.WriteString("<" + token.Data)
	for _, attribute := range token.Attr {
		if isNaming(attribute.Key) {
			element.WriteString(" " + attribute.Key + `="` + html.EscapeString(maskDigits(attribute.Val)) + `"`)
		}
	}
	element.WriteString(">")
	return element.String()
}

func snapshotText(open, text string) string {
	words := strings.Join(strings.Fields(text), " ")
	switch {
	case words == "" || open == "script" || open == "style":
		return ""
	case open == "label" || open == "legend":
		return html.EscapeString(maskDigits(words))
	default:
		return "…"
	}
}
