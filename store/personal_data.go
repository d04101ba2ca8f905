package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// PersonalData is everything that is held about a person. Amounts are paise.
type PersonalData struct {
	Identities []HeldIdentity
	Consents   []HeldConsent
	Requests   []Request // newest first
	Payments   []HeldPayment
	Documents  []HeldDocument
	Messages   int // that were sent to them and are kept
}

// HeldIdentity is a name that a channel has for a person.
type HeldIdentity struct {
	Kind  IdentityKind
	Value string
}

// HeldConsent is one answer to the notice.
type HeldConsent struct {
	Notice string
	Given  bool
	At     time.Time
}

// HeldPayment is a payment that was asked for.
type HeldPayment struct {
	Request string
	Amount  int64
	Paid    bool
	At      time.Time
}

// HeldDocument is a document that was issued for a request.
type HeldDocument struct {
	Request  string
	Filename string
	At       time.Time
}

// PersonalData reads all that is held about a person, and about those who were found to be the same.
func (s *Store) PersonalData(ctx context.Context, person string) (held PersonalData, err error) {
	if held.Identities, err = s.heldIdentities(ctx, person); err != nil {
		return held, err
	}
	if held.Requests, err = s.heldRequests(ctx, person); err != nil {
		return held, err
	}
	held.Consents, err = heldRows[HeldConsent](ctx, s, `select notice, given, at from consent where person in `+samePersons+` order by at, id`, person)
	if err != nil {
		return held, err
	}
	held.Payments, err = heldRows[HeldPayment](ctx, s, `
		select o.request, o.amount, o.paid_payment <> '', o.created_at from payment_order o join request r on r.reference = o.request
		where r.person in `+samePersons+` order by o.created_at, o.id`, person)
	if err != nil {
		return held, err
	}
	held.Documents, err = heldRows[HeldDocument](ctx, s, `
		select d.request, d.filename, d.created_at from (
			select id, request, filename, created_at from document
			union all
			select id::text, request, 'paper' || case mime_type when 'application/pdf' then '.pdf' when 'image/png' then '.png' else '.jpg' end, taken_at
			from paper
		) d join request r on r.reference = d.request
		where r.person in `+samePersons+` order by d.created_at, d.id`, person)
	if err != nil {
		return held, err
	}
	err = s.pool.QueryRow(ctx, `
		select count(*) from outbox o join conversation c on c.id = o.conversation where o.kind = 'message' and c.person in `+samePersons, person).
		Scan(&held.Messages)
	if err != nil {
		return held, fmt.Errorf("count messages: %w", err)
	}
	return held, nil
}

func heldRows[T any](ctx context.Context, s *Store, query, person string) ([]T, error) {
	rows, err := s.pool.Query(ctx, query, person)
	if err != nil {
		return nil, fmt.Errorf("read what is held: %w", err)
	}
	held, err := pgx.CollectRows(rows, pgx.RowToStructByPos[T])
	if err != nil {
		return nil, fmt.Errorf("read what is held: %w", err)
	}
	return held, nil
}

func (s *Store) heldIdentities(ctx context.Context, person string) ([]HeldIdentity, error) {
	type sealed struct {
		Kind          IdentityKind
		Lookup, Value []byte
	}
	rows, err := heldRows[sealed](ctx, s, `
		select kind, lookup, value from channel_identity where valid_to is null and person in `+samePersons+` order by kind desc, id`, person)
	if err != nil {
		return nil, err
	}
	ring := s.ring()
	held := make([]HeldIdentity, 0, len(rows))
	for _, row := range rows {
		value, err := ring.heldText(ctx, row.Value, placeOfIdentity(row.Lookup))
		if err != nil {
			return nil, fmt.Errorf("read identity: %w", err)
		}
		held = append(held, HeldIdentity{Kind: row.Kind, Value: string(value)})
	}
	return held, nil
}

func (s *Store) heldRequests(ctx context.Context, person string) ([]Request, error) {
	rows, err := s.pool.Query(ctx, `select `+requestColumns+` from request where person in `+samePersons+` order by created_at desc`, person)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	stored, err := pgx.CollectRows(rows, scanRequest)
	if err != nil {
		return nil, fmt.Errorf("read requests: %w", err)
	}
	ring := s.ring()
	held := make([]Request, 0, len(stored))
	for i := range stored {
		request := stored[i].request
		answers, err := ring.heldText(ctx, stored[i].answers, placeInRequest("answers", request.Reference))
		if err != nil {
			return nil, fmt.Errorf("read answers: %w", err)
		}
		if answers != nil {
			if err := json.Unmarshal(answers, &request.Answers); err != nil {
				return nil, fmt.Errorf("decode answers: %w", err)
			}
		}
		detail, err := ring.heldText(ctx, stored[i].detail, placeInRequest("detail", request.Reference))
		if err != nil {
			return nil, fmt.Errorf("read detail: %w", err)
		}
		request.Detail = string(detail)
		held = append(held, request)
	}
	return held, nil
}
