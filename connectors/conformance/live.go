package conformance

import (
	"context"
	"errors"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance/live"
)

// probe is a call of a real portal that changes nothing.
type probe struct {
	name string
	call func(ctx context.Context) error
}

// isLive tells whether the suite is turned to a real portal.
func isLive() bool { return os.Getenv(live.AddressVariable) != "" }

// liveConfig is the real portal with nothing but defaults.
func liveConfig(settings, credentials map[string]string) connectors.PortalConfig {
	return connectors.PortalConfig{Name: "live", URL: os.Getenv(live.AddressVariable), Settings: settings, Credentials: credentials}.WithDefaults()
}

// runLive makes the probes one after the other.
func runLive(t *testing.T, capability string, probes []probe) {
	t.Run(capability, func(t *testing.T) {
		for _, each := range probes {
			t.Run("real portal: "+each.name, func(t *testing.T) { requireKnown(t, each.call(t.Context())) })
		}
	})
}

// requireKnown accepts every answer of the portal we know.
func requireKnown(t *testing.T, err error) {
	t.Helper()
	switch connectors.ClassOf(err) {
	case connectors.ClassOK, connectors.ClassNotFound, connectors.ClassInputRejected, connectors.ClassChallenge, connectors.ClassRefused:
	case connectors.ClassUnavailable:
		t.Skipf("nothing can be said now: %v", err)
	default:
		if changed, ok := errors.AsType[*connectors.ChangedError](err); ok {
			t.Logf("evidence: %s", changed.Evidence)
		}
		require.NoError(t, err)
	}
}
