package store

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
)

// Delivery is what became of a message that the channel accepted.
type Delivery string

// The deliveries, in the order in which they can only move. A message that was delivered cannot fail any more.
const (
	DeliverySent      Delivery = "sent"
	DeliveryDelivered Delivery = "delivered"
	DeliveryRead      Delivery = "read"
	DeliveryPlayed    Delivery = "played"
	DeliveryFailed    Delivery = "failed"
)

func (d Delivery) rank() int {
	return slices.Index([]Delivery{DeliverySent, DeliveryDelivered, DeliveryRead, DeliveryPlayed, DeliveryFailed}, d)
}

// Status is news of one message that we sent: of an outbox row if its id came back, else of a wamid.
type Status struct {
	Row      int64 // 0: known only by wamid
	Attempt  int   // of Row
	WAMID    string
	Delivery Delivery
	At       time.Time
	Reason   string // of DeliveryFailed
}

// StatusEffect is what a status did to a row.
type StatusEffect struct {
	Row          int64
	WAMID        string
	Conversation int64
	Delivery     Delivery
	Failures     int
	Attempts     int
	Resolved     bool // the row was in doubt or being sent, and the status says that it had been accepted
}

// ApplyStatuses moves deliveries forward, never back, and says which rows moved. A status may come before the answer to
// the call, and completes a row whose outcome was in doubt: its lane goes on at once.
func (tx *Tx) ApplyStatuses(ctx context.Context, statuses []Status) ([]StatusEffect, error) {
	statuses, err := tx.resolveWAMIDs(ctx, statuses)
	if err != nil || len(statuses) == 0 {
		return nil, err
	}
	columns := tx.statusColumns(furthest(statuses))
	// A lane's owner is asked for as it is now, not in a condition: who doubted its row may have let it go after the statement began.
	rows, err := tx.Query(ctx, `
		with locked as (
			select o.id, o.lane, o.state in ('sending', 'doubt') as unsettled, o.state = 'doubt' as doubted,
				u.attempt, u.wamid, u.delivery, u.at, u.reason
			from unnest($1::bigint[], $2::int[], $3::bytea[], $4::text[], $5::timestamptz[], $6::text[])
				u (id, attempt, wamid, delivery, at, reason)
			join outbox o on o.id = u.id order by o.id for update of o),
		moved as (
			update outbox o set
				delivery = u.delivery::outbox_delivery, delivery_at = u.at,
				wamid = coalesce(o.wamid, u.wamid),
				state = case when u.unsettled then 'accepted' else o.state end,
				reason = case when u.reason = '' then o.reason else u.reason end
			from locked u
			where o.id = u.id and o.state in ('sending', 'doubt', 'accepted')
				and case when u.delivery = 'failed' then o.attempts = u.attempt and (o.delivery is null or o.delivery = 'sent')
					else o.delivery is null or o.delivery < u.delivery::outbox_delivery end
			returning o.id, o.wamid, coalesce(o.conversation, 0) as conversation, o.delivery, o.failures, o.attempts, u.unsettled,
				u.lane, u.doubted),
		freed as (
			update outbox_lane set ready_at = case when owner is null and ready_at is not null then now() else ready_at end, version = version + 1
			where lane in (select lane from moved where doubted))
		select id, wamid, conversation, delivery, failures, attempts, unsettled from moved`,
		columns.rows, columns.attempts, columns.wamids, columns.deliveries, columns.times, columns.reasons)
	if err != nil {
		return nil, fmt.Errorf("apply statuses: %w", err)
	}
	effects, err := pgx.CollectRows(rows, columns.scanEffect)
	if err != nil {
		return nil, fmt.Errorf("apply statuses: %w", err)
	}
	return effects, nil
}

// resolveWAMIDs finds the rows of statuses that came without our id, and drops those of messages we do not know.
func (tx *Tx) resolveWAMIDs(ctx context.Context, statuses []Status) ([]Status, error) {
	var unknown []string
	for i := range statuses {
		if statuses[i].Row == 0 {
			unknown = append(unknown, statuses[i].WAMID)
		}
	}
	if len(unknown) == 0 {
		return statuses, nil
	}
	type match struct {
		WAMID    []byte
		ID       int64
		Attempts int
	}
	rows, err := tx.Query(ctx, `select wamid, id, attempts from outbox where wamid = any($1::bytea[])`, tx.messageHashes(unknown))
	if err != nil {
		return nil, fmt.Errorf("find messages of statuses: %w", err)
	}
	matches, err := pgx.CollectRows(rows, pgx.RowToStructByPos[match])
	if err != nil {
		return nil, fmt.Errorf("find messages of statuses: %w", err)
	}
	known := make([]Status, 0, len(statuses))
	for _, status := range statuses {
		hash := tx.messageHash(status.WAMID)
		i := slices.IndexFunc(matches, func(m match) bool { return bytes.Equal(m.WAMID, hash) })
		if status.Row == 0 && i >= 0 {
			status.Row, status.Attempt = matches[i].ID, matches[i].Attempts
		}
		if status.Row != 0 {
			known = append(known, status)
		}
	}
	return known, nil
}

// furthest keeps, of several statuses of one row and attempt, the one that counts; sorted by row.
func furthest(statuses []Status) []Status {
	statuses = slices.Clone(statuses)
	slices.SortStableFunc(statuses, func(a, b Status) int {
		return cmp.Or(cmp.Compare(a.Row, b.Row), cmp.Compare(b.Attempt, a.Attempt), cmp.Compare(precedence(b), precedence(a)))
	})
	return slices.CompactFunc(statuses, func(a, b Status) bool { return a.Row == b.Row })
}

// precedence puts failed between sent and delivered: what was delivered did not fail.
func precedence(s Status) float64 {
	if s.Delivery == DeliveryFailed {
		return 0.5
	}
	return float64(s.Delivery.rank())
}

type statusArrays struct {
	rows                []int64
	attempts            []int
	deliveries, reasons []string
	wamids              [][]byte
	ids                 map[string]string // by hash
	times               []time.Time
}

func (tx *Tx) statusColumns(statuses []Status) (c statusArrays) {
	c.ids = make(map[string]string, len(statuses))
	for i := range statuses {
		s := &statuses[i]
		c.rows = append(c.rows, s.Row)
		c.attempts = append(c.attempts, s.Attempt)
		hash := tx.messageHash(s.WAMID)
		c.wamids, c.ids[string(hash)] = append(c.wamids, hash), s.WAMID
		c.deliveries = append(c.deliveries, string(s.Delivery))
		c.reasons = append(c.reasons, s.Reason)
		c.times = append(c.times, s.At)
	}
	return c
}

// scanEffect names the message as the status did; empty when the row has another.
func (c *statusArrays) scanEffect(row pgx.CollectableRow) (e StatusEffect, err error) {
	var hash []byte
	err = row.Scan(&e.Row, &hash, &e.Conversation, &e.Delivery, &e.Failures, &e.Attempts, &e.Resolved)
	e.WAMID = c.ids[string(hash)]
	return e, err
}

// FailedMessage says what to do with a message that was accepted and then failed.
type FailedMessage struct {
	Row         int64
	Again       bool          // send again after Delay; else it has failed for good
	Delay       time.Duration // of the whole lane
	ForgetMedia bool          // upload the attachment again
}

// HandleFailed carries out what was decided about failed messages.
func (tx *Tx) HandleFailed(ctx context.Context, failed []FailedMessage) error {
	batch := &pgx.Batch{}
	for _, f := range failed {
		if !f.Again {
			batch.Queue(`update outbox set state = 'failed', state_at = now() where id = $1`, f.Row)
			continue
		}
		batch.Queue(`
			with again as (update outbox set state = 'queued', state_at = now(), delivery = null, wamid = null, failures = failures + 1,
				media = case when $3 then null else media end where id = $1 returning lane)
			update outbox_lane set version = version + 1, ready_at = coalesce(ready_at, now() + $2::interval)
			where lane = (select lane from again)`, f.Row, f.Delay, f.ForgetMedia)
	}
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("handle failed messages: %w", err)
	}
	return nil
}
