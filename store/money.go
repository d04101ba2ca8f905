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

	// Person, Conversation and Language are the request's.
	Person       string
	Conversation int64
	Language     string
}

const selectOrder = `
	select o.id, o.request, o.purpose, o.portal, o.bill_key, o.amount, o.state, o.paid_payment, o.link_id, o.link_url, o.expires_at,
		r.person::text, r.conversation, r.language
	from payment_order o join request r on r.reference = o.request `

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
// ExpiresAt are read; without BillKeys the order is for the one bill of BillKey.
func (s *Store) OpenPaymentOrder(ctx context.Context, o PaymentOrder) (order PaymentOrder, rival bool, err error) {
	if len(o.BillKeys) == 0 {
		o.BillKeys = [][]byte{o.BillKey}
	}
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		order, err = oneOrder(ctx, tx, `where o.id = $1`, o.ID)
		if !errors.Is(err, ErrNoOrder) {
			return err
		}
		tx.lockBills(o.BillKeys)
		order, err = tx.rivalOf(ctx, o)
		if !errors.Is(err, ErrNoOrder) {
			rival = err == nil
			return err
		}
		tx.insertOrder(o)
		return nil
	})
	if err == nil && order.ID == "" {
		order, err = s.PaymentOrder(ctx, o.ID)
	}
	return order, rival, err
}

// lockBills holds the bills until the transaction ends, in one order for everybody.
func (tx *Tx) lockBills(keys [][]byte) {
	tx.putOff("lock bills", `
		select pg_advisory_xact_lock(hash) from (select distinct hashtextextended(encode(key, 'hex'), 0) as hash
			from unnest($1::bytea[]) as key order by 1) as bills`, keys)
}

// rivalOf finds another unfinished order for one of the bills; it fails with ErrNoOrder.
func (tx *Tx) rivalOf(ctx context.Context, o PaymentOrder) (PaymentOrder, error) {
	// By the bills first: there are few orders of one bill, and many that are open.
	rows, err := tx.Query(ctx, `
		with b as materialized (select order_id, bill_key from payment_order_bill where bill_key = any($1) and order_id <> $2)
		select b.order_id, b.bill_key from b join payment_order o on o.id = b.order_id
		where o.state in ('created', 'awaiting', 'authorized', 'paid')
		order by o.created_at, b.order_id`, o.BillKeys, o.ID)
	if err != nil {
		return PaymentOrder{}, fmt.Errorf("look for rival orders: %w", err)
	}
	var first string
	var shared [][]byte
	var id string
	var key []byte
	_, err = pgx.ForEachRow(rows, []any{&id, &key}, func() error {
		if first == "" {
			first = id
		}
		if id == first {
			shared = append(shared, key)
		}
		key = nil // the next row gets its own
		return nil
	})
	if err != nil {
		return PaymentOrder{}, fmt.Errorf("look for rival orders: %w", err)
	}
	if first == "" {
		return PaymentOrder{}, ErrNoOrder
	}
	rival, err := oneOrder(ctx, tx, `where o.id = $1`, first)
	rival.BillKeys = shared
	return rival, err
}

func (tx *Tx) insertOrder(o PaymentOrder) {
	tx.putOff("insert payment order", `
		insert into payment_order (id, request, purpose, portal, bill_key, amount, expires_at) values ($1, $2, $3, $4, $5, $6, $7)`,
		o.ID, o.Request, o.Purpose, o.Portal, o.BillKey, o.Amount, o.ExpiresAt)
	tx.putOff("insert bills of the payment order", `
		insert into payment_order_bill (order_id, bill_key) select $1, key from unnest($2::bytea[]) as key on conflict do nothing`, o.ID, o.BillKeys)
}

// PaymentOrder reads one order; it fails with ErrNoOrder.
func (s *Store) PaymentOrder(ctx context.Context, id string) (PaymentOrder, error) {
	return oneOrder(ctx, s.pool, `where o.id = $1`, id)
}

// LockPaymentOrder reads one order, with everything known about it, oldest first, and holds it until the transaction ends; it fails with
// ErrNoOrder.
func (tx *Tx) LockPaymentOrder(ctx context.Context, id string) (order PaymentOrder, facts []json.RawMessage, err error) {
	batch := &pgx.Batch{}
	batch.Queue(selectOrder+`where o.id = $1 for update of o`, id)
	batch.Queue(selectFacts, id) // sees what was committed before the lock was had
	results := tx.SendBatch(ctx, batch)
	defer func() {
		if closing := results.Close(); err == nil && closing != nil {
			err = fmt.Errorf("lock payment order: %w", closing)
		}
	}()
	rows, err := results.Query()
	if order, err = collectOrder(rows, err); err != nil {
		return order, nil, err
	}
	rows, err = results.Query()
	facts, err = collectFacts(rows, err)
	return order, facts, err
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
		tag, err := tx.Exec(ctx, insertPaymentEvent, event.Provider, event.ID, event.Order, event.Fact, raw)
		if err != nil {
			return added, fmt.Errorf("append payment event: %w", err)
		}
		added += int(tag.RowsAffected())
	}
	return added, nil
}

const insertPaymentEvent = `
	insert into payment_event (provider, event_id, order_id, fact, raw) values ($1, $2, nullif($3, ''), $4, $5)
	on conflict (provider, event_id) do nothing`

// AppendDecision stores a fact that we decided ourselves, once. It has no Raw.
func (tx *Tx) AppendDecision(event PaymentEvent) {
	tx.putOff("append decision", insertPaymentEvent, event.Provider, event.ID, event.Order, event.Fact, nil)
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

const selectFacts = `select fact from payment_event where order_id = $1 and fact is not null order by id`

// PaymentFacts reads everything known about an order, oldest first.
func (s *Store) PaymentFacts(ctx context.Context, order string) ([]json.RawMessage, error) {
	return collectFacts(s.pool.Query(ctx, selectFacts, order))
}

func collectFacts(rows pgx.Rows, err error) ([]json.RawMessage, error) {
	if err != nil {
		return nil, fmt.Errorf("read payment facts: %w", err)
	}
	facts, err := pgx.CollectRows(rows, pgx.RowTo[json.RawMessage])
	if err != nil {
		return nil, fmt.Errorf("read payment facts: %w", err)
	}
	return facts, nil
}
