package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// PaymentsPortal is the name of the payment gateway among the portals of a state.
const PaymentsPortal = "payments"

const (
	purposeBill = "bill"
	linkFor     = time.Hour
	// grace is how long money is still expected after a link's expiry: a UPI debit may be confirmed late.
	grace = 15 * time.Minute
)

// polls are the waits between questions to the payment gateway, in case a webhook is lost; the last one repeats.
var polls = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// openOrder makes the payment link and gives it to the citizen.
func (b *billPayment) openOrder(ctx workflow.Context) error {
	if err := b.enter(ctx, StageOpeningPayment); err != nil {
		return err
	}
	failure, err := b.openOrderOnce(ctx)
	for err == nil && failure.Class != connectors.ClassOK {
		err = b.withOfficer(ctx, "The payment gateway refused to make a link ("+string(failure.Class)+" "+failure.Code+"). Check its credentials, then signal "+
			SignalOperatorRetry+" or "+SignalOperatorCancel+".", say("request.with_officer", b.referenceAndPortal()), keepFor)
		if err == nil {
			failure, err = b.openOrderOnce(ctx)
		}
	}
	if errors.Is(err, errStopped) {
		return b.stopPaying(ctx)
	}
	if err != nil {
		return err
	}
	if b.order.Rival != "" {
		return b.endForRival(ctx)
	}
	return b.sendLink(ctx)
}

func (b *billPayment) openOrderOnce(ctx workflow.Context) (Failure, error) {
	bill := b.bill.Bill
	open := OpenOrderInput{
		To: b.to, Purpose: purposeBill, Service: b.input.Service, Portal: b.input.Portal, Account: bill.Account, Bill: bill.Number, Amount: bill.Total,
		ValidFor: linkFor,
	}
	future, err := b.patiently(ctx, step{
		start: func(ctx workflow.Context) workflow.Future {
			ctx = workflow.WithWaitForCancellation(portalActivity(ctx, PaymentsPortal, "Make the payment link", fetchFor), true)
			return workflow.ExecuteActivity(ctx, ActivityOpenOrder, open)
		},
		keptStage: StageKept, kept: say("request.kept", values{"reference": plain(b.to.Reference), "portal": portal(PaymentsPortal)}), canStop: true,
	})
	if err != nil {
		return Failure{}, err
	}
	return failureOf(future.Get(ctx, &b.order)), nil
}

func (b *billPayment) endForRival(ctx workflow.Context) error {
	if b.order.Rival == RivalPaid {
		return b.end(ctx, StageDuplicate, say("bill.rival_paid", nil))
	}
	b.note(ctx, "Another request's payment link for the same bill is open; the citizen was given that link")
	message := append(b.back(PaymentsPortal), say("bill.rival_open", values{"until": moment(b.order.ExpiresAt)})...)
	link := &Link{Label: "button.pay_now", URL: b.order.URL}
	if err := b.tellStage(ctx, "end", StageDuplicate, message, TellInput{Link: link}); err != nil {
		return err
	}
	return ending{StageDuplicate}
}

func (b *billPayment) sendLink(ctx workflow.Context) error {
	b.note(ctx, "Payment order "+b.order.Order+" opened")
	message := append(b.back(PaymentsPortal), say("money.link", values{"amount": money(b.bill.Bill.Total), "until": moment(b.order.ExpiresAt)})...)
	detail := say("money.detail_awaiting", values{"amount": money(b.bill.Bill.Total), "until": moment(b.order.ExpiresAt)})
	return b.tellStage(ctx, "link", StageAwaitingPayment, message, TellInput{Link: b.link(), Stage: inDetail(detail)})
}

func (b *billPayment) link() *Link { return &Link{Label: "button.pay_now", URL: b.order.URL} }

// awaitPayment waits until the link is paid. Webhooks wake it; polls make up for lost ones.
func (b *billPayment) awaitPayment(ctx workflow.Context) error {
	seen := OrderStanding{}
	known := 0 // news that the standing read last includes: what comes while it is read, or told, is read in the next round
	for round := 0; ; round++ {
		left := b.order.ExpiresAt.Add(grace).Sub(workflow.Now(ctx))
		if left <= 0 {
			return b.closeOrder(ctx, ClosedByExpiry)
		}
		wait := min(left, polls[min(round, len(polls)-1)])
		heard, err := b.awaitFor(ctx, wait, "the payment; then the gateway is asked", func() bool { return b.news > known || b.stop != "" })
		if err != nil {
			return err
		}
		if b.stop != "" {
			return b.closeOrder(ctx, b.stop)
		}
		known = b.news
		standing := b.checkOrder(ctx, !heard, seen)
		if standing.State == OrderPaid {
			return b.paid(ctx, standing)
		}
		if err := b.tellProgress(ctx, seen, standing); err != nil {
			return err
		}
		seen = standing
	}
}

// checkOrder answers what is known; when that cannot be found out now, what was known before: the next webhook or poll will tell.
func (b *billPayment) checkOrder(ctx workflow.Context, askGateway bool, before OrderStanding) OrderStanding {
	summary := "Read the payment's state"
	if askGateway {
		summary = "Ask the payment gateway for the payment's state"
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: PortalTaskQueue(PaymentsPortal), StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: time.Minute,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: firstRetry, BackoffCoefficient: 2}, Summary: summary,
		Priority: temporal.Priority{PriorityKey: patientPriority},
	})
	standing := before
	check := CheckOrderInput{Order: b.order.Order, AskGateway: askGateway}
	if err := workflow.ExecuteActivity(ctx, ActivityCheckOrder, check).Get(ctx, &standing); err != nil {
		b.log.Warn("payment state not known now", "error", err)
		return before
	}
	return standing
}

// tellProgress tells of an attempt that is undecided, when nobody should pay again, and of one that failed, when they may.
func (b *billPayment) tellProgress(ctx workflow.Context, before, now OrderStanding) error {
	switch {
	case now.State == OrderAuthorized && before.State != OrderAuthorized:
		b.note(ctx, "A payment was begun and the bank has not decided yet")
		return b.tell(ctx, b.nextStep("undecided"), say("money.undecided", nil), TellInput{})
	case now.State == OrderAwaiting && (now.FailedAttempts > before.FailedAttempts || before.State == OrderAuthorized):
		b.note(ctx, "A payment attempt failed; the citizen may try again on the same link")
		return b.tell(ctx, b.nextStep("attempt-failed"), say("money.attempt_failed", values{"until": moment(b.order.ExpiresAt)}), TellInput{Link: b.link()})
	}
	return nil
}

// closeOrder stops the order from taking money. Money that was quicker goes on to the department.
func (b *billPayment) closeOrder(ctx workflow.Context, reason CloseReason) error {
	b.note(ctx, "Closing the payment link: "+string(reason))
	standing, err := b.closeOrderOnce(ctx, reason)
	for err != nil {
		b.log.Error("payment order not closed", "error", err)
		_, err = b.awaitOperator(ctx, "The payment gateway does not let the link of order "+b.order.Order+" be cancelled. Cancel it there, then signal "+
			SignalOperatorRetry+".", longestRetry)
		if err != nil {
			return err
		}
		standing, err = b.closeOrderOnce(ctx, reason)
	}
	switch {
	case standing.State == OrderPaid:
		return b.paid(ctx, standing)
	case reason == ClosedByExpiry:
		return b.end(ctx, StageExpired, say("money.expired", values{"reference": plain(b.to.Reference)}))
	default:
		return b.end(ctx, StageCancelled, say("money.cancelled", values{"reference": plain(b.to.Reference)}))
	}
}

func (b *billPayment) closeOrderOnce(ctx workflow.Context, reason CloseReason) (standing OrderStanding, err error) {
	ctx = portalActivity(ctx, PaymentsPortal, "Cancel the payment link", keepFor)
	err = workflow.ExecuteActivity(ctx, ActivityCloseOrder, CloseOrderInput{Order: b.order.Order, Reason: reason}).Get(ctx, &standing)
	return standing, err
}

// stopPaying is for a stop while the link was being made: it may exist by now.
func (b *billPayment) stopPaying(ctx workflow.Context) error {
	b.order.Order = OrderID(b.to.Reference, purposeBill)
	return b.closeOrder(ctx, b.stop)
}

// paid is the point of no return: from here on the citizen cannot cancel, and an operator only when it is handed to one.
func (b *billPayment) paid(ctx workflow.Context, standing OrderStanding) error {
	b.payment = standing.Payment
	b.moneyIn, b.tooLate, b.stop = true, b.stop == ClosedByCitizen, ""
	b.note(ctx, "Paid, gateway payment "+b.payment.ID)
	return nil
}

// tellPaid shows the citizen that the money has come.
func (b *billPayment) tellPaid(ctx workflow.Context) error {
	b.refuseCancels(ctx)
	message := say("money.received", values{"amount": money(b.payment.Amount), "portal": portal(b.input.Portal)})
	detail := say("money.detail_paid", values{"amount": money(b.payment.Amount), "when": moment(b.payment.PaidAt)})
	return b.tellStage(ctx, "paid", StagePosting, message, TellInput{Stage: inDetail(detail)})
}

// refuseCancels answers a citizen who wants to cancel what is paid already.
func (b *billPayment) refuseCancels(ctx workflow.Context) {
	workflow.GoNamed(ctx, "refuse cancels", func(ctx workflow.Context) {
		if err := workflow.Await(ctx, func() bool { return b.tooLate }); err != nil {
			return
		}
		if err := b.tell(ctx, "cannot-cancel", say("money.cannot_cancel", values{"portal": portal(b.input.Portal)}), TellInput{}); err != nil {
			b.log.Warn("citizen not told that a paid bill cannot be cancelled", "error", err)
		}
	})
}

// OrderID is the id of the one payment order of a request and purpose. It is also our reference at the gateway.
func OrderID(reference, purpose string) string { return reference + "-" + purpose }
