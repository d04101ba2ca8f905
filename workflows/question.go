package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// question is something only the citizen can say. It is the one way in which a workflow asks in the middle: a choice, or a typed
// answer that is checked like a form's, or both.
type question struct {
	// name is unique in the request; the same name asks once.
	name    string
	message Message
	choices []Choice
	// field describes a typed answer, a photo or a location; nil: only a choice counts.
	field   *catalog.Field
	picture *Picture
	stage   Stage
	detail  Message
	// waitFor is how long the answer is waited for; 0: answerFor.
	waitFor time.Duration
	// settled tells that the answer is not needed any more; nil: it is until the end.
	settled func() bool
}

// How long the citizen may take to answer when the question does not say, and when they are reminded.
const answerFor = 7 * 24 * time.Hour

// reminders are said so long after the question. The first is within the day in which WhatsApp lets us write for nothing; the outbox
// sends the others as a template where the citizen has not written since.
var reminders = []time.Duration{20 * time.Hour, 3 * 24 * time.Hour, 6 * 24 * time.Hour}

// errSettled says that what was asked has settled itself in the meantime.
var errSettled = errors.New("settled without an answer")

// errNoAnswer says that the citizen did not answer in time.
var errNoAnswer = errors.New("no answer in time")

// ask asks the citizen and waits for the answer. It fails with errStopped when somebody wants the request stopped, and with
// errNoAnswer when the time is over, after reminders outside the quiet hours.
func (p *process) ask(ctx workflow.Context, q question) (Answer, error) {
	id := p.questionID(q.name)
	input := AskInput{
		To: p.to, Question: id, Message: q.message, Choices: q.choices, Field: q.field, Picture: q.picture,
		Stage: p.standing(q.stage, q.detail),
	}
	p.enter(ctx, q.stage)
	if err := p.putQuestion(ctx, input); err != nil {
		return Answer{}, err
	}
	asked, waitFor := workflow.Now(ctx), q.waitFor
	if waitFor == 0 {
		waitFor = answerFor
	}
	for i := 0; ; i++ {
		until, last := waitFor, true
		if i < len(reminders) && reminders[i] < waitFor {
			until, last = p.quiet.Until(asked.Add(reminders[i])).Sub(asked), false
		}
		answer, err := p.awaitAnswer(ctx, q, asked.Add(min(until, waitFor)).Sub(workflow.Now(ctx)))
		if !errors.Is(err, errNoAnswer) || last || until >= waitFor {
			return answer, err
		}
		input.Reminder = i + 1
		if err := p.putQuestion(ctx, input); err != nil {
			return Answer{}, err
		}
	}
}

// questionID is under which a question's answer comes.
func (p *process) questionID(name string) string { return p.to.Reference + "/" + name }

func (p *process) putQuestion(ctx workflow.Context, input AskInput) error {
	p.asked++
	if err := hubStep(ctx, "Ask the citizen: "+input.Question, ActivityAsk, input, nil); err != nil {
		return fmt.Errorf("ask the citizen %s: %w", input.Question, err)
	}
	return nil
}

func (p *process) awaitAnswer(ctx workflow.Context, q question, atMost time.Duration) (Answer, error) {
	id := p.questionID(q.name)
	settled := func() bool { return q.settled != nil && q.settled() }
	_, err := p.awaitFor(ctx, max(atMost, 0), "the citizen's answer", func() bool {
		_, answered := p.answers[id]
		return answered || p.stop != "" || settled()
	})
	if err != nil {
		return Answer{}, err
	}
	if answer, answered := p.answers[id]; answered {
		return answer, nil
	}
	switch {
	case p.stop != "":
		return Answer{}, errStopped
	case settled():
		return Answer{}, errSettled
	}
	return Answer{}, errNoAnswer
}
