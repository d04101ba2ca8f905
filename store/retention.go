package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/vault"
)

// Retention says what is old enough to be forgotten.
type Retention struct {
	Services map[string]time.Time // requests of a service that ended before
	Others   time.Time            // requests of any other service; conversations and messages before
	Papers   time.Time            // papers given for requests that ended before: the department has them
	Copies   time.Time            // copies of personal data made before
	Limit    int                  // at most so many rows of each kind
}

// Forgotten counts what was forgotten.
type Forgotten struct {
	Requests      int `json:"requests"`
	Conversations int `json:"conversations"`
	Messages      int `json:"messages"`
	Papers        int `json:"papers"`
	Copies        int `json:"copies"`
}

// Any says whether anything was: then there may be more.
func (f Forgotten) Any() bool { return f.Requests+f.Conversations+f.Messages+f.Papers+f.Copies > 0 }

// Forget erases, in one transaction, what was given for closed requests (answers, questions, documents, what the payment gateway
// wrote), sessions of conversations long silent, and messages long sent. Requests stay with their reference, service and stage;
// payments and the ledger stay.
func (s *Store) Forget(ctx context.Context, r Retention) (forgotten Forgotten, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		if forgotten.Requests, err = tx.forgetRequests(ctx, r); err != nil {
			return err
		}
		for _, step := range []struct {
			count     *int
			statement string
			before    time.Time
		}{
			{&forgotten.Conversations, forgetSessions, r.Others},
			{&forgotten.Messages, forgetMessages, r.Others},
			{&forgotten.Papers, forgetPapers, r.Papers},
			{&forgotten.Copies, forgetCopies, r.Copies},
		} {
			if *step.count, err = tx.forget(ctx, step.statement, step.before, r.Limit); err != nil {
				return err
			}
		}
		return nil
	})
	return forgotten, err
}

const (
	forgetSessions = `
		update conversation set session = null where id in (
			select id from conversation where session is not null and updated_at < $1 order by id limit $2 for update skip locked)`
	forgetMessages = `
		delete from outbox where id in (
			select id from outbox o where created_at < $1 and state in ('accepted', 'failed')
				and not exists (select from question q where q.outbox = o.id) order by id limit $2 for update skip locked)`
	forgetPapers = `
		delete from paper where id in (
			select p.id from paper p join request r on r.reference = p.request
			where not r.open and r.updated_at < $1 limit $2 for update of p skip locked)`
	forgetCopies = `
		delete from document where id in (
			select id from document where person is not null and created_at < $1 limit $2 for update skip locked)`
)

func (tx *Tx) forget(ctx context.Context, statement string, arguments ...any) (int, error) {
	tag, err := tx.Exec(ctx, statement, arguments...)
	if err != nil {
		return 0, fmt.Errorf("forget: %w", err)
	}
	return int(tag.RowsAffected()), nil
}

type oldRequest struct{ Reference, Person string }

func (tx *Tx) forgetRequests(ctx context.Context, r Retention) (int, error) {
	services, before := make([]string, 0, len(r.Services)), make([]time.Time, 0, len(r.Services))
	for service, at := range r.Services {
		services, before = append(services, service), append(before, at)
	}
	rows, err := tx.Query(ctx, `
		select r.reference, r.person::text from request r
		left join unnest($1::text[], $2::timestamptz[]) u (service, before) on u.service = r.service
		where not r.open and r.forgotten_at is null and r.updated_at < coalesce(u.before, $3)
		order by r.reference limit $4 for update of r skip locked`, services, before, r.Others, r.Limit)
	if err != nil {
		return 0, fmt.Errorf("find old requests: %w", err)
	}
	old, err := pgx.CollectRows(rows, pgx.RowToStructByPos[oldRequest])
	if err != nil {
		return 0, fmt.Errorf("find old requests: %w", err)
	}
	return len(old), tx.forgetEach(ctx, old)
}

func (tx *Tx) forgetEach(ctx context.Context, old []oldRequest) error {
	references, persons := make([]string, len(old)), make([]string, len(old))
	for i, request := range old {
		references[i], persons[i] = request.Reference, request.Person
	}
	if err := tx.ring.load(ctx, persons...); err != nil {
		return err
	}
	for _, request := range old {
		empty, err := tx.ring.seal(request.Person, []byte(`{}`), placeInRequest("answers", request.Reference))
		if err != nil && !errors.Is(err, vault.ErrErased) {
			return fmt.Errorf("empty answers: %w", err)
		}
		if _, err := tx.forget(ctx, `
			update request set answers = coalesce($2, answers), detail = null, forgotten_at = now() where reference = $1`,
			request.Reference, empty); err != nil {
			return err
		}
	}
	for _, statement := range []string{
		`delete from question where request = any($1)`,
		`delete from document where request = any($1)`,
		`delete from paper where request = any($1)`,
		`update payment_event set raw = null where raw is not null and order_id in (select id from payment_order where request = any($1))`,
	} {
		if _, err := tx.forget(ctx, statement, references); err != nil {
			return err
		}
	}
	return nil
}
