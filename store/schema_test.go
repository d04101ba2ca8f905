package store_test

import (
	"database/sql"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

func execute(t *testing.T, databaseURL, statement string) {
	t.Helper()
	db, err := sql.Open("pgx", databaseURL)
	require.NoError(t, err)
	defer func() { require.NoError(t, db.Close()) }()
	_, err = db.ExecContext(t.Context(), statement)
	require.NoError(t, err)
}

func TestMigratingAgainChangesNothing(t *testing.T) {
	t.Parallel()
	databaseURL := storetest.URL(t)
	var together sync.WaitGroup
	for range 3 {
		together.Go(func() {
			if err := store.Migrate(t.Context(), databaseURL); err != nil {
				t.Error(err)
			}
		})
	}
	together.Wait()
	require.NoError(t, open(t, databaseURL).CheckSchema(t.Context()))
}

func TestADatabaseOfEditedMigrationsIsRefused(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]string{
		"made by other texts":                           `update migration_text set hash = 'of another version' where version = 2`,
		"made before the texts of migrations were kept": `drop table migration_text`,
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			databaseURL := storetest.URL(t)
			execute(t, databaseURL, change)
			require.ErrorIs(t, store.Migrate(t.Context(), databaseURL), store.ErrOtherVersion)
			require.ErrorIs(t, open(t, databaseURL).CheckSchema(t.Context()), store.ErrOldSchema)
		})
	}
}

func open(t *testing.T, databaseURL string) *store.Store {
	t.Helper()
	opened, err := store.Open(t.Context(), databaseURL, storetest.Vault(t), store.Options{})
	require.NoError(t, err)
	t.Cleanup(opened.Close)
	return opened
}
