package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// unknown is a world in which the answer to the posting was lost, and the portal's enquiry is away.
func unknown(t *testing.T) *world {
	t.Helper()
	w := newWorld(t)
	w.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	w.find = func(int) (connectors.Posted, error) { return connectors.Posted{}, errDown }
	return w
}

func (w *world) decide(landed bool, number string) {
	w.SignalWorkflow(workflows.SignalOperatorDecide, workflows.OperatorDecision{
		OperatorAct: workflows.OperatorAct{By: "ravi", Reason: "asked the department"}, Landed: landed, Number: number,
	})
}

func TestWhatAnOfficerFoundOutEndsTheAsking(t *testing.T) {
	t.Parallel()
	w := unknown(t)
	w.RegisterDelayedCallback(func() {
		require.Contains(t, w.status(t).Undecided, "payment pay_1")
		w.decide(true, "SPDCL-77")
	}, 10*time.Minute)
	outcome := w.pay(t)
	require.Equal(t, workflows.StageDone, outcome.Ended)
	require.Equal(t, "SPDCL-77", outcome.PortalReceipt)
	require.Equal(t, 1, w.called("post"))
	require.Zero(t, w.called("refund"))
	require.NotContains(t, w.said, "money.with_officer", "no person was needed any more")
	require.Empty(t, w.status(t).Undecided)
}

func TestAPersonIsAskedWhenThePortalStaysAway(t *testing.T) {
	t.Parallel()
	w := unknown(t)
	w.whenSaid("money.with_officer", w.later(time.Minute, func() { w.decide(true, "SPDCL-77") }))
	start := w.Now()
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Less(t, w.Now().Sub(start), 14*time.Hour)
}

func TestADecisionIsForWhatWasSentBefore(t *testing.T) {
	t.Parallel()
	w := unknown(t)
	w.RegisterDelayedCallback(func() { w.decide(false, ""); w.decide(false, "") }, 10*time.Minute)
	w.RegisterDelayedCallback(func() { require.Equal(t, 2, w.called("post")); w.decide(true, "SPDCL-78") }, 20*time.Minute)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, 2, w.called("post"), "pressing twice sends once")
}

func TestARequestThatIsTakenOverIsLeftAlone(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("bill.ask", func() {
		w.SignalWorkflow(workflows.SignalOperatorTakeOver, workflows.OperatorAct{By: "ravi", Reason: "by hand"})
		w.answer("pay")
	})
	w.RegisterDelayedCallback(func() {
		w.SignalWorkflow(workflows.SignalOperatorResume, workflows.OperatorAct{By: "kamala", Reason: "portal is back", Batch: true})
	}, time.Minute)
	w.RegisterDelayedCallback(func() {
		status := w.status(t)
		require.Equal(t, workflows.TakenOver, status.Paused)
		require.Equal(t, "operator", status.WaitingFor)
		require.Zero(t, w.called("order"))
		w.SignalWorkflow(workflows.SignalOperatorResume, workflows.OperatorAct{By: "ravi", Reason: "done"})
	}, 2*time.Minute)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Empty(t, w.status(t).Paused)
	require.Equal(t, 2, w.called("record act"), "the batch did nothing to it")
}
