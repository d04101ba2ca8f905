package portal

import (
	"context"
	"errors"
	"sync/atomic"
	"time"

	"github.com/sony/gobreaker/v2"

	"github.com/jansetu/jansetu/connectors"
)

// breaker leaves a failing portal alone for a while, then lets a few probes
// through.
type breaker struct {
	circuit *gobreaker.CircuitBreaker[*Response]
	openFor time.Duration
	// opened is when it last opened, in Unix nanoseconds.
	opened atomic.Int64
}

func newBreaker(config connectors.PortalConfig, options Options) *breaker {
	made := &breaker{openFor: config.Breaker.OpenFor}
	failures := uint32(config.Breaker.Failures) //nolint:gosec // Validate refuses negatives
	made.circuit = gobreaker.NewCircuitBreaker[*Response](gobreaker.Settings{
		Name:         config.Name,
		MaxRequests:  uint32(config.Breaker.Probes), //nolint:gosec // Validate refuses negatives
		Timeout:      config.Breaker.OpenFor,
		ReadyToTrip:  func(counts gobreaker.Counts) bool { return counts.ConsecutiveFailures >= failures },
		IsSuccessful: func(err error) bool { return !isPortalFailure(err) },
		IsExcluded:   saysNothing,
		OnStateChange: func(name string, _, to gobreaker.State) {
			if to == gobreaker.StateOpen {
				made.opened.Store(time.Now().UnixNano())
			}
			options.Logger.Warn("portal breaker changed", "portal", name, "state", stateOf(to))
			if options.Observer != nil {
				options.Observer.BreakerChanged(name, stateOf(to))
			}
		},
	})
	return made
}

func (b *breaker) execute(call func() (*Response, error)) (*Response, error) {
	response, err := b.circuit.Execute(call)
	switch {
	case errors.Is(err, gobreaker.ErrOpenState):
		until := time.Unix(0, b.opened.Load()).Add(b.openFor)
		return nil, &connectors.UnavailableError{
			Until: until, RetryAfter: max(time.Until(until), 0), Reason: connectors.ReasonBreakerOpen,
		}
	case errors.Is(err, gobreaker.ErrTooManyRequests):
		return nil, &connectors.UnavailableError{RetryAfter: b.openFor, Reason: connectors.ReasonBreakerOpen}
	default:
		return response, err
	}
}

// isPortalFailure: only what makes the portal unusable counts. A refusal or an
// unknown consumer is the portal at work.
func isPortalFailure(err error) bool {
	return connectors.ClassOf(err) == connectors.ClassUnavailable
}

// saysNothing marks calls that tell neither health nor sickness: the caller gave
// up, our own budget held it back, or the answer was strange.
func saysNothing(err error) bool {
	if errors.Is(err, context.Canceled) {
		return true
	}
	if unavailable, ok := errors.AsType[*connectors.UnavailableError](err); ok {
		return unavailable.Reason == connectors.ReasonOverBudget
	}
	class := connectors.ClassOf(err)
	return class == connectors.ClassChanged || class == connectors.ClassInternal
}

func stateOf(state gobreaker.State) connectors.BreakerState {
	switch state {
	case gobreaker.StateOpen:
		return connectors.BreakerOpen
	case gobreaker.StateHalfOpen:
		return connectors.BreakerHalfOpen
	default:
		return connectors.BreakerClosed
	}
}
