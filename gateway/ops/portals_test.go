package ops_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
)

func TestOperatorsSeeHowThePortalsAre(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	asha := h.Browser("asha")
	_, page := asha.Get("/ops/portals")
	require.Contains(t, page, "None was looked at yet")
	require.NoError(t, h.store.SetPortalState(t.Context(), store.PortalState{Portal: "power", State: "changed", CheckedAt: time.Now(),
		Latency: 1200 * time.Millisecond, Detail: "portal changed: expected a bill, saw a login form", Snapshot: `<form id="login">`}))
	status, page := asha.Get("/ops/portals")
	require.Equal(t, http.StatusOK, status)
	for _, part := range []string{"power", "changed", "1.2s", "saw a login form", "&lt;form id="} {
		require.Contains(t, page, part)
	}
	require.NotContains(t, page, "<form id", "a portal's page is shown, not run")
}
