package store

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jansetu/jansetu/store/vault"
)

// What issuing fails with.
var (
	// ErrNotIssued says that no such document was issued.
	ErrNotIssued = errors.New("no such document was issued")
	// ErrIssued says that this version was issued already, or that the version it replaces no longer counts.
	ErrIssued = errors.New("issued already")
)

// IssueState says whether an issued document counts.
type IssueState string

// The states.
const (
	IssueValid    IssueState = "valid"
	IssueReplaced IssueState = "replaced" // by the next version
	IssueRevoked  IssueState = "revoked"
)

// IssuedDocument is a document with a number, a seal and a place in the public log. Number, Salt, Seal, Pages and Source are empty when
// the document was forgotten, or its person erased.
type IssuedDocument struct {
	ID      string // a UUID
	Request string
	Kind    string
	Version int
	// Slot and Fingerprint are hashes of what may be issued once, and of number and version.
	Slot        []byte
	Fingerprint []byte
	Number      string
	Salt        []byte
	Seal        []byte
	Pages       []byte // the file before proof and signature; nil when it is finished
	Source      []byte // what it was laid out from, for a correction; nil: that was not kept
	Filename    string
	State       IssueState
	Reason      string // why it no longer counts
	IssuedAt    time.Time
	EndedAt     time.Time // zero: it counts
	Entry       int64     // of the log
	EndEntry    int64     // 0: it counts
	Document    string    // the finished file; empty: not finished, or forgotten
	Finished    bool
	Forgotten   bool
}

// Ending says that an issued document no longer counts, and with which leaf the log records it.
type Ending struct {
	ID     string
	State  IssueState
	Reason string
	Leaf   []byte
}

// IssueSlot is the keyed hash of what may be issued once.
func (s *Store) IssueSlot(request, kind string, version int) []byte {
	return s.vault.Lookup("issued document", request, kind, strconv.Itoa(version))
}

func placeInIssued(column, id string) vault.Place {
	return vault.Place{Table: "issued_document", Column: column, Row: id}
}

// AddIssued records that a document is issued, with its entry of the log, and, for a correction, that the version before no longer
// counts: all or nothing. It answers the number of the entry. It fails with ErrIssued.
func (s *Store) AddIssued(ctx context.Context, d IssuedDocument, leaf []byte, replaced *Ending) (entry int64, err error) {
	person, err := s.people.of(ctx, s.pool, d.Request)
	if err != nil {
		return 0, err
	}
	ring := s.ring()
	if err := ring.load(ctx, person); err != nil {
		return 0, err
	}
	sealed := make([][]byte, 0, 5)
	for _, value := range []struct {
		column string
		plain  []byte
	}{{"number", []byte(d.Number)}, {"salt", d.Salt}, {"seal", d.Seal}, {"pages", d.Pages}, {"source", d.Source}} {
		ciphertext, err := ring.seal(person, value.plain, placeInIssued(value.column, d.ID))
		if err != nil {
			return 0, fmt.Errorf("encrypt document: %w", err)
		}
		sealed = append(sealed, ciphertext)
	}
	return s.addIssued(ctx, d, leaf, replaced, sealed)
}

func (s *Store) addIssued(ctx context.Context, d IssuedDocument, leaf []byte, replaced *Ending, sealed [][]byte) (entry int64, err error) {
	insert := func(ctx context.Context, db interface {
		QueryRow(ctx context.Context, sql string, arguments ...any) pgx.Row
	},
	) error {
		return db.QueryRow(ctx, `
			with entry as (insert into log_entry (leaf) values ($1) returning id)
			insert into issued_document (id, request, kind, version, slot, fingerprint, filename, issued_at, number, salt, seal, pages, source, entry)
			select $2::text::uuid, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, id from entry returning entry`,
			leaf, d.ID, d.Request, d.Kind, d.Version, d.Slot, d.Fingerprint, d.Filename, d.IssuedAt, sealed[0], sealed[1], sealed[2], sealed[3],
			sealed[4],
		).Scan(&entry)
	}
	if replaced == nil {
		err = insert(ctx, s.pool) // one statement: entry and document, or neither
	} else {
		err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
			if err := tx.endIssued(ctx, *replaced); err != nil {
				return err
			}
			return insert(ctx, tx)
		})
	}
	if isUnique(err) {
		return 0, fmt.Errorf("%w: %s of %s, version %d", ErrIssued, d.Kind, d.Request, d.Version)
	}
	if err != nil {
		return 0, fmt.Errorf("record the issue: %w", err)
	}
	return entry, nil
}

func isUnique(err error) bool {
	pg, ok := errors.AsType[*pgconn.PgError](err)
	return ok && pg.Code == "23505"
}

// EndIssued records that a document no longer counts, with its entry of the log. Ending it again changes nothing and answers false.
func (s *Store) EndIssued(ctx context.Context, e Ending) (ended bool, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.endIssued(ctx, e) })
	if errors.Is(err, ErrIssued) {
		return false, nil
	}
	return err == nil, err
}

// RevokeAgreed revokes what two officers agreed on, with its entry of the log. The transaction works as operator and has used the approval:
// the database looks at it. It fails with ErrIssued when the document counts no more, and with ErrNotIssued when nothing was agreed on.
func (tx *Tx) RevokeAgreed(ctx context.Context, approval, reason string, leaf []byte) error {
	var ended *bool
	if err := tx.QueryRow(ctx, `select revoke_issued_document($1, $2, $3)`, approval, reason, leaf).Scan(&ended); err != nil {
		return fmt.Errorf("revoke what was agreed on: %w", err)
	}
	switch {
	case ended == nil:
		return ErrNotIssued
	case !*ended:
		return ErrIssued
	}
	return nil
}

func (tx *Tx) endIssued(ctx context.Context, e Ending) error {
	var state IssueState
	err := tx.QueryRow(ctx, `select state from issued_document where id = $1::text::uuid for update`, e.ID).Scan(&state)
	if errors.Is(err, pgx.ErrNoRows) {
		return fmt.Errorf("%w: %s", ErrNotIssued, e.ID)
	}
	if err != nil {
		return fmt.Errorf("lock the issued document: %w", err)
	}
	if state != IssueValid {
		return fmt.Errorf("%w: it is %s", ErrIssued, state)
	}
	_, err = tx.Exec(ctx, `
		with entry as (insert into log_entry (leaf) values ($1) returning id)
		update issued_document set state = $3, reason = $4, end_entry = entry.id, ended_at = now() from entry where issued_document.id = $2::text::uuid`,
		e.Leaf, e.ID, e.State, e.Reason)
	if err != nil {
		return fmt.Errorf("record the end of a document: %w", err)
	}
	return nil
}

// FinishIssued stores the finished file of an issued document, unless somebody did before; it answers the id of the file that counts.
// It fails with ErrNotIssued, also when the file was finished and forgotten.
func (s *Store) FinishIssued(ctx context.Context, id string, file Document) (document string, err error) {
	document = DocumentID(file.Content)
	person, err := s.people.of(ctx, s.pool, file.Request)
	if err != nil {
		return "", err
	}
	content, err := s.ring().sealOne(ctx, person, file.Content, placeOfDocument(document))
	if err != nil {
		return "", fmt.Errorf("encrypt document: %w", err)
	}
	// The row's lock lets one finish; the others find it finished and add no file.
	_, err = s.pool.Exec(ctx, `
		with mine as (
			update issued_document set document = $2, finished_at = now(), pages = null where id = $1::text::uuid and finished_at is null
			returning request)
		insert into document (id, request, kind, filename, mime_type, content) select $2, request, $3, $4, $5, $6 from mine`,
		id, document, file.Kind, file.Filename, file.MIMEType, content)
	if err != nil {
		return "", fmt.Errorf("store the finished document: %w", err)
	}
	var stored *string
	err = s.pool.QueryRow(ctx, `select document from issued_document where id = $1::text::uuid`, id).Scan(&stored)
	if errors.Is(err, pgx.ErrNoRows) || err == nil && stored == nil {
		return "", fmt.Errorf("%w: %s, or it was forgotten", ErrNotIssued, id)
	}
	if err != nil {
		return "", fmt.Errorf("read the finished document: %w", err)
	}
	return *stored, nil
}
