package dialog

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	textFormNative      catalog.TextKey = "dialog.form.native"
	textFormNativeAgain catalog.TextKey = "dialog.form.native_again"
	textFormArrived     catalog.TextKey = "dialog.form.arrived"
	textFormOver        catalog.TextKey = "dialog.form.over"

	buttonFill catalog.TextKey = "button.dialog.fill"
)

// nativeTexts are the texts about forms that open inside the channel.
func nativeTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textFormNative, Placeholders: []string{"button"}}, {Key: textFormNativeAgain, Placeholders: []string{"button"}},
		{Key: textFormArrived}, {Key: textFormOver}, {Key: buttonFill},
	}
}

// leastNative is how many questions are left when a form is offered as a native one.
const leastNative = 4

// NativeForm names a form that the channel can show.
type NativeForm struct {
	Service     string
	Eligibility bool // the questions whether somebody may have a scheme
	Language    catalog.Language
}

// FormAnswer is what came in a native form for one field.
type FormAnswer struct {
	Given    Given
	Redacted Redaction // what was masked in it: then it is not taken
}

// DraftForm is a draft as a native form shows it.
type DraftForm struct {
	Title    string
	Language catalog.Language
	Fields   []catalog.Field // of the catalog: not to be changed
	Answers  map[string]string
}

// NativeFields are the questions of a form that the channel may show; none for a service that cannot be asked for.
func (e *Engine) NativeFields(form NativeForm) []catalog.Field {
	draft := Draft{ID: "-", Service: form.Service, Eligibility: form.Eligibility}
	if service, ok := e.catalog.Service(form.Service); !ok || service.Availability != catalog.Live {
		return nil
	}
	return e.formOf(&draft)
}

// DraftForm finds the draft that a native form fills, by the key it was offered under. False: it was used already, or is gone; then only the
// language is known.
func (e *Engine) DraftForm(session Session, key string, at time.Time) (DraftForm, bool) {
	t := &turn{Engine: e, session: session.clone(), event: Event{Time: at}}
	t.upgrade()
	draft := t.draftOfForm(key)
	if draft == nil {
		return DraftForm{Language: t.lang()}, false
	}
	return t.draftForm(draft), true
}

// FillForm keeps what came in a native form, before it is sent off: what is valid stands in the draft from then on, so that closing the form loses
// nothing; what is not is told, by field, in the citizen's language. Nothing is said in the chat. False as in [Engine.DraftForm].
func (e *Engine) FillForm(session Session, key string, given map[string]FormAnswer, at time.Time) (Session, DraftForm, map[string]string, bool) {
	t := &turn{Engine: e, session: session.clone(), event: Event{Time: at}}
	t.upgrade()
	draft := t.draftOfForm(key)
	if draft == nil {
		return session, DraftForm{Language: t.lang()}, nil, false
	}
	problems := t.fillDraft(draft, given)
	return t.session, t.draftForm(draft), problems, true
}

// ExpectsDigits says whether digits are an acceptable answer to a field of digits or of a phone.
func ExpectsDigits(field *catalog.Field, digits string) bool { return expects(field, digits) }

func (t *turn) draftForm(draft *Draft) DraftForm {
	form := DraftForm{Language: t.lang(), Fields: t.formOf(draft), Answers: draft.clone().Answers}
	if service, ok := t.catalog.Service(draft.Service); ok {
		form.Title = service.Title.In(t.lang())
	}
	return form
}

// draftOfForm is the draft in hand, or one that is kept, that was offered as a native form under a key.
func (t *turn) draftOfForm(key string) *Draft {
	if key == "" || !t.agreed() {
		return nil
	}
	if draft := t.session.Draft; draft != nil && draft.Flow == key && t.draftFits() {
		return draft
	}
	i := slices.IndexFunc(t.session.Parked, func(d Draft) bool { return d.Flow == key })
	if i < 0 || !t.canContinue(&t.session.Parked[i]) || t.session.Parked[i].Form != t.formPrint(&t.session.Parked[i]) {
		return nil
	}
	return &t.session.Parked[i]
}

// fillDraft keeps what passes the form's own check and says why the rest does not.
func (t *turn) fillDraft(draft *Draft, given map[string]FormAnswer) map[string]string {
	problems := map[string]string{}
	form := t.formOf(draft)
	for i := range form {
		field := &form[i]
		answer, some := given[field.ID]
		if !some {
			continue
		}
		value, problem := t.checkFormAnswer(field, answer)
		if problem != nil {
			problems[field.ID] = t.text(problem.Key, problem.Args)
			continue
		}
		if draft.Answers == nil {
			draft.Answers = make(map[string]string)
		}
		draft.Answers[field.ID] = value
	}
	return problems
}

func (t *turn) checkFormAnswer(field *catalog.Field, answer FormAnswer) (string, *catalog.FieldProblem) {
	switch {
	case answer.Redacted == RedactedCard:
		return "", &catalog.FieldProblem{Key: textIdentityCard}
	case answer.Redacted != RedactedNothing:
		return "", &catalog.FieldProblem{Key: textIdentityAadhaar}
	case field.Optional && answer.Given.Kind == EventText && strings.TrimSpace(answer.Given.Text) == "":
		return "", nil
	}
	return check(field, answer.Given)
}

// offersNative says whether the form in hand is worth a native one, and which.
func (t *turn) offersNative() (name string, ok bool) {
	draft := t.session.Draft
	if !t.native || t.facts.NativeForm == nil || t.event.NewFormKey == "" || t.left() < leastNative {
		return "", false
	}
	if field := t.field(); field.Type == catalog.FieldLocation {
		return "", false // its own button would be lost
	}
	name = t.facts.NativeForm(NativeForm{Service: draft.Service, Eligibility: draft.Eligibility, Language: t.lang()})
	return name, name != ""
}

// left is how many questions of the form in hand a native form could still take.
func (t *turn) left() (count int) {
	form := t.form()
	for i := range form {
		if _, answered := t.session.Draft.Answers[form[i].ID]; !answered && form[i].Type != catalog.FieldLocation {
			count++
		}
	}
	return count
}

// showNative asks the field's question with a button that opens the whole form: who answers goes on in the chat. Beside that button WhatsApp shows
// no other, so that choices are numbered.
func (t *turn) showNative(instead bubble.Bubble) bool {
	name, ok := t.offersNative()
	if !ok {
		return false
	}
	draft, label := t.session.Draft, t.text(buttonFill, nil)
	intro := textFormNative
	if len(draft.Answers) > 0 {
		intro = textFormNativeAgain
	}
	question, choices := t.nativeQuestion()
	key := draft.Flow
	if key == "" {
		key = t.event.NewFormKey
	}
	text := t.withNotes(t.text(intro, catalog.Args{"button": label}) + "\n\n" + question)
	offer, fits := bubble.WithFlow(text, "", choices, bubble.Flow{Name: name, Label: label, Token: key, Instead: &instead})
	if !fits {
		return false
	}
	draft.Flow = key
	t.send(offer, choices)
	return true
}

// nativeQuestion is the question in hand without buttons.
func (t *turn) nativeQuestion() (string, []bubble.Choice) {
	if fields := t.together(); fields != nil {
		return t.togetherQuestion(fields), nil
	}
	field := t.field()
	text := t.question(field)
	switch {
	case field.Type == catalog.FieldChoose:
		return text, t.fieldChoices(field)
	case field.Optional:
		text = t.text(textFormLeaveOut, catalog.Args{"question": text})
	}
	return text, nil
}

// togetherQuestion is what asks for several fields in one message.
func (t *turn) togetherQuestion(fields []*catalog.Field) string {
	lines := make([]string, 0, len(fields)+2)
	first := t.fieldIndex(fields[0].ID) + 1
	lines = append(lines, t.text(textFormNumbers, catalog.Args{
		"number": strconv.Itoa(first), "last": strconv.Itoa(first + len(fields) - 1), "total": strconv.Itoa(len(t.form())),
	}), t.text(textFormTogether, nil))
	for i, field := range fields {
		lines = append(lines, strconv.Itoa(i+1)+". "+t.shortQuestion(field))
	}
	return strings.Join(lines, "\n")
}

// takeForm opens the summary of a form that was filled in, or asks in the chat for what is missing. The draft's key is used up by it. A phone that
// does not say which form it was means the one in hand.
func (t *turn) takeForm() {
	key := t.event.Form
	if draft := t.session.Draft; key == "" && draft != nil {
		key = draft.Flow
	}
	draft := t.draftOfForm(key)
	if draft == nil {
		t.note(textFormOver, nil)
		t.rest()
		return
	}
	draft.Flow = ""
	problems := t.fillDraft(draft, t.event.Filled)
	t.takeUp(draft.ID)
	form := t.form()
	for i := range form {
		if why, wrong := problems[form[i].ID]; wrong {
			t.note(textFormNotRead, catalog.Args{"field": form[i].Label.In(t.lang()), "why": why})
		}
	}
	if _, some := t.unanswered(); some && len(t.notes) == 0 {
		t.note(textFormArrived, nil)
	}
	t.session.Question, t.session.Held = "", nil
	t.advance()
}

// takeUp puts a kept draft into the hand.
func (t *turn) takeUp(id string) {
	if t.session.Draft != nil && t.session.Draft.ID == id {
		return
	}
	i, kept := t.session.parked(id)
	if !kept {
		return
	}
	draft := t.session.Parked[i]
	t.session.Parked = append(t.session.Parked[:i:i], t.session.Parked[i+1:]...)
	t.leave()
	t.session.Draft = &draft
}

// unanswered is the first field without an answer.
func (t *turn) unanswered() (field string, some bool) {
	form := t.form()
	for i := range form {
		if _, answered := t.session.Draft.Answers[form[i].ID]; !answered {
			return form[i].ID, true
		}
	}
	return "", false
}
