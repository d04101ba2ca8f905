package dialog

import (
	"strconv"

	"github.com/jansetu/jansetu/gateway/bubble"
)

// QuestionLabels are what the hub itself says in a question's bubble, in the citizen's language.
type QuestionLabels struct {
	Choose   string // opens the list of choices
	Previous string // turns to the page before
	More     string // turns to the next page
}

// QuestionBubble is how a question of a running request is asked: its text and the first page of its choices, whose ids
// [QuestionChoiceID] made. Without choices it is the text alone. A picture is put above it with [bubble.WithPicture]; a question that
// wants a location and has no choices is asked with [bubble.AskLocation] instead.
func QuestionBubble(question, text string, choices []bubble.Choice, labels QuestionLabels) bubble.Bubble {
	return bubble.Ask(text, labels.Choose, questionPage(question, choices, 0, labels))
}

// questionPage is one page of a question's choices; it counts from 0.
func questionPage(question string, choices []bubble.Choice, page int, labels QuestionLabels) []bubble.Choice {
	turnTo := func(title string) func(int) bubble.Choice {
		return func(page int) bubble.Choice {
			return bubble.Choice{ID: choiceID(verbQuestionPage, question, strconv.Itoa(page)), Title: title}
		}
	}
	return bubble.Page(choices, page, turnTo(labels.Previous), turnTo(labels.More))
}
