package store

import (
	"context"
	"errors"
	"fmt"
	"time"
)

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

// TakePoison remembers a message that cannot be processed, so that it is not delivered for ever. It says whether the
// message was new.
func (tx *Tx) TakePoison(ctx context.Context, channel, messageID string) (bool, error) {
	tag, err := tx.Exec(ctx, `
		insert into inbox (channel, message_id, outcome) values ($1, $2, 'poison') on conflict do nothing`, channel, messageID)
	if err != nil {
		return false, fmt.Errorf("note poison message: %w", err)
	}
	return tag.RowsAffected() == 1, nil
}
