package dialog

import (
	"slices"

	"github.com/jansetu/jansetu/gateway/bubble"
)

// mostFound is how many services a search offers.
const mostFound = 4

// takeOpen takes text where no form is waiting. What is on the citizen's screen comes first: a question of a running
// request that was asked after our last bubble, then the choices in that bubble, then older open questions, then a search.
func (t *turn) takeOpen(text string) {
	if t.wordIn(text) == wordLater && len(t.facts.Questions) > 0 {
		t.later()
		return
	}
	if t.answersNear(text) || t.picks(text) || t.answersOpen(text) || t.picksLanguage(text) {
		return
	}
	switch {
	case t.wordIn(text) != "":
		t.note(textThanks, nil)
		t.rest()
	case fold(text) == "":
		t.rest()
	default:
		t.understand(text)
	}
}

// picks takes a typed number or title of the choices last offered.
func (t *turn) picks(text string) bool {
	id, ok := t.matchOffer(text, t.session.Offered, true)
	if ok {
		t.press(id)
	}
	return ok
}

// understand opens what the text surely means, and says what that is; else offers what it may mean, else tells how to go on.
func (t *turn) understand(text string) {
	t.leave()
	if category, ok := t.catalog.FindCategory(text); ok {
		t.pressCategory([]string{category.ID, "0"})
		return
	}
	meant := t.catalog.Understand(text, mostFound)
	switch {
	case len(meant.Matches) == 0:
		t.showNothingFound(text)
	case meant.Sure:
		t.note(textUnderstood, t.serviceArgs(meant.Matches[0].Service))
		t.named = true
		t.begin(meant.Matches[0].Service)
	default:
		t.session.Query = bubble.Shorten(text, maxWish)
		t.open(StepFound)
	}
}

// showFound searches again rather than keep the results: the catalog may have changed since.
func (t *turn) showFound() {
	matches := t.catalog.Understand(t.session.Query, mostFound).Matches
	if len(matches) == 0 {
		t.open(StepMenu)
		return
	}
	var choices []bubble.Choice
	for _, match := range matches {
		choices = append(choices, t.serviceRow(match.Service))
	}
	t.reply(t.text(textFoundChoose, nil), append(choices, t.button(buttonMenu, verbMenu)))
}

func (t *turn) showNothingFound(text string) {
	const longest = 60
	args := t.helpline()
	args["query"] = bubble.Shorten(text, longest)
	if question, open := t.openQuestion(t.session.Question); open && t.session.Step == StepAnswer {
		t.note(textQuestionNoRow, args)
		t.ask(question)
		return
	}
	takers := slices.DeleteFunc(slices.Clone(t.facts.Questions), func(q QuestionFact) bool { _, ok := t.reads(q, text, false); return !ok })
	if len(takers) > 0 {
		t.which(takers, typed(text), false)
		return
	}
	t.session.Step = StepMenu
	t.reply(t.text(textFoundNone, args), []bubble.Choice{t.button(buttonMenu, verbMenu)})
}
