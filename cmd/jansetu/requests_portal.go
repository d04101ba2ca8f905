package main

import (
	"context"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/worker/operations"
	"github.com/jansetu/jansetu/workflows"
)

// portalAct is something done to all requests of one portal.
type portalAct struct {
	Portal string `required:"" help:"The portal, as in portals.yaml." placeholder:"NAME"`
	Query  string `help:"Only those that this list filter of Temporal finds too." placeholder:"FILTER"`
	Reason string `required:"" help:"Why; it stays in the audit log. Name nobody." placeholder:"TEXT"`
}

// run opens the hub, records the order and has it followed.
func (a portalAct) run(ctx context.Context, what string, do func(*assembly.Operating, operations.Actor) error) error {
	hub, err := operating(ctx)
	if err != nil {
		return err
	}
	defer hub.Close()
	if _, known := hub.Catalog.Portal(a.Portal); !known {
		return fmt.Errorf("there is no portal %q in this state", a.Portal)
	}
	by := actor(a.Reason)
	if err := hub.Record(ctx, what, "portal:"+a.Portal, by); err != nil {
		return err
	}
	return do(hub, by)
}

// signalAll sends a signal to all of them and tells how far it is. When it is interrupted Temporal goes on; called again it does no harm.
func (a portalAct) signalAll(ctx context.Context, hub *assembly.Operating, signal string, by operations.Actor) error {
	job, err := hub.SignalAll(ctx, signal, operations.Filter{Portal: a.Portal, Query: a.Query}, by)
	if err != nil {
		return err
	}
	last := operations.Progress{Total: -1}
	progress, err := hub.Await(ctx, job, func(now operations.Progress) {
		if now.Done != last.Done || now.Total != last.Total {
			fmt.Printf("%s: %d of %d requests\n", signal, now.Done, now.Total)
		}
		last = now
	})
	if err != nil {
		return fmt.Errorf("batch %s goes on in Temporal without this command (temporal batch describe --job-id %s): %w", job, job, err)
	}
	if progress.State != "completed" || progress.Failed > 0 {
		return fmt.Errorf("batch %s %s: %d of %d requests were not told, call it again; those that have ended meanwhile do not matter", job,
			progress.State, progress.Failed, progress.Total)
	}
	return nil
}

type requestsPauseCommand struct{ portalAct }

// Run pauses.
func (c requestsPauseCommand) Run(ctx context.Context) error {
	return c.run(ctx, workflows.SignalOperatorPause, func(hub *assembly.Operating, by operations.Actor) error {
		return c.signalAll(ctx, hub, workflows.SignalOperatorPause, by)
	})
}

type requestsRetryCommand struct{ portalAct }

// Run has them tried again.
func (c requestsRetryCommand) Run(ctx context.Context) error {
	return c.run(ctx, workflows.SignalOperatorRetry, func(hub *assembly.Operating, by operations.Actor) error {
		return c.signalAll(ctx, hub, workflows.SignalOperatorRetry, by)
	})
}

type requestsResumeCommand struct{ portalAct }

// Run ends a drain first: what goes on then may call the portal.
func (c requestsResumeCommand) Run(ctx context.Context) error {
	return c.run(ctx, workflows.SignalOperatorResume, func(hub *assembly.Operating, by operations.Actor) error {
		if c.Query == "" {
			if err := hub.Release(ctx, c.Portal, by); err != nil {
				return err
			}
			fmt.Printf("calls of %s go out again\n", c.Portal)
		}
		return c.signalAll(ctx, hub, workflows.SignalOperatorResume, by)
	})
}

type requestsDrainCommand struct {
	Portal string `required:"" help:"The portal, as in portals.yaml." placeholder:"NAME"`
	Reason string `required:"" help:"Why; it stays in the audit log. Name nobody." placeholder:"TEXT"`
	NoWait bool   `help:"Do not wait until what is under way has finished."`
}

// Run drains and waits until nothing can be under way any more.
func (c requestsDrainCommand) Run(ctx context.Context) error {
	return portalAct{Portal: c.Portal, Reason: c.Reason}.run(ctx, "drain", func(hub *assembly.Operating, by operations.Actor) error {
		if err := hub.Drain(ctx, c.Portal, by); err != nil {
			return err
		}
		quiet := time.Now().Add(operations.CallLimit)
		fmt.Printf("nothing more is sent to %s; what is under way finishes by %s\n", c.Portal, quiet.Format("15:04:05"))
		if c.NoWait {
			return nil
		}
		if err := wait(ctx, operations.CallLimit); err != nil {
			return err
		}
		hold, err := hub.Hold(ctx, c.Portal)
		if err != nil {
			return err
		}
		fmt.Printf("%s is drained; about %d calls wait. jansetu requests resume --portal %s lets them go on\n", c.Portal, hold.Waiting, c.Portal)
		return nil
	})
}

func wait(ctx context.Context, duration time.Duration) error {
	timer := time.NewTimer(duration)
	defer timer.Stop()
	select {
	case <-ctx.Done():
		return ctx.Err()
	case <-timer.C:
		return nil
	}
}
