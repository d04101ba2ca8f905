package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// postFee tells the department, once, that the fee was paid, and books what it says. A fee that it does not take goes back to the citizen;
// the application stays where it is.
func (a *application) postFee(ctx workflow.Context) error {
	var posted connectors.Posted
	failure, err := a.submitOnce(ctx, a.feePosting(ctx, &posted))
	if errors.Is(err, errStopped) { // given up by an operator: the fee, not the application
		a.stop, failure, err = "", Failure{Class: connectors.ClassRefused, Code: "operator"}, nil
	}
	switch {
	case err != nil:
		return err
	case failure.Class != connectors.ClassOK:
		return a.giveFeeBack(ctx, failure)
	}
	a.note(ctx, "The department has the fee")
	if err := a.recordFee(ctx, posted); err != nil {
		return err
	}
	err = a.tellOfFee(ctx, "fee-paid", say("application.fee_paid", values{
		"amount": money(a.Payment.Amount), "number": plain(a.Submitted.Number), "portal": portal(a.input.Portal), "receipt": plain(posted.PortalReceipt),
	}))
	if err != nil {
		return err
	}
	if at := a.clockStart(ctx); a.clock.Started.IsZero() && !at.IsZero() {
		return a.clock.start(ctx, at)
	}
	return nil
}

// feePosting is how the department is told of the fee.
func (a *application) feePosting(ctx workflow.Context, posted *connectors.Posted) submission {
	call := portalCall{result: posted, keptStage: StageKeptPaid, kept: a.feeSafe(), keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary, send.stage = ActivityPostFee, "Tell the department of the fee", StagePosting
	find.activity, find.summary = ActivityFindFee, "Look up whether the department has the fee"
	at := FeeAt{Order: a.order.Order, Service: a.input.Service, Number: a.Submitted.Number, Fields: a.Fields}
	post := PostFeeInput{FeeAt: at, Payment: a.Payment, LookFirst: wasReset(ctx)}
	send.input = func(*connectors.ChallengeAnswer) any {
		next := post
		post.LookFirst = true // should it be tried again
		return next
	}
	find.input = plainInput(at)
	return submission{
		what: "payment " + a.Payment.ID + " of order " + at.Order + ", the fee of application " + at.Number, send: send, find: find,
		keptStage: StageKeptPaid, kept: a.feeSafe(), handed: say("money.with_officer", a.referenceAndPortal()),
		landed: func(number string) {
			*posted = connectors.Posted{PortalReceipt: number, PostedAt: workflow.Now(ctx), Amount: a.Payment.Amount}
		},
	}
}

// feeSafe is what the citizen hears while the department has not confirmed the fee.
func (a *application) feeSafe() Message {
	return say("money.kept", values{
		"amount": money(a.Payment.Amount), "portal": portal(a.input.Portal), "reference": plain(a.to.Reference),
	})
}

// giveFeeBack gives a fee back that the department did not take.
func (a *application) giveFeeBack(ctx workflow.Context, failure Failure) error {
	a.note(ctx, "The department did not take the fee; the money is given back, and the application stays with it")
	if err := a.tellOfFee(ctx, "fee-refused", a.feeRefused(ctx, failure)); err != nil {
		return err
	}
	refusal := RecordRefusalInput{Order: a.order.Order, Code: codeOf(failure), GoesOn: true}
	if err := hubStep(ctx, "Book the refund", ActivityRecordRefusal, refusal, nil); err != nil {
		return fmt.Errorf("book the refund: %w", err)
	}
	a.showMoney(ctx, moneyRefunding)
	a.Payment = Payment{}
	return nil
}

// feeRefused says why the department did not take the fee, by when the money is back, and how it is paid now.
func (a *application) feeRefused(ctx workflow.Context, failure Failure) Message {
	back := say("money.refund_by", values{"amount": money(a.Payment.Amount), "day": day(RefundDue(workflow.Now(ctx)))})
	number := values{"number": plain(a.Submitted.Number), "portal": portal(a.input.Portal)}
	switch failure.Code {
	case connectors.RefusedAlreadyPaid:
		return append(say("application.fee_paid_meanwhile", number), back...)
	case connectors.RefusedAmount:
		return append(append(a.becauseRefused(failure), back...), say("application.fee_changed", number)...)
	}
	return append(append(a.becauseRefused(failure), back...), a.feeAtOffice()...)
}

// feeAtOffice says that the fee is to be paid at the office.
func (a *application) feeAtOffice() Message {
	return say("application.fee_at_office", values{
		"amount": money(a.Submitted.Fee), "number": plain(a.Submitted.Number), "portal": portal(a.input.Portal),
	})
}

// tellOfFee tells what became of the fee. The application is with the department, as it was.
func (a *application) tellOfFee(ctx workflow.Context, name string, message Message) error {
	a.beside = nil
	return a.tellStage(ctx, name, StageInProgress, append(a.back(a.input.Portal), message...), TellInput{Stage: inDetail(a.shown)})
}
