package workflows_test

import (
	"context"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/testsuite"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

const reference = "AP-7K3M-Q9ZT"

// agreed is an approval that two officers gave.
const agreed = "approval-1"

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, connectors.IndianTime) // a Monday

// world is what lies outside the workflow: each field is how it behaves, counted from call 1.
type world struct {
	*testsuite.TestWorkflowEnvironment
	fetch      func(call int) (connectors.Bill, error)
	post       func(call int) (connectors.Posted, error)
	find       func(call int) (connectors.Posted, error)
	order      func(call int) (workflows.OpenedOrder, error)
	standing   func(call int) (workflows.OrderStanding, error)
	closeOrder func(call int) (workflows.OrderStanding, error)
	refund     func(call int) (workflows.RefundStanding, error)
	refusal    func() error // of booking it

	mu    sync.Mutex
	calls map[string]int
	said  []string // the texts of every message and question, in order
	tells []workflows.TellInput
	onSay map[catalog.TextKey]func()
	posts []workflows.PostPaymentInput
}

// newWorld is one where everything goes well: the bill is due, the citizen pays at once, the department takes it.
func newWorld(t *testing.T) *world {
	t.Helper()
	suite := testsuite.WorkflowTestSuite{}
	suite.SetLogger(log.NewStructuredLogger(slog.New(slog.DiscardHandler)))
	w := &world{TestWorkflowEnvironment: suite.NewTestWorkflowEnvironment(), calls: map[string]int{}, onSay: map[catalog.TextKey]func(){}}
	w.SetStartTime(noon)
	w.SetTestTimeout(20 * time.Second)
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
	as := func(name string, function any) {
		w.RegisterActivityWithOptions(function, activity.RegisterOptions{Name: name})
	}
	as(workflows.ActivityTell, func(_ context.Context, input workflows.TellInput) error {
		w.mu.Lock()
		w.tells = append(w.tells, input)
		w.mu.Unlock()
		w.say(input.Message)
		return nil
	})
	as(workflows.ActivityAsk, func(_ context.Context, input workflows.AskInput) error { w.say(input.Message); return nil })
	as(workflows.ActivityFetchBill, func(context.Context, workflows.FetchBillInput) (workflows.FetchedBill, error) {
		bill, err := w.fetch(w.count("fetch"))
		return workflows.FetchedBill{Bill: bill, Query: connectors.BillQuery{Account: bill.Account}}, answer.Error(err, w.Now())
	})
	as(workflows.ActivityPostPayment, func(_ context.Context, input workflows.PostPaymentInput) (connectors.Posted, error) {
		w.mu.Lock()
		w.posts = append(w.posts, input)
		w.mu.Unlock()
		return outside(w, "post", w.post)
	})
	as(workflows.ActivityFindPayment, func(context.Context, connectors.PostingQuery) (connectors.Posted, error) {
		return outside(w, "find", w.find)
	})
	as(workflows.ActivityOpenOrder, func(context.Context, workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
		return outside(w, "order", w.order)
	})
	as(workflows.ActivityCheckOrder, func(context.Context, workflows.CheckOrderInput) (workflows.OrderStanding, error) {
		return outside(w, "check", w.standing)
	})
	as(workflows.ActivityReadOrder, func(context.Context, workflows.CheckOrderInput) (workflows.OrderStanding, error) {
		return outside(w, "check", w.standing)
	})
	as(workflows.ActivityUseApproval, func(_ context.Context, input workflows.UseApprovalInput) (bool, error) {
		w.count("use approval")
		return input.Approval == agreed, nil
	})
	as(workflows.ActivityRecordAct, func(context.Context, workflows.RecordActInput) error { w.count("record act"); return nil })
	as(workflows.ActivityCloseOrder, func(context.Context, workflows.CloseOrderInput) (workflows.OrderStanding, error) {
		return outside(w, "close", w.closeOrder)
	})
	as(workflows.ActivityRefund, func(context.Context, workflows.RefundStep) (workflows.RefundStanding, error) {
		return outside(w, "refund", w.refund)
	})
	as(workflows.ActivityRecordPosting, func(context.Context, workflows.RecordPostingInput) error { w.count("record posting"); return nil })
	as(workflows.ActivityRecordRefusal, func(context.Context, workflows.RecordRefusalInput) error {
		w.count("record refusal")
		return w.refusal()
	})
	as(workflows.ActivityIssueReceipt, func(context.Context, workflows.ReceiptInput) (workflows.Document, error) {
		return workflows.Document{ID: "sha", Filename: "Receipt.pdf", MIMEType: "application/pdf"}, nil
	})
}

func outside[T any](w *world, name string, behave func(int) (T, error)) (T, error) {
	result, err := behave(w.count(name))
	return result, answer.Error(err, w.Now())
}

func (w *world) count(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	w.calls[name]++
	return w.calls[name]
}

func (w *world) called(name string) int {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.calls[name]
}

func (w *world) say(message workflows.Message) {
	var reactions []func()
	w.mu.Lock()
	for _, line := range message {
		w.said = append(w.said, string(line.Text))
		if react := w.onSay[line.Text]; react != nil {
			reactions = append(reactions, react)
		}
	}
	w.mu.Unlock()
	for _, react := range reactions {
		react()
	}
}

// whenSaid is what happens outside when the citizen reads a text.
func (w *world) whenSaid(key catalog.TextKey, react func()) { w.onSay[key] = react }

// later does something after a while of workflow time.
func (w *world) later(after time.Duration, do func()) func() {
	return func() { w.RegisterDelayedCallback(do, after) }
}

func (w *world) answer(choice string) {
	w.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: reference + "/confirm", Choice: choice})
}

func (w *world) paymentNews() {
	w.SignalWorkflow(workflows.SignalPayment, workflows.PaymentChanged{Order: reference + "-bill"})
}

func (w *world) citizenCancels() { w.SignalWorkflow(workflows.SignalCancel, nil) }

// pay runs the bill payment to its end.
func (w *world) pay(t *testing.T) workflows.BillOutcome {
	t.Helper()
	w.ExecuteWorkflow(workflows.BillPayment, input())
	require.True(t, w.IsWorkflowCompleted())
	require.NoError(t, w.GetWorkflowError())
	var outcome workflows.BillOutcome
	require.NoError(t, w.GetWorkflowResult(&outcome))
	return outcome
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
