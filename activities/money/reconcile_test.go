package money_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	paymentstwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// reconcile compares a day with the gateway: 0 is today, 1 tomorrow, when today's payments are paid out.
func (till till) reconcile(t *testing.T, day int) (total workflows.Reconciled) {
	t.Helper()
	for _, each := range till.days(day) {
		done, err := till.ReconcileGateway(t.Context(), workflows.ReconcileInput{Portal: workflows.PaymentsPortal, Day: each})
		require.NoError(t, err)
		total = sum(total, done)
	}
	return total
}

// sum adds what two parts found.
func sum(one, other workflows.Reconciled) workflows.Reconciled {
	return workflows.Reconciled{Opened: one.Opened + other.Opened, Closed: one.Closed + other.Closed, After: other.After}
}

// cases are the open ones: "kind subject expected found".
func (till till) cases(t *testing.T) []store.Difference {
	t.Helper()
	open, err := store.OpenCases(t.Context(), till.store.Pool(), 100)
	require.NoError(t, err)
	differences := make([]store.Difference, len(open))
	for i, each := range open {
		differences[i] = each.Difference
		differences[i].Day = time.Time{}
	}
	return differences
}

func (till till) hear(t *testing.T, order string, facts ...payment.Fact) {
	t.Helper()
	for _, fact := range facts {
		_, err := till.Books.Hear(t.Context(), order, money.News{Provider: "razorpay", EventID: string(fact.Kind) + fact.Payment + fact.Refund, Fact: fact})
		require.NoError(t, err)
	}
}

func TestADayOnWhichAllAgreeOpensNoCase(t *testing.T) {
	t.Parallel()
	till := newTill(t, "R2")
	till.refused(t)
	_, err := till.Refund(t.Context(), workflows.RefundStep{Refund: money.RefundID("R1-bill", till.payments(t)[0].ID)})
	require.NoError(t, err)
	opened, link := till.openBill(t, "R2", "B2")
	_, err = till.sandbox.Pay(link)
	require.NoError(t, err)
	till.check(t, opened.Order)
	for _, day := range []int{0, 1} {
		require.Equal(t, workflows.Reconciled{}, till.reconcile(t, day))
	}
	require.Empty(t, till.cases(t))
}

func (till till) payments(t *testing.T) []payments.StatedPayment {
	t.Helper()
	statements, ok := till.Gateway.(payments.Statements)
	require.True(t, ok)
	made, err := statements.PaymentsMade(t.Context(), time.Now().Add(-24*time.Hour), time.Now().Add(time.Hour))
	require.NoError(t, err)
	return made
}

func (till till) openBill(t *testing.T, reference, bill string) (opened workflows.OpenedOrder, link string) {
	t.Helper()
	opened, err := till.OpenOrder(t.Context(), open(reference, bill))
	require.NoError(t, err)
	order, err := till.store.PaymentOrder(t.Context(), opened.Order)
	require.NoError(t, err)
	return opened, order.LinkID
}

func TestAPaymentWhoseEveryMessageWasLostIsHeardOfByReconciliation(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, link := till.open(t, "R1")
	_, err := till.sandbox.Pay(link)
	require.NoError(t, err)
	require.Equal(t, workflows.Reconciled{}, till.reconcile(t, 0), "news, and no difference")
	standing, err := till.ReadOrder(t.Context(), workflows.CheckOrderInput{Order: opened.Order})
	require.NoError(t, err)
	require.Equal(t, workflows.OrderPaid, standing.State)
	require.Equal(t, 1, count(t, till.store, `select count(*) from outbox where kind = 'workflow_signal'`), "the request is woken")
}

// Every page of a long statement is read.
func TestAPaymentThatIsUnknownToUsIsOneCaseUntilItIsGivenBack(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	link, err := till.Gateway.CreateLink(t.Context(), payments.LinkRequest{Reference: "somebody-else", Amount: 5000, ExpireBy: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	strange, err := till.sandbox.Pay(link.ID)
	require.NoError(t, err)
	for range 230 {
		_, err := till.sandbox.Fail(link.ID)
		require.NoError(t, err)
	}
	require.Equal(t, workflows.Reconciled{Opened: 1}, till.reconcile(t, 0))
	require.Equal(t, workflows.Reconciled{}, till.reconcile(t, 0), "compared again: the same case")
	require.Equal(t, []store.Difference{{Kind: money.CaseUnknownCapture, Subject: strange, Portal: workflows.PaymentsPortal, Found: 5000}}, till.cases(t))

	_, err = till.Gateway.Refund(t.Context(), payments.RefundRequest{PaymentID: strange, Amount: 5000, Reference: "by hand"})
	require.NoError(t, err)
	require.Equal(t, workflows.Reconciled{Closed: 1}, till.reconcile(t, 0))
	require.Empty(t, till.cases(t))
}

func TestEveryDifferenceIsACase(t *testing.T) {
	t.Parallel()
	fact := func(kind payment.Kind, id string, amount connectors.Paise) payment.Fact {
		return payment.Fact{Kind: kind, Payment: id, Amount: amount, At: time.Now()}
	}
	tests := map[string]func(t *testing.T, till till, order, link string) store.Difference{
		"ours is not at the gateway": func(t *testing.T, till till, order, _ string) store.Difference {
			t.Helper()
			till.hear(t, order, fact(payment.Captured, "pay_forged", 124000))
			return store.Difference{Kind: money.CaseNotAtGateway, Subject: "pay_forged", Expected: 124000}
		},
		"the gateway says that it failed": func(t *testing.T, till till, order, link string) store.Difference {
			t.Helper()
			failed, err := till.sandbox.Fail(link)
			require.NoError(t, err)
			till.hear(t, order, fact(payment.Captured, failed, 124000))
			return store.Difference{Kind: money.CaseNotAtGateway, Subject: failed, Expected: 124000}
		},
		"another amount": func(t *testing.T, till till, order, link string) store.Difference {
			t.Helper()
			require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: paymentstwin.AmountMismatch, Times: 1}))
			short, err := till.sandbox.Pay(link)
			require.NoError(t, err)
			till.hear(t, order, fact(payment.Captured, short, 124000))
			return store.Difference{Kind: money.CaseCapturedAmount, Subject: short, Expected: 124000, Found: 123900}
		},
		"somebody gave money back at the gateway's desk": func(t *testing.T, till till, order, link string) store.Difference {
			t.Helper()
			paid, err := till.sandbox.Pay(link)
			require.NoError(t, err)
			till.check(t, order)
			made, err := till.Gateway.Refund(t.Context(), payments.RefundRequest{PaymentID: paid, Amount: 500, Reference: "by hand"})
			require.NoError(t, err)
			return store.Difference{Kind: money.CaseRefundDiffers, Subject: made.ID, Found: 500}
		},
		"our refund is not at the gateway": func(t *testing.T, till till, order, link string) store.Difference {
			t.Helper()
			paid, err := till.sandbox.Pay(link)
			require.NoError(t, err)
			till.check(t, order)
			require.NoError(t, till.RecordRefusal(t.Context(), workflows.RecordRefusalInput{Order: order, Code: "closed"}))
			till.hear(t, order, payment.Fact{Kind: payment.RefundProcessed, Payment: paid, Refund: "rfnd_forged", Amount: 124000})
			return store.Difference{Kind: money.CaseRefundDiffers, Subject: "rfnd_forged", Expected: 124000}
		},
	}
	for name, arrange := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			till := newTill(t)
			opened, link := till.open(t, "R1")
			want := arrange(t, till, opened.Order, link)
			want.Portal, want.Order = workflows.PaymentsPortal, opened.Order
			require.Equal(t, workflows.Reconciled{Opened: 1}, till.reconcile(t, 0))
			require.Equal(t, []store.Difference{want}, till.cases(t))
			require.Equal(t, workflows.Reconciled{}, till.reconcile(t, 0))
		})
	}
}

func TestWhatIsPaidOutShortIsACaseUntilItIsMadeGood(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, link := till.open(t, "R1")
	paid, err := till.sandbox.Pay(link)
	require.NoError(t, err)
	till.check(t, opened.Order)
	require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: paymentstwin.SettlementShort, Times: 1}))
	require.Equal(t, workflows.Reconciled{Opened: 1}, till.reconcile(t, 1))
	require.Equal(t, []store.Difference{{
		Kind: money.CaseSettledAmount, Subject: paid, Portal: workflows.PaymentsPortal, Order: opened.Order, Expected: 124000, Found: 123900,
	}}, till.cases(t))
	require.Equal(t, workflows.Reconciled{Closed: 1}, till.reconcile(t, 1))
}

func TestAGatewayThatIsDownLeavesTheDayToBeCompared(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	planner, now := money.NewPlanner(till.store), time.Now()
	yesterday := now.AddDate(0, 0, -1)
	planned := func() int {
		plan, err := planner.PlanReconciliation(t.Context(), now)
		require.NoError(t, err)
		return len(plan.Comparisons)
	}
	before := planned()
	require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: twin.ServerError}))
	_, err := till.ReconcileGateway(t.Context(), workflows.ReconcileInput{
		Portal: workflows.PaymentsPortal, Day: yesterday.In(connectors.IndianTime).Format(time.DateOnly),
	})
	require.Error(t, err)
	require.Equal(t, before, planned())
	till.sandbox.Faults.Clear()
	till.reconcile(t, 0)
	require.Equal(t, before, planned(), "a day that is not over is compared again")
	till.reconcile(t, -1)
	require.Equal(t, before-1, planned())
}

func TestMoneyThatNothingMovesIsACase(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, link := till.open(t, "R1")
	_, err := till.sandbox.Pay(link)
	require.NoError(t, err)
	till.check(t, opened.Order)
	setOpen(t, till.store, false)
	require.Equal(t, workflows.OpenCases{Total: 1, Summary: "1 held"}, till.books(t, time.Now()))

	require.NoError(t, till.RecordRefusal(t.Context(), workflows.RecordRefusalInput{Order: opened.Order, Code: "officer"}))
	require.Equal(t, workflows.OpenCases{}, till.books(t, time.Now()))
	require.Equal(t, workflows.OpenCases{Total: 1, Summary: "1 refund_late"}, till.books(t, time.Now().AddDate(0, 0, 15)), "the day that was told is over")

	_, err = till.Refund(t.Context(), workflows.RefundStep{Refund: till.cases(t)[0].Subject})
	require.NoError(t, err)
	require.Equal(t, workflows.OpenCases{}, till.books(t, time.Now().AddDate(0, 0, 15)))
}

func TestTheDepartmentHasItAndItWasRefusedIsACase(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, _ := till.open(t, "R1")
	till.refusedOrder(t, opened.Order)
	require.NoError(t, till.RecordPosting(t.Context(), workflows.RecordPostingInput{Order: opened.Order}))
	require.Equal(t, "1 contradiction", till.books(t, time.Now()).Summary)
}

func (till till) refusedOrder(t *testing.T, order string) {
	t.Helper()
	till.hear(t, order, payment.Fact{Kind: payment.Captured, Payment: "pay_1", Amount: 124000, At: time.Now()})
	require.NoError(t, till.RecordRefusal(t.Context(), workflows.RecordRefusalInput{Order: order, Code: "closed"}))
}

func (till till) books(t *testing.T, now time.Time) workflows.OpenCases {
	t.Helper()
	open, err := till.ReconcileBooks(t.Context(), now)
	require.NoError(t, err)
	return open
}

func setOpen(t *testing.T, s *store.Store, open bool) {
	t.Helper()
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "done", Open: open})
	}))
}
