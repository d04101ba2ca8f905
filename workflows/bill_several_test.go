package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// counter is a world with a biller of several accounts, each with what it owes and how it takes a payment.
type counter struct {
	*world

	due     map[string]func(call int) (connectors.Bill, error)
	takes   map[string]func(call int) (connectors.Posted, error)
	ordered []workflows.OpenOrderInput
	paidIn  connectors.Paise // by the last order
	fully   []workflows.RecordPostingInput
	back    []workflows.RecordReturnInput
	parts   []workflows.ReceiptInput
	terms   catalog.BillTerms
}

// newCounter is one with the accounts 1, 2 and 3, which owe ₹100, ₹200 and ₹300.
func newCounter(t *testing.T) *counter {
	t.Helper()
	c := &counter{
		world: newWorld(t), terms: catalog.BillTerms{Accounts: 3},
		due: map[string]func(int) (connectors.Bill, error){}, takes: map[string]func(int) (connectors.Posted, error){},
	}
	for number, amount := range map[string]connectors.Paise{"1": 10000, "2": 20000, "3": 30000} {
		c.due[number] = owes(number, amount)
		c.takes[number] = func(int) (connectors.Posted, error) {
			return connectors.Posted{PortalReceipt: "PS-" + number, PostedAt: noon, Amount: amount}, nil
		}
	}
	c.order = func(int) (workflows.OpenedOrder, error) {
		return workflows.OpenedOrder{Order: reference + "-bill", URL: "https://pay.example/1", ExpiresAt: c.Now().Add(time.Hour)}, nil
	}
	c.standing = func(int) (workflows.OrderStanding, error) {
		return workflows.OrderStanding{State: workflows.OrderPaid, Payment: workflows.Payment{ID: "pay_1", Amount: c.paidIn, PaidAt: noon}}, nil
	}
	c.whenSaid("bill.ask", func() {})
	c.registerCounter()
	return c
}

func owes(number string, amount connectors.Paise) func(int) (connectors.Bill, error) {
	return func(int) (connectors.Bill, error) {
		return connectors.Bill{Account: number, Name: "HOLDER " + number, Number: "B" + number, Amount: amount, Total: amount, Status: connectors.BillDue}, nil
	}
}

func (c *counter) registerCounter() {
	c.as(workflows.ActivityFetchBill, func(_ context.Context, input workflows.FetchBillInput) (workflows.FetchedBill, error) {
		number := input.Answers["number"]
		behave, known := c.due[number]
		if !known {
			behave = func(int) (connectors.Bill, error) {
				return connectors.Bill{}, &connectors.NotFoundError{What: "account"}
			}
		}
		bill, err := behave(c.count("fetch " + number))
		return workflows.FetchedBill{Bill: bill, Query: connectors.BillQuery{Account: number}}, answer.Error(err, c.Now())
	})
	c.as(workflows.ActivityOpenOrder, func(ctx context.Context, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
		c.ordered, c.paidIn = append(c.ordered, input), input.Amount
		return c.open(ctx, input)
	})
	c.as(workflows.ActivityPostPayment, func(_ context.Context, input workflows.PostPaymentInput) (connectors.Posted, error) {
		c.posts = append(c.posts, input)
		return outside(c.scene, "post "+input.Posting.Account, c.takes[input.Posting.Account])
	})
	c.as(workflows.ActivityRecordPosting, func(_ context.Context, input workflows.RecordPostingInput) error {
		c.fully = append(c.fully, input)
		return nil
	})
	c.as(workflows.ActivityRecordReturn, func(_ context.Context, input workflows.RecordReturnInput) error {
		c.back = append(c.back, input)
		return nil
	})
	c.as(workflows.ActivityIssueReceipt, func(_ context.Context, input workflows.ReceiptInput) (workflows.Document, error) {
		c.parts = append(c.parts, input)
		return workflows.Document{ID: "sha-" + input.Bill.Account, Filename: "Receipt.pdf", MIMEType: "application/pdf"}, nil
	})
}

// bothBills has the citizen add account 2 to account 1, and pay both.
func (c *counter) bothBills() {
	c.whenAsked("confirm", chosen("another"))
	c.whenAsked("another-1", typed("2"))
	c.whenAsked("confirm-2", chosen("pay"))
}

func (c *counter) pays(t *testing.T) workflows.BillOutcome {
	t.Helper()
	return end[workflows.BillOutcome](t, c.environment, workflows.BillPayment, workflows.RequestInput{
		Reference: reference, Person: "p1", Conversation: 7, Service: "property-tax", Kind: catalog.KindBill, Portal: "towns", Language: "te",
		Answers: map[string]string{"number": "1"}, ConfirmedAt: noon, Terms: workflows.Terms{Bill: &c.terms, Form: []workflows.TermsField{{
			ID: "number", Type: catalog.FieldDigits, PortalField: connectors.FieldAccount, Again: &catalog.Field{ID: "number", Type: catalog.FieldDigits},
		}}},
	})
}

func TestTwoBillsArePaidWithOnePaymentAndEachPostedOnce(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.bothBills()
	require.Equal(t, workflows.BillOutcome{Ended: workflows.StageDone, PortalReceipt: "PS-1", Receipt: "sha-1"}, c.pays(t))
	require.Len(t, c.ordered, 1)
	require.EqualValues(t, 30000, c.ordered[0].Amount)
	require.Equal(t, []workflows.OrderedBill{{Account: "1", Number: "B1"}, {Account: "2", Number: "B2"}}, c.ordered[0].Bills)
	require.Equal(t, []string{reference + "-bill-1", reference + "-bill-2"}, []string{c.posts[0].Posting.Reference, c.posts[1].Posting.Reference})
	require.Equal(t, []connectors.Paise{10000, 20000}, []connectors.Paise{c.posts[0].Posting.Amount, c.posts[1].Posting.Amount})
	require.Len(t, c.posts, 2)
	require.EqualValues(t, 30000, c.fully[0].Posted.Amount)
	require.Equal(t, "PS-1, PS-2", c.fully[0].Posted.PortalReceipt)
	require.Empty(t, c.back)
	require.Equal(t, []int{1, 2}, []int{c.parts[0].Part, c.parts[1].Part})
	require.EqualValues(t, 20000, c.parts[1].Payment.Amount)
	require.Equal(t, 2, c.saidTimes("bill.receipt"))
	require.Equal(t, "bill.done_several", c.said[len(c.said)-1])
}

func TestWhatOneOfTwoBillsWasPaidWithIsGivenBackWhenItIsRefused(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.bothBills()
	c.takes["2"] = func(int) (connectors.Posted, error) {
		return connectors.Posted{}, &connectors.RefusedError{Code: "court", Reason: "stayed by a court"}
	}
	require.Equal(t, workflows.BillOutcome{Ended: workflows.StageRefunding, PortalReceipt: "PS-1", Receipt: "sha-1"}, c.pays(t))
	require.Equal(t, []workflows.RecordReturnInput{{Order: reference + "-bill", Amount: 20000, Code: "court"}}, c.back)
	require.EqualValues(t, 10000, c.fully[0].Posted.Amount)
	require.Equal(t, []string{"bill.receipt", "bill.done_several", "bill.refused_one_because", "money.refund_by"}, c.said[len(c.said)-4:])
}

func TestWhenBothBillsAreRefusedAllIsGivenBack(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.bothBills()
	for _, number := range []string{"1", "2"} {
		c.takes[number] = func(int) (connectors.Posted, error) {
			return connectors.Posted{}, &connectors.RefusedError{Code: connectors.RefusedAmount}
		}
	}
	require.Equal(t, workflows.StageRefunding, c.pays(t).Ended)
	require.Equal(t, 1, c.called("record refusal"))
	require.Empty(t, c.fully)
	require.Equal(t, []string{"bill.amount_changed", "bill.amount_changed", "money.refund_by"}, c.said[len(c.said)-3:])
}

func TestABillInDoubtDoesNotMakeTheOtherLate(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.bothBills()
	c.takes["1"] = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	c.find = func(call int) (connectors.Posted, error) {
		require.Equal(t, 1, c.called("post 2"), "the other one was told before")
		if call < 3 {
			return connectors.Posted{}, &connectors.OutcomeUnknownError{}
		}
		return connectors.Posted{PortalReceipt: "PS-1", PostedAt: noon, Amount: 10000}, nil
	}
	require.Equal(t, workflows.StageDone, c.pays(t).Ended)
	require.Equal(t, 1, c.called("post 1"))
}

func TestABillThatAnOperatorGivesUpIsGivenBackAlone(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.bothBills()
	c.takes["1"] = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	c.find = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	c.whenSaid("money.with_officer", c.later(time.Hour, func() {
		c.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{Reason: "by letter", Approval: agreed})
	}))
	require.Equal(t, workflows.BillOutcome{Ended: workflows.StageRefunding, PortalReceipt: "PS-2", Receipt: "sha-2"}, c.pays(t))
	require.EqualValues(t, 10000, c.back[0].Amount)
}

func TestOtherBillsThatCannotBeAddedAreSaid(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name, number, said string
		due                func(int) (connectors.Bill, error)
	}{
		{"unknown", "9", "bill.other_not_found", nil},
		{"the same again", "1", "bill.known_already", owes("1", 10000)},
		{"paid", "2", "bill.other_nothing_due", func(int) (connectors.Bill, error) { return connectors.Bill{Status: connectors.BillPaid}, nil }},
		{"down", "2", "bill.other_unavailable", func(int) (connectors.Bill, error) { return connectors.Bill{}, errDown }},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			c := newCounter(t)
			if test.due != nil {
				c.due[test.number] = test.due
			}
			c.whenAsked("confirm", chosen("another"))
			c.whenAsked("another-1", typed(test.number))
			c.whenAsked("confirm-2", chosen("pay"))
			require.Equal(t, workflows.StageDone, c.pays(t).Ended)
			require.Equal(t, 1, c.saidTimes(test.said))
			require.EqualValues(t, 10000, c.ordered[0].Amount)
			require.Equal(t, reference+"-bill", c.posts[0].Posting.Reference)
		})
	}
	t.Run("changed their mind", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t)
		c.whenAsked("confirm", chosen("another"))
		c.whenAsked("another-1", chosen("back"))
		c.whenAsked("confirm-2", chosen("pay"))
		require.Equal(t, workflows.StageDone, c.pays(t).Ended)
		require.Len(t, c.posts, 1)
	})
}

func TestNoMoreBillsAreOfferedThanTheBillerAllows(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.terms.Accounts = 2
	c.bothBills()
	require.Equal(t, workflows.StageDone, c.pays(t).Ended)
	require.Len(t, c.asks[0].Choices, 3)
	require.Len(t, c.asks[len(c.asks)-1].Choices, 2, "pay, or do not pay")
}

func TestABillThatSomebodyElseIsPayingIsLeftOut(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.bothBills()
	c.order = func(call int) (workflows.OpenedOrder, error) {
		if call == 1 {
			return workflows.OpenedOrder{Order: "AP-OTHER-bill", Rival: workflows.RivalOpen, RivalBills: []int{0}}, nil
		}
		return workflows.OpenedOrder{Order: reference + "-bill", URL: "https://pay.example/1", ExpiresAt: c.Now().Add(time.Hour)}, nil
	}
	c.whenAsked("confirm-3", chosen("pay"))
	require.Equal(t, workflows.StageDone, c.pays(t).Ended)
	require.Equal(t, 1, c.saidTimes("bill.rival_left_out"))
	require.Equal(t, "2", c.ordered[1].Account)
	require.EqualValues(t, 20000, c.ordered[1].Amount)
}

func TestWhenAllBillsAreBeingPaidElsewhereTheRequestEnds(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.bothBills()
	c.order = func(int) (workflows.OpenedOrder, error) {
		return workflows.OpenedOrder{Order: "AP-OTHER-bill", Rival: workflows.RivalPaid, RivalBills: []int{0, 1}}, nil
	}
	require.Equal(t, workflows.StageDuplicate, c.pays(t).Ended)
}

// An hour passes before the citizen answers.
func (c *counter) paysLate() {
	c.onAsk["confirm"] = func(asked workflows.AskInput) {
		c.RegisterDelayedCallback(func() {
			c.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: asked.Question, Choice: "pay"})
		}, time.Hour)
	}
}

func TestABillThatWasShownLongAgoIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	t.Run("the same", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t)
		c.paysLate()
		require.Equal(t, workflows.StageDone, c.pays(t).Ended)
		require.Equal(t, 2, c.called("fetch 1"))
		require.Equal(t, 1, c.saidTimes("bill.ask"))
	})
	t.Run("of another amount", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t)
		c.paysLate()
		c.due["1"] = func(call int) (connectors.Bill, error) { return owes("1", connectors.Paise(10000+500*(call-1)))(call) }
		c.whenAsked("confirm-2", chosen("pay"))
		require.Equal(t, workflows.StageDone, c.pays(t).Ended)
		require.Equal(t, 1, c.saidTimes("bill.changed"))
		require.EqualValues(t, 10500, c.ordered[0].Amount)
	})
	t.Run("paid by somebody else", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t)
		c.paysLate()
		c.due["1"] = func(call int) (connectors.Bill, error) {
			if call > 1 {
				return connectors.Bill{Status: connectors.BillPaid}, nil
			}
			return owes("1", 10000)(call)
		}
		require.Equal(t, workflows.StageNothingDue, c.pays(t).Ended)
		require.Empty(t, c.ordered)
		require.Equal(t, []string{"bill.gone", "bill.nothing_left"}, c.said[len(c.said)-2:])
	})
	t.Run("and the portal does not come back", func(t *testing.T) {
		t.Parallel()
		c := newCounter(t)
		c.paysLate()
		c.due["1"] = func(call int) (connectors.Bill, error) {
			if call > 1 {
				return connectors.Bill{}, &connectors.UnavailableError{RetryAfter: 24 * time.Hour}
			}
			return owes("1", 10000)(call)
		}
		require.Equal(t, workflows.StageGivenUp, c.pays(t).Ended)
		require.Empty(t, c.ordered)
	})
}

func TestAPartOfABillIsPaidWhereTheBillerTakesIt(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.terms = catalog.BillTerms{PartPayment: true, MinPart: "25.00"}
	c.whenAsked("confirm", chosen("part"))
	c.whenAsked("part-1", typed("1000.00")) // more than the bill: asked again
	c.whenAsked("part-2", typed("40.00"))
	require.Equal(t, workflows.StageDone, c.pays(t).Ended)
	require.Equal(t, []string{"25.00", "100.00"}, []string{c.asks[1].Field.Min, c.asks[1].Field.Max})
	require.EqualValues(t, 4000, c.ordered[0].Amount)
	require.EqualValues(t, 4000, c.posts[0].Posting.Amount)
	require.Equal(t, 1, c.saidTimes("bill.part_rest"))
}

func TestABillBelowTheLeastPartIsPaidWhole(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.terms = catalog.BillTerms{PartPayment: true, MinPart: "100.00"}
	c.whenAsked("confirm", chosen("pay"))
	require.Equal(t, workflows.StageDone, c.pays(t).Ended)
	require.Len(t, c.asks[0].Choices, 2)
}

func TestSeveralBillsCanBeStoppedUntilTheMoneyComes(t *testing.T) {
	t.Parallel()
	c := newCounter(t)
	c.whenAsked("confirm", chosen("another"))
	c.onAsk["another-1"] = func(workflows.AskInput) { c.citizenCancels() }
	require.Equal(t, workflows.StageCancelled, c.pays(t).Ended)
	require.Empty(t, c.ordered)
}
