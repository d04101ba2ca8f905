package store_test

import (
	"context"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// stageOf asks in a statement of its own: what was put off has been done before it.
func stageOf(ctx context.Context, tx *store.Tx, reference string) (stage string, err error) {
	err = tx.QueryRow(ctx, `select stage from request where reference = $1`, reference).Scan(&stage)
	return stage, err
}

func newRequest(t *testing.T) *store.Store {
	t.Helper()
	s := storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})
	return s
}

func TestWhatIsPutOffIsDoneInItsTurn(t *testing.T) {
	t.Parallel()
	s := newRequest(t)
	var seen string
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		if err := tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "one", Open: true}); err != nil {
			return err
		}
		if seen, err = stageOf(ctx, tx, "R1"); err != nil {
			return err
		}
		return tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "two", Open: true})
	}))
	require.Equal(t, "one", seen)
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
		seen, err = stageOf(ctx, tx, "R1")
		return err
	}))
	require.Equal(t, "two", seen, "with the commit")
}

func TestRowsAreReadToTheirEndInATransaction(t *testing.T) {
	t.Parallel()
	s := newRequest(t)
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		for range 2 { // the first brings the begin along
			rows, err := tx.Query(ctx, `select n from generate_series(1, 3) n`)
			require.NoError(t, err)
			numbers := 0
			for rows.Next() {
				numbers++
			}
			require.NoError(t, rows.Err())
			require.Equal(t, 3, numbers)
		}
		_, err := tx.Exec(ctx, `select 1`)
		return err
	}))
}

func TestATransactionThatFailsLeavesNothing(t *testing.T) {
	t.Parallel()
	stage := func(name string) store.StageUpdate { return store.StageUpdate{Stage: name, Open: true} }
	tests := map[string]struct {
		do   func(ctx context.Context, tx *store.Tx) error
		want error
		says string
	}{
		"what f does fails": {func(ctx context.Context, tx *store.Tx) error {
			_ = tx.SetStage(ctx, "R1", stage("changed"))
			_, err := tx.Exec(ctx, `select no_such_column`)
			return err
		}, nil, "no_such_column"},
		"f thinks better of it": {func(ctx context.Context, tx *store.Tx) error {
			_ = tx.SetStage(ctx, "R1", stage("changed"))
			return errBetter
		}, errBetter, "better"},
		"what was put off fails with the commit": {func(ctx context.Context, tx *store.Tx) error {
			_ = tx.SetStage(ctx, "R1", stage("changed"))
			return tx.SetStage(ctx, "R2", stage("changed"))
		}, store.ErrNoRequest, "set stage"},
		"what was put off fails before a question": {func(ctx context.Context, tx *store.Tx) error {
			_ = tx.SetStage(ctx, "R1", stage("changed"))
			_ = tx.SetStage(ctx, "R2", stage("changed"))
			_, err := stageOf(ctx, tx, "R1")
			return err
		}, store.ErrNoRequest, "set stage"},
		"what was put off fails before a statement, and f does not look": {func(ctx context.Context, tx *store.Tx) error {
			_ = tx.SetStage(ctx, "R2", stage("changed"))
			_, _ = tx.Exec(ctx, `update request set stage = 'changed'`)
			return nil
		}, store.ErrNoRequest, "set stage"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := newRequest(t)
			err := s.WithTx(t.Context(), test.do)
			require.ErrorContains(t, err, test.says)
			if test.want != nil {
				require.ErrorIs(t, err, test.want)
			}
			request, err := s.Request(t.Context(), "R1")
			require.NoError(t, err)
			require.Equal(t, "received", request.Stage)
		})
	}
}

var errBetter = errors.New("better not")

func TestATransactionInWhichNothingIsDoneIsNone(t *testing.T) {
	t.Parallel()
	s := newRequest(t)
	require.NoError(t, s.WithTx(t.Context(), func(context.Context, *store.Tx) error { return nil }))
	require.ErrorIs(t, s.WithTx(t.Context(), func(context.Context, *store.Tx) error { return errBetter }), errBetter)
}

func TestAPanicGivesTheConnectionBackWithoutWhatWasDone(t *testing.T) {
	t.Parallel()
	s := newRequest(t)
	for range 30 { // more than there are connections
		require.Panics(t, func() {
			_ = s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
				_, _ = tx.Exec(ctx, `update request set stage = 'changed'`)
				panic("out of order")
			})
		})
	}
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, "received", request.Stage)
}

func TestACancelledTransactionGivesItsConnectionBack(t *testing.T) {
	t.Parallel()
	s := newRequest(t)
	for range 30 {
		ctx, cancel := context.WithCancel(t.Context())
		err := s.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
			if err := tx.SetStage(ctx, "R1", store.StageUpdate{Stage: "changed", Open: true}); err != nil {
				return err
			}
			cancel()
			return nil
		})
		require.ErrorIs(t, err, context.Canceled)
	}
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	require.Equal(t, "received", request.Stage)
}
