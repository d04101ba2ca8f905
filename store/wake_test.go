package store_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// desk is a store with one request, whose workflow is woken.
type desk struct {
	*store.Store

	t      *testing.T
	person string
}

func newDesk(t *testing.T) *desk {
	t.Helper()
	d := &desk{Store: storetest.Store(t), t: t}
	var conversation int64
	d.person, conversation = storetest.Person(t, d.Store)
	storetest.Request(t, d.Store, store.Request{Reference: "R1", Person: d.person, Conversation: conversation})
	return d
}

func (d *desk) wake(order, event string, after time.Duration) store.Wake {
	return store.Wake{
		Signal: store.WorkflowSignal{Reference: "R1", Name: "payment", Payload: json.RawMessage(`"` + event + `"`)}, Person: d.person,
		About: order, EventID: event, After: after,
	}
}

func (d *desk) enqueue(wake store.Wake) error {
	return d.WithTx(d.t.Context(), func(ctx context.Context, tx *store.Tx) error { return tx.EnqueueWake(ctx, wake) })
}

func claimWorkflows(ctx context.Context, tx *store.Tx) ([]store.Claim, error) {
	return tx.ClaimLanes(ctx, uuid.NewString(), time.Minute, []store.SenderLimit{{Sender: store.SenderWorkflow, Lanes: 10}})
}

// states counts what is in the outbox.
func (d *desk) states() (states map[string]int) {
	d.t.Helper()
	states = map[string]int{}
	rows, err := d.Pool().Query(d.t.Context(), `select state::text, count(*)::int from outbox group by 1`)
	require.NoError(d.t, err)
	var state string
	var count int
	_, err = pgx.ForEachRow(rows, []any{&state, &count}, func() error { states[state] = count; return nil })
	require.NoError(d.t, err)
	return states
}

func TestAWakeMakesThoseBeforeItAboutTheSameSuperfluous(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.NoError(t, d.enqueue(d.wake("R1-bill", "1", time.Minute)))
	require.NoError(t, d.enqueue(d.wake("R1-bill2", "2", time.Minute)))
	require.NoError(t, d.enqueue(d.wake("R1-bill", "3", time.Minute)))
	require.Equal(t, map[string]int{"accepted": 1, "queued": 2}, d.states(), "the other order's stays")
}

func TestAWakeComesBesideOneThatIsBeingCarried(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.NoError(t, d.enqueue(d.wake("R1-bill", "1", 0)))
	require.NoError(t, d.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		claims, err := claimWorkflows(ctx, tx)
		require.NoError(t, err)
		return tx.MarkSending(ctx, []int64{claims[0].ID})
	}))
	require.NoError(t, d.enqueue(d.wake("R1-bill", "2", 0)))
	require.Equal(t, map[string]int{"sending": 1, "queued": 1}, d.states())
}

func TestAWakeAndWhoClaimsItsLaneDoNotWaitForEachOther(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.NoError(t, d.enqueue(d.wake("R1-bill", "1", 0)))
	waking := make(chan error, 1)
	require.NoError(t, d.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		claims, err := claimWorkflows(ctx, tx)
		require.NoError(t, err)
		go func() { waking <- d.enqueue(d.wake("R1-bill", "2", 0)) }()
		require.Eventually(t, func() bool {
			var blocked int
			err := d.Pool().QueryRow(ctx, `select count(*) from pg_locks where not granted
				and pid in (select pid from pg_stat_activity where datname = current_database())`).Scan(&blocked)
			return err == nil && blocked > 0
		}, 20*time.Second, 5*time.Millisecond)
		return tx.MarkSending(ctx, []int64{claims[0].ID})
	}))
	require.NoError(t, <-waking)
	require.Equal(t, map[string]int{"sending": 1, "queued": 1}, d.states())
}

func TestWhatACitizenSaysDoesNotWaitForAWakeThatMay(t *testing.T) {
	t.Parallel()
	d := newDesk(t)
	require.NoError(t, d.enqueue(d.wake("R1-bill", "1", time.Minute)))
	claim := func() (claims []store.Claim) {
		require.NoError(t, d.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) (err error) {
			claims, err = claimWorkflows(ctx, tx)
			return err
		}))
		return claims
	}
	require.Empty(t, claim())
	require.NoError(t, d.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.WriteTurns(ctx, store.Turns{Outbox: []store.OutboxRow{{
			Kind: store.KindWorkflowSignal, Lane: store.WorkflowLane("R1"), Sender: store.SenderWorkflow, Person: d.person, Payload: json.RawMessage(`{}`),
		}}})
	}))
	require.Len(t, claim(), 1)
}
