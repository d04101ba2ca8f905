package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// AppealOffer is the offer of an appeal for being late. It stays open while the department is looked at.
type AppealOffer struct {
	// Question is the name under which it was put last; Open tells that its answer is waited for.
	Question string    `json:"question,omitempty"`
	Open     bool      `json:"open,omitempty"`
	FileBy   time.Time `json:"file_by,omitzero"`
	// Again is when it is put again; zero: never.
	Again time.Time `json:"again,omitzero"`
	// Appeal is the request that was started.
	Appeal string `json:"appeal,omitempty"`
}

const (
	// offerAgain is how long before the last day to file an offer that was put off is made again.
	offerAgain = 7 * 24 * time.Hour
	// rejectionFor is how long somebody who was refused may think about an appeal when no limit is known.
	rejectionFor = 30 * 24 * time.Hour
)

// The choices of an offer.
const (
	choiceAppeal = "appeal"
	choiceLater  = "later"
)

// overdue tells the citizen, once, that the time in law is over, and offers the first appeal where there is somebody to appeal to.
func (a *application) overdue(ctx workflow.Context) error {
	first := a.clock.Told.IsZero()
	officer := a.clock.law.Officers.Appeal
	if first {
		a.note(ctx, "The time that the law gives is over")
		if err := a.noteAppealDays(ctx, officer); err != nil {
			return err
		}
		a.clock.Told = workflow.Now(ctx)
	}
	switch {
	case officer == nil && first:
		a.shown = a.detail(a.Told)
		return a.tellStage(ctx, "overdue", StageOverdue, append(a.lateness(), say("clock.ask_office", nil)...), TellInput{Stage: inDetail(a.shown)})
	case officer != nil && (first || a.offerIsDueAgain(ctx)):
		return a.offerAppeal(ctx, officer, first)
	}
	return a.showProgress(ctx, a.stageNow())
}

func (a *application) noteAppealDays(ctx workflow.Context, officer *catalog.Officer) error {
	if officer == nil {
		return nil
	}
	days, err := a.appealDays(ctx, ReadAppealClockInput{Officer: *officer, Arose: a.clock.Reading.Due})
	a.Offer.FileBy = days.FileBy
	return err
}

func (p *process) appealDays(ctx workflow.Context, input ReadAppealClockInput) (days AppealDays, err error) {
	if err := hubStep(ctx, "Count the days for an appeal", ActivityReadAppealClock, input, &days); err != nil {
		return days, fmt.Errorf("read the appeal's clock: %w", err)
	}
	return days, nil
}

// lateness says who is late with what.
func (a *application) lateness() Message {
	return say("clock.overdue", values{
		"portal": portal(a.input.Portal), "number": plain(a.Submitted.Number), "day": day(a.clock.Reading.Due), "law": plain(a.clock.law.Source),
	})
}

// offerIsDueAgain tells whether an offer that was put off, or lost its question to another, is to be made again.
func (a *application) offerIsDueAgain(ctx workflow.Context) bool {
	offer, now := a.Offer, workflow.Now(ctx)
	inTime := offer.FileBy.IsZero() || now.Before(offer.FileBy)
	return offer.Appeal == "" && !offer.Open && !offer.Again.IsZero() && !now.Before(offer.Again) && inTime
}

// offerAppeal puts the offer. Its answer is taken while the department is looked at.
func (a *application) offerAppeal(ctx workflow.Context, officer *catalog.Officer, first bool) error {
	message := a.lateness()
	if !first {
		message = say("appeal.offer_again", values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)})
	}
	message = append(message, a.offerTo(officer, a.Offer.FileBy)...)
	name := a.nextStep("appeal")
	a.shown = a.detail(a.Told)
	a.enter(ctx, StageOverdue)
	err := a.putQuestion(ctx, AskInput{
		To: a.to, Question: a.questionID(name), Message: message, Choices: offerChoices(),
		Stage: &StageUpdate{Stage: StageOverdue, Detail: a.shown, Open: true},
	})
	a.Offer.Question, a.Offer.Open, a.Offer.Again = name, true, time.Time{}
	return err
}

func offerChoices() []Choice {
	return []Choice{{ID: choiceAppeal, Label: "button.appeal"}, {ID: choiceLater, Label: "button.not_now"}}
}

// offerTo says to whom may be appealed, and until when.
func (p *process) offerTo(officer *catalog.Officer, fileBy time.Time) Message {
	title := plain(officer.Title.In(p.to.Language))
	if fileBy.IsZero() {
		return say("appeal.offer", values{"officer": title})
	}
	return say("appeal.offer_until", values{"officer": title, "day": day(fileBy)})
}

func (a *application) offerAnswered() bool {
	_, answered := a.answers[a.questionID(a.Offer.Question)]
	return a.Offer.Open && answered
}

// withdrawOffer makes room for a question of the department; the offer is made again afterwards.
func (a *application) withdrawOffer(ctx workflow.Context) {
	if a.Offer.Open {
		a.Offer.Open, a.Offer.Again = false, workflow.Now(ctx)
	}
}

// takeOffer does what the citizen answered to the offer.
func (a *application) takeOffer(ctx workflow.Context) error {
	if !a.offerAnswered() {
		return nil
	}
	answer := a.answers[a.questionID(a.Offer.Question)]
	a.Offer.Open = false
	if answer.Choice == choiceAppeal {
		reference, err := a.startAppeal(ctx, AppealCase{Cause: AppealLate, FileBy: a.Offer.FileBy})
		a.Offer.Appeal, a.outcome.Appeal = reference, reference
		if err != nil {
			return err
		}
		return a.showProgress(ctx, a.stageNow())
	}
	message := say("appeal.later", values{"number": plain(a.Submitted.Number)})
	if again := a.Offer.FileBy.Add(-offerAgain); !a.Offer.FileBy.IsZero() && again.After(workflow.Now(ctx)) {
		a.Offer.Again = again
		message = say("appeal.later_reminded", values{"number": plain(a.Submitted.Number), "day": day(a.Offer.FileBy)})
	}
	return a.tell(ctx, a.nextStep("later"), message, TellInput{})
}

// startAppeal starts the appeal as a request of its own, exactly once, with the facts that the application knows.
func (a *application) startAppeal(ctx workflow.Context, facts AppealCase) (string, error) {
	facts.Level, facts.Application, facts.Number = AppealFirst, a.to.Reference, a.Submitted.Number
	facts.Applicant, facts.Applied, facts.Due = a.applicant(), a.submittedAt(ctx), a.clock.Reading.Due
	return a.startAppealOf(ctx, facts)
}

// startAppealOf has the appeal's row and the start of its workflow stored together.
func (r *request) startAppealOf(ctx workflow.Context, facts AppealCase) (string, error) {
	facts.Written = workflow.Now(ctx)
	input := AppealInput{RequestInput: r.input, Case: facts}
	input.Reference, input.Kind, input.Answers = AppealReference(facts.Application, facts.Cause, facts.Level), KindAppeal, nil
	input.ConfirmedAt = workflow.Now(ctx)
	input.Terms = Terms{Clock: r.input.Terms.Clock, QuietHours: r.input.Terms.QuietHours}
	if err := hubStep(ctx, "Start the appeal", ActivityStartAppeal, input, nil); err != nil {
		return "", fmt.Errorf("start the appeal: %w", err)
	}
	r.note(ctx, "Goes on as "+input.Reference)
	return input.Reference, nil
}

// offerAppealAgainstRejection tells of the rejection and waits for what the citizen makes of it. It answers the appeal's reference, empty
// when there is none.
func (a *application) offerAppealAgainstRejection(ctx workflow.Context, message Message) (string, error) {
	officer := a.clock.law.Officers.Appeal
	if officer == nil {
		return "", a.endWith(ctx, StageRefused, message, TellInput{CloseQuestions: true})
	}
	facts := AppealCase{Cause: AppealRefused, Decided: a.Told.UpdatedAt, Reason: a.Told.Note}
	if facts.Decided.IsZero() {
		facts.Decided = workflow.Now(ctx)
	}
	days, err := a.appealDays(ctx, ReadAppealClockInput{Officer: *officer, Arose: facts.Decided})
	if err != nil {
		return "", err
	}
	waitFor := rejectionFor
	if facts.FileBy = days.FileBy; !days.FileBy.IsZero() {
		waitFor = days.FileBy.Sub(workflow.Now(ctx))
	}
	if waitFor <= 0 { // it is too late to appeal
		return "", a.endWith(ctx, StageRefused, message, TellInput{CloseQuestions: true})
	}
	answer, err := a.ask(ctx, question{
		name: a.nextStep("appeal"), stage: StageAnswering, waitFor: waitFor, message: append(message, a.offerTo(officer, facts.FileBy)...),
		choices: offerChoices(),
	})
	switch {
	case errors.Is(err, errNoAnswer), errors.Is(err, errStopped), err == nil && answer.Choice != choiceAppeal:
		return "", nil
	case err != nil:
		return "", err
	}
	return a.startAppeal(ctx, facts)
}
