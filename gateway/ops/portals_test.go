package ops_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

func TestOperatorsSeeHowThePortalsAre(t *testing.T) {
	t.Parallel()
	p := newPages(t, time.Now())
	require.Contains(t, p.do("GET", "/ops/portals", "asha/operator", nil).Body.String(), "None was looked at yet")
	states := store.New(p.pool, storetest.Vault(t))
	require.NoError(t, states.SetPortalState(t.Context(), store.PortalState{Portal: "power", State: "changed", CheckedAt: time.Now(),
		Latency: 1200 * time.Millisecond, Detail: "portal changed: expected a bill, saw a login form", Snapshot: `<form id="login">`}))
	page := p.do("GET", "/ops/portals", "asha/operator", nil)
	require.Equal(t, http.StatusOK, page.Code)
	for _, part := range []string{"power", "changed", "1.2s", "saw a login form", "&lt;form id="} {
		require.Contains(t, page.Body.String(), part)
	}
	require.NotContains(t, page.Body.String(), "<form id", "a portal's page is shown, not run")
	require.Equal(t, http.StatusForbidden, p.do("GET", "/ops/portals", "devi/desk", nil).Code)
}
