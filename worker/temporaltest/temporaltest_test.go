package temporaltest_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/worker/temporaltest"
)

var reference = temporal.NewSearchAttributeKeyKeyword("JansetuReference")

func greet(ctx workflow.Context, name string) (string, error) {
	err := workflow.UpsertTypedSearchAttributes(ctx, reference.ValueSet(name))
	return "namaste " + name, err
}

func TestAFreshNamespaceRunsWorkflowsWithItsSearchAttributes(t *testing.T) {
	t.Parallel()
	namespace := temporaltest.Namespace(t, map[string]string{reference.GetName(): "Keyword"})
	c, err := client.DialContext(t.Context(), client.Options{HostPort: temporaltest.Address(t), Namespace: namespace})
	require.NoError(t, err)
	t.Cleanup(c.Close)

	w := worker.New(c, "greetings", worker.Options{WorkerStopTimeout: time.Second})
	w.RegisterWorkflow(greet)
	require.NoError(t, w.Start())
	t.Cleanup(w.Stop)

	run, err := c.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{TaskQueue: "greetings"}, greet, "Lakshmi")
	require.NoError(t, err)
	var answer string
	require.NoError(t, run.Get(t.Context(), &answer))
	require.Equal(t, "namaste Lakshmi", answer)
}
