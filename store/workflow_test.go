package store_test

import (
	"context"
	"encoding/json"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/store/vault"
)

// exchanges counts how often PostgreSQL is asked, however much at once.
type exchanges struct{ atomic.Int64 }

func (e *exchanges) TraceQueryStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceQueryStartData) context.Context {
	e.Add(1)
	return ctx
}

func (*exchanges) TraceQueryEnd(context.Context, *pgx.Conn, pgx.TraceQueryEndData) {}

func (e *exchanges) TraceBatchStart(ctx context.Context, _ *pgx.Conn, _ pgx.TraceBatchStartData) context.Context {
	e.Add(1)
	return ctx
}

func (*exchanges) TraceBatchQuery(context.Context, *pgx.Conn, pgx.TraceBatchQueryData) {}

func (*exchanges) TraceBatchEnd(context.Context, *pgx.Conn, pgx.TraceBatchEndData) {}

func countingStore(t *testing.T) (*store.Store, *exchanges) {
	t.Helper()
	config, err := store.PoolConfig(storetest.URL(t), store.Options{})
	require.NoError(t, err)
	counted := &exchanges{}
	config.ConnConfig.Tracer = counted
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return store.New(pool, storetest.Vault(t)), counted
}

func TestWhoAskedWhoseAWorkflowIsSpeaksToThemInOneExchange(t *testing.T) {
	t.Parallel()
	s, counted := countingStore(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})
	asked, err := s.PersonOfWorkflow(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, person, asked)
	_, err = s.Key(t.Context(), person) // as the codec does
	require.NoError(t, err)

	counted.Store(0)
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		tx.CloseQuestions("R1")
		question := store.Question{ID: "R1/confirm", Reference: "R1", Conversation: conversation, Bubble: json.RawMessage(`{}`)}
		if err := tx.AskQuestion(ctx, question); err != nil {
			return err
		}
		return tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "asked", Detail: "which one?", Open: true})
	}))
	require.EqualValues(t, 1, counted.Load())
}

func TestAConversationStaysItsTalkersWhenItsRequestBecomesAnothers(t *testing.T) {
	t.Parallel()
	s := storetest.Store(t)
	from, conversation := storetest.Person(t, s)
	into, _ := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: from, Conversation: conversation})
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.ChangePeople(ctx, store.PeopleChange{Merge: []store.Merge{{From: from, Into: into}}})
	}))
	person, err := s.PersonOfWorkflow(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, into, person)
	id, err := s.EnqueueMessage(t.Context(), store.Message{Conversation: conversation, Bubble: json.RawMessage(`{}`)})
	require.NoError(t, err)
	var payload []byte
	require.NoError(t, s.Pool().QueryRow(t.Context(), `select payload from outbox where id = $1`, id).Scan(&payload))
	under, err := vault.KeyOf(payload)
	require.NoError(t, err)
	require.Equal(t, from, under)
}
