package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// PersonOfWorkflow tells for whom a workflow runs, by its id: a request's reference or a refund's id. Any other runs for HubPerson.
func (s *Store) PersonOfWorkflow(ctx context.Context, id string) (person string, err error) {
	return personOfWorkflow(ctx, s.pool, id)
}

func personOfWorkflow(ctx context.Context, db querier, id string) (person string, err error) {
	rows, err := db.Query(ctx, `
		select person::text from request where reference = $1
		union all
		select r.person::text from refund f join payment_order o on o.id = f.order_id join request r on r.reference = o.request where f.id = $1
		limit 1`, id)
	if err != nil {
		return "", fmt.Errorf("find the workflow's person: %w", err)
	}
	person, err = pgx.CollectExactlyOneRow(rows, pgx.RowTo[string])
	if errors.Is(err, pgx.ErrNoRows) {
		return HubPerson, nil
	}
	if err != nil {
		return "", fmt.Errorf("find the workflow's person: %w", err)
	}
	return person, nil
}
