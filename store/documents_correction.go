package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/vault"
)

// What corrections fail with.
var (
	// ErrNoCorrection says that nobody asked for that correction, it was not agreed on, or it was forgotten.
	ErrNoCorrection = errors.New("no such correction")
	// ErrCorrected says that another correction of the same version was agreed on.
	ErrCorrected = errors.New("a correction of this version was agreed on already")
)

// Correction is what an officer wants to stand on the next version of an issued document.
type Correction struct {
	Approval string // under which it was asked for
	Document string // the id of the version that is replaced
	// Fields are the new values by the names that they have in the seal. Nil: they were forgotten, or their person erased.
	Fields map[string]string
}

func placeOfCorrection(approval string) vault.Place {
	return vault.Place{Table: "document_correction", Column: "fields", Row: approval}
}

// DraftCorrection keeps what is asked for, under the person's key. The transaction works as gateway.
func (tx *Tx) DraftCorrection(ctx context.Context, person string, c Correction) error {
	plain, err := json.Marshal(c.Fields)
	if err != nil {
		return fmt.Errorf("encode correction: %w", err)
	}
	if err := tx.ring.load(ctx, person); err != nil {
		return err
	}
	fields, err := tx.ring.seal(person, plain, placeOfCorrection(c.Approval))
	if err != nil {
		return fmt.Errorf("encrypt correction: %w", err)
	}
	_, err = tx.Exec(ctx, `insert into document_correction (approval, document, fields) values ($1, $2::text::uuid, $3)`, c.Approval, c.Document, fields)
	if err != nil {
		return fmt.Errorf("keep correction: %w", err)
	}
	return nil
}

// AgreeOnCorrection marks a correction as agreed on. It fails with ErrCorrected, and with ErrNoCorrection. The transaction works as gateway.
func (tx *Tx) AgreeOnCorrection(ctx context.Context, approval string) error {
	done, err := tx.Exec(ctx, `update document_correction set agreed_at = now() where approval = $1 and agreed_at is null`, approval)
	switch {
	case isUnique(err):
		return ErrCorrected
	case err != nil:
		return fmt.Errorf("agree on correction: %w", err)
	case done.RowsAffected() == 0:
		return ErrNoCorrection
	}
	return nil
}

// IsCorrected tells whether a correction of this version was agreed on.
func (tx *Tx) IsCorrected(ctx context.Context, document string) (agreed bool, err error) {
	err = tx.QueryRow(ctx, `select exists (select from document_correction where document::text = $1 and agreed_at is not null)`, document).Scan(&agreed)
	if err != nil {
		return false, fmt.Errorf("look for a correction: %w", err)
	}
	return agreed, nil
}

// Correction reads what was asked for under an approval. It fails with ErrNoCorrection.
func (s *Store) Correction(ctx context.Context, approval string) (Correction, error) {
	return s.correction(ctx, approval, `true`)
}

// AgreedCorrection reads what two officers agreed on. It fails with ErrNoCorrection, also when it was forgotten.
func (s *Store) AgreedCorrection(ctx context.Context, approval string) (Correction, error) {
	found, err := s.correction(ctx, approval, `agreed_at is not null and exists (
		select from approval where id = document_correction.approval and action = 'correct' and object = document::text and approved and used_at is not null)`)
	if err == nil && found.Fields == nil {
		err = fmt.Errorf("%w: it was forgotten", ErrNoCorrection)
	}
	return found, err
}

func (s *Store) correction(ctx context.Context, approval, where string) (Correction, error) {
	found := Correction{Approval: approval}
	var fields []byte
	err := s.pool.QueryRow(ctx, `select document::text, fields from document_correction where approval = $1 and `+where, approval).
		Scan(&found.Document, &fields)
	if errors.Is(err, pgx.ErrNoRows) {
		return found, ErrNoCorrection
	}
	if err != nil {
		return found, fmt.Errorf("read correction: %w", err)
	}
	plain, err := s.ring().heldText(ctx, fields, placeOfCorrection(approval))
	if err != nil {
		return found, fmt.Errorf("read correction: %w", err)
	}
	if plain == nil {
		return found, nil
	}
	if err := json.Unmarshal(plain, &found.Fields); err != nil {
		return found, fmt.Errorf("read correction: %w", err)
	}
	return found, nil
}
