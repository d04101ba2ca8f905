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

// The actions. What each is about, its object, is said beside it.
const (
	Refund Action = "refund" // give a payment back by hand: the payment's id at the gateway
	Cancel Action = "cancel" // stop a request that was paid for, which gives the money back: its reference
	Erase  Action = "erase"  // destroy a person's key without the person asking in the chat: the reference of one of their requests
	Keys   Action = "keys"   // rotate or destroy key-encryption keys: "rotate:" or "destroy:" and the key's URI
	Revoke Action = "revoke" // say that an issued document no longer counts: its id
	// Correct issues the next version of a document. Its object is the id of the version it replaces; what is to stand on it is kept beside, since
	// it is personal.
	Correct Action = "correct"
)

// Actions lists them.
func Actions() []Action { return []Action{Refund, Cancel, Erase, Keys, Revoke, Correct} }

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
	err = a.as(ctx, by, func(ctx context.Context, tx pgx.Tx) (err error) {
		id, err = Ask(ctx, tx, by, wanted)
		return err
	})
	return id, err
}

// Ask is Approvals.Ask within a transaction, so that what belongs to the question is kept with it. The transaction works as
// [access.Operator], on behalf of by.
func Ask(ctx context.Context, tx audit.Database, by string, wanted Approval) (id string, err error) {
	if wanted.Reason == "" {
		return "", ErrNoReason
	}
	// What expired undecided makes room for a new question.
	_, err = tx.Exec(ctx, `update approval set decided_by = $1, decided_at = now(), approved = false
		where action = $2 and object = $3 and approved is null and expires_at < now()`, by, wanted.Action, wanted.Object)
	if err != nil {
		return "", fmt.Errorf("close expired approvals: %w", err)
	}
	id = rand.Text()
	_, err = tx.Exec(ctx, `
		insert into approval (id, action, object, person, reason, requested_by, expires_at)
		values ($1, $2, $3, nullif($4, '')::uuid, $5, $6, now() + $7::interval)`,
		id, wanted.Action, wanted.Object, wanted.Person, wanted.Reason, by, Lifetime)
	switch {
	case violates(err, "approval_once"):
		return "", ErrOpen
	case err != nil:
		return "", fmt.Errorf("ask for approval: %w", err)
	}
	return id, audit.Append(ctx, tx, audit.Entry{Actor: by, Action: audit.ApprovalRequested, Person: wanted.Person,
		Object: id, Reason: fmt.Sprintf("%s %s: %s", wanted.Action, wanted.Object, wanted.Reason)})
}

const columns = `id, action, object, coalesce(person::text, ''), reason, requested_by, requested_at, expires_at`

// Open lists what waits for a decision, oldest first, at most 100.
func (a *Approvals) Open(ctx context.Context, by string) (open []Approval, err error) {
	return a.list(ctx, by, `where approved is null and expires_at > now() order by requested_at limit 100`)
}

// Find reads one that waits for a decision. It fails with ErrNotFound.
func (a *Approvals) Find(ctx context.Context, by, id string) (Approval, error) {
	found, err := a.list(ctx, by, `where id = $1 and approved is null and expires_at > now()`, id)
	if err == nil && len(found) == 0 {
		err = ErrNotFound
	}
	if err != nil {
		return Approval{}, err
	}
	return found[0], nil
}

func (a *Approvals) list(ctx context.Context, by, where string, arguments ...any) (list []Approval, err error) {
	err = a.as(ctx, by, func(ctx context.Context, tx pgx.Tx) error {
		rows, err := tx.Query(ctx, `select `+columns+` from approval `+where, arguments...)
		if err != nil {
			return fmt.Errorf("read approvals: %w", err)
		}
		list, err = pgx.CollectRows(rows, pgx.RowToStructByPos[Approval])
		return err
	})
	return list, err
}

// Decide approves or refuses, within a transaction, so that what is approved can be done in it too. The transaction works as
// [access.Operator], on behalf of by. It returns what was decided on, and fails with ErrSamePeer when one approves one's own request, and with
// ErrNotFound.
func Decide(ctx context.Context, tx audit.Database, by, id string, approved bool) (Approval, error) {
	rows, err := tx.Query(ctx, `
		update approval set decided_by = $2, decided_at = now(), approved = $3
		where id = $1 and approved is null and expires_at > now() returning `+columns, id, by, approved)
	if err != nil {
		return Approval{}, fmt.Errorf("decide on approval: %w", err)
	}
	decided, err := pgx.CollectExactlyOneRow(rows, pgx.RowToStructByPos[Approval])
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return Approval{}, ErrNotFound
	case violates(err, "approval_by_another"):
		return Approval{}, ErrSamePeer
	case err != nil:
		return Approval{}, fmt.Errorf("decide on approval: %w", err)
	}
	entry := audit.Entry{Actor: by, Action: audit.ApprovalRefused, Object: id, Person: decided.Person}
	if approved {
		entry.Action = audit.ApprovalGiven
	}
	return decided, audit.Append(ctx, tx, entry)
}

// Purpose is for what an approval is used.
type Purpose struct {
	Action Action
	Object string
	// Step names what uses it, such as a workflow's id: the same step again, after a crash, is no second use.
	Step string
}

// Use takes an approval, in the transaction that does what was approved, or begins it: another use fails. The transaction's role is
// [access.Operator], [access.Worker] or [access.Owner]. It fails with ErrNotAgreed.
func Use(ctx context.Context, tx audit.Database, by, id string, purpose Purpose) error {
	var person, usedFor *string
	var fresh bool
	err := tx.QueryRow(ctx, `
		select person::text, used_for, used_at is null and expires_at > now() from approval
		where id = $1 and action = $2 and object = $3 and approved for update`, id, purpose.Action, purpose.Object).
		Scan(&person, &usedFor, &fresh)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return ErrNotAgreed
	case err != nil:
		return fmt.Errorf("read approval: %w", err)
	case usedFor != nil && *usedFor == purpose.Step:
		return nil
	case !fresh:
		return ErrNotAgreed
	}
	if _, err := tx.Exec(ctx, `update approval set used_at = now(), used_for = $2 where id = $1`, id, purpose.Step); err != nil {
		return fmt.Errorf("use approval: %w", err)
	}
	return audit.Append(ctx, tx, audit.Entry{Actor: by, Action: audit.ApprovalUsed, Object: id, Person: value(person),
		Reason: string(purpose.Action) + " " + purpose.Object})
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
