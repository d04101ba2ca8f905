package connectors

import "time"

// Call is one finished call of a portal, for metrics. It holds no personal
// data.
type Call struct {
	Portal    string
	Operation string
	Class     Class
	// Duration includes queueing for the budget and the retry.
	Duration time.Duration
	// Attempts is how many HTTP exchanges were made; 0 when our own restraint
	// kept the call from leaving.
	Attempts int
}

// BreakerState is the state of a portal's circuit breaker.
type BreakerState string

// The states of a breaker.
const (
	BreakerClosed   BreakerState = "closed"
	BreakerHalfOpen BreakerState = "half_open"
	BreakerOpen     BreakerState = "open"
)

// Observer learns what happens to portals. Its methods are called from many
// goroutines and must return quickly.
type Observer interface {
	PortalCalled(call Call)
	BreakerChanged(portal string, state BreakerState)
}
