package bench

import (
	"context"
	"fmt"
	"log/slog"
	"path/filepath"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/measure"
	"github.com/jansetu/jansetu/deploy/local/postgres"
)

const databaseStopLimit = 30 * time.Second

// database is the hub's PostgreSQL, with an eye on what it executes.
type database struct {
	url        string
	cluster    *postgres.Cluster // nil when the caller gave an address
	pool       *pgxpool.Pool
	statements *measure.Statements // nil when the server does not count them
	version    string
}

// startDatabase starts a private cluster, durable as in production, or uses the one at url.
func startDatabase(ctx context.Context, url, folder string, log *slog.Logger) (*database, error) {
	d := &database{url: url}
	if url == "" {
		cluster, err := postgres.Start(ctx, postgres.Config{
			DataDir: filepath.Join(folder, "postgres"), Log: log,
			Settings: map[string]string{"shared_preload_libraries": measure.Preload},
		})
		if err != nil {
			return nil, fmt.Errorf("start PostgreSQL: %w", err)
		}
		d.cluster, d.url = cluster, cluster.URL()
	}
	if err := d.connect(ctx, log); err != nil {
		d.stop(ctx)
		return nil, err
	}
	return d, nil
}

func (d *database) connect(ctx context.Context, log *slog.Logger) error {
	config, err := pgxpool.ParseConfig(d.url)
	if err != nil {
		return fmt.Errorf("read the database's address: %w", err)
	}
	config.MaxConns = 2
	if d.pool, err = pgxpool.NewWithConfig(ctx, config); err != nil {
		return fmt.Errorf("connect to PostgreSQL: %w", err)
	}
	if d.version, err = measure.ServerVersion(ctx, d.pool); err != nil {
		return err
	}
	if d.statements, err = measure.CountStatements(ctx, d.pool); err != nil {
		log.WarnContext(ctx, "statements will not be counted: start PostgreSQL with shared_preload_libraries=pg_stat_statements", "error", err)
	}
	return nil
}

// analyze gives the planner the statistics that autovacuum gives it within the first minutes of a hub's life. Without them a run of
// a minute measures the plans of empty tables.
func (d *database) analyze(ctx context.Context) error {
	if _, err := d.pool.Exec(ctx, "ANALYZE"); err != nil {
		return fmt.Errorf("analyze the database: %w", err)
	}
	return nil
}

// countInbox counts the messages that the hub has noted; by their ids, which it keeps as keyed hashes, they could not be found.
func (d *database) countInbox(ctx context.Context) (int, error) {
	var rows int
	if err := d.pool.QueryRow(ctx, "SELECT count(*) FROM inbox").Scan(&rows); err != nil {
		return 0, fmt.Errorf("count rows of the inbox: %w", err)
	}
	return rows, nil
}

// pid is the postmaster's, 0 when the server is not ours.
func (d *database) pid() int {
	if d.cluster == nil {
		return 0
	}
	return d.cluster.Pid()
}

func (d *database) stop(ctx context.Context) {
	if d.pool != nil {
		d.pool.Close()
	}
	if d.cluster == nil {
		return
	}
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), databaseStopLimit)
	defer cancel()
	_ = d.cluster.Stop(ctx) // a cluster that had to be killed is of no further use either
}
