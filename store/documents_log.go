package store

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5"
)

// ErrNotInLog says that the log does not hold an entry yet, or is empty.
var ErrNotInLog = errors.New("not in the log yet")

// LogHash is a hash of the log's tree.
type LogHash = [32]byte

// LogEntry is one record of the public log. Index is -1 while it waits for its place; Leaf is then without its moment.
type LogEntry struct {
	ID    int64
	Index int64
	Leaf  []byte
}

// LogGrowth is what becomes of waiting entries.
type LogGrowth struct {
	Leaves [][]byte  // of the entries, with their moment
	Hashes []LogHash // that the tree gains, in the order in which they are stored
	Note   string    // the signed checkpoint of the new size
	At     time.Time // of the last leaf
}

// LogEnd is where the log ends when entries are given their places.
type LogEnd struct {
	Size   int64
	LastAt time.Time // of the last leaf; zero: there is none
	Note   string    // the checkpoint at that size; empty: none
}

// LogHashes reads hashes of the log's tree by their place in storage.
type LogHashes func(ids []int64) ([]LogHash, error)

// GrowLog gives waiting entries, at most limit, their places at the end of the log, and keeps the checkpoint of the new size: all in
// one transaction, one process after the other. It answers how many there were. grow is not called when there are none.
func (s *Store) GrowLog(ctx context.Context, limit int, firstHash func(size int64) int64,
	grow func(end LogEnd, waiting []LogEntry, hashes LogHashes) (LogGrowth, error),
) (count int, err error) {
	err = s.WithTx(ctx, func(ctx context.Context, tx *Tx) error {
		end, err := lockLog(ctx, tx)
		if err != nil {
			return err
		}
		waiting, err := logEntries(ctx, tx, `select id, -1, leaf from log_entry where idx is null order by id limit $1`, limit)
		if err != nil || len(waiting) == 0 {
			return err
		}
		growth, err := grow(end, waiting, func(ids []int64) ([]LogHash, error) { return logHashes(ctx, tx, ids) })
		if err != nil {
			return err
		}
		count = len(waiting)
		return growLog(ctx, tx, end, waiting, growth, firstHash(end.Size))
	})
	return count, err
}

func lockLog(ctx context.Context, tx *Tx) (end LogEnd, err error) {
	var last *time.Time
	err = tx.QueryRow(ctx, `
		select h.size, nullif(h.last_at, '-infinity'), coalesce((select note from log_checkpoint c where c.size = h.size), '')
		from log_head h for update of h`).Scan(&end.Size, &last, &end.Note)
	if err != nil {
		return end, fmt.Errorf("lock the log: %w", err)
	}
	if last != nil {
		end.LastAt = *last
	}
	return end, nil
}

func growLog(ctx context.Context, tx *Tx, end LogEnd, waiting []LogEntry, growth LogGrowth, firstHash int64) error {
	ids, hashes := make([]int64, len(waiting)), make([][]byte, len(growth.Hashes))
	for i := range waiting {
		ids[i] = waiting[i].ID
	}
	for i := range growth.Hashes {
		hashes[i] = growth.Hashes[i][:]
	}
	size := end.Size + int64(len(waiting))
	batch := &pgx.Batch{}
	batch.Queue(`
		update log_entry e set leaf = n.leaf, idx = $3 + n.place - 1
		from unnest($1::bigint[], $2::bytea[]) with ordinality n (id, leaf, place) where e.id = n.id`, ids, growth.Leaves, end.Size)
	batch.Queue(`insert into log_hash (id, hash) select $2 + n.place - 1, n.hash from unnest($1::bytea[]) with ordinality n (hash, place)`,
		hashes, firstHash)
	batch.Queue(`insert into log_checkpoint (size, note) values ($1, $2)`, size, growth.Note)
	batch.Queue(`update log_head set size = $1, last_at = $2`, size, growth.At)
	if err := tx.SendBatch(ctx, batch).Close(); err != nil {
		return fmt.Errorf("grow the log: %w", err)
	}
	return nil
}

func logEntries(ctx context.Context, db querier, query string, arguments ...any) ([]LogEntry, error) {
	rows, err := db.Query(ctx, query, arguments...)
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	entries, err := pgx.CollectRows(rows, pgx.RowToStructByPos[LogEntry])
	if err != nil {
		return nil, fmt.Errorf("read the log: %w", err)
	}
	return entries, nil
}

func logHashes(ctx context.Context, db querier, ids []int64) ([]LogHash, error) {
	rows, err := db.Query(ctx, `select h.hash from unnest($1::bigint[]) with ordinality n (id, place) join log_hash h on h.id = n.id order by n.place`, ids)
	if err != nil {
		return nil, fmt.Errorf("read the log's hashes: %w", err)
	}
	found, err := pgx.CollectRows(rows, pgx.RowTo[[]byte])
	if err != nil {
		return nil, fmt.Errorf("read the log's hashes: %w", err)
	}
	if len(found) != len(ids) {
		return nil, fmt.Errorf("read the log's hashes: %d of %d are missing", len(ids)-len(found), len(ids))
	}
	hashes := make([]LogHash, len(found))
	for i := range found {
		hashes[i] = LogHash(found[i])
	}
	return hashes, nil
}

// LogHashes reads hashes of the log's tree by their place in storage.
func (s *Store) LogHashes(ctx context.Context) LogHashes {
	return func(ids []int64) ([]LogHash, error) { return logHashes(ctx, s.pool, ids) }
}

// LogEntry reads an entry, and the newest checkpoint. It fails with ErrNotInLog while the entry waits.
func (s *Store) LogEntry(ctx context.Context, id int64) (entry LogEntry, size int64, note string, err error) {
	err = s.pool.QueryRow(ctx, `
		select e.id, e.idx, e.leaf, c.size, c.note from log_entry e, lateral (select size, note from log_checkpoint order by size desc limit 1) c
		where e.id = $1 and e.idx is not null`, id).Scan(&entry.ID, &entry.Index, &entry.Leaf, &size, &note)
	if errors.Is(err, pgx.ErrNoRows) {
		return entry, 0, "", fmt.Errorf("%w: entry %d", ErrNotInLog, id)
	}
	if err != nil {
		return entry, 0, "", fmt.Errorf("read the log: %w", err)
	}
	return entry, size, note, nil
}

// LogLeaves reads the leaves from number from, at most limit, in their order.
func (s *Store) LogLeaves(ctx context.Context, from int64, limit int) ([]LogEntry, error) {
	return logEntries(ctx, s.pool, `select id, idx, leaf from log_entry where idx >= $1 order by idx limit $2`, from, limit)
}

// LogCheckpoint reads the newest checkpoint, as a signed note. It fails with ErrNotInLog when the log is empty.
func (s *Store) LogCheckpoint(ctx context.Context) (size int64, note string, err error) {
	err = s.pool.QueryRow(ctx, `select size, note from log_checkpoint order by size desc limit 1`).Scan(&size, &note)
	if errors.Is(err, pgx.ErrNoRows) {
		return 0, "", fmt.Errorf("%w: the log is empty", ErrNotInLog)
	}
	if err != nil {
		return 0, "", fmt.Errorf("read the log's checkpoint: %w", err)
	}
	return size, note, nil
}

// LogWaiting counts the entries that wait for their place, and says since when the oldest does.
func (s *Store) LogWaiting(ctx context.Context) (count int, oldest time.Time, err error) {
	var since *time.Time
	if err = s.pool.QueryRow(ctx, `select count(*), min(added_at) from log_entry where idx is null`).Scan(&count, &since); err != nil {
		return 0, time.Time{}, fmt.Errorf("count what waits for the log: %w", err)
	}
	if since != nil {
		oldest = *since
	}
	return count, oldest, nil
}

// Unpublished is what of the log nobody outside sees.
type Unpublished struct {
	Entries      int       // that are recorded beyond what was published
	WithoutPlace int       // of them, those that wait for their place
	Oldest       time.Time // when the oldest of them was recorded; zero: there is none
}

// LogUnpublished counts what was recorded beyond the first published entries.
func (s *Store) LogUnpublished(ctx context.Context, published int64) (u Unpublished, err error) {
	var since *time.Time
	err = s.pool.QueryRow(ctx, `select count(*), count(*) filter (where idx is null), min(added_at) from log_entry where idx is null or idx >= $1`, published).
		Scan(&u.Entries, &u.WithoutPlace, &since)
	if err != nil {
		return u, fmt.Errorf("count what is not published: %w", err)
	}
	if since != nil {
		u.Oldest = *since
	}
	return u, nil
}

// SignedCheckpoint is a checkpoint that was signed.
type SignedCheckpoint struct {
	Size int64
	Note string
}

// LogCheckpoints reads the checkpoints of logs greater than size, at most limit, in the order of their sizes.
func (s *Store) LogCheckpoints(ctx context.Context, size int64, limit int) ([]SignedCheckpoint, error) {
	rows, err := s.pool.Query(ctx, `select size, note from log_checkpoint where size > $1 order by size limit $2`, size, limit)
	if err != nil {
		return nil, fmt.Errorf("read the log's checkpoints: %w", err)
	}
	all, err := pgx.CollectRows(rows, pgx.RowToStructByPos[SignedCheckpoint])
	if err != nil {
		return nil, fmt.Errorf("read the log's checkpoints: %w", err)
	}
	return all, nil
}

// LogHashRange reads the hashes from place from, at most limit, in their order, with their places.
func (s *Store) LogHashRange(ctx context.Context, from int64, limit int) (places []int64, hashes []LogHash, err error) {
	rows, err := s.pool.Query(ctx, `select id, hash from log_hash where id >= $1 order by id limit $2`, from, limit)
	if err != nil {
		return nil, nil, fmt.Errorf("read the log's hashes: %w", err)
	}
	defer rows.Close()
	for rows.Next() {
		var place int64
		var hash []byte
		if err := rows.Scan(&place, &hash); err != nil {
			return nil, nil, fmt.Errorf("read the log's hashes: %w", err)
		}
		places, hashes = append(places, place), append(hashes, LogHash(hash))
	}
	return places, hashes, rows.Err()
}
