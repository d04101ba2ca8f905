package dialog

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

const (
	textQuestionLater catalog.TextKey = "dialog.question.later"
	textQuestionNoRow catalog.TextKey = "dialog.question.no_row"
	textWhichAnswer   catalog.TextKey = "dialog.question.which_answer"
	textWhichHeld     catalog.TextKey = "dialog.question.which_held"
	textWhichForm     catalog.TextKey = "dialog.question.which_form"

	textFormPeople   catalog.TextKey = "dialog.form.people"
	textFormMaxSize  catalog.TextKey = "dialog.form.max_size"
	textFormTogether catalog.TextKey = "dialog.form.together"
	textFormNumbers  catalog.TextKey = "dialog.form.progress_together"
	textFormLines    catalog.TextKey = "dialog.form.lines"
	textFormNotRead  catalog.TextKey = "dialog.form.not_read"
	textFormLeaveOut catalog.TextKey = "dialog.form.leave_out"
	textFormOneOf    catalog.TextKey = "dialog.form.one_of"
)

// questionTexts are the texts about questions of running requests that came after those of choices.
func questionTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textQuestionLater}, {Key: textQuestionNoRow, Placeholders: []string{"query"}}, {Key: textWhichAnswer},
		{Key: textWhichHeld}, {Key: textWhichForm}, {Key: textFormPeople}, {Key: textFormMaxSize, Placeholders: []string{"mb"}}, {Key: textFormTogether},
		{Key: textFormNumbers, Placeholders: []string{"number", "last", "total"}},
		{Key: textFormLines, Placeholders: []string{"given", "wanted"}}, {Key: textFormNotRead, Placeholders: []string{"field", "why"}},
		{Key: textFormLeaveOut, Placeholders: []string{"question"}}, {Key: textFormOneOf, Placeholders: []string{"papers"}},
	}
}

// openQuestion finds an open question of a running request.
func (t *turn) openQuestion(id string) (QuestionFact, bool) {
	i := slices.IndexFunc(t.facts.Questions, func(q QuestionFact) bool { return q.ID == id })
	if i < 0 {
		return QuestionFact{}, false
	}
	return t.facts.Questions[i], true
}

// fresh are the questions asked after our last bubble: they stand below it in the chat, and a bare number means them.
func (t *turn) fresh() []QuestionFact { return freshOf(t.session, t.facts) }

func freshOf(session Session, facts Facts) []QuestionFact {
	var fresh []QuestionFact
	for _, question := range facts.Questions {
		if !slices.Contains(session.Seen, question.ID) {
			fresh = append(fresh, question)
		}
	}
	return fresh
}

// near are the questions on the citizen's screen: the one that our last bubble asked, and those asked since.
func nearOf(session Session, facts Facts) []QuestionFact {
	near := freshOf(session, facts)
	if session.Step != StepAnswer {
		return near
	}
	for _, question := range facts.Questions {
		if question.ID == session.Question && slices.Contains(session.Seen, question.ID) {
			return append([]QuestionFact{question}, near...)
		}
	}
	return near
}

// choices are all of the question's choices, or those of its bubble where no others are known.
func (q QuestionFact) choices() []bubble.Choice {
	choices := slices.Clone(q.Choices)
	if len(choices) == 0 {
		choices = slices.Clone(q.Bubble.Buttons)
		if q.Bubble.List != nil {
			for _, section := range q.Bubble.List.Sections {
				choices = append(choices, section.Rows...)
			}
		}
	}
	for i := range choices {
		if verb, args := parseChoiceID(choices[i].ID); verb != verbQuestion || arg(args, 0) != q.ID {
			choices[i].ID = QuestionChoiceID(q.ID, choices[i].ID)
		}
	}
	return choices
}

func (t *turn) questionLabels() QuestionLabels {
	return QuestionLabels{Choose: t.text(buttonChoose, nil), Previous: t.text(buttonPrevious, nil), More: t.text(buttonMore, nil)}
}

// onScreen are the choices of a question that the citizen sees, with the rows that turn pages: a bare number means one of them.
func (t *turn) onScreen(question QuestionFact) []Offer {
	if t.session.Step == StepAnswer && t.session.Question == question.ID {
		return t.session.Offered
	}
	return offersOf(questionPage(question.ID, question.choices(), 0, t.questionLabels()))
}

// showAnswer asks the question that the session holds once more, or says that it is closed.
func (t *turn) showAnswer() {
	question, open := t.openQuestion(t.session.Question)
	if !open {
		t.note(textQuestionClosed, nil)
		t.leaveQuestion()
		t.rest()
		return
	}
	t.showQuestion(question)
}

// ask puts a question, from the first page of all its choices, below the notes. From then on a bare answer is for it.
func (t *turn) ask(question QuestionFact) {
	t.session.Query, t.session.Page = "", 0
	t.showQuestion(question)
}

// showQuestion sends a question again as it was asked, or the page of its choices that was turned to.
func (t *turn) showQuestion(question QuestionFact) {
	t.session.Step, t.session.Question = StepAnswer, question.ID
	choices := t.rowsFound(question, t.session.Query)
	page := questionPage(question.ID, choices, t.session.Page, t.questionLabels())
	switch {
	case t.session.Query != "" || t.session.Page > 0:
		t.sendQuestion(bubble.Ask(t.withNotes(t.text(textQuestionChoose, nil)), t.text(buttonChoose, nil), page), question, page)
	case question.Field != nil && question.Field.Type == catalog.FieldLocation && len(choices) == 0:
		t.sendQuestion(bubble.AskLocation(t.withNotes(question.Bubble.Text)), question, page)
	case bubble.Validate(question.Bubble) != nil:
		t.sendQuestion(bubble.Ask(t.withNotes(question.Bubble.Text), t.text(buttonChoose, nil), page), question, page)
	default:
		t.sendQuestion(question.Bubble.Below(t.notes), question, page)
	}
}

// sendQuestion sends the bubble of a question, so that a reply that quotes it is known for what it is.
func (t *turn) sendQuestion(b bubble.Bubble, question QuestionFact, choices []bubble.Choice) {
	t.replied = true
	t.session.offer(choices)
	t.effects = append(t.effects, Reply{Bubble: b, Question: question.ID})
}

// rowsFound are the choices whose title or description holds what was typed; all of them for an empty text.
func (t *turn) rowsFound(question QuestionFact, text string) []bubble.Choice {
	choices, part := question.choices(), fold(text)
	if part == "" {
		return choices
	}
	return slices.DeleteFunc(choices, func(c bubble.Choice) bool {
		return !strings.Contains(fold(c.Title), part) && !strings.Contains(fold(c.Description), part)
	})
}

// leastPart is how much of a row's name has to be typed to find it, in bytes of its folded form: two letters of any script.
const leastPart = 2

// findRows takes a part of a row's name in a list too long for one bubble: it shows the rows that have it.
func (t *turn) findRows(question QuestionFact, text string) bool {
	if len(question.choices()) <= bubble.MaxButtons || len(fold(text)) < leastPart {
		return false
	}
	if len(t.rowsFound(question, text)) == 0 {
		return false
	}
	t.session.Query, t.session.Page = bubble.Shorten(text, maxWish), 0
	t.showQuestion(question)
	return true
}

// pressQuestionPage turns to another page of a question's choices.
func (t *turn) pressQuestionPage(args []string) {
	question, open := t.openQuestion(arg(args, 0))
	if !open {
		t.closedQuestion()
		return
	}
	if t.session.Step != StepAnswer || t.session.Question != question.ID {
		t.session.Query = ""
	}
	t.session.Page = pageNumber(arg(args, 1))
	t.showQuestion(question)
}

// pressQuestion answers a question by its own button, also one far up in the chat, as long as it is open.
func (t *turn) pressQuestion(args []string) {
	question, open := t.openQuestion(arg(args, 0))
	if !open {
		t.closedQuestion()
		return
	}
	chosen := QuestionChoiceID(question.ID, arg(args, 1))
	for _, choice := range question.choices() {
		if choice.ID == chosen {
			t.answerQuestion(question, answer{choice: arg(args, 1), shown: choice.Title})
			return
		}
	}
	t.note(textQuestionChoose, nil)
	t.ask(question)
}

// pressAnswer asks a question again that the citizen turned to, from its request or where it was asked which one is meant. What they had
// sent before that is taken as its answer, if it was typed or sent for a field; a yes is asked again, below what it says yes to.
func (t *turn) pressAnswer(args []string) {
	question, open := t.openQuestion(arg(args, 0))
	if !open {
		t.closedQuestion()
		return
	}
	if held := t.session.Held; t.session.Step == StepWhich && held != nil && slices.Contains(held.For, question.ID) {
		if read, _ := t.reads(question, held.Given.Text, true); read.choice == "" {
			t.session.Held = nil
			t.takeFor(question, held.Given)
			return
		}
	}
	title := t.serviceTitle(question.ServiceID, question.Reference)
	t.note(textQuestionAbout, catalog.Args{"service": title, "reference": question.Reference})
	t.ask(question)
}

func (t *turn) closedQuestion() {
	t.note(textQuestionClosed, nil)
	t.rest()
}

// later leaves the open questions open.
func (t *turn) later() {
	t.note(textQuestionLater, nil)
	t.leaveQuestion()
	if t.session.Draft != nil {
		t.again()
		return
	}
	t.session.Step = StepMenu
	t.rest()
}

// leaveQuestion goes back from a question to the form in hand, or to the menu.
func (t *turn) leaveQuestion() {
	t.session.Question, t.session.Query, t.session.Page, t.session.Held = "", "", 0, nil
	if t.session.Step == StepAnswer || t.session.Step == StepWhich {
		t.session.Step = t.draftStep()
	}
}

// draftStep is where the form in hand stands.
func (t *turn) draftStep() Step {
	switch {
	case t.session.Draft == nil:
		return StepMenu
	case t.session.Draft.Field == "":
		return t.lastStep()
	default:
		return StepForm
	}
}

// lastStep is where the form in hand leads once every question is answered.
func (t *turn) lastStep() Step {
	if t.session.Draft.Eligibility {
		return StepVerdict
	}
	return StepSummary
}

func (t *turn) backFromQuestion() {
	t.leaveQuestion()
	t.again()
}

// draftKept is whether the form that a question interrupted, if any, can go on.
func (t *turn) draftKept() bool { return t.session.Draft == nil || t.draftFits() }
