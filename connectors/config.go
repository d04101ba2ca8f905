package connectors

import (
	"errors"
	"fmt"
	"net/url"
	"time"
)

// PortalConfig is one outside system as configured for a state. The same
// family may serve many portals, each with a config of its own.
type PortalConfig struct {
	// Name identifies the portal in metrics, logs and task queues.
	Name string `json:"name" yaml:"name"`
	// Family names the connector that speaks the portal's language.
	Family string `json:"family" yaml:"family"`
	// URL is the portal's base address, http or https.
	URL string `json:"url" yaml:"url"`
	// Settings are the family's own, such as the wire shape of a company.
	Settings map[string]string `json:"settings,omitempty" yaml:"settings,omitempty"`
	// Credentials are secrets; they are never logged.
	Credentials map[string]string `json:"-" yaml:"-"`

	// PrivateNetwork allows a host name that resolves to a private or loopback
	// address. An address written as an IP or as localhost is always allowed.
	PrivateNetwork bool `json:"private_network,omitempty" yaml:"private_network,omitempty"`

	Budget      Budget   `json:"budget" yaml:"budget"`
	Timeouts    Timeouts `json:"timeouts" yaml:"timeouts"`
	Breaker     Breaker  `json:"breaker" yaml:"breaker"`
	Maintenance []Window `json:"maintenance,omitempty" yaml:"maintenance,omitempty"`
}

// Budget is how hard one process may lean on a portal. Zero fields take the
// defaults of WithDefaults.
type Budget struct {
	// RequestsPerSecond and Burst shape a token bucket.
	RequestsPerSecond float64 `json:"requests_per_second" yaml:"requests_per_second"`
	Burst             int     `json:"burst" yaml:"burst"`
	// Concurrent is how many requests may be in flight.
	Concurrent int `json:"concurrent" yaml:"concurrent"`
	// MaxWait is how long a call may queue for its turn before it is told that
	// the portal is over budget.
	MaxWait time.Duration `json:"max_wait" yaml:"max_wait"`
}

// Timeouts bound one call of a portal.
type Timeouts struct {
	// Attempt bounds one HTTP exchange, Total the call with its retry and its
	// queueing.
	Attempt time.Duration `json:"attempt" yaml:"attempt"`
	Total   time.Duration `json:"total" yaml:"total"`
}

// Breaker says when to leave a failing portal alone.
type Breaker struct {
	// Failures in a row that open the breaker.
	Failures int `json:"failures" yaml:"failures"`
	// OpenFor is how long it stays open before probing.
	OpenFor time.Duration `json:"open_for" yaml:"open_for"`
	// Probes is how many successes in a row close it again.
	Probes int `json:"probes" yaml:"probes"`
}

// Window is a daily maintenance window in Indian time, "23:30" to "00:30". A
// window whose end is before its start runs over midnight.
type Window struct {
	From string `json:"from" yaml:"from"`
	To   string `json:"to" yaml:"to"`
}

// WithDefaults returns the config with every zero limit replaced by a polite
// one: 2 requests a second, burst 4, 4 at once, 5 s of queueing, 10 s an
// attempt, 20 s in all, breaker at 5 failures for 30 s with 2 probes.
func (c PortalConfig) WithDefaults() PortalConfig {
	c.Budget.RequestsPerSecond = defaultTo(c.Budget.RequestsPerSecond, 2)
	c.Budget.Burst = defaultTo(c.Budget.Burst, 4)
	c.Budget.Concurrent = defaultTo(c.Budget.Concurrent, 4)
	c.Budget.MaxWait = defaultTo(c.Budget.MaxWait, 5*time.Second)
	c.Timeouts.Attempt = defaultTo(c.Timeouts.Attempt, 10*time.Second)
	c.Timeouts.Total = defaultTo(c.Timeouts.Total, 20*time.Second)
	c.Breaker.Failures = defaultTo(c.Breaker.Failures, 5)
	c.Breaker.OpenFor = defaultTo(c.Breaker.OpenFor, 30*time.Second)
	c.Breaker.Probes = defaultTo(c.Breaker.Probes, 2)
	return c
}

func defaultTo[T int | float64 | time.Duration](value, fallback T) T {
	if value == 0 {
		return fallback
	}
	return value
}

// Validate reports everything wrong with the config, joined.
func (c PortalConfig) Validate() error {
	var faults []error
	if c.Name == "" {
		faults = append(faults, errors.New("no name"))
	}
	if base, err := url.Parse(c.URL); err != nil || base.Host == "" || (base.Scheme != "http" && base.Scheme != "https") {
		faults = append(faults, errors.New("url is not an http(s) address"))
	}
	if c.Budget.RequestsPerSecond < 0 || c.Budget.Burst < 0 || c.Budget.Concurrent < 0 || c.Budget.MaxWait < 0 {
		faults = append(faults, errors.New("budget below zero"))
	}
	if c.Timeouts.Attempt < 0 || c.Timeouts.Total < 0 || c.Breaker.OpenFor < 0 {
		faults = append(faults, errors.New("duration below zero"))
	}
	if c.Breaker.Failures < 0 || c.Breaker.Probes < 0 {
		faults = append(faults, errors.New("breaker count below zero"))
	}
	for _, window := range c.Maintenance {
		if _, _, err := window.minutes(); err != nil {
			faults = append(faults, err)
		}
	}
	if len(faults) == 0 {
		return nil
	}
	return fmt.Errorf("portal %q: %w", c.Name, errors.Join(faults...))
}
