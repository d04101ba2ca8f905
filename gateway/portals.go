package gateway

import (
	"context"
	"log/slog"
	"sync/atomic"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

const (
	portalRefresh = 15 * time.Second
	// portalMemory is how long a look at a portal says something: three rounds of the canary. In maintenance nobody looks until it
	// should be over, 12 h at most.
	portalMemory      = 45 * time.Minute
	maintenanceMemory = 12*time.Hour + portalMemory
)

// portals remembers how the portals are, so that no turn has to ask the store.
type portals struct {
	store  *store.Store
	now    func() time.Time
	log    *slog.Logger
	states *prometheus.GaugeVec
	away   atomic.Pointer[map[string]bool]
}

func newPortals(config *Config) (*portals, error) {
	p := &portals{store: config.Store, now: config.Now, log: config.Log, states: prometheus.NewGaugeVec(prometheus.GaugeOpts{
		Namespace: "jansetu", Name: "portal_state", Help: "1 for the state a portal was in when it was last looked at.",
	}, []string{"portal", "state"})}
	p.away.Store(&map[string]bool{})
	return p, config.Registry.Register(p.states)
}

// notAnswering names the portals that do not answer now. The map is not to be changed.
func (p *portals) notAnswering() map[string]bool { return *p.away.Load() }

// run refreshes until ctx ends.
func (p *portals) run(ctx context.Context, every time.Duration) {
	for ctx.Err() == nil {
		if err := p.refresh(ctx); err != nil && ctx.Err() == nil {
			p.log.Warn("states of portals not read", "error", err)
		}
		pause(ctx, every)
	}
}

func (p *portals) refresh(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, statsDeadline)
	defer cancel()
	known, err := p.store.PortalStates(ctx)
	if err != nil {
		return err
	}
	away := map[string]bool{}
	for i := range known {
		p.show(&known[i])
		away[known[i].Portal] = isAway(&known[i], p.now())
	}
	p.away.Store(&away)
	return nil
}

func isAway(known *store.PortalState, now time.Time) bool {
	age := now.Sub(known.CheckedAt)
	switch workflows.PortalCondition(known.State) {
	case workflows.PortalDown:
		return age <= portalMemory
	case workflows.PortalMaintenance:
		return age <= maintenanceMemory
	default: // in the others it answers
		return false
	}
}

func (p *portals) show(known *store.PortalState) {
	for _, condition := range workflows.PortalConditions() {
		value := 0.0
		if known.State == string(condition) {
			value = 1
		}
		p.states.WithLabelValues(known.Portal, string(condition)).Set(value)
	}
}
