package gateway_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/store"
)

func TestTheDialogKnowsWhichPortalsDoNotAnswer(t *testing.T) {
	t.Parallel()
	away := make(chan map[string]bool, 64)
	h := newHub(t, withDialog(func(s dialog.Session, e dialog.Event, f dialog.Facts) (dialog.Session, []dialog.Effect) {
		away <- f.PortalsAway
		return s, []dialog.Effect{dialog.Reply{Bubble: bubble.Say(e.Text)}}
	}), func(c *gateway.Config) { c.PortalRefresh = 10 * time.Millisecond })
	seen := map[string]store.PortalState{
		"down":        {State: "down", CheckedAt: time.Now()},
		"maintenance": {State: "maintenance", CheckedAt: time.Now().Add(-6 * time.Hour)},
		"slow":        {State: "slow", CheckedAt: time.Now()},
		"changed":     {State: "changed", CheckedAt: time.Now()},
		"forgotten":   {State: "down", CheckedAt: time.Now().Add(-time.Hour)}, // nobody has looked for long
	}
	for name, state := range seen {
		state.Portal = name
		require.NoError(t, h.store.SetPortalState(t.Context(), state))
	}
	require.Eventually(t, func() bool {
		_, page := h.get("/metrics")
		for name, state := range seen {
			if !strings.Contains(page, `jansetu_portal_state{portal="`+name+`",state="`+state.State+`"} 1`) {
				return false
			}
		}
		return strings.Contains(page, `jansetu_portal_state{portal="down",state="works"} 0`)
	}, patience, 10*time.Millisecond)
	require.Equal(t, 200, h.post(text("919000000001", "wamid.away", "hello")))
	require.Equal(t, map[string]bool{"down": true, "maintenance": true, "slow": false, "changed": false, "forgotten": false}, <-away)
}
