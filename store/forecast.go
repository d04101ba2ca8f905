package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// DueBy lists the open requests whose time in law is over by a moment, those that are late already among them: the operators' forecast of
// what will be late. The first to run out comes first; at most limit of them.
func (s *Store) DueBy(ctx context.Context, by time.Time, limit int) ([]Standing, error) {
	rows, err := s.pool.Query(ctx, `
		select reference, service, department, stage, open, created_at, updated_at, due_at from request
		where open and due_at <= $1 order by due_at, reference limit $2`, by, limit)
	if err != nil {
		return nil, fmt.Errorf("read what is due: %w", err)
	}
	due, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Standing])
	if err != nil {
		return nil, fmt.Errorf("read what is due: %w", err)
	}
	return due, nil
}
