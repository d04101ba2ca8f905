package dialog

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// answer is what a citizen answers to a question: a choice, or a value for its field.
type answer struct {
	choice string
	value  string
	shown  string // as the citizen reads it
}

// fieldOfQuestion is the field of a question with the words of the state's languages; nil if it has none.
func (e *Engine) fieldOfQuestion(question QuestionFact) *catalog.Field {
	if question.Field == nil {
		return nil
	}
	field := *question.Field
	e.catalog.Prepare(&field)
	return &field
}

// reads finds what a typed text means to a question: one of its choices, else an answer to its field. With numbers a bare number means a
// choice on the screen, unless the question takes typed answers: there it is one.
func (t *turn) reads(question QuestionFact, text string, numbers bool) (answer, bool) {
	if id, ok := t.matchOffer(text, t.onScreen(question), numbers && question.Field == nil); ok {
		return t.choiceOf(question, id)
	}
	if id, ok := t.matchQuestion(question, text); ok {
		return t.choiceOf(question, id)
	}
	field := t.fieldOfQuestion(question)
	if field == nil || t.wordIn(text) != "" && t.wordIn(text) != wordYes && t.wordIn(text) != wordNo {
		return answer{}, false
	}
	value, problem := check(field, typed(text))
	if problem != nil {
		return answer{}, false
	}
	return answer{value: value, shown: t.shown(field, value)}, true
}

// matchQuestion finds the choice that a typed title, yes or no means for a question.
func (t *turn) matchQuestion(question QuestionFact, text string) (id string, ok bool) {
	offers := offersOf(question.choices())
	if id, ok = t.matchOffer(text, offers, false); ok {
		return id, true
	}
	return matchYesNo(t.wordIn(text), offers)
}

func (t *turn) choiceOf(question QuestionFact, id string) (answer, bool) {
	verb, args := parseChoiceID(id)
	for _, choice := range question.choices() {
		if choice.ID == id {
			return answer{choice: arg(args, 1), shown: choice.Title}, true
		}
	}
	return answer{choice: id}, verb == verbQuestionPage
}

// matchYesNo takes a bare yes or no only where the workflow's own choice ids say which one is meant.
func matchYesNo(w word, offers []Offer) (id string, ok bool) {
	meant := map[word][]string{
		wordYes:    {"yes", "pay", "confirm", "agree", "ok", "continue"},
		wordNo:     {"no", "cancel", "decline", "stop"},
		wordCancel: {"cancel", "stop", "no"},
	}
	for _, offer := range offers {
		_, args := parseChoiceID(offer.ID)
		if slices.Contains(meant[w], strings.ToLower(arg(args, 1))) {
			if ok {
				return "", false
			}
			id, ok = offer.ID, true
		}
	}
	return id, ok
}

func (t *turn) answerQuestion(question QuestionFact, given answer) {
	if verb, _ := parseChoiceID(given.choice); verb == verbQuestionPage {
		t.press(given.choice)
		return
	}
	t.effects = append(t.effects, AnswerQuestion{
		QuestionID: question.ID, Reference: question.Reference, Choice: given.choice, Value: given.value,
	})
	t.facts.Questions = slices.DeleteFunc(slices.Clone(t.facts.Questions), func(q QuestionFact) bool { return q.ID == question.ID })
	const longest = 300 // of a typed answer that is said back
	t.note(textQuestionTaken, catalog.Args{"choice": bubble.Shorten(given.shown, longest)})
	t.leaveQuestion()
	if t.session.Draft != nil {
		t.again()
		return
	}
	t.session.Step = StepMenu
	if !t.putWaiting(t.buried()) {
		t.reply("", nil)
	}
}

// takeFor takes something given as the answer to one question, or says why it is none and asks again.
func (t *turn) takeFor(question QuestionFact, given Given) {
	if given.Kind == EventText {
		if read, ok := t.reads(question, given.Text, true); ok {
			t.answerQuestion(question, read)
			return
		}
	}
	field := t.fieldOfQuestion(question)
	if field == nil {
		t.note(textQuestionChoose, nil)
		t.ask(question)
		return
	}
	value, problem := check(field, given)
	if problem != nil {
		t.note(problem.Key, problem.Args)
		t.ask(question)
		return
	}
	t.answerQuestion(question, answer{value: value, shown: t.shown(field, value)})
}

// answersQuoted takes a text that quotes an open question: one of its choices at once, anything for its field unless it is a word that
// always works.
func (t *turn) answersQuoted(text string) bool {
	question, open := t.openQuestion(t.event.QuotedQuestion)
	if !open {
		return false
	}
	read, ok := t.reads(question, text, true)
	if ok {
		t.answerQuestion(question, read)
	}
	return ok
}

// showQuoted says why a text is no answer to the question that it quotes.
func (t *turn) showQuoted(text string) {
	question, open := t.openQuestion(t.event.QuotedQuestion)
	switch {
	case !open:
		t.closedQuestion()
	case t.wordIn(text) == wordLater:
		t.later()
	case t.findRows(question, text):
	default:
		t.takeFor(question, typed(text))
	}
}

// takeAnswer takes text where our last bubble asked a question of a running request.
func (t *turn) takeAnswer(text string) {
	if _, open := t.openQuestion(t.session.Question); !open && !t.matches(text) && len(t.fresh()) == 0 {
		t.note(textQuestionClosed, nil)
		t.leaveQuestion()
		t.rest()
		return
	}
	t.takeOpen(text)
}

// findsRow is for a question of choices alone: a text that names none of them may be a part of one's name.
func (t *turn) findsRow(question QuestionFact, text string) bool {
	if _, ok := t.reads(question, text, true); ok || t.wordIn(text) != "" {
		return false
	}
	return t.findRows(question, text)
}

// matches is whether a text names one of the choices last offered.
func (t *turn) matches(text string) bool {
	_, ok := t.matchOffer(text, t.session.Offered, true)
	return ok
}

// answersNear takes a bare answer to a question on the screen. Where another could be meant as well, it asks which.
func (t *turn) answersNear(text string) bool {
	near := nearOf(t.session, t.facts)
	if len(near) == 0 {
		return false
	}
	takers := slices.DeleteFunc(slices.Clone(near), func(q QuestionFact) bool { _, ok := t.reads(q, text, true); return !ok })
	if !slices.ContainsFunc(near, QuestionFact{ID: t.heldQuestion()}.is) {
		takers = append(takers, t.choosers(text, near)...)
	}
	switch {
	case len(takers) == 1 && slices.ContainsFunc(near, takers[0].is):
		t.takeFor(takers[0], typed(text))
	case len(takers) > 0:
		t.which(takers, typed(text), false)
	case len(near) != 1 || t.wordIn(text) == wordThanks:
		return false
	case near[0].Field == nil:
		return t.findsRow(near[0], text)
	case t.findRows(near[0], text):
	default:
		t.takeFor(near[0], typed(text))
	}
	return true
}

// heldQuestion is the question that our last bubble asked; empty if it asked none. What it asks is what a yes means.
func (t *turn) heldQuestion() string {
	if t.session.Step != StepAnswer {
		return ""
	}
	return t.session.Question
}

func (q QuestionFact) is(other QuestionFact) bool { return q.ID == other.ID }

// choosers are the open questions, but those given, that have a choice of this name, or a yes or no to give.
func (t *turn) choosers(text string, but []QuestionFact) []QuestionFact {
	var choosers []QuestionFact
	for _, question := range t.facts.Questions {
		if _, ok := t.matchQuestion(question, text); ok && !slices.ContainsFunc(but, question.is) {
			choosers = append(choosers, question)
		}
	}
	return choosers
}

// answersOpen takes a bare title, yes or no for an open question further up in the chat, or a value that its field knows by its form. A
// number is not enough: it may mean our last bubble.
func (t *turn) answersOpen(text string) bool {
	takers := t.choosers(text, nil)
	for _, question := range t.facts.Questions {
		if _, ok := t.reads(question, text, false); ok && knownByForm(question.Field) && !slices.ContainsFunc(takers, question.is) {
			takers = append(takers, question)
		}
	}
	switch len(takers) {
	case 0:
		return false
	case 1:
		t.takeFor(takers[0], typed(text))
	default:
		t.which(takers, typed(text), false)
	}
	return true
}

// knownByForm is whether hardly any text that is meant otherwise could pass for an answer to the field.
func knownByForm(field *catalog.Field) bool {
	if field == nil {
		return false
	}
	switch field.Type {
	case catalog.FieldDate, catalog.FieldPhone, catalog.FieldPeople:
		return true
	case catalog.FieldDigits:
		return field.MinLength > 3 || field.Pattern != ""
	default: // none of the others
		return false
	}
}
