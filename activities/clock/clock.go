// Package clock holds the activities that count the days the law gives, by the state's calendar as it is known today. The counting
// itself is the catalog's; nothing is decided here.
package clock

import (
	"context"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/workflows"
)

// Calendars gives the state's calendar. *catalog.Catalog is one.
type Calendars interface{ Calendar() catalog.Calendar }

// Requests notes due days with the requests. *store.Store is one.
type Requests interface {
	SetDue(ctx context.Context, reference string, due time.Time) error
}

// Activities count days.
type Activities struct {
	requests  Requests
	calendars Calendars
}

// New makes the activities.
func New(requests Requests, calendars Calendars) *Activities { return &Activities{requests, calendars} }

// ReadClock answers by when the law wants a request decided, and notes it with the request. A department that promised a later day than
// the law's is taken to have used the extension that the law gives it.
func (a *Activities) ReadClock(ctx context.Context, input workflows.ReadClockInput) (workflows.ClockReading, error) {
	calendar := a.calendars.Calendar()
	reading := workflows.ClockReading{Due: input.Clock.Due(calendar, input.Start, input.Stopped, false)}
	if !input.Clock.Extension.IsZero() && !reading.Due.IsZero() && input.Promised.After(reading.Due) {
		reading.Due, reading.Extended = input.Clock.Due(calendar, input.Start, input.Stopped, true), true
	}
	if !reading.Due.IsZero() {
		reading.Left = input.Clock.DaysLeft(calendar, input.Now, reading.Due)
		if input.Now.After(reading.Due) {
			reading.Left = min(reading.Left, -1)
		}
		reading.Near = input.Clock.Limit.Working && !calendar.Knows(input.Start, reading.Due)
	}
	return reading, a.requests.SetDue(ctx, input.Reference, reading.Due)
}

// ReadAppealClock answers by when an appeal has to be filed and decided.
func (a *Activities) ReadAppealClock(ctx context.Context, input workflows.ReadAppealClockInput) (workflows.AppealDays, error) {
	calendar := a.calendars.Calendar()
	days := workflows.AppealDays{FileBy: input.Officer.FileBy(calendar, input.Arose), DecidedBy: input.Officer.DecidedBy(calendar, input.Filed)}
	if input.Reference == "" {
		return days, nil
	}
	return days, a.requests.SetDue(ctx, input.Reference, days.DecidedBy)
}
