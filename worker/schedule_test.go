package worker_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/temporaltest"
	"github.com/jansetu/jansetu/workflows"
)

func TestRetentionIsScheduledOnceAndStaysAsAnOperatorLeftIt(t *testing.T) {
	t.Parallel()
	namespace := temporaltest.Namespace(t, worker.SearchAttributes())
	temporal, err := client.Dial(client.Options{HostPort: temporaltest.Address(t), Namespace: namespace, Logger: quietLogger()})
	require.NoError(t, err)
	defer temporal.Close()
	for start := range 2 {
		started := newWaitingWorker(t, temporal, func(c *worker.Config) { c.Namespace = namespace })
		stop := runUntilStarted(t, started)
		schedule := temporal.ScheduleClient().GetHandle(t.Context(), workflows.RetentionScheduleID)
		described, err := schedule.Describe(t.Context())
		require.NoError(t, err)
		action, ok := described.Schedule.Action.(*client.ScheduleWorkflowAction)
		require.True(t, ok)
		require.Equal(t, workflows.WorkflowEnforceRetention, action.Workflow)
		require.Equal(t, start == 1, described.Schedule.State.Paused, "a paused schedule stays paused")
		require.NoError(t, schedule.Pause(t.Context(), client.SchedulePauseOptions{}))
		stop()
	}
	described, err := temporal.ScheduleClient().GetHandle(t.Context(), workflows.ReconciliationScheduleID).Describe(t.Context())
	require.NoError(t, err, "money is compared every night")
	require.Equal(t, "Asia/Kolkata", described.Schedule.Spec.TimeZoneName)
	described, err = temporal.ScheduleClient().GetHandle(t.Context(), workflows.AuditScheduleID).Describe(t.Context())
	require.NoError(t, err, "the audit log is signed too")
	require.Equal(t, []client.ScheduleIntervalSpec{{Every: time.Hour}}, described.Schedule.Spec.Intervals)
}

// runUntilStarted runs a worker until stop is called, or the test ends.
func runUntilStarted(t *testing.T, w *worker.Worker) (stop func()) {
	t.Helper()
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- w.Run(ctx) }()
	select {
	case <-w.Started():
	case err := <-done:
		cancel()
		require.NoError(t, err)
	}
	stop = sync.OnceFunc(func() {
		cancel()
		assert.NoError(t, <-done)
	})
	t.Cleanup(stop)
	return stop
}
