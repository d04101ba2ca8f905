package workflows

import (
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// RefundInput starts the giving back of one payment. The refund is booked before its workflow is started.
type RefundInput struct {
	To Recipient `json:"to"`
	// Refund is our id of the refund and our reference at the gateway.
	Refund string           `json:"refund"`
	Reason RefundReason     `json:"reason"`
	Amount connectors.Paise `json:"amount"`
}

// RefundStep asks the gateway for a refund, or how far it is.
type RefundStep struct {
	Refund string `json:"refund"`
	// Again asks for it once more although the gateway says that it failed.
	Again bool `json:"again,omitempty"`
}

// RefundReason says why a payment is given back.
type RefundReason string

// The reasons of RefundReason.
const (
	RefundRefused RefundReason = "refused" // the department did not take the money; the citizen was told so
	RefundFee     RefundReason = "fee"     // it did not take the fee of an application that goes on; the citizen was told so
	RefundTwice   RefundReason = "twice"   // the link was paid more than once
	RefundLate    RefundReason = "late"    // the money came after the order was closed
	RefundAmount  RefundReason = "amount"  // it is not the amount that was asked for
	RefundOfficer RefundReason = "officer" // two officers agreed on it
	// RefundReturned: the department gives back what it had, or a part; the citizen was told so.
	RefundReturned RefundReason = "returned"
)

// told says whether the request itself told the citizen of this refund.
func (r RefundReason) told() bool { return r.ended() || r == RefundFee }

// ended says whether the request itself ended with this refund.
func (r RefundReason) ended() bool { return r == RefundRefused || r == RefundReturned }

// RefundStanding is how far a refund is.
type RefundStanding struct {
	State RefundState `json:"state"`
	// GatewayRefund is the gateway's id of the refund.
	GatewayRefund string `json:"gateway_refund,omitempty"`
}

// RefundState is the state of a refund at the gateway.
type RefundState string

// The states of a refund.
const (
	RefundPending   RefundState = "pending"
	RefundProcessed RefundState = "processed"
	RefundFailed    RefundState = "failed"
)

// RefundWorkflowID is the workflow id of a refund: its own id.
func RefundWorkflowID(refund string) string { return refund }

// RefundPayment gives one payment back and sees it through: a refund is looked up before it is repeated.
func RefundPayment(ctx workflow.Context, input RefundInput) (RefundStanding, error) {
	process, err := newProcess(ctx, input.To)
	if err != nil {
		return RefundStanding{}, err
	}
	undisturbed, _ := workflow.NewDisconnectedContext(ctx)
	refund := &refundPayment{process: process, input: input}
	standing, err := refund.run(undisturbed)
	if err != nil {
		return standing, err
	}
	return standing, refund.showNow(undisturbed)
}

type refundPayment struct {
	*process
	input    RefundInput
	standing RefundStanding
	again    bool // an operator wants a failed refund tried again
}

// refundWorkingDays is by when a citizen has the money back: gateways name 5 to 7 working days.
const refundWorkingDays = 7

// refundPolls are the waits between questions for a refund that is pending; the last one repeats.
var refundPolls = []time.Duration{time.Minute, 10 * time.Minute, time.Hour, 6 * time.Hour, 24 * time.Hour}

func (r *refundPayment) run(ctx workflow.Context) (RefundStanding, error) {
	if err := r.announce(ctx); err != nil {
		return r.standing, err
	}
	for round := 0; r.standing.State != RefundProcessed; round++ {
		if err := r.advance(ctx, round); err != nil {
			return r.standing, err
		}
	}
	r.note(ctx, "Given back, gateway refund "+r.standing.GatewayRefund)
	message := say("money.refunded", values{"amount": money(r.input.Amount), "refund": plain(r.standing.GatewayRefund)})
	return r.standing, r.tellAbout(ctx, "refunded", StageRefunded, message)
}

// announce tells the citizen why money comes back and by when; after a refusal they know already.
func (r *refundPayment) announce(ctx workflow.Context) error {
	if r.input.Reason.told() {
		r.enter(ctx, StageRefunding)
		return nil
	}
	reasons := map[RefundReason]Message{
		RefundTwice:  say("money.paid_twice", nil),
		RefundLate:   say("money.paid_late", nil),
		RefundAmount: say("money.paid_wrong_amount", nil),
	}
	byWhen := day(RefundDue(workflow.Now(ctx)))
	message := slices.Concat(reasons[r.input.Reason], say("money.refund_by", values{"amount": money(r.input.Amount), "day": byWhen}))
	return r.tellAbout(ctx, "refunding", StageRefunding, message)
}

// advance asks the gateway to give the money back, or how far it is, and then waits.
func (r *refundPayment) advance(ctx workflow.Context, round int) error {
	news := r.news // what comes while the gateway is asked is reason to ask again
	failure, err := r.askGateway(ctx)
	switch {
	case err != nil:
		return err
	case failure.Class != connectors.ClassOK || r.standing.State == RefundFailed:
		return r.waitForOfficer(ctx, failure)
	case r.standing.State == RefundPending:
		_, err = r.awaitFor(ctx, refundPolls[min(round, len(refundPolls)-1)], "the refund; then the gateway is asked", func() bool { return r.news > news })
	}
	return err
}

func (r *refundPayment) askGateway(ctx workflow.Context) (Failure, error) {
	r.enter(ctx, StageRefunding)
	r.kept = true // a refund takes days: nothing to say when the gateway is slow
	future, err := r.patiently(ctx, step{start: func(ctx workflow.Context) workflow.Future {
		ctx = workflow.WithWaitForCancellation(portalActivity(ctx, PaymentsPortal, "Give the money back, or ask how far it is", keepFor), true)
		return workflow.ExecuteActivity(ctx, ActivityRefund, RefundStep{Refund: r.input.Refund, Again: r.again})
	}})
	if err != nil {
		return Failure{}, err
	}
	r.again = false
	return failureOf(future.Get(ctx, &r.standing)), nil
}

// waitForOfficer keeps the debt open: a refund is never given up.
func (r *refundPayment) waitForOfficer(ctx workflow.Context, failure Failure) error {
	retry, err := r.awaitOperator(ctx, fmt.Sprintf("Refund %s failed at the payment gateway (%s %s). Settle it there, then signal %s.",
		r.input.Refund, failure.Class, failure.Code, SignalOperatorRetry), officerRecheck)
	r.again = retry
	return err
}

// tellAbout tells the citizen, and moves the request's stage when the request itself ended with this refund.
func (r *refundPayment) tellAbout(ctx workflow.Context, name string, stage Stage, message Message) error {
	name = r.input.Refund + "/" + name
	if r.input.Reason.ended() {
		return r.tellStage(ctx, name, stage, message, TellInput{Stage: inDetail(r.detail(stage))})
	}
	r.enter(ctx, stage)
	return r.tell(ctx, name, message, TellInput{})
}

// detail is what a citizen sees beside the stage when they ask.
func (r *refundPayment) detail(stage Stage) Message {
	if stage == StageRefunded {
		return say("money.detail_refunded", values{"amount": money(r.input.Amount), "refund": plain(r.standing.GatewayRefund)})
	}
	return nil
}

// RefundDue is by when money that is given back from a moment on is to be with the citizen. It counts Mondays to Fridays in Indian time; a
// bank holiday moves it, so it is said as "by about".
func RefundDue(from time.Time) time.Time {
	date := from.In(connectors.IndianTime)
	for days := refundWorkingDays; days > 0; {
		date = date.AddDate(0, 0, 1)
		if weekday := date.Weekday(); weekday != time.Saturday && weekday != time.Sunday {
			days--
		}
	}
	return date
}
