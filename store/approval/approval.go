// Package approval holds what two people must agree on before it is done: a refund by hand, an erasure ordered by an officer, work on keys.
// One asks and says why, another approves before it expires, and it is done once. The database refuses what this package would not
// do; every step is in the audit log, in the same transaction.
package approval

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/audit"
)

// Action is what is to be approved.
type Action string

// The actions.
const (
	Refund Action = "refund" // give money back by hand
	Erase  Action = "erase"  // destroy a person's key without the person asking in the chat
	Keys   Action = "keys"   // rotate or destroy key-encryption keys
)

// Lifetime is how long an approval may be decided on and used after it was asked for.
const Lifetime = 24 * time.Hour

// The errors that callers decide on.
var (
	ErrNotFound  = errors.New("no such approval, or it is decided, used or expired")
	ErrSamePeer  = errors.New("one's own request must be approved by another")
	ErrOpen      = errors.New("the same is asked for already")
	ErrNoReason  = errors.New("a reason must be given")
	ErrNotAgreed = errors.New("it is not approved, is expired, or was done already")
)

// Approval is one question of one officer to the others.
type Approval struct {
	ID          string
	Action      Action
	Object      string // what it is about: a payment, a person, a key
	Person      string // whose data or money; empty: nobody's
	Reason      string
	RequestedBy string
	RequestedAt time.Time
	ExpiresAt   time.Time
}

// Approvals are those of one database. It is safe for concurrent use.
type Approvals struct{ pool *pgxpool.Pool }

// New takes a pool whose user may work as [access.Operator].
func New(pool *pgxpool.Pool) *Approvals { return &Approvals{pool: pool} }

// Ask asks for an approval and returns its id. It fails with ErrNoReason, and with ErrOpen while the same is waiting for a decision.
func (a *Approvals) Ask(ctx context.Context, by string, wanted Approval) (id string, err error) {
	if wanted.Reason == "" {
		return "", ErrNoReason
	}
	id = rand.Text()
	err = a.as(ctx, by, func(ctx context.Context, tx pgx.Tx) error {
		// What expired undecided makes room for a new question.
		_, err := tx.Exec(ctx, `update approval set decided_by = $1, decided_at = now(), approved = false
			where action = $2 and object = $3 and approved is null and expires_at < now()`, by, wanted.Action, wanted.Object)
		if err != nil {
			return fmt.Errorf("close expired approvals: %w", err)
		}
		_, err = tx.Exec(ctx, `
			insert into approval (id, action, object, person, reason, requested_by, expires_at)
			values ($1, $2, $3, nullif($4, '')::uuid, $5, $6, now() + $7::interval)`,
			id, wanted.Action, wanted.Object, wanted.Person, wanted.Reason, by, Lifetime)
		if err != nil {
			return fmt.Errorf("ask for approval: %w", err)
		}
		return audit.Append(ctx, tx, audit.Entry{Actor: by, Action: audit.ApprovalRequested, Person: wanted.Person,
			Object: id, Reason: fmt.Sprintf("%s %s: %s", wanted.Action, wanted.Object, wanted.Reason)})
	})
	if violates(err, "approval_once") {
		return "", ErrOpen
	}
	return id, err
}

// Open lists what waits for a decision, oldest first, at most 100.
func (a *Approvals) Open(ctx context.Context, by string) (open []Approval, err error) {
	err = a.as(ctx, by, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `
			select id, action, object, coalesce(person::text, ''), reason, requested_by, requested_at, expires_at from approval
			where approved is null and expires_at > now() order by requested_at limit 100`)
		if err != nil {
			return fmt.Errorf("read approvals: %w", err)
		}
		open, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Approval])
		return err
	})
	return open, err
}

// Decide approves or refuses. It fails with ErrSamePeer when one approves one's own request, and with ErrNotFound.
func (a *Approvals) Decide(ctx context.Context, by, id string, approved bool) error {
	err := a.as(ctx, by, func(ctx context.Context, tx pgx.Tx) error {
		var person *string
		err := tx.QueryRow(ctx, `
			update approval set decided_by = $2, decided_at = now(), approved = $3
			where id = $1 and approved is null and expires_at > now() returning person::text`, id, by, approved).Scan(&person)
		if errors.Is(err, pgx.ErrNoRows) {
			return ErrNotFound
		}
		if err != nil {
			return fmt.Errorf("decide on approval: %w", err)
		}
		entry := audit.Entry{Actor: by, Action: audit.ApprovalRefused, Object: id, Person: value(person)}
		if approved {
			entry.Action = audit.ApprovalGiven
		}
		return audit.Append(ctx, tx, entry)
	})
	if violates(err, "approval_by_another") {
		return ErrSamePeer
	}
	return err
}

// Use takes the approval for an action on an object, in the transaction that does it or begins it: a second use fails. The transaction's
// role is [access.Operator] or [access.Worker]. It fails with ErrNotAgreed.
func Use(ctx context.Context, tx pgx.Tx, by, id string, action Action, object string) error {
	var person *string
	err := tx.QueryRow(ctx, `
		update approval set used_at = now()
		where id = $1 and action = $2 and object = $3 and approved and used_at is null and expires_at > now() returning person::text`,
		id, action, object).Scan(&person)
	if errors.Is(err, pgx.ErrNoRows) {
		return ErrNotAgreed
	}
	if err != nil {
		return fmt.Errorf("use approval: %w", err)
	}
	return audit.Append(ctx, tx, audit.Entry{Actor: by, Action: audit.ApprovalUsed, Object: id, Person: value(person)})
}

func (a *Approvals) as(ctx context.Context, subject string, f func(context.Context, pgx.Tx) error) error {
	return access.Within(ctx, a.pool, access.Scope{Role: access.Operator, Subject: subject}, f)
}

func violates(err error, constraint string) bool {
	refusal, ok := errors.AsType[*pgconn.PgError](err)
	return ok && refusal.ConstraintName == constraint
}

func value(text *string) string {
	if text == nil {
		return ""
	}
	return *text
}
