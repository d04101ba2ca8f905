package assembly

import (
	"github.com/prometheus/client_golang/prometheus"

	"github.com/jansetu/jansetu/connectors"
)

// portalMetrics shows how the portals behave. Labels are closed sets and portal names: no ids, no people.
type portalMetrics struct {
	seconds  *prometheus.HistogramVec
	breakers *prometheus.GaugeVec
}

func newPortalMetrics(registry prometheus.Registerer) *portalMetrics {
	m := &portalMetrics{
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "jansetu_portal_call_seconds", Help: "Calls of portals by what the answer meant, queueing and retry included.",
			Buckets: []float64{.01, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 45},
		}, []string{"portal", "operation", "class"}),
		breakers: prometheus.NewGaugeVec(prometheus.GaugeOpts{
			Name: "jansetu_portal_breaker", Help: "1 for the state a portal's circuit breaker is in, in this process.",
		}, []string{"portal", "state"}),
	}
	registry.MustRegister(m.seconds, m.breakers)
	return m
}

// PortalCalled implements connectors.Observer.
func (m *portalMetrics) PortalCalled(call connectors.Call) {
	m.seconds.WithLabelValues(call.Portal, call.Operation, string(call.Class)).Observe(call.Duration.Seconds())
}

// BreakerChanged implements connectors.Observer.
func (m *portalMetrics) BreakerChanged(portal string, state connectors.BreakerState) {
	for _, each := range []connectors.BreakerState{connectors.BreakerClosed, connectors.BreakerHalfOpen, connectors.BreakerOpen} {
		value := 0.0
		if each == state {
			value = 1
		}
		m.breakers.WithLabelValues(portal, string(each)).Set(value)
	}
}
