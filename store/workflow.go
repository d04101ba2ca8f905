package store

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
)

// PersonOfWorkflow tells for whom a workflow runs, by its id: a request's reference or a refund's id. Any other runs for HubPerson.
func (s *Store) PersonOfWorkflow(ctx context.Context, id string) (person string, err error) {
	return s.people.of(ctx, s.pool, id)
}

func (tx *Tx) personOfWorkflow(ctx context.Context, id string) (person string, err error) {
	return tx.people.of(ctx, tx, id)
}

// people remembers for whom workflows run, for a minute: two persons may turn out to be one.
type people struct {
	mu   sync.Mutex
	byID map[string]remembered
}

type remembered struct {
	person string
	until  time.Time
}

// mostPeople are remembered; then all are forgotten, for asking again is cheap.
const (
	mostPeople    = 20_000
	rememberedFor = time.Minute
)

func newPeople() *people { return &people{byID: map[string]remembered{}} }

func (p *people) of(ctx context.Context, db querier, workflow string) (person string, err error) {
	p.mu.Lock()
	known := p.byID[workflow]
	p.mu.Unlock()
	if time.Now().Before(known.until) {
		return known.person, nil
	}
	person, err = personOfWorkflow(ctx, db, workflow)
	if err == nil && person != HubPerson { // nobody's yet may become somebody's
		p.note(workflow, person)
	}
	return person, err
}

func (p *people) note(workflow, person string) {
	p.mu.Lock()
	defer p.mu.Unlock()
	if len(p.byID) >= mostPeople {
		clear(p.byID)
	}
	p.byID[workflow] = remembered{person, time.Now().Add(rememberedFor)}
}

// forget forgets all, when two persons became one.
func (p *people) forget() {
	p.mu.Lock()
	defer p.mu.Unlock()
	clear(p.byID)
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
