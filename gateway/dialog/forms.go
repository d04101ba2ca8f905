package dialog

import (
	"slices"
	"strconv"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// field returns the field asked now, or nil.
func (t *turn) field() *catalog.Field { return t.fieldOf(t.session.Draft.Field) }

func (t *turn) fieldOf(id string) *catalog.Field {
	i := t.fieldIndex(id)
	if i < 0 {
		return nil
	}
	return &t.form()[i]
}

func (t *turn) fieldIndex(id string) int {
	return slices.IndexFunc(t.form(), func(f catalog.Field) bool { return f.ID == id })
}

// showField asks the field's question, below what there is to note about the last answer.
func (t *turn) showField() {
	asked, choices := t.fieldBubble()
	if !t.showNative(asked) {
		t.send(asked, choices)
	}
}

func (t *turn) fieldBubble() (bubble.Bubble, []bubble.Choice) {
	if fields := t.together(); fields != nil {
		return bubble.Say(t.withNotes(t.togetherQuestion(fields))), nil
	}
	field := t.field()
	text := t.question(field)
	choices := t.fieldChoices(field)
	if field.Type == catalog.FieldLocation {
		if field.Optional { // beside the button that sends a location there is room for no other
			text = t.text(textFormLeaveOut, catalog.Args{"question": text})
		}
		return bubble.AskLocation(t.withNotes(text)), choices
	}
	return bubble.Ask(t.withNotes(text), t.text(buttonChoose, nil), choices), choices
}

func (t *turn) question(field *catalog.Field) string {
	var lines []string
	if form := t.form(); len(form) > 1 && !t.session.Draft.Editing {
		number := strconv.Itoa(t.fieldIndex(field.ID) + 1)
		lines = append(lines, t.text(textFormProgress, catalog.Args{"number": number, "total": strconv.Itoa(len(form))}))
	}
	lines = append(lines, field.Prompt.In(t.lang()))
	lines = append(lines, t.hints(field)...)
	if field.Example != "" {
		lines = append(lines, t.text(textFormExample, catalog.Args{"example": field.Example}))
	}
	if answer, answered := t.session.Draft.Answers[field.ID]; answered {
		lines = append(lines, t.text(textFormNow, catalog.Args{"value": t.shown(field, answer)}))
	}
	return strings.Join(lines, "\n")
}

// hints say how to answer: in the service's words, and what its type and limits ask for.
func (t *turn) hints(field *catalog.Field) []string {
	var hints []string
	if help := field.Help.In(t.lang()); help != "" {
		hints = append(hints, help)
	} else if field.Type == catalog.FieldPeople {
		hints = append(hints, t.text(textFormPeople, nil))
	}
	var papers []string
	for _, id := range field.Accepts {
		if paper, ok := t.catalog.Paper(id); ok {
			papers = append(papers, paper.Title.In(t.lang()))
		}
	}
	if len(papers) > 0 {
		hints = append(hints, t.text(textFormOneOf, catalog.Args{"papers": strings.Join(papers, ", ")}))
	}
	if field.MaxMB > 0 {
		hints = append(hints, t.text(textFormMaxSize, catalog.Args{"mb": strconv.FormatFloat(field.MaxMB, 'f', -1, 64)}))
	}
	return hints
}

func (t *turn) fieldChoices(field *catalog.Field) []bubble.Choice {
	draft := t.session.Draft.ID
	var choices []bubble.Choice
	for _, choice := range field.Choices {
		choices = append(choices, bubble.Choice{
			ID:    choiceID(verbDraft, draft, actionChoose, field.ID, choice.ID),
			Title: choice.Title.In(t.lang()),
		})
	}
	if field.Optional {
		choices = append(choices, t.button(buttonSkip, verbDraft, draft, actionSkip, field.ID))
	}
	return t.page(choices, t.session.Page, func(page int) string {
		return choiceID(verbDraft, draft, actionPage, field.ID, strconv.Itoa(page))
	})
}

// takeField takes a typed answer. A number picks a choice only where the question has choices: elsewhere "1" is an answer.
func (t *turn) takeField(text string) {
	if t.takesBelowForm(text) {
		return
	}
	if fields := t.together(); fields != nil && strings.TrimSpace(text) != "" {
		t.takeTogether(fields, text)
		return
	}
	field := t.field()
	if id, ok := t.matchOffer(text, t.session.Offered, field.Type == catalog.FieldChoose); ok {
		t.press(id)
		return
	}
	t.takeGiven(typed(text))
}

// takeGiven keeps a valid answer and goes on; an invalid one is told with its reason above the same question.
func (t *turn) takeGiven(given Given) {
	field := t.field()
	value, problem := check(field, given)
	if problem != nil {
		t.note(problem.Key, problem.Args)
		t.again()
		return
	}
	t.keep(field.ID, value)
	t.advance()
}

func (t *turn) keep(field, value string) {
	if t.session.Draft.Answers == nil {
		t.session.Draft.Answers = make(map[string]string)
	}
	t.session.Draft.Answers[field] = value
}

func (t *turn) pressFieldChoice(field, choice string) {
	if !t.asked(field) {
		t.earlier()
		return
	}
	t.takeGiven(typed(choice))
}

func (t *turn) pressSkip(field string) {
	if !t.asked(field) || !t.field().Optional {
		t.earlier()
		return
	}
	t.keep(field, "")
	t.advance()
}

func (t *turn) pressFieldPage(field, page string) {
	if !t.asked(field) {
		t.earlier()
		return
	}
	t.session.Page = pageNumber(page)
	t.again()
}

// asked is whether a field is the one that waits for an answer now.
func (t *turn) asked(field string) bool {
	return t.session.Step == StepForm && t.session.Draft.Field == field && t.field() != nil
}

// previousField goes back one question; from the first, out of the form; from an edit, to the summary.
func (t *turn) previousField() {
	draft := t.session.Draft
	if draft.Editing {
		t.advance()
		return
	}
	i := t.fieldIndex(draft.Field)
	if i <= 0 {
		category := t.draftService().Category
		t.leave()
		t.pressCategory([]string{category, "0"})
		return
	}
	draft.Field = t.form()[i-1].ID
	t.session.Page = 0
	t.open(StepForm)
}

func (t *turn) lastField() {
	form := t.form()
	if len(form) == 0 {
		t.cancelDraft()
		return
	}
	t.session.Draft.Field = form[len(form)-1].ID
	t.session.Page = 0
	t.open(StepForm)
}
