package payment_test

import (
	"math/rand/v2"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
)

var (
	order = payment.Order{Amount: 124000}
	noon  = time.Date(2026, 11, 22, 12, 0, 0, 0, connectors.IndianTime)
)

func paid(kind payment.Kind, id string, amount connectors.Paise, minute int) payment.Fact {
	return payment.Fact{Kind: kind, Payment: id, Amount: amount, At: noon.Add(time.Duration(minute) * time.Minute)}
}

var refundPending = payment.Fact{Kind: payment.RefundPending, Payment: "pay_1", Refund: "rfnd_1"}

func refunded(amount connectors.Paise) payment.Fact {
	return payment.Fact{Kind: payment.RefundProcessed, Payment: "pay_1", Refund: "rfnd_1", Amount: amount}
}

func TestFold(t *testing.T) {
	t.Parallel()
	accepted := payment.Fact{Kind: payment.Accepted, Payment: "pay_1"}
	captured := paid(payment.Captured, "pay_1", 124000, 1)
	tests := []struct {
		name    string
		facts   []payment.Fact
		state   payment.State
		refunds map[string]payment.Reason
	}{
		{"nothing yet", nil, payment.StateAwaiting, nil},
		{"a failed attempt leaves the link open", []payment.Fact{paid(payment.Failed, "pay_1", 124000, 1)}, payment.StateAwaiting, nil},
		{"begun", []payment.Fact{paid(payment.Attempted, "pay_1", 124000, 1)}, payment.StateAuthorized, nil},
		{"debited", []payment.Fact{paid(payment.Authorized, "pay_1", 124000, 1)}, payment.StateAuthorized, nil},
		{"paid", []payment.Fact{captured}, payment.StatePaid, nil},
		{"captured comes before authorized", []payment.Fact{captured, paid(payment.Authorized, "pay_1", 124000, 0)}, payment.StatePaid, nil},
		{"failed, then authorized late and captured", []payment.Fact{paid(payment.Failed, "pay_1", 124000, 0), captured}, payment.StatePaid, nil},
		{"paid although the link expired", []payment.Fact{{Kind: payment.LinkExpired}, captured}, payment.StatePaid, nil},
		{"closed", []payment.Fact{{Kind: payment.Closed}}, payment.StateClosed, nil},
		{"paid after closing", []payment.Fact{{Kind: payment.Closed}, captured}, payment.StateClosed, map[string]payment.Reason{"pay_1": payment.ReasonLate}},
		{"paid twice", []payment.Fact{captured, paid(payment.Captured, "pay_2", 124000, 2)}, payment.StatePaid, map[string]payment.Reason{"pay_2": payment.ReasonTwice}},
		{"the accepted one stays", []payment.Fact{captured, paid(payment.Captured, "pay_2", 124000, 2), {Kind: payment.Accepted, Payment: "pay_2"}},
			payment.StatePaid, map[string]payment.Reason{"pay_1": payment.ReasonTwice}},
		{"wrong amount", []payment.Fact{paid(payment.Captured, "pay_1", 100, 1)}, payment.StateAwaiting, map[string]payment.Reason{"pay_1": payment.ReasonAmount}},
		{"posted", []payment.Fact{captured, {Kind: payment.Posted}}, payment.StateFulfilled, nil},
		{"refused", []payment.Fact{captured, {Kind: payment.Refused}}, payment.StateRefundDue, map[string]payment.Reason{"pay_1": payment.ReasonRefused}},
		{"refused, and the request goes on", []payment.Fact{captured, {Kind: payment.Refused, GoesOn: true}}, payment.StateRefundDue,
			map[string]payment.Reason{"pay_1": payment.ReasonFee}},
		{"refund on its way", []payment.Fact{captured, accepted, {Kind: payment.Refused}, refundPending},
			payment.StateRefunding, map[string]payment.Reason{"pay_1": payment.ReasonRefused}},
		{"refunded", []payment.Fact{captured, accepted, {Kind: payment.Refused}, refunded(124000), refundPending},
			payment.StateRefunded, map[string]payment.Reason{"pay_1": payment.ReasonRefused}},
		{"given back by two officers", []payment.Fact{captured, accepted, {Kind: payment.Posted}, {Kind: payment.GivenBack, Payment: "pay_1"}},
			payment.StateRefundDue, map[string]payment.Reason{"pay_1": payment.ReasonOfficer}},
		{"given back by two officers, and there", []payment.Fact{captured, accepted, {Kind: payment.GivenBack, Payment: "pay_1"}, {Kind: payment.Posted},
			refunded(124000)}, payment.StateRefunded, map[string]payment.Reason{"pay_1": payment.ReasonOfficer}},
		{"a part is returned", []payment.Fact{captured, accepted, {Kind: payment.Returned, Amount: 99000}, {Kind: payment.Posted}},
			payment.StateRefundDue, map[string]payment.Reason{"pay_1": payment.ReasonReturned}},
		{"a part is returned, and there", []payment.Fact{captured, accepted, {Kind: payment.Posted}, {Kind: payment.Returned, Amount: 99000},
			refunded(124000)}, payment.StateRefunded, map[string]payment.Reason{"pay_1": payment.ReasonReturned}},
		{"nothing is returned of what the department never had", []payment.Fact{captured, accepted, {Kind: payment.Returned, Amount: 99000}},
			payment.StatePaid, nil},
		{"one refund failed and the next is on its way", []payment.Fact{captured, accepted, {Kind: payment.Refused},
			{Kind: payment.RefundFailed, Payment: "pay_1", Refund: "rfnd_0", Amount: 124000}, refundPending},
			payment.StateRefunding, map[string]payment.Reason{"pay_1": payment.ReasonRefused}},
		{"a part of what is owed has gone back", []payment.Fact{captured, accepted, {Kind: payment.Refused}, refunded(1000)},
			payment.StateRefunding, map[string]payment.Reason{"pay_1": payment.ReasonRefused}},
		{"posted and given back", []payment.Fact{captured, accepted, {Kind: payment.Posted}, refunded(124000)}, payment.StateReview, nil},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			standing := payment.Fold(order, test.facts)
			require.Equal(t, test.state, standing.State)
			refunds := map[string]payment.Reason(nil)
			for _, p := range standing.Payments {
				if p.RefundReason != "" {
					refunds = map[string]payment.Reason{p.ID: p.RefundReason}
				}
			}
			require.Equal(t, test.refunds, refunds)
		})
	}
}

func TestOfAReturnedPartOnlyThePartGoesBack(t *testing.T) {
	t.Parallel()
	for returned, back := range map[connectors.Paise]connectors.Paise{99000: 99000, 124000: 124000, 200000: 124000} {
		_, balances := keepBooks(t, []payment.Fact{
			paid(payment.Captured, "pay_1", 124000, 1), {Kind: payment.Posted}, {Kind: payment.Returned, Amount: returned},
			refundPending, refunded(back),
		})
		require.Equal(t, map[payment.Account]connectors.Paise{
			payment.CitizenClearing: 0, payment.RefundPayable: 0, payment.GatewayReceivable: 124000 - back, payment.DepartmentPayable: back - 124000,
		}, balances)
	}
}

func TestAnyOrderAndRepetitionOfFactsFoldsToOneStanding(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(1, 2))
	for range 3000 {
		facts := randomFacts(source)
		want := payment.Fold(order, facts)
		got := payment.Fold(order, shuffleAndRepeat(source, facts))
		require.Equal(t, want, got, "facts %+v", facts)
	}
}

// The books are kept while facts arrive, each time deciding at once which payment counts. Which one that is depends on the order of
// arrival; the state and every account's balance must not.
func TestAnyOrderAndRepetitionOfFactsLeavesTheSameBalances(t *testing.T) {
	t.Parallel()
	source := rand.New(rand.NewPCG(3, 4))
	for range 3000 {
		facts := randomFacts(source)
		state, balances := keepBooks(t, facts)
		againState, againBalances := keepBooks(t, shuffleAndRepeat(source, facts))
		require.Equal(t, state, againState, "facts %+v", facts)
		require.Equal(t, balances, againBalances, "facts %+v", facts)
	}
}

func keepBooks(t *testing.T, arriving []payment.Fact) (payment.State, map[payment.Account]connectors.Paise) {
	t.Helper()
	var known []payment.Fact
	booked := map[string]bool{}
	balances := map[payment.Account]connectors.Paise{}
	var standing payment.Standing
	for _, fact := range arriving {
		known = append(known, fact)
		standing = payment.Fold(order, known)
		if standing.Accepted != "" {
			known = append(known, payment.Fact{Kind: payment.Accepted, Payment: standing.Accepted})
		}
		book(t, standing, booked, balances)
	}
	return standing.State, balances
}

func book(t *testing.T, standing payment.Standing, booked map[string]bool, balances map[payment.Account]connectors.Paise) {
	t.Helper()
	for _, transaction := range payment.Bookings(standing) {
		sum := connectors.Paise(0)
		for _, leg := range transaction.Legs {
			sum += leg.Amount
			if !booked[transaction.Key] {
				balances[leg.Account] += leg.Amount
			}
		}
		require.Zero(t, sum, "transaction %s", transaction.Key)
		booked[transaction.Key] = true
	}
}

// randomFacts are what a gateway may say of up to three payments on one link.
func randomFacts(source *rand.Rand) []payment.Fact {
	var facts []payment.Fact
	kinds := []payment.Kind{payment.Attempted, payment.Failed, payment.Authorized, payment.Captured}
	for _, id := range []string{"pay_1", "pay_2", "pay_3"} {
		amount := order.Amount
		if source.IntN(5) == 0 {
			amount = 100
		}
		for _, kind := range kinds {
			if source.IntN(2) == 0 {
				facts = append(facts, paid(kind, id, amount, source.IntN(60)))
			}
		}
	}
	if source.IntN(4) == 0 {
		facts = append(facts, payment.Fact{Kind: payment.LinkExpired})
	}
	return facts
}

func shuffleAndRepeat(source *rand.Rand, facts []payment.Fact) []payment.Fact {
	again := append([]payment.Fact{}, facts...)
	for range source.IntN(4) {
		if len(facts) > 0 {
			again = append(again, facts[source.IntN(len(facts))])
		}
	}
	source.Shuffle(len(again), func(i, j int) { again[i], again[j] = again[j], again[i] })
	return again
}
