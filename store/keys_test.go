package store_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
)

// citizenWithEverything writes something personal into every column that holds it, and returns whose it is.
func citizenWithEverything(t *testing.T, s *store.Store) (person string, conversation int64) {
	t.Helper()
	person, conversation = storetest.Person(t, s)
	key := store.ConversationKey{Person: person, PhoneNumberID: "1"}
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation, Answers: map[string]string{"name": "Zebunnisa"}})
	question := store.Question{ID: "Q1", Reference: "R1", Conversation: conversation, Bubble: json.RawMessage(`{"text":"Zebunnisa?"}`),
		Choices: json.RawMessage(`[{"title":"Zebunnisa"}]`), Template: &store.Template{Name: "t", Params: []string{"Zebunnisa"}}}
	_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	_, err = s.AddDocument(t.Context(), store.Document{Request: "R1", Content: []byte("receipt of Zebunnisa")})
	require.NoError(t, err)
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		phone := store.Identity{Person: person, IdentityKey: store.IdentityKey{Portfolio: "p", Kind: store.IdentityPhone, Value: "Zebunnisa"}}
		require.NoError(t, tx.ChangePeople(ctx, store.PeopleChange{Add: []store.Identity{phone}}))
		require.NoError(t, tx.AskQuestion(ctx, question))
		require.NoError(t, tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "done", Detail: "for Zebunnisa"}))
		event := store.PaymentEvent{Provider: "razorpay", ID: "evt_1", Order: "R1-bill", Raw: []byte(`{"name":"Zebunnisa"}`)}
		_, err := tx.AppendPaymentEvents(ctx, event, store.PaymentEvent{Provider: "razorpay", ID: "evt_2", Raw: []byte(`{"name":"Zebunnisa"}`)})
		require.NoError(t, err)
		return tx.WriteTurns(ctx, store.Turns{
			Conversations: []store.Conversation{{ConversationKey: key, ID: conversation, Session: json.RawMessage(`{"name":"Zebunnisa"}`), WindowExpiresAt: time.Now()}},
			Answered:      []store.AnsweredQuestion{{Person: person, ID: "Q1", Choice: "Zebunnisa"}},
		})
	}))
	return person, conversation
}

// columnsWith names the columns of the whole database in which a text can be seen.
func columnsWith(t *testing.T, s *store.Store, text string) []string {
	t.Helper()
	rows, err := s.Pool().Query(t.Context(), `select table_name::text, column_name::text from information_schema.columns where table_schema = 'public'`)
	require.NoError(t, err)
	var columns [][2]string
	for rows.Next() {
		var column [2]string
		require.NoError(t, rows.Scan(&column[0], &column[1]))
		columns = append(columns, column)
	}
	require.NoError(t, rows.Err())
	var found []string
	for _, column := range columns {
		var seen bool
		query := `select coalesce(bool_or(position($1::text in ` + column[1] + `::text) > 0 or position(encode($1::bytea, 'hex') in ` + column[1] + `::text) > 0), false) from ` + column[0]
		require.NoError(t, s.Pool().QueryRow(t.Context(), query, text).Scan(&seen))
		if seen {
			found = append(found, column[0]+"."+column[1])
		}
	}
	return found
}

func TestNothingPersonalLiesOpenInTheDatabase(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	citizenWithEverything(t, s)
	require.Empty(t, columnsWith(t, s, "Zebunnisa"))
	require.NotEmpty(t, columnsWith(t, s, "razorpay"), "the search finds what is there")
}

func TestWhatWasWrittenReadsAgain(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := citizenWithEverything(t, s)
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, map[string]string{"name": "Zebunnisa"}, request.Answers)
	require.Equal(t, "for Zebunnisa", request.Detail)
	document, err := s.Document(t.Context(), store.DocumentID([]byte("receipt of Zebunnisa")))
	require.NoError(t, err)
	require.Equal(t, "receipt of Zebunnisa", string(document.Content))
	facts := lock(t, s, person)
	require.Equal(t, conversation, facts.Conversations[0].ID)
	require.JSONEq(t, `{"name":"Zebunnisa"}`, string(facts.Conversations[0].Session))
}

func lock(t *testing.T, s *store.Store, person string) (facts store.TurnFacts) {
	t.Helper()
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		facts, err = tx.LockConversations(ctx, []store.ConversationKey{{Person: person, PhoneNumberID: "1"}}, nil)
		return err
	}))
	return facts
}

func TestAnErasedPersonCannotBeReadAndStaysATombstone(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, _ := citizenWithEverything(t, s)
	for range 2 {
		require.NoError(t, s.DestroyKey(t.Context(), person))
	}
	other := store.New(s.Pool(), storetest.Vault(t)) // another process
	for _, one := range []*store.Store{s, other} {
		_, err := one.Request(t.Context(), "R1")
		require.ErrorIs(t, err, vault.ErrErased)
		require.True(t, store.IsUnreadable(err))
		require.Nil(t, lock(t, one, person).Conversations[0].Session)
	}
	var tombstones, identities int
	require.NoError(t, s.Pool().QueryRow(t.Context(), `select count(*) from person_key where person = $1 and wrapped is null and destroyed_at is not null`, person).
		Scan(&tombstones))
	require.NoError(t, s.Pool().QueryRow(t.Context(), `select count(*) from channel_identity`).Scan(&identities))
	require.Equal(t, 1, tombstones)
	require.Zero(t, identities, "no keyed hash leads to the person any more")
	stats, err := s.KeyStats(t.Context())
	require.NoError(t, err)
	require.Equal(t, 1, stats.Destroyed)
}

func TestAnErasedPersonsMessagesLeaveTheOutboxUnsent(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	b.enqueue("secret")
	var person string
	require.NoError(t, b.Pool().QueryRow(t.Context(), `select person::text from conversation`).Scan(&person))
	require.NoError(t, b.DestroyKey(t.Context(), person))
	claims := b.claim(uuid.NewString())
	require.Len(t, claims, 1)
	require.True(t, claims[0].Unreadable)
	require.Nil(t, claims[0].Payload)
}

func TestARowMovedToAnotherPlaceIsUnreadable(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := citizenWithEverything(t, s)
	storetest.Request(t, s, store.Request{Reference: "R2", Person: person, Conversation: conversation})
	_, err := s.Pool().Exec(t.Context(), `update request set answers = (select answers from request where reference = 'R1') where reference = 'R2'`)
	require.NoError(t, err)
	_, err = s.Request(t.Context(), "R2")
	require.ErrorIs(t, err, vault.ErrUnreadable)
}

func TestWhoIsMergedStaysReadableAndIsErasedTogether(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	from, _ := citizenWithEverything(t, s)
	into, _ := storetest.Person(t, s)
	whose, err := s.PersonOfWorkflow(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, from, whose)
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.ChangePeople(ctx, store.PeopleChange{Merge: []store.Merge{{From: from, Into: into}}})
	}))
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, into, request.Person)
	require.Equal(t, "Zebunnisa", request.Answers["name"])
	whose, err = s.PersonOfWorkflow(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, into, whose, "not the one it was remembered for")
	require.NoError(t, s.DestroyKey(t.Context(), into))
	_, err = s.Request(t.Context(), "R1")
	require.ErrorIs(t, err, vault.ErrErased)
}

func TestKeysAreRotatedInBatchesAndMayBeInterrupted(t *testing.T) {
	t.Parallel()
	before, err := vault.NewEphemeralKEK()
	require.NoError(t, err)
	after, err := vault.NewEphemeralKEK()
	require.NoError(t, err)
	pool := storetest.New(t)
	open := func(kek vault.KEK, former ...vault.KEK) *store.Store {
		v, err := vault.New(vault.Config{Tenant: "test", KEK: kek, Former: former, LookupKey: []byte("a lookup key of the tests, long enough")})
		require.NoError(t, err)
		return store.New(pool, v)
	}
	old := open(before)
	citizenWithEverything(t, old)
	persons := make([]string, 450)
	for i := range persons {
		persons[i] = uuid.NewString()
	}
	require.NoError(t, old.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.ChangePeople(ctx, store.PeopleChange{Create: persons})
	}))

	require.ErrorIs(t, open(after).RotateKeys(t.Context(), func(int, int) {}), vault.ErrUnknownKEK)
	rotating := open(after, before)
	ctx, interrupt := context.WithCancel(t.Context())
	require.ErrorIs(t, rotating.RotateKeys(ctx, func(int, int) { interrupt() }), context.Canceled)
	_, err = rotating.Request(t.Context(), "R1")
	require.NoError(t, err, "the hub goes on in between")
	var steps [][2]int
	require.NoError(t, rotating.RotateKeys(t.Context(), func(done, left int) { steps = append(steps, [2]int{done, left}) }))
	require.Equal(t, [][2]int{{200, 52}, {252, 0}}, steps, "what was done before the interruption stays done")

	now := open(after)
	stats, err := now.KeyStats(t.Context())
	require.NoError(t, err)
	require.Equal(t, map[string]int{after.ID: 452}, stats.ByKEK)
	request, err := now.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, "Zebunnisa", request.Answers["name"])
}
