package conformance

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

// Serve serves a twin, or what a test answers in its place, until the test ends.
func Serve(t testing.TB, handler http.Handler) (url string) {
	t.Helper()
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	return server.URL
}

// Connect serves a handler and opens a connector to it, for tests of what is a
// family's own; it is closed when the test ends. The address and a budget that
// slows nothing are set here, and a breaker that never opens where the config has
// none.
func Connect[C io.Closer](t testing.TB, handler http.Handler, open func(connectors.PortalConfig) (C, error), config connectors.PortalConfig) C {
	t.Helper()
	config.URL = Serve(t, handler)
	config.Budget = connectors.Budget{RequestsPerSecond: 1e6, Burst: 1e6, Concurrent: 64}
	if config.Breaker.Failures == 0 {
		config.Breaker.Failures = 1 << 20
	}
	connector, err := open(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}
