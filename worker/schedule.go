package worker

import (
	"context"
	"errors"
	"fmt"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/workflows"
)

// schedule makes the schedules that the hub needs, unless they are there: a schedule that an operator paused or changed stays so.
func (w *Worker) schedule(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, prepareDeadline)
	defer cancel()
	_, err := w.config.Client.ScheduleClient().Create(ctx, client.ScheduleOptions{
		ID: workflows.RetentionScheduleID,
		Spec: client.ScheduleSpec{
			Calendars:    []client.ScheduleCalendarSpec{{Hour: []client.ScheduleRange{{Start: 2}}, Minute: []client.ScheduleRange{{Start: 30}}}},
			TimeZoneName: "Asia/Kolkata",
		},
		Action: &client.ScheduleWorkflowAction{
			ID: workflows.RetentionScheduleID, Workflow: workflows.WorkflowEnforceRetention, TaskQueue: workflows.HubTaskQueue,
		},
		Overlap: enumspb.SCHEDULE_OVERLAP_POLICY_SKIP,
	})
	if err != nil && !errors.Is(err, temporal.ErrScheduleAlreadyRunning) {
		return fmt.Errorf("schedule retention: %w", err)
	}
	return w.scheduleCanaries(ctx)
}
