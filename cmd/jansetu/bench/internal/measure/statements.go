package measure

import (
	"context"
	"fmt"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
)

// Preload is the setting PostgreSQL must be started with so that [Statements] can count.
const Preload = "pg_stat_statements"

// Statements counts what a database executed, with pg_stat_statements: exactly, whoever asked.
type Statements struct {
	pool *pgxpool.Pool
}

// Count is what was executed until a moment.
type Count struct {
	Statements   int64 // without those that begin and end transactions
	Transactions int64 // those that wrote, in all databases of the cluster
}

// Sub is what was executed since an earlier count.
func (c Count) Sub(earlier Count) Count {
	return Count{Statements: c.Statements - earlier.Statements, Transactions: c.Transactions - earlier.Transactions}
}

// CountStatements prepares the database for counting; the user must be allowed to create the extension.
func CountStatements(ctx context.Context, pool *pgxpool.Pool) (*Statements, error) {
	if _, err := pool.Exec(ctx, "CREATE EXTENSION IF NOT EXISTS pg_stat_statements"); err != nil {
		return nil, fmt.Errorf("prepare to count statements: %w", err)
	}
	s := &Statements{pool: pool}
	if _, err := s.Now(ctx); err != nil {
		return nil, err
	}
	return s, nil
}

// countQuery takes transactions from the numbers that PostgreSQL gives to those that write: pg_stat_statements does not see a prepared
// "commit" again (it forgets the query id of utility statements), and PostgreSQL's statistics of transactions come a second late.
const countQuery = `
SELECT coalesce(sum(calls) FILTER (WHERE NOT bounds), 0)::bigint,
       pg_snapshot_xmax(pg_current_snapshot())::text::bigint
FROM (
	SELECT calls,
	       query ILIKE 'begin%' OR query ILIKE 'start transaction%' OR query ILIKE 'commit%' OR query ILIKE 'rollback%' OR
	       query ILIKE 'end%' AS bounds
	FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
	WHERE d.datname = current_database() AND s.toplevel AND query NOT ILIKE '%pg_stat_statements%'
) AS executed`

// Now counts everything executed in the database so far, without the counting itself.
func (s *Statements) Now(ctx context.Context) (Count, error) {
	var c Count
	if err := s.pool.QueryRow(ctx, countQuery).Scan(&c.Statements, &c.Transactions); err != nil {
		return Count{}, fmt.Errorf("count statements: %w", err)
	}
	return c, nil
}

// Statement is one of the most expensive statements of a run.
type Statement struct {
	Calls        int64   `json:"calls"`
	Milliseconds float64 `json:"total_ms"`
	Query        string  `json:"query"`
}

// Top returns the statements that took most time in all, the worst first, shortened and without values.
func (s *Statements) Top(ctx context.Context, limit int) ([]Statement, error) {
	rows, err := s.pool.Query(ctx, `
SELECT calls, total_exec_time, left(regexp_replace(query, '\s+', ' ', 'g'), 160)
FROM pg_stat_statements s JOIN pg_database d ON d.oid = s.dbid
WHERE d.datname = current_database() AND query NOT ILIKE '%pg_stat_statements%'
ORDER BY total_exec_time DESC LIMIT $1`, limit)
	if err != nil {
		return nil, fmt.Errorf("list expensive statements: %w", err)
	}
	top, err := pgx.CollectRows(rows, pgx.RowToStructByPos[Statement])
	if err != nil {
		return nil, fmt.Errorf("read expensive statements: %w", err)
	}
	return top, nil
}

// ServerVersion is the version of the PostgreSQL server.
func ServerVersion(ctx context.Context, pool *pgxpool.Pool) (string, error) {
	var version string
	if err := pool.QueryRow(ctx, "SHOW server_version").Scan(&version); err != nil {
		return "", fmt.Errorf("ask for the server's version: %w", err)
	}
	return version, nil
}
