package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrNoRefund says that there is no refund with that id.
var ErrNoRefund = errors.New("no such refund")

// Refund is the giving back of one payment, in paise.
type Refund struct {
	ID             string // also our reference at the gateway, and the id of its workflow
	Order          string
	Payment        string // the gateway's payment id
	Purpose        string // why
	Amount         int64
	State          string // due, pending, processed or failed
	ProviderRefund string // the gateway's refund id
}

// BookRefund books that a payment must be given back and tells whether that is new: a payment is given back at most once.
func (tx *Tx) BookRefund(ctx context.Context, r Refund) (booked bool, err error) {
	tag, err := tx.Exec(ctx, `
		insert into refund (id, order_id, payment_id, purpose, amount) values ($1, $2, $3, $4, $5) on conflict (payment_id) do nothing`,
		r.ID, r.Order, r.Payment, r.Purpose, r.Amount)
	if err != nil {
		return false, fmt.Errorf("insert refund: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}

// SetRefundState records how far the refund of a payment is; a payment without a booked refund is left alone.
func (tx *Tx) SetRefundState(ctx context.Context, payment, state, providerRefund string) error {
	_, err := tx.Exec(ctx, `
		update refund set state = $2, provider_refund = $3, updated_at = now()
		where payment_id = $1 and (state, provider_refund) is distinct from ($2, $3)`, payment, state, providerRefund)
	if err != nil {
		return fmt.Errorf("set refund state: %w", err)
	}
	return nil
}

// Refund reads one refund; it fails with ErrNoRefund.
func (s *Store) Refund(ctx context.Context, id string) (Refund, error) {
	var r Refund
	err := s.pool.QueryRow(ctx, `
		select id, order_id, payment_id, purpose, amount, state, provider_refund from refund where id = $1`, id).
		Scan(&r.ID, &r.Order, &r.Payment, &r.Purpose, &r.Amount, &r.State, &r.ProviderRefund)
	if errors.Is(err, pgx.ErrNoRows) {
		return Refund{}, fmt.Errorf("%w: %s", ErrNoRefund, id)
	}
	if err != nil {
		return Refund{}, fmt.Errorf("read refund: %w", err)
	}
	return r, nil
}

// Refunds reads the refunds of an order, oldest first.
func (tx *Tx) Refunds(ctx context.Context, order string) ([]Refund, error) {
	rows, err := tx.Query(ctx, `
		select id, order_id, payment_id, purpose, amount, state, provider_refund from refund where order_id = $1 order by created_at, id`, order)
	if err != nil {
		return nil, fmt.Errorf("read refunds: %w", err)
	}
	refunds, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Refund])
	if err != nil {
		return nil, fmt.Errorf("read refunds: %w", err)
	}
	return refunds, nil
}

// EnqueueRefund puts the start of a refund's workflow into its lane, once, in the transaction that booked the refund.
func (tx *Tx) EnqueueRefund(ctx context.Context, start WorkflowStart) error {
	payload, err := json.Marshal(start)
	if err != nil {
		return fmt.Errorf("encode refund: %w", err)
	}
	person, err := tx.personOfWorkflow(ctx, start.Reference)
	if err != nil {
		return err
	}
	return tx.enqueue(ctx, OutboxRow{Kind: KindWorkflowStart, Lane: WorkflowLane(start.Reference), Sender: SenderWorkflow, Person: person,
		Payload: payload, Dedupe: "start:" + start.Reference})
}
