package store

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
)

// destroyedChannel is the PostgreSQL notification channel on which every process hears whose key was destroyed.
const destroyedChannel = "jansetu_key_destroyed"

const (
	// heartbeat is how often it is tried whether notifications still come.
	heartbeat = time.Second
	// heartbeatLimit is how long that may take before the connection counts as lost.
	heartbeatLimit = time.Second
	rewatchPause   = 500 * time.Millisecond
)

// watchKeys hears of destroyed keys until it is stopped. While it cannot, the vault keeps keys for a second only.
func (s *Store) watchKeys(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(ctx)
	var done sync.WaitGroup
	done.Go(func() {
		for ctx.Err() == nil {
			_ = s.hearOfKeys(ctx) // why it ended is seen by everything else that uses the database
			select {
			case <-ctx.Done():
			case <-time.After(rewatchPause):
			}
		}
	})
	return func() {
		cancel()
		done.Wait()
	}
}

// hearOfKeys listens on a connection of its own until that ends.
func (s *Store) hearOfKeys(ctx context.Context) error {
	config := s.pool.Config().ConnConfig
	connecting, cancel := context.WithTimeout(ctx, config.ConnectTimeout)
	defer cancel()
	conn, err := pgx.ConnectConfig(connecting, config)
	if err != nil {
		return fmt.Errorf("connect to hear of keys: %w", err)
	}
	defer func() {
		s.vault.Hear(false)
		closing, cancel := context.WithTimeout(context.WithoutCancel(ctx), heartbeatLimit) // it may be dead
		defer cancel()
		_ = conn.Close(closing)
	}()
	// Hearing oneself proves that notifications come: through a pooler that changes connections between transactions they would not.
	echo := "jansetu_watch_" + rand.Text()
	if _, err := conn.Exec(connecting, `listen `+pgx.Identifier{destroyedChannel}.Sanitize()+`; listen `+pgx.Identifier{echo}.Sanitize()); err != nil {
		return fmt.Errorf("listen for keys: %w", err)
	}
	for first := true; ; first = false {
		if err := s.beat(ctx, conn, echo); err != nil {
			return err
		}
		if first {
			s.vault.Hear(true)
		}
		if err := s.forgetUntil(ctx, conn, heartbeat, ""); err != nil {
			return err
		}
	}
}

// beat sends a notification and waits for it.
func (s *Store) beat(ctx context.Context, conn *pgx.Conn, echo string) error {
	limited, cancel := context.WithTimeout(ctx, heartbeatLimit)
	defer cancel()
	if _, err := conn.Exec(limited, `select pg_notify($1, '')`, echo); err != nil {
		return fmt.Errorf("notify oneself: %w", err)
	}
	return s.forgetUntil(ctx, conn, heartbeatLimit, echo)
}

var errNoEcho = errors.New("notifications do not come")

// forgetUntil forgets keys as it hears of them, until a notification on the channel last, or for so long. Not to hear the last is an error.
func (s *Store) forgetUntil(ctx context.Context, conn *pgx.Conn, atMost time.Duration, last string) error {
	limited, cancel := context.WithTimeout(ctx, atMost)
	defer cancel()
	for {
		heard, err := conn.WaitForNotification(limited)
		switch {
		case err == nil && heard.Channel == destroyedChannel:
			s.vault.Forget(heard.Payload)
		case err == nil && heard.Channel == last:
			return nil
		case err == nil:
		case ctx.Err() != nil:
			return ctx.Err()
		case !pgconn.Timeout(err) || conn.IsClosed():
			return fmt.Errorf("wait for notification: %w", err)
		case last != "":
			return errNoEcho
		default:
			return nil
		}
	}
}
