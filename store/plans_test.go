package store_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// A statement's plan is made when there is little, and kept when there is much.
func TestPlansThatAreMadeOnAnEmptyStoreReadNoWholeTable(t *testing.T) {
	t.Parallel()
	config, err := store.PoolConfig(storetest.URL(t), store.Options{MaxConnections: 1}) // which counts what it does
	require.NoError(t, err)
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	s := store.New(pool, storetest.Vault(t))
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})

	opened, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	require.NoError(t, s.SetPaymentLink(t.Context(), opened.ID, "plink_1", "https://pay.example/1", time.Now().Add(time.Hour)))
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, _, err := tx.LockPaymentOrder(ctx, opened.ID); err != nil {
			return err
		}
		tx.SetPaymentState(opened.ID, "paid", "pay_1")
		tx.BookLedger(opened.ID, "captured", store.LedgerLeg{Account: "gateway_receivable", Amount: 5}, store.LedgerLeg{Account: "citizen_clearing", Amount: -5})
		return tx.EnqueueSignal(ctx, store.WorkflowSignal{Reference: "R1", Name: "payment"}, "wake")
	}))
	require.NoError(t, s.AskQuestion(t.Context(), store.Question{ID: "R1/q", Reference: "R1", Conversation: conversation, Bubble: json.RawMessage(`{}`)}))
	require.NoError(t, s.CloseQuestions(t.Context(), "R1"))
	owner := uuid.NewString()
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		claims, err := tx.ClaimLanes(ctx, owner, time.Minute, []store.SenderLimit{{Sender: store.SenderWorkflow, Lanes: 10}})
		require.NoError(t, err)
		require.Len(t, claims, 1)
		claim := claims[0]
		return tx.Settle(ctx, owner, []store.Settlement{{Lane: claim.Lane, Version: claim.Version, ID: claim.ID, Was: claim.State, State: store.StateAccepted}})
	}))

	_, err = pool.Exec(t.Context(), `select pg_stat_force_next_flush()`)
	require.NoError(t, err)
	rows, err := pool.Query(t.Context(), `select relname from pg_stat_user_tables where seq_scan > 0`)
	require.NoError(t, err)
	read, err := pgx.CollectRows(rows, pgx.RowTo[string])
	require.NoError(t, err)
	require.Empty(t, read)
}
