package store

import (
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoOrder says that there is no payment order with that id.
var ErrNoOrder = errors.New("no such payment order")

// ErrNotAwaited says that a payment order takes no money any more, or that its request has ended.
var ErrNotAwaited = errors.New("no payment is awaited")

// ErrEventElsewhere says that a payment event was stored before, and not as its order's.
var ErrEventElsewhere = errors.New("payment event stored before, and not of this order")

// PaymentOrder is one order for money. Amounts are paise.
type PaymentOrder struct {
	ID      string // also our reference at the gateway
	Request string
	Purpose string
	Portal  string
	BillKey []byte // keyed hash of portal, account and bill number; of all bills where there are several
	// BillKeys are those of the bills that are paid together, one at least. They are read when an order is opened; of a rival they are
	// the bills that both want to pay.
	BillKeys    [][]byte
	Amount      int64
	State       string // the fold of its events
	PaidPayment string // the gateway's id of the payment that counts
	LinkID      string
	LinkURL     string
	ExpiresAt   time.Time

	// New says that the order was made just now: nobody was asked for its link before.
	New bool

	// Person, Conversation and Language are the request's.
	Person       string
	Conversation int64
	Language     string
}

const selectOrder = `
	select o.id, o.request, o.purpose, o.portal, o.bill_key, o.amount, o.state, o.paid_payment, o.link_id, o.link_url, o.expires_at,
		r.person::text, r.conversation, r.language
	from payment_order o cross join lateral (select person, conversation, language from request where reference = o.request limit 1) r `

func scanOrder(row pgx.CollectableRow) (o PaymentOrder, err error) {
	err = row.Scan(&o.ID, &o.Request, &o.Purpose, &o.Portal, &o.BillKey, &o.Amount, &o.State, &o.PaidPayment, &o.LinkID, &o.LinkURL,
		&o.ExpiresAt, &o.Person, &o.Conversation, &o.Language)
	return o, err
}

type querier interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
}

func oneOrder(ctx context.Context, db querier, where string, args ...any) (PaymentOrder, error) {
	return collectOrder(db.Query(ctx, selectOrder+where, args...))
}

func collectOrder(rows pgx.Rows, err error) (PaymentOrder, error) {
	if err != nil {
		return PaymentOrder{}, fmt.Errorf("read payment order: %w", err)
	}
	order, err := pgx.CollectExactlyOneRow(rows, scanOrder)
	if errors.Is(err, pgx.ErrNoRows) {
		return PaymentOrder{}, ErrNoOrder
	}
	if err != nil {
		return PaymentOrder{}, fmt.Errorf("read payment order: %w", err)
	}
	return order, nil
}

// OpenPaymentOrder inserts the order, or finds the one that is there: the request's own for that purpose, else, with rival true,
// another request's unfinished order for one of the same bills. Only ID, Request, Purpose, Portal, BillKey, BillKeys, Amount and
// ExpiresAt are read; without BillKeys the order is for the one bill of BillKey. Of an order that it inserts it answers these, State and New.
func (s *Store) OpenPaymentOrder(ctx context.Context, o PaymentOrder) (order PaymentOrder, rival bool, err error) {
	if len(o.BillKeys) == 0 {
		o.BillKeys = [][]byte{o.BillKey}
	}
	o.State, o.New = stateCreated, true
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		tx.lockBills(o.BillKeys) // first, so that what is read then stays
		order, rival, err = tx.orderOrRival(ctx, o)
		if !errors.Is(err, ErrNoOrder) {
			return err
		}
		order = o
		tx.insertOrder(o)
		return nil
	})
	return order, rival, err
}

// stateCreated is the state of an order whose link was not made yet.
const stateCreated = "created"

// lockBills holds the bills until the transaction ends, in one order for everybody.
func (tx *Tx) lockBills(keys [][]byte) {
	tx.putOff("lock bills", `
		select pg_advisory_xact_lock(hash) from (select distinct hashtextextended(encode(key, 'hex'), 0) as hash
			from unnest($1::bytea[]) as key order by 1) as bills`, keys)
}

// orderOrRival finds the order itself, else another unfinished one for one of its bills; it fails with ErrNoOrder.
func (tx *Tx) orderOrRival(ctx context.Context, o PaymentOrder) (order PaymentOrder, rival bool, err error) {
	batch := &pgx.Batch{}
	batch.Queue(selectOrder+`where o.id = $1`, o.ID)
	// By the bills first, and each order by its id: there are few orders of one bill, and many that are open.
	batch.Queue(`
		with b as materialized (select order_id, bill_key from payment_order_bill where bill_key = any($1) and order_id <> $2)
		select b.order_id, b.bill_key from b cross join lateral (select state, created_at from payment_order where id = b.order_id limit 1) o
		where o.state in ('created', 'awaiting', 'authorized', 'paid')
		order by o.created_at, b.order_id`, o.BillKeys, o.ID)
	results := tx.SendBatch(ctx, batch)
	own, err := collect(results, scanOrder, "read payment order")
	if err != nil {
		return order, false, closeBatch(results, err)
	}
	rivals, err := collect(results, pgx.RowToStructByPos[rivalBill], "look for rival orders")
	if err := closeBatch(results, err); err != nil {
		return order, false, err
	}
	switch {
	case len(own) == 1:
		return own[0], false, nil
	case len(rivals) == 0:
		return order, false, ErrNoOrder
	}
	order, err = tx.rivalOrder(ctx, rivals)
	return order, err == nil, err
}

// rivalBill is a bill that another order is for.
type rivalBill struct {
	Order string
	Key   []byte
}

// rivalOrder reads the first of the orders, with the bills that are in question.
func (tx *Tx) rivalOrder(ctx context.Context, bills []rivalBill) (PaymentOrder, error) {
	order, err := oneOrder(ctx, tx, `where o.id = $1`, bills[0].Order)
	for _, bill := range bills {
		if bill.Order == bills[0].Order {
			order.BillKeys = append(order.BillKeys, bill.Key)
		}
	}
	return order, err
}

func (tx *Tx) insertOrder(o PaymentOrder) {
	tx.putOff("insert payment order", `
		insert into payment_order (id, request, purpose, portal, bill_key, amount, state, expires_at) values ($1, $2, $3, $4, $5, $6, $7, $8)`,
		o.ID, o.Request, o.Purpose, o.Portal, o.BillKey, o.Amount, o.State, o.ExpiresAt)
	tx.putOff("insert bills of the payment order", `
		insert into payment_order_bill (order_id, bill_key) select $1, key from unnest($2::bytea[]) as key on conflict do nothing`, o.ID, o.BillKeys)
}

// PaymentOrder reads one order; it fails with ErrNoOrder.
func (s *Store) PaymentOrder(ctx context.Context, id string) (PaymentOrder, error) {
	return oneOrder(ctx, s.pool, `where o.id = $1`, id)
}

// LockPaymentOrder reads one order, with the events stored of it, oldest first, and holds it until the transaction ends: nobody else
// stores events of it meanwhile. Raw is not read. It fails with ErrNoOrder.
func (tx *Tx) LockPaymentOrder(ctx context.Context, id string) (order PaymentOrder, events []PaymentEvent, err error) {
	batch := &pgx.Batch{}
	batch.Queue(selectOrder+`where o.id = $1 for update of o`, id)
	// Sees what was committed before the lock was had.
	batch.Queue(`select provider, event_id, fact from payment_event where order_id = $1 order by id`, id)
	results := tx.SendBatch(ctx, batch)
	rows, err := results.Query()
	if order, err = collectOrder(rows, err); err != nil {
		return order, nil, closeBatch(results, err)
	}
	events, err = collect(results, func(row pgx.CollectableRow) (event PaymentEvent, err error) {
		event.Order, event.Person = order.ID, order.Person
		err = row.Scan(&event.Provider, &event.ID, &event.Fact)
		return event, err
	}, "read payment events")
	tx.people.noteWorkflow(order.Request, order.Person)
	return order, events, closeBatch(results, err)
}

// SetPaymentLink records the order's link and until when it takes money.
func (s *Store) SetPaymentLink(ctx context.Context, order, linkID, url string, expiresAt time.Time) error {
	_, err := s.pool.Exec(ctx, `
		update payment_order set link_id = $2, link_url = $3, expires_at = $4, updated_at = now(),
			state = case when state = 'created' then 'awaiting' else state end
		where id = $1`,
		order, linkID, url, expiresAt)
	if err != nil {
		return fmt.Errorf("set payment link: %w", err)
	}
	return nil
}

// OfferPaymentLink is Store.SetPaymentLink within a transaction that gives the citizen the link. It fails with ErrNotAwaited once a payment
// was begun, the order is closed or its request has ended; none of it happens until the transaction ends.
func (tx *Tx) OfferPaymentLink(order, linkID, url string, expiresAt time.Time) {
	offer := &pgx.QueuedQuery{SQL: `
		with offered as (
			update payment_order set link_id = $2, link_url = $3, expires_at = $4, updated_at = now(), state = 'awaiting'
			where id = $1 and state in ('created', 'awaiting') returning request),
		going_on as (
			select from request where reference = (select request from offered) and open for no key update)
		select 1 / count(*) from going_on`, Arguments: []any{order, linkID, url, expiresAt}}
	tx.later = append(tx.later, putOff{"offer payment link", offer, divisionByZero, ErrNotAwaited})
}

// OrderOf finds the order that a gateway's message is about, by our reference (an order's or a refund's id), the link or the
// payment, whichever is known; it fails with ErrNoOrder.
func (s *Store) OrderOf(ctx context.Context, reference, linkID, payment string) (id string, err error) {
	err = s.pool.QueryRow(ctx, `select id from payment_order where id = $1`, reference).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) { // rarely
		err = s.pool.QueryRow(ctx, `
			select id from payment_order where link_id = $2 and $2 <> ''
			union select order_id from refund where id = $1 or payment_id = $3
			union select order_id from payment_event where order_id is not null and fact ->> 'payment' = $3 and $3 <> ''
			limit 1`, reference, linkID, payment).Scan(&id)
	}
	if errors.Is(err, pgx.ErrNoRows) {
		return "", ErrNoOrder
	}
	if err != nil {
		return "", fmt.Errorf("find payment order: %w", err)
	}
	return id, nil
}

// SetPaymentState records what the order's events amount to.
func (tx *Tx) SetPaymentState(order, state, paidPayment string) {
	tx.putOff("set payment state", `update payment_order set state = $2, paid_payment = $3, updated_at = now() where id = $1`, order, state, paidPayment)
}

// PaymentEvent is one thing that became known.
type PaymentEvent struct {
	Provider string
	ID       string // unique with the provider: the same event twice is one
	Order    string // empty: not one of our orders
	Person   string // who pays it; empty: not known here
	Fact     json.RawMessage
	Raw      json.RawMessage // as the gateway sent it; personal
}

// AppendPaymentEvents stores events and returns how many were new.
func (tx *Tx) AppendPaymentEvents(ctx context.Context, events ...PaymentEvent) (int, error) {
	added := 0
	for _, event := range events {
		raw, err := tx.sealRaw(ctx, &event)
		if err != nil {
			return added, err
		}
		tag, err := tx.Exec(ctx, `
			insert into payment_event (provider, event_id, order_id, fact, raw) values ($1, $2, nullif($3, ''), $4, $5)
			on conflict (provider, event_id) do nothing`, event.Provider, event.ID, event.Order, event.Fact, raw)
		if err != nil {
			return added, fmt.Errorf("append payment event: %w", err)
		}
		added += int(tag.RowsAffected())
	}
	return added, nil
}

// AddPaymentEvent stores an event that is not among those of its order, which the transaction holds. An event that was stored of another
// order, or of none, fails the transaction with ErrEventElsewhere.
func (tx *Tx) AddPaymentEvent(ctx context.Context, event PaymentEvent) error {
	raw, err := tx.sealRaw(ctx, &event)
	if err != nil {
		return err
	}
	tx.putOffNew("add payment event", ErrEventElsewhere, `
		insert into payment_event (provider, event_id, order_id, fact, raw) values ($1, $2, $3, $4, $5)`,
		event.Provider, event.ID, event.Order, event.Fact, raw)
	return nil
}

// sealRaw encrypts what the gateway sent under the key of the order's person.
func (tx *Tx) sealRaw(ctx context.Context, event *PaymentEvent) ([]byte, error) {
	if event.Raw == nil {
		return nil, nil
	}
	person := cmp.Or(event.Person, HubPerson)
	if event.Order != "" && event.Person == "" {
		err := tx.QueryRow(ctx, `select r.person::text from payment_order o join request r on r.reference = o.request where o.id = $1`,
			event.Order).Scan(&person)
		if err != nil && !errors.Is(err, pgx.ErrNoRows) {
			return nil, fmt.Errorf("find the payer: %w", err)
		}
	}
	raw, err := tx.ring.sealOne(ctx, person, event.Raw, placeOfEvent(event.Provider, event.ID))
	if err != nil {
		return nil, fmt.Errorf("encrypt payment event: %w", err)
	}
	return raw, nil
}

// PaymentFacts reads everything known about an order, oldest first.
func (s *Store) PaymentFacts(ctx context.Context, order string) ([]json.RawMessage, error) {
	rows, err := s.pool.Query(ctx, `select fact from payment_event where order_id = $1 and fact is not null order by id`, order)
	if err != nil {
		return nil, fmt.Errorf("read payment facts: %w", err)
	}
	facts, err := pgx.CollectRows(rows, pgx.RowTo[json.RawMessage])
	if err != nil {
		return nil, fmt.Errorf("read payment facts: %w", err)
	}
	return facts, nil
}
