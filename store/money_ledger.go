package store

import (
	"context"
	"fmt"
)

// LedgerLeg is one side of a ledger transaction, in paise; positive is a debit.
type LedgerLeg struct {
	Account string
	Amount  int64
}

// BookLedger books a transaction of an order once per key. PostgreSQL refuses, at commit, legs that do not sum to zero.
func (tx *Tx) BookLedger(order, key string, legs ...LedgerLeg) {
	accounts, amounts := make([]string, len(legs)), make([]int64, len(legs))
	for i, leg := range legs {
		accounts[i], amounts[i] = leg.Account, leg.Amount
	}
	tx.putOff("book in the ledger", `
		with booked as (
			insert into ledger_transaction (order_id, key) values ($1, $2) on conflict (order_id, key) do nothing returning id)
		insert into ledger_entry (transaction, account, amount)
		select booked.id, leg.account, leg.amount from booked, unnest($3::text[], $4::bigint[]) as leg (account, amount)`,
		order, key, accounts, amounts)
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
