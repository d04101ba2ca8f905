package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// RetentionScheduleID is the id of the schedule that runs EnforceRetention.
const RetentionScheduleID = "retention"

// mostBatches of one run of EnforceRetention, so that its history stays short; what is left is done as a new run.
const mostBatches = 200

// EnforceRetention forgets what has been kept long enough, in batches, until nothing is left that is old enough now.
func EnforceRetention(ctx workflow.Context) error {
	at := workflow.Now(ctx)
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: HubTaskQueue, StartToCloseTimeout: time.Minute, ScheduleToCloseTimeout: 20 * time.Hour,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: 5 * time.Second, BackoffCoefficient: 2, MaximumInterval: 10 * time.Minute},
		Summary:     "Forget what has been kept long enough",
		Priority:    temporal.Priority{PriorityKey: patientPriority},
	})
	for range mostBatches {
		var more bool
		if err := workflow.ExecuteActivity(ctx, ActivityForgetOldAnswers, at).Get(ctx, &more); err != nil {
			return fmt.Errorf("enforce retention: %w", err)
		}
		if !more {
			return nil
		}
	}
	return workflow.NewContinueAsNewError(ctx, WorkflowEnforceRetention)
}
