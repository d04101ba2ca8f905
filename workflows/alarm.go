package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"
)

// alarm is the one timer that a request has at Temporal, whatever it waits for: each timer is dear there, and most waits end before
// their time. It runs on when a wait is over, and rings for the next one.
type alarm struct {
	due  time.Time
	ring workflow.Future // nil: never set
	stop workflow.CancelFunc
}

// set sees to it that it rings at a moment or before, and answers that ring. One that is due earlier stays: who still waits when it
// has rung, or was set anew for somebody else, sets it again.
func (a *alarm) set(ctx workflow.Context, at time.Time, summary string) workflow.Future {
	if a.ring != nil && !a.ring.IsReady() {
		if !a.due.After(at) {
			return a.ring
		}
		a.stop()
	}
	ctx, a.stop = workflow.NewDisconnectedContext(ctx)
	a.due = at
	a.ring = workflow.NewTimerWithOptions(ctx, max(at.Sub(workflow.Now(ctx)), 0), workflow.TimerOptions{Summary: summary})
	return a.ring
}

// shownWithin is how long what operators search by may be out of date: a stage of seconds costs Temporal nothing.
const shownWithin = patience

// awaitFor waits for a condition, at most so long, and tells whether it came true. The summary is shown on the timer that it sets.
func (p *process) awaitFor(ctx workflow.Context, atMost time.Duration, summary string, condition func() bool) (bool, error) {
	until := workflow.Now(ctx).Add(atMost)
	if p.assurance != nil && p.assurance.due.Before(until) {
		if came, err := p.awaitAssuring(ctx, condition); err != nil || came {
			return came, err
		}
	}
	return p.awaitUntil(ctx, until, summary, condition)
}

// awaitUntil is awaitFor until a moment.
func (p *process) awaitUntil(ctx workflow.Context, until time.Time, summary string, condition func() bool) (bool, error) {
	for !condition() {
		ring := p.alarm.set(ctx, until, summary)
		due := p.alarm.due
		if due.After(p.unshownSince.Add(shownWithin)) {
			if err := p.showNow(ctx); err != nil {
				return false, err
			}
		}
		if err := workflow.Await(ctx, func() bool { return condition() || ring.IsReady() }); err != nil {
			return false, fmt.Errorf("wait for %s: %w", summary, err)
		}
		rang := ring.IsReady() && ring.Get(ctx, nil) == nil // and was not set anew
		if rang && !due.Before(until) {
			return condition(), nil
		}
	}
	return true, nil
}
