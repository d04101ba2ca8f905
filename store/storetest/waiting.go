package storetest

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
)

// AwaitWaiting returns once a statement on the test's database waits for what another transaction holds.
func AwaitWaiting(t testing.TB, s *store.Store) {
	t.Helper()
	require.Eventually(t, func() bool {
		var waits bool
		err := s.Pool().QueryRow(t.Context(), `
			select exists (select from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock')`).Scan(&waits)
		return err == nil && waits
	}, 10*time.Second, 5*time.Millisecond)
}
