package dialog

import (
	"slices"

	"github.com/jansetu/jansetu/catalog"
)

// takesBelowForm is for a text below a question of a running request that came below the form's own in the chat: it is for the one that it fits,
// and the citizen says for which where it fits both.
func (t *turn) takesBelowForm(text string) bool {
	takers := slices.DeleteFunc(t.fresh(), func(q QuestionFact) bool { _, ok := t.reads(q, text, true); return !ok })
	if len(takers) == 0 {
		return false
	}
	form := t.formReads(text)
	if len(takers) == 1 && !form {
		t.takeFor(takers[0], typed(text))
		return true
	}
	t.which(takers, typed(text), form)
	return true
}

// formReads is whether a text answers what the form asks now.
func (t *turn) formReads(text string) bool {
	fields := t.together()
	if fields == nil {
		if _, ok := t.matchOffer(text, t.session.Offered, t.field().Type == catalog.FieldChoose); ok {
			return true
		}
		fields = []*catalog.Field{t.field()}
	}
	lines := linesFor(text, len(fields))
	return len(lines) > 0 && slices.ContainsFunc(fields, func(field *catalog.Field) bool {
		_, problem := check(field, typed(withoutLabel(lines[0].text, field)))
		return problem == nil
	})
}

// putWaiting puts the oldest of some questions again, below the notes; false: there is none. What was asked while the citizen was busy with
// something else stands far above in the chat by now, and an answer to it may have been taken for something else.
func (t *turn) putWaiting(questions []QuestionFact) bool {
	if len(questions) == 0 {
		return false
	}
	waiting := questions[0]
	title := t.serviceTitle(waiting.ServiceID, waiting.Reference)
	t.note(textQuestionAbout, catalog.Args{"service": title, "reference": waiting.Reference})
	t.ask(waiting)
	return true
}

// buried are the open questions that stood above our last bubble already.
func (t *turn) buried() []QuestionFact {
	return slices.DeleteFunc(slices.Clone(t.facts.Questions), func(q QuestionFact) bool { return !slices.Contains(t.session.Seen, q.ID) })
}
