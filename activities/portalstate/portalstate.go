// Package portalstate finds out how a portal is, and notes it: by a canary that asks for something nobody owns, and from what
// citizens' requests meet. One instance serves one portal. It changes nothing at a portal and names no person.
package portalstate

import (
	"context"
	"errors"
	"log/slog"
	"time"

	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// defaultSlow is from when a portal is called slow, when its canary does not say.
const defaultSlow = 4 * time.Second

// noteDeadline bounds what a citizen's request waits for the note that its portal changed.
const noteDeadline = 2 * time.Second

// States keeps how portals are. *store.Store does.
type States interface {
	SetPortalState(ctx context.Context, state store.PortalState) error
}

// Config is what the watch over one portal needs; all of it is required but Ask, Slow and Now.
type Config struct {
	Portal string
	// Ask asks the portal something that changes nothing. That the portal says "not found" proves that it works. nil: there is no canary, only
	// requests of citizens.
	Ask    func(ctx context.Context) error
	Slow   time.Duration // from when it is slow; 0: 4 s
	States States
	Log    *slog.Logger
	Now    func() time.Time // nil: time.Now
}

// Activities look at one portal.
type Activities struct{ config Config }

// New makes the watch over one portal.
func New(config Config) *Activities {
	if config.Slow == 0 {
		config.Slow = defaultSlow
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Activities{config}
}

// LookAtPortal asks the portal and notes how it is. A failure says that nothing was found out about the portal.
func (a *Activities) LookAtPortal(ctx context.Context, _ workflows.CanaryInput) (workflows.PortalLook, error) {
	if a.config.Ask == nil {
		return workflows.PortalLook{}, temporal.NewNonRetryableApplicationError("portal "+a.config.Portal+" has no canary",
			string(connectors.ClassInternal), nil)
	}
	start := a.config.Now()
	err := a.config.Ask(ctx)
	end := a.config.Now()
	look, known := a.judge(err, end.Sub(start))
	if !known {
		return look, answer.Error(err, end)
	}
	state := store.PortalState{Portal: a.config.Portal, State: string(look.Condition), CheckedAt: end, Latency: end.Sub(start)}
	if look.Condition != workflows.PortalWorks && err != nil {
		state.Detail = detailOf(err)
	}
	if changed, found := errors.AsType[*connectors.ChangedError](err); found {
		state.Snapshot = snapshotOf(changed)
	}
	return look, a.config.States.SetPortalState(ctx, state)
}

// judge tells how a portal is that answered so; known is false when the answer was not the portal's.
func (a *Activities) judge(err error, took time.Duration) (look workflows.PortalLook, known bool) {
	look = workflows.PortalLook{Condition: workflows.PortalWorks, LatencyMS: took.Milliseconds()}
	if took >= a.config.Slow {
		look.Condition = workflows.PortalSlow
	}
	if connectors.Works(err) {
		return look, true
	}
	switch connectors.ClassOf(err) {
	case connectors.ClassChanged:
		look.Condition = workflows.PortalChanged
		return look, true
	case connectors.ClassUnavailable:
		unavailable, _ := errors.AsType[*connectors.UnavailableError](err)
		return whenUnavailable(look, unavailable)
	default: // any other is no answer of the portal
		return look, false
	}
}

func whenUnavailable(look workflows.PortalLook, unavailable *connectors.UnavailableError) (workflows.PortalLook, bool) {
	switch unavailable.Reason {
	case connectors.ReasonOverBudget:
		return look, false // our own restraint
	case connectors.ReasonRateLimited:
		look.Condition = workflows.PortalSlow
	case connectors.ReasonMaintenance:
		look.Condition, look.Until = workflows.PortalMaintenance, unavailable.Until
	default:
		look.Condition = workflows.PortalDown
	}
	return look, true
}

// detailOf is the class's own text, in our words, without what was being done.
func detailOf(err error) string {
	if changed, found := errors.AsType[*connectors.ChangedError](err); found {
		return changed.Error()
	}
	if unavailable, found := errors.AsType[*connectors.UnavailableError](err); found {
		return unavailable.Error()
	}
	return string(connectors.ClassOf(err))
}

func snapshotOf(changed *connectors.ChangedError) string {
	if changed.Snapshot != "" {
		return changed.Snapshot
	}
	return changed.Evidence
}

// NoteChange notes that a citizen's request met a page that is not the one we know, and takes the page out of the error: what goes
// on to Temporal is a sentence. That it cannot be noted costs the request nothing.
func (a *Activities) NoteChange(ctx context.Context, err error, took time.Duration) {
	changed, found := errors.AsType[*connectors.ChangedError](err)
	if !found {
		return
	}
	state := store.PortalState{Portal: a.config.Portal, State: string(workflows.PortalChanged), CheckedAt: a.config.Now(), Latency: took,
		Detail: changed.Error(), Snapshot: snapshotOf(changed)}
	changed.Snapshot, changed.Evidence = "", ""
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), noteDeadline)
	defer cancel()
	if err := a.config.States.SetPortalState(ctx, state); err != nil {
		a.config.Log.WarnContext(ctx, "state of portal not noted", "portal", a.config.Portal, "error", err)
	}
}
