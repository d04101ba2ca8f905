package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// world is what lies outside the workflow: each field is how it behaves, counted from call 1.
type world struct {
	*scene

	fetch      func(call int) (connectors.Bill, error)
	post       func(call int) (connectors.Posted, error)
	find       func(call int) (connectors.Posted, error)
	order      func(call int) (workflows.OpenedOrder, error)
	standing   func(call int) (workflows.OrderStanding, error)
	closeOrder func(call int) (workflows.OrderStanding, error)
	refund     func(call int) (workflows.RefundStanding, error)
	refusal    func() error // of booking it
	receipt    func(call int) (workflows.Document, error)

	posts   []workflows.PostPaymentInput
	settled []workflows.SettleBillInput
}

// newWorld is one where everything goes well: the bill is due, the citizen pays at once, the department takes it.
func newWorld(t *testing.T) *world {
	t.Helper()
	w := &world{scene: newScene()}
	w.fetch = func(int) (connectors.Bill, error) { return dueBill(), nil }
	w.order = func(int) (workflows.OpenedOrder, error) {
		return workflows.OpenedOrder{Order: reference + "-bill", URL: "https://pay.example/1", ExpiresAt: w.Now().Add(time.Hour)}, nil
	}
	w.standing = func(int) (workflows.OrderStanding, error) { return paidStanding(), nil }
	w.closeOrder = func(int) (workflows.OrderStanding, error) {
		return workflows.OrderStanding{State: workflows.OrderClosed}, nil
	}
	w.post = func(int) (connectors.Posted, error) { return posted(), nil }
	w.find = func(int) (connectors.Posted, error) { return posted(), nil }
	w.refund = func(int) (workflows.RefundStanding, error) {
		return workflows.RefundStanding{State: workflows.RefundProcessed, GatewayRefund: "rfnd_1"}, nil
	}
	w.refusal = func() error { return nil }
	w.receipt = func(int) (workflows.Document, error) {
		return workflows.Document{ID: "sha", Filename: "Receipt.pdf", MIMEType: "application/pdf"}, nil
	}
	w.whenSaid("bill.ask", func() { w.answer("pay") })
	w.whenSaid("money.link", w.paymentNews)
	w.register()
	return w
}

func dueBill() connectors.Bill {
	return connectors.Bill{
		Account: "1134100025678", Name: "K LAKSHMI DEVI", Number: "B1", Period: "2026-11", DueDate: noon.AddDate(0, 0, 10),
		Amount: 100000, Arrears: 24000, Total: 124000, Status: connectors.BillDue,
	}
}

func paidStanding() workflows.OrderStanding {
	return workflows.OrderStanding{State: workflows.OrderPaid, Payment: workflows.Payment{ID: "pay_1", Amount: 124000, Method: "upi", PaidAt: noon}}
}

func awaiting(failed int) workflows.OrderStanding {
	return workflows.OrderStanding{State: workflows.OrderAwaiting, FailedAttempts: failed}
}

func posted() connectors.Posted {
	return connectors.Posted{PortalReceipt: "PS-1", PostedAt: noon, Amount: 124000}
}

func (w *world) register() {
	w.as(workflows.ActivityFetchBill, func(context.Context, workflows.FetchBillInput) (workflows.FetchedBill, error) {
		bill, err := w.fetch(w.count("fetch"))
		return workflows.FetchedBill{Bill: bill, Query: connectors.BillQuery{Account: bill.Account}}, answer.Error(err, w.Now())
	})
	w.as(workflows.ActivityPostPayment, func(_ context.Context, input workflows.PostPaymentInput) (connectors.Posted, error) {
		keep(w.scene, &w.posts, input)
		return outside(w.scene, "post", w.post)
	})
	w.as(workflows.ActivityFindPayment, func(context.Context, connectors.PostingQuery) (connectors.Posted, error) {
		return outside(w.scene, "find", w.find)
	})
	w.as(workflows.ActivityOpenOrder, w.open)
	w.as(workflows.ActivityCheckOrder, func(context.Context, workflows.CheckOrderInput) (workflows.OrderStanding, error) {
		return outside(w.scene, "check", w.standing)
	})
	w.as(workflows.ActivityReadOrder, func(context.Context, workflows.CheckOrderInput) (workflows.OrderStanding, error) {
		return outside(w.scene, "check", w.standing)
	})
	w.as(workflows.ActivityCloseOrder, func(context.Context, workflows.CloseOrderInput) (workflows.OrderStanding, error) {
		return outside(w.scene, "close", w.closeOrder)
	})
	w.as(workflows.ActivityRefund, func(context.Context, workflows.RefundStep) (workflows.RefundStanding, error) {
		return outside(w.scene, "refund", w.refund)
	})
	w.as(workflows.ActivityRecordPosting, func(context.Context, workflows.RecordPostingInput) error { w.count("record posting"); return nil })
	w.as(workflows.ActivityRecordRefusal, func(context.Context, workflows.RecordRefusalInput) error {
		w.count("record refusal")
		return w.refusal()
	})
	w.as(workflows.ActivityIssueReceipt, func(context.Context, workflows.ReceiptInput) (workflows.Document, error) {
		return outside(w.scene, "receipt", w.receipt)
	})
	w.as(workflows.ActivitySettleBill, w.settle)
}

func (w *world) open(_ context.Context, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
	order, err := outside(w.scene, "order", w.order)
	if err != nil {
		return order, err
	}
	return w.opened(input, order), nil
}

// settle is what the activity of that name does, as often as it is repeated.
func (w *world) settle(_ context.Context, input workflows.SettleBillInput) (workflows.Document, error) {
	keep(w.scene, &w.settled, input)
	receipt, err := w.receipt(w.count("receipt"))
	if err != nil {
		w.told(input.Late)
		return receipt, err
	}
	input.Tell.Document = &receipt
	w.told(input.Tell)
	return receipt, nil
}

func (w *world) answer(choice string) {
	w.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: reference + "/confirm", Choice: choice})
}

func (w *world) paymentNews() {
	w.SignalWorkflow(workflows.SignalPayment, workflows.PaymentChanged{Order: reference + "-bill"})
}

// pay runs the bill payment to its end.
func (w *world) pay(t *testing.T) workflows.BillOutcome {
	t.Helper()
	return end[workflows.BillOutcome](t, w.environment, workflows.BillPayment, input())
}

func input() workflows.RequestInput {
	return workflows.RequestInput{
		Reference: reference, Person: "p1", Conversation: 7, Service: "electricity-bill-south", Department: "Energy", Kind: catalog.KindBill,
		Portal: "apspdcl", Language: "te", Answers: map[string]string{"service_number": "1134100025678"}, ConfirmedAt: noon,
	}
}

// heard are the texts said, without the lines that describe the bill.
func (w *world) heard() []string {
	return slices.DeleteFunc(slices.Clone(w.said), func(key string) bool {
		return slices.Contains([]string{"bill.title", "bill.name", "bill.account", "bill.period", "bill.due_date", "bill.amount", "bill.arrears", "bill.total"}, key)
	})
}

var errDown = &connectors.UnavailableError{Reason: connectors.ReasonConnection}

// downUntil answers an error for the first calls, then what well answers.
func downUntil[T any](calls int, err error, well func(int) (T, error)) func(int) (T, error) {
	return func(call int) (T, error) {
		if call < calls {
			var none T
			return none, err
		}
		return well(call)
	}
}
