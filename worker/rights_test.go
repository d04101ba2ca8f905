package worker_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/worker/codec"
	"github.com/jansetu/jansetu/workflows"
)

// startOwn runs a workflow of the hub's own, as the gateway and the schedules do.
func (h *hub) startOwn(t *testing.T, id, workflowType string, input ...any) client.WorkflowRun {
	t.Helper()
	run, err := h.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: workflows.HubTaskQueue}, workflowType, input...)
	require.NoError(t, err)
	return run
}

func ended(t *testing.T, run client.WorkflowRun) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, run.Get(ctx, nil))
}

func (h *hub) rightsInput(id string) workflows.RightsInput {
	return workflows.RightsInput{ID: id, Person: h.person, Conversation: h.conversation, Language: "en", RequestedAt: time.Now()}
}

// wishes records that the citizen asked in the chat to be forgotten.
func (h *hub) wishes(t *testing.T, input workflows.RightsInput) {
	t.Helper()
	wish := store.Erasure{ID: input.ID, Person: input.Person, CancelOpen: input.CancelOpen, RequestedAt: input.RequestedAt}
	require.NoError(t, h.store.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.WriteTurns(ctx, store.Turns{Erasures: []store.Erasure{wish}})
	}))
}

// hearsFarewell lets the last message go out.
func (h *hub) hearsFarewell(t *testing.T) {
	t.Helper()
	require.Eventually(t, func() bool {
		tag, err := h.store.Pool().Exec(t.Context(), `update outbox set state = 'accepted' where dedupe like 'farewell:%'`)
		return err == nil && tag.RowsAffected() == 1
	}, 20*time.Second, 50*time.Millisecond)
}

func TestACopyOfSomebodysDataIsSentThroughTemporal(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ended(t, h.startOwn(t, "DATA-1", workflows.WorkflowSendPersonalData, h.rightsInput("DATA-1")))
	require.NotNil(t, h.messages(t)[0].Document)
	h.record(t, "DATA-1", "rights_copy_sent")
}

func TestARunningRequestIsCancelledAndThePersonErased(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	request := h.ask(t, "JS-E1", "1121104001001")
	h.await(t, "JS-E1", workflows.StageConfirming)
	input := h.rightsInput("ERASE-1")
	input.CancelOpen = true
	h.wishes(t, input)
	erasure := h.startOwn(t, input.ID, workflows.WorkflowErasePerson, input)
	require.Equal(t, workflows.StageCancelled, outcome(t, request).Ended)
	h.hearsFarewell(t)
	ended(t, erasure)
	_, err := h.store.Request(t.Context(), "JS-E1")
	require.ErrorIs(t, err, vault.ErrErased)
	h.record(t, input.ID, "rights_erased_after_cancelling")

	// What Temporal keeps of the request cannot be read any more, by anybody with every key there is.
	fresh := codec.New(store.New(h.store.Pool(), storetest.Vault(t)), store.HubPerson)
	converter := fresh.DataConverter()
	history := h.temporal.GetWorkflowHistory(t.Context(), "JS-E1", "", false, 0)
	begun, err := history.Next()
	require.NoError(t, err)
	var answers workflows.RequestInput
	require.ErrorIs(t, converter.FromPayloads(begun.GetWorkflowExecutionStartedEventAttributes().GetInput(), &answers), vault.ErrErased)
}

func TestAPersonWithNothingOpenIsErased(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	input := h.rightsInput("ERASE-2")
	h.wishes(t, input)
	erasure := h.startOwn(t, input.ID, workflows.WorkflowErasePerson, input)
	h.hearsFarewell(t)
	ended(t, erasure)
	h.record(t, input.ID, "rights_erased")
}

func TestAnErasureThatNobodyAskedForFails(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	input := h.rightsInput("ERASE-3")
	erasure := h.startOwn(t, input.ID, workflows.WorkflowErasePerson, input)
	h.hearsFarewell(t)
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.ErrorContains(t, erasure.Get(ctx, nil), "nobody asked for this erasure")
	_, err := h.store.Key(t.Context(), h.person)
	require.NoError(t, err)
}

func TestRetentionAndTheAuditLogsSignatureRunByTheClock(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	ended(t, h.startOwn(t, "retention-1", workflows.WorkflowEnforceRetention))
	h.record(t, "retention-1", "rights_retention")
	ended(t, h.startOwn(t, "audit-1", workflows.WorkflowSignAudit))
	h.record(t, "audit-1", "audit_signed")
	var signed int
	require.NoError(t, h.store.Pool().QueryRow(t.Context(), `select count(*) from audit_checkpoint`).Scan(&signed))
	require.Positive(t, signed, "the schedule may have signed too: it runs every hour")
}
