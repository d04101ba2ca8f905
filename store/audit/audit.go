// Package audit is the log of who did what to whose data and why: only ever added to, each entry chained to the one before by its hash,
// so that a change, a deletion or another order shows. It is PostgreSQL only; who may do what is decided elsewhere.
//
// An entry names persons by our own ids. It never holds a name, a phone number or an answer.
package audit

import (
	"cmp"
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// Action is what was done. The names are stored: they are never changed.
type Action string

// The actions.
const (
	PayloadDecoded    Action = "payload.decoded" // an operator read what Temporal keeps
	PersonRead        Action = "person.read"
	PersonCopied      Action = "person.copied" // a citizen was sent a copy of all that is held about them
	RequestRead       Action = "request.read"  // an officer looked up where a request stands
	RequestsRead      Action = "requests.read" // a department's viewer looked at its requests
	PersonErased      Action = "person.erased"
	ConsentGiven      Action = "consent.given"
	ConsentRefused    Action = "consent.refused" // a citizen said no to the notice, or took their yes back
	RevokeOrdered     Action = "document.revoke_ordered"
	CorrectOrdered    Action = "document.correct_ordered"
	DocumentRead      Action = "document.read"
	UploadTaken       Action = "upload.taken"
	UploadRefused     Action = "upload.refused"
	KeyRotated        Action = "key.rotated"
	KeyDestroyed      Action = "key.destroyed"
	RefundOrdered     Action = "refund.ordered"
	CancelOrdered     Action = "request.cancel_ordered"
	RequestOperated   Action = "request.operated" // an operator paused, resumed, retried, took over, decided or cancelled a request
	ErasureOrdered    Action = "person.erasure_ordered"
	ApprovalRead      Action = "approval.read"
	ApprovalRequested Action = "approval.requested"
	ApprovalGiven     Action = "approval.given"
	ApprovalRefused   Action = "approval.refused"
	ApprovalUsed      Action = "approval.used"
	SignedIn          Action = "operator.signed_in"
	SignedOut         Action = "operator.signed_out"
	SignInRefused     Action = "operator.sign_in_refused"
	AuditRead         Action = "audit.read"
)

// Limits of an entry's texts, in characters. Longer ones are cut.
const (
	maxName   = 200
	maxReason = 500
)

// unknown is the actor of what somebody did whom we could not recognise.
const unknown = "unknown"

// Entry is one thing that was done.
type Entry struct {
	Actor  string // who: an officer's subject, or "hub" with the part, such as "hub/worker"; empty: nobody knows
	Action Action
	Person string // whose data, as a person's id; empty: nobody's
	Object string // what: a reference, a document's id, an approval's id
	Reason string // why, in the actor's words or a fixed phrase
}

// Recorded is an entry as it is stored.
type Recorded struct {
	Entry

	Seq int64
	At  time.Time
	Via string // the database role that wrote it
}

// Database is a connection, a pool or a transaction of pgx.
type Database interface {
	Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error)
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
	QueryRow(ctx context.Context, sql string, args ...any) pgx.Row
}

// Append adds entries in their order. In a transaction they stand or fall with it; it is the transaction's last statement, since
// everybody else's entries wait until the transaction ends.
func Append(ctx context.Context, in Database, entries ...Entry) error {
	if len(entries) == 0 {
		return nil
	}
	var actors, actions, objects, reasons []string
	persons := make([]*string, len(entries))
	for i, entry := range entries {
		actors = append(actors, line(cmp.Or(entry.Actor, unknown), maxName))
		actions = append(actions, string(entry.Action))
		objects = append(objects, line(entry.Object, maxName))
		reasons = append(reasons, line(entry.Reason, maxReason))
		if entry.Person != "" {
			persons[i] = &entries[i].Person
		}
	}
	_, err := in.Exec(ctx, `select audit_append($1::text[], $2::text[], $3::text[]::uuid[], $4::text[], $5::text[])`,
		actors, actions, persons, objects, reasons)
	if err != nil {
		return fmt.Errorf("append to the audit log: %w", err)
	}
	return nil
}

// line keeps a text storable and on one line.
func line(text string, most int) string {
	text = strings.Join(strings.Fields(strings.ReplaceAll(strings.ToValidUTF8(text, "\uFFFD"), "\x00", "")), " ")
	if runes := []rune(text); len(runes) > most {
		return string(runes[:most])
	}
	return text
}

// Recent reads the newest entries, at most limit, newest first. Those of one person only, if person is not empty.
func Recent(ctx context.Context, in Database, person string, limit int) ([]Recorded, error) {
	rows, err := in.Query(ctx, `
		select seq, at, actor, via, action, coalesce(person::text, ''), object, reason from audit_entry
		where $1 = '' or person = nullif($1, '')::uuid order by seq desc limit $2`, person, limit)
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	recorded, err := pgx.CollectRows(rows, func(row pgx.CollectableRow) (r Recorded, err error) {
		err = row.Scan(&r.Seq, &r.At, &r.Actor, &r.Via, &r.Action, &r.Person, &r.Object, &r.Reason)
		return r, err
	})
	if err != nil {
		return nil, fmt.Errorf("read the audit log: %w", err)
	}
	return recorded, nil
}
