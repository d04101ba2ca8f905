package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// ErrNoDocument says that there is no document with that id.
var ErrNoDocument = errors.New("no such document")

// Document is a file that was issued. Its ID is the SHA-256 of its content in hex: issuing the same twice gives one document.
type Document struct {
	ID       string
	Request  string // empty: it belongs to a person and to no request
	Kind     string // receipt, or a copy of personal data
	Filename string
	MIMEType string
	Content  []byte
}

// DocumentID is the id of a document with this content.
func DocumentID(content []byte) string {
	sum := sha256.Sum256(content)
	return hex.EncodeToString(sum[:])
}

// AddDocument stores a document under the hash of its content and returns that id. ID is not read.
func (s *Store) AddDocument(ctx context.Context, d Document) (id string, err error) {
	sealed, err := s.SealDocument(ctx, d)
	if err != nil {
		return "", err
	}
	if _, err := s.pool.Exec(ctx, insertDocument, sealed.values...); err != nil {
		return "", fmt.Errorf("insert document: %w", err)
	}
	return sealed.ID, nil
}

// SealedDocument is a document that is encrypted and not stored yet.
type SealedDocument struct {
	ID     string
	values []any // that insertDocument takes
}

const insertDocument = `
		insert into document (id, request, kind, filename, mime_type, content) values ($1, $2, $3, $4, $5, $6)
		on conflict (id) do nothing`

// SealDocument gives a document the hash of its content as ID, and encrypts it under its person's key, for [Tx.AddDocument]. ID is not read.
func (s *Store) SealDocument(ctx context.Context, d Document) (SealedDocument, error) {
	id := DocumentID(d.Content)
	person, err := s.people.of(ctx, s.pool, d.Request)
	if err != nil {
		return SealedDocument{}, err
	}
	content, err := s.ring().sealOne(ctx, person, d.Content, placeOfDocument(id))
	if err != nil {
		return SealedDocument{}, fmt.Errorf("encrypt document: %w", err)
	}
	return SealedDocument{ID: id, values: []any{id, d.Request, d.Kind, d.Filename, d.MIMEType, content}}, nil
}

// AddDocument is Store.AddDocument within a transaction. Storing the same twice stores it once.
func (tx *Tx) AddDocument(d SealedDocument) {
	tx.putOff("insert document", insertDocument, d.values...)
}

// Document reads one document; it fails with ErrNoDocument, and with vault.ErrErased when its person was erased.
func (s *Store) Document(ctx context.Context, id string) (Document, error) {
	var d Document
	err := s.pool.QueryRow(ctx, `select id, coalesce(request, ''), kind, filename, mime_type, content from document where id = $1`, id).
		Scan(&d.ID, &d.Request, &d.Kind, &d.Filename, &d.MIMEType, &d.Content)
	if errors.Is(err, pgx.ErrNoRows) {
		return Document{}, fmt.Errorf("%w: %s", ErrNoDocument, id)
	}
	if err != nil {
		return Document{}, fmt.Errorf("read document: %w", err)
	}
	if d.Content, err = s.ring().openOne(ctx, d.Content, placeOfDocument(id)); err != nil {
		return Document{}, fmt.Errorf("read document: %w", err)
	}
	return d, nil
}
