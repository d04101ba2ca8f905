// Package money holds what touches money: the one transition by which anything becomes known about a payment, and the activities
// that open, check, close and give back.
package money

import (
	"context"
	"encoding/json"
	"fmt"
	"slices"
	"time"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// RefundWorkflow is the registered type of workflows.RefundPayment.
const RefundWorkflow = "RefundPayment"

// bankDecides is how long a payment that was begun may stay undecided before the citizen is told so: most are decided at once.
const bankDecides = 8 * time.Second

// ownDecisions is the provider of facts that we decide ourselves.
const ownDecisions = "jansetu"

// Books are the payment orders, what is known about them, the ledger and the refunds. Everything that becomes known, by webhook,
// poll, return page or our own decision, goes through here, one order at a time.
type Books struct{ store *store.Store }

// NewBooks keeps the books in the store.
func NewBooks(s *store.Store) *Books { return &Books{store: s} }

// News is a fact and where it comes from.
type News struct {
	Provider string
	EventID  string // unique with Provider: the same news twice is one
	Fact     payment.Fact
	Raw      []byte // JSON as the gateway sent it, may be nil
}

// Hear records news of an order and wakes its workflows, all in one transaction. It fails with store.ErrNoOrder.
func (b *Books) Hear(ctx context.Context, order string, news ...News) (payment.Standing, error) {
	return b.change(ctx, order, true, func(payment.Standing) []News { return news })
}

// Record is Hear for a caller who is the order's own workflow and needs no waking.
func (b *Books) Record(ctx context.Context, order string, news ...News) (payment.Standing, error) {
	return b.change(ctx, order, false, func(payment.Standing) []News { return news })
}

// Decide records a decision of ours, once, and only if the order then stands as required.
func (b *Books) Decide(ctx context.Context, order string, fact payment.Fact, unless func(payment.Standing) bool) (payment.Standing, error) {
	return b.change(ctx, order, false, func(standing payment.Standing) []News {
		if unless != nil && unless(standing) {
			return nil
		}
		return []News{decision(order, fact)}
	})
}

func decision(order string, fact payment.Fact) News {
	return News{Provider: ownDecisions, EventID: order + "/" + string(fact.Kind), Fact: fact}
}

// change is the one transition: append what is new, fold, and let order, refunds, ledger and workflows follow, or nothing of it.
func (b *Books) change(ctx context.Context, id string, wake bool, news func(payment.Standing) []News) (standing payment.Standing, err error) {
	err = b.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		entry := &entry{tx: tx}
		if err := entry.read(ctx, id); err != nil {
			return err
		}
		before := entry.standing
		added, err := entry.append(ctx, news(entry.standing)...)
		standing = entry.standing
		if err != nil || len(added) == 0 {
			return err
		}
		if err := entry.follow(ctx); err != nil {
			return err
		}
		if !wake || (added[0].Fact.Refund == "" && sameForRequest(before, standing)) {
			return nil
		}
		return entry.wake(ctx, added[0])
	})
	return standing, err
}

// sameForRequest tells whether a request would read the same: a gateway tells of one payment in several events.
func sameForRequest(before, after payment.Standing) bool {
	return before.State == after.State && before.Accepted == after.Accepted && before.FailedAttempts == after.FailedAttempts
}

// entry is one change of the books under way.
type entry struct {
	tx       *store.Tx
	order    store.PaymentOrder
	facts    []payment.Fact
	standing payment.Standing
	// As it was found.
	stored store.PaymentOrder
	booked []payment.Transaction
}

// Standing reads where an order stands; it fails with store.ErrNoOrder.
func (b *Books) Standing(ctx context.Context, id string) (payment.Standing, error) {
	order, err := b.store.PaymentOrder(ctx, id)
	if err != nil {
		return payment.Standing{}, err
	}
	stored, err := b.store.PaymentFacts(ctx, id)
	if err != nil {
		return payment.Standing{}, err
	}
	return foldStored(order, stored)
}

// read locks the order and folds all that is known.
func (e *entry) read(ctx context.Context, id string) (err error) {
	var stored []json.RawMessage
	if e.order, stored, err = e.tx.LockPaymentOrder(ctx, id); err != nil {
		return err
	}
	if e.facts, err = decode(stored...); err != nil {
		return err
	}
	e.fold()
	e.stored, e.booked = e.order, payment.Bookings(e.standing)
	return nil
}

func (e *entry) fold() { e.standing = fold(e.order, e.facts) }

func fold(order store.PaymentOrder, facts []payment.Fact) payment.Standing {
	return payment.Fold(payment.Order{Amount: connectors.Paise(order.Amount)}, facts)
}

func foldStored(order store.PaymentOrder, stored []json.RawMessage) (payment.Standing, error) {
	facts, err := decode(stored...)
	return fold(order, facts), err
}

func decode(stored ...json.RawMessage) ([]payment.Fact, error) {
	facts := make([]payment.Fact, len(stored))
	for i, raw := range stored {
		if err := json.Unmarshal(raw, &facts[i]); err != nil {
			return nil, fmt.Errorf("decode payment fact: %w", err)
		}
	}
	return facts, nil
}

// append stores the news and answers those that were not known; with them the payment that counts may be settled.
func (e *entry) append(ctx context.Context, news ...News) ([]News, error) {
	var added []News
	for _, each := range news {
		fact, err := json.Marshal(each.Fact)
		if err != nil {
			return nil, fmt.Errorf("encode payment fact: %w", err)
		}
		event := store.PaymentEvent{Provider: each.Provider, ID: each.EventID, Order: e.order.ID, Person: e.order.Person, Fact: fact, Raw: each.Raw}
		count, err := e.tx.AppendPaymentEvents(ctx, event)
		if err != nil {
			return nil, err
		}
		if count == 0 {
			continue
		}
		known, err := decode(fact) // as whoever reads it later
		if err != nil {
			return nil, err
		}
		added, e.facts = append(added, each), append(e.facts, known...)
	}
	return added, e.accept(len(added) > 0)
}

// accept settles which payment counts, once: the order is locked and has none yet.
func (e *entry) accept(changed bool) error {
	if !changed {
		return nil
	}
	e.fold()
	if e.standing.Accepted == "" || e.order.PaidPayment != "" {
		return nil
	}
	e.order.PaidPayment = e.standing.Accepted
	accepted := decision(e.order.ID, payment.Fact{Kind: payment.Accepted, Payment: e.standing.Accepted})
	fact, err := json.Marshal(accepted.Fact)
	if err != nil {
		return fmt.Errorf("encode payment fact: %w", err)
	}
	e.tx.AppendDecision(store.PaymentEvent{Provider: accepted.Provider, ID: accepted.EventID, Order: e.order.ID, Fact: fact})
	e.facts = append(e.facts, accepted.Fact)
	e.fold()
	return nil
}

// follow makes order, ledger and refunds what the standing says. Of the order it writes what changes, and books what was not booked
// when the standing was as before.
func (e *entry) follow(ctx context.Context) error {
	if e.stored.State != string(e.standing.State) || e.stored.PaidPayment != e.standing.Accepted {
		e.tx.SetPaymentState(e.order.ID, string(e.standing.State), e.standing.Accepted)
	}
	for _, booking := range payment.Bookings(e.standing) {
		if slices.ContainsFunc(e.booked, func(known payment.Transaction) bool { return known.Key == booking.Key }) {
			continue
		}
		legs := make([]store.LedgerLeg, len(booking.Legs))
		for i, leg := range booking.Legs {
			legs[i] = store.LedgerLeg{Account: string(leg.Account), Amount: int64(leg.Amount)}
		}
		e.tx.BookLedger(e.order.ID, booking.Key, legs...)
	}
	for _, paid := range e.standing.Payments {
		if err := e.refund(ctx, paid); err != nil {
			return err
		}
	}
	return nil
}

// refund books what must be given back and starts the workflow that does it.
func (e *entry) refund(ctx context.Context, paid payment.Payment) error {
	if paid.RefundReason == "" {
		return nil
	}
	booked := store.Refund{
		ID: RefundID(e.order.ID, paid.ID), Order: e.order.ID, Payment: paid.ID, Purpose: string(paid.RefundReason), Amount: int64(paid.RefundAmount),
	}
	isNew, err := e.tx.BookRefund(ctx, booked)
	if err != nil {
		return err
	}
	if isNew {
		if err := e.startRefund(ctx, booked); err != nil {
			return err
		}
	}
	if paid.Refund == payment.RefundNone {
		return nil
	}
	return e.tx.SetRefundState(ctx, paid.ID, string(refundStates[paid.Refund]), paid.RefundID)
}

var refundStates = map[payment.RefundStage]workflows.RefundState{
	payment.RefundStagePending:   workflows.RefundPending,
	payment.RefundStageFailed:    workflows.RefundFailed,
	payment.RefundStageProcessed: workflows.RefundProcessed,
}

func (e *entry) startRefund(ctx context.Context, booked store.Refund) error {
	input, err := json.Marshal(workflows.RefundInput{
		To: workflows.Recipient{
			Reference: e.order.Request, Conversation: e.order.Conversation, Language: catalog.Language(e.order.Language),
		},
		Refund: booked.ID, Reason: workflows.RefundReason(booked.Purpose), Amount: connectors.Paise(booked.Amount),
	})
	if err != nil {
		return fmt.Errorf("encode refund: %w", err)
	}
	return e.tx.EnqueueRefund(ctx, store.WorkflowStart{
		Reference: workflows.RefundWorkflowID(booked.ID), Workflow: RefundWorkflow,
		Summary: "Refund of order " + e.order.ID + ": " + booked.Purpose, Input: input,
	})
}

// wake signals the order's workflow and, when a refund is concerned, the refund's.
func (e *entry) wake(ctx context.Context, first News) error {
	reference, changed := workflows.RequestWorkflowID(e.order.Request), workflows.PaymentChanged{Order: e.order.ID}
	if told := toldOf(e.standing); told.State == workflows.OrderPaid && told.Payment.ID != "" {
		changed.Paid = &told.Payment
	}
	if first.Fact.Refund != "" {
		reference, changed.Paid = workflows.RefundWorkflowID(RefundID(e.order.ID, first.Fact.Payment)), nil
	}
	payload, err := json.Marshal(changed)
	if err != nil {
		return fmt.Errorf("encode signal: %w", err)
	}
	wake := store.Wake{
		Signal: store.WorkflowSignal{Reference: reference, Name: workflows.SignalPayment, Payload: payload}, Person: e.order.Person,
		About: reference + ":" + e.order.ID, EventID: first.Provider + ":" + first.EventID,
	}
	if e.standing.State == payment.StateAuthorized {
		wake.After = bankDecides
	}
	return e.tx.EnqueueWake(ctx, wake)
}
