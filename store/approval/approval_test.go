package approval_test

import (
	"context"
	"crypto/rand"
	"errors"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/store/storetest"
)

func use(ctx context.Context, pool *pgxpool.Pool, by, id string, action approval.Action, object string) error {
	return access.Within(ctx, pool, access.Scope{Role: access.Worker, Subject: by}, func(ctx context.Context, tx pgx.Tx) error {
		return approval.Use(ctx, tx, by, id, approval.Purpose{Action: action, Object: object, Step: rand.Text()})
	})
}

func decide(ctx context.Context, pool *pgxpool.Pool, by, id string, approved bool) error {
	return access.Within(ctx, pool, access.Scope{Role: access.Operator, Subject: by}, func(ctx context.Context, tx pgx.Tx) error {
		_, err := approval.Decide(ctx, tx, by, id, approved)
		return err
	})
}

func TestFourEyesThenOnce(t *testing.T) {
	t.Parallel()
	pool := storetest.New(t)
	approvals := approval.New(pool)
	wanted := approval.Approval{Action: approval.Refund, Object: "pay_1", Reason: "paid twice"}
	id, err := approvals.Ask(t.Context(), "asha", wanted)
	require.NoError(t, err)
	require.ErrorIs(t, use(t.Context(), pool, "asha", id, approval.Refund, "pay_1"), approval.ErrNotAgreed, "nobody has approved")
	_, err = approvals.Ask(t.Context(), "bala", wanted)
	require.ErrorIs(t, err, approval.ErrOpen)
	open, err := approvals.Open(t.Context(), "bala")
	require.NoError(t, err)
	require.Len(t, open, 1)
	require.Equal(t, "paid twice", open[0].Reason)

	require.ErrorIs(t, decide(t.Context(), pool, "asha", id, true), approval.ErrSamePeer)
	require.NoError(t, decide(t.Context(), pool, "bala", id, true))
	require.ErrorIs(t, decide(t.Context(), pool, "chitra", id, false), approval.ErrNotFound, "decided already")
	require.ErrorIs(t, use(t.Context(), pool, "asha", id, approval.Refund, "pay_2"), approval.ErrNotAgreed, "another payment")
	require.ErrorIs(t, use(t.Context(), pool, "asha", id, approval.Erase, "pay_1"), approval.ErrNotAgreed, "another action")

	var done atomic.Int32
	var all sync.WaitGroup
	for range 8 {
		all.Go(func() {
			if err := use(context.Background(), pool, "asha", id, approval.Refund, "pay_1"); err == nil {
				done.Add(1)
			} else if !errors.Is(err, approval.ErrNotAgreed) {
				t.Error(err)
			}
		})
	}
	all.Wait()
	require.EqualValues(t, 1, done.Load(), "done once")
	report, err := audit.Verify(t.Context(), pool)
	require.NoError(t, err)
	require.Empty(t, report.Faults)
	require.EqualValues(t, 3, report.Entries, "asked, approved, used")
}

func TestARefusalOrTimeEndsIt(t *testing.T) {
	t.Parallel()
	pool := storetest.New(t)
	approvals := approval.New(pool)
	wanted := approval.Approval{Action: approval.Keys, Object: "kek", Reason: "yearly"}
	_, err := approvals.Ask(t.Context(), "asha", approval.Approval{Action: approval.Keys, Object: "kek"})
	require.ErrorIs(t, err, approval.ErrNoReason)
	id, err := approvals.Ask(t.Context(), "asha", wanted)
	require.NoError(t, err)
	require.NoError(t, decide(t.Context(), pool, "asha", id, false), "one's own may be taken back")
	require.ErrorIs(t, use(t.Context(), pool, "asha", id, approval.Keys, "kek"), approval.ErrNotAgreed)

	id, err = approvals.Ask(t.Context(), "asha", wanted)
	require.NoError(t, err)
	require.NoError(t, decide(t.Context(), pool, "bala", id, true))
	_, err = pool.Exec(t.Context(), `set session_replication_role = replica; update approval set expires_at = now() - interval '1 second' where used_at is null;
		set session_replication_role = origin`)
	require.NoError(t, err)
	require.ErrorIs(t, use(t.Context(), pool, "asha", id, approval.Keys, "kek"), approval.ErrNotAgreed, "expired")
	_, err = approvals.Ask(t.Context(), "bala", wanted)
	require.NoError(t, err)
}
