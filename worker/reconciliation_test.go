package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// A bill is paid, and somebody pays the gateway's account for nothing that we know. At night all is compared.
func TestTheNightFindsWhatDoesNotAgree(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	run := h.ask(t, "AP-30", account(due))
	h.confirm(t, "AP-30", "pay")
	h.pays(t, "AP-30", "bill")
	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
	strange := h.strangePayment(t)

	require.Equal(t, 1, h.reconcile(t, "reconciliation-1").Open)
	cases, err := store.OpenCases(t.Context(), h.store.Pool(), 10)
	require.NoError(t, err)
	require.Len(t, cases, 1)
	require.Equal(t, [2]string{money.CaseUnknownCapture, strange}, [2]string{cases[0].Kind, cases[0].Subject})
	h.record(t, "reconciliation-1", "reconciliation_done")
}

// strangePayment is a captured payment on a link that is none of ours.
func (h *hub) strangePayment(t *testing.T) (id string) {
	t.Helper()
	link, err := h.gateway.CreateLink(t.Context(), payments.LinkRequest{Reference: "somebody-else", Amount: 5000, ExpireBy: time.Now().Add(time.Hour)})
	require.NoError(t, err)
	id, err = h.payments.Pay(link.ID)
	require.NoError(t, err)
	return id
}

func (h *hub) reconcile(t *testing.T, id string) (outcome workflows.ReconciliationOutcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	run, err := h.temporal.ExecuteWorkflow(ctx, client.StartWorkflowOptions{ID: id, TaskQueue: workflows.HubTaskQueue}, workflows.WorkflowReconcile,
		workflows.ReconciliationRequest{Today: true})
	require.NoError(t, err)
	require.NoError(t, run.Get(ctx, &outcome))
	return outcome
}
