package dialog

import (
	"slices"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// which asks for which of several questions, and perhaps the form in hand, something given is meant. It is kept until they say.
func (t *turn) which(takers []QuestionFact, given Given, form bool) {
	held := &Held{Given: given, Form: form}
	for _, question := range takers {
		held.For = append(held.For, question.ID)
	}
	t.session.Held = held
	t.session.Step = StepWhich
	t.showWhich()
}

func (t *turn) showWhich() {
	choices := t.whichRows()
	if len(choices) == 0 {
		t.leaveQuestion()
		t.again()
		return
	}
	asked := textQuestionWhich
	switch held := t.session.Held; {
	case held != nil && len(choices) == 1:
		asked = textWhichAnswer
	case held != nil && held.Form:
		asked = textWhichHeld
	}
	t.reply(t.text(asked, nil), choices)
}

func (t *turn) whichRows() []bubble.Choice {
	held := t.session.Held
	var choices []bubble.Choice
	if held != nil && held.Form && t.session.Draft != nil {
		choices = append(choices, bubble.Choice{
			ID:          choiceID(verbDraft, t.session.Draft.ID, actionHeld),
			Title:       t.draftService().Title.In(t.lang()),
			Description: t.text(textWhichForm, nil),
		})
	}
	for _, question := range t.facts.Questions {
		if held != nil && !slices.Contains(held.For, question.ID) {
			continue
		}
		choices = append(choices, bubble.Choice{
			ID:          choiceID(verbAnswer, question.ID),
			Title:       t.serviceTitle(question.ServiceID, question.Reference),
			Description: question.Reference,
		})
	}
	return choices[:min(len(choices), bubble.MaxRows)]
}

// takeWhich takes the number or name of one of the questions; anything else goes where it would have gone without this question.
func (t *turn) takeWhich(text string) {
	switch {
	case t.picks(text):
	case t.session.Draft != nil:
		t.leaveQuestion()
		t.steps[t.session.Step].take(t, text)
	default:
		t.takeOpen(text)
	}
}

// pressHeld gives what was sent to the question of the form in hand. A yes to the whole form is asked again, below what it says yes to.
func (t *turn) pressHeld() {
	held := t.session.Held
	if t.session.Step != StepWhich || held == nil || !held.Form {
		t.earlier()
		return
	}
	t.leaveQuestion()
	switch {
	case t.session.Step != StepForm:
		t.again()
	case held.Given.Kind == EventText:
		t.takeField(held.Given.Text)
	default:
		t.takeGiven(held.Given)
	}
}

// receive takes a message that is neither text nor a choice. A paper or a place goes to the one question or field that wants it.
func (t *turn) receive() {
	given := t.given()
	if question, open := t.openQuestion(t.event.QuotedQuestion); open && question.Field != nil {
		t.takeFor(question, given)
		return
	}
	form := t.session.Step == StepForm && wants(t.field(), given)
	takers := t.wanting(given)
	switch {
	case t.takesPaper(given):
		t.checkPaper(CheckPaper{MediaID: given.MediaID})
	case form && len(takers) == 0:
		t.takeGiven(given)
	case len(takers) == 1 && !form:
		t.takeFor(takers[0], given)
	case len(takers) > 0:
		t.which(takers, given, form)
	default:
		t.refuse(given)
	}
}

// wanting are the open questions that something sent could answer: those on the screen if any of them could, else all.
func (t *turn) wanting(given Given) []QuestionFact {
	could := func(questions []QuestionFact) []QuestionFact {
		return slices.DeleteFunc(slices.Clone(questions), func(q QuestionFact) bool { return !wants(q.Field, given) })
	}
	if near := could(nearOf(t.session, t.facts)); t.session.Step == StepAnswer && len(near) > 0 {
		return near
	}
	return could(t.facts.Questions)
}

// refuse says why something sent is of no use just now, above what is asked.
func (t *turn) refuse(given Given) {
	near := nearOf(t.session, t.facts)
	switch {
	case t.session.Step == StepForm:
		t.takeGiven(given)
	case len(near) == 1 && near[0].Field != nil:
		t.takeFor(near[0], given)
	default:
		t.note(unneeded(given.Kind), nil)
		t.rest()
	}
}

func unneeded(kind EventKind) catalog.TextKey {
	switch kind {
	case EventAudio:
		return textVoice
	case EventImage, EventDocument:
		return textFileUnneeded
	case EventLocation:
		return textLocationUnneeded
	default: // all others are not understood
		return textUnsupported
	}
}
