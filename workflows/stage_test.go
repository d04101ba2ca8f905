package workflows_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/workflows"
)

func TestWhatCanBeCancelledIsOpen(t *testing.T) {
	t.Parallel()
	cancellable := map[workflows.Stage]bool{
		workflows.StageReceived: true, workflows.StageFetching: true, workflows.StageKept: true, workflows.StageConfirming: true,
		workflows.StageOpeningPayment: true, workflows.StageAwaitingPayment: true, workflows.StageChallenge: true, workflows.StageAnswering: true,
		workflows.StageCheckingPapers: true, workflows.StageQueueing: true, workflows.StageHolding: true, workflows.StageBooked: true, workflows.StageJoined: true,
	}
	for _, stage := range workflows.Stages() {
		require.Equal(t, cancellable[stage], stage.Cancellable(), stage)
		if stage.Cancellable() {
			require.True(t, stage.Open(), stage)
		}
	}
	require.False(t, workflows.Stage("of a later version").Cancellable())
}
