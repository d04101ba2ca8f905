package worker_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// wants starts a request of a service as the catalog has it, of a citizen who speaks Telugu.
func (h *hub) wants(t *testing.T, reference, service string, answers map[string]string, change ...func(*workflows.RequestInput)) client.WorkflowRun {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	known, found := services.Service(service)
	require.True(t, found)
	input := workflows.RequestInput{
		Reference: reference, Person: h.person, Conversation: h.conversation, Service: service, Department: known.Department, Kind: known.Kind,
		Portal: known.Portal.Name, Language: "te", ConfirmedAt: time.Now(), Answers: answers,
		Terms: workflows.TermsOf(known, catalog.QuietHours{}), // tests run at any hour
	}
	for _, apply := range change {
		apply(&input)
	}
	storetest.Request(t, h.store, store.Request{
		Reference: reference, Person: input.Person, Conversation: input.Conversation, Service: service, Kind: string(known.Kind),
		Portal: input.Portal, Language: string(input.Language),
	})
	run, err := h.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: reference, TaskQueue: workflows.HubTaskQueue},
		worker.Types()[known.Kind], input)
	require.NoError(t, err)
	return run
}

// asked waits for the request's open question whose name begins so, and answers its id.
func (h *hub) asked(t *testing.T, reference, name string) (id string) {
	t.Helper()
	require.Eventually(t, func() bool {
		return h.store.Pool().QueryRow(t.Context(), `
			select id from question where request = $1 and state = 'open' and starts_with(id, $2) order by created_at desc limit 1`,
			reference, reference+"/"+name).Scan(&id) == nil
	}, 40*time.Second, 20*time.Millisecond, "%s is not asked %s", reference, name)
	return id
}

// answers gives the answer to the question of that name, once it is asked.
func (h *hub) answers(t *testing.T, reference, name string, answer workflows.Answer) {
	t.Helper()
	answer.Question = h.asked(t, reference, name)
	h.answersThis(t, reference, answer)
}

// answersThis closes the question before the answer is sent, as the dialog does: the answer may bring another of its name.
func (h *hub) answersThis(t *testing.T, reference string, answer workflows.Answer) {
	t.Helper()
	_, err := h.store.Pool().Exec(t.Context(), `update question set state = 'answered', closed_at = now() where id = $1`, answer.Question)
	require.NoError(t, err)
	answer.At = time.Now()
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalAnswer, answer))
}

func chose(choice string) workflows.Answer { return workflows.Answer{Choice: choice} }

// typed is an answer in words, or the name of a file.
func typed(value string) workflows.Answer { return workflows.Answer{Value: value} }

// pays opens and pays the link of a request's order for that purpose.
func (h *hub) pays(t *testing.T, reference, purpose string) {
	t.Helper()
	h.await(t, reference, workflows.StageAwaitingPayment)
	order, err := h.store.PaymentOrder(t.Context(), workflows.OrderID(reference, purpose))
	require.NoError(t, err)
	_, err = h.payments.Pay(order.LinkID)
	require.NoError(t, err)
}

// outcomeOf waits for the end of a request.
func outcomeOf[Outcome any](t *testing.T, run client.WorkflowRun) (outcome Outcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, run.Get(ctx, &outcome))
	return outcome
}

// checksPapers has the hub look at what citizens send, which is one picture under every name.
func checksPapers(t *testing.T, h *hub, config *worker.Config) {
	t.Helper()
	config.Papers = paper.New(paper.Config{Store: h.store, Media: oneFile(t), Inspector: upload.NewInspector(upload.Limits{}, nil)})
}

// looksNow has the department looked at now, as an operator does, instead of in some hours.
func (h *hub) looksNow(t *testing.T, reference string) {
	t.Helper()
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalOperatorRetry, nil))
}

// cancels is the citizen's wish to stop.
func (h *hub) cancels(t *testing.T, reference string) {
	t.Helper()
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalCancel, nil))
}

// picture is the last picture that was sent.
func (h *hub) picture(t *testing.T) []byte {
	t.Helper()
	sent := h.messages(t)
	for _, each := range slices.Backward(sent) {
		if each.Picture != nil {
			document, err := h.store.Document(t.Context(), each.Picture.ID)
			require.NoError(t, err)
			return document.Content
		}
	}
	t.Fatal("no picture was sent")
	return nil
}

// endedAfterLooks has the department looked at again and again until the request has ended.
func (h *hub) endedAfterLooks(t *testing.T, run client.WorkflowRun, reference string) workflows.ApplicationOutcome {
	t.Helper()
	require.Eventually(t, func() bool {
		request, err := h.store.Request(t.Context(), reference)
		if err != nil || !request.Open {
			return err == nil
		}
		_ = h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalOperatorRetry, nil)
		return false
	}, 40*time.Second, 200*time.Millisecond)
	return outcomeOf[workflows.ApplicationOutcome](t, run)
}
