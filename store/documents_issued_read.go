package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

const issuedColumns = `id::text, request, kind, version, slot, fingerprint, number, salt, seal, pages, source, filename, state, reason, issued_at, ended_at,
	entry, coalesce(end_entry, 0), coalesce(document, ''), finished_at is not null, forgotten_at is not null`

type sealedIssued struct {
	IssuedDocument

	number []byte
	ended  *time.Time
}

func scanIssued(row pgx.CollectableRow) (d sealedIssued, err error) {
	err = row.Scan(&d.ID, &d.Request, &d.Kind, &d.Version, &d.Slot, &d.Fingerprint, &d.number, &d.Salt, &d.Seal, &d.Pages, &d.Source, &d.Filename,
		&d.State, &d.Reason, &d.IssuedAt, &d.ended, &d.Entry, &d.EndEntry, &d.Document, &d.Finished, &d.Forgotten)
	if d.ended != nil {
		d.EndedAt = *d.ended
	}
	return d, err
}

// open decrypts in place. What can no longer be read is empty: its person was erased.
func (d *sealedIssued) open(ctx context.Context, ring *keyring) (_ IssuedDocument, err error) {
	for column, value := range map[string]*[]byte{"number": &d.number, "salt": &d.Salt, "seal": &d.Seal, "pages": &d.Pages, "source": &d.Source} {
		if *value, err = ring.heldText(ctx, *value, placeInIssued(column, d.ID)); err != nil {
			return IssuedDocument{}, fmt.Errorf("read issued document: %w", err)
		}
	}
	d.Number = string(d.number)
	return d.IssuedDocument, nil
}

func (s *Store) oneIssued(ctx context.Context, where string, arguments ...any) (IssuedDocument, error) {
	return oneIssued(ctx, s.pool, s.ring(), where, arguments...)
}

func oneIssued(ctx context.Context, db querier, ring *keyring, where string, arguments ...any) (IssuedDocument, error) {
	rows, err := db.Query(ctx, `select `+issuedColumns+` from issued_document where `+where, arguments...)
	if err != nil {
		return IssuedDocument{}, fmt.Errorf("read issued document: %w", err)
	}
	found, err := pgx.CollectExactlyOneRow(rows, scanIssued)
	if errors.Is(err, pgx.ErrNoRows) {
		return IssuedDocument{}, ErrNotIssued
	}
	if err != nil {
		return IssuedDocument{}, fmt.Errorf("read issued document: %w", err)
	}
	return found.open(ctx, ring)
}

// LatestIssued reads the newest version of a kind of document of a request. It fails with ErrNotIssued.
func (s *Store) LatestIssued(ctx context.Context, request, kind string) (IssuedDocument, error) {
	return s.oneIssued(ctx, `request = $1 and kind = $2 order by version desc limit 1`, request, kind)
}

// IssuedByFingerprint reads the document of a number and version. It fails with ErrNotIssued.
func (s *Store) IssuedByFingerprint(ctx context.Context, fingerprint []byte) (IssuedDocument, error) {
	return s.oneIssued(ctx, `fingerprint = $1`, fingerprint)
}

// IssuedVersion reads one version of a kind of document of a request. It fails with ErrNotIssued.
func (s *Store) IssuedVersion(ctx context.Context, request, kind string, version int) (IssuedDocument, error) {
	return s.oneIssued(ctx, `request = $1 and kind = $2 and version = $3`, request, kind, version)
}

// IssuedByID reads a document by its id, which is not the number on the paper. It fails with ErrNotIssued.
func (s *Store) IssuedByID(ctx context.Context, id string) (IssuedDocument, error) {
	return s.oneIssued(ctx, `id::text = $1`, id)
}

// IssuedByID is Store.IssuedByID within a transaction.
func (tx *Tx) IssuedByID(ctx context.Context, id string) (IssuedDocument, error) {
	return oneIssued(ctx, tx, tx.ring, `id::text = $1`, id)
}

// EachIssued reads every issued document, in the order of ids, a page at a time. It ends at the first error of each.
func (s *Store) EachIssued(ctx context.Context, each func(IssuedDocument) error) error {
	const page = 200
	after := HubPerson // the nil UUID, before every other
	for {
		rows, err := s.pool.Query(ctx, `select `+issuedColumns+` from issued_document where id > $1::text::uuid order by id limit $2`, after, page)
		if err != nil {
			return fmt.Errorf("read issued documents: %w", err)
		}
		found, err := pgx.CollectRows(rows, scanIssued)
		if err != nil {
			return fmt.Errorf("read issued documents: %w", err)
		}
		ring := s.ring()
		for i := range found {
			document, err := found[i].open(ctx, ring)
			if err != nil {
				return err
			}
			if err := each(document); err != nil {
				return err
			}
		}
		if len(found) < page {
			return nil
		}
		after = found[len(found)-1].ID
	}
}

// EndedDocument is a document that no longer counts.
type EndedDocument struct {
	Fingerprint []byte
	State       IssueState
}

// EndedDocuments reads all documents that no longer count, for the list that those hold who check without a network.
func (s *Store) EndedDocuments(ctx context.Context) ([]EndedDocument, error) {
	rows, err := s.pool.Query(ctx, `select fingerprint, state from issued_document where ended_at is not null order by ended_at`)
	if err != nil {
		return nil, fmt.Errorf("read ended documents: %w", err)
	}
	ended, err := pgx.CollectRows(rows, pgx.RowToStructByPos[EndedDocument])
	if err != nil {
		return nil, fmt.Errorf("read ended documents: %w", err)
	}
	return ended, nil
}
