package bubble

import (
	"encoding/json"
	"slices"
	"strconv"
	"strings"
)

// Say is plain text. A text over [MaxText] is shortened; use [Split] where every word must arrive.
func Say(text string) Bubble { return Bubble{Text: Shorten(orDots(text), MaxText)} }

// Ask is a question with choices. Up to three short titles without descriptions become buttons; up to ten become a list that
// label opens, where a title too long for a row is shortened between words and said in full in the description; anything
// else becomes a numbered text, so the caller must accept the number as an answer. No choices: plain text.
func Ask(text, label string, choices []Choice) Bubble {
	text, choices = orDots(text), cleanChoices(choices)
	if len(choices) == 0 {
		return Say(text)
	}
	interactive := Fits(text, MaxBody) && sendableIDs(choices)
	if interactive && fitButtons(choices) {
		return Bubble{Text: text, Buttons: choices}
	}
	if rows, ok := listRows(choices); ok && interactive {
		return Bubble{Text: text, List: &List{Label: labelFor(label), Sections: []Section{{Rows: rows}}}}
	}
	return numbered(text, label, choices)
}

// WithLink is a text with one button that opens an address. Where that cannot be, the address stands in the text.
func WithLink(text, label, address string) Bubble {
	text, label = orDots(text), oneLine(label)
	if label != "" && Fits(text, MaxBody) && Fits(label, MaxLabel) && sendableURL(address) {
		return Bubble{Text: text, Link: &Link{Label: label, URL: address}}
	}
	tail := strings.TrimSpace(label + "\n" + clean(address))
	return Say(Shorten(text, max(1, MaxText-Size(tail)-2)) + "\n\n" + tail)
}

// WithFlow is a question with a button that opens a whole form. A form's button stands alone, so that the choices of the question become numbered
// lines, and the caller must accept the number as an answer. It is false where the text is too long for a button.
func WithFlow(text, label string, choices []Choice, flow Flow) (Bubble, bool) {
	text, choices, flow.Label = orDots(text), cleanChoices(choices), oneLine(flow.Label)
	if len(choices) > 0 {
		whole := numberedWithin(text, label, choices, MaxText)
		if !Fits(whole, MaxBody) {
			return Bubble{}, false
		}
		text = whole
	}
	fits := Fits(text, MaxBody) && flow.Label != "" && Fits(flow.Label, MaxFlowLabel) && flow.Name != ""
	return Bubble{Text: text, Flow: &flow}, fits
}

// WithOrder is an order that is paid in the chat: the channel's own object, which says the text too.
func WithOrder(text string, order json.RawMessage) Bubble {
	return Bubble{Text: Shorten(orDots(text), MaxBody), Order: order}
}

// WithDocument is a document with a caption, which is shortened to [MaxCaption].
func WithDocument(caption string, document Document) Bubble {
	return Bubble{Text: Shorten(orDots(caption), MaxCaption), Document: &document}
}

// AskLocation asks for a shared location, with a button for it unless the text is too long for one.
func AskLocation(text string) Bubble {
	text = orDots(text)
	if !Fits(text, MaxBody) {
		return Say(text)
	}
	return Bubble{Text: text, Location: true}
}

// Page returns the choices of one page of a list, at most [MaxRows], with previous and next added where there is more. Pages
// count from 0; a page out of range is the nearest one. previous and next get the page number they lead to.
func Page(choices []Choice, page int, previous, next func(page int) Choice) []Choice {
	if len(choices) <= MaxRows {
		return choices
	}
	const first, middle = MaxRows - 1, MaxRows - 2
	last := (len(choices) - first + middle - 2) / middle // the last page holds one more: it needs no next
	page = min(max(page, 0), last)
	if page == 0 {
		return append(append([]Choice{}, choices[:first]...), next(1))
	}
	start := first + (page-1)*middle
	shown := []Choice{previous(page - 1)}
	if page == last {
		return append(shown, choices[start:]...)
	}
	return append(append(shown, choices[start:start+middle]...), next(page+1))
}

// Below is the bubble with notes above its text, which is shortened where both together are too long.
func (b Bubble) Below(notes []string) Bubble {
	limit := MaxText
	switch {
	case b.parts() > 0:
		limit = MaxBody
	case b.Picture != nil || b.Video != nil:
		limit = MaxCaption
	}
	parts := append(slices.Clone(notes), b.Text)
	b.Text = Shorten(orDots(strings.Join(parts, "\n\n")), limit)
	return b
}

func orDots(text string) string {
	if text = clean(text); text == "" {
		return ellipsis
	}
	return text
}

func labelFor(label string) string {
	if label = oneLine(label); label != "" && Fits(label, MaxLabel) {
		return label
	}
	return "☰"
}

func cleanChoices(choices []Choice) []Choice {
	cleaned := make([]Choice, 0, len(choices))
	for _, choice := range choices {
		choice.Title, choice.Description = oneLine(choice.Title), oneLine(choice.Description)
		if choice.Title == "" {
			choice.Title = ellipsis
		}
		cleaned = append(cleaned, choice)
	}
	return cleaned
}

func sendableIDs(choices []Choice) bool {
	seen := make(map[string]bool, len(choices))
	for _, choice := range choices {
		if !sendableID(choice.ID) || seen[choice.ID] {
			return false
		}
		seen[choice.ID] = true
	}
	return true
}

func fitButtons(choices []Choice) bool {
	if len(choices) > MaxButtons {
		return false
	}
	titles := make(map[string]bool, len(choices))
	for _, choice := range choices {
		if choice.Description != "" || titles[choice.Title] || !Fits(choice.Title, MaxButtonTitle) {
			return false
		}
		titles[choice.Title] = true
	}
	return true
}

func listRows(choices []Choice) ([]Choice, bool) {
	if len(choices) > MaxRows {
		return nil, false
	}
	rows := make([]Choice, len(choices))
	for i, choice := range choices {
		row, ok := listRow(choice)
		if !ok {
			return nil, false
		}
		rows[i] = row
	}
	return rows, true
}

func listRow(choice Choice) (Choice, bool) {
	if Fits(choice.Title, MaxRowTitle) {
		choice.Description = shortDescription(choice.Description)
		return choice, true
	}
	short, ok := wholeWords(choice.Title, MaxRowTitle-Size(ellipsis))
	if !ok || !Fits(choice.Title, MaxDescription) {
		return Choice{}, false
	}
	full := choice.Title
	if both := full + " · " + choice.Description; choice.Description != "" && Fits(both, MaxDescription) {
		full = both
	}
	return Choice{ID: choice.ID, Title: trimEnd(short) + ellipsis, Description: full}, true
}

// shortDescription drops a description rather than cut its only word.
func shortDescription(description string) string {
	if Fits(description, MaxDescription) {
		return description
	}
	short, ok := wholeWords(description, MaxDescription-Size(ellipsis))
	if !ok {
		return ""
	}
	return trimEnd(short) + ellipsis
}

func numbered(text, label string, choices []Choice) Bubble {
	return Say(numberedWithin(text, label, choices, MaxText))
}

// numberedWithin is a text with its choices as numbered lines, all of them where they fit.
func numberedWithin(text, label string, choices []Choice, limit int) string {
	var lines strings.Builder
	if label = oneLine(label); label != "" && Fits(label, MaxLabel) {
		lines.WriteString(label + ":\n")
	}
	for i, choice := range choices {
		lines.WriteString(strconv.Itoa(i+1) + ". " + choice.Title + "\n")
	}
	list := clean(lines.String())
	shortestText := limit / 8 // what the question keeps when the choices alone would fill the bubble
	if !Fits(list, limit-shortestText) {
		list = Split(list, limit-shortestText)[0]
	}
	return Shorten(text, limit-Size(list)-2) + "\n\n" + list
}
