package dialog

import (
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
)

// openQuestion finds an open question of a running request.
func (t *turn) openQuestion(id string) (QuestionFact, bool) {
	i := slices.IndexFunc(t.facts.Questions, func(q QuestionFact) bool { return q.ID == id })
	if i < 0 {
		return QuestionFact{}, false
	}
	return t.facts.Questions[i], true
}

// fresh are the questions asked after our last bubble: they stand below it in the chat, and a bare number means them.
func (t *turn) fresh() []QuestionFact {
	var fresh []QuestionFact
	for _, question := range t.facts.Questions {
		if !slices.Contains(t.session.Seen, question.ID) {
			fresh = append(fresh, question)
		}
	}
	return fresh
}

// choices are all of the question's choices, or those of its bubble where no others are known.
func (q QuestionFact) choices() []bubble.Choice {
	choices := q.Choices
	if len(choices) == 0 {
		choices = slices.Clone(q.Bubble.Buttons)
		if q.Bubble.List != nil {
			for _, section := range q.Bubble.List.Sections {
				choices = append(choices, section.Rows...)
			}
		}
	}
	return choices
}

// offers are the question's choices under the ids that our routes know.
func (q QuestionFact) offers() []Offer {
	offers := offersOf(q.choices())
	for i := range offers {
		if verb, args := parseChoiceID(offers[i].ID); verb != verbQuestion || arg(args, 0) != q.ID {
			offers[i].ID = QuestionChoiceID(q.ID, offers[i].ID)
		}
	}
	return offers
}

// matchQuestion finds the choice that a typed text means for one question.
func (t *turn) matchQuestion(question QuestionFact, text string, numbers bool) (choice string, ok bool) {
	offers := question.offers()
	id, ok := t.matchOffer(text, offers, numbers)
	if !ok {
		id, ok = matchYesNo(t.wordIn(text), offers)
	}
	_, args := parseChoiceID(id)
	return arg(args, 1), ok
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

// pressQuestion answers a question by its own button, also one far up in the chat, as long as it is open.
func (t *turn) pressQuestion(args []string) {
	question, open := t.openQuestion(arg(args, 0))
	if !open {
		t.note(textQuestionClosed, nil)
		t.rest()
		return
	}
	chosen := QuestionChoiceID(question.ID, arg(args, 1))
	for _, offer := range question.offers() {
		if offer.ID == chosen {
			t.answerQuestion(question, arg(args, 1), offer.Title)
			return
		}
	}
	t.note(textQuestionChoose, nil)
	t.showQuestion(question)
}

func (t *turn) answerQuestion(question QuestionFact, choice, title string) {
	t.effects = append(t.effects, AnswerQuestion{QuestionID: question.ID, Reference: question.Reference, Choice: choice})
	t.facts.Questions = slices.DeleteFunc(slices.Clone(t.facts.Questions), func(q QuestionFact) bool { return q.ID == question.ID })
	t.note(textQuestionTaken, catalog.Args{"choice": title})
	if t.session.Draft != nil {
		t.again()
		return
	}
	t.session.Step = StepMenu
	t.reply("", nil)
}

// answersQuoted takes a text that quotes an open question and is one of its answers.
func (t *turn) answersQuoted(text string) bool {
	question, open := t.openQuestion(t.event.QuotedQuestion)
	if !open {
		return false
	}
	choice, ok := t.matchQuestion(question, text, true)
	if ok {
		t.pressQuestion([]string{question.ID, choice})
	}
	return ok
}

func (t *turn) showQuoted() {
	question, open := t.openQuestion(t.event.QuotedQuestion)
	if !open {
		t.note(textQuestionClosed, nil)
		t.rest()
		return
	}
	t.note(textQuestionChoose, nil)
	t.showQuestion(question)
}

// answersFresh takes a bare answer to the one question that was asked after our last bubble.
func (t *turn) answersFresh(text string) bool { return len(t.fresh()) > 0 && t.answersAny(text, true) }

// answersOpen takes a bare title, yes or no for an open question. A number is not enough: it may mean our last bubble.
func (t *turn) answersOpen(text string) bool { return t.answersAny(text, false) }

// answersAny answers the question if it is the only one open; where several are, it asks which is meant.
func (t *turn) answersAny(text string, numbers bool) bool {
	for _, question := range t.facts.Questions {
		choice, ok := t.matchQuestion(question, text, numbers)
		switch {
		case !ok:
			continue
		case len(t.facts.Questions) == 1:
			t.pressQuestion([]string{question.ID, choice})
		default:
			t.open(StepWhich)
		}
		return true
	}
	return false
}

func (t *turn) showWhich() {
	if len(t.facts.Questions) == 0 {
		t.open(StepMenu)
		return
	}
	var choices []bubble.Choice
	for _, question := range t.facts.Questions[:min(len(t.facts.Questions), bubble.MaxRows)] {
		choices = append(choices, bubble.Choice{
			ID:          choiceID(verbAnswer, question.ID),
			Title:       t.serviceTitle(question.ServiceID, question.Reference),
			Description: question.Reference,
		})
	}
	t.reply(t.text(textQuestionWhich, nil), choices)
}

func (t *turn) pressAnswer(args []string) {
	question, open := t.openQuestion(arg(args, 0))
	if !open {
		t.note(textQuestionClosed, nil)
		t.rest()
		return
	}
	t.leave()
	t.session.Step = StepMenu
	title := t.serviceTitle(question.ServiceID, question.Reference)
	t.note(textQuestionAbout, catalog.Args{"service": title, "reference": question.Reference})
	t.showQuestion(question)
}

// pressQuestionPage turns to another page of a question's choices.
func (t *turn) pressQuestionPage(args []string) {
	question, open := t.openQuestion(arg(args, 0))
	if !open {
		t.note(textQuestionClosed, nil)
		t.rest()
		return
	}
	labels := QuestionLabels{Choose: t.text(buttonChoose, nil), Previous: t.text(buttonPrevious, nil), More: t.text(buttonMore, nil)}
	t.reply(question.Bubble.Text, questionPage(question.ID, question.choices(), pageNumber(arg(args, 1)), labels))
}

// showQuestion sends a question again as it was asked, below the notes.
func (t *turn) showQuestion(question QuestionFact) {
	offers := question.offers()
	choices := make([]bubble.Choice, 0, len(offers))
	for _, offer := range offers {
		choices = append(choices, bubble.Choice{ID: offer.ID, Title: offer.Title})
	}
	again := question.Bubble
	again.Text = t.withNotes(again.Text)
	if bubble.Validate(again) != nil {
		t.reply(question.Bubble.Text, choices)
		return
	}
	t.send(again, choices)
}
