package store

import (
	"context"
	"encoding/json"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// State says whether an outbox row still has to be sent.
type State string

// The states of an outbox row.
const (
	StateQueued   State = "queued"
	StateWaiting  State = "waiting" // for the citizen to write: the window is closed and there is no template
	StateSending  State = "sending" // durable before the call
	StateDoubt    State = "doubt"   // the call's outcome is unknown
	StateAccepted State = "accepted"
	StateFailed   State = "failed"
)

// SenderLimit is how many lanes of one sender to claim.
type SenderLimit struct {
	Sender string
	Lanes  int
}

// Claim is a lane that its owner alone may send from until the lease ends, with its first unsent row.
type Claim struct {
	Lane         string
	Sender       string
	Version      int64
	More         bool // rows after this one were there when the lane was claimed
	ID           int64
	Kind         string
	Conversation int64 // 0: none
	Payload      json.RawMessage
	Template     *Template
	Unreadable   bool   // payload, template or address cannot be read any more: the person was erased, or the row is damaged
	Media        string // media id of an earlier upload
	State        State
	Attempts     int           // calls begun so far
	Failures     int           // definite failures so far
	InState      time.Duration // since State was set
	Age          time.Duration // since it was enqueued
	WindowLeft   time.Duration // of the customer service window; negative: closed
	Phone        string        // of the person, if known
	UserID       string
}

// ClaimLanes gives owner lanes that are ready, each for the length of lease. Several processes claim at once without waiting for each other.
// Lanes that turn out to be empty are put to rest.
func (tx *Tx) ClaimLanes(ctx context.Context, owner string, lease time.Duration, limits []SenderLimit) ([]Claim, error) {
	lanes, err := tx.leaseLanes(ctx, owner, lease, limits)
	if err != nil || len(lanes) == 0 {
		return nil, err
	}
	claims, err := tx.firstRows(ctx, lanes)
	if err != nil || len(claims) == len(lanes) {
		return claims, err
	}
	return claims, tx.restEmpty(ctx, owner, lanes, claims)
}

type leased struct {
	Lane    string
	Sender  string
	Version int64
}

func (tx *Tx) leaseLanes(ctx context.Context, owner string, lease time.Duration, limits []SenderLimit) ([]leased, error) {
	// A lane leaves an entry in the index of what is ready each time it is claimed. A plain index scan marks the dead ones, so that the next
	// passes them by; a bitmap scan would read all of them every time, until autovacuum comes.
	tx.putOff("plan claims", "set local enable_bitmapscan = off")
	senders := make([]string, len(limits))
	counts := make([]int, len(limits))
	for i, limit := range limits {
		senders[i], counts[i] = limit.Sender, limit.Lanes
	}
	rows, err := tx.Query(ctx, `
		with ready as (
			select l.lane from unnest($3::text[], $4::int[]) s (sender, lanes)
			cross join lateral (select lane from outbox_lane where sender = s.sender and ready_at <= now()
				order by ready_at limit s.lanes for update skip locked) l)
		update outbox_lane set owner = $1::text::uuid, ready_at = now() + $2::interval
		where lane = any(array(select lane from ready)) returning lane, sender, version`, owner, lease, senders, counts)
	if err != nil {
		return nil, fmt.Errorf("lease lanes: %w", err)
	}
	lanes, err := pgx.CollectRows(rows, pgx.RowToStructByPos[leased])
	if err != nil {
		return nil, fmt.Errorf("lease lanes: %w", err)
	}
	return lanes, nil
}

// firstRows must run after leaseLanes, not in the same statement: its snapshot then holds every row up to the lane's version.
func (tx *Tx) firstRows(ctx context.Context, lanes []leased) ([]Claim, error) {
	names := make([]string, len(lanes))
	byName := make(map[string]leased, len(lanes))
	for i, lane := range lanes {
		names[i], byName[lane.Lane] = lane.Lane, lane
	}
	rows, err := tx.Query(ctx, `
		select o.lane, o.id, o.more is not null, o.kind, coalesce(o.conversation, 0), o.seal, o.payload, o.template,
			coalesce(o.media->>'id', ''), o.state, o.attempts, o.failures, now() - o.state_at, now() - o.created_at,
			coalesce(c.window_expires_at, now()) - now(), phone.lookup, phone.value, bsuid.lookup, bsuid.value
		from unnest($1::text[]) l (lane)
		cross join lateral (
			select *, lead(id) over (order by id) as more
			from (select * from outbox where lane = l.lane and state in ('queued', 'sending', 'doubt') order by id limit 2) two
			order by id limit 1) o
		left join conversation c on c.id = o.conversation
		left join person p on p.id = c.person
		left join lateral (select lookup, value from channel_identity i where i.person = coalesce(p.merged_into, p.id)
			and kind = 'phone' and valid_to is null order by last_seen desc limit 1) phone on true
		left join lateral (select lookup, value from channel_identity i where i.person = coalesce(p.merged_into, p.id)
			and kind <> 'phone' and valid_to is null order by kind, last_seen desc limit 1) bsuid on true`, names)
	if err != nil {
		return nil, fmt.Errorf("read first rows of lanes: %w", err)
	}
	stored, err := pgx.CollectRows(rows, scanClaim)
	if err != nil {
		return nil, fmt.Errorf("read first rows of lanes: %w", err)
	}
	claims, err := tx.openClaims(ctx, stored)
	if err != nil {
		return nil, err
	}
	for i := range claims {
		lane := byName[claims[i].Lane]
		claims[i].Sender, claims[i].Version = lane.Sender, lane.Version
	}
	return claims, nil
}

func (tx *Tx) restEmpty(ctx context.Context, owner string, lanes []leased, claims []Claim) error {
	full := make(map[string]bool, len(claims))
	for i := range claims {
		full[claims[i].Lane] = true
	}
	var names []string
	var versions []int64
	for _, lane := range lanes {
		if !full[lane.Lane] {
			names, versions = append(names, lane.Lane), append(versions, lane.Version)
		}
	}
	_, err := tx.Exec(ctx, `
		update outbox_lane l set owner = null, ready_at = case when l.version = u.version then null else now() end
		from unnest($2::text[], $3::bigint[]) u (lane, version) where l.lane = any($2) and l.lane = u.lane and l.owner = $1::text::uuid`,
		owner, names, versions)
	if err != nil {
		return fmt.Errorf("rest empty lanes: %w", err)
	}
	return nil
}

// MarkSending records, before the calls are made, that they will be. Each row's Attempts grows by one.
func (tx *Tx) MarkSending(ctx context.Context, ids []int64) error {
	_, err := tx.Exec(ctx, `
		update outbox set state = 'sending', state_at = now(), attempts = attempts + 1 where id = any($1::bigint[])`, ids)
	if err != nil {
		return fmt.Errorf("mark rows as sending: %w", err)
	}
	return nil
}

// Settlement is what became of a claim. Ready is in how long the lane may be claimed again if the row is still to be sent.
type Settlement struct {
	Lane     string
	Version  int64
	More     bool
	ID       int64
	Attempts int   // as marked when the call was begun: an older call's news is not written over a newer's
	Was      State // what the row was left in before the outcome; if a status has moved it since, the status stands
	State    State
	WAMID    string
	Media    string // media id of a new upload
	NoMedia  bool   // forget the media id: upload again
	Failures int
	Reason   string // error code and class, for operators
	Ready    time.Duration
	Keep     bool // leave state_at as it was
}

// Settle writes what became of claims and lets their lanes go.
func (tx *Tx) Settle(ctx context.Context, owner string, settlements []Settlement) error {
	batch := &pgx.Batch{}
	tx.queueSettledRows(batch, settlements)
	queueSettledLanes(batch, owner, settlements)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("settle outbox rows: %w", err)
	}
	return nil
}

// queueSettledRows names the rows twice, as queueSettledLanes does: by what is joined alone, a plan that was made while there were few would read
// all of them.
func (tx *Tx) queueSettledRows(batch *pgx.Batch, settlements []Settlement) {
	n := len(settlements)
	ids, attempts, failures := make([]int64, n), make([]int, n), make([]int, n)
	states, wamids, media, reasons := make([]string, n), make([][]byte, n), make([]string, n), make([]string, n)
	was := make([]string, n)
	keeps, noMedia := make([]bool, n), make([]bool, n)
	for i := range settlements {
		s := &settlements[i]
		ids[i], attempts[i], failures[i], keeps[i] = s.ID, s.Attempts, s.Failures, s.Keep
		states[i], wamids[i], media[i], reasons[i] = string(s.State), tx.messageHash(s.WAMID), s.Media, s.Reason
		was[i], noMedia[i] = string(s.Was), s.NoMedia
	}
	batch.Queue(`
		with locked as (
			select u.* from unnest($1::bigint[], $2::int[], $3::int[], $4::text[], $5::bytea[], $6::text[], $7::text[], $8::boolean[], $9::text[],
				$10::boolean[]) u (id, attempts, failures, state, wamid, media, reason, keep, was, no_media)
			join outbox o on o.id = u.id where o.id = any($1) order by o.id for update of o)
		update outbox o set
			state = case when o.state = u.was::outbox_state then u.state::outbox_state else o.state end,
			state_at = case when u.keep then o.state_at else now() end,
			failures = u.failures,
			wamid = coalesce(o.wamid, u.wamid),
			media = case when u.no_media then null when u.media = '' then o.media else jsonb_build_object('id', u.media) end,
			reason = case when o.state = u.was::outbox_state then u.reason else o.reason end
		from locked u
		where o.id = any($1) and o.id = u.id and o.attempts = u.attempts and (o.state = u.was::outbox_state or o.state in ('accepted', 'failed'))`,
		ids, attempts, failures, states, wamids, media, reasons, keeps, was, noMedia)
}

// queueSettledLanes goes by what the rows are now: a status may have settled one while its call was of unknown outcome.
func queueSettledLanes(batch *pgx.Batch, owner string, settlements []Settlement) {
	n := len(settlements)
	names, versions, ids := make([]string, n), make([]int64, n), make([]int64, n)
	mores, readies := make([]bool, n), make([]int64, n)
	for i := range settlements {
		s := &settlements[i]
		names[i], versions[i], ids[i], mores[i], readies[i] = s.Lane, s.Version, s.ID, s.More, s.Ready.Microseconds()
	}
	batch.Queue(`
		with locked as (
			select u.* from unnest($2::text[], $3::bigint[], $4::bigint[], $5::boolean[], $6::bigint[]) u (lane, version, id, more, ready)
			join outbox_lane l on l.lane = u.lane where l.lane = any($2) order by l.lane for update of l)
		update outbox_lane l set owner = null,
			ready_at = case
				when o.state not in ('accepted', 'failed', 'waiting') then now() + u.ready * interval '1 microsecond'
				when u.more or l.version <> u.version then now()
			end
		from locked u
		join outbox o on o.id = u.id
		where l.lane = any($2) and l.lane = u.lane and l.owner = $1::text::uuid`, owner, names, versions, ids, mores, readies)
}

// NextReady says in how long the next lane of the senders will be ready: negative when it is now. It is false when nothing
// is queued.
func (tx *Tx) NextReady(ctx context.Context, senders []string) (time.Duration, bool, error) {
	var next *time.Duration
	err := tx.QueryRow(ctx, `
		select min(l.ready_at) - clock_timestamp() from unnest($1::text[]) s (sender)
		cross join lateral (select ready_at from outbox_lane where sender = s.sender and ready_at is not null
			order by ready_at limit 1) l`, senders).Scan(&next)
	if err != nil {
		return 0, false, fmt.Errorf("read when lanes are ready: %w", err)
	}
	if next == nil {
		return 0, false, nil
	}
	return *next, true, nil
}

// CloseWindows records that the channel refused messages because the customer service windows of these conversations are closed.
func (tx *Tx) CloseWindows(ctx context.Context, conversations []int64) error {
	_, err := tx.Exec(ctx, `
		update conversation set window_expires_at = least(window_expires_at, now()) where id = any($1::bigint[])`, conversations)
	if err != nil {
		return fmt.Errorf("close windows: %w", err)
	}
	return nil
}
