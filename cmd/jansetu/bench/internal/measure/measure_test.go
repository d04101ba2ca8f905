package measure_test

import (
	"context"
	"os"
	"path/filepath"
	"runtime"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/measure"
	"github.com/jansetu/jansetu/deploy/local/postgres"
)

func TestTheMachineInOneLine(t *testing.T) {
	t.Parallel()
	m := measure.Machine{
		Cores: 2, CPU: "Some CPU", MemoryBytes: 8 << 30, OS: "linux/amd64", Go: "go1.26.0", PostgreSQL: "17.2", Fsync: 800 * time.Microsecond,
	}
	require.Equal(t, "2 cores Some CPU, 8 GiB, linux/amd64, go1.26.0, PostgreSQL 17.2, fsync 0.80 ms", m.String())
	require.Equal(t, runtime.NumCPU(), measure.ThisMachine().Cores)
}

func TestOurOwnProcessUsesTimeAndMemory(t *testing.T) {
	t.Parallel()
	before := measure.OwnCPU()
	require.Positive(t, before)
	for deadline := time.Now().Add(time.Minute); measure.OwnCPU() < before+20*time.Millisecond; {
		require.True(t, time.Now().Before(deadline), "what is used is counted")
	}
	if runtime.GOOS != "linux" {
		t.Skip("the system does not tell about other processes in /proc")
	}
	peak, ok := measure.PeakMemory(os.Getpid())
	require.True(t, ok)
	require.Greater(t, peak, int64(1<<20))
	cpu, ok := measure.CPU(os.Getpid())
	require.True(t, ok)
	require.GreaterOrEqual(t, cpu, 10*time.Millisecond)
	_, ok = measure.CPU(1 << 30)
	require.False(t, ok)
}

func TestTheDiskTakesItsTime(t *testing.T) {
	t.Parallel()
	took, err := measure.Fsync(t.TempDir())
	require.NoError(t, err)
	require.Positive(t, took)
	_, err = measure.Fsync(filepath.Join(t.TempDir(), "missing"))
	require.ErrorContains(t, err, "measure the disk")
}

func TestStatementsAreCountedExactly(t *testing.T) {
	t.Parallel()
	ctx := t.Context()
	cluster, err := postgres.Start(ctx, postgres.Config{
		DataDir: t.TempDir(), Disposable: true, Settings: map[string]string{"shared_preload_libraries": measure.Preload},
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Stop(context.Background())) })
	pool, err := pgxpool.New(ctx, cluster.URL())
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	statements, err := measure.CountStatements(ctx, pool)
	require.NoError(t, err)
	_, err = pool.Exec(ctx, "CREATE TABLE counted (n int)")
	require.NoError(t, err)
	before, err := statements.Now(ctx)
	require.NoError(t, err)

	tx, err := pool.Begin(ctx)
	require.NoError(t, err)
	for range 3 {
		_, err = tx.Exec(ctx, "INSERT INTO counted VALUES (1)")
		require.NoError(t, err)
	}
	require.NoError(t, tx.Commit(ctx))
	_, err = pool.Exec(ctx, "SELECT 2 AS alone")
	require.NoError(t, err)

	after, err := statements.Now(ctx)
	require.NoError(t, err)
	require.Equal(t, measure.Count{Statements: 4, Transactions: 1}, after.Sub(before))
	top, err := statements.Top(ctx, 2)
	require.NoError(t, err)
	require.Len(t, top, 2)
	version, err := measure.ServerVersion(ctx, pool)
	require.NoError(t, err)
	require.NotEmpty(t, version)
}
