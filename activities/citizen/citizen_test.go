package citizen_test

import (
	"context"
	"encoding/json"
	"testing"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

func newActivities(t *testing.T) (*citizen.Activities, *store.Store, workflows.Recipient) {
	t.Helper()
	s := storetest.Store(t)
	to := workflows.Recipient{Reference: "R1", Language: "te"}
	var person string
	person, to.Conversation = storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: to.Conversation, Language: "te"})
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	return citizen.New(s, texts), s, to
}

// sent is the one message in the outbox.
func sent(t *testing.T, s *store.Store) (message bubble.Bubble, template store.Template) {
	t.Helper()
	rows := storetest.Outbox(t, s)
	require.Len(t, rows, 1)
	require.NoError(t, json.Unmarshal(rows[0].Payload, &message))
	require.NoError(t, json.Unmarshal(rows[0].Template, &template))
	require.NoError(t, bubble.Validate(message))
	return message, template
}

func TestTellingTwiceTellsOnce(t *testing.T) {
	t.Parallel()
	activities, s, to := newActivities(t)
	input := workflows.TellInput{
		To: to, Step: "end", Message: workflows.Message{{Text: "bill.rival_paid"}},
		Stage: &workflows.StageUpdate{Stage: workflows.StageDuplicate},
	}
	for range 2 {
		require.NoError(t, activities.Tell(t.Context(), input))
	}
	message, template := sent(t, s)
	require.Contains(t, message.Text, "మళ్ళీ కట్టకండి")
	require.Equal(t, store.Template{Name: citizen.TemplateRequestUpdate, Language: "te", Params: []string{"R1", "ఇంకో అభ్యర్థనలో కడుతున్నారు"}}, template)
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, "duplicate", request.Stage)
	require.False(t, request.Open)
}

func TestTwoWhoTellOfARequestDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	activities, s, to := newActivities(t)
	input := func(step string, stage workflows.Stage) workflows.TellInput {
		return workflows.TellInput{
			To: to, Step: step, Message: workflows.Message{{Text: "money.undecided"}}, Stage: &workflows.StageUpdate{Stage: stage, Open: true},
		}
	}
	kept := make(chan error, 1)
	require.NoError(t, activities.TellWith(t.Context(), input("link", workflows.StageAwaitingPayment), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.Exec(ctx, `select from request where reference = 'R1' for no key update`); err != nil {
			return err
		}
		go func() { kept <- activities.Tell(t.Context(), input("kept", workflows.StageKept)) }()
		storetest.AwaitWaiting(t, s)
		return nil
	}))
	require.NoError(t, <-kept)
	require.Len(t, storetest.Outbox(t, s), 2)
}

func TestALinkAndADocumentGoWithTheMessage(t *testing.T) {
	t.Parallel()
	t.Run("link", func(t *testing.T) {
		t.Parallel()
		activities, s, to := newActivities(t)
		require.NoError(t, activities.Tell(t.Context(), workflows.TellInput{
			To: to, Step: "link", Message: workflows.Message{{Text: "money.undecided"}}, Stage: &workflows.StageUpdate{Stage: workflows.StageAwaitingPayment, Open: true},
			Link: &workflows.Link{Label: "button.pay_now", URL: "https://pay.example/1"},
		}))
		message, _ := sent(t, s)
		require.Equal(t, &bubble.Link{Label: "చెల్లింపు పేజీ", URL: "https://pay.example/1"}, message.Link)
	})
	t.Run("document", func(t *testing.T) {
		t.Parallel()
		activities, s, to := newActivities(t)
		require.NoError(t, activities.Tell(t.Context(), workflows.TellInput{
			To: to, Step: "end", Message: workflows.Message{{Text: "money.paid_twice"}}, Stage: &workflows.StageUpdate{Stage: workflows.StageDone},
			Document: &workflows.Document{ID: "x", Filename: "r.pdf", MIMEType: "application/pdf"},
		}))
		message, _ := sent(t, s)
		require.Equal(t, "r.pdf", message.Document.Filename)
	})
}

func TestAskingTwiceAsksOnceAndAnEndClosesTheQuestion(t *testing.T) {
	t.Parallel()
	activities, s, to := newActivities(t)
	ask := workflows.AskInput{
		To: to, Question: "R1/confirm", Message: workflows.Message{{Text: "bill.ask"}},
		Choices: []workflows.Choice{{ID: "pay", Label: "button.pay"}, {ID: "cancel", Label: "button.dont_pay"}},
		Stage:   &workflows.StageUpdate{Stage: workflows.StageConfirming, Open: true},
	}
	for range 2 {
		require.NoError(t, activities.Ask(t.Context(), ask))
	}
	message, _ := sent(t, s)
	require.Equal(t, []bubble.Choice{{ID: "q:R1/confirm:pay", Title: "ఇప్పుడే కట్టాలి"}, {ID: "q:R1/confirm:cancel", Title: "వద్దు"}}, message.Buttons)

	require.NoError(t, activities.Tell(t.Context(), workflows.TellInput{
		To: to, Step: "end", Message: workflows.Message{{Text: "money.paid_twice"}}, CloseQuestions: true,
	}))
	var state string
	require.NoError(t, s.Pool().QueryRow(t.Context(), `select state from question`).Scan(&state))
	require.Equal(t, "closed", state)
}

func TestWhatCannotEverBeStoredIsNotTriedAgain(t *testing.T) {
	t.Parallel()
	activities, _, to := newActivities(t)
	to.Conversation = -1
	err := activities.Tell(t.Context(), workflows.TellInput{To: to, Step: "x", Message: workflows.Message{{Text: "money.paid_twice"}}})
	var application *temporal.ApplicationError
	require.ErrorAs(t, err, &application)
	require.True(t, application.NonRetryable())
}
