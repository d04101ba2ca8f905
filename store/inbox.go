package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/store/vault"
)

// messageHashSize is enough to tell all messages of a channel apart, and small in an index.
const messageHashSize = 16

// MessageHash is what is stored of a channel's message id. WhatsApp's ids hold the other side's phone number; none is kept.
func MessageHash(keys *vault.Vault, id string) []byte {
	return keys.Lookup("message", id)[:messageHashSize]
}

// messageHash of no message is null.
func (tx *Tx) messageHash(id string) []byte {
	if id == "" {
		return nil
	}
	return MessageHash(tx.ring.vault, id)
}

func (tx *Tx) messageHashes(ids []string) [][]byte {
	hashes := make([][]byte, len(ids))
	for i, id := range ids {
		hashes[i] = tx.messageHash(id)
	}
	return hashes
}

// InboxRetention is how long a message id is remembered at least. Meta delivers again for up to 7 days; a person may be
// slower still to restore what was lost.
const InboxRetention = 30 * 24 * time.Hour

// CleanInbox forgets message ids older than age and says how many. An age below InboxRetention is refused.
func (s *Store) CleanInbox(ctx context.Context, age time.Duration) (int64, error) {
	if age < InboxRetention {
		return 0, errors.New("clean inbox: message ids must be remembered for 30 days")
	}
	tag, err := s.pool.Exec(ctx, `delete from inbox where received_at < now() - $1::interval`, age)
	if err != nil {
		return 0, fmt.Errorf("clean inbox: %w", err)
	}
	return tag.RowsAffected(), nil
}

// MarkPoison remembers that a message could not be processed as it is, whether or not it was noted before.
func (tx *Tx) MarkPoison(ctx context.Context, channel, messageID string) error {
	_, err := tx.Exec(ctx, `
		insert into inbox (channel, message_id, outcome) values ($1, $2, 'poison')
		on conflict (channel, message_id) do update set outcome = 'poison'`, channel, tx.messageHash(messageID))
	if err != nil {
		return fmt.Errorf("note poison message: %w", err)
	}
	return nil
}
