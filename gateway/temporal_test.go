package gateway_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/worker/temporaltest"
	"github.com/jansetu/jansetu/workflows"
)

// listens waits for one answer and returns it with the service that was asked for.
func listens(ctx workflow.Context, input workflows.RequestInput) (string, error) {
	var answer workflows.Answer
	workflow.GetSignalChannel(ctx, workflows.SignalAnswer).Receive(ctx, &answer)
	return input.Service + "/" + answer.Choice, nil
}

func TestTemporalIsStartedAndSignalledOnce(t *testing.T) {
	t.Parallel()
	dialled, err := client.Dial(client.Options{HostPort: temporaltest.Address(t), Namespace: temporaltest.Namespace(t, nil)})
	require.NoError(t, err)
	t.Cleanup(dialled.Close)
	hub := worker.New(dialled, workflows.HubTaskQueue, worker.Options{})
	hub.RegisterWorkflowWithOptions(listens, workflow.RegisterOptions{Name: "Listens"})
	require.NoError(t, hub.Start())
	t.Cleanup(hub.Stop)

	temporal := gateway.NewTemporal(dialled)
	require.NoError(t, temporal.Ready(t.Context()))
	reference := "JS-" + uuid.NewString()
	input, err := json.Marshal(workflows.RequestInput{Reference: reference, Service: "bill"})
	require.NoError(t, err)
	start := store.WorkflowStart{Reference: reference, Workflow: "Listens", Summary: "A bill", Input: input}
	require.NoError(t, temporal.Start(t.Context(), start))
	require.NoError(t, temporal.Start(t.Context(), start), "running already")

	answer, err := json.Marshal(workflows.Answer{Question: "q", Choice: "yes", At: time.Now()})
	require.NoError(t, err)
	signal := store.WorkflowSignal{Reference: reference, Name: workflows.SignalAnswer, Payload: answer}
	require.NoError(t, temporal.Signal(t.Context(), signal))
	var result string
	require.NoError(t, dialled.GetWorkflow(t.Context(), reference, "").Get(t.Context(), &result))
	require.Equal(t, "bill/yes", result)

	require.NoError(t, temporal.Start(t.Context(), start), "ended already")
	require.ErrorIs(t, temporal.Signal(t.Context(), signal), gateway.ErrWorkflowGone)
}

func TestTemporalAwayIsAnErrorToTryAgain(t *testing.T) {
	t.Parallel()
	lazy, err := client.NewLazyClient(client.Options{HostPort: "127.0.0.1:1"})
	require.NoError(t, err)
	t.Cleanup(lazy.Close)
	err = gateway.NewTemporal(lazy).Start(t.Context(), store.WorkflowStart{Reference: "JS-1", Workflow: "Listens", Input: json.RawMessage(`{}`)})
	require.Error(t, err)
	require.NotErrorIs(t, err, gateway.ErrWorkflowRefused)
}
