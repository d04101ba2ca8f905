package workflows

import (
	"cmp"
	"errors"
	"fmt"
	"slices"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// PaymentsPortal is the name of the payment gateway among the portals of a state.
const PaymentsPortal = "payments"

const (
	linkFor      = time.Hour
	shortestLink = 16 * time.Minute // the gateway takes none that is over in less than 15
	// grace is how long money is still expected after a link's expiry: a UPI debit may be confirmed late.
	grace = 15 * time.Minute
)

// polls are the waits between questions to the payment gateway, in case a webhook is lost; the last one repeats.
var polls = []time.Duration{30 * time.Second, 2 * time.Minute, 10 * time.Minute, time.Hour}

// charge is money that a request asks its citizen for. A request has one order per purpose.
type charge struct {
	purpose string // part of the order's id: "bill", "fee", "fare"
	account string // what is paid, with number: two requests for the same are rivals
	number  string
	bills   []OrderedBill // of several; account and number are then empty
	amount  connectors.Paise
	about   Message // said above the link: what is paid for
	// validFor is how long the link takes money; the gateway needs 15 minutes at least. 0: linkFor.
	validFor time.Duration
}

// OrderID is the id of the one payment order of a request and purpose. It is also our reference at the gateway.
func OrderID(reference, purpose string) string { return reference + "-" + purpose }

// notPaidError says that an order was closed without money, and why. Money that still comes is given back.
type notPaidError struct{ reason CloseReason }

func (e notPaidError) Error() string { return "not paid: " + string(e.reason) }

// rivalError says that another request's order for the same thing is under way.
type rivalError struct{ order OpenedOrder }

func (e rivalError) Error() string { return "another order is under way: " + string(e.order.Rival) }

// collection is one charge on its way: the one payment process of all kinds. Order, link, payment; then webhook, poll and return page
// meet in one transition in our books, and the workflow reads what they say.
type collection struct {
	*request

	charge charge
	order  OpenedOrder
}

// collect takes the money. It answers the order and the payment that counts; from then on the citizen cannot stop the request, and an
// operator only when it is handed to one. It fails with notPaidError or rivalError, when no money is with us.
func (r *request) collect(ctx workflow.Context, c charge) (OpenedOrder, Payment, error) {
	collection := &collection{request: r, charge: c}
	if err := collection.open(ctx); err != nil {
		return collection.order, Payment{}, err
	}
	payment, err := collection.await(ctx)
	if err != nil {
		return collection.order, Payment{}, err
	}
	r.moneyIn, r.tooLate, r.stop = true, r.stop == ClosedByCitizen, ""
	r.note(ctx, "Paid, gateway payment "+payment.ID)
	r.showMoney(ctx, moneyPaid)
	return collection.order, payment, nil
}

// open makes the payment link and gives it to the citizen.
func (c *collection) open(ctx workflow.Context) error {
	failure, err := c.openOnce(ctx)
	for err == nil && failure.Class != connectors.ClassOK {
		err = c.withOfficer(ctx, "The payment gateway refused to make a link ("+string(failure.Class)+" "+failure.Code+"). Check its credentials, then signal "+
			SignalOperatorRetry+" or "+SignalOperatorCancel+".", say("request.with_officer", c.referenceAndPortal()), keepFor)
		if err == nil {
			failure, err = c.openOnce(ctx)
		}
	}
	if errors.Is(err, errStopped) { // the link may exist by now
		c.order.Order = OrderID(c.to.Reference, c.charge.purpose)
		_, err = c.close(ctx, c.stop)
	}
	if err != nil {
		return err
	}
	if c.order.Rival != "" {
		return rivalError{c.order}
	}
	return c.sendLink(ctx)
}

func (c *collection) openOnce(ctx workflow.Context) (Failure, error) {
	return c.callPortal(ctx, portalCall{
		portal: PaymentsPortal, activity: ActivityOpenOrder, summary: "Make the payment link", result: &c.order, stage: StageOpeningPayment,
		input:     func(*connectors.ChallengeAnswer) any { return c.opening() },
		keptStage: StageKept, kept: say("request.kept", values{"reference": plain(c.to.Reference), "portal": portal(PaymentsPortal)}),
		canStop: true, changes: true,
	})
}

// opening asks for the order, and to tell the citizen of it. Who knows that their request is kept is told more, by sendLink.
func (c *collection) opening() OpenOrderInput {
	return OpenOrderInput{
		To: c.to, Purpose: c.charge.purpose, Service: c.input.Service, Portal: c.input.Portal, Account: c.charge.account, Bill: c.charge.number,
		Bills: c.charge.bills, Amount: c.charge.amount, ValidFor: max(cmp.Or(c.charge.validFor, linkFor), shortestLink),
		Tell: !c.kept, About: c.charge.about,
	}
}

// sendLink sees to it that the citizen has the link. One who was told meanwhile that their request is kept may have it, and stand as kept all the
// same: telling them again changes only that.
func (c *collection) sendLink(ctx workflow.Context) error {
	c.note(ctx, "Payment order "+c.order.Order+" opened")
	c.showMoney(ctx, moneyAwaited)
	if c.order.Told && !c.kept {
		c.wasTold(ctx, StageAwaitingPayment)
		return nil
	}
	opening := c.opening()
	opening.About = slices.Concat(c.back(PaymentsPortal), opening.About)
	telling := opening.Telling(c.order)
	return c.tellStage(ctx, telling.Step, StageAwaitingPayment, telling.Message, telling)
}

// Telling is what the citizen is told of an order, once: how to pay it and until when.
func (i OpenOrderInput) Telling(order OpenedOrder) TellInput {
	until := values{"amount": money(i.Amount), "until": moment(order.ExpiresAt)}
	how := say("money.link", until)
	if order.Chat != nil {
		how = say("money.order", until)
	}
	return TellInput{
		To: i.To, Step: i.Purpose + "-link", Message: slices.Concat(i.About, how), Link: payLink(order.URL), Order: order.Chat,
		Stage: &StageUpdate{Stage: StageAwaitingPayment, Detail: say("money.detail_awaiting", until), Open: StageAwaitingPayment.Open()},
	}
}

func (c *collection) link() *Link { return payLink(c.order.URL) }

// payLink is the button to the payment page; nil for an order that is paid in the chat.
func payLink(url string) *Link {
	if url == "" {
		return nil
	}
	return &Link{Label: "button.pay_now", URL: url}
}

// await waits until the link is paid. Webhooks wake it; polls make up for lost ones.
func (c *collection) await(ctx workflow.Context) (Payment, error) {
	seen := OrderStanding{}
	known := 0 // news that the standing read last includes: what comes while it is read, or told, is read in the next round
	for round := 0; ; round++ {
		left := c.order.ExpiresAt.Add(grace).Sub(workflow.Now(ctx))
		if left <= 0 {
			return c.expire(ctx, seen)
		}
		wait := min(left, polls[min(round, len(polls)-1)])
		heard, err := c.awaitFor(ctx, wait, "the payment; then the gateway is asked", func() bool { return c.news > known || c.stop != "" })
		if err != nil {
			return Payment{}, err
		}
		if c.stop != "" {
			return c.close(ctx, c.stop)
		}
		known = c.news
		standing := c.look(ctx, heard, seen)
		if standing.State == OrderPaid {
			return standing.Payment, nil
		}
		if err := c.tellProgress(ctx, seen, standing); err != nil {
			return Payment{}, err
		}
		seen = standing
	}
}

// look answers that the order is paid when the news said so, else what is known.
func (c *collection) look(ctx workflow.Context, heard bool, before OrderStanding) OrderStanding {
	if payment, paid := c.paid[c.order.Order]; paid {
		return OrderStanding{State: OrderPaid, FailedAttempts: before.FailedAttempts, Payment: payment}
	}
	return c.check(ctx, !heard, before)
}

// check answers what is known; when that cannot be found out now, what was known before: the next webhook or poll will tell. Our own
// books are read in passing; the gateway has a queue of its own. Who asked it may have died after what it said was booked, and what is
// booked wakes nobody a second time: so the books are read too when the gateway gives no answer.
func (c *collection) check(ctx workflow.Context, askGateway bool, before OrderStanding) OrderStanding {
	standing := before
	check := CheckOrderInput{Order: c.order.Order, AskGateway: askGateway}
	if askGateway {
		ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
			TaskQueue: PortalTaskQueue(PaymentsPortal), StartToCloseTimeout: 30 * time.Second, ScheduleToCloseTimeout: time.Minute,
			RetryPolicy: &temporal.RetryPolicy{InitialInterval: firstRetry, BackoffCoefficient: 2},
			Summary:     "Ask the payment gateway for the payment's state", Priority: temporal.Priority{PriorityKey: patientPriority},
		})
		err := workflow.ExecuteActivity(ctx, ActivityCheckOrder, check).Get(ctx, &standing)
		if err == nil {
			return standing
		}
		c.log.Info("payment gateway gives no answer now; the books are read", "error", err)
	}
	if err := hubStep(ctx, "Read the payment's state", ActivityReadOrder, check, &standing); err != nil {
		c.log.Warn("payment state not known now", "error", err)
		return before
	}
	return standing
}

// tellProgress tells of an attempt that is undecided, when nobody should pay again, and of one that failed, when they may.
func (c *collection) tellProgress(ctx workflow.Context, before, now OrderStanding) error {
	switch {
	case now.State == OrderAuthorized && before.State != OrderAuthorized:
		c.note(ctx, "A payment was begun and the bank has not decided yet")
		return c.tell(ctx, c.nextStep("undecided"), say("money.undecided", nil), TellInput{})
	case now.State == OrderAwaiting && (now.FailedAttempts > before.FailedAttempts || before.State == OrderAuthorized):
		c.note(ctx, "A payment attempt failed; the citizen may try again on the same link")
		return c.tell(ctx, c.nextStep("attempt-failed"), say("money.attempt_failed", values{"until": moment(c.order.ExpiresAt)}), TellInput{Link: c.link()})
	}
	return nil
}

// close stops the order from taking money. Money that was quicker counts; else it fails with notPaidError.
func (c *collection) close(ctx workflow.Context, reason CloseReason) (Payment, error) {
	standing, err := c.closeUnless(ctx, CloseOrderInput{Order: c.order.Order, Reason: reason})
	if err != nil {
		return Payment{}, err
	}
	return c.closed(ctx, standing, reason)
}

// closeUnless sees the closing through, with a person if need be, and answers where the order then stands.
func (c *collection) closeUnless(ctx workflow.Context, input CloseOrderInput) (OrderStanding, error) {
	c.note(ctx, "Closing the payment link: "+string(input.Reason))
	standing, err := c.closeOnce(ctx, input)
	for err != nil {
		c.log.Error("payment order not closed", "error", err)
		_, err = c.awaitOperator(ctx, "The payment gateway does not let the link of order "+c.order.Order+" be cancelled. Cancel it there, then signal "+
			SignalOperatorRetry+".", longestRetry)
		if err != nil {
			return standing, err
		}
		standing, err = c.closeOnce(ctx, input)
	}
	return standing, nil
}

func (c *collection) closed(ctx workflow.Context, standing OrderStanding, reason CloseReason) (Payment, error) {
	if standing.State == OrderPaid {
		return standing.Payment, nil
	}
	c.showMoney(ctx, moneyNone)
	return Payment{}, notPaidError{reason}
}

func (c *collection) closeOnce(ctx workflow.Context, input CloseOrderInput) (standing OrderStanding, err error) {
	ctx = portalActivity(ctx, PaymentsPortal, "Cancel the payment link", keepFor)
	err = workflow.ExecuteActivity(ctx, ActivityCloseOrder, input).Get(ctx, &standing)
	return standing, err
}

// endNotPaid ends a request for which no money came.
func (r *request) endNotPaid(ctx workflow.Context, notPaid notPaidError) error {
	if notPaid.reason == ClosedByExpiry {
		return r.end(ctx, StageExpired, say("money.expired", values{"reference": plain(r.to.Reference)}))
	}
	return r.end(ctx, StageCancelled, say("money.cancelled", values{"reference": plain(r.to.Reference)}))
}

// received is what a citizen sees beside the stage of what they paid for.
func received(paid Payment) Message {
	return say("money.detail_paid", values{"amount": money(paid.Amount), "when": moment(paid.PaidAt)})
}

// refuseCancels answers a citizen who wants to cancel what is paid already.
func (r *request) refuseCancels(ctx workflow.Context) {
	workflow.GoNamed(ctx, "refuse cancels", func(ctx workflow.Context) {
		if err := workflow.Await(ctx, func() bool { return r.tooLate }); err != nil {
			return
		}
		if err := r.tell(ctx, "cannot-cancel", say("money.cannot_cancel", values{"portal": portal(r.input.Portal)}), TellInput{}); err != nil {
			r.log.Warn("citizen not told that a paid request cannot be cancelled", "error", err)
		}
	})
}

// giveBack is money on its way back to the citizen.
type giveBack struct {
	order  string
	amount connectors.Paise
	// returned is the part that is given back; 0: all of it.
	returned connectors.Paise
	code     string  // a short word for the reason, never the department's text
	because  Message // said to the citizen above the date
}

// thenRefund books a refund when the citizen was told of it, and answers the ending: what the refund's own workflow has to say comes
// after. A process that dies between the two goes on with the booking.
func (r *request) thenRefund(ctx workflow.Context, end error, activity string, refund any) error {
	if _, told := errors.AsType[ending](end); !told {
		return end
	}
	if err := hubStep(ctx, "Book the refund", activity, refund, nil); err != nil {
		return fmt.Errorf("book the refund: %w", err)
	}
	r.showMoney(ctx, moneyRefunding)
	return end
}

// endGivingBack tells the citizen why the money is given back and by when, and books the refund, whose own workflow starts with it.
func (r *request) endGivingBack(ctx workflow.Context, back giveBack) error {
	r.note(ctx, "The money is given back")
	amount := back.amount
	if back.returned > 0 {
		amount = back.returned
	}
	with := values{"amount": money(amount), "day": day(RefundDue(workflow.Now(ctx)))}
	message := append(append(r.back(r.input.Portal), back.because...), say("money.refund_by", with)...)
	end := r.endWith(ctx, StageRefunding, message, TellInput{CloseQuestions: true, Stage: inDetail(say("money.detail_refunding", with))})
	return r.thenRefund(ctx, end, ActivityRecordRefusal, RecordRefusalInput{Order: back.order, Code: back.code, Amount: back.returned})
}

// becauseRefused says that the department did not take what was paid.
func (r *request) becauseRefused(failure Failure) Message {
	if failure.Reason != "" {
		return say("money.refused_because", values{"portal": portal(r.input.Portal), "reason": plain(failure.Reason)})
	}
	return say("money.refused", r.referenceAndPortal())
}

// codeOf is the short word for a refusal.
func codeOf(failure Failure) string {
	if failure.Code != "" {
		return failure.Code
	}
	return string(failure.Class)
}
