package store

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
)

// The most bytes that are kept of a portal's state; the rest is cut off.
const (
	maxPortalDetail   = 1024
	maxPortalSnapshot = 12 << 10
)

// PortalState is how a portal was when it was last looked at. It names nobody.
type PortalState struct {
	Portal    string
	State     string // works, slow, down, changed or maintenance
	Since     time.Time
	CheckedAt time.Time
	Latency   time.Duration // of the last look
	Detail    string        // why, in our own words
	// Snapshot is the last page that was not the one we know, without any value in it; it stays when the portal works again.
	Snapshot   string
	SnapshotAt *time.Time // nil: there is none
}

// SetPortalState notes how a portal is now: Portal, State, CheckedAt, Latency, Detail and, when there is one, Snapshot. What was seen
// earlier than what is known changes nothing.
func (s *Store) SetPortalState(ctx context.Context, state PortalState) error {
	_, err := s.pool.Exec(ctx, `
		insert into portal_state as known (portal, state, since, checked_at, latency_ms, detail, snapshot, snapshot_at)
		values ($1, $2, $3, $3, $4, $5, $6, case when $6 <> '' then $3::timestamptz end)
		on conflict (portal) do update set
			state = excluded.state, since = case when known.state = excluded.state then known.since else excluded.since end,
			checked_at = excluded.checked_at, latency_ms = excluded.latency_ms, detail = excluded.detail,
			snapshot = case when excluded.snapshot = '' then known.snapshot else excluded.snapshot end,
			snapshot_at = coalesce(excluded.snapshot_at, known.snapshot_at)
		where known.checked_at <= excluded.checked_at`,
		state.Portal, state.State, state.CheckedAt, state.Latency.Milliseconds(), storable(state.Detail, maxPortalDetail),
		storable(state.Snapshot, maxPortalSnapshot))
	if err != nil {
		return fmt.Errorf("set state of portal: %w", err)
	}
	return nil
}

// storable is at most so many bytes of a text, as PostgreSQL takes them.
func storable(text string, most int) string {
	text = strings.ReplaceAll(strings.ToValidUTF8(text, ""), "\x00", "")
	return strings.ToValidUTF8(text[:min(len(text), most)], "")
}

// PortalStates lists how the portals are, by name.
func (s *Store) PortalStates(ctx context.Context) ([]PortalState, error) {
	return PortalStatesIn(ctx, s.pool)
}

// PortalStatesIn is [Store.PortalStates] within a transaction, such as one that works under an operator's role.
func PortalStatesIn(ctx context.Context, db interface {
	Query(ctx context.Context, sql string, args ...any) (pgx.Rows, error)
},
) ([]PortalState, error) {
	rows, err := db.Query(ctx, `
		select portal, state, since, checked_at, latency_ms * interval '1 millisecond', detail, snapshot, snapshot_at
		from portal_state order by portal`)
	if err != nil {
		return nil, fmt.Errorf("read states of portals: %w", err)
	}
	states, err := pgx.CollectRows(rows, pgx.RowToStructByPos[PortalState])
	if err != nil {
		return nil, fmt.Errorf("read states of portals: %w", err)
	}
	return states, nil
}
