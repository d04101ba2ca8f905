package payment_test

import (
	"fmt"
	"math/rand/v2"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors"
)

// A town's worth of payment orders, each with a history of its own: payers who pay twice, late or the wrong amount, a bank that is slow, a
// gateway whose messages are lost, late and repeated, departments that refuse, take back or take what they had refused, officers who
// give back, somebody at the gateway's own desk, refunds that fail. A failing history is named by its seed.
func TestTheLedgerBalancesWhateverHappens(t *testing.T) {
	t.Parallel()
	const histories = 20_000
	ends := map[payment.State]int{}
	for seed := range uint64(histories) {
		h := newHistory(t, seed)
		h.live()
		h.finish()
		h.check()
		ends[h.standing.State]++
	}
	for _, state := range []payment.State{payment.StateFulfilled, payment.StateClosed, payment.StateRefunded, payment.StateReview} {
		require.Greater(t, ends[state], histories/100, "histories that end %s, of %v", state, ends)
	}
}

// history is one order: what really happened to its money, what the books have heard of it, and what they made of it.
type history struct {
	*testing.T

	name   string
	source *rand.Rand

	paid    []*paidAtGateway
	unheard []payment.Fact
	byHand  bool // somebody refunded at the gateway's own desk

	heard    []payment.Fact
	standing payment.Standing
	booked   map[string]payment.Transaction
	balances map[payment.Account]connectors.Paise
	owed     map[string]owed
}

type paidAtGateway struct {
	id       string
	amount   connectors.Paise
	captured bool
	failed   bool
	refunds  []*refundAtGateway
}

type refundAtGateway struct {
	id     string
	amount connectors.Paise
	stage  payment.RefundStage
	ours   bool
}

// owed is a refund as it was booked: once for a payment.
type owed struct {
	reason payment.Reason
	amount connectors.Paise
}

func newHistory(t *testing.T, seed uint64) *history {
	t.Helper()
	return &history{
		T: t, name: fmt.Sprintf("seed %d", seed), source: rand.New(rand.NewPCG(seed, 120)), booked: map[string]payment.Transaction{},
		balances: map[payment.Account]connectors.Paise{}, owed: map[string]owed{}, standing: payment.Fold(order, nil),
	}
}

// live lets things happen in any order.
func (h *history) live() {
	acts := []func(){
		h.beginPayment, h.bankDecides, h.bankDecides, h.hear, h.hear, h.hear, h.hearAgain, h.closeOrder, h.departmentAnswers, h.departmentAnswers,
		h.departmentReturns, h.officersGiveBack, h.askForRefund, h.askForRefund, h.refundDecided, h.refundByHand, h.linkEnds,
	}
	for range 10 + h.source.IntN(60) {
		acts[h.source.IntN(len(acts))]()
	}
}

// finish lets what is under way come to its end: every bank decides, every message arrives, every refund is tried until it is through.
func (h *history) finish() {
	for round := 0; ; round++ {
		require.Less(h, round, 1000, h.name)
		for len(h.unheard) > 0 {
			h.hear()
		}
		open := h.undecided()
		h.bankDecides()
		h.askForRefund()
		h.refundDecided()
		if !open && len(h.unheard) == 0 {
			return
		}
	}
}

func (h *history) undecided() bool {
	for _, p := range h.paid {
		if !p.captured && !p.failed || h.refundWaits(p) || h.refundToAsk(p) {
			return true
		}
	}
	return false
}

func (h *history) one(chance int) bool { return h.source.IntN(chance) == 0 }

func (h *history) beginPayment() {
	if len(h.paid) == 4 {
		return
	}
	amount := order.Amount
	if h.one(6) {
		amount = 100 + connectors.Paise(h.source.IntN(200000))
	}
	p := &paidAtGateway{id: fmt.Sprintf("pay_%d", h.source.IntN(1000)*10+len(h.paid)), amount: amount}
	h.paid = append(h.paid, p)
	h.says(payment.Attempted, p)
}

func (h *history) bankDecides() {
	for _, p := range h.paid {
		if p.captured || p.failed && !h.one(20) { // a failed attempt may come through late
			continue
		}
		if h.one(4) && !p.failed {
			p.failed = true
			h.says(payment.Failed, p)
			return
		}
		p.captured = true
		h.says(payment.Authorized, p)
		h.says(payment.Captured, p)
		return
	}
}

func (h *history) linkEnds() {
	h.unheard = append(h.unheard, payment.Fact{Kind: payment.LinkExpired})
}

func (h *history) says(kind payment.Kind, p *paidAtGateway) {
	h.unheard = append(h.unheard, paid(kind, p.id, p.amount, h.source.IntN(600)))
}

// hear brings any of the gateway's messages to the books, in whatever order.
func (h *history) hear() {
	if len(h.unheard) == 0 {
		return
	}
	at := h.source.IntN(len(h.unheard))
	fact := h.unheard[at]
	h.unheard = append(h.unheard[:at], h.unheard[at+1:]...)
	h.take(fact)
}

func (h *history) hearAgain() {
	if len(h.heard) > 0 {
		h.take(h.heard[h.source.IntN(len(h.heard))])
	}
}

// take is what the books do with news.
func (h *history) take(fact payment.Fact) {
	h.heard = append(h.heard, fact)
	h.standing = payment.Fold(order, h.heard)
	if h.standing.Accepted != "" {
		h.heard = append(h.heard, payment.Fact{Kind: payment.Accepted, Payment: h.standing.Accepted})
	}
	h.keepLedger()
	for _, p := range h.standing.Payments {
		now := owed{p.RefundReason, p.RefundAmount}
		before, known := h.owed[p.ID]
		switch {
		case !known && p.RefundReason != "":
			h.owed[p.ID] = now
		case known:
			require.Equal(h, before, now, "%s: what is owed back for %s changed", h.name, p.ID)
		}
	}
}

func (h *history) keepLedger() {
	implied := map[string]payment.Transaction{}
	for _, transaction := range payment.Bookings(h.standing) {
		sum := connectors.Paise(0)
		for _, leg := range transaction.Legs {
			sum += leg.Amount
		}
		require.Zero(h, sum, "%s: transaction %s", h.name, transaction.Key)
		require.NotContains(h, implied, transaction.Key, h.name)
		implied[transaction.Key] = transaction
		if _, again := h.booked[transaction.Key]; again {
			continue
		}
		h.booked[transaction.Key] = transaction
		for _, leg := range transaction.Legs {
			h.balances[leg.Account] += leg.Amount
		}
	}
	require.Equal(h, h.booked, implied, "%s: more facts removed or changed a booking", h.name)
}

// Our own decisions are taken under the order's lock, each only where the activities allow it.

func (h *history) closeOrder() {
	if h.one(3) && h.standing.Accepted == "" {
		h.take(payment.Fact{Kind: payment.Closed})
	}
}

// departmentAnswers posts or refuses what is paid; rarely it takes what it had refused.
func (h *history) departmentAnswers() {
	switch accepted := h.standing.Accepted; {
	case accepted == "":
	case h.standing.State == payment.StatePaid && h.one(3):
		h.take(payment.Fact{Kind: payment.Refused, Note: "closed", GoesOn: h.one(3)})
	case h.standing.State == payment.StatePaid, h.one(20) && !h.standing.Posted:
		h.take(payment.Fact{Kind: payment.Posted})
	}
}

func (h *history) departmentReturns() {
	if h.standing.Posted && h.one(2) && !h.has(payment.Returned) {
		h.take(payment.Fact{Kind: payment.Returned, Amount: 1 + connectors.Paise(h.source.IntN(int(2*order.Amount)))})
	}
}

func (h *history) has(kind payment.Kind) bool {
	for _, fact := range h.heard {
		if fact.Kind == kind {
			return true
		}
	}
	return false
}

func (h *history) officersGiveBack() {
	p, ok := h.standing.Find(h.standing.Accepted)
	if ok && h.standing.Posted && p.RefundReason == "" && p.Refund == payment.RefundNone && h.one(3) {
		h.take(payment.Fact{Kind: payment.GivenBack, Payment: p.ID, Note: "approval"})
	}
}

// refundToAsk tells whether a payment's refund was booked and the gateway, looked at first, has not yet got it.
func (h *history) refundToAsk(p *paidAtGateway) bool {
	back, due := h.owed[p.id]
	if !due || h.refundWaits(p) || p.captured && p.refunded() >= back.amount {
		return false
	}
	return p.captured && p.refunded()+back.amount <= p.amount
}

func (h *history) refundWaits(p *paidAtGateway) bool {
	for _, refund := range p.refunds {
		if refund.stage == payment.RefundStagePending {
			return true
		}
	}
	return false
}

func (p *paidAtGateway) refunded() (sum connectors.Paise) {
	for _, refund := range p.refunds {
		if refund.stage == payment.RefundStageProcessed {
			sum += refund.amount
		}
	}
	return sum
}

func (h *history) askForRefund() {
	for _, p := range h.paid {
		if h.refundToAsk(p) {
			h.makeRefund(p, h.owed[p.id].amount, true)
		}
	}
}

func (h *history) refundByHand() {
	for _, p := range h.paid {
		if left := p.amount - p.refunded(); p.captured && left > 0 && !h.refundWaits(p) && h.one(20) {
			h.byHand = true
			h.makeRefund(p, 1+connectors.Paise(h.source.IntN(int(left))), false)
			return
		}
	}
}

func (h *history) makeRefund(p *paidAtGateway, amount connectors.Paise, ours bool) {
	made := &refundAtGateway{
		id: fmt.Sprintf("rfnd_%d_%s_%d", h.source.IntN(1000), p.id, len(p.refunds)), amount: amount, stage: payment.RefundStagePending, ours: ours,
	}
	p.refunds = append(p.refunds, made)
	h.saysRefund(payment.RefundPending, p, made)
}

func (h *history) refundDecided() {
	for _, p := range h.paid {
		for _, made := range p.refunds {
			if made.stage != payment.RefundStagePending {
				continue
			}
			made.stage = payment.RefundStageProcessed
			kind := payment.RefundProcessed
			if h.one(4) {
				made.stage, kind = payment.RefundStageFailed, payment.RefundFailed
			}
			h.saysRefund(kind, p, made)
			return
		}
	}
}

func (h *history) saysRefund(kind payment.Kind, p *paidAtGateway, made *refundAtGateway) {
	h.unheard = append(h.unheard, payment.Fact{Kind: kind, Payment: p.id, Amount: made.amount, Refund: made.id})
}

// check holds the books against what really happened.
func (h *history) check() {
	h.checkArrival()
	var captured, refunded, back connectors.Paise
	for _, p := range h.paid {
		if p.captured {
			captured += p.amount
		}
		refunded += p.refunded()
		require.LessOrEqual(h, p.refunded(), p.amount, "%s: more given back than was paid", h.name)
		h.checkRefundedOnce(p)
	}
	for _, each := range h.owed {
		back += each.amount
	}
	require.Equal(h, captured-refunded, h.balances[payment.GatewayReceivable], "%s: what the gateway holds", h.name)
	require.Equal(h, refunded-back, h.balances[payment.RefundPayable], "%s: what citizens are owed", h.name)
	require.Equal(h, h.departmentHas(), -h.balances[payment.DepartmentPayable], "%s: what the department is owed", h.name)
	switch h.standing.State {
	case payment.StateFulfilled, payment.StateClosed, payment.StateRefunded:
		require.Zero(h, h.balances[payment.CitizenClearing], "%s: an order that ended %s holds money", h.name, h.standing.State)
		if !h.byHand {
			require.Zero(h, h.balances[payment.RefundPayable], "%s: an order that ended %s owes money", h.name, h.standing.State)
		}
	case payment.StatePaid:
		require.Equal(h, -order.Amount, h.balances[payment.CitizenClearing], h.name)
	}
}

func (h *history) checkRefundedOnce(p *paidAtGateway) {
	times := 0
	for _, refund := range p.refunds {
		if refund.ours && refund.stage == payment.RefundStageProcessed {
			times++
		}
	}
	require.LessOrEqual(h, times, 1, "%s: %s was given back twice", h.name, p.id)
}

// departmentHas is what was posted, without what came back from the department.
func (h *history) departmentHas() (held connectors.Paise) {
	if h.standing.Posted {
		held = order.Amount
	}
	for _, each := range h.owed {
		if each.reason == payment.ReasonReturned || each.reason == payment.ReasonOfficer {
			held -= each.amount
		}
	}
	return held
}

// checkArrival folds the same facts in another order.
func (h *history) checkArrival() {
	require.Equal(h, h.standing, payment.Fold(order, shuffleAndRepeat(h.source, h.heard)), "%s: the order of arrival counts", h.name)
}
