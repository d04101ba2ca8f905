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
)

const sender = "106"

// box is a store with one citizen's conversation.
type box struct {
	*store.Store

	t            *testing.T
	conversation int64
}

func newBox(t *testing.T) *box {
	t.Helper()
	b := &box{Store: storetest.Store(t), t: t}
	person := uuid.NewString()
	key := store.ConversationKey{Person: person, PhoneNumberID: sender}
	phone := store.IdentityKey{Portfolio: "p", Kind: store.IdentityPhone, Value: "9199"}
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		return tx.ChangePeople(ctx, store.PeopleChange{Create: []string{person}, Conversations: []store.ConversationKey{key},
			Add: []store.Identity{{IdentityKey: phone, Person: person}}})
	})
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		facts, err := tx.LockConversations(ctx, []store.ConversationKey{key}, nil)
		b.conversation = facts.Conversations[0].ID
		return err
	})
	return b
}

func (b *box) tx(do func(context.Context, *store.Tx) error) {
	b.t.Helper()
	require.NoError(b.t, b.WithTx(b.t.Context(), do))
}

func (b *box) enqueue(text string) int64 {
	b.t.Helper()
	id, err := b.EnqueueMessage(b.t.Context(), store.Message{Conversation: b.conversation, Bubble: json.RawMessage(`{"text":"` + text + `"}`)})
	require.NoError(b.t, err)
	return id
}

func (b *box) claim(owner string) (claims []store.Claim) {
	b.t.Helper()
	b.tx(func(ctx context.Context, tx *store.Tx) (err error) {
		claims, err = tx.ClaimLanes(ctx, owner, time.Minute, []store.SenderLimit{{Sender: sender, Lanes: 10}})
		if err == nil && len(claims) > 0 {
			err = tx.MarkSending(ctx, []int64{claims[0].ID})
		}
		return err
	})
	return claims
}

// accepted settles a claim as taken by Meta.
func (b *box) accepted(owner string, c store.Claim) {
	b.t.Helper()
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		return tx.Settle(ctx, owner, []store.Settlement{{Lane: c.Lane, Version: c.Version, More: c.More, ID: c.ID, Attempts: c.Attempts + 1,
			Was: store.StateSending, State: store.StateAccepted, WAMID: "wamid.1"}})
	})
}

func (b *box) row(id int64) (state, delivery string, wamid []byte) {
	b.t.Helper()
	require.NoError(b.t, b.Pool().QueryRow(b.t.Context(), `select state::text, coalesce(delivery::text, ''), wamid from outbox
		where id = $1`, id).Scan(&state, &delivery, &wamid))
	return state, delivery, wamid
}

func TestALaneBelongsToOneOwner(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	first, second := b.enqueue("first"), b.enqueue("second")
	mine, yours := uuid.NewString(), uuid.NewString()
	claims := b.claim(mine)
	require.Len(t, claims, 1)
	require.Equal(t, first, claims[0].ID)
	require.True(t, claims[0].More)
	require.Equal(t, "9199", claims[0].Phone)
	require.Empty(t, b.claim(yours))
	b.accepted(yours, claims[0])
	require.Empty(t, b.claim(yours), "who does not own the lane cannot let it go")
	b.accepted(mine, claims[0])
	claims = b.claim(yours)
	require.Equal(t, second, claims[0].ID)
	require.False(t, claims[0].More)
}

func TestARowEnqueuedWhileItsLaneIsLeasedIsNotForgotten(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	owner := uuid.NewString()
	b.enqueue("first")
	claims := b.claim(owner)
	require.False(t, claims[0].More)
	second := b.enqueue("second")
	b.accepted(owner, claims[0])
	claims = b.claim(owner)
	require.Equal(t, second, claims[0].ID)
	b.accepted(owner, claims[0])
	require.Empty(t, b.claim(owner))
	stats, err := b.OutboxStats(t.Context())
	require.NoError(t, err)
	require.Zero(t, stats.Unsent)
	require.Empty(t, stats.Lanes, "the lane rests")
}

func TestNextReadyTellsWhenADeferredLaneReturns(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	owner := uuid.NewString()
	id := b.enqueue("first")
	c := b.claim(owner)[0]
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		return tx.Settle(ctx, owner, []store.Settlement{{Lane: c.Lane, Version: c.Version, ID: c.ID, Attempts: 1, Was: store.StateSending,
			State: store.StateQueued, Ready: time.Minute, Failures: 1, Reason: "pair 131056"}})
	})
	state, _, _ := b.row(id)
	require.Equal(t, "queued", state)
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		wait, some, err := tx.NextReady(ctx, []string{sender})
		require.True(t, some)
		require.InDelta(t, time.Minute.Seconds(), wait.Seconds(), 10)
		return err
	})
}

func TestAStatusThatComesFirstStands(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	owner := uuid.NewString()
	id := b.enqueue("first")
	claim := b.claim(owner)[0]
	apply := func(s store.Status) (effects []store.StatusEffect) {
		t.Helper()
		b.tx(func(ctx context.Context, tx *store.Tx) (err error) {
			s.Row, s.At = id, time.Now()
			effects, err = tx.ApplyStatuses(ctx, []store.Status{s})
			return err
		})
		return effects
	}
	effects := apply(store.Status{Attempt: 1, WAMID: "wamid.1", Delivery: store.DeliveryDelivered})
	require.Len(t, effects, 1)
	require.True(t, effects[0].Resolved)
	b.accepted(owner, claim)
	require.Empty(t, apply(store.Status{Attempt: 1, Delivery: store.DeliverySent}), "back")
	require.Empty(t, apply(store.Status{Attempt: 1, Delivery: store.DeliveryFailed}), "delivered messages do not fail")
	require.Empty(t, apply(store.Status{Attempt: 9, Delivery: store.DeliveryFailed}), "an attempt that never was")
	state, delivery, message := b.row(id)
	require.Equal(t, []string{"accepted", "delivered"}, []string{state, delivery})
	require.Equal(t, store.MessageHash(storetest.Vault(t), "wamid.1"), message)
}

func TestAStatusFreesTheLaneOfARowThatIsJustBeingDoubted(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	owner := uuid.NewString()
	first, second := b.enqueue("first"), b.enqueue("second")
	c := b.claim(owner)[0]
	applied := make(chan error, 1)
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		doubted := tx.Settle(ctx, owner, []store.Settlement{{Lane: c.Lane, Version: c.Version, More: c.More, ID: c.ID, Attempts: 1,
			Was: store.StateSending, State: store.StateDoubt, Ready: time.Hour}})
		go func() {
			applied <- b.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, err := tx.ApplyStatuses(ctx, []store.Status{{Row: first, Attempt: 1, WAMID: "wamid.1", Delivery: store.DeliverySent, At: time.Now()}})
				return err
			})
		}()
		storetest.AwaitWaiting(t, b.Store)
		return doubted
	})
	require.NoError(t, <-applied)
	state, _, _ := b.row(first)
	require.Equal(t, "accepted", state)
	claims := b.claim(owner)
	require.Len(t, claims, 1, "what comes next does not wait for an hour")
	require.Equal(t, second, claims[0].ID)
}

func TestAnOldAttemptsOutcomeIsNotWrittenOverANewOne(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	owner := uuid.NewString()
	id := b.enqueue("first")
	old := b.claim(owner)[0]
	b.tx(func(ctx context.Context, tx *store.Tx) error { return tx.MarkSending(ctx, []int64{id}) }) // again, by another
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		return tx.Settle(ctx, owner, []store.Settlement{{Lane: old.Lane, ID: id, Attempts: 1, Was: store.StateSending, State: store.StateFailed}})
	})
	state, _, _ := b.row(id)
	require.Equal(t, "sending", state)
}

func TestWhoListensIsWokenByWhatAnotherEnqueues(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	ctx, stop := context.WithCancel(t.Context())
	woken, ended := make(chan string, 10), make(chan error, 1)
	go func() { ended <- b.Listen(ctx, func(sender string) { woken <- sender }) }()
	require.Empty(t, <-woken, "listening")
	b.enqueue("first")
	require.Equal(t, sender, <-woken)
	require.NoError(t, b.NotifyOutbox(t.Context()))
	require.Empty(t, <-woken)
	stop()
	require.ErrorIs(t, <-ended, context.Canceled)
}

func TestTheInboxIsNotForgottenTooSoon(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	_, err := b.CleanInbox(t.Context(), time.Hour)
	require.Error(t, err)
	b.tx(func(ctx context.Context, tx *store.Tx) error {
		fresh, _, err := tx.OpenTurns(ctx, "whatsapp", []string{"b", "a", "b"}, nil)
		require.Equal(t, []bool{true, true, false}, fresh)
		return err
	})
	_, err = b.Pool().Exec(t.Context(), `update inbox set received_at = now() - interval '31 days' where message_id = $1`, store.MessageHash(storetest.Vault(t), "a"))
	require.NoError(t, err)
	forgotten, err := b.CleanInbox(t.Context(), store.InboxRetention)
	require.NoError(t, err)
	require.EqualValues(t, 1, forgotten)
}

func TestErrorsSayWhoseFaultTheyAre(t *testing.T) {
	t.Parallel()
	b := newBox(t)
	fail := func(sql string) error {
		t.Helper()
		return b.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
			_, err := tx.Exec(ctx, sql)
			return err
		})
	}
	require.True(t, store.IsData(fail(`select '{"a":"\u0000"}'::jsonb`)))
	require.True(t, store.IsConflict(fail(`insert into person (id) select id from person`)))
	require.False(t, store.IsData(fail(`select * from no_table`)))
	require.False(t, store.IsConflict(context.DeadlineExceeded))
}

func TestMigrateMayRunAgain(t *testing.T) {
	t.Parallel()
	url := storetest.URL(t)
	require.NoError(t, store.Migrate(t.Context(), url))
	require.Len(t, store.MigrationsHash(), 64)
}
