package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// BillOutcome is how a bill payment ended.
type BillOutcome struct {
	Ended Stage `json:"ended"`
	// PortalReceipt is the department's receipt number, Receipt our document; both only when a bill was paid, of several the first.
	PortalReceipt string `json:"portal_receipt,omitempty"`
	Receipt       string `json:"receipt,omitempty"`
}

const (
	purposeBill = "bill"
	confirmFor  = 24 * time.Hour // then the bill may have changed
)

// BillPayment pays a bill, or several of one department in one go: fetch, show and let the citizen confirm, take the money, tell the
// department of each bill once, hand over a receipt of each. An outside system that is down only delays it; the citizen may cancel
// until the money has come; of the money, what the department does not take is given back.
func BillPayment(ctx workflow.Context, input RequestInput) (BillOutcome, error) {
	request, ctx, err := newRequest(ctx, input)
	if err != nil {
		return BillOutcome{}, err
	}
	b := &billPayment{request: request}
	b.outcome.Ended, err = b.through(ctx, b.fetch, b.pay, b.post, b.handOver)
	return b.outcome, err
}

// billPayment is the state of one payment.
type billPayment struct {
	*request

	bills     []*oneBill
	fetchedAt time.Time
	shown     int     // how often the bills were shown
	aside     Message // said above the bills when they are shown next
	order     OpenedOrder
	payment   Payment
	record    RecordPostingInput // what the department has
	returned  RecordReturnInput  // what it did not take, of several bills
	outcome   BillOutcome
}

// oneBill is one of the bills that are paid together.
type oneBill struct {
	FetchedBill

	answers map[string]string // by which it was found
	pay     connectors.Paise  // how much of it is paid
	posted  connectors.Posted
	said    Failure // the department, to the payment
}

// isDue tells whether there is something to pay.
func isDue(bill connectors.Bill) bool { return bill.Status == connectors.BillDue && bill.Total > 0 }

// fetch asks the portal what is to be paid.
func (b *billPayment) fetch(ctx workflow.Context) error {
	var fetched FetchedBill
	failure, err := b.callUntilClear(ctx, b.fetching(b.input.Answers, &fetched))
	if errors.Is(err, errStopped) {
		return b.endCancelled(ctx)
	}
	if err != nil {
		return err
	}
	switch failure.Class {
	case connectors.ClassOK:
		b.note(ctx, "The portal gave the bill")
	case connectors.ClassInputRejected:
		return b.endAnswered(ctx, StageNeedsCorrection, say("bill.rejected", values{"portal": portal(b.input.Portal), "reason": plain(failure.Reason)}))
	case connectors.ClassNotFound:
		return b.endAnswered(ctx, StageNeedsCorrection, say("bill.not_found", values{"portal": portal(b.input.Portal)}))
	case connectors.ClassRefused:
		return b.endAnswered(ctx, StageRefused, say("bill.refused", values{"portal": portal(b.input.Portal), "reason": plain(failure.Reason)}))
	default: // unavailable or unknown, and all tries are used up: the week is over
		return b.endGivenUp(ctx)
	}
	bill := fetched.Bill
	switch {
	case isDue(bill):
		b.bills = []*oneBill{{FetchedBill: fetched, answers: b.input.Answers, pay: bill.Total}}
		b.fetchedAt = workflow.Now(ctx)
		return nil
	case bill.Status == connectors.BillPaid && !bill.PaidOn.IsZero():
		return b.endAnswered(ctx, StageNothingDue, say("bill.paid_already", values{"month": month(bill.Period), "day": day(bill.PaidOn)}))
	}
	return b.endAnswered(ctx, StageNothingDue, say("bill.nothing_due", values{"portal": portal(b.input.Portal)}))
}

func (b *billPayment) endGivenUp(ctx workflow.Context) error {
	return b.end(ctx, StageGivenUp, say("request.gave_up", values{"portal": portal(b.input.Portal)}))
}

// fetching is the call for the bill of one account.
func (b *billPayment) fetching(answers map[string]string, into *FetchedBill) portalCall {
	return portalCall{
		activity: ActivityFetchBill, summary: "Fetch the bill", result: into, stage: StageFetching,
		input:     plainInput(FetchBillInput{Service: b.input.Service, Answers: answers}),
		keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()), canStop: true,
	}
}

// pay has the bills confirmed and takes the money. A bill that somebody else is paying is left out, and the rest confirmed anew.
func (b *billPayment) pay(ctx workflow.Context) (err error) {
	for {
		if err := b.confirm(ctx); err != nil {
			return err
		}
		b.order, b.payment, err = b.collect(ctx, b.charge())
		rival, ok := errors.AsType[rivalError](err)
		if !ok {
			break
		}
		if !b.leaveOut(rival.order.RivalBills) {
			return b.endForRival(ctx, rival.order)
		}
		b.note(ctx, "Another request is paying one of the bills; it was left out")
	}
	if notPaid, ok := errors.AsType[notPaidError](err); ok {
		return b.endNotPaid(ctx, notPaid)
	}
	if err != nil {
		return err
	}
	b.takeMoney(ctx, b.payment, StagePosting, StageKeptPaid, b.safe())
	return nil
}

// safe is what the citizen hears while the department has not confirmed the payment.
func (b *billPayment) safe() Message {
	return say("money.kept", values{
		"amount": money(b.payment.Amount), "portal": portal(b.input.Portal), "reference": plain(b.to.Reference),
	})
}

// charge is what the citizen is asked for: one order, whatever the number of bills.
func (b *billPayment) charge() charge {
	asked := charge{purpose: purposeBill}
	for _, bill := range b.bills {
		asked.amount += bill.pay
		asked.bills = append(asked.bills, OrderedBill{Account: bill.Bill.Account, Number: bill.Bill.Number})
	}
	if only := b.bills[0]; len(b.bills) == 1 {
		asked.account, asked.number, asked.bills = only.Bill.Account, only.Bill.Number, nil
		if rest := only.Bill.Total - only.pay; rest > 0 {
			asked.about = say("bill.part_rest", values{"rest": money(rest)})
		}
	}
	return asked
}

func (b *billPayment) endForRival(ctx workflow.Context, rival OpenedOrder) error {
	if rival.Rival == RivalPaid {
		return b.end(ctx, StageDuplicate, say("bill.rival_paid", nil))
	}
	b.note(ctx, "Another request's payment link for the same bill is open; the citizen was given that link")
	until, link := values{"until": moment(rival.ExpiresAt)}, payLink(rival.URL)
	said := say("bill.rival_open", until)
	if link == nil {
		said = say("money.rival_in_chat", until)
	}
	return b.endWith(ctx, StageDuplicate, append(b.back(PaymentsPortal), said...), TellInput{Link: link})
}
