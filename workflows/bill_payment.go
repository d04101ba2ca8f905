package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// BillOutcome is how a bill payment ended.
type BillOutcome struct {
	Ended Stage `json:"ended"`
	// PortalReceipt is the department's receipt number, Receipt our document; both only when the bill was paid.
	PortalReceipt string `json:"portal_receipt,omitempty"`
	Receipt       string `json:"receipt,omitempty"`
}

const (
	fetchFor   = 7 * 24 * time.Hour // how long a request is kept for a portal that is down
	confirmFor = 24 * time.Hour     // then the bill may have changed
)

// BillPayment pays one bill: fetch it, show it and let the citizen confirm, take the money, tell the department once, hand over the
// receipt. An outside system that is down only delays it; the citizen may cancel until the money has come; money that the
// department does not take is given back.
func BillPayment(ctx workflow.Context, input RequestInput) (BillOutcome, error) {
	bill, ctx, err := setUpBillPayment(ctx, input)
	if err != nil {
		return BillOutcome{}, err
	}
	err = bill.run(ctx)
	if end, ok := errors.AsType[ending](err); ok {
		bill.outcome.Ended = end.stage
		return bill.outcome, nil
	}
	return bill.outcome, err
}

// billPayment is the state of one bill payment.
type billPayment struct {
	*process
	input   RequestInput
	bill    FetchedBill
	order   OpenedOrder
	payment Payment
	posted  connectors.Posted
	outcome BillOutcome
}

// setUpBillPayment answers a context that Temporal's own cancellation does not reach: see process.listen.
func setUpBillPayment(ctx workflow.Context, input RequestInput) (*billPayment, workflow.Context, error) {
	process, err := newProcess(ctx, recipientOf(input))
	if err != nil {
		return nil, ctx, err
	}
	undisturbed, _ := workflow.NewDisconnectedContext(ctx)
	known := []temporal.SearchAttributeUpdate{AttributeService.ValueSet(input.Service), AttributePortal.ValueSet(input.Portal)}
	if input.Department != "" {
		known = append(known, AttributeDepartment.ValueSet(input.Department))
	}
	if err := workflow.UpsertTypedSearchAttributes(ctx, known...); err != nil {
		return nil, ctx, fmt.Errorf("set search attributes: %w", err)
	}
	return &billPayment{process: process, input: input}, undisturbed, nil
}

// run goes through the steps. Each answers an ending when the request is over, whatever the reason.
func (b *billPayment) run(ctx workflow.Context) error {
	for _, step := range []func(workflow.Context) error{
		b.fetch, b.confirm, b.openOrder, b.awaitPayment, b.tellPaid, b.post, b.recordPosting, b.handOverReceipt,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// ending is the error by which a step ends the request in good order.
type ending struct{ stage Stage }

func (e ending) Error() string { return "request ended: " + string(e.stage) }

// end tells the citizen how it ended and answers the ending.
func (b *billPayment) end(ctx workflow.Context, stage Stage, message Message) error {
	b.note(ctx, stage.meaning().words)
	if err := b.tellStage(ctx, "end", stage, message, TellInput{CloseQuestions: true}); err != nil {
		return err
	}
	return ending{stage}
}

// endAnswered is end after the portal gave an answer: a citizen who was told that it was down hears that it is back.
func (b *billPayment) endAnswered(ctx workflow.Context, stage Stage, message Message) error {
	return b.end(ctx, stage, append(b.back(b.input.Portal), message...))
}

func (b *billPayment) endCancelled(ctx workflow.Context) error {
	return b.end(ctx, StageCancelled, say("request.cancelled", values{"reference": plain(b.to.Reference)}))
}

// fetch asks the portal what is to be paid.
func (b *billPayment) fetch(ctx workflow.Context) error {
	for {
		failure, err := b.fetchOnce(ctx)
		if errors.Is(err, errStopped) {
			return b.endCancelled(ctx)
		}
		if err != nil {
			return err
		}
		switch failure.Class { //nolint:exhaustive // the rest is for a person
		case connectors.ClassOK:
			b.note(ctx, "The portal gave the bill")
			return b.checkDue(ctx)
		case connectors.ClassInputRejected:
			return b.endAnswered(ctx, StageNeedsCorrection, say("bill.rejected", values{"portal": portal(b.input.Portal), "reason": plain(failure.Reason)}))
		case connectors.ClassNotFound:
			return b.endAnswered(ctx, StageNeedsCorrection, say("bill.not_found", values{"portal": portal(b.input.Portal)}))
		case connectors.ClassRefused:
			return b.endAnswered(ctx, StageRefused, say("bill.refused", values{"portal": portal(b.input.Portal), "reason": plain(failure.Reason)}))
		case connectors.ClassUnavailable, connectors.ClassOutcomeUnknown: // all tries are used up: the week is over
			return b.end(ctx, StageGivenUp, say("request.gave_up", values{"portal": portal(b.input.Portal)}))
		}
		err = b.withOfficer(ctx, "The portal's answer was not understood ("+string(failure.Class)+"). Have the connector looked at, then signal "+
			SignalOperatorRetry+", or "+SignalOperatorCancel+" to end the request.", say("request.with_officer", b.referenceAndPortal()), keepFor)
		if errors.Is(err, errStopped) {
			return b.endCancelled(ctx)
		}
		if err != nil {
			return err
		}
	}
}

func (b *billPayment) fetchOnce(ctx workflow.Context) (Failure, error) {
	if err := b.enter(ctx, StageFetching); err != nil {
		return Failure{}, err
	}
	future, err := b.patiently(ctx, step{
		start: func(ctx workflow.Context) workflow.Future {
			ctx = portalActivity(ctx, b.input.Portal, "Fetch the bill", fetchFor)
			return workflow.ExecuteActivity(ctx, ActivityFetchBill, FetchBillInput{Service: b.input.Service, Answers: b.input.Answers})
		},
		keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()), canStop: true,
	})
	if err != nil {
		return Failure{}, err
	}
	return failureOf(future.Get(ctx, &b.bill)), nil
}

func (b *billPayment) referenceAndPortal() values {
	return values{"reference": plain(b.to.Reference), "portal": portal(b.input.Portal)}
}

func (b *billPayment) checkDue(ctx workflow.Context) error {
	bill := b.bill.Bill
	switch {
	case bill.Status == connectors.BillDue && bill.Total > 0:
		return nil
	case bill.Status == connectors.BillPaid && !bill.PaidOn.IsZero():
		return b.endAnswered(ctx, StageNothingDue, say("bill.paid_already", values{"month": month(bill.Period), "day": day(bill.PaidOn)}))
	default:
		return b.endAnswered(ctx, StageNothingDue, say("bill.nothing_due", values{"portal": portal(b.input.Portal)}))
	}
}

// The choices of the confirmation.
const (
	choicePay    = "pay"
	choiceCancel = "cancel"
)

// confirm shows the bill and waits for the citizen's choice.
func (b *billPayment) confirm(ctx workflow.Context) error {
	question := b.to.Reference + "/confirm"
	if err := b.enter(ctx, StageConfirming); err != nil {
		return err
	}
	ask := AskInput{
		To: b.to, Question: question, Message: append(b.back(b.input.Portal), b.describeBill()...),
		Choices: []Choice{{ID: choicePay, Label: "button.pay"}, {ID: choiceCancel, Label: "button.dont_pay"}},
		Stage:   &StageUpdate{Stage: StageConfirming, Open: true},
	}
	if err := workflow.ExecuteActivity(hubActivity(ctx, "Show the bill and ask the citizen to confirm"), ActivityAsk, ask).Get(ctx, nil); err != nil {
		return fmt.Errorf("ask the citizen to confirm: %w", err)
	}
	decided := func() bool { return b.answers[question] != "" || b.stop != "" }
	inTime, err := b.awaitFor(ctx, confirmFor, "the citizen's choice", decided)
	if err != nil {
		return err
	}
	switch {
	case !inTime:
		return b.end(ctx, StageExpired, say("bill.not_confirmed", values{"reference": plain(b.to.Reference)}))
	case b.stop != "" || b.answers[question] != choicePay:
		return b.endCancelled(ctx)
	}
	b.note(ctx, "The citizen confirmed")
	return nil
}

func (b *billPayment) describeBill() Message {
	bill := b.bill.Bill
	lines := Message{{Text: "bill.title", Values: values{"portal": portal(b.input.Portal)}}}
	add := func(shown bool, line Message) {
		if shown {
			lines = append(lines, line...)
		}
	}
	add(bill.Name != "", say("bill.name", values{"name": plain(bill.Name)}))
	add(bill.Account != "", say("bill.account", values{"account": plain(bill.Account)}))
	add(bill.Period != "", say("bill.period", values{"month": month(bill.Period)}))
	add(!bill.DueDate.IsZero(), say("bill.due_date", values{"day": day(bill.DueDate)}))
	add(bill.Arrears > 0, say("bill.amount", values{"amount": money(bill.Amount)}))
	add(bill.Arrears > 0, say("bill.arrears", values{"amount": money(bill.Arrears)}))
	add(true, say("bill.total", values{"amount": money(bill.Total)}))
	add(true, say("bill.ask", nil))
	return lines
}
