package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// Standing is where a request stands, as officers outside the hub may see it: nothing of whose it is or what was given for it.
type Standing struct {
	Reference  string
	Service    string
	Department string
	Stage      string
	Open       bool
	CreatedAt  time.Time
	UpdatedAt  time.Time
	DueAt      *time.Time // until when the law wants it decided; nil: no clock runs
}

// StageCount is how many requests stand somewhere.
type StageCount struct {
	Stage    string
	Requests int
}

// StandingAtDesk reads where a request stands, in a transaction of [access.Desk]. person is our own id of whose it is, for the audit log. It
// fails with ErrNoRequest.
func StandingAtDesk(ctx context.Context, tx pgx.Tx, reference string) (standing Standing, person string, err error) {
	err = tx.QueryRow(ctx, `
		select reference, service, department, stage, open, created_at, updated_at, due_at, person::text from request_at_desk($1)`, reference).
		Scan(&standing.Reference, &standing.Service, &standing.Department, &standing.Stage, &standing.Open, &standing.CreatedAt,
			&standing.UpdatedAt, &standing.DueAt, &person)
	if errors.Is(err, pgx.ErrNoRows) {
		return Standing{}, "", ErrNoRequest
	}
	if err != nil {
		return Standing{}, "", fmt.Errorf("read request for the desk: %w", err)
	}
	return standing, person, nil
}

// DepartmentCounts counts the requests that the transaction sees, one of [access.Department], by stage.
func DepartmentCounts(ctx context.Context, tx pgx.Tx) ([]StageCount, error) {
	rows, err := tx.Query(ctx, `select stage, count(*) from request group by stage order by count(*) desc, stage`)
	if err != nil {
		return nil, fmt.Errorf("count the department's requests: %w", err)
	}
	counts, err := pgx.CollectRows(rows, pgx.RowToStructByPos[StageCount])
	if err != nil {
		return nil, fmt.Errorf("count the department's requests: %w", err)
	}
	return counts, nil
}

// DepartmentRequests lists the open requests that the transaction sees, one of [access.Department]: those whose time runs out first, then the
// oldest.
func DepartmentRequests(ctx context.Context, tx pgx.Tx, limit int) ([]Standing, error) {
	rows, err := tx.Query(ctx, `
		select reference, service, department, stage, open, created_at, updated_at, due_at from request
		where open order by due_at nulls last, created_at limit $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("read the department's requests: %w", err)
	}
	standings, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Standing])
	if err != nil {
		return nil, fmt.Errorf("read the department's requests: %w", err)
	}
	return standings, nil
}

// SetDue records until when the law wants a request decided, and again when that moves; the zero time takes it away. It fails with ErrNoRequest.
func (s *Store) SetDue(ctx context.Context, reference string, at time.Time) error {
	var due *time.Time
	if !at.IsZero() {
		due = &at
	}
	tag, err := s.pool.Exec(ctx, `update request set due_at = $2 where reference = $1`, reference, due)
	if err != nil {
		return fmt.Errorf("set due date: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return fmt.Errorf("%w: %s", ErrNoRequest, reference)
	}
	return nil
}
