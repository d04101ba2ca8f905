// Package operations is what those who run the hub ask of Temporal and have done there: which requests are stuck and why, the same act on
// many requests, holding back what is sent to a portal, and which version of the worker is still needed. It decides nothing about a
// request: whatever is done to one is a signal that the request's own workflow follows and puts into the audit log.
package operations

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/client"
)

// deadline of one call of Temporal.
const deadline = 10 * time.Second

// Operations asks Temporal. It is safe for concurrent use.
type Operations struct {
	client    client.Client
	namespace string
	now       func() time.Time
}

// New makes it for a namespace; the caller closes the client. now is the clock.
func New(c client.Client, namespace string, now func() time.Time) *Operations {
	return &Operations{client: c, namespace: namespace, now: now}
}

// Actor is who has something done, and why. It is shown to other operators and names no citizen.
type Actor struct {
	By     string
	Reason string
}

func (a Actor) check() error {
	if a.By == "" || a.Reason == "" {
		return fmt.Errorf("%w: say who does it and why", ErrNoReason)
	}
	return nil
}
