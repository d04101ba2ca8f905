package worker_test

import (
	"io"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/worker"
)

// quick is a portal that is asked often and given up on soon.
func quick(name, family string, settings map[string]string) connectors.PortalConfig {
	return connectors.PortalConfig{
		Name: name, Family: family, Settings: settings, Credentials: twins.Credentials(family),
		Budget:   connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
		Timeouts: connectors.Timeouts{Attempt: 2 * time.Second, Total: 4 * time.Second},
		Breaker:  connectors.Breaker{Failures: 5, OpenFor: time.Second, Probes: 1},
	}.WithDefaults()
}

// connect serves a portal's twin and opens the connector to it, until the test ends.
func connect[C io.Closer](t *testing.T, stand twins.Twin, open func(connectors.PortalConfig) (C, error), portal connectors.PortalConfig) C {
	t.Helper()
	portal.URL = served(t, stand)
	connector, err := open(portal)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}

func served(t *testing.T, stand twins.Twin) (url string) {
	t.Helper()
	server := httptest.NewServer(stand)
	t.Cleanup(func() { server.Close(); require.NoError(t, stand.Close()) })
	return server.URL
}

// newPortalHub is a hub that reaches one more portal.
func newPortalHub(t *testing.T, portal string, connector any) *hub {
	t.Helper()
	return newHub(t, func(_ *hub, config *worker.Config) { config.Portals[portal] = connector })
}
