package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

// AppealOutcome is how an appeal ended.
type AppealOutcome struct {
	Ended Stage `json:"ended"`
	// Letter is our id of the letter, Revision the request by which it goes on.
	Letter   string `json:"letter,omitempty"`
	Revision string `json:"revision,omitempty"`
}

// Appeal takes an application to a higher officer: the letter is written with the facts and given to the citizen with where to take it
// (no portal that we know takes an appeal); the citizen says that it was handed in; the officer's time is waited for, and then the citizen
// is asked what was decided. Where that was nothing, or no, the revision is offered. It ends at once when the department decides meanwhile.
func Appeal(ctx workflow.Context, input AppealInput) (AppealOutcome, error) {
	request, ctx, err := newRequest(ctx, input.RequestInput)
	if err != nil {
		return AppealOutcome{}, err
	}
	a := &appeal{request: request, facts: input.Case, officer: input.Case.Officer(input.Terms.Clock)}
	listenTo(ctx, onSignal(ctx, SignalAppealSettled, func(any) { a.settled = true }))
	a.outcome.Ended, err = a.through(ctx, a.write, a.handIn, a.dateOfHandingIn, a.awaitDecision, a.askDecision, a.offerRevision)
	return a.outcome, err
}

// appeal is the state of one appeal.
type appeal struct {
	*request

	facts   AppealCase
	officer *catalog.Officer
	settled bool // the department has decided meanwhile
	filed   time.Time
	due     time.Time // when the officer has to have decided; zero: not known
	decided bool      // the officer did, against the citizen
	outcome AppealOutcome
}

// How long is waited where the law is not known to set a limit.
const (
	handInFor   = 30 * 24 * time.Hour
	decideFor   = 30 * 24 * time.Hour
	sayDecision = 14 * 24 * time.Hour
	lastWeek    = 7 * 24 * time.Hour
)

// The choices of an appeal.
const (
	choiceHandedIn  = "handed_in"
	choiceNotAppeal = "not_appeal"
	choiceToday     = "today"
	choiceGranted   = "granted"
	choiceRejected  = "rejected"
	choiceNothing   = "nothing"
)

// write writes the letter and gives it to the citizen, with where to take it.
func (a *appeal) write(ctx workflow.Context) error {
	if a.officer == nil {
		return a.end(ctx, StageRefused, say("appeal.nobody", values{"number": plain(a.facts.Number)}))
	}
	var letter Document
	err := workflow.ExecuteActivity(hubActivity(ctx, "Write the appeal"), ActivityWriteAppeal, AppealInput{RequestInput: a.input, Case: a.facts}).Get(ctx, &letter)
	if err != nil {
		return fmt.Errorf("write the appeal: %w", err)
	}
	a.outcome.Letter = letter.ID
	a.note(ctx, "The letter is written")
	message := say("appeal.letter", a.about())
	if !a.facts.FileBy.IsZero() {
		message = append(message, say("appeal.letter_until", values{"day": day(a.facts.FileBy)})...)
	}
	detail := say("appeal.detail", values{"officer": a.title()})
	return a.tellStage(ctx, "letter", StageAnswering, message, TellInput{Document: &letter, Stage: inDetail(detail)})
}

func (a *appeal) title() Value { return plain(a.officer.Title.In(a.to.Language)) }

func (a *appeal) about() values {
	return values{"officer": a.title(), "number": plain(a.facts.Number), "reference": plain(a.to.Reference)}
}

// inTime is what a citizen is given to answer: to the last day on which the letter can be filed.
func (a *appeal) inTime(ctx workflow.Context) time.Duration {
	if a.facts.FileBy.IsZero() {
		return handInFor
	}
	return max(a.facts.FileBy.Sub(workflow.Now(ctx)), time.Hour)
}

// handIn waits until the citizen has taken the letter to the office; a week before the last day they are asked once more.
func (a *appeal) handIn(ctx workflow.Context) error {
	deadline := workflow.Now(ctx).Add(a.inTime(ctx))
	first := deadline.Sub(workflow.Now(ctx))
	if first > 2*lastWeek {
		first = a.quiet.Until(deadline.Add(-lastWeek)).Sub(workflow.Now(ctx))
	}
	answer, err := a.askWhether(ctx, "handed-in", say("appeal.handed_in", a.about()), first, handInChoices())
	if left := deadline.Sub(workflow.Now(ctx)); errors.Is(err, errNoAnswer) && left > time.Minute {
		answer, err = a.askWhether(ctx, "handed-in-again", say("appeal.handed_in_last", values{"day": day(deadline), "officer": a.title()}), left, handInChoices())
	}
	switch {
	case err == nil && answer.Choice == choiceHandedIn:
		return nil
	case err == nil, errors.Is(err, errStopped):
		return a.end(ctx, StageCancelled, say("appeal.not_wanted", a.about()))
	case errors.Is(err, errNoAnswer):
		return a.end(ctx, StageExpired, say("appeal.too_late", a.about()))
	}
	return a.orSettled(ctx, err)
}

func handInChoices() []Choice {
	return []Choice{{ID: choiceHandedIn, Label: "button.handed_in"}, {ID: choiceNotAppeal, Label: "button.no_appeal"}}
}

func (a *appeal) askWhether(ctx workflow.Context, name string, message Message, waitFor time.Duration, choices []Choice) (Answer, error) {
	return a.ask(ctx, question{
		name: name, stage: StageAnswering, detail: say("appeal.detail", values{"officer": a.title()}), message: message, waitFor: waitFor,
		choices: choices, settled: func() bool { return a.settled },
	})
}

// orSettled ends an appeal that is not needed any more.
func (a *appeal) orSettled(ctx workflow.Context, err error) error {
	if errors.Is(err, errSettled) {
		return a.end(ctx, StageDone, say("appeal.settled", a.about()))
	}
	return err
}

// dateOfHandingIn asks for the day from which the officer's time is counted; without an answer it is today.
func (a *appeal) dateOfHandingIn(ctx workflow.Context) error {
	a.filed = workflow.Now(ctx)
	written, today := indianDate(a.facts.Written), indianDate(a.filed)
	answer, err := a.ask(ctx, question{
		name: "filed-on", stage: StageAnswering, message: say("appeal.when", nil), waitFor: 20 * time.Hour,
		choices: []Choice{{ID: choiceToday, Label: "button.today"}},
		field:   &catalog.Field{ID: "filed_on", Type: catalog.FieldDate, Min: written, Max: today},
		settled: func() bool { return a.settled },
	})
	a.stop = "" // it is at the office
	if err != nil && !errors.Is(err, errNoAnswer) && !errors.Is(err, errStopped) {
		return a.orSettled(ctx, err)
	}
	if filed, parsed := time.ParseInLocation(time.DateOnly, answer.Value, connectors.IndianTime); parsed == nil {
		a.filed = filed.Add(12 * time.Hour)
	}
	days, err := a.appealDays(ctx, ReadAppealClockInput{Reference: a.to.Reference, Officer: *a.officer, Arose: a.facts.Due, Filed: a.filed})
	if err != nil {
		return err
	}
	a.due = days.DecidedBy
	a.showDue(ctx, a.due)
	a.note(ctx, "The citizen has handed the letter in")
	message := say("appeal.filed", a.about())
	if !a.due.IsZero() {
		message = say("appeal.filed_due", values{"officer": a.title(), "day": day(a.due)})
	}
	return a.tellStage(ctx, "filed", StageEscalated, message, TellInput{CloseQuestions: true, Stage: inDetail(a.standing())})
}

func indianDate(at time.Time) string { return at.In(connectors.IndianTime).Format(time.DateOnly) }

// standing is what a citizen finds beside the stage while the officer decides.
func (a *appeal) standing() Message {
	if a.due.IsZero() {
		return say("appeal.detail", values{"officer": a.title()})
	}
	return say("appeal.detail_due", values{"officer": a.title(), "day": day(a.due)})
}

// awaitDecision lets the officer decide. An operator's retry asks the citizen at once.
func (a *appeal) awaitDecision(ctx workflow.Context) error {
	until := a.due.Add(time.Minute)
	if a.due.IsZero() {
		until = a.filed.Add(decideFor)
	}
	now, retries := workflow.Now(ctx), a.retries
	wait := max(a.quiet.Until(until).Sub(now), 0)
	_, err := a.awaitFor(ctx, wait, "the officer's decision", func() bool { return a.settled || a.stop != "" || a.retries > retries })
	switch {
	case err != nil:
		return err
	case a.settled:
		return a.orSettled(ctx, errSettled)
	case a.stop != "":
		return a.end(ctx, StageCancelled, say("appeal.not_followed", a.about()))
	}
	return nil
}

// askDecision asks what became of it: only the citizen gets the officer's letter.
func (a *appeal) askDecision(ctx workflow.Context) error {
	answer, err := a.askWhether(ctx, "decided", say("appeal.decided", a.about()), sayDecision, []Choice{
		{ID: choiceGranted, Label: "button.granted"}, {ID: choiceRejected, Label: "button.rejected"}, {ID: choiceNothing, Label: "button.nothing_yet"},
	})
	switch {
	case errors.Is(err, errNoAnswer), errors.Is(err, errStopped):
		return a.end(ctx, StageExpired, say("appeal.no_word", a.about()))
	case err != nil:
		return a.orSettled(ctx, err)
	case answer.Choice == choiceGranted:
		return a.end(ctx, StageDone, say("appeal.granted", a.about()))
	}
	a.decided = answer.Choice == choiceRejected
	return nil
}

// offerRevision offers to go to the next officer, where there is one.
func (a *appeal) offerRevision(ctx workflow.Context) error {
	next := a.input.Terms.Clock.Officers.Revision
	if a.facts.Level == AppealRevision || next == nil {
		return a.end(ctx, StageRefused, say("appeal.last", a.about()))
	}
	facts, err := a.revision(ctx, next)
	if err != nil {
		return err
	}
	if !facts.FileBy.IsZero() && !facts.FileBy.After(workflow.Now(ctx)) {
		return a.end(ctx, StageRefused, say("appeal.last", a.about()))
	}
	waitFor := rejectionFor
	if !facts.FileBy.IsZero() {
		waitFor = facts.FileBy.Sub(workflow.Now(ctx))
	}
	answer, err := a.askWhether(ctx, "revision", append(say("appeal.revision", nil), a.offerTo(next, facts.FileBy)...), waitFor, offerChoices())
	switch {
	case errors.Is(err, errSettled):
		return a.orSettled(ctx, err)
	case err != nil && !errors.Is(err, errNoAnswer) && !errors.Is(err, errStopped):
		return err
	case answer.Choice != choiceAppeal:
		return a.end(ctx, StageRefused, say("appeal.not_wanted", a.about()))
	}
	if a.outcome.Revision, err = a.startAppealOf(ctx, facts); err != nil {
		return err
	}
	return a.closeAs(ctx, StageAppealed)
}

// revision are the facts of the revision: those of the appeal, and what became of it. Its days are counted from the day on which the
// appeal was decided, as the citizen tells it, or should have been.
func (a *appeal) revision(ctx workflow.Context, officer *catalog.Officer) (AppealCase, error) {
	facts := a.facts
	facts.Level, facts.FirstFiled = AppealRevision, a.filed
	arose := a.due
	if a.decided || arose.IsZero() {
		arose = workflow.Now(ctx)
	}
	if a.decided {
		facts.FirstDecided = arose
	}
	days, err := a.appealDays(ctx, ReadAppealClockInput{Officer: *officer, Arose: arose})
	facts.FileBy = days.FileBy
	return facts, err
}
