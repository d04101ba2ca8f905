package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// The codes of refusals that are the hub's own.
const (
	// RefusedNoDocument: the portal hands out no paper; the citizen fetches it from the office.
	RefusedNoDocument = "no_document"
	// RefusedNoAnswers: the portal takes no answer to a query; the citizen answers at the office.
	RefusedNoAnswers = "no_answers"
	// RefusedNoFees: the portal cannot be told of a fee; the citizen pays at the office.
	RefusedNoFees = "no_fees"
)

// ApplicationInput starts an application, as a RequestInput does, or goes on with one in a new run.
type ApplicationInput struct {
	RequestInput

	Followed *Followed `json:"followed,omitempty"`
}

// ApplicationOutcome is how an application ended.
type ApplicationOutcome struct {
	Ended Stage `json:"ended"`
	// Number is the department's number of the application, Certificate our id of what it issued, Appeal the request by which it goes on.
	Number      string `json:"number,omitempty"`
	Certificate string `json:"certificate,omitempty"`
	Appeal      string `json:"appeal,omitempty"`
}

// Application brings an application to a department and what it issues back: the papers are checked, a fee that is known is taken, it
// is submitted once, its number is told at once, and a fee that the department names then is taken where it can be told so; then its own
// status is followed, its queries are put to the citizen, and the certificate or the refusal is delivered. The law's clock runs beside;
// when it is over an appeal is offered.
func Application(ctx workflow.Context, input ApplicationInput) (ApplicationOutcome, error) {
	request, ctx, err := newRequest(ctx, input.RequestInput)
	if err != nil {
		return ApplicationOutcome{}, err
	}
	a := &application{request: request}
	if input.Followed != nil {
		a.outcome.Ended, err = a.through(ctx, a.takeUp(input.Followed), a.follow)
		return a.outcome, err
	}
	a.clock = request.newClock(LegalClock{})
	a.outcome.Ended, err = a.through(ctx, a.settleChoices, a.checkPapers, a.payFee, a.submit, a.acknowledge, a.payLaterFee, a.follow)
	return a.outcome, err
}

// application is the state of one application.
type application struct {
	*request

	Followed

	papers  []SentPaper
	media   []string // what the channel calls them
	order   OpenedOrder
	clock   *legalClock
	shown   Message // what the citizen finds beside the stage
	outcome ApplicationOutcome
}

// settleChoices finds in the portal's lists what the citizen typed.
func (a *application) settleChoices(ctx workflow.Context) (err error) {
	a.Fields, err = a.portalChoices(ctx)
	if refused, ok := errors.AsType[portalSaysError](err); ok {
		return a.endRefused(ctx, refused.failure)
	}
	return a.orEnd(ctx, err)
}

// orEnd ends the request where the citizen stopped it or did not answer. Nothing was sent by then.
func (a *application) orEnd(ctx workflow.Context, err error) error {
	switch {
	case err == nil:
		return nil
	case !errors.Is(err, errStopped) && !errors.Is(err, errNoAnswer):
		return err
	case a.Payment.ID != "":
		return a.endRefused(ctx, Failure{Class: connectors.ClassRefused, Code: codeGivenUp})
	case errors.Is(err, errStopped):
		return a.endCancelled(ctx)
	}
	return a.endNoAnswer(ctx)
}

// codeGivenUp is the short word for an application that was paid for and given up before the department had it.
const codeGivenUp = "given_up"

// checkPapers looks whether the department will be able to use the papers, and asks again for those it will not.
func (a *application) checkPapers(ctx workflow.Context) error {
	answers := PaperAnswers(a.input.Terms.Form, a.input.Answers)
	if len(answers) == 0 {
		return nil
	}
	taken, err := a.takePapers(ctx, answers)
	if err != nil {
		return a.orEnd(ctx, err)
	}
	for _, answer := range answers {
		if answer.Media != "" {
			a.media = append(a.media, answer.Media)
		}
	}
	for _, field := range a.input.Terms.Form {
		for _, paper := range taken {
			if paper.Field == field.ID && field.PortalField != "" {
				a.papers = append(a.papers, SentPaper{ID: paper.ID, Kind: field.PortalField})
			}
		}
		if field.Paper != nil {
			delete(a.Fields, field.PortalField) // what the channel calls the file
		}
	}
	return nil
}

// submit sends the application, once.
func (a *application) submit(ctx workflow.Context) error {
	failure, err := a.submitOnce(ctx, a.submission(ctx))
	if err != nil {
		return a.orEnd(ctx, err)
	}
	if failure.Class != connectors.ClassOK {
		return a.endRefused(ctx, failure)
	}
	a.outcome.Number = a.Submitted.Number
	a.note(ctx, "The department has the application")
	a.forgetMedia(ctx, a.media)
	if a.Payment.ID == "" {
		a.refuseWithdrawal(ctx)
	}
	// It is with the department: nothing of it can be stopped here any more.
	a.moneyIn, a.tooLate, a.stop = true, a.tooLate || a.stop == ClosedByCitizen, ""
	return a.bookFee(ctx)
}

// refuseWithdrawal answers a citizen who wants to cancel what is with the department already.
func (a *application) refuseWithdrawal(ctx workflow.Context) {
	workflow.GoNamed(ctx, "refuse to withdraw", func(ctx workflow.Context) {
		if err := workflow.Await(ctx, func() bool { return a.tooLate }); err != nil {
			return
		}
		message := say("application.cannot_withdraw", values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)})
		if err := a.tell(ctx, "cannot-cancel", message, TellInput{}); err != nil {
			a.log.Warn("citizen not told that a submitted application cannot be cancelled", "error", err)
		}
	})
}

func (a *application) submission(ctx workflow.Context) submission {
	kept := a.keptMessage()
	call := portalCall{
		result: &a.Submitted, stage: StageSubmitting, keptStage: StageKeptSent, kept: kept, keep: keepFor, changes: true,
	}
	send, find := call, call
	send.activity, send.summary, send.canStop = ActivitySubmitApplication, "Submit the application", a.Payment.ID == ""
	find.activity, find.summary = ActivityFindApplication, "Look up whether the department has the application"
	tried, repeated := workflow.Now(ctx), a.repeats(ctx)
	send.input = func(answer *connectors.ChallengeAnswer) any {
		return SubmitApplicationInput{
			To: a.to, Service: a.input.Service, Fields: a.Fields, Papers: a.papers, Answer: answer, LookFirst: repeated(answer), FirstTried: tried,
		}
	}
	find.input = func(answer *connectors.ChallengeAnswer) any {
		return FindApplicationInput{To: a.to, Service: a.input.Service, Fields: a.Fields, FirstTried: tried, Answer: answer}
	}
	return submission{
		what: "the application", send: send, find: find, keptStage: StageKeptSent, kept: kept,
		handed: say("application.with_officer", a.referenceAndPortal()),
		landed: func(number string) {
			a.Submitted = SubmittedApplication{Number: number, SubmittedAt: workflow.Now(ctx)}
		},
	}
}

// keptMessage is what the citizen hears while the department has not confirmed the application: that the fee is safe too, when it is paid.
func (a *application) keptMessage() Message {
	if a.Payment.ID == "" {
		return say("application.kept", a.referenceAndPortal())
	}
	return say("application.kept_paid", values{
		"amount": money(a.Payment.Amount), "portal": portal(a.input.Portal), "reference": plain(a.to.Reference),
	})
}

// repeats tells of each call whether it may have been made before: an answer to a challenge goes on with a call that has changed nothing,
// the same call once more may have.
func (r *request) repeats(ctx workflow.Context) func(*connectors.ChallengeAnswer) bool {
	reset, sent := wasReset(ctx), false
	var last *connectors.ChallengeAnswer
	return func(answer *connectors.ChallengeAnswer) bool {
		repeated := reset || sent && (answer == nil || answer == last)
		sent, last = true, answer
		return repeated
	}
}

// endRefused ends an application that the department did not take, with what to do, and gives a fee back.
func (a *application) endRefused(ctx workflow.Context, failure Failure) error {
	message := say("application.not_taken", a.referenceAndPortal())
	if failure.Reason != "" {
		message = say("application.not_taken_because", values{
			"portal": portal(a.input.Portal), "reason": plain(failure.Reason), "reference": plain(a.to.Reference),
		})
	}
	if a.Payment.ID != "" {
		return a.endGivingBack(ctx, giveBack{order: a.order.Order, amount: a.Payment.Amount, code: codeOf(failure), because: message})
	}
	return a.endUntaken(ctx, failure, message, say("application.gave_up", values{"portal": portal(a.input.Portal)}))
}

// acknowledge tells the department's number and by when it has to decide, at once.
func (a *application) acknowledge(ctx workflow.Context) error {
	a.clock.Promised = a.Submitted.DueBy
	if at := a.clockStart(ctx); !at.IsZero() {
		if err := a.clock.start(ctx, at); err != nil {
			return err
		}
	}
	message := append(a.back(a.input.Portal), say("application.submitted", values{
		"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal), "reference": plain(a.to.Reference),
	})...)
	switch promise := a.clock.promise(); {
	case promise != nil:
		message = append(message, promise...)
	case !a.Submitted.DueBy.IsZero():
		message = append(message, say("application.department_says", values{"day": day(a.Submitted.DueBy)})...)
	}
	a.beside, a.shown = nil, a.detail(a.Told)
	return a.tellStage(ctx, "submitted", StageInProgress, message, TellInput{Document: a.Submitted.Slip, Stage: inDetail(a.shown)})
}

// submittedAt is when the department took it, by its own word.
func (a *application) submittedAt(ctx workflow.Context) time.Time {
	if a.Submitted.SubmittedAt.IsZero() {
		a.Submitted.SubmittedAt = workflow.Now(ctx)
	}
	return a.Submitted.SubmittedAt
}
