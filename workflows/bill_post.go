package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// lookUps are the waits before looking up a posting whose outcome is unknown. When they are used up a person is asked, and it is
// looked up every officerRecheck beside.
var lookUps = []time.Duration{15 * time.Second, time.Minute, 5 * time.Minute, 15 * time.Minute, time.Hour, 4 * time.Hour, 12 * time.Hour}

const officerRecheck = 12 * time.Hour

// post tells the department of the payment, once. An outcome that is not known is looked up before anything is sent again.
func (b *billPayment) post(ctx workflow.Context) error {
	failure, err := b.postOnce(ctx)
	for round := 0; err == nil && inDoubt(failure); round++ {
		if err = b.waitToLookUp(ctx, round); err != nil {
			break
		}
		if failure, err = b.lookUp(ctx); err == nil && failure.Class == connectors.ClassNotFound {
			b.note(ctx, "The department certainly does not have the payment: telling it again")
			failure, err = b.postOnce(ctx)
		}
	}
	if errors.Is(err, errStopped) {
		return b.giveBack(ctx, Failure{Class: connectors.ClassRefused, Code: "operator"})
	}
	if err != nil {
		return err
	}
	return b.settlePosting(ctx, failure)
}

// inDoubt tells whether the department may have taken the payment although it did not say so.
func inDoubt(failure Failure) bool {
	switch failure.Class { //nolint:exhaustive // the others are answers
	case connectors.ClassOK, connectors.ClassRefused, connectors.ClassInputRejected, connectors.ClassNotFound:
		return false
	}
	return true
}

// postOnce sends the payment. While the portal is down Temporal repeats it: an unavailable portal has taken nothing, and an attempt
// that died is looked up by the activity itself before it sends again.
func (b *billPayment) postOnce(ctx workflow.Context) (Failure, error) {
	post := PostPaymentInput{LookFirst: wasReset(ctx), Posting: connectors.Posting{
		Reference: b.order.Order, Service: b.bill.Query.Service, Account: b.bill.Query.Account, Fields: b.bill.Query.Fields,
		BillNumber: b.bill.Bill.Number, Amount: b.payment.Amount, PaidAt: b.payment.PaidAt, GatewayPaymentID: b.payment.ID,
	}}
	return b.toPortal(ctx, func(ctx workflow.Context) workflow.Future {
		future := b.portalCall(ctx, "Tell the department of the payment", ActivityPostPayment, post)
		post.LookFirst = true // should an operator have it tried again
		return future
	})
}

// wasReset tells whether an operator reset the workflow: what this run has not done yet, the run before may have.
func wasReset(ctx workflow.Context) bool {
	info := workflow.GetInfo(ctx)
	return info.OriginalRunID != "" && info.OriginalRunID != info.WorkflowExecution.RunID
}

// lookUp asks the department whether it has the payment.
func (b *billPayment) lookUp(ctx workflow.Context) (Failure, error) {
	query := connectors.PostingQuery{
		Reference: b.order.Order, Service: b.bill.Query.Service, Account: b.bill.Query.Account, Fields: b.bill.Query.Fields,
	}
	return b.toPortal(ctx, func(ctx workflow.Context) workflow.Future {
		return b.portalCall(ctx, "Look up whether the department has the payment", ActivityFindPayment, query)
	})
}

func (b *billPayment) portalCall(ctx workflow.Context, summary, activity string, input any) workflow.Future {
	ctx = workflow.WithWaitForCancellation(portalActivity(ctx, b.input.Portal, summary, keepFor), true)
	return workflow.ExecuteActivity(ctx, activity, input)
}

func (b *billPayment) toPortal(ctx workflow.Context, start func(workflow.Context) workflow.Future) (Failure, error) {
	future, err := b.patiently(ctx, step{start: start, keptStage: StageKeptPaid, kept: b.paymentIsSafe()})
	if err != nil {
		return Failure{}, err
	}
	return failureOf(future.Get(ctx, &b.posted)), nil
}

func (b *billPayment) paymentIsSafe() Message {
	return say("money.kept", values{
		"amount": money(b.payment.Amount), "portal": portal(b.input.Portal), "reference": plain(b.to.Reference),
	})
}

// waitToLookUp lets the department settle before it is asked again; in the end it waits for a person.
func (b *billPayment) waitToLookUp(ctx workflow.Context, round int) error {
	if round >= len(lookUps) {
		if b.status.Stage != StageWithOfficer {
			b.stop = "" // what an operator asked before it was theirs to decide
		}
		return b.withOfficer(ctx, "The department does not say whether it has payment "+b.payment.ID+" of order "+b.order.Order+
			". Ask it, then signal "+SignalOperatorRetry+" to look it up again, or, only when it certainly does not have it, "+
			SignalOperatorCancel+" to give the money back.", say("money.with_officer", b.referenceAndPortal()), officerRecheck)
	}
	b.note(ctx, "The department did not say whether it took the payment: looking it up before anything is sent again")
	if !b.kept {
		b.kept = true
		if err := b.tellStage(ctx, b.nextStep("kept"), StageKeptPaid, b.paymentIsSafe(), TellInput{}); err != nil {
			return err
		}
	}
	retries := b.retries
	_, err := b.awaitFor(ctx, lookUps[round], "the department; then the payment is looked up", func() bool { return b.retries > retries })
	return err
}

// settlePosting decides on the department's answer. A refusal that says "paid" or "known" may be the echo of our own posting.
func (b *billPayment) settlePosting(ctx workflow.Context, failure Failure) error {
	if failure.Class == connectors.ClassOK {
		return nil
	}
	if failure.Code == connectors.RefusedAlreadyPaid || failure.Code == connectors.RefusedDuplicate {
		found, err := b.lookUp(ctx)
		if err != nil {
			return err
		}
		if found.Class == connectors.ClassOK {
			return nil
		}
	}
	return b.giveBack(ctx, failure)
}

// giveBack books the refund, whose own workflow starts with it, and tells the citizen by when the money is back.
func (b *billPayment) giveBack(ctx workflow.Context, failure Failure) error {
	b.note(ctx, "The department refused the payment: the money is given back")
	code := failure.Code
	if code == "" {
		code = string(failure.Class)
	}
	refusal := RecordRefusalInput{Order: b.order.Order, Code: code}
	err := workflow.ExecuteActivity(hubActivity(ctx, "Book the refund"), ActivityRecordRefusal, refusal).Get(ctx, nil)
	if err != nil {
		return fmt.Errorf("book the refund: %w", err)
	}
	reason := say("money.refused", b.referenceAndPortal())
	if failure.Reason != "" {
		reason = say("money.refused_because", values{"portal": portal(b.input.Portal), "reason": plain(failure.Reason)})
	}
	message := append(append(b.back(b.input.Portal), reason...), say("money.refund_by", values{
		"amount": money(b.payment.Amount), "day": day(workingDaysAfter(workflow.Now(ctx), refundWorkingDays)),
	})...)
	if err := b.tellStage(ctx, "end", StageRefunding, message, TellInput{CloseQuestions: true}); err != nil {
		return err
	}
	return ending{StageRefunding}
}

// recordPosting books that the department has the money.
func (b *billPayment) recordPosting(ctx workflow.Context) error {
	b.outcome.PortalReceipt = b.posted.PortalReceipt
	b.note(ctx, "The department has the payment")
	record := RecordPostingInput{Order: b.order.Order, Posted: b.posted}
	err := workflow.ExecuteActivity(hubActivity(ctx, "Book that the department has the money"), ActivityRecordPosting, record).Get(ctx, nil)
	if err != nil {
		return fmt.Errorf("book the posting: %w", err)
	}
	return nil
}

// handOverReceipt makes the receipt and sends it.
func (b *billPayment) handOverReceipt(ctx workflow.Context) error {
	var receipt Document
	input := ReceiptInput{
		To: b.to, Service: b.input.Service, Portal: b.input.Portal, Bill: b.bill.Bill, Payment: b.payment, Posted: b.posted,
	}
	err := workflow.ExecuteActivity(hubActivity(ctx, "Make the receipt"), ActivityIssueReceipt, input).Get(ctx, &receipt)
	if err != nil {
		return fmt.Errorf("make the receipt: %w", err)
	}
	b.outcome.Receipt = receipt.ID
	b.note(ctx, "Receipt made")
	message := append(b.back(b.input.Portal), say("money.done", values{
		"amount": money(b.payment.Amount), "portal": portal(b.input.Portal), "receipt": plain(b.posted.PortalReceipt),
	})...)
	detail := say("money.detail_done", values{"amount": money(b.payment.Amount), "receipt": plain(b.posted.PortalReceipt)})
	if err := b.tellStage(ctx, "end", StageDone, message, TellInput{Document: &receipt, Stage: inDetail(detail)}); err != nil {
		return err
	}
	return ending{StageDone}
}
