package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// RevocationList reads the newest signed list of what no longer counts, and when it was made; nil: none was made yet.
func (s *Store) RevocationList(ctx context.Context) (content []byte, made time.Time, err error) {
	err = s.pool.QueryRow(ctx, `select content, made_at from revocation_list`).Scan(&content, &made)
	if errors.Is(err, pgx.ErrNoRows) {
		return nil, time.Time{}, nil
	}
	if err != nil {
		return nil, time.Time{}, fmt.Errorf("read the revocation list: %w", err)
	}
	return content, made, nil
}

// RevocationListIsCurrent says whether the stored list was made after oldest and names everything that no longer counts.
func (s *Store) RevocationListIsCurrent(ctx context.Context, oldest time.Time) (current bool, err error) {
	err = s.pool.QueryRow(ctx, `
		select coalesce((select made_at >= $1 and ended = (select count(*) from issued_document where ended_at is not null) from revocation_list), false)`,
		oldest).Scan(&current)
	if err != nil {
		return false, fmt.Errorf("look at the revocation list: %w", err)
	}
	return current, nil
}

// SetRevocationList stores a list of so many documents; an older one than what is stored changes nothing.
func (s *Store) SetRevocationList(ctx context.Context, content []byte, ended int, made time.Time) error {
	_, err := s.pool.Exec(ctx, `
		insert into revocation_list (made_at, ended, content) values ($1, $2, $3)
		on conflict (single) do update set made_at = excluded.made_at, ended = excluded.ended, content = excluded.content
		where excluded.made_at >= revocation_list.made_at`, made, ended, content)
	if err != nil {
		return fmt.Errorf("store the revocation list: %w", err)
	}
	return nil
}
