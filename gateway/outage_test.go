package gateway_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/store"
)

func TestPostgreSQLMayGoAndComeBack(t *testing.T) {
	t.Parallel()
	config := postgres.Config{DataDir: t.TempDir(), Disposable: true}
	cluster, err := postgres.Start(t.Context(), config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, cluster.Stop(context.Background())) })
	config.Port = cluster.Port()
	require.NoError(t, store.Migrate(t.Context(), cluster.URL()))
	h := &hub{t: t, database: cluster.URL(), meta: newMeta(t), temporal: newTemporal()}
	h.serve()
	require.Equal(t, http.StatusOK, h.post(text("919900000001", "1", "before")))
	require.Equal(t, "before", h.meta.next(t).Text.Body)
	status, _ := h.get("/readyz")
	require.Equal(t, http.StatusOK, status)

	require.NoError(t, cluster.Stop(t.Context()))
	started := time.Now()
	require.Equal(t, http.StatusServiceUnavailable, h.post(text("919900000001", "2", "during")))
	require.Less(t, time.Since(started), patience, "it says so at once and does not hang")
	status, missing := h.get("/readyz")
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, "postgresql", missing)
	status, _ = h.get("/healthz")
	require.Equal(t, http.StatusOK, status)

	cluster, err = postgres.Start(t.Context(), config)
	require.NoError(t, err)
	require.Eventually(t, func() bool { return h.post(text("919900000001", "2", "during")) == http.StatusOK }, patience, 20*time.Millisecond)
	require.Equal(t, "during", h.meta.next(t).Text.Body)
	require.Equal(t, http.StatusOK, h.post(text("919900000001", "2", "during")))
	require.Equal(t, 2, h.count(`select count(*) from outbox`))
}
