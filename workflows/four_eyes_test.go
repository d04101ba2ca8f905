package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestOneOfficerAloneDoesNotStopAPaidRequest(t *testing.T) {
	t.Parallel()
	attempts := map[string]func(w *world){
		"without an approval": func(w *world) {
			w.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{By: "ravi", Reason: "the department has nothing"})
		},
		"with one that nobody gave, was used or is another request's": func(w *world) {
			w.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{By: "ravi", Approval: "made up"})
		},
		"by Temporal's own cancellation": func(w *world) { w.CancelWorkflow() },
	}
	for name, attempt := range attempts {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
			w.find = downUntil(8, error(&connectors.OutcomeUnknownError{}), w.find)
			w.whenSaid("money.with_officer", func() {
				w.later(time.Hour, func() { attempt(w) })()
				w.later(2*time.Hour, func() {
					require.Equal(t, workflows.StageWithOfficer, w.status(t).Stage, "it still waits for a decision")
					w.SignalWorkflow(workflows.SignalOperatorRetry, nil)
				})()
			})
			require.Equal(t, workflows.StageDone, w.pay(t).Ended)
			require.Zero(t, w.called("record refusal"), "no money goes back")
		})
	}
}
