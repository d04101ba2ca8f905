package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNoRequest says that there is no request with that reference.
var ErrNoRequest = errors.New("no such request")

// Request is one confirmed service request.
type Request struct {
	Reference    string
	Person       string
	Conversation int64
	Service      string
	Kind         string // a catalog.Kind
	Portal       string
	Department   string // whose officers it belongs to
	Language     string // a catalog.Language
	Answers      map[string]string
	Stage        string // as in the text key "stage.<stage>"
	Detail       string // in the citizen's language
	Open         bool
	CreatedAt    time.Time
	UpdatedAt    time.Time
}

// StageUpdate says where a request stands.
type StageUpdate struct {
	Stage  string // as in the text key "stage.<stage>"
	Detail string // in the citizen's language, may be empty
	Open   bool   // false: nothing more will happen
}

const requestColumns = `reference, person::text, conversation, service, kind, portal, department, language, answers, stage, detail,
	open, created_at, updated_at`

// storedRequest is a request as it is stored.
type storedRequest struct {
	request         Request
	answers, detail []byte
}

func scanRequest(row pgx.CollectableRow) (s storedRequest, err error) {
	r := &s.request
	err = row.Scan(&r.Reference, &r.Person, &r.Conversation, &r.Service, &r.Kind, &r.Portal, &r.Department, &r.Language, &s.answers,
		&r.Stage, &s.detail, &r.Open, &r.CreatedAt, &r.UpdatedAt)
	return s, err
}

func (s *storedRequest) open(ctx context.Context, ring *keyring) (Request, error) {
	reference := s.request.Reference
	answers, err := ring.openOne(ctx, s.answers, placeInRequest("answers", reference))
	if err != nil {
		return Request{}, fmt.Errorf("read answers: %w", err)
	}
	if err := json.Unmarshal(answers, &s.request.Answers); err != nil {
		return Request{}, fmt.Errorf("decode answers: %w", err)
	}
	detail, err := ring.openOne(ctx, s.detail, placeInRequest("detail", reference))
	if err != nil {
		return Request{}, fmt.Errorf("read detail: %w", err)
	}
	s.request.Detail = string(detail)
	return s.request, nil
}

// Request reads one request; it fails with ErrNoRequest, and with vault.ErrErased when its person was erased.
func (s *Store) Request(ctx context.Context, reference string) (Request, error) {
	rows, err := s.pool.Query(ctx, `select `+requestColumns+` from request where reference = $1`, reference)
	if err != nil {
		return Request{}, fmt.Errorf("read request: %w", err)
	}
	stored, err := pgx.CollectExactlyOneRow(rows, scanRequest)
	if errors.Is(err, pgx.ErrNoRows) {
		return Request{}, fmt.Errorf("%w: %s", ErrNoRequest, reference)
	}
	if err != nil {
		return Request{}, fmt.Errorf("read request: %w", err)
	}
	return stored.open(ctx, s.ring())
}

// isBackAlready is true of news that money is on its way ($2), for a request whose money is back.
const isBackAlready = `(stage = 'refunded' and $2 = 'refunding')`

// SetStage records where a request stands, as the citizen sees it under "my requests". It fails with ErrNoRequest.
func (s *Store) SetStage(ctx context.Context, reference string, update StageUpdate) error {
	return s.WithTx(ctx, func(ctx context.Context, tx *Tx) error { return tx.SetStage(ctx, reference, update) })
}

// SetStage is Store.SetStage within a transaction. Money that is back does not go on its way again, whoever comes late with that news.
func (tx *Tx) SetStage(ctx context.Context, reference string, update StageUpdate) error {
	detail, err := tx.sealDetail(ctx, reference, update.Detail)
	if err != nil {
		return err
	}
	tx.putOffChange("set stage", fmt.Errorf("%w: %s", ErrNoRequest, reference), `
		update request set updated_at = now(),
			stage = case when `+isBackAlready+` then stage else $2 end,
			detail = case when `+isBackAlready+` then detail else $3 end,
			open = case when `+isBackAlready+` then open else $4 end
		where reference = $1`, reference, update.Stage, detail, update.Open)
	return nil
}

func (tx *Tx) sealDetail(ctx context.Context, reference, detail string) ([]byte, error) {
	if detail == "" {
		return nil, nil
	}
	person, err := tx.personOfWorkflow(ctx, reference)
	if err != nil {
		return nil, err
	}
	if person == HubPerson {
		return nil, fmt.Errorf("%w: %s", ErrNoRequest, reference)
	}
	sealed, err := tx.ring.sealOne(ctx, person, []byte(detail), placeInRequest("detail", reference))
	if err != nil {
		return nil, fmt.Errorf("encrypt detail: %w", err)
	}
	return sealed, nil
}
