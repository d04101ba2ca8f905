package digilocker

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/store"
)

// channel names the caller in the inbox, which remembers what came for a month.
const channel = "digilocker"

// Inbox remembers transactions in the store's inbox, beside the messages that came.
type Inbox struct{ Store *store.Store }

// Use implements Used: of two processes that are given one transaction, one is told that it is fresh.
func (i Inbox) Use(ctx context.Context, transaction string) (fresh bool, err error) {
	err = i.Store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		opened, _, err := tx.OpenTurns(ctx, channel, []string{transaction}, nil)
		if err != nil {
			return err
		}
		fresh = opened[0]
		return nil
	})
	if err != nil {
		return false, fmt.Errorf("remember the transaction: %w", err)
	}
	return fresh, nil
}
