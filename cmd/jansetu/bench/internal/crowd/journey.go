package crowd

import (
	"math/rand/v2"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// journey is what a citizen set out to do. Given the last reply it returns the next message; false when it is over.
type journey func(last wire.Send, random *rand.Rand) (wire.Message, bool)

// step makes one message out of the last reply.
type step func(last wire.Send, random *rand.Rand) wire.Message

// inOrder is a journey of fixed steps.
func inOrder(steps ...step) journey {
	return func(last wire.Send, random *rand.Rand) (wire.Message, bool) {
		if len(steps) == 0 {
			return wire.Message{}, false
		}
		next := steps[0]
		steps = steps[1:]
		return next(last, random), true
	}
}

func say(text string) step {
	return func(wire.Send, *rand.Rand) wire.Message { return wire.Message{Text: text} }
}

// pressAny presses one of the choices offered, at random; without a choice it types the words.
func pressAny(otherwise string) step {
	return func(last wire.Send, random *rand.Rand) wire.Message {
		if len(last.Choices) == 0 {
			return wire.Message{Text: otherwise}
		}
		return press(last, random.IntN(len(last.Choices)))
	}
}

// pressFirst presses the first choice offered; without a choice it types the words.
func pressFirst(otherwise string) step {
	return func(last wire.Send, _ *rand.Rand) wire.Message {
		if len(last.Choices) == 0 {
			return wire.Message{Text: otherwise}
		}
		return press(last, 0)
	}
}

func press(last wire.Send, i int) wire.Message {
	return wire.Message{ChoiceID: last.Choices[i].ID, ChoiceTitle: last.Choices[i].Title, FromList: last.List}
}

// newcomer is a citizen's first contact: language, then consent, then the menu.
func newcomer(v Vocabulary) journey {
	return inOrder(say(v.Greeting), pressAny(v.Menu), pressFirst(v.Menu))
}

// browse opens the menu, a category and a service in it, and turns back.
func browse(v Vocabulary) journey {
	return inOrder(say(v.Menu), pressAny(v.Menu), pressAny(v.Back), say(v.Back))
}

func search(v Vocabulary, random *rand.Rand) journey {
	return inOrder(say(pick(v.Searches, random, v.Menu)))
}

func status(v Vocabulary) journey {
	return inOrder(say(v.Status))
}

// confirmedIn is how many finished forms share one confirmed request: most people look before they ask.
const confirmedIn = 20

// fillForm asks for a service by typing, answers its questions, one of them wrongly first, and mostly leaves at the summary.
func fillForm(v Vocabulary, random *rand.Rand) journey {
	if len(v.Forms) == 0 {
		return status(v)
	}
	form := v.Forms[random.IntN(len(v.Forms))]
	f := &filling{vocabulary: v, form: form, wrongFirst: random.IntN(2) == 0}
	return f.next
}

// filling is a form being filled in.
type filling struct {
	vocabulary Vocabulary
	form       Form
	wrongFirst bool
	asked      bool
	chosen     int // choices pressed before the first question, such as "did you mean"
	answered   int
	over       bool
}

func (f *filling) next(last wire.Send, random *rand.Rand) (wire.Message, bool) {
	switch {
	case f.over:
		return wire.Message{}, false
	case !f.asked:
		f.asked = true
		return wire.Message{Text: f.form.Ask}, true
	case f.answered == 0 && f.chosen == 0 && last.List:
		f.chosen++
		return press(last, 0), true
	case f.wrongFirst:
		f.wrongFirst = false
		return wire.Message{Text: f.vocabulary.Invalid}, true
	case f.answered < len(f.form.Answers):
		f.answered++
		return wire.Message{Text: f.form.Answers[f.answered-1]}, true
	default:
		f.over = true
		return f.leave(last, random), true
	}
}

func (f *filling) leave(last wire.Send, random *rand.Rand) wire.Message {
	if len(last.Choices) > 0 && random.IntN(confirmedIn) == 0 {
		return press(last, 0)
	}
	return wire.Message{Text: f.vocabulary.Cancel}
}

func pick(from []string, random *rand.Rand, otherwise string) string {
	if len(from) == 0 {
		return otherwise
	}
	return from[random.IntN(len(from))]
}

// setOut chooses what a known citizen does next. The shares are counted in journeys; the report counts the messages they became.
func setOut(v Vocabulary, random *rand.Rand) journey {
	switch p := random.IntN(100); {
	case p < 30:
		return browse(v)
	case p < 60:
		return search(v, random)
	case p < 85:
		return fillForm(v, random)
	default:
		return status(v)
	}
}
