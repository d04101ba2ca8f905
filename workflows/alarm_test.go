package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/workflows"
)

// watched notes the timers that a workflow starts, and when it writes what operators search by.
type watched struct {
	timers []time.Duration
	shown  []time.Duration // since the start
}

func (w *world) watch() *watched {
	seen := &watched{}
	w.SetOnTimerScheduledListener(func(_ string, after time.Duration) { seen.timers = append(seen.timers, after) })
	w.OnUpsertTypedSearchAttributes(mock.Anything).Return(nil).Run(func(mock.Arguments) { seen.shown = append(seen.shown, w.Now().Sub(noon)) })
	return seen
}

func TestABillPaidAtOnceSetsOneAlarmAndIsShownOnce(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := w.watch()
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Len(t, seen.timers, 1)
	require.Len(t, seen.shown, 1, "at its end")
}

func TestAWaitThatLastsIsShownWithinSecondsAndRingsInTime(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	seen := w.watch()
	w.whenSaid("bill.ask", func() {})
	require.Equal(t, workflows.StageExpired, w.pay(t).Ended)
	require.LessOrEqual(t, seen.shown[0], 20*time.Second, "operators find it")
	require.Equal(t, 24*time.Hour, w.Now().Sub(noon), "the alarm of the portal's call rang long before, and was set again")
	require.Equal(t, []string{"bill.ask", "bill.ask", "bill.not_confirmed"}, w.heard(), "and for the reminder")
}
