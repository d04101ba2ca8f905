package rights_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/rights"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/workflows"
)

func newActivities(t *testing.T) (*rights.Activities, *store.Store, workflows.RightsInput) {
	t.Helper()
	s := storetest.Store(t)
	input := workflows.RightsInput{ID: "X-1", Language: "te", RequestedAt: time.Date(2026, 11, 22, 9, 0, 0, 0, time.UTC)}
	input.Person, input.Conversation = storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: input.Person, Conversation: input.Conversation,
		Answers: map[string]string{"service_number": "1121104001001", "of_an_older_form": "yes"}, CreatedAt: input.RequestedAt})
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		key := store.IdentityKey{Portfolio: "p", Kind: store.IdentityPhone, Value: "919000012345"}
		return tx.ChangePeople(ctx, store.PeopleChange{Add: []store.Identity{{Person: input.Person, IdentityKey: key}}})
	}))
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	return rights.New(s, texts), s, input
}

func said(t *testing.T, s *store.Store) (messages []bubble.Bubble) {
	t.Helper()
	for _, row := range storetest.Outbox(t, s) {
		if row.Kind != store.KindMessage {
			continue
		}
		var message bubble.Bubble
		require.NoError(t, json.Unmarshal(row.Payload, &message))
		require.NoError(t, bubble.Validate(message))
		messages = append(messages, message)
	}
	return messages
}

func TestACopyIsReadableInTheCitizensLanguageAndSentOnce(t *testing.T) {
	t.Parallel()
	tests := map[catalog.Language][]string{
		"en": {"What Andhra Pradesh holds about you", "Phone number: ••••••••2345", "R1, Electricity bill – South", "1121104001001", "of_an_older_form: yes", "nothing"},
		"te": {"మీ గురించి ఆంధ్రప్రదేశ్ దగ్గర ఉన్న వివరాలు", "ఫోన్ నంబరు: ••••••••2345", "R1", "1121104001001", "ఏమీ లేదు"},
		"hi": {"आपके बारे में आंध्र प्रदेश के पास क्या है", "फ़ोन नंबर: ••••••••2345", "R1", "1121104001001", "कुछ नहीं"},
	}
	for lang, expected := range tests {
		t.Run(string(lang), func(t *testing.T) {
			t.Parallel()
			activities, s, input := newActivities(t)
			input.Language = lang
			for range 2 {
				require.NoError(t, activities.SendCopy(t.Context(), input))
			}
			messages := said(t, s)
			require.Len(t, messages, 1)
			require.NotNil(t, messages[0].Document)
			file, err := s.Document(t.Context(), messages[0].Document.ID)
			require.NoError(t, err)
			for _, each := range expected {
				require.Contains(t, string(file.Content), each)
			}
			require.Equal(t, "\ufeff", string(file.Content[:3]), "phones that guess the encoding guess right")
			require.Equal(t, "text/plain", messages[0].Document.MIMEType)
			require.NotContains(t, string(file.Content), "919000012345", "identities are masked")
			require.NotContains(t, string(file.Content), "{")
		})
	}
}

func TestWhoeverIsSentACopyIsOnTheRecord(t *testing.T) {
	t.Parallel()
	activities, s, input := newActivities(t)
	require.NoError(t, activities.SendCopy(t.Context(), input))
	entries, err := audit.Recent(t.Context(), s.Pool(), input.Person, 1)
	require.NoError(t, err)
	require.Equal(t, audit.PersonCopied, entries[0].Action)
	require.Equal(t, input.ID, entries[0].Object)
}

func TestCancellingRequestsSignalsEachOnce(t *testing.T) {
	t.Parallel()
	activities, s, input := newActivities(t)
	for range 2 {
		require.NoError(t, activities.CancelRequests(t.Context(), input))
	}
	rows := storetest.Outbox(t, s)
	require.Len(t, rows, 1)
	require.Equal(t, store.KindWorkflowSignal, rows[0].Kind)
	require.JSONEq(t, `{"reference":"R1","name":"cancel"}`, string(rows[0].Payload))
}

func TestErasure(t *testing.T) {
	t.Parallel()
	activities, s, input := newActivities(t)
	_, err := activities.EraseKey(t.Context(), input)
	require.ErrorIs(t, err, store.ErrNoErasure, "a workflow that somebody started by hand erases nobody")
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.WriteTurns(ctx, store.Turns{Erasures: []store.Erasure{{ID: input.ID, Person: input.Person, RequestedAt: input.RequestedAt}}})
	}))
	open, err := activities.CountRequests(t.Context(), input)
	require.NoError(t, err)
	require.Equal(t, 1, open)
	open, err = activities.EraseKey(t.Context(), input)
	require.NoError(t, err)
	require.Equal(t, 1, open, "a request goes on: nothing is erased")

	require.NoError(t, s.SetStage(t.Context(), "R1", store.StageUpdate{Stage: "done"}))
	require.NoError(t, activities.TellErasure(t.Context(), input))
	require.NoError(t, activities.TellErasure(t.Context(), input))
	require.Len(t, said(t, s), 1)
	told, err := activities.ErasureToldOf(t.Context(), input)
	require.NoError(t, err)
	require.False(t, told)
	open, err = activities.EraseKey(t.Context(), input)
	require.NoError(t, err)
	require.Zero(t, open)
	_, err = s.Request(t.Context(), "R1")
	require.ErrorIs(t, err, vault.ErrErased)
	told, err = activities.ErasureToldOf(t.Context(), input)
	require.NoError(t, err)
	require.True(t, told, "it will never be sent")

	again := input
	again.ID = "X-2"
	require.NoError(t, activities.TellErasure(t.Context(), again), "nobody is left to be told")
	require.Error(t, activities.SendCopy(t.Context(), again))
}

func TestOldAnswersAreForgottenAtTheStatesTerm(t *testing.T) {
	t.Parallel()
	activities, s, input := newActivities(t)
	require.NoError(t, s.SetStage(t.Context(), "R1", store.StageUpdate{Stage: "done"}))
	for _, test := range []struct {
		days int
		more bool
	}{{179, false}, {181, true}, {181, false}} {
		more, err := activities.ForgetOldAnswers(t.Context(), time.Now().AddDate(0, 0, test.days))
		require.NoError(t, err)
		require.Equal(t, test.more, more, "after %d days", test.days)
	}
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Empty(t, request.Answers)
	require.Equal(t, input.Person, request.Person)
}
