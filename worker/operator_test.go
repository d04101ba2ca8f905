package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/api/enums/v1"

	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/operations"
	"github.com/jansetu/jansetu/workflows"
)

var ravi = operations.Actor{By: "ravi", Reason: "ticket 7/2026"}

// operated is a hub whose operators act on it, and beside whose worker another version may run.
type operated struct {
	*hub

	config worker.Config
}

func newOperated(t *testing.T, change func(*worker.Config)) *operated {
	t.Helper()
	o := &operated{}
	o.hub = newHub(t, func(_ *hub, config *worker.Config) {
		change(config)
		o.config = *config
	})
	return o
}

func (h *operated) operations() *operations.Operations {
	return operations.New(h.temporal, h.config.Namespace, time.Now)
}

// another runs a second worker.
func (h *operated) another(t *testing.T, change func(*worker.Config)) (stop func()) {
	t.Helper()
	config := h.config
	change(&config)
	running, err := worker.New(config)
	require.NoError(t, err)
	return runUntilStarted(t, running)
}

func unchanged(*worker.Config) {}

// awaitFor waits until something of the hub is so.
func awaitFor(t *testing.T, what string, so func(ctx context.Context) bool) {
	t.Helper()
	require.Eventually(t, func() bool { return so(t.Context()) }, 40*time.Second, 50*time.Millisecond, what)
}

func (h *operated) statusOf(ctx context.Context, reference string) workflows.Status {
	detail, err := h.operations().Find(ctx, reference)
	if err != nil || detail.Status == nil {
		return workflows.Status{}
	}
	return *detail.Status
}

// all does one thing to all open requests of the portal.
func (h *operated) all(t *testing.T, signal string) operations.Progress {
	t.Helper()
	job, err := h.operations().SignalAll(t.Context(), signal, operations.Filter{Portal: "apspdcl"}, ravi)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	progress, err := h.operations().Await(ctx, job, func(operations.Progress) {})
	require.NoError(t, err)
	require.Equal(t, "completed", progress.State)
	return progress
}

func TestNothingIsSentToAPortalThatIsDrained(t *testing.T) {
	t.Parallel()
	h := newOperated(t, unchanged)
	require.NoError(t, h.operations().Drain(t.Context(), "apspdcl", ravi))
	h.ask(t, "JS-HELD", "1121104001001")
	h.await(t, "JS-HELD", workflows.StageKept)
	hold, err := h.operations().Hold(t.Context(), "apspdcl")
	require.NoError(t, err)
	require.True(t, hold.Held)
	require.Equal(t, "ravi", hold.By)
	require.Equal(t, "ticket 7/2026", hold.Reason)
	detail, err := h.operations().Find(t.Context(), "JS-HELD")
	require.NoError(t, err)
	require.Len(t, detail.Calls, 1)
	require.False(t, detail.Calls[0].Running, "the call waits")

	require.NoError(t, h.operations().Release(t.Context(), "apspdcl", ravi))
	h.await(t, "JS-HELD", workflows.StageConfirming)
	hold, err = h.operations().Hold(t.Context(), "apspdcl")
	require.NoError(t, err)
	require.False(t, hold.Held)
}

func TestAllRequestsOfAPortalArePausedAndResumed(t *testing.T) {
	t.Parallel()
	h := newOperated(t, unchanged)
	h.ask(t, "JS-ONE", "1121104001001")
	h.ask(t, "JS-TWO", "1121104001001")
	for _, reference := range []string{"JS-ONE", "JS-TWO"} {
		h.await(t, reference, workflows.StageConfirming)
	}
	awaitFor(t, "both are listed", func(ctx context.Context) bool {
		requests, more, err := h.operations().List(ctx, operations.Filter{Portal: "apspdcl", WaitingFor: "citizen"}, 10)
		return err == nil && !more && len(requests) == 2
	})
	require.EqualValues(t, 2, h.all(t, workflows.SignalOperatorPause).Total)
	for _, reference := range []string{"JS-ONE", "JS-TWO"} {
		awaitFor(t, reference+" is paused", func(ctx context.Context) bool { return h.statusOf(ctx, reference).Paused == workflows.Paused })
	}
	h.confirm(t, "JS-ONE", "pay")
	awaitFor(t, "it stands still, for an operator", func(ctx context.Context) bool {
		requests, _, err := h.operations().List(ctx, operations.Filter{WaitingFor: "operator"}, 10)
		return err == nil && len(requests) == 1 && requests[0].Reference == "JS-ONE"
	})
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), "JS-TWO", "", workflows.SignalOperatorTakeOver, workflows.OperatorAct{By: "kamala", Reason: "by hand"}))
	awaitFor(t, "it is taken over", func(ctx context.Context) bool { return h.statusOf(ctx, "JS-TWO").Paused == workflows.TakenOver })

	h.all(t, workflows.SignalOperatorResume)
	h.await(t, "JS-ONE", workflows.StageAwaitingPayment)
	require.Equal(t, workflows.TakenOver, h.statusOf(t.Context(), "JS-TWO").Paused, "it stays in the hands of who took it over")
	var acts int
	awaitFor(t, "who and why are in the audit log", func(ctx context.Context) bool {
		err := h.store.Pool().QueryRow(ctx, `select count(*) from audit_entry where action = 'request.operated' and object = 'JS-ONE' and actor = 'ravi'
			and reason in ('operator-pause: ticket 7/2026', 'operator-resume: ticket 7/2026')`).Scan(&acts)
		return err == nil && acts == 2
	})
}

func TestWhatAnOperatorAsksForIsSaidPlainly(t *testing.T) {
	t.Parallel()
	h := newOperated(t, unchanged)
	_, err := h.operations().Find(t.Context(), "JS-NONE")
	require.ErrorIs(t, err, operations.ErrNotFound)
	_, _, err = h.operations().List(t.Context(), operations.Filter{Query: "Nothing ~ 'x'"}, 10)
	require.ErrorIs(t, err, operations.ErrQuery)
	_, err = h.operations().SignalAll(t.Context(), workflows.SignalOperatorRetry, operations.Filter{}, operations.Actor{By: "ravi"})
	require.ErrorIs(t, err, operations.ErrNoReason)
	require.ErrorIs(t, h.operations().Drain(t.Context(), "apspdcl", operations.Actor{Reason: "because"}), operations.ErrNoReason)
	require.ErrorIs(t, h.operations().Promote(t.Context(), worker.Deployment, "never-built"), operations.ErrNoVersion)
}

// TestAnOpenRequestStaysOnItsVersion runs two versions of the worker beside each other, as a machine does while one replaces the other.
func TestAnOpenRequestStaysOnItsVersion(t *testing.T) {
	t.Parallel()
	h := newOperated(t, func(c *worker.Config) { c.Version = "v1" })
	old := h.ask(t, "JS-OLD", "1121104001001")
	h.await(t, "JS-OLD", workflows.StageConfirming)
	second := h.another(t, func(c *worker.Config) { c.Version = "v2" })
	require.Equal(t, "v1", h.current(t), "a second version waits to be promoted")
	require.NoError(t, h.operations().Promote(t.Context(), worker.Deployment, "v2"))
	recent := h.ask(t, "JS-NEW", "1121104001002")
	h.await(t, "JS-NEW", workflows.StageConfirming)
	awaitFor(t, "each version has its own", func(ctx context.Context) bool {
		versions := h.versions(ctx)
		return versions["v1"].Open == 1 && versions["v1"].Needed() && !versions["v1"].Current && versions["v2"].Open >= 1 && versions["v2"].Polled
	})

	h.confirm(t, "JS-OLD", "cancel")
	require.Equal(t, workflows.StageCancelled, outcome(t, old).Ended)
	require.Equal(t, []string{"v1"}, h.ranOn(t, "JS-OLD"))
	awaitFor(t, "nobody needs the old version", func(ctx context.Context) bool { return !h.versions(ctx)["v1"].Needed() })
	h.stop()
	h.stop = second
	h.confirm(t, "JS-NEW", "cancel")
	require.Equal(t, workflows.StageCancelled, outcome(t, recent).Ended)
	require.Equal(t, []string{"v2"}, h.ranOn(t, "JS-NEW"))
}

// TestARequestIsMovedToAnotherVersion is for an old version that cannot be kept: what replays goes on with the new one.
func TestARequestIsMovedToAnotherVersion(t *testing.T) {
	t.Parallel()
	h := newOperated(t, func(c *worker.Config) { c.Version = "v1" })
	run := h.ask(t, "JS-MOVED", "1121104001001")
	h.await(t, "JS-MOVED", workflows.StageConfirming)
	awaitFor(t, "it is listed", func(ctx context.Context) bool { return h.versions(ctx)["v1"].Open == 1 })
	second := h.another(t, func(c *worker.Config) { c.Version, c.MakeCurrent = "v2", true })
	require.Equal(t, "v2", h.current(t))
	h.stop()
	h.stop = second
	job, err := h.operations().Move(t.Context(), worker.Deployment, "v1", "v2", ravi)
	require.NoError(t, err)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	progress, err := h.operations().Await(ctx, job, func(operations.Progress) {})
	require.NoError(t, err)
	require.EqualValues(t, 1, progress.Done)
	h.confirm(t, "JS-MOVED", "cancel")
	require.Equal(t, workflows.StageCancelled, outcome(t, run).Ended)
	require.Equal(t, []string{"v1", "v2"}, h.ranOn(t, "JS-MOVED"))
}

func (h *operated) versions(ctx context.Context) map[string]operations.Version {
	listed, err := h.operations().Versions(ctx, worker.Deployment, workflows.HubTaskQueue)
	if err != nil {
		return nil
	}
	byBuild := map[string]operations.Version{}
	for _, version := range listed {
		byBuild[version.Build] = version
	}
	return byBuild
}

func (h *operated) current(t *testing.T) string {
	t.Helper()
	for build, version := range h.versions(t.Context()) {
		if version.Current {
			return build
		}
	}
	assert.Fail(t, "no version is current")
	return ""
}

// ranOn lists the versions that ran a request, in order.
func (h *operated) ranOn(t *testing.T, reference string) (builds []string) {
	t.Helper()
	events := h.temporal.GetWorkflowHistory(t.Context(), reference, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		completed := event.GetWorkflowTaskCompletedEventAttributes()
		build := completed.GetDeploymentVersion().GetBuildId()
		if completed != nil && (len(builds) == 0 || builds[len(builds)-1] != build) {
			builds = append(builds, build)
		}
	}
	return builds
}
