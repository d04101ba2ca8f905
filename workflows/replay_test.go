package workflows_test

import (
	"log/slog"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/workflows"
)

// Requests live for weeks: a new version of the code must make the same decisions on the histories of the old one. When it must
// not, branch with workflow.GetVersion; only before the first release are the histories recorded anew (go test ./worker -record).
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	histories, err := filepath.Glob(filepath.Join("testdata", "histories", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, histories)
	for _, history := range histories {
		t.Run(filepath.Base(history), func(t *testing.T) {
			t.Parallel()
			replayer := worker.NewWorkflowReplayer()
			replayer.RegisterWorkflowWithOptions(workflows.BillPayment, workflow.RegisterOptions{Name: "BillPayment"})
			replayer.RegisterWorkflowWithOptions(workflows.RefundPayment, workflow.RegisterOptions{Name: "RefundPayment"})
			logger := log.NewStructuredLogger(slog.New(slog.DiscardHandler))
			require.NoError(t, replayer.ReplayWorkflowHistoryFromJSONFile(logger, history))
		})
	}
}
