package store

import (
	"context"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// LaneStats says how much waits to leave through one sender.
type LaneStats struct {
	Sender string
	Ready  int           // lanes that somebody could claim now
	Later  int           // lanes that are leased or deferred
	Lag    time.Duration // since the longest-ready lane became so
}

// OutboxStats is what operators watch.
type OutboxStats struct {
	Lanes   []LaneStats
	Unsent  int           // rows
	Oldest  time.Duration // age of the oldest unsent row
	Waiting int           // messages that wait for the citizen to write, having no template
	Doubt   int           // messages of unknown outcome
}

// OutboxStats reads the indexes of unsent rows; it is cheap unless much is unsent.
func (s *Store) OutboxStats(ctx context.Context) (stats OutboxStats, err error) {
	batch := &pgx.Batch{}
	batch.Queue(`
		select sender, count(*) filter (where ready_at <= now()), count(*) filter (where ready_at > now()),
			greatest(now() - min(ready_at), interval '0')
		from outbox_lane where ready_at is not null group by sender`)
	batch.Queue(`
		select count(*), coalesce(now() - min(created_at), interval '0'), count(*) filter (where state = 'doubt')
		from outbox where state in ('queued', 'sending', 'doubt')`)
	batch.Queue(`select count(*) from outbox where state = 'waiting'`)
	results := s.pool.SendBatch(ctx, batch)
	if stats.Lanes, err = collect(results, pgx.RowToStructByPos[LaneStats], "count lanes"); err == nil {
		err = results.QueryRow().Scan(&stats.Unsent, &stats.Oldest, &stats.Doubt)
	}
	if err == nil {
		err = results.QueryRow().Scan(&stats.Waiting)
	}
	if err = closeBatch(results, err); err != nil {
		return OutboxStats{}, fmt.Errorf("read outbox statistics: %w", err)
	}
	return stats, nil
}

// Listen calls woken for every OutboxChannel notification, with the sender for whom something was enqueued, and once when it begins to
// listen, with none: whoever's rows there are. It returns when ctx ends or the connection does.
func (s *Store) Listen(ctx context.Context, woken func(sender string)) error {
	conn, err := s.pool.Acquire(ctx)
	if err != nil {
		return fmt.Errorf("acquire connection to listen: %w", err)
	}
	// A connection that listens must not go back to the pool.
	raw := conn.Hijack()
	defer func() { _ = raw.Close(context.WithoutCancel(ctx)) }()
	if _, err := raw.Exec(ctx, "listen "+OutboxChannel); err != nil {
		return fmt.Errorf("listen: %w", err)
	}
	woken("")
	for {
		heard, err := raw.WaitForNotification(ctx)
		if err != nil {
			return fmt.Errorf("wait for notification: %w", err)
		}
		woken(heard.Payload)
	}
}
