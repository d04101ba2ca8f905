package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// LedgerLeg is one side of a ledger transaction, in paise; positive is a debit.
type LedgerLeg struct {
	Account string
	Amount  int64
}

// BookLedger books a transaction of an order once per key. PostgreSQL refuses, at commit, legs that do not sum to zero.
func (tx *Tx) BookLedger(ctx context.Context, order, key string, legs ...LedgerLeg) error {
	var id int64
	err := tx.QueryRow(ctx, `
		insert into ledger_transaction (order_id, key) values ($1, $2) on conflict (order_id, key) do nothing returning id`,
		order, key).Scan(&id)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil // booked before
	}
	if err != nil {
		return fmt.Errorf("insert ledger transaction: %w", err)
	}
	for _, leg := range legs {
		_, err := tx.Exec(ctx, `insert into ledger_entry (transaction, account, amount) values ($1, $2, $3)`, id, leg.Account, leg.Amount)
		if err != nil {
			return fmt.Errorf("insert ledger entry: %w", err)
		}
	}
	return nil
}

// LedgerBalances sums every account; together they are zero.
func (s *Store) LedgerBalances(ctx context.Context) (map[string]int64, error) {
	rows, err := s.pool.Query(ctx, `
		select name, coalesce(sum(amount), 0)::bigint from ledger_account left join ledger_entry on account = name group by name`)
	if err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	defer rows.Close()
	balances := map[string]int64{}
	for rows.Next() {
		var name string
		var balance int64
		if err := rows.Scan(&name, &balance); err != nil {
			return nil, fmt.Errorf("read ledger: %w", err)
		}
		balances[name] = balance
	}
	if err := rows.Err(); err != nil {
		return nil, fmt.Errorf("read ledger: %w", err)
	}
	return balances, nil
}
