// Package money holds what touches money: the one transition by which anything becomes known about a payment, and the activities
// that open, check, close and give back.
package money

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"slices"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// RefundWorkflow is the registered type of workflows.RefundPayment.
const RefundWorkflow = "RefundPayment"

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

// Hear records news of an order and wakes its workflows, all in one transaction. Of a payment that was begun it wakes none: most are
// decided at once, and WakeUndecided is for those that are not. It fails with store.ErrNoOrder.
func (b *Books) Hear(ctx context.Context, order string, news ...News) (payment.Standing, error) {
	return b.change(ctx, order, wakesAll, func(payment.Standing) []News { return news })
}

// Record is Hear for a caller who is the order's own workflow and needs no waking.
func (b *Books) Record(ctx context.Context, order string, news ...News) (payment.Standing, error) {
	return b.change(ctx, order, wakesNobody, func(payment.Standing) []News { return news })
}

// Wake is a signal that news calls for.
type Wake struct {
	Signal store.WorkflowSignal
	dedupe string // of the outbox
}

// Take is Hear for a caller who wakes the order's request themselves, before acknowledging the news: by the signal, or by leaving it to the outbox with
// WakeLater. It is nil when nobody is to be woken. News that is known wakes again for as long as the request may wait for it: it is delivered
// again when its taker died before acknowledging it. A refund's workflow is woken by the outbox, which may still have its start.
func (b *Books) Take(ctx context.Context, order string, news ...News) (payment.Standing, *Wake, error) {
	entry, err := b.enter(ctx, order, wakesRefund, func(payment.Standing) []News { return news })
	if err != nil || len(news) == 0 || news[0].Fact.Refund != "" || !entry.wakes() {
		return entry.standing, nil, err
	}
	wake, err := entry.wake(news[0])
	return entry.standing, &wake, err
}

// WakeLater leaves a signal to the outbox.
func (b *Books) WakeLater(ctx context.Context, wake Wake) error {
	return b.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error { return tx.EnqueueSignal(ctx, wake.Signal, wake.dedupe) })
}

// Decide records a decision of ours, once, and only if the order then stands as required.
func (b *Books) Decide(ctx context.Context, order string, fact payment.Fact, unless func(payment.Standing) bool) (payment.Standing, error) {
	return b.change(ctx, order, wakesNobody, func(standing payment.Standing) []News {
		if unless != nil && unless(standing) {
			return nil
		}
		return []News{decision(order, fact)}
	})
}

func decision(order string, fact payment.Fact) News {
	return News{Provider: ownDecisions, EventID: order + "/" + string(fact.Kind), Fact: fact}
}

// RecordPosting books, in a transaction of the caller's, that the department has the money of an order.
func (*Books) RecordPosting(ctx context.Context, tx *store.Tx, input workflows.RecordPostingInput) error {
	fact := payment.Fact{Kind: payment.Posted, At: input.Posted.PostedAt, Amount: input.Posted.Amount, Note: input.Posted.PortalReceipt}
	entry := &entry{tx: tx}
	return entry.change(ctx, input.Order, wakesNobody, func(payment.Standing) []News { return []News{decision(input.Order, fact)} })
}

// waking is who is signalled in the transaction that stores news.
type waking int

const (
	wakesNobody waking = iota
	wakesRefund        // the workflow of a refund that the news is about
	wakesAll
)

// change is the one transition: append what is new, fold, and let order, refunds, ledger and workflows follow, or nothing of it.
func (b *Books) change(ctx context.Context, id string, wakes waking, news func(payment.Standing) []News) (payment.Standing, error) {
	entry, err := b.enter(ctx, id, wakes, news)
	return entry.standing, err
}

func (b *Books) enter(ctx context.Context, id string, wakes waking, news func(payment.Standing) []News) (*entry, error) {
	made := &entry{}
	err := b.enterOnce(ctx, made, id, wakes, news)
	if errors.Is(err, store.ErrEventElsewhere) { // its events are looked for everywhere
		made = &entry{asks: true}
		err = b.enterOnce(ctx, made, id, wakes, news)
	}
	return made, err
}

func (b *Books) enterOnce(ctx context.Context, entry *entry, id string, wakes waking, news func(payment.Standing) []News) error {
	return b.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		entry.tx = tx
		return entry.change(ctx, id, wakes, news)
	})
}

// WakeUndecided wakes the order's workflow when a payment was begun and the bank has not decided yet: once for all that is known by then.
func (b *Books) WakeUndecided(ctx context.Context, id string) error {
	return b.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		entry := &entry{tx: tx}
		if err := entry.read(ctx, id); err != nil || entry.standing.State != payment.StateAuthorized {
			return err
		}
		newest := entry.events[len(entry.events)-1]
		return entry.wakeLater(ctx, News{Provider: newest.Provider, EventID: newest.ID})
	})
}

// entry is one change of the books under way.
type entry struct {
	tx       *store.Tx
	asks     bool // whether each event is new, instead of going by the order's own
	order    store.PaymentOrder
	events   []store.PaymentEvent
	facts    []payment.Fact
	standing payment.Standing
	added    []News // what was not known
	// As it was found.
	stored store.PaymentOrder
	before payment.Standing
	booked []payment.Transaction
}

func (e *entry) change(ctx context.Context, id string, wakes waking, news func(payment.Standing) []News) error {
	if err := e.read(ctx, id); err != nil {
		return err
	}
	if err := e.append(ctx, news(e.standing)...); err != nil || len(e.added) == 0 {
		return err
	}
	if err := e.follow(ctx); err != nil {
		return err
	}
	first := e.added[0]
	if wakes == wakesNobody || (wakes == wakesRefund && first.Fact.Refund == "") || !e.wakes() {
		return nil
	}
	return e.wakeLater(ctx, first)
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
	if e.order, e.events, err = e.tx.LockPaymentOrder(ctx, id); err != nil {
		return err
	}
	stored := make([]json.RawMessage, 0, len(e.events))
	for i := range e.events {
		if e.events[i].Fact != nil {
			stored = append(stored, e.events[i].Fact)
		}
	}
	if e.facts, err = decode(stored...); err != nil {
		return err
	}
	e.fold()
	e.stored, e.before, e.booked = e.order, e.standing, payment.Bookings(e.standing)
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

// append stores those of the news that were not known; with them the payment that counts may be settled.
func (e *entry) append(ctx context.Context, news ...News) error {
	for _, each := range news {
		isNew, err := e.add(ctx, each)
		if err != nil {
			return err
		}
		if isNew {
			e.added = append(e.added, each)
		}
	}
	if len(e.added) == 0 {
		return nil
	}
	e.fold()
	return e.accept(ctx)
}

// add takes one piece of news into the books and tells whether it was not known.
func (e *entry) add(ctx context.Context, news News) (isNew bool, err error) {
	fact, err := json.Marshal(news.Fact)
	if err != nil {
		return false, fmt.Errorf("encode payment fact: %w", err)
	}
	event := store.PaymentEvent{Provider: news.Provider, ID: news.EventID, Order: e.order.ID, Person: e.order.Person, Fact: fact, Raw: news.Raw}
	if isNew, err := e.record(ctx, event); err != nil || !isNew {
		return false, err
	}
	known, err := decode(fact) // as whoever reads it later
	if err != nil {
		return false, err
	}
	e.events, e.facts = append(e.events, event), append(e.facts, known...)
	return true, nil
}

// record stores an event and tells whether it is new. Nobody else stores events of the order now, so that an event which is not among them is
// new, unless a gateway told of it before when we did not know whose it is: then the store refuses, and all is done again, asking.
func (e *entry) record(ctx context.Context, event store.PaymentEvent) (isNew bool, err error) {
	same := func(known store.PaymentEvent) bool { return known.Provider == event.Provider && known.ID == event.ID }
	if slices.ContainsFunc(e.events, same) {
		return false, nil
	}
	if e.asks {
		count, err := e.tx.AppendPaymentEvents(ctx, event)
		return count > 0, err
	}
	return true, e.tx.AddPaymentEvent(ctx, event)
}

// accept settles which payment counts, once: the order is locked and has none yet.
func (e *entry) accept(ctx context.Context) error {
	if e.standing.Accepted == "" || e.order.PaidPayment != "" {
		return nil
	}
	e.order.PaidPayment = e.standing.Accepted
	_, err := e.add(ctx, decision(e.order.ID, payment.Fact{Kind: payment.Accepted, Payment: e.standing.Accepted}))
	e.fold()
	return err
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

// wakes tells whether the news is worth waking somebody: not when the request would read the same, for a gateway tells of one payment in several
// events, nor while the bank decides. News that was known is, while the request may wait for it.
func (e *entry) wakes() bool {
	now := e.standing
	if len(e.added) == 0 {
		return now.State == payment.StateAwaiting || now.State == payment.StatePaid
	}
	if e.added[0].Fact.Refund != "" {
		return true
	}
	same := e.before.State == now.State && e.before.Accepted == now.Accepted && e.before.FailedAttempts == now.FailedAttempts
	return !same && now.State != payment.StateAuthorized
}

// wake is the signal for the order's workflow or, when a refund is concerned, the refund's.
func (e *entry) wake(first News) (Wake, error) {
	reference, changed := workflows.RequestWorkflowID(e.order.Request), workflows.PaymentChanged{Order: e.order.ID}
	if told := toldOf(e.standing); told.State == workflows.OrderPaid && told.Payment.ID != "" {
		changed.Paid = &told.Payment
	}
	if first.Fact.Refund != "" {
		reference, changed.Paid = workflows.RefundWorkflowID(RefundID(e.order.ID, first.Fact.Payment)), nil
	}
	payload, err := json.Marshal(changed)
	if err != nil {
		return Wake{}, fmt.Errorf("encode signal: %w", err)
	}
	return Wake{
		Signal: store.WorkflowSignal{Reference: reference, Name: workflows.SignalPayment, Payload: payload},
		dedupe: "wake:" + reference + ":" + e.order.ID + ":" + first.Provider + ":" + first.EventID,
	}, nil
}

// wakeLater leaves the signal to the outbox, in the same transaction.
func (e *entry) wakeLater(ctx context.Context, first News) error {
	wake, err := e.wake(first)
	if err != nil {
		return err
	}
	return e.tx.EnqueueSignal(ctx, wake.Signal, wake.dedupe)
}
