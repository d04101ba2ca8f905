package publish_test

import (
	"crypto/ed25519"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/publish"
)

func TestALogThatAWitnessDoesNotSignIsSeen(t *testing.T) {
	t.Parallel()
	bench := issuetest.New(t, nil)
	bench.Request(t, "R1")
	_, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	status := http.StatusForbidden
	witness := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) { http.Error(w, "a slot is there twice", status) }))
	t.Cleanup(witness.Close)
	p, err := publish.New(publish.Config{
		Log: bench.Store, Folder: t.TempDir(), Key: bench.Keys.LogKey, Slog: slog.New(slog.DiscardHandler), Quorum: 1,
		Witnesses: []publish.Witness{{URL: witness.URL, Key: cosigner(t)}},
	})
	require.NoError(t, err)
	monitor := publish.NewMonitor(bench.Store, p)
	before := time.Now().Add(-time.Minute)
	for range 2 {
		_, err = p.Publish(t.Context())
		require.ErrorIs(t, err, publiclog.ErrTooFewWitnesses)
	}
	witness.Close()
	_, err = p.Publish(t.Context())
	require.ErrorIs(t, err, publiclog.ErrTooFewWitnesses)

	health, err := monitor.Health(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, health.Unpublished)
	require.Zero(t, health.Waiting)
	require.True(t, health.Since.After(before))
	require.Equal(t, publiclog.ErrTooFewWitnesses.Error(), health.Trouble)
	require.Equal(t, map[string]publish.Answers{"witness.example": {Refused: 2, Unreachable: 1}}, health.Witnesses)
	require.True(t, health.ListMade.IsZero())
}

func TestTheLagOfALogIsMeasured(t *testing.T) {
	t.Parallel()
	bench, folder := issuetest.New(t, nil), t.TempDir()
	p := publisher(t, bench, folder)
	registry := prometheus.NewRegistry()
	later := func() time.Time { return time.Now().Add(time.Hour) }
	require.NoError(t, registry.Register(publish.NewMetrics(publish.NewMonitor(bench.Store, p), later)))
	bench.Request(t, "R1")
	_, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R1", "K Lakshmi Devi"))
	require.NoError(t, err)
	_, err = p.Publish(t.Context())
	require.NoError(t, err)
	require.NoError(t, bench.Issuer.RefreshRevocations(t.Context()))
	values := measured(t, registry)
	require.InDelta(t, 3600, values["jansetu_public_log_revocation_list_age_seconds"], 60)
	require.Zero(t, values["jansetu_public_log_unpublished_seconds"])
	require.Zero(t, values["jansetu_public_log_unpublished"])
	require.InDelta(t, 1, values["jansetu_public_log_published"], 0)

	bench.Request(t, "R2")
	_, err = bench.Issuer.Issue(t.Context(), issuetest.Order("R2", "K Lakshmi Devi"))
	require.NoError(t, err)
	values = measured(t, registry)
	require.InDelta(t, 1, values["jansetu_public_log_unpublished"], 0)
	require.InDelta(t, 3600, values["jansetu_public_log_unpublished_seconds"], 60)
	require.NoError(t, os.WriteFile(filepath.Join(folder, "checkpoint"), []byte("something else"), 0o600))
	require.Zero(t, measured(t, registry)["jansetu_public_log_readable"])
}

// measured are the gauges by name.
func measured(t *testing.T, registry *prometheus.Registry) map[string]float64 {
	t.Helper()
	found, err := registry.Gather()
	require.NoError(t, err)
	values := map[string]float64{}
	for _, family := range found {
		values[family.GetName()] = family.GetMetric()[0].GetGauge().GetValue()
	}
	return values
}

func cosigner(t *testing.T) *publiclog.Cosigner {
	t.Helper()
	public, _, err := ed25519.GenerateKey(nil)
	require.NoError(t, err)
	return publiclog.NewCosigner("witness.example", public)
}
