package workflows

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
)

// LegalClock is how the law's time stands for one request; it is what a new run goes on with.
type LegalClock struct {
	Started time.Time          `json:"started,omitzero"`
	Stopped []catalog.Interval `json:"stopped,omitempty"`
	// Promised is the day that the department named itself.
	Promised time.Time    `json:"promised,omitzero"`
	Reading  ClockReading `json:"reading,omitzero"`
	// Told is when the citizen was told that the time is over.
	Told time.Time `json:"told,omitzero"`
}

// legalClock runs the law's time limit beside a request. Without a limit that is known it never starts, and says nothing.
type legalClock struct {
	*request
	LegalClock

	law *catalog.Clock
}

func (r *request) newClock(stood LegalClock) *legalClock {
	clock := &legalClock{request: r, LegalClock: stood, law: r.input.Terms.Clock}
	if clock.law == nil || clock.law.Limit.IsZero() {
		clock.law = &catalog.Clock{Unknown: true}
	}
	return clock
}

// start starts it with the event that the law names, or anew with a later one.
func (c *legalClock) start(ctx workflow.Context, at time.Time) error {
	c.Started, c.Stopped = at, nil
	return c.read(ctx)
}

// standStill stops it for a question of the department, where the law says so.
func (c *legalClock) standStill(ctx workflow.Context, from time.Time) error {
	if c.Started.IsZero() || c.stands() || !slices.Contains(c.law.Stops, catalog.StopsQuery) {
		return nil
	}
	if from.Before(c.Started) {
		from = workflow.Now(ctx)
	}
	c.Stopped = append(c.Stopped, catalog.Interval{From: from})
	return c.read(ctx)
}

// goOn lets it run again.
func (c *legalClock) goOn(ctx workflow.Context) error {
	if !c.stands() {
		return nil
	}
	c.Stopped[len(c.Stopped)-1].To = workflow.Now(ctx)
	return c.read(ctx)
}

func (c *legalClock) stands() bool {
	return len(c.Stopped) > 0 && c.Stopped[len(c.Stopped)-1].To.IsZero()
}

// read counts the days by today's calendar, and shows the due day to the operators.
func (c *legalClock) read(ctx workflow.Context) error {
	if c.law.Unknown || c.Started.IsZero() {
		return nil
	}
	before := c.Reading.Due
	input := ReadClockInput{
		Reference: c.to.Reference, Clock: *c.law, Start: c.Started, Stopped: c.Stopped, Promised: c.Promised, Now: workflow.Now(ctx),
	}
	c.Reading = ClockReading{}
	if err := hubStep(ctx, "Count the days that the law gives", ActivityReadClock, input, &c.Reading); err != nil {
		return fmt.Errorf("read the legal clock: %w", err)
	}
	if c.Reading.Due.Equal(before) {
		return nil
	}
	c.showDue(ctx, c.Reading.Due)
	return nil
}

// showDue shows the operators when the law wants it done; zero: no clock runs.
func (p *process) showDue(ctx workflow.Context, due time.Time) {
	update := AttributeDue.ValueUnset()
	if !due.IsZero() {
		update = AttributeDue.ValueSet(due)
	}
	p.show(ctx, update)
}

// over tells whether the time is over.
func (c *legalClock) over(ctx workflow.Context) bool {
	return !c.Reading.Due.IsZero() && workflow.Now(ctx).After(c.Reading.Due)
}

// next is how long it is until the time is over; zero when it is, or when no clock runs.
func (c *legalClock) next(ctx workflow.Context) time.Duration {
	if c.Reading.Due.IsZero() || c.over(ctx) {
		return 0
	}
	return c.Reading.Due.Sub(workflow.Now(ctx)) + time.Minute
}

// promise says by when the law wants it decided; empty when that is not known.
func (c *legalClock) promise() Message {
	if c.Reading.Due.IsZero() {
		return nil
	}
	if c.law.Limit.Exact > 0 {
		return say("clock.promise_hours", values{"until": moment(c.Reading.Due), "law": plain(c.law.Source)})
	}
	message := say("clock.promise", values{"day": day(c.Reading.Due), "law": plain(c.law.Source)})
	if c.Reading.Near {
		message = append(message, say("clock.near", nil)...)
	}
	return message
}

// left says in plain words how much time there is; empty when that is not known.
func (c *legalClock) left() Message {
	by := day(c.Reading.Due)
	days := values{"day": by, "days": plain(strconv.Itoa(c.Reading.Left))}
	switch {
	case c.stands():
		return say("clock.stands", nil)
	case c.Reading.Due.IsZero():
		return nil
	case c.Reading.Left < 0:
		return say("clock.late", values{"day": by})
	case c.law.Limit.Exact > 0:
		return say("clock.until", values{"until": moment(c.Reading.Due)})
	case c.Reading.Left == 0:
		return say("clock.today", nil)
	case c.Reading.Left == 1 && c.law.Limit.Working:
		return say("clock.one_working_day", values{"day": by})
	case c.Reading.Left == 1:
		return say("clock.one_day", values{"day": by})
	case c.law.Limit.Working:
		return say("clock.working_days", days)
	}
	return say("clock.days", days)
}
