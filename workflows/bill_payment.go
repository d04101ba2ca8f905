package workflows

import (
	"errors"
	"fmt"
	"time"

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
	purposeBill = "bill"
	confirmFor  = 24 * time.Hour // then the bill may have changed
)

// BillPayment pays one bill: fetch it, show it and let the citizen confirm, take the money, tell the department once, hand over the
// receipt. An outside system that is down only delays it; the citizen may cancel until the money has come; money that the
// department does not take is given back.
func BillPayment(ctx workflow.Context, input RequestInput) (BillOutcome, error) {
	request, ctx, err := newRequest(ctx, input)
	if err != nil {
		return BillOutcome{}, err
	}
	bill := &billPayment{request: request}
	bill.outcome.Ended, err = bill.through(ctx, bill.fetch, bill.confirm, bill.pay, bill.post, bill.handOverReceipt)
	return bill.outcome, err
}

// billPayment is the state of one bill payment.
type billPayment struct {
	*request

	bill    FetchedBill
	order   OpenedOrder
	payment Payment
	posted  connectors.Posted
	outcome BillOutcome
}

// fetch asks the portal what is to be paid.
func (b *billPayment) fetch(ctx workflow.Context) error {
	failure, err := b.callUntilClear(ctx, portalCall{
		activity: ActivityFetchBill, summary: "Fetch the bill", result: &b.bill, stage: StageFetching,
		input:     plainInput(FetchBillInput{Service: b.input.Service, Answers: b.input.Answers}),
		keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()), canStop: true,
	})
	if errors.Is(err, errStopped) {
		return b.endCancelled(ctx)
	}
	if err != nil {
		return err
	}
	switch failure.Class { //nolint:exhaustive // callUntilClear keeps the rest
	case connectors.ClassOK:
		b.note(ctx, "The portal gave the bill")
		return b.checkDue(ctx)
	case connectors.ClassInputRejected:
		return b.endAnswered(ctx, StageNeedsCorrection, say("bill.rejected", values{"portal": portal(b.input.Portal), "reason": plain(failure.Reason)}))
	case connectors.ClassNotFound:
		return b.endAnswered(ctx, StageNeedsCorrection, say("bill.not_found", values{"portal": portal(b.input.Portal)}))
	case connectors.ClassRefused:
		return b.endAnswered(ctx, StageRefused, say("bill.refused", values{"portal": portal(b.input.Portal), "reason": plain(failure.Reason)}))
	default: // unavailable or unknown, and all tries are used up: the week is over
		return b.end(ctx, StageGivenUp, say("request.gave_up", values{"portal": portal(b.input.Portal)}))
	}
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
	answer, err := b.ask(ctx, question{
		name: "confirm", message: append(b.back(b.input.Portal), b.describeBill()...), stage: StageConfirming, waitFor: confirmFor,
		choices: []Choice{{ID: choicePay, Label: "button.pay"}, {ID: choiceCancel, Label: "button.dont_pay"}},
	})
	switch {
	case errors.Is(err, errNoAnswer):
		return b.end(ctx, StageExpired, say("bill.not_confirmed", values{"reference": plain(b.to.Reference)}))
	case errors.Is(err, errStopped), err == nil && answer.Choice != choicePay:
		return b.endCancelled(ctx)
	case err != nil:
		return err
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

// pay takes the money.
func (b *billPayment) pay(ctx workflow.Context) (err error) {
	bill := b.bill.Bill
	b.order, b.payment, err = b.collect(ctx, charge{purpose: purposeBill, account: bill.Account, number: bill.Number, amount: bill.Total})
	if rival, ok := errors.AsType[errRival](err); ok {
		return b.endForRival(ctx, rival.order)
	}
	if notPaid, ok := errors.AsType[errNotPaid](err); ok {
		return b.endNotPaid(ctx, notPaid)
	}
	if err != nil {
		return err
	}
	return b.tellPaid(ctx, b.payment, StagePosting)
}

func (b *billPayment) endForRival(ctx workflow.Context, rival OpenedOrder) error {
	if rival.Rival == RivalPaid {
		return b.end(ctx, StageDuplicate, say("bill.rival_paid", nil))
	}
	b.note(ctx, "Another request's payment link for the same bill is open; the citizen was given that link")
	message := append(b.back(PaymentsPortal), say("bill.rival_open", values{"until": moment(rival.ExpiresAt)})...)
	return b.endWith(ctx, StageDuplicate, message, TellInput{Link: &Link{Label: "button.pay_now", URL: rival.URL}})
}

// post tells the department of the payment, once, and books what it says.
func (b *billPayment) post(ctx workflow.Context) error {
	failure, err := b.submitOnce(ctx, b.posting(ctx))
	if errors.Is(err, errStopped) {
		failure, err = Failure{Class: connectors.ClassRefused, Code: "operator"}, nil
	}
	if err != nil {
		return err
	}
	if failure.Class != connectors.ClassOK {
		b.note(ctx, "The department refused the payment")
		return b.endGivingBack(ctx, giveBack{
			order: b.order.Order, amount: b.payment.Amount, code: codeOf(failure), because: b.becauseRefused(failure),
		})
	}
	b.outcome.PortalReceipt = b.posted.PortalReceipt
	b.note(ctx, "The department has the payment")
	record := RecordPostingInput{Order: b.order.Order, Posted: b.posted}
	if err := hubStep(ctx, "Book that the department has the money", ActivityRecordPosting, record, nil); err != nil {
		return fmt.Errorf("book the posting: %w", err)
	}
	return nil
}

func (b *billPayment) posting(ctx workflow.Context) submission {
	safe := say("money.kept", values{
		"amount": money(b.payment.Amount), "portal": portal(b.input.Portal), "reference": plain(b.to.Reference),
	})
	call := portalCall{result: &b.posted, keptStage: StageKeptPaid, kept: safe, keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary = ActivityPostPayment, "Tell the department of the payment"
	find.activity, find.summary = ActivityFindPayment, "Look up whether the department has the payment"
	query := connectors.PostingQuery{
		Reference: b.order.Order, Service: b.bill.Query.Service, Account: b.bill.Query.Account, Fields: b.bill.Query.Fields,
	}
	post := PostPaymentInput{LookFirst: wasReset(ctx), Posting: connectors.Posting{
		Reference: query.Reference, Service: query.Service, Account: query.Account, Fields: query.Fields,
		BillNumber: b.bill.Bill.Number, Amount: b.payment.Amount, PaidAt: b.payment.PaidAt, GatewayPaymentID: b.payment.ID,
	}}
	send.input = func(*connectors.ChallengeAnswer) any {
		next := post
		post.LookFirst = true // should it be tried again
		return next
	}
	find.input = plainInput(query)
	return submission{
		what: "payment " + b.payment.ID + " of order " + b.order.Order, send: send, find: find, keptStage: StageKeptPaid, kept: safe,
		handed: say("money.with_officer", b.referenceAndPortal()),
		landed: func(number string) {
			b.posted = connectors.Posted{PortalReceipt: number, PostedAt: workflow.Now(ctx), Amount: b.payment.Amount}
		},
	}
}

// handOverReceipt makes the receipt and sends it.
func (b *billPayment) handOverReceipt(ctx workflow.Context) error {
	var receipt Document
	input := ReceiptInput{
		To: b.to, Service: b.input.Service, Portal: b.input.Portal, Bill: b.bill.Bill, Payment: b.payment, Posted: b.posted,
	}
	if err := hubStep(ctx, "Make the receipt", ActivityIssueReceipt, input, &receipt); err != nil {
		return fmt.Errorf("make the receipt: %w", err)
	}
	b.outcome.Receipt = receipt.ID
	b.note(ctx, "Receipt made")
	message := append(b.back(b.input.Portal), say("money.done", values{
		"amount": money(b.payment.Amount), "portal": portal(b.input.Portal), "receipt": plain(b.posted.PortalReceipt),
	})...)
	detail := say("money.detail_done", values{"amount": money(b.payment.Amount), "receipt": plain(b.posted.PortalReceipt)})
	return b.endWith(ctx, StageDone, message, TellInput{Document: &receipt, Stage: inDetail(detail)})
}
