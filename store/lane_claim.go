package store

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
)

// storedClaim is a claim as it is stored.
type storedClaim struct {
	claim              Claim
	seal               int64
	payload, template  []byte
	phoneLookup, phone []byte
	userLookup, userID []byte
}

func scanClaim(row pgx.CollectableRow) (s storedClaim, err error) {
	c := &s.claim
	err = row.Scan(&c.Lane, &c.ID, &c.More, &c.Kind, &c.Conversation, &s.seal, &s.payload, &s.template, &c.Media, &c.State, &c.Attempts,
		&c.Failures, &c.InState, &c.Age, &c.WindowLeft, &s.phoneLookup, &s.phone, &s.userLookup, &s.userID)
	return s, err
}

func (tx *Tx) openClaims(ctx context.Context, stored []storedClaim) ([]Claim, error) {
	sealed := make([][]byte, 0, 3*len(stored))
	for i := range stored {
		sealed = append(sealed, stored[i].payload, stored[i].phone, stored[i].userID)
	}
	if err := tx.ring.loadFor(ctx, sealed...); err != nil {
		return nil, err
	}
	claims := make([]Claim, len(stored))
	for i := range stored {
		err := stored[i].open(tx.ring)
		claims[i] = stored[i].claim
		claims[i].Unreadable = IsUnreadable(err)
		if err != nil && !claims[i].Unreadable {
			return nil, fmt.Errorf("read outbox row: %w", err)
		}
	}
	return claims, nil
}

func (s *storedClaim) open(ring *keyring) error {
	payload, err := ring.open(s.payload, placeInOutbox("payload", s.seal))
	template, templateErr := ring.open(s.template, placeInOutbox("template", s.seal))
	phone, phoneErr := ring.open(s.phone, placeOfIdentity(s.phoneLookup))
	user, userErr := ring.open(s.userID, placeOfIdentity(s.userLookup))
	if err := errors.Join(err, templateErr, phoneErr, userErr); err != nil {
		return err
	}
	s.claim.Payload, s.claim.Phone, s.claim.UserID = payload, string(phone), string(user)
	if template == nil {
		return nil
	}
	if err := json.Unmarshal(template, &s.claim.Template); err != nil {
		return fmt.Errorf("decode template: %w", err)
	}
	return nil
}
