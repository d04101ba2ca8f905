package worker_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/sdk/client"

	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	paymentstwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// look sends the canary of the schedule now and waits until the portal's state is what it should be.
func (h *hub) look(t *testing.T, want workflows.PortalCondition) store.PortalState {
	t.Helper()
	return h.lookAt(t, "apspdcl", want)
}

func (h *hub) lookAt(t *testing.T, portal string, want workflows.PortalCondition) store.PortalState {
	t.Helper()
	asked := time.Now()
	schedule := h.temporal.ScheduleClient().GetHandle(t.Context(), workflows.CanaryScheduleID(portal))
	afterTheLast := client.ScheduleTriggerOptions{Overlap: enums.SCHEDULE_OVERLAP_POLICY_BUFFER_ONE} // which may be about to end
	require.NoError(t, schedule.Trigger(t.Context(), afterTheLast))
	return h.awaitPortal(t, portal, want, asked)
}

func (h *hub) awaitPortal(t *testing.T, portal string, want workflows.PortalCondition, after time.Time) (state store.PortalState) {
	t.Helper()
	require.Eventually(t, func() bool {
		states, err := h.store.PortalStates(t.Context())
		at := slices.IndexFunc(states, func(known store.PortalState) bool { return known.Portal == portal })
		if err != nil || at < 0 || states[at].CheckedAt.Before(after) {
			return false
		}
		state = states[at]
		return true
	}, time.Minute, 20*time.Millisecond)
	require.Equal(t, string(want), state.State)
	return state
}

func TestThePaymentGatewayHasACanaryToo(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.lookAt(t, workflows.PaymentsPortal, workflows.PortalWorks)
	require.NoError(t, h.payments.Faults.Set(twin.Fault{Kind: twin.ServerError, Operation: paymentstwin.FindLink}))
	down := h.lookAt(t, workflows.PaymentsPortal, workflows.PortalDown)
	require.Contains(t, down.Detail, "server_error")
	require.Empty(t, h.payments.Links(), "a canary makes no link")
}

// lastCanary is the id of the run that was started last.
func (h *hub) lastCanary(t *testing.T) string {
	t.Helper()
	schedule, err := h.temporal.ScheduleClient().GetHandle(t.Context(), workflows.CanaryScheduleID("apspdcl")).Describe(t.Context())
	require.NoError(t, err)
	require.NotEmpty(t, schedule.Info.RecentActions)
	return schedule.Info.RecentActions[len(schedule.Info.RecentActions)-1].StartWorkflowResult.WorkflowID
}

func TestTheCanaryKeepsTheStateOfThePortal(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	works := h.look(t, workflows.PortalWorks)
	require.Empty(t, works.Snapshot)
	h.ended(t, h.lastCanary(t))
	h.record(t, h.lastCanary(t), "portal_canary_works")

	require.NoError(t, h.portal.Faults.Set(twin.Fault{Kind: twin.StrangePage, Operation: electricitytwin.Fetch}))
	changed := h.look(t, workflows.PortalChanged)
	require.Contains(t, changed.Detail, "portal changed: expected")
	require.NotEmpty(t, changed.Snapshot)
	h.ended(t, h.lastCanary(t))

	h.portal.Faults.Clear()
	again := h.look(t, workflows.PortalWorks)
	require.Equal(t, changed.Snapshot, again.Snapshot, "an operator can still look at what it was")
	require.True(t, again.Since.After(changed.Since))
	h.ended(t, h.lastCanary(t))

	require.NoError(t, h.portal.Faults.Set(twin.Fault{Kind: twin.ErrorPage, Operation: electricitytwin.Fetch}))
	h.look(t, workflows.PortalDown)
	h.portal.Faults.Clear()
	require.Empty(t, h.portal.Postings(), "a canary changes nothing")
}

func (h *hub) ended(t *testing.T, workflowID string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), 30*time.Second)
	defer cancel()
	require.NoError(t, h.temporal.GetWorkflow(ctx, workflowID, "").Get(ctx, nil))
}

func TestARequestThatMeetsAStrangePageTellsTheOperatorWithoutThePage(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.NoError(t, h.portal.Faults.Set(twin.Fault{Kind: twin.StrangePage, Operation: electricitytwin.Fetch}))
	h.ask(t, "AP-20", account(due))
	state := h.awaitPortal(t, "apspdcl", workflows.PortalChanged, time.Time{})
	require.NotEmpty(t, state.Snapshot)
	require.NotContains(t, state.Snapshot+state.Detail, account(due))
}

func TestACanarysScheduleSurvivesARestartAndStaysPaused(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	schedule := h.temporal.ScheduleClient().GetHandle(t.Context(), workflows.CanaryScheduleID("apspdcl"))
	require.NoError(t, schedule.Pause(t.Context(), client.SchedulePauseOptions{Note: "the department asked for it"}))
	h.stop()
	h.start()
	described, err := schedule.Describe(t.Context())
	require.NoError(t, err)
	require.True(t, described.Schedule.State.Paused)
	require.Equal(t, 24*time.Hour, described.Schedule.Spec.Intervals[0].Every)
}
