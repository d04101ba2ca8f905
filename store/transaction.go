package store

import (
	"context"
	"errors"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"
	"github.com/jackc/pgx/v5/pgxpool"
)

// transaction asks PostgreSQL as seldom as it can: begin travels with the first statement, and what is put off with the next one, or with
// commit (pipeline mode, PostgreSQL's manual 34.5). What is put off is done in its turn all the same.
type transaction struct {
	conn  *pgxpool.Conn
	begun bool
	later []putOff
	err   error // of what was put off
}

type putOff struct {
	doing   string
	query   *pgx.QueuedQuery
	refusal string // an error code of PostgreSQL
	means   error  // what the refusal means; nil: nothing
}

// begin takes a connection of the pool. Whoever begins must release it in the end, after a commit too.
func begin(ctx context.Context, pool *pgxpool.Pool) (*transaction, error) {
	conn, err := pool.Acquire(ctx)
	if err != nil {
		return nil, err
	}
	return &transaction{conn: conn}, nil
}

// putOff has a statement done before the next one, or with commit. Its result is not asked for; doing is what its error says.
func (t *transaction) putOff(doing, sql string, arguments ...any) {
	t.later = append(t.later, putOff{doing: doing, query: &pgx.QueuedQuery{SQL: sql, Arguments: arguments}})
}

// putOffChange is putOff for an update that must find its row, and fails with missing otherwise: PostgreSQL itself has to refuse, since
// the commit is on its way already.
func (t *transaction) putOffChange(doing string, missing error, update string, arguments ...any) {
	query := &pgx.QueuedQuery{SQL: `with changed as (` + update + ` returning 1) select 1 / count(*) from changed`, Arguments: arguments}
	t.later = append(t.later, putOff{doing, query, divisionByZero, missing})
}

// putOffNew is putOff for an insert that must be the first with its unique key, and fails with taken otherwise.
func (t *transaction) putOffNew(doing string, taken error, insert string, arguments ...any) {
	t.later = append(t.later, putOff{doing, &pgx.QueuedQuery{SQL: insert, Arguments: arguments}, uniqueViolation, taken})
}

// PostgreSQL's error codes.
const (
	divisionByZero  = "22012"
	uniqueViolation = "23505"
)

func (p putOff) failed(err error) error {
	var refused *pgconn.PgError
	if p.means != nil && errors.As(err, &refused) && refused.Code == p.refusal {
		err = p.means
	}
	return fmt.Errorf("%s: %w", p.doing, err)
}

// Exec does a statement.
func (t *transaction) Exec(ctx context.Context, sql string, arguments ...any) (pgconn.CommandTag, error) {
	if t.upToDate() {
		return t.conn.Exec(ctx, sql, arguments...)
	}
	results := t.SendBatch(ctx, batchOf(sql, arguments))
	tag, err := results.Exec()
	if closing := results.Close(); err == nil {
		err = closing
	}
	return tag, err
}

// Query asks for rows.
func (t *transaction) Query(ctx context.Context, sql string, arguments ...any) (pgx.Rows, error) {
	if t.upToDate() {
		return t.conn.Query(ctx, sql, arguments...)
	}
	results := t.SendBatch(ctx, batchOf(sql, arguments))
	rows, err := results.Query()
	if err != nil {
		_ = results.Close()
		return nil, err
	}
	return &lastRows{rows, results}, nil
}

// QueryRow asks for one row.
func (t *transaction) QueryRow(ctx context.Context, sql string, arguments ...any) pgx.Row {
	if t.upToDate() {
		return t.conn.QueryRow(ctx, sql, arguments...)
	}
	rows, err := t.Query(ctx, sql, arguments...)
	return lastRow{rows, err}
}

// SendBatch does several statements, as pgx.Tx does.
func (t *transaction) SendBatch(ctx context.Context, batch *pgx.Batch) pgx.BatchResults {
	if t.upToDate() {
		return t.conn.SendBatch(ctx, batch)
	}
	ahead := t.later
	if !t.begun {
		ahead = append([]putOff{{doing: "begin", query: &pgx.QueuedQuery{SQL: "begin"}}}, ahead...)
	}
	t.begun, t.later = true, nil
	return t.send(ctx, ahead, batch)
}

func (t *transaction) upToDate() bool { return t.begun && len(t.later) == 0 }

// send sends what goes ahead and the batch together. When what goes ahead fails, so does everything that is read of the results.
func (t *transaction) send(ctx context.Context, ahead []putOff, batch *pgx.Batch) pgx.BatchResults {
	all := &pgx.Batch{}
	for _, each := range ahead {
		all.QueuedQueries = append(all.QueuedQueries, each.query)
	}
	all.QueuedQueries = append(all.QueuedQueries, batch.QueuedQueries...)
	results := t.conn.SendBatch(ctx, all)
	for _, each := range ahead {
		if _, err := results.Exec(); err != nil && t.err == nil {
			t.err = each.failed(err)
		}
	}
	return results
}

func batchOf(sql string, arguments []any) *pgx.Batch {
	batch := &pgx.Batch{}
	batch.Queue(sql, arguments...)
	return batch
}

// commit ends the transaction. What was put off and is all there is needs no begin: PostgreSQL does what is sent together in one.
func (t *transaction) commit(ctx context.Context) error {
	end := &pgx.Batch{}
	if t.begun {
		end.Queue("commit").Exec(func(tag pgconn.CommandTag) error {
			if tag.String() == "ROLLBACK" {
				return pgx.ErrTxCommitRollback
			}
			return nil
		})
	}
	if len(t.later) == 0 && !t.begun {
		return nil
	}
	err := t.send(ctx, t.later, end).Close()
	if t.err != nil {
		return t.err
	}
	return err
}

// release gives the connection back, without what was not committed.
func (t *transaction) release(ctx context.Context) {
	if t.conn.Conn().PgConn().TxStatus() != 'I' {
		_, _ = t.conn.Exec(ctx, "rollback") // the pool closes a connection on which it failed
	}
	t.conn.Release()
}

// lastRows are the rows of the last statement of a batch, with which it ends.
type lastRows struct {
	pgx.Rows

	results pgx.BatchResults
}

func (r *lastRows) Next() bool {
	if r.Rows.Next() {
		return true
	}
	r.Close()
	return false
}

func (r *lastRows) Close() {
	r.Rows.Close()
	_ = r.results.Close() // the rows have told
}

type lastRow struct {
	rows pgx.Rows
	err  error
}

func (r lastRow) Scan(into ...any) error {
	if r.err != nil {
		return r.err
	}
	defer r.rows.Close()
	if !r.rows.Next() {
		if err := r.rows.Err(); err != nil {
			return err
		}
		return pgx.ErrNoRows
	}
	if err := r.rows.Scan(into...); err != nil {
		return err
	}
	r.rows.Close()
	return r.rows.Err()
}
