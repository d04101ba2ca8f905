package dialog

import (
	"slices"

	"github.com/jansetu/jansetu/catalog"
)

// Redaction says what kind of number was masked in an event before the dialog saw it.
type Redaction string

// The redactions.
const (
	RedactedNothing Redaction = ""
	RedactedAadhaar Redaction = "aadhaar" // an Aadhaar number or virtual id
	RedactedCard    Redaction = "card"    // a payment card number
)

const (
	textIdentityAadhaar catalog.TextKey = "dialog.identity.aadhaar"
	textIdentityCard    catalog.TextKey = "dialog.identity.card"
)

// Expects says whether digits are an acceptable answer to what the citizen was asked: a form's field, or a question of a running request,
// of digits whose length is stated, or of a phone. Elsewhere no number is expected.
func (e *Engine) Expects(session Session, facts Facts, digits string) bool {
	asked := e.fieldsAsked(session)
	for i := range asked {
		if expects(&asked[i], digits) {
			return true
		}
	}
	for _, question := range facts.Questions {
		if field := e.fieldOfQuestion(question); field != nil && expects(field, digits) {
			return true
		}
	}
	return false
}

// fieldsAsked are the fields of the form that the citizen is asked for now: one, or several together.
func (e *Engine) fieldsAsked(session Session) []catalog.Field {
	if session.Step != StepForm || session.Draft == nil {
		return nil
	}
	form := e.formOf(session.Draft)
	at := slices.IndexFunc(form, func(f catalog.Field) bool { return f.ID == session.Draft.Field })
	if at < 0 {
		return nil
	}
	end := at + 1
	for form[at].Together && end < len(form) && form[end].Together {
		end++
	}
	return form[at:end]
}

func expects(field *catalog.Field, digits string) bool {
	stated := field.Type == catalog.FieldDigits && (field.Pattern != "" || field.MinLength > 0 && field.MaxLength > 0)
	if !stated && field.Type != catalog.FieldPhone {
		return false
	}
	_, problem := field.Check(digits)
	return problem == nil
}

// warn tells that a number was masked. It says whether nothing else of the event is to be taken: a text around such a number
// is not searched for, a paper that came with one is still a paper.
func (t *turn) warn() bool {
	switch t.event.Redacted {
	case RedactedAadhaar:
		t.note(textIdentityAadhaar, nil)
	case RedactedCard:
		t.note(textIdentityCard, nil)
	default:
		return false
	}
	return t.event.Kind == EventText || t.event.Kind == EventChoice && t.event.Choice == ""
}
