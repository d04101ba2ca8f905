package portal_test

import (
	"context"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// serveBenchmark is serve with a portal that answers at once, and sealed sessions.
func serveBenchmark(b *testing.B) *portal.Client {
	b.Helper()
	sealer, err := portal.NewEphemeralSealer()
	require.NoError(b, err)
	return serve(b, func(http.ResponseWriter, *http.Request) {}, func(_ *connectors.PortalConfig, options *portal.Options) {
		options.Sealer = sealer
	})
}

// hasty is for calls that run into their deadline. All others have time, however
// busy the machine is.
func hasty(config *connectors.PortalConfig, _ *portal.Options) {
	config.Timeouts.Attempt = 50 * time.Millisecond
}

// serve starts a portal and a client of it, adjusted by tune.
func serve(t testing.TB, handler http.HandlerFunc, tune ...func(*connectors.PortalConfig, *portal.Options)) *portal.Client {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	config := connectors.PortalConfig{
		Name: "test", URL: server.URL,
		Budget:   connectors.Budget{RequestsPerSecond: 10_000, Burst: 10_000, Concurrent: 50},
		Timeouts: connectors.Timeouts{Attempt: time.Minute, Total: time.Minute},
	}
	options := portal.Options{RetryWait: 5 * time.Millisecond}
	for _, change := range tune {
		change(&config, &options)
	}
	client, err := portal.New(config, options)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	return client
}

func get(client *portal.Client, path string) (*portal.Response, error) {
	return client.Do(context.Background(), portal.Request{Operation: "read", Method: http.MethodGet, Path: path})
}

func submit(client *portal.Client) error {
	_, err := client.Do(context.Background(), portal.Request{
		Operation: "write", Method: http.MethodPost, Path: "/submit",
		Body: []byte("amount=1"), ContentType: "application/x-www-form-urlencoded", Reference: "AP-1/post",
	})
	return err
}

func requireUnavailable(t *testing.T, err error, reason connectors.UnavailableReason) *connectors.UnavailableError {
	t.Helper()
	var unavailable *connectors.UnavailableError
	require.ErrorAs(t, err, &unavailable)
	require.Equal(t, reason, unavailable.Reason)
	return unavailable
}

// recorder is an Observer that remembers.
type recorder struct {
	mu     sync.Mutex
	calls  []connectors.Call
	states []connectors.BreakerState
}

func (r *recorder) PortalCalled(call connectors.Call) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.calls = append(r.calls, call)
}

func (r *recorder) BreakerChanged(_ string, state connectors.BreakerState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	r.states = append(r.states, state)
}

func (r *recorder) seen() ([]connectors.Call, []connectors.BreakerState) {
	r.mu.Lock()
	defer r.mu.Unlock()
	return append([]connectors.Call(nil), r.calls...), append([]connectors.BreakerState(nil), r.states...)
}
