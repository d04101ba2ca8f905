package workflows_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/workflows"
)

// rightsWorld is what lies outside the workflows about citizens' data.
type rightsWorld struct {
	environment

	open       func() int // requests that still go on
	toldOf     func() bool
	stillOpen  int // found when the key is to be destroyed, the first time
	done       []string
	erasedAt   time.Time
	batches    int // that there is something to forget
	forgetFrom time.Time
}

func newRightsWorld(t *testing.T) *rightsWorld {
	t.Helper()
	w := &rightsWorld{environment: newEnvironment(), open: func() int { return 0 }, toldOf: func() bool { return true }}
	w.as(workflows.ActivityCancelRequests, func(context.Context, workflows.RightsInput) error { w.done = append(w.done, "cancel"); return nil })
	w.as(workflows.ActivityCountRequests, func(context.Context, workflows.RightsInput) (int, error) { return w.open(), nil })
	w.as(workflows.ActivityTellErasure, func(context.Context, workflows.RightsInput) error { w.done = append(w.done, "tell"); return nil })
	w.as(workflows.ActivityErasureToldOf, func(context.Context, workflows.RightsInput) (bool, error) { return w.toldOf(), nil })
	w.as(workflows.ActivitySendCopy, func(context.Context, workflows.RightsInput) error { w.done = append(w.done, "copy"); return nil })
	w.as(workflows.ActivityEraseKey, func(context.Context, workflows.RightsInput) (int, error) {
		open := w.stillOpen
		w.stillOpen, w.erasedAt = 0, w.Now()
		if open == 0 {
			w.done = append(w.done, "erase")
		}
		return open, nil
	})
	w.as(workflows.ActivityForgetOldAnswers, func(_ context.Context, at time.Time) (bool, error) {
		w.forgetFrom = at
		w.batches--
		return w.batches >= 0, nil
	})
	return w
}

func (w *rightsWorld) erase(t *testing.T, cancelOpen bool) {
	t.Helper()
	w.ExecuteWorkflow(workflows.ErasePerson, workflows.RightsInput{ID: "ERASE-1", Person: "p", Conversation: 1, Language: "te", CancelOpen: cancelOpen})
	require.NoError(t, w.GetWorkflowError())
}

func TestErasure(t *testing.T) {
	t.Parallel()
	t.Run("with nothing open it tells and erases at once", func(t *testing.T) {
		t.Parallel()
		w := newRightsWorld(t)
		w.erase(t, false)
		require.Equal(t, []string{"tell", "erase"}, w.done)
	})
	t.Run("open requests are finished first, however long that takes", func(t *testing.T) {
		t.Parallel()
		w := newRightsWorld(t)
		finished := noon.Add(9 * 24 * time.Hour)
		w.open = func() int {
			if w.Now().Before(finished) {
				return 2
			}
			return 0
		}
		w.erase(t, false)
		require.Equal(t, []string{"tell", "erase"}, w.done)
		require.WithinRange(t, w.erasedAt, finished, finished.Add(time.Hour+time.Minute))
	})
	t.Run("or cancelled, as the citizen chose", func(t *testing.T) {
		t.Parallel()
		w := newRightsWorld(t)
		rounds := 0
		w.open = func() int { rounds++; return max(0, 3-rounds) }
		w.erase(t, true)
		require.Equal(t, []string{"cancel", "tell", "erase"}, w.done)
		require.WithinDuration(t, noon, w.erasedAt, time.Minute, "cancelling takes no polls of an hour")
	})
	t.Run("a last message that does not go out holds nothing up for long", func(t *testing.T) {
		t.Parallel()
		w := newRightsWorld(t)
		w.toldOf = func() bool { return false }
		w.erase(t, false)
		require.Equal(t, []string{"tell", "erase"}, w.done)
		require.WithinRange(t, w.erasedAt, noon.Add(time.Hour), noon.Add(2*time.Hour))
	})
	t.Run("a request that began in the meantime is finished before", func(t *testing.T) {
		t.Parallel()
		w := newRightsWorld(t)
		w.stillOpen = 1
		w.erase(t, false)
		require.Equal(t, []string{"tell", "tell", "erase"}, w.done)
	})
	t.Run("a cancellation of the workflow does not cut it short", func(t *testing.T) {
		t.Parallel()
		w := newRightsWorld(t)
		rounds := 0
		w.open = func() int { rounds++; return max(0, 4-rounds) }
		w.RegisterDelayedCallback(w.CancelWorkflow, time.Second)
		w.erase(t, false)
		require.Equal(t, []string{"tell", "erase"}, w.done)
	})
}

func TestACopyIsSent(t *testing.T) {
	t.Parallel()
	w := newRightsWorld(t)
	w.ExecuteWorkflow(workflows.SendPersonalData, workflows.RightsInput{ID: "DATA-1"})
	require.NoError(t, w.GetWorkflowError())
	require.Equal(t, []string{"copy"}, w.done)
}

func TestRetentionForgetsBatchByBatch(t *testing.T) {
	t.Parallel()
	for batches, goesOn := range map[int]bool{0: false, 3: false, 1000: true} {
		w := newRightsWorld(t)
		w.batches = batches
		w.ExecuteWorkflow(workflows.EnforceRetention)
		err := w.GetWorkflowError()
		if goesOn {
			require.ErrorContains(t, err, "continue as new")
			continue
		}
		require.NoError(t, err)
		require.False(t, temporal.IsCanceledError(err))
		require.Equal(t, -1, w.batches)
		require.True(t, noon.Equal(w.forgetFrom), "all batches forget from the same moment")
	}
}
