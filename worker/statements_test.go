package worker_test

import (
	"context"
	"encoding/json"
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// statements counts what is asked of PostgreSQL.
type statements struct {
	mu    sync.Mutex
	total int
}

func (s *statements) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	s.count()
	return ctx
}

func (*statements) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (s *statements) TraceBatchStart(ctx context.Context, _ *pgx.Conn, data pgx.TraceBatchStartData) context.Context {
	for range data.Batch.QueuedQueries {
		s.count()
	}
	return ctx
}

func (*statements) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (*statements) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func (s *statements) count() {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.total++
}

// take answers how many there were since it was last asked.
func (s *statements) take() (total int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	total, s.total = s.total, 0
	return total
}

// countedStore is a store on a fresh database whose statements are counted, and one on the same database for those who only look on.
func countedStore(t *testing.T) (counted, uncounted *store.Store, counts *statements) {
	t.Helper()
	counts = &statements{}
	address, keys := storetest.URL(t), storetest.Vault(t)
	open := func(tracer pgx.QueryTracer) *store.Store {
		config, err := store.PoolConfig(address, store.Options{})
		require.NoError(t, err)
		config.ConnConfig.Tracer = tracer
		pool, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
		require.NoError(t, err)
		t.Cleanup(pool.Close)
		return store.New(pool, keys)
	}
	return open(counts), open(nil), counts
}

var statementsFile struct{ sync.Mutex }

// recordStatements notes what a recorded request asked of the hub's PostgreSQL: activities, webhooks and the codec; neither the dialog
// before it nor the outbox that sends.
func recordStatements(t *testing.T, name string, total int) {
	t.Helper()
	statementsFile.Lock()
	defer statementsFile.Unlock()
	file := filepath.Join("..", "workflows", "testdata", "statements.json")
	counts := map[string]int{}
	content, err := os.ReadFile(file)
	if !errors.Is(err, fs.ErrNotExist) {
		require.NoError(t, err)
		require.NoError(t, json.Unmarshal(content, &counts))
	}
	counts[name] = total
	content, err = json.MarshalIndent(counts, "", " ")
	require.NoError(t, err)
	require.NoError(t, os.WriteFile(file, append(content, '\n'), 0o600))
}
