package worker_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"os"
	"path/filepath"
	"runtime"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/temporalcluster"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/temporaltest"
	"github.com/jansetu/jansetu/workflows"
)

// With -load the rate of whole bill payments is measured beside a bare workflow's, on a Temporal server on PostgreSQL:
//
//	make bench-requests
var (
	loading  = flag.Bool("load", false, "measure bill payments per second")
	requests = flag.Int("requests", 150, "bill payments of each measurement")
)

const (
	atOnce      = 30
	remoteCalls = 3 // activities of a bill payment on a portal's queue: fetch, order, post
)

// TestLoad measures ours and the bare one in turns, with 10^3 and with 10^5 requests in the store.
func TestLoad(t *testing.T) { //nolint:paralleltest // a measurement has the machine to itself
	if !*loading {
		t.Skip("only with -load: make bench-requests")
	}
	startCluster(t)
	h := newHub(t, func(_ *hub, config *worker.Config) {
		for _, name := range []string{"apspdcl", workflows.PaymentsPortal} {
			portal, known := config.Catalog.Portal(name)
			require.True(t, known)
			portal.Budget.RequestsPerSecond, portal.Budget.Concurrent = 10_000, 100
		}
	})
	bare := newBare(t)
	go h.payEverything(t.Context())
	t.Logf("%d at once, %d each; %d processors; a bare workflow has %d activities that do nothing and two signals",
		atOnce, *requests, runtime.NumCPU(), remoteCalls)
	paid := 0
	for _, stored := range []int{1_000, 100_000} {
		h.fill(t, stored)
		var ours, theirs float64
		const rounds = 2
		for range rounds {
			ours += rate(*requests, func(i int) { h.payBill(t, paid+i) }) / rounds
			paid += *requests
			theirs += rate(*requests, func(i int) { bare.run(t, fmt.Sprintf("bare-%d-%d", paid, i)) }) / rounds
		}
		t.Logf("%7d requests stored: bill payments %5.1f/s, bare %5.1f/s, ratio %.2f", stored, ours, theirs, ours/theirs)
	}
	require.Len(t, h.portal.Postings(), paid, "every bill was paid once")
}

// startCluster has every test of this process use a Temporal server on PostgreSQL.
func startCluster(t *testing.T) {
	t.Helper()
	bin, err := filepath.Abs("../bin")
	require.NoError(t, err)
	database, err := postgres.Start(t.Context(), postgres.Config{DataDir: t.TempDir()})
	require.NoError(t, err)
	cluster, err := temporalcluster.Start(t.Context(), temporalcluster.Config{
		Server: filepath.Join(bin, "temporal-server"), SQLTool: filepath.Join(bin, "temporal-sql-tool"), Postgres: database.URL(), Folder: t.TempDir(),
		Shards: 4,
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(t, cluster.Stop(ctx))
		require.NoError(t, database.Stop(ctx))
	})
	t.Setenv(temporaltest.Environment, cluster.Address())
}

// rate does something so often, some at once, and tells how often a second.
func rate(times int, do func(i int)) float64 {
	var crowd sync.WaitGroup
	turn := make(chan int)
	start := time.Now()
	for range atOnce {
		crowd.Go(func() {
			for i := range turn {
				do(i)
			}
		})
	}
	for i := range times {
		turn <- i
	}
	close(turn)
	crowd.Wait()
	return float64(times) / time.Since(start).Seconds()
}

// payBill is one citizen, who says yes before being asked: the answer waits in the workflow.
func (h *hub) payBill(t *testing.T, i int) {
	t.Helper()
	reference := fmt.Sprintf("JS-LOAD-%06d", i)
	run := h.ask(t, reference, electricitytwin.ServiceNumber(electricitytwin.RegNo, i))
	answer := workflows.Answer{Question: reference + "/confirm", Choice: "pay", At: time.Now()}
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalAnswer, answer))
	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
}

// payEverything pays every link as soon as it is there.
func (h *hub) payEverything(ctx context.Context) {
	tick := time.NewTicker(10 * time.Millisecond)
	defer tick.Stop()
	for paid := 0; ; {
		select {
		case <-ctx.Done():
			return
		case <-tick.C:
		}
		orders := h.payments.Links()
		for ; paid < len(orders); paid++ {
			order, err := h.store.PaymentOrder(ctx, orders[paid])
			if err != nil || order.LinkID == "" {
				break // the link is not in the books yet
			}
			if _, err := h.payments.Pay(order.LinkID); err != nil {
				fmt.Fprintln(os.Stderr, "pay:", err)
			}
		}
	}
}

// fill brings the store to so many requests that ended, with what belongs to them.
func (h *hub) fill(t *testing.T, requests int) {
	t.Helper()
	for _, statement := range []string{
		`insert into request (reference, person, conversation, service, kind, portal, language, answers, stage, open, created_at)
			select 'JS-OLD-' || n, $1, $2, 'electricity-bill-south', 'bill', 'apspdcl', 'en', '\x00', 'done', false, now() - interval '30 days'
			from generate_series(1, $3::int) n on conflict do nothing`,
		`insert into payment_order (id, request, purpose, portal, bill_key, amount, state, expires_at)
			select 'JS-OLD-' || n || '-bill', 'JS-OLD-' || n, 'bill', 'apspdcl', sha256(n::text::bytea), 124000, 'fulfilled', now()
			from generate_series(1, $3::int) n where $1::text <> '' and $2::bigint > 0 on conflict do nothing`,
		`insert into payment_event (provider, event_id, order_id, fact)
			select 'razorpay', 'old-' || n || '-' || k, 'JS-OLD-' || n || '-bill', '{"kind":"captured"}'
			from generate_series(1, $3::int) n, generate_series(1, 3) k where $1::text <> '' and $2::bigint > 0 on conflict do nothing`,
		`insert into ledger_transaction (order_id, key)
			select 'JS-OLD-' || n || '-bill', 'old/' || k
			from generate_series(1, $3::int) n, generate_series(1, 2) k where $1::text <> '' and $2::bigint > 0 on conflict do nothing`,
		`insert into outbox (lane, kind, conversation, seal, payload, state)
			select 'old-' || n, 'message', $2, 1, '\x00', 'accepted'
			from generate_series(1, $3::int) n, generate_series(1, 6) k where $1::text <> ''`,
	} {
		_, err := h.store.Pool().Exec(t.Context(), statement, h.person, h.conversation, requests)
		require.NoError(t, err)
	}
	_, err := h.store.Pool().Exec(t.Context(), `analyze`)
	require.NoError(t, err)
}

// bare is the least that a process of this shape can be.
type bare struct{ temporal client.Client }

const bareQueue = "bare"

func nothing(context.Context) error { return nil }

func bareWorkflow(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{StartToCloseTimeout: time.Minute})
	for i := range remoteCalls {
		if err := workflow.ExecuteActivity(ctx, nothing).Get(ctx, nil); err != nil {
			return err
		}
		if i < 2 {
			workflow.GetSignalChannel(ctx, "go").Receive(ctx, nil)
		}
	}
	return nil
}

func newBare(t *testing.T) *bare {
	t.Helper()
	quiet := log.NewStructuredLogger(slog.New(slog.DiscardHandler))
	temporal, err := client.Dial(client.Options{HostPort: temporaltest.Address(t), Namespace: temporaltest.Namespace(t, nil), Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(temporal.Close)
	queue := sdk.New(temporal, bareQueue, sdk.Options{})
	queue.RegisterWorkflow(bareWorkflow)
	queue.RegisterActivity(nothing)
	require.NoError(t, queue.Start())
	t.Cleanup(queue.Stop)
	return &bare{temporal}
}

func (b *bare) run(t *testing.T, id string) {
	t.Helper()
	run, err := b.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: bareQueue}, bareWorkflow)
	require.NoError(t, err)
	for range 2 {
		require.NoError(t, b.temporal.SignalWorkflow(t.Context(), id, "", "go", nil))
	}
	require.NoError(t, run.Get(t.Context(), nil))
}
