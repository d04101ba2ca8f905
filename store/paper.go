package store

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"fmt"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/store/vault"
)

// ErrNoPaper says that a request has no such paper: it never had, or the paper was forgotten.
var ErrNoPaper = errors.New("no such paper")

// Paper is a file that a citizen sent for a request, safe to keep.
type Paper struct {
	ID       string // made by [Tx.AddPaper]
	Request  string
	MIMEType string // image/jpeg, image/png or application/pdf
	Hash     string // SHA-256 of Content, in hex
	Bytes    int
	Pages    int
	Masked   bool // digits of an identity number were painted over
	Content  []byte
}

// PaperSource is where the papers of a request come from.
type PaperSource struct {
	Person        string
	PhoneNumberID string // the business number of the request's conversation
}

// PaperSource tells whose papers a request's are; it fails with ErrNoRequest.
func (s *Store) PaperSource(ctx context.Context, reference string) (source PaperSource, err error) {
	err = s.pool.QueryRow(ctx, `
		select r.person::text, c.phone_number_id from request r join conversation c on c.id = r.conversation where r.reference = $1`, reference).
		Scan(&source.Person, &source.PhoneNumberID)
	if errors.Is(err, pgx.ErrNoRows) {
		return PaperSource{}, fmt.Errorf("%w: %s", ErrNoRequest, reference)
	}
	if err != nil {
		return PaperSource{}, fmt.Errorf("read source of papers: %w", err)
	}
	return source, nil
}

const paperColumns = `id::text, request, mime_type, hash, bytes, pages, masked, content`

// AddPaper keeps a paper under its person's key: Request, MIMEType, Pages, Masked and Content are read. media is what the channel calls
// the file. The same media of the same request gives the paper that is kept already, and added is false. It fails with
// vault.ErrErased when the person was erased.
func (tx *Tx) AddPaper(ctx context.Context, media string, p Paper) (kept Paper, added bool, err error) {
	person, err := tx.personOfWorkflow(ctx, p.Request)
	if err != nil {
		return Paper{}, false, err
	}
	id, err := uuid.NewV7()
	if err != nil {
		return Paper{}, false, fmt.Errorf("make id of paper: %w", err)
	}
	p.ID = id.String()
	sealed, err := tx.ring.sealOne(ctx, person, p.Content, placeOfPaper(p.ID))
	if err != nil {
		return Paper{}, false, fmt.Errorf("encrypt paper: %w", err)
	}
	sum := sha256.Sum256(p.Content)
	p.Hash, p.Bytes = hex.EncodeToString(sum[:]), len(p.Content)
	tag, err := tx.Exec(ctx, `
		insert into paper (id, request, media, mime_type, hash, bytes, pages, masked, content) values ($1::text::uuid, $2, $3, $4, $5, $6, $7, $8, $9)
		on conflict (request, media) do nothing`,
		p.ID, p.Request, mediaLookup(tx.ring.vault, p.Request, media), p.MIMEType, sum[:], p.Bytes, p.Pages, p.Masked, sealed)
	if err != nil {
		return Paper{}, false, fmt.Errorf("insert paper: %w", err)
	}
	if tag.RowsAffected() == 1 {
		return p, true, nil
	}
	kept, err = paperOfMedia(ctx, tx, tx.ring, p.Request, media)
	return kept, false, err
}

// PaperOfMedia reads the paper that was kept of a file; it fails as [Store.Paper] does.
func (s *Store) PaperOfMedia(ctx context.Context, reference, media string) (Paper, error) {
	return paperOfMedia(ctx, s.pool, s.ring(), reference, media)
}

func paperOfMedia(ctx context.Context, db querier, ring *keyring, reference, media string) (Paper, error) {
	return readPaper(ctx, db, ring, `select `+paperColumns+` from paper where request = $1 and media = $2`,
		reference, mediaLookup(ring.vault, reference, media))
}

// Paper reads a paper of a request, and none of another's. It fails with ErrNoPaper, and with vault.ErrErased when the person was erased.
func (s *Store) Paper(ctx context.Context, reference, id string) (Paper, error) {
	if uuid.Validate(id) != nil {
		return Paper{}, ErrNoPaper
	}
	return readPaper(ctx, s.pool, s.ring(), `select `+paperColumns+` from paper where request = $1 and id = $2::text::uuid`, reference, id)
}

func readPaper(ctx context.Context, db querier, ring *keyring, query string, arguments ...any) (p Paper, err error) {
	var hash []byte
	rows, err := db.Query(ctx, query, arguments...)
	if err != nil {
		return Paper{}, fmt.Errorf("read paper: %w", err)
	}
	p, err = pgx.CollectExactlyOneRow(rows, func(row pgx.CollectableRow) (p Paper, err error) {
		err = row.Scan(&p.ID, &p.Request, &p.MIMEType, &hash, &p.Bytes, &p.Pages, &p.Masked, &p.Content)
		return p, err
	})
	if errors.Is(err, pgx.ErrNoRows) {
		return Paper{}, ErrNoPaper
	}
	if err != nil {
		return Paper{}, fmt.Errorf("read paper: %w", err)
	}
	p.Hash = hex.EncodeToString(hash)
	if p.Content, err = ring.openOne(ctx, p.Content, placeOfPaper(p.ID)); err != nil {
		return Paper{}, fmt.Errorf("read paper: %w", err)
	}
	return p, nil
}

func mediaLookup(v *vault.Vault, reference, media string) []byte {
	return v.Lookup("paper", reference, media)
}
