package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// OrderOfPayment finds the order that a payment was made on, by the gateway's payment id, and tells whether its request goes on. It fails with
// ErrNoOrder.
func (tx *Tx) OrderOfPayment(ctx context.Context, payment string) (order, person string, open bool, err error) {
	err = tx.QueryRow(ctx, `
		select o.id, r.person::text, r.open from payment_order o join request r on r.reference = o.request
		where $1 <> '' and o.id = (select order_id from payment_event where order_id is not null and fact ->> 'payment' = $1 limit 1)`, payment).
		Scan(&order, &person, &open)
	if errors.Is(err, pgx.ErrNoRows) {
		return "", "", false, ErrNoOrder
	}
	if err != nil {
		return "", "", false, fmt.Errorf("find the order of a payment: %w", err)
	}
	return order, person, open, nil
}

// RequestForOfficers reads whose a request is and where it stands, and in which conversation and language; nothing that was given for it. It fails
// with ErrNoRequest.
func (tx *Tx) RequestForOfficers(ctx context.Context, reference string) (r Request, err error) {
	err = tx.QueryRow(ctx, `select reference, person::text, conversation, language, stage, open from request where reference = $1`, reference).
		Scan(&r.Reference, &r.Person, &r.Conversation, &r.Language, &r.Stage, &r.Open)
	if errors.Is(err, pgx.ErrNoRows) {
		return Request{}, ErrNoRequest
	}
	if err != nil {
		return Request{}, fmt.Errorf("read request: %w", err)
	}
	return r, nil
}

// IsErased tells whether a person's key was destroyed.
func (tx *Tx) IsErased(ctx context.Context, person string) (erased bool, err error) {
	err = tx.QueryRow(ctx, `select destroyed_at is not null from person_key where person = $1::text::uuid`, person).Scan(&erased)
	if err != nil && !errors.Is(err, pgx.ErrNoRows) {
		return false, fmt.Errorf("read key: %w", err)
	}
	return erased, nil
}
