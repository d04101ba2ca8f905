package store_test

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
)

func write(t *testing.T, s *store.Store, turns store.Turns) {
	t.Helper()
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.WriteTurns(ctx, turns) }))
}

func number(t *testing.T, s *store.Store, query string, arguments ...any) (n int) {
	t.Helper()
	require.NoError(t, s.Pool().QueryRow(t.Context(), query, arguments...).Scan(&n))
	return n
}

func TestAConsentIsKeptWithWhatWasShown(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	consent := store.Consent{Person: person, Conversation: conversation, Notice: "1", Language: "te", Shown: "మీకు సమ్మతమేనా?",
		MessageID: "wamid.secret", Given: true, At: time.Now()}
	withdrawn := consent
	withdrawn.Given, withdrawn.MessageID, withdrawn.At = false, "wamid.other", consent.At.Add(time.Hour)
	write(t, s, store.Turns{Consents: []store.Consent{consent, withdrawn}})
	require.Equal(t, 2, number(t, s, `
		select count(*) from consent c join notice n on n.hash = c.shown
		where n.content = 'మీకు సమ్మతమేనా?' and n.language = 'te' and n.hash = sha256(convert_to(n.content, 'UTF8')) and c.message is not null`))
	require.Equal(t, 1, number(t, s, `select count(*) from notice`), "a wording is kept once")
	require.Empty(t, columnsWith(t, s, "wamid.secret"))
	held, err := s.PersonalData(t.Context(), person)
	require.NoError(t, err)
	require.Len(t, held.Consents, 2)
	require.True(t, held.Consents[0].Given)
	require.False(t, held.Consents[1].Given)

	recorded, err := audit.Recent(t.Context(), s.Pool(), person, 10)
	require.NoError(t, err)
	wording := sha256.Sum256([]byte(consent.Shown))
	for i, action := range []audit.Action{audit.ConsentRefused, audit.ConsentGiven} { // newest first
		require.Equal(t, audit.Entry{Actor: "hub/gateway", Action: action, Person: person, Object: hex.EncodeToString(wording[:]),
			Reason: "the citizen's answer in the chat to notice 1 in te"}, recorded[i].Entry)
	}
	require.Len(t, recorded, 2)
}

func TestAConsentThatIsNotWrittenIsNotInTheAuditLog(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	failed := errors.New("the turn fails")
	require.ErrorIs(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		consent := store.Consent{Person: person, Conversation: conversation, Notice: "1", Language: "te", Shown: "?", Given: true, At: time.Now()}
		return errors.Join(tx.WriteTurns(ctx, store.Turns{Consents: []store.Consent{consent}}), failed)
	}), failed)
	require.Zero(t, number(t, s, `select count(*) from audit_entry`))
}

func TestPersonalDataIsEverythingThatIsHeld(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, _ := citizenWithEverything(t, s)
	stranger, _ := storetest.Person(t, s)
	held, err := s.PersonalData(t.Context(), person)
	require.NoError(t, err)
	require.Equal(t, []store.HeldIdentity{{Kind: store.IdentityPhone, Value: "Zebunnisa"}}, held.Identities)
	require.Len(t, held.Requests, 1)
	require.Equal(t, map[string]string{"name": "Zebunnisa"}, held.Requests[0].Answers)
	require.Equal(t, "for Zebunnisa", held.Requests[0].Detail)
	require.Len(t, held.Payments, 1)
	require.Len(t, held.Documents, 1)
	require.Equal(t, 1, held.Messages)
	others, err := s.PersonalData(t.Context(), stranger)
	require.NoError(t, err)
	require.Equal(t, store.PersonalData{Identities: []store.HeldIdentity{}, Requests: []store.Request{}, Consents: []store.HeldConsent{},
		Payments: []store.HeldPayment{}, Documents: []store.HeldDocument{}}, others)
}

func TestErasingAPerson(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := citizenWithEverything(t, s)
	wish := store.Erasure{ID: "ERASE-1", Person: person, RequestedAt: time.Now()}
	write(t, s, store.Turns{Erasures: []store.Erasure{wish, wish}})
	_, err := s.Pool().Exec(t.Context(), `update request set open = true`)
	require.NoError(t, err)

	open, err := s.ErasePerson(t.Context(), wish)
	require.NoError(t, err)
	require.Equal(t, []string{"R1"}, open)
	_, err = s.Request(t.Context(), "R1")
	require.NoError(t, err, "nothing is erased while a request goes on")

	require.NoError(t, s.SetStage(t.Context(), "R1", store.StageUpdate{Stage: "done"}))
	for range 2 {
		open, err = s.ErasePerson(t.Context(), wish)
		require.NoError(t, err)
		require.Empty(t, open)
	}
	_, err = s.Request(t.Context(), "R1")
	require.ErrorIs(t, err, vault.ErrErased)
	require.Zero(t, number(t, s, `select count(*) from document`))
	require.Zero(t, number(t, s, `select count(*) from channel_identity`))
	require.Zero(t, number(t, s, `select count(*) from conversation where session is not null`))
	require.Zero(t, number(t, s, `select count(*) from outbox where state in ('queued', 'waiting') and conversation = $1`, conversation))
	require.Equal(t, 1, number(t, s, `select count(*) from payment_order`), "the books stay")
	require.Equal(t, 1, number(t, s, `select count(*) from erasure e join person_key k using (person)
		where e.erased_at is not null and k.destroyed_at is not null`), "the tombstone")
	require.Equal(t, 1, number(t, s, `select count(*) from audit_entry where action = $1 and person = $2`, string(audit.PersonErased), person))
	held, err := s.PersonalData(t.Context(), person)
	require.NoError(t, err, "what is left can be asked for")
	require.Nil(t, held.Requests[0].Answers)
}

func TestRetention(t *testing.T) {
	t.Parallel()
	const day = 24 * time.Hour
	tests := []struct {
		name      string
		change    string
		service   time.Duration // term of its own
		forgotten int
	}{
		{"closed long ago is forgotten", `update request set open = false, updated_at = now() - interval '181 days'`, 180 * day, 1},
		{"closed lately is kept", `update request set open = false, updated_at = now() - interval '179 days'`, 180 * day, 0},
		{"open is kept, however old", `update request set open = true, updated_at = now() - interval '999 days'`, 180 * day, 0},
		{"a service may have a shorter term", `update request set open = false, updated_at = now() - interval '31 days'`, 30 * day, 1},
		{"and a longer one", `update request set open = false, updated_at = now() - interval '999 days'`, 1000 * day, 0},
		{"a service that is gone has the state's", `update request set open = false, service = 'gone', updated_at = now() - interval '181 days'`, 1000 * day, 1},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			s := storetest.Store(t)
			citizenWithEverything(t, s)
			_, err := s.Pool().Exec(t.Context(), test.change)
			require.NoError(t, err)
			retention := store.Retention{Services: map[string]time.Time{"electricity-bill-south": time.Now().Add(-test.service)},
				Others: time.Now().Add(-180 * day), Copies: time.Now().Add(-7 * day), Limit: 10}
			for _, expected := range []int{test.forgotten, 0} {
				forgotten, err := s.Forget(t.Context(), retention)
				require.NoError(t, err)
				require.Equal(t, expected, forgotten.Requests)
			}
			request, err := s.Request(t.Context(), "R1")
			require.NoError(t, err)
			require.Equal(t, test.forgotten == 1, len(request.Answers) == 0)
			require.Equal(t, 1-test.forgotten, number(t, s, `select count(*) from document`))
			require.Equal(t, 1-test.forgotten, number(t, s, `select count(*) from question`))
			require.Equal(t, 1, number(t, s, `select count(*) from payment_order`), "the books stay")
		})
	}
}

func TestPapersGoSoonAfterTheRequestEnded(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})
	_, err := s.AddDocument(t.Context(), store.Document{Request: "R1", Kind: "receipt", Content: []byte("a receipt")})
	require.NoError(t, err)
	addPaper(t, s, "R1", "media", "a paper")
	soon := store.Retention{Papers: time.Now().Add(time.Hour), Limit: 10}
	forgotten, err := s.Forget(t.Context(), soon)
	require.NoError(t, err)
	require.Zero(t, forgotten.Papers, "the request goes on")
	require.NoError(t, s.SetStage(t.Context(), "R1", store.StageUpdate{Stage: "done"}))
	forgotten, err = s.Forget(t.Context(), soon)
	require.NoError(t, err)
	require.Equal(t, store.Forgotten{Papers: 1}, forgotten)
	require.Equal(t, 1, number(t, s, `select count(*) from document where kind = 'receipt'`))
}

func TestRetentionOfTalk(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	said, err := s.EnqueueMessage(t.Context(), store.Message{Conversation: conversation, Bubble: json.RawMessage(`{"text":"hello"}`)})
	require.NoError(t, err)
	_, err = s.AddPersonalDocument(t.Context(), person, store.Document{Kind: "personal_data", Filename: "f", MIMEType: "text/plain", Content: []byte("x")})
	require.NoError(t, err)
	write(t, s, store.Turns{Conversations: []store.Conversation{{ID: conversation, Session: json.RawMessage(`{}`), WindowExpiresAt: time.Now(),
		ConversationKey: store.ConversationKey{Person: person, PhoneNumberID: "1"}}}})
	later := store.Retention{Others: time.Now().Add(time.Hour), Copies: time.Now().Add(time.Hour), Limit: 10}
	forgotten, err := s.Forget(t.Context(), later)
	require.NoError(t, err)
	require.Equal(t, store.Forgotten{Conversations: 1, Copies: 1}, forgotten, "what is still to be sent is kept")
	require.True(t, forgotten.Any())
	_, err = s.Pool().Exec(t.Context(), `update outbox set state = 'accepted' where id = $1`, said)
	require.NoError(t, err)
	forgotten, err = s.Forget(t.Context(), later)
	require.NoError(t, err)
	require.Equal(t, store.Forgotten{Messages: 1}, forgotten)
}

func TestAMessageThatIsOutIsSettled(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	_, conversation := storetest.Person(t, s)
	_, err := s.EnqueueMessage(t.Context(), store.Message{Conversation: conversation, Dedupe: "d", Bubble: json.RawMessage(`{}`)})
	require.NoError(t, err)
	for state, expected := range map[string]bool{"queued": false, "waiting": false, "doubt": false, "accepted": true, "failed": true} {
		_, err := s.Pool().Exec(t.Context(), `update outbox set state = $1::text::outbox_state`, state)
		require.NoError(t, err)
		settled, err := s.MessageSettled(t.Context(), "d")
		require.NoError(t, err)
		require.Equal(t, expected, settled, state)
	}
	settled, err := s.MessageSettled(t.Context(), "never said")
	require.NoError(t, err)
	require.True(t, settled)
}
