package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/portalstate"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// watchOver looks after what is known of a portal.
func (w *Worker) watchOver(name string, connector any) *portalstate.Activities {
	watch := portalstate.Config{Portal: name, States: w.config.Store, Log: w.config.Log, Now: w.config.Now}
	prober, asks := connector.(connectors.Prober)
	if canary := w.canary(name); canary != nil && asks {
		watch.Slow = canary.Slow
		watch.Ask = func(ctx context.Context) error {
			return prober.Probe(ctx, connectors.Probe{Service: canary.Service, Fields: canary.Fields})
		}
	}
	return portalstate.New(watch)
}

func (w *Worker) canary(portal string) *catalog.Canary {
	if configured, known := w.config.Catalog.Portal(portal); known {
		return configured.Canary
	}
	return nil
}

// scheduleCanaries has every portal with a canary looked at regularly. A schedule that is there is made as this version wants it; one
// that an operator paused stays paused.
func (w *Worker) scheduleCanaries(ctx context.Context) error {
	for portal := range w.config.Portals {
		if w.canary(portal) == nil {
			continue
		}
		if err := w.scheduleCanary(ctx, portal); err != nil {
			return fmt.Errorf("schedule the canary of portal %s: %w", portal, err)
		}
	}
	return nil
}

func (w *Worker) scheduleCanary(ctx context.Context, portal string) error {
	wanted := client.ScheduleOptions{
		ID: workflows.CanaryScheduleID(portal),
		Spec: client.ScheduleSpec{
			Intervals: []client.ScheduleIntervalSpec{{Every: w.config.CanaryEvery}},
			Jitter:    w.config.CanaryEvery / 5, // not all portals at the same moment
		},
		Action: &client.ScheduleWorkflowAction{
			ID: workflows.CanaryScheduleID(portal), Workflow: workflows.WorkflowPortalCanary, TaskQueue: workflows.HubTaskQueue,
			Args: []any{workflows.CanaryInput{Portal: portal}},
		},
		Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_SKIP, CatchupWindow: time.Minute, // what was missed says nothing any more
	}
	schedules := w.config.Client.ScheduleClient()
	_, err := schedules.Create(ctx, wanted)
	if !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return err
	}
	return schedules.GetHandle(ctx, wanted.ID).Update(ctx, client.ScheduleUpdateOptions{
		DoUpdate: func(known client.ScheduleUpdateInput) (*client.ScheduleUpdate, error) {
			schedule := known.Description.Schedule
			schedule.Spec, schedule.Action = &wanted.Spec, wanted.Action
			schedule.Policy = &client.SchedulePolicies{Overlap: wanted.Overlap, CatchupWindow: wanted.CatchupWindow}
			return &client.ScheduleUpdate{Schedule: &schedule}, nil
		},
	})
}
