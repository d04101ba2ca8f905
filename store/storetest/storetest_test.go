package storetest_test

import (
	"context"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store/storetest"
)

func TestEveryTestHasADatabaseOfItsOwn(t *testing.T) {
	t.Parallel()
	for _, name := range []string{"one", "two", "three"} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			pool := storetest.New(t)
			_, err := pool.Exec(t.Context(), "CREATE TABLE only_here (id bigint)")
			require.NoError(t, err, "another test's table would be in the way")
		})
	}
}

func TestADatabaseHasTheSchema(t *testing.T) {
	t.Parallel()
	var tables int
	err := storetest.New(t).QueryRow(t.Context(), "SELECT count(*) FROM pg_tables WHERE schemaname NOT IN ('pg_catalog', 'information_schema')").Scan(&tables)
	require.NoError(t, err)
	require.Positive(t, tables)
}

func TestADatabaseIsDroppedWithItsTest(t *testing.T) {
	t.Parallel()
	var url string
	t.Cleanup(func() {
		_, err := pgx.Connect(context.WithoutCancel(t.Context()), url)
		require.ErrorContains(t, err, "does not exist")
	})
	url = storetest.URL(t) // its own cleanup runs before ours
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
}

func BenchmarkNew(b *testing.B) {
	for b.Loop() {
		storetest.URL(b)
	}
}
