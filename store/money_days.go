package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// MoneyFact is one thing that became known within a window of time.
type MoneyFact struct {
	Order   string
	Payment string
	Refund  string
	Amount  int64
}

// MoneyFacts lists what of a kind ("captured", "refund_processed") became known from a moment on, until another.
func (s *Store) MoneyFacts(ctx context.Context, kind string, from, until time.Time) ([]MoneyFact, error) {
	rows, err := s.pool.Query(ctx, `
		select distinct order_id, coalesce(fact ->> 'payment', ''), coalesce(fact ->> 'refund', ''), coalesce((fact ->> 'amount')::bigint, 0)
		from payment_event
		where fact ->> 'kind' in ('captured', 'posted', 'refund_processed') and fact ->> 'kind' = $1 and received_at >= $2 and received_at < $3
			and order_id is not null
		order by 1, 2, 3`, kind, from, until)
	if err != nil {
		return nil, fmt.Errorf("read money facts: %w", err)
	}
	facts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[MoneyFact])
	if err != nil {
		return nil, fmt.Errorf("read money facts: %w", err)
	}
	return facts, nil
}

// OrderOfRefund finds the order that a refund of the gateway belongs to; it fails with ErrNoOrder.
func (s *Store) OrderOfRefund(ctx context.Context, refund string) (order string, err error) {
	err = s.pool.QueryRow(ctx, `
		select order_id from payment_event where order_id is not null and fact ->> 'refund' = $1 limit 1`, refund).Scan(&order)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", ErrNoOrder
	}
	if err != nil {
		return "", fmt.Errorf("find order of refund: %w", err)
	}
	return order, nil
}

// PostedOrders lists the orders of a department's portal that were posted within a window, by id, after one; at most so many.
func (s *Store) PostedOrders(ctx context.Context, portal string, from, until time.Time, after string, limit int) ([]string, error) {
	rows, err := s.pool.Query(ctx, postedOrders+`and o.portal = $3 and o.id > $4 order by o.id limit $5`, from, until, portal, after, limit)
	if err != nil {
		return nil, fmt.Errorf("read posted orders: %w", err)
	}
	orders, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read posted orders: %w", err)
	}
	return orders, nil
}

const postedOrders = `
	select distinct o.id from payment_event e join payment_order o on o.id = e.order_id
	where e.fact ->> 'kind' in ('captured', 'posted', 'refund_processed') and e.fact ->> 'kind' = 'posted'
		and e.received_at >= $1 and e.received_at < $2 `

// BillsOfOrder counts the bills that an order pays. Where there are several the department knows each by a reference of its own.
func (s *Store) BillsOfOrder(ctx context.Context, order string) (bills int, err error) {
	err = s.pool.QueryRow(ctx, `select count(*) from payment_order_bill where order_id = $1`, order).Scan(&bills)
	if err != nil {
		return 0, fmt.Errorf("count the bills of an order: %w", err)
	}
	return bills, nil
}

// HasPosted tells whether a portal was given anything within a window.
func (s *Store) HasPosted(ctx context.Context, portal string, from, until time.Time) (bool, error) {
	orders, err := s.PostedOrders(ctx, portal, from, until, "", 1)
	return len(orders) > 0, err
}

// ReconciliationDays lists the days, from one on until another, on which a portal is still to be compared: those that were not, and those
// with open cases.
func (s *Store) ReconciliationDays(ctx context.Context, portal string, from, until time.Time) ([]time.Time, error) {
	rows, err := s.pool.Query(ctx, `
		select d::date from generate_series($2::date, $3::date, interval '1 day') d
		where not exists (select from reconciliation_day r where r.portal = $1 and r.day = d::date)
		union select day from reconciliation_case where portal = $1 and closed_at is null and day <= $3::date
		order by 1`, portal, from, until)
	if err != nil {
		return nil, fmt.Errorf("read reconciliation days: %w", err)
	}
	days, err := pgx.CollectRows(rows, pgx.RowTo[time.Time])
	if err != nil {
		return nil, fmt.Errorf("read reconciliation days: %w", err)
	}
	return days, nil
}

// MarkReconciled notes that a day was compared with a portal.
func (s *Store) MarkReconciled(ctx context.Context, portal string, day time.Time) error {
	_, err := s.pool.Exec(ctx, `
		insert into reconciliation_day (portal, day) values ($1, $2) on conflict (portal, day) do update set done_at = now()`, portal, day)
	if err != nil {
		return fmt.Errorf("mark reconciled day: %w", err)
	}
	return nil
}

// StuckOrder is an order that holds money and that nothing moves any more.
type StuckOrder struct {
	ID     string
	Portal string
	State  string
	Amount int64
}

// StuckOrders lists orders whose facts contradict each other, and paid ones whose request has ended.
func (s *Store) StuckOrders(ctx context.Context) ([]StuckOrder, error) {
	rows, err := s.pool.Query(ctx, `
		select o.id, o.portal, o.state, o.amount from payment_order o join request r on r.reference = o.request
		where o.state in ('paid', 'under_review') and (o.state = 'under_review' or not r.open) order by o.id`)
	if err != nil {
		return nil, fmt.Errorf("read stuck orders: %w", err)
	}
	orders, err := pgx.CollectRows(rows, pgx.RowToStructByPos[StuckOrder])
	if err != nil {
		return nil, fmt.Errorf("read stuck orders: %w", err)
	}
	return orders, nil
}

// OpenRefund is a refund that has not gone through.
type OpenRefund struct {
	Refund

	CreatedAt time.Time
}

// OpenRefunds lists the refunds that have not gone through, oldest first, within a transaction such as one that works under an operator's
// role.
func OpenRefunds(ctx context.Context, db querier, limit int) ([]OpenRefund, error) {
	rows, err := db.Query(ctx, `
		select id, order_id, payment_id, purpose, amount, state, provider_refund, created_at
		from refund where state <> 'processed' order by created_at, id limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read open refunds: %w", err)
	}
	refunds, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r OpenRefund, err error) {
		err = row.Scan(&r.ID, &r.Order, &r.Payment, &r.Purpose, &r.Amount, &r.State, &r.ProviderRefund, &r.CreatedAt)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("read open refunds: %w", err)
	}
	return refunds, nil
}

// OpenRefunds lists the refunds that have not gone through, oldest first.
func (s *Store) OpenRefunds(ctx context.Context, limit int) ([]OpenRefund, error) {
	return OpenRefunds(ctx, s.pool, limit)
}
