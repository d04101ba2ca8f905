package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/vault"
)

// rotationBatch is how many keys are wrapped anew in one transaction.
const rotationBatch = 200

// KeyStats says which key-encryption keys wrap the persons' keys.
type KeyStats struct {
	ByKEK     map[string]int
	Destroyed int
	Oldest    time.Time // of those in use; zero: none
}

// KeyStats counts the keys.
func (s *Store) KeyStats(ctx context.Context) (KeyStats, error) {
	stats := KeyStats{ByKEK: map[string]int{}}
	rows, err := s.pool.Query(ctx, `
		select kek, count(*) filter (where destroyed_at is null), count(*) filter (where destroyed_at is not null),
			min(created_at) filter (where destroyed_at is null) from person_key group by kek`)
	if err != nil {
		return stats, fmt.Errorf("count keys: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var kek string
		var used, destroyed int
		var oldest *time.Time
		if err := rows.Scan(&kek, &used, &destroyed, &oldest); err != nil {
			return stats, fmt.Errorf("count keys: %w", err)
		}
		stats.Destroyed += destroyed
		if used > 0 {
			stats.ByKEK[kek] = used
		}
		if oldest != nil && (stats.Oldest.IsZero() || oldest.Before(stats.Oldest)) {
			stats.Oldest = *oldest
		}
	}
	if err := rows.Err(); err != nil {
		return stats, fmt.Errorf("count keys: %w", err)
	}
	return stats, nil
}

// KEK names the key-encryption key that wraps new keys.
func (s *Store) KEK() string { return s.vault.KEK() }

// RotateKeys wraps every key that another key-encryption key wrapped anew under the vault's current one, a batch at a time. After
// each batch progress is told how many were done and how many are left. It may be interrupted at any time and called again; what is
// encrypted under the keys does not change, and the hub goes on working. It fails with vault.ErrUnknownKEK.
func (s *Store) RotateKeys(ctx context.Context, progress func(done, left int)) error {
	for done := 0; ; {
		count, err := s.rotateBatch(ctx)
		if err != nil {
			return err
		}
		var left int
		err = s.pool.QueryRow(ctx, `select count(*) from person_key where kek <> $1 and destroyed_at is null`, s.vault.KEK()).Scan(&left)
		if err != nil {
			return fmt.Errorf("count keys to rotate: %w", err)
		}
		done += count
		progress(done, left)
		if left == 0 {
			return nil
		}
	}
}

func (s *Store) rotateBatch(ctx context.Context) (count int, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		rows, err := tx.Query(ctx, `
			select person::text, kek, wrapped from person_key where kek <> $1 and destroyed_at is null
			order by person limit $2 for update`, s.vault.KEK(), rotationBatch)
		if err != nil {
			return fmt.Errorf("read keys to rotate: %w", err)
		}
		stored, err := pgx.CollectRows(rows, pgx.RowToStructByPos[vault.WrappedKey])
		if err != nil {
			return fmt.Errorf("read keys to rotate: %w", err)
		}
		count = len(stored)
		return tx.rewrap(ctx, stored)
	})
	return count, err
}

func (tx *Tx) rewrap(ctx context.Context, stored []vault.WrappedKey) error {
	persons, keks, wrapped := make([]string, len(stored)), make([]string, len(stored)), make([][]byte, len(stored))
	rewrapped, err := tx.ring.vault.Rewrap(ctx, stored...)
	if err != nil {
		return fmt.Errorf("rotate keys: %w", err)
	}
	for i, each := range rewrapped {
		persons[i], keks[i], wrapped[i] = each.Person, each.KEK, each.Wrapped
	}
	_, err = tx.Exec(ctx, `
		update person_key k set kek = u.kek, wrapped = u.wrapped
		from unnest($1::text[]::uuid[], $2::text[], $3::bytea[]) u (person, kek, wrapped)
		where k.person = u.person and k.destroyed_at is null`, persons, keks, wrapped)
	if err != nil {
		return fmt.Errorf("write rotated keys: %w", err)
	}
	return nil
}
