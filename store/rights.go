package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/vault"
)

// Erasure is somebody's wish to be forgotten.
type Erasure struct {
	ID          string // of its workflow
	Person      string
	CancelOpen  bool // running requests are cancelled; else they are finished first
	RequestedAt time.Time
	Approval    string // of two officers who ordered it; empty: the person asked in the chat
}

// ErrNoErasure says that nobody asked for an erasure: neither the person in the chat, nor two officers.
var ErrNoErasure = errors.New("nobody asked for this erasure")

func queueErasures(batch *pgx.Batch, erasures []Erasure) {
	for _, e := range erasures {
		batch.Queue(insertErasure, e.ID, e.Person, e.CancelOpen, e.RequestedAt, e.Approval)
	}
}

const insertErasure = `
	insert into erasure (id, person, cancel_open, requested_at, approval) values ($1, $2::text::uuid, $3, $4, nullif($5, '')) on conflict do nothing`

// OrderErasure records an erasure that two officers agreed on and puts the start of its workflow into its lane: both or neither.
func (tx *Tx) OrderErasure(ctx context.Context, e Erasure, start WorkflowStart) error {
	if _, err := tx.Exec(ctx, insertErasure, e.ID, e.Person, e.CancelOpen, e.RequestedAt, e.Approval); err != nil {
		return fmt.Errorf("order erasure: %w", err)
	}
	return tx.EnqueueStart(ctx, start)
}

// samePersons are a person's ids: their own, and those of the persons who were found to be the same.
const samePersons = `(select id from person where id = $1::text::uuid or merged_into = $1::text::uuid)`

// OpenRequests names the requests of a person that still go on, oldest first.
func (s *Store) OpenRequests(ctx context.Context, person string) ([]string, error) {
	return openRequests(ctx, s.pool, person)
}

func openRequests(ctx context.Context, db querier, person string) ([]string, error) {
	rows, err := db.Query(ctx, `select reference from request where open and person in `+samePersons+` order by created_at`, person)
	if err != nil {
		return nil, fmt.Errorf("read open requests: %w", err)
	}
	open, err := pgx.CollectRows(rows, pgx.RowTo[string])
	if err != nil {
		return nil, fmt.Errorf("read open requests: %w", err)
	}
	return open, nil
}

// MessageSettled tells whether nothing more will be tried to send the message with a dedupe key: it was taken, or it failed.
func (s *Store) MessageSettled(ctx context.Context, dedupe string) (bool, error) {
	var settled bool
	err := s.pool.QueryRow(ctx, `select state in ('accepted', 'failed') from outbox where dedupe = $1`, dedupe).Scan(&settled)
	if errors.Is(err, pgx.ErrNoRows) {
		return true, nil
	}
	if err != nil {
		return false, fmt.Errorf("read message: %w", err)
	}
	return settled, nil
}

// ErasePerson destroys a person's key and leaves a tombstone, unless requests of theirs still go on: those it names, and changes
// nothing. A turn of the same person's conversation waits for it, and is a new person's afterwards. Erasing twice changes nothing. It fails
// with ErrNoErasure.
func (s *Store) ErasePerson(ctx context.Context, e Erasure) (open []string, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		if _, err := tx.Exec(ctx, `select from conversation where person in `+samePersons+` order by id for update`, e.Person); err != nil {
			return fmt.Errorf("lock conversations: %w", err)
		}
		why, err := tx.whoAsked(ctx, e)
		if err != nil {
			return err
		}
		if open, err = openRequests(ctx, tx, e.Person); err != nil || len(open) > 0 {
			return err
		}
		return tx.erase(ctx, e, why)
	})
	return open, err
}

// whoAsked finds the wish behind an erasure, which is never done without one, and says it for the audit log.
func (tx *Tx) whoAsked(ctx context.Context, e Erasure) (why string, err error) {
	var approval *string
	var agreed bool
	err = tx.QueryRow(ctx, `
		select e.approval, coalesce(a.approved and a.action = 'erase' and a.used_for = e.id, false)
		from erasure e left join approval a on a.id = e.approval where e.id = $1 and e.person = $2::text::uuid for update of e`, e.ID, e.Person).
		Scan(&approval, &agreed)
	switch {
	case errors.Is(err, pgx.ErrNoRows):
		return "", ErrNoErasure
	case err != nil:
		return "", fmt.Errorf("read erasure: %w", err)
	case approval == nil:
		return "the citizen asked for it in the chat", nil
	case !agreed:
		return "", ErrNoErasure
	}
	return "two officers agreed: " + *approval, nil
}

func (tx *Tx) erase(ctx context.Context, e Erasure, why string) error {
	steps := []string{
		`update outbox set state = 'failed', reason = 'erased', state_at = now()
			where state in ('queued', 'waiting', 'doubt') and conversation in (select id from conversation where person in ` + samePersons + `)`,
		`update conversation set session = null where person in ` + samePersons,
		`delete from document where person in ` + samePersons + ` or request in (select reference from request where person in ` + samePersons + `)`,
	}
	for _, step := range steps {
		if _, err := tx.Exec(ctx, step, e.Person); err != nil {
			return fmt.Errorf("erase: %w", err)
		}
	}
	if err := tx.DestroyKey(ctx, e.Person); err != nil {
		return err
	}
	tag, err := tx.Exec(ctx, `update erasure set erased_at = now() where id = $1 and erased_at is null`, e.ID)
	if err != nil {
		return fmt.Errorf("leave a tombstone: %w", err)
	}
	if tag.RowsAffected() == 0 {
		return nil
	}
	return audit.Append(ctx, tx, audit.Entry{
		Actor: "hub/worker", Action: audit.PersonErased, Person: e.Person, Object: e.ID, Reason: why,
	})
}

// AddPersonalDocument stores a file that belongs to a person and to no request, under the hash of its content.
func (s *Store) AddPersonalDocument(ctx context.Context, person string, d Document) (id string, err error) {
	id = DocumentID(d.Content)
	content, err := s.ring().sealOne(ctx, person, d.Content, placeOfDocument(id))
	if err != nil {
		return "", fmt.Errorf("encrypt document: %w", err)
	}
	_, err = s.pool.Exec(ctx, `
		insert into document (id, person, kind, filename, mime_type, content) values ($1, $2::text::uuid, $3, $4, $5, $6)
		on conflict (id) do nothing`, id, person, d.Kind, d.Filename, d.MIMEType, content)
	if err != nil {
		return "", fmt.Errorf("insert document: %w", err)
	}
	return id, nil
}

// heldText gives what a ciphertext says, or nothing where it can no longer be read: a person gets what there is.
func (r *keyring) heldText(ctx context.Context, sealed []byte, at vault.Place) ([]byte, error) {
	plain, err := r.openOne(ctx, sealed, at)
	if IsUnreadable(err) {
		return nil, nil
	}
	return plain, err
}
