package workflows

import (
	"errors"
	"fmt"
	"slices"
	"strconv"
	"strings"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// post tells the department of every bill that was paid, once each. All are sent before one that is in doubt is waited for, so that it
// does not make the others late. When none is taken, all of the money goes back.
func (b *billPayment) post(ctx workflow.Context) (err error) {
	postings := make([]submission, len(b.bills))
	for i, bill := range b.bills {
		postings[i] = b.posting(ctx, i)
		if bill.said, err = b.callPortal(ctx, postings[i].send); err != nil {
			return err
		}
	}
	for i, bill := range b.bills {
		bill.said, err = b.settle(ctx, postings[i], bill.said)
		if errors.Is(err, errStopped) { // given up by an operator: this bill, not the others
			b.stop = ""
			bill.said, err = Failure{Class: connectors.ClassRefused, Code: "operator"}, nil
		}
		if err != nil {
			return err
		}
	}
	return b.sumUp(ctx)
}

// posting is how the department is told of one bill.
func (b *billPayment) posting(ctx workflow.Context, place int) submission {
	bill := b.bills[place]
	call := portalCall{result: &bill.posted, keptStage: StageKeptPaid, kept: b.safe(), keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary = ActivityPostPayment, "Tell the department of the payment"
	find.activity, find.summary = ActivityFindPayment, "Look up whether the department has the payment"
	query := connectors.PostingQuery{
		Reference: b.postingReference(place), Service: bill.Query.Service, Account: bill.Query.Account, Fields: bill.Query.Fields,
	}
	post := PostPaymentInput{LookFirst: wasReset(ctx), Posting: connectors.Posting{
		Reference: query.Reference, Service: query.Service, Account: query.Account, Fields: query.Fields,
		BillNumber: bill.Bill.Number, Amount: bill.pay, PaidAt: b.payment.PaidAt, GatewayPaymentID: b.payment.ID,
	}}
	send.input = func(*connectors.ChallengeAnswer) any {
		next := post
		post.LookFirst = true // should it be tried again
		return next
	}
	find.input = plainInput(query)
	return submission{
		what: "payment " + b.payment.ID + " as " + query.Reference, send: send, find: find, keptStage: StageKeptPaid, kept: b.safe(),
		handed: say("money.with_officer", b.referenceAndPortal()),
		landed: func(number string) {
			bill.posted = connectors.Posted{PortalReceipt: number, PostedAt: workflow.Now(ctx), Amount: bill.pay}
		},
	}
}

// postingReference is our reference of one bill's posting: the order's, with the bill's place among several.
func (b *billPayment) postingReference(place int) string {
	if len(b.bills) == 1 {
		return b.order.Order
	}
	return b.order.Order + "-" + strconv.Itoa(place+1)
}

// sumUp adds up what the department has, and what it did not take.
func (b *billPayment) sumUp(ctx workflow.Context) error {
	var receipts []string
	var refused connectors.Paise
	var because Message
	last := Failure{}
	has := connectors.Posted{Reference: b.order.Order}
	for _, bill := range b.bills {
		if bill.said.Class != connectors.ClassOK {
			refused, last = refused+bill.pay, bill.said
			because = append(because, b.becauseNot(bill)...)
			continue
		}
		receipts = append(receipts, bill.posted.PortalReceipt)
		has.Amount, has.PostedAt = has.Amount+bill.pay, bill.posted.PostedAt
	}
	if len(receipts) == 0 {
		b.note(ctx, "The department refused the payment")
		return b.endGivingBack(ctx, giveBack{order: b.order.Order, amount: b.payment.Amount, code: codeOf(last), because: because})
	}
	b.outcome.PortalReceipt, has.PortalReceipt = receipts[0], strings.Join(receipts, ", ")
	b.note(ctx, fmt.Sprintf("The department has the payment: %d of %d", len(receipts), len(b.bills)))
	b.record = RecordPostingInput{Order: b.order.Order, Posted: has}
	if refused > 0 {
		b.aside = slices.Concat(because, b.refundBy(ctx, refused))
		b.returned = RecordReturnInput{Order: b.order.Order, Amount: refused, Code: codeOf(last)}
	}
	return nil
}

func (*billPayment) refundBy(ctx workflow.Context, amount connectors.Paise) Message {
	return say("money.refund_by", values{"amount": money(amount), "day": day(RefundDue(workflow.Now(ctx)))})
}

// becauseNot says why the department did not take what was paid of a bill.
func (b *billPayment) becauseNot(bill *oneBill) Message {
	account := values{"account": plain(bill.Bill.Account), "portal": portal(b.input.Portal)}
	switch {
	case bill.said.Code == connectors.RefusedAmount && bill.said.Reason == "":
		return say("bill.amount_changed", account)
	case bill.said.Code == connectors.RefusedAlreadyPaid:
		return say("bill.paid_meanwhile", account)
	case len(b.bills) == 1:
		return b.becauseRefused(bill.said)
	case bill.said.Reason == "":
		return say("bill.refused_one", account)
	}
	account["reason"] = plain(bill.said.Reason)
	return say("bill.refused_one_because", account)
}

// handOver books what the department has and gives the citizen the receipts: of one bill with the last word, of several each by itself.
func (b *billPayment) handOver(ctx workflow.Context) error {
	if len(b.bills) == 1 {
		return b.settleOne(ctx)
	}
	return b.settleSeveral(ctx)
}

// settleOne books, makes the receipt and says the last word in one step. A receipt that cannot be made now keeps back neither the books nor
// the word that the department has the money.
func (b *billPayment) settleOne(ctx workflow.Context) error {
	bill := b.bills[0]
	paid := values{"amount": money(b.payment.Amount), "receipt": plain(bill.posted.PortalReceipt), "portal": portal(b.input.Portal)}
	detail := TellInput{Stage: inDetail(say("money.detail_done", paid))}
	done := append(b.back(b.input.Portal), say("money.done", paid)...)
	settle := SettleBillInput{
		Record: b.record, Receipt: b.receiptOf(0),
		Tell: b.telling("end", done, b.inStage(StageDone, detail)),
		Late: b.telling("receipt-late", b.paperLate(b.payment.Amount), b.inStage(StagePosting, detail)),
	}
	var receipt Document
	if err := hubStep(ctx, "Book the payment and hand over the receipt", ActivitySettleBill, settle, &receipt); err != nil {
		return fmt.Errorf("settle the bill: %w", err)
	}
	b.receiptMade(ctx, receipt)
	b.note(ctx, StageDone.Words())
	b.enter(ctx, StageDone)
	return ending{StageDone}
}

// settleSeveral books what the department has of several bills, and hands over the receipts one by one.
func (b *billPayment) settleSeveral(ctx workflow.Context) error {
	if err := hubStep(ctx, "Book that the department has the money", ActivityRecordPosting, b.record, nil); err != nil {
		return fmt.Errorf("book the posting: %w", err)
	}
	b.onlyPaperLeft(StagePosting, b.record.Posted.Amount)
	paid, count := connectors.Paise(0), 0
	for i, bill := range b.bills {
		if bill.said.Class != connectors.ClassOK {
			continue
		}
		receipt, err := b.makePaper(ctx, "Make the receipt", ActivityIssueReceipt, b.receiptOf(i))
		if err != nil {
			return fmt.Errorf("make the receipt: %w", err)
		}
		b.receiptMade(ctx, receipt)
		paid, count = paid+bill.pay, count+1
		message := say("bill.receipt", values{
			"account": plain(bill.Bill.Account), "amount": money(bill.pay), "receipt": plain(bill.posted.PortalReceipt),
		})
		if err := b.tell(ctx, "receipt-"+strconv.Itoa(i+1), message, TellInput{Document: &receipt}); err != nil {
			return err
		}
	}
	message := append(b.back(b.input.Portal), say("bill.done_several", values{
		"count": plain(strconv.Itoa(count)), "amount": money(paid), "portal": portal(b.input.Portal),
	})...)
	if b.returned.Amount > 0 {
		return b.thenRefund(ctx, b.end(ctx, StageRefunding, append(message, b.aside...)), ActivityRecordReturn, b.returned)
	}
	return b.end(ctx, StageDone, message)
}

// receiptOf is what the receipt of one bill shows.
func (b *billPayment) receiptOf(place int) ReceiptInput {
	bill := b.bills[place]
	input := ReceiptInput{
		To: b.to, Service: b.input.Service, Portal: b.input.Portal, Bill: bill.Bill, Payment: b.payment, Posted: bill.posted,
	}
	if len(b.bills) > 1 {
		input.Part, input.Payment.Amount = place+1, bill.pay
	}
	return input
}

func (b *billPayment) receiptMade(ctx workflow.Context, receipt Document) {
	if b.outcome.Receipt == "" {
		b.outcome.Receipt = receipt.ID
	}
	b.note(ctx, "Receipt made")
}
