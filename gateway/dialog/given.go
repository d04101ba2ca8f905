package dialog

import (
	"fmt"
	"strings"

	"github.com/jansetu/jansetu/catalog"
)

// Given is what a citizen sent that may answer a question or a form's field.
type Given struct {
	Kind     EventKind `json:"kind"`
	Text     string    `json:"text,omitempty"`
	MediaID  string    `json:"media_id,omitempty"`
	MIMEType string    `json:"mime_type,omitempty"`
	Place    string    `json:"place,omitempty"` // "latitude,longitude"
}

// Held is something given that several questions could take, while it is asked which of them is meant.
type Held struct {
	Given Given    `json:"given"`
	For   []string `json:"for"` // ids of the questions
	Form  bool     `json:"form,omitempty"`
}

func typed(text string) Given { return Given{Kind: EventText, Text: text} }

// given is the message of this turn.
func (t *turn) given() Given {
	given := Given{Kind: t.event.Kind, MediaID: t.event.MediaID, MIMEType: t.event.MIMEType}
	switch given.Kind {
	case EventLocation:
		given.Place = fmt.Sprintf("%.6f,%.6f", t.event.Latitude, t.event.Longitude)
	case EventText, EventChoice:
		given.Text = t.event.Text
	case EventDocument, EventImage, EventAudio, EventForm, EventReaction, EventUnsupported:
	}
	return given
}

func (g Given) isPaper() bool {
	return (g.Kind == EventDocument || g.Kind == EventImage) && g.MediaID != ""
}

// check makes of what was given what the field keeps, or says why it cannot. Everything that can be known at once is told at once: the
// type of a file here; its size and whether it can be read once it has been fetched. A dash leaves an optional answer out.
func check(field *catalog.Field, given Given) (value string, problem *catalog.FieldProblem) {
	switch {
	case field.Optional && given.Kind == EventText && isDash(given.Text):
		return "", nil
	case given.Kind == EventAudio:
		return "", &catalog.FieldProblem{Key: textVoice}
	case field.Type == catalog.FieldLocation:
		if given.Kind != EventLocation {
			return "", &catalog.FieldProblem{Key: textFormLocation}
		}
		return field.Check(given.Place)
	case field.Type == catalog.FieldDocument:
		return checkPaper(field, given)
	case given.Kind != EventText:
		return "", &catalog.FieldProblem{Key: textFormText}
	case strings.TrimSpace(given.Text) == "":
		return "", &catalog.FieldProblem{Key: textFormEmpty}
	}
	return field.Check(given.Text)
}

// isDash is how people leave an answer out.
func isDash(text string) bool {
	text = strings.TrimSpace(text)
	return text != "" && strings.Trim(text, "-–—") == ""
}

func checkPaper(field *catalog.Field, given Given) (value string, problem *catalog.FieldProblem) {
	if !given.isPaper() {
		return "", &catalog.FieldProblem{Key: textFormDocument}
	}
	kind, _, _ := strings.Cut(given.MIMEType, ";")
	switch strings.TrimSpace(kind) {
	case "application/pdf", "image/jpeg", "image/png":
		return field.Check(given.MediaID)
	}
	return "", &catalog.FieldProblem{Key: textFormFileType}
}

// wants is whether a field is the place for something that was sent: a paper, also one of the wrong type, or a location.
func wants(field *catalog.Field, given Given) bool {
	switch {
	case field == nil:
		return false
	case given.Kind == EventLocation:
		return field.Type == catalog.FieldLocation
	default:
		return field.Type == catalog.FieldDocument && given.isPaper()
	}
}

// shown is an answer as the citizen reads it.
func (t *turn) shown(field *catalog.Field, answer string) string {
	switch {
	case answer == "":
		return t.text(textFormSkipped, nil)
	case field.Type == catalog.FieldDocument || field.Type == catalog.FieldLocation:
		return t.text(textFormReceived, nil)
	}
	return field.Display(answer, t.lang())
}
