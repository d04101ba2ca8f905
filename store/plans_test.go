package store_test

import (
	"context"
	"encoding/json"
	"fmt"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// newPlanned is a store with one connection, so that the plans it makes are those it goes on with, and its statistics those of the test.
func newPlanned(t *testing.T) *store.Store {
	t.Helper()
	config, err := store.PoolConfig(storetest.URL(t), store.Options{MaxConnections: 1})
	require.NoError(t, err)
	pool, err := pgxpool.NewWithConfig(context.WithoutCancel(t.Context()), config)
	require.NoError(t, err)
	t.Cleanup(pool.Close)
	return store.New(pool, storetest.Vault(t))
}

// payBill asks what a bill's payment asks, of the order of a request.
func payBill(t *testing.T, s *store.Store, request string) {
	t.Helper()
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: request, Person: person, Conversation: conversation})
	wanted := order(request)
	wanted.BillKey = []byte(request)
	opened, _, err := s.OpenPaymentOrder(t.Context(), wanted)
	require.NoError(t, err)
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		tx.OfferPaymentLink(opened.ID, "plink "+request, "https://pay.example/1", time.Now().Add(time.Hour))
		return tx.SetStage(ctx, request, store.StageUpdate{Stage: "awaiting_payment", Open: true})
	}))
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, _, err := tx.LockPaymentOrder(ctx, opened.ID); err != nil {
			return err
		}
		tx.SetPaymentState(opened.ID, "paid", "pay "+request)
		tx.BookLedger(opened.ID, "captured", store.LedgerLeg{Account: "gateway_receivable", Amount: 5}, store.LedgerLeg{Account: "citizen_clearing", Amount: -5})
		return tx.EnqueueSignal(ctx, store.WorkflowSignal{Reference: request, Name: "payment"}, "wake "+request)
	}))
	question := store.Question{ID: request + "/q", Reference: request, Conversation: conversation, Bubble: json.RawMessage(`{}`)}
	require.NoError(t, s.AskQuestion(t.Context(), question))
	require.NoError(t, s.CloseQuestions(t.Context(), request))
	owner := uuid.NewString()
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		claims, err := tx.ClaimLanes(ctx, owner, time.Minute, []store.SenderLimit{{Sender: store.SenderWorkflow, Lanes: 10}})
		require.NoError(t, err)
		require.Len(t, claims, 1)
		claim := claims[0]
		return tx.Settle(ctx, owner, []store.Settlement{{Lane: claim.Lane, Version: claim.Version, ID: claim.ID, Was: claim.State, State: store.StateAccepted}})
	}))
}

// rowsRead tells how many rows were read of each table so far, or entries of its indexes; but not of that one which keeps an entry for each time
// that a lane was claimed, until somebody has time to sweep.
func rowsRead(t *testing.T, s *store.Store) map[string]int {
	t.Helper()
	_, err := s.Pool().Exec(t.Context(), `select pg_stat_force_next_flush()`)
	require.NoError(t, err)
	rows, err := s.Pool().Query(t.Context(), `
		select t.relname, (t.seq_tup_read + sum(i.idx_tup_read))::int from pg_stat_user_tables t join pg_stat_user_indexes i using (relid)
		where i.indexrelname <> 'outbox_lane_ready' group by t.relname, t.seq_tup_read`)
	require.NoError(t, err)
	read := map[string]int{}
	var table string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&table, &count}, func() error { read[table] = count; return nil })
	require.NoError(t, err)
	return read
}

// A statement's plan is made when there is little, and kept when there is much.
func TestPlansThatAreMadeOnAnEmptyStoreReadNoWholeTable(t *testing.T) {
	t.Parallel()
	s := newPlanned(t)
	_, err := s.Pool().Exec(t.Context(), `vacuum analyze`) // which notes that there is nothing
	require.NoError(t, err)
	const many = 40
	for i := range many {
		payBill(t, s, fmt.Sprintf("R%03d", i))
	}
	before := rowsRead(t, s)
	payBill(t, s, "last")
	for table, after := range rowsRead(t, s) {
		assert.Less(t, after-before[table], many, table)
	}
}
