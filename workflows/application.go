package workflows

import (
	"errors"
	"fmt"
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
)

const purposeFee = "fee"

// queryFor is how long a citizen may take to answer a department's query when the department does not say by when.
const queryFor = 30 * 24 * time.Hour

// ApplicationOutcome is how an application ended.
type ApplicationOutcome struct {
	Ended Stage `json:"ended"`
	// Number is the department's number of the application, Certificate our id of what it issued.
	Number      string `json:"number,omitempty"`
	Certificate string `json:"certificate,omitempty"`
}

// Application brings an application to a department and what it issues back: the papers are checked, a fee that is known is taken, it
// is submitted once, its number is told at once; then the department's own status is followed, its queries are put to the citizen, and
// the certificate or the refusal is delivered. The law's clock runs beside.
func Application(ctx workflow.Context, input RequestInput) (ApplicationOutcome, error) {
	request, ctx, err := newRequest(ctx, input)
	if err != nil {
		return ApplicationOutcome{}, err
	}
	a := &application{request: request}
	a.outcome.Ended, err = a.through(ctx, a.settleChoices, a.checkPapers, a.payFee, a.submit, a.acknowledge, a.follow)
	return a.outcome, err
}

// application is the state of one application.
type application struct {
	*request

	fields    map[string]string // by the portal's names
	papers    []SentPaper
	media     []string // what the channel calls them
	order     OpenedOrder
	payment   Payment // zero: nothing was paid through us
	submitted SubmittedApplication
	queries   int // of the department, so far
	outcome   ApplicationOutcome
}

// settleChoices finds in the portal's lists what the citizen typed.
func (a *application) settleChoices(ctx workflow.Context) (err error) {
	a.fields, err = a.portalChoices(ctx)
	if refused, ok := errors.AsType[errPortalSays](err); ok {
		return a.endRefused(ctx, refused.failure)
	}
	return a.orEnd(ctx, err)
}

// orEnd ends the request where the citizen stopped it or did not answer. Nothing was sent or paid by then.
func (a *application) orEnd(ctx workflow.Context, err error) error {
	switch {
	case errors.Is(err, errStopped):
		return a.endCancelled(ctx)
	case errors.Is(err, errNoAnswer):
		return a.endNoAnswer(ctx)
	}
	return err
}

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
				delete(a.fields, field.PortalField)
			}
		}
	}
	return nil
}

// payFee takes a fee that is known beforehand.
func (a *application) payFee(ctx workflow.Context) error {
	fee := a.input.Terms.Fee
	if fee == nil || fee.Free() {
		return nil
	}
	amount, err := connectors.ParsePaise(fee.Amount)
	if err != nil {
		return fmt.Errorf("read the fee: %w", err)
	}
	return a.takeFee(ctx, amount, StageSubmitting)
}

func (a *application) takeFee(ctx workflow.Context, amount connectors.Paise, next Stage) (err error) {
	a.order, a.payment, err = a.collect(ctx, charge{purpose: purposeFee, account: a.to.Reference, number: purposeFee, amount: amount})
	if notPaid, ok := errors.AsType[errNotPaid](err); ok {
		return a.endNotPaid(ctx, notPaid)
	}
	if err != nil {
		return err
	}
	return a.tellPaid(ctx, a.payment, next)
}

// submit sends the application, once.
func (a *application) submit(ctx workflow.Context) error {
	failure, err := a.submitOnce(ctx, a.submission(ctx))
	if errors.Is(err, errStopped) {
		if a.payment.ID == "" {
			return a.endCancelled(ctx)
		}
		failure, err = Failure{Class: connectors.ClassRefused, Code: "operator"}, nil
	}
	if err != nil {
		return a.orEnd(ctx, err)
	}
	if failure.Class != connectors.ClassOK {
		return a.endRefused(ctx, failure)
	}
	a.moneyIn = true // it is with the department: nothing of it can be stopped here any more
	a.outcome.Number = a.submitted.Number
	a.note(ctx, "The department has the application")
	a.forgetMedia(ctx, a.media)
	return a.bookFee(ctx)
}

func (a *application) submission(ctx workflow.Context) submission {
	kept := say("application.kept", a.referenceAndPortal())
	call := portalCall{
		result: &a.submitted, stage: StageSubmitting, keptStage: StageKeptSent, kept: kept, keep: keepFor, changes: true,
		canStop: a.payment.ID == "",
	}
	send, find := call, call
	send.activity, send.summary = ActivitySubmitApplication, "Submit the application"
	find.activity, find.summary, find.canStop = ActivityFindApplication, "Look up whether the department has the application", false
	input := SubmitApplicationInput{
		To: a.to, Service: a.input.Service, Fields: a.fields, Papers: a.papers, LookFirst: wasReset(ctx), FirstTried: workflow.Now(ctx),
	}
	send.input = func(answer *connectors.ChallengeAnswer) any {
		next := input
		next.Answer = answer
		input.LookFirst = answer == nil // should it be tried again from the start
		return next
	}
	find.input = func(answer *connectors.ChallengeAnswer) any {
		return FindApplicationInput{To: a.to, Service: a.input.Service, Fields: a.fields, FirstTried: input.FirstTried, Answer: answer}
	}
	return submission{
		what: "the application", send: send, find: find, keptStage: StageKeptSent, kept: kept,
		handed: say("application.with_officer", a.referenceAndPortal()),
		landed: func(number string) {
			a.submitted = SubmittedApplication{Number: number, SubmittedAt: workflow.Now(ctx)}
		},
	}
}

// bookFee books that the department has earned the fee.
func (a *application) bookFee(ctx workflow.Context) error {
	if a.payment.ID == "" {
		return nil
	}
	posted := connectors.Posted{PortalReceipt: a.submitted.Number, PostedAt: workflow.Now(ctx), Amount: a.payment.Amount}
	record := RecordPostingInput{Order: a.order.Order, Posted: posted}
	if err := hubStep(ctx, "Book that the department has the fee", ActivityRecordPosting, record, nil); err != nil {
		return fmt.Errorf("book the fee: %w", err)
	}
	return nil
}

// endRefused ends an application that the department did not take, with what to do, and gives a fee back.
func (a *application) endRefused(ctx workflow.Context, failure Failure) error {
	message := say("application.not_taken", a.referenceAndPortal())
	if failure.Reason != "" {
		message = say("application.not_taken_because", values{
			"portal": portal(a.input.Portal), "reason": plain(failure.Reason), "reference": plain(a.to.Reference),
		})
	}
	if a.payment.ID != "" {
		return a.endGivingBack(ctx, giveBack{order: a.order.Order, amount: a.payment.Amount, code: codeOf(failure), because: message})
	}
	switch failure.Class { //nolint:exhaustive // the rest is a refusal
	case connectors.ClassInputRejected, connectors.ClassNotFound:
		return a.endAnswered(ctx, StageNeedsCorrection, message)
	case connectors.ClassUnavailable, connectors.ClassOutcomeUnknown:
		return a.end(ctx, StageGivenUp, say("request.gave_up", values{"portal": portal(a.input.Portal)}))
	}
	return a.endAnswered(ctx, StageRefused, message)
}

// acknowledge tells the department's number, and takes a fee that only the department knew.
func (a *application) acknowledge(ctx workflow.Context) error {
	message := append(a.back(a.input.Portal), say("application.submitted", values{
		"number": plain(a.submitted.Number), "portal": portal(a.input.Portal), "reference": plain(a.to.Reference),
	})...)
	detail := say("application.detail_number", values{"number": plain(a.submitted.Number)})
	return a.tellStage(ctx, "submitted", StageInProgress, message, TellInput{Document: a.submitted.Slip, Stage: inDetail(detail)})
}

// statusPolls are the waits between looks at the department's status; the last one repeats.
var statusPolls = []time.Duration{6 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour}

// follow looks at the department's status until it has decided.
func (a *application) follow(ctx workflow.Context) error {
	told := connectors.ApplicationStatus{}
	for round := 0; ; round++ {
		status, err := a.look(ctx)
		if err != nil {
			return err
		}
		switch status.State {
		case connectors.ApplicationApproved, connectors.ApplicationDelivered:
			return a.deliver(ctx)
		case connectors.ApplicationRejected:
			return a.endRejected(ctx, status)
		case connectors.ApplicationQueried:
			err = a.answerQuery(ctx, status)
		default:
			err = a.tellNews(ctx, told, status)
		}
		if err != nil {
			return err
		}
		told = status
		if err := a.waitToLook(ctx, round); err != nil {
			return err
		}
	}
}
