package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/workflows"
)

// schedule makes the schedules that the hub needs, unless they are there: a schedule that an operator paused or changed stays so.
func (w *Worker) schedule(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, prepareDeadline)
	defer cancel()
	atNight := client.ScheduleSpec{
		Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 2}}, Minute: []client.ScheduleRange{{Start: 30}}}},
		TimeZoneName: "Asia/Kolkata",
	}
	if err := w.scheduleOne(ctx, workflows.RetentionScheduleID, workflows.WorkflowEnforceRetention, atNight); err != nil {
		return err
	}
	beforeOffices := client.ScheduleSpec{
		Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 3}}, Minute: []client.ScheduleRange{{Start: 15}}}},
		TimeZoneName: "Asia/Kolkata",
	}
	if err := w.scheduleOne(ctx, workflows.ReconciliationScheduleID, workflows.WorkflowReconcile, beforeOffices); err != nil {
		return err
	}
	hourly := client.ScheduleSpec{Intervals: []client.ScheduleIntervalSpec{{Every: time.Hour}}}
	if err := w.scheduleOne(ctx, workflows.AuditScheduleID, workflows.WorkflowSignAudit, hourly); err != nil {
		return err
	}
	return w.scheduleCanaries(ctx)
}

// scheduleOne makes a schedule that runs a workflow of the hub's, under its own id.
func (w *Worker) scheduleOne(ctx context.Context, id, workflowType string, spec client.ScheduleSpec) error {
	_, err := w.config.Client.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: id, Spec: spec, Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
		Action: &client.ScheduleWorkflowAction{ID: id, Workflow: workflowType, TaskQueue: workflows.HubTaskQueue},
	})
	if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("schedule %s: %w", id, err)
	}
	return nil
}
