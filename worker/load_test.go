package worker_test

import (
	"context"
	"flag"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"runtime"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	sdk "go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/temporalcluster"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/codec"
	"github.com/jansetu/jansetu/worker/temporaltest"
	"github.com/jansetu/jansetu/workflows"
)

// With -load the rate of whole bill payments is measured beside a bare workflow's, on a Temporal server on PostgreSQL:
//
//	make bench-requests
var (
	loading  = flag.Bool("load", false, "measure bill payments per second")
	requests = flag.Int("requests", 300, "bill payments of each measurement")
	rounds   = flag.Int("rounds", 5, "measurements of each, in turns")
)

const (
	atOnce      = 30
	remoteCalls = 3 // activities of a bill payment on a portal's queue: fetch, order, post
)

// TestLoad measures ours and the bare one in turns, with 10^3 and with 10^5 requests in the store.
func TestLoad(t *testing.T) {
	if !*loading {
		t.Skip("only with -load: make bench-requests")
	}
	t.Setenv(storetest.Environment, startPostgres(t).URL())
	clusters := map[int]string{startCluster(t): "Temporal's PostgreSQL"}
	payer := &payer{unpaid: map[string]string{}}
	h := newHub(t, func(h *hub, config *worker.Config) {
		payer.Gateway, payer.hub = config.Money.Gateway, h
		config.Money.Gateway = payer
		for _, name := range []string{"apspdcl", workflows.PaymentsPortal} {
			portal, known := config.Catalog.Portal(name)
			require.True(t, known)
			portal.Budget.RequestsPerSecond, portal.Budget.Concurrent = 10_000, 100
		}
	})
	go payer.payAll(t.Context())
	bare := newBare(t)
	t.Logf("%d at once, %d each; %d processors; a bare workflow has %d activities that do nothing and two signals",
		atOnce, *requests, runtime.NumCPU(), remoteCalls)
	paid := 0
	for _, stored := range []int{1_000, 100_000} {
		h.fill(t, stored)
		ours, theirs := &side{}, &side{}
		for round := range *rounds {
			citizens := h.confirmed(t, paid, *requests)
			h.statements.take()
			both := []func(){
				func() { ours.measure(t, clusters, func(i int) { h.payBill(t, paid+i, citizens[i]) }) },
				func() { theirs.measure(t, clusters, func(i int) { bare.run(t, fmt.Sprintf("bare-%d-%d", paid, i)) }) },
			}
			if round%2 == 1 { // who comes second pays for what the first left behind
				slices.Reverse(both)
			}
			for _, measure := range both {
				measure()
			}
			paid += *requests
		}
		t.Logf("%7d requests stored: bill payments %5.1f/s, bare %5.1f/s, ratio %.2f (by processor time %.2f)",
			stored, median(ours.rates), median(theirs.rates), ratio(ours.rates, theirs.rates), ratio(theirs.times(), ours.times()))
		t.Logf("        a bill payment takes %s, and %.1f statements", ours.mean(), float64(h.statements.take())/float64(*requests))
		t.Logf("        a bare workflow      %s", theirs.mean())
		t.Logf("        ratios of the rounds %.2f", ratios(ours.rates, theirs.rates))
	}
	require.Len(t, h.portal.Postings(), paid, "every bill was paid once")
}

// side is one of the two that are compared, measurement by measurement.
type side struct {
	rates []float64
	spent []spent // for each request
}

func (s *side) measure(t *testing.T, clusters map[int]string, do func(i int)) {
	t.Helper()
	before := measureSpent(t, clusters)
	s.rates = append(s.rates, rate(*requests, do))
	s.spent = append(s.spent, measureSpent(t, clusters).per(before, *requests))
}

// times is the processor time of a request, of each measurement.
func (s *side) times() []float64 {
	times := make([]float64, len(s.spent))
	for i, spent := range s.spent {
		times[i] = spent.total()
	}
	return times
}

// mean is what a request took on average.
func (s *side) mean() spent {
	mean := spent{}
	for _, each := range s.spent {
		for group, time := range each {
			mean[group] += time / float64(len(s.spent))
		}
	}
	return mean
}

func median(values []float64) float64 {
	sorted := slices.Sorted(slices.Values(values))
	return sorted[len(sorted)/2]
}

// ratio is the median of the ratios of measurements that were made one after the other: what the machine is worth changes meanwhile.
func ratio(of, to []float64) float64 { return median(ratios(of, to)) }

func ratios(of, to []float64) []float64 {
	each := make([]float64, len(of))
	for i := range of {
		each[i] = of[i] / to[i]
	}
	return each
}

// startCluster has every test of this process use a Temporal server on PostgreSQL.
func startCluster(t *testing.T) (postmaster int) {
	t.Helper()
	bin, err := filepath.Abs("../bin")
	require.NoError(t, err)
	database := startPostgres(t)
	cluster, err := temporalcluster.Start(t.Context(), temporalcluster.Config{
		Server: filepath.Join(bin, "temporal-server"), SQLTool: filepath.Join(bin, "temporal-sql-tool"), Postgres: database.URL(), Folder: t.TempDir(),
		Shards: 4,
	})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(t, cluster.Stop(ctx))
	})
	t.Setenv(temporaltest.Environment, cluster.Address())
	return database.Pid()
}

// startPostgres starts one that keeps what it was given, as in production: that of other tests may forget.
func startPostgres(t *testing.T) *postgres.Cluster {
	t.Helper()
	database, err := postgres.Start(t.Context(), postgres.Config{DataDir: t.TempDir()})
	require.NoError(t, err)
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), 20*time.Second)
		defer cancel()
		require.NoError(t, database.Stop(ctx))
	})
	return database
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

// confirmed stores the requests of a measurement, as the dialog does when the citizen confirms: each of another citizen.
func (h *hub) confirmed(t *testing.T, from, count int) []citizen {
	t.Helper()
	citizens := make([]citizen, count)
	for i := range citizens {
		c := &citizens[i]
		c.person, c.conversation = storetest.Person(t, h.store)
		storetest.Request(t, h.store, store.Request{Reference: loadReference(from + i), Person: c.person, Conversation: c.conversation})
	}
	return citizens
}

func loadReference(i int) string { return fmt.Sprintf("JS-LOAD-%06d", i) }

// payBill is one citizen, who says yes before being asked: the answer waits in the workflow.
func (h *hub) payBill(t *testing.T, i int, by citizen) {
	t.Helper()
	reference := loadReference(i)
	run := h.begin(t, reference, electricitytwin.ServiceNumber(electricitytwin.RegNo, i), by)
	answer := workflows.Answer{Question: reference + "/confirm", Choice: "pay", At: time.Now()}
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalAnswer, answer))
	require.Equal(t, workflows.StageDone, outcome(t, run).Ended)
}

// payer pays every link as soon as the citizen has it.
type payer struct {
	payments.Gateway

	hub *hub

	mu     sync.Mutex
	unpaid map[string]string // links by reference of the request
}

func (p *payer) CreateLink(ctx context.Context, asked payments.LinkRequest) (payments.Link, error) {
	link, err := p.Gateway.CreateLink(ctx, asked)
	if err == nil {
		p.mu.Lock()
		defer p.mu.Unlock()
		p.unpaid[strings.TrimSuffix(asked.Reference, "-bill")] = link.ID
	}
	return link, err
}

// payAll looks for all citizens at once, so that looking costs the hub's PostgreSQL little.
func (p *payer) payAll(ctx context.Context) {
	for again := time.NewTicker(50 * time.Millisecond); ctx.Err() == nil; <-again.C {
		waiting := p.references()
		if len(waiting) == 0 {
			continue
		}
		rows, err := p.hub.store.Pool().Query(ctx, `select reference from request where reference = any($1) and stage = $2`,
			waiting, string(workflows.StageAwaitingPayment))
		if err != nil {
			continue
		}
		told, err := pgx.CollectRows(rows, pgx.RowTo[string])
		if err != nil {
			continue
		}
		for _, reference := range told {
			p.pay(reference)
		}
	}
}

func (p *payer) references() []string {
	p.mu.Lock()
	defer p.mu.Unlock()
	return slices.Collect(maps.Keys(p.unpaid))
}

func (p *payer) pay(reference string) {
	p.mu.Lock()
	link := p.unpaid[reference]
	delete(p.unpaid, reference)
	p.mu.Unlock()
	if _, err := p.hub.payments.Pay(link); err != nil {
		fmt.Fprintln(os.Stderr, "pay:", err)
	}
}

// fill brings the store to so many requests that ended, with what belongs to them.
func (h *hub) fill(t *testing.T, requests int) {
	t.Helper()
	for _, statement := range []string{
		`insert into person (id) select md5(n::text)::uuid from generate_series(1, $1::int) n on conflict do nothing`,
		`insert into conversation (person, phone_number_id, window_expires_at)
			select md5(n::text)::uuid, '1', now() from generate_series(1, $1::int) n on conflict do nothing`,
		`insert into request (reference, person, conversation, service, kind, portal, language, answers, stage, open, created_at)
			select 'JS-OLD-' || n, person, id, 'electricity-bill-south', 'bill', 'apspdcl', 'en', '\x00', 'done', false, now() - interval '30 days'
			from generate_series(1, $1::int) n join conversation on person = md5(n::text)::uuid on conflict do nothing`,
		`insert into payment_order (id, request, purpose, portal, bill_key, amount, state, expires_at)
			select 'JS-OLD-' || n || '-bill', 'JS-OLD-' || n, 'bill', 'apspdcl', sha256(n::text::bytea), 124000, 'fulfilled', now()
			from generate_series(1, $1::int) n on conflict do nothing`,
		`insert into payment_event (provider, event_id, order_id, fact)
			select 'razorpay', 'old-' || n || '-' || k, 'JS-OLD-' || n || '-bill', '{"kind":"captured"}'
			from generate_series(1, $1::int) n, generate_series(1, 3) k on conflict do nothing`,
		`insert into ledger_transaction (order_id, key)
			select 'JS-OLD-' || n || '-bill', 'old/' || k
			from generate_series(1, $1::int) n, generate_series(1, 2) k on conflict do nothing`,
		`insert into outbox (lane, kind, conversation, seal, payload, state)
			select 'old-' || n, 'message', c.id, 1, '\x00', 'accepted'
			from generate_series(1, $1::int) n join conversation c on c.person = md5(n::text)::uuid, generate_series(1, 6) k`,
		`insert into outbox_lane (lane, sender, version) select 'old-' || n, '1', 6 from generate_series(1, $1::int) n on conflict do nothing`,
		`insert into payment_order_bill (order_id, bill_key)
			select 'JS-OLD-' || n || '-bill', sha256(n::text::bytea) from generate_series(1, $1::int) n on conflict do nothing`,
		`insert into question (id, request, conversation, bubble, choices, state, closed_at)
			select 'JS-OLD-' || n || '/confirm', 'JS-OLD-' || n, c.id, '\x00', '\x00', 'answered', now()
			from generate_series(1, $1::int) n join conversation c on c.person = md5(n::text)::uuid on conflict do nothing`,
		`insert into document (id, request, kind, filename, mime_type, content)
			select encode(sha256(n::text::bytea), 'hex'), 'JS-OLD-' || n, 'receipt', 'Receipt.pdf', 'application/pdf', '\x00' from generate_series(1, $1::int) n on conflict do nothing`,
		`insert into ledger_entry (transaction, account, amount)
			select t.id, leg.account, leg.amount from ledger_transaction t join payment_order o on o.id = t.order_id and o.request like 'JS-OLD-%',
				(values ('citizen_clearing', 1), ('dept_payable', -1)) as leg (account, amount)
			where $1::int > 0 on conflict do nothing`,
	} {
		_, err := h.store.Pool().Exec(t.Context(), statement, requests)
		require.NoError(t, err, statement)
	}
	for _, statement := range []string{`vacuum (freeze, analyze)`, `checkpoint`} { // as what is stored for long has had
		_, err := h.store.Pool().Exec(t.Context(), statement)
		require.NoError(t, err)
	}
	syscall.Sync()
}

// bare is the least that a process of this shape can be: as many activities, on a queue of their own as a portal's are and with their
// timeouts (Temporal's timers for them ring later, and cost the same whoever set them), and two signals. The
// first waits already, as the citizen's answer in payBill; the second comes when the second activity is done, as a payment can only
// come when there is a link.
type bare struct {
	temporal client.Client
	asked    chan string // by workflows that wait for the second signal
}

const bareQueue, barePortalQueue = "bare", "bare-portal"

func nothing(context.Context) error { return nil }

func (b *bare) workflow(ctx workflow.Context) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: barePortalQueue, StartToCloseTimeout: workflows.PortalCallTimeout, HeartbeatTimeout: 10 * time.Second,
	})
	for i := range remoteCalls {
		if err := workflow.ExecuteActivity(ctx, nothing).Get(ctx, nil); err != nil {
			return err
		}
		if i == 1 {
			b.asked <- workflow.GetInfo(ctx).WorkflowExecution.ID // never full: not more run at once
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
	temporal, err := client.Dial(client.Options{
		HostPort: temporaltest.Address(t), Namespace: temporaltest.Namespace(t, nil), Logger: quiet, ConnectionOptions: codec.ConnectionOptions(),
	})
	require.NoError(t, err)
	t.Cleanup(temporal.Close)
	b := &bare{temporal: temporal, asked: make(chan string, 10*atOnce)}
	hub, portal := sdk.New(temporal, bareQueue, sdk.Options{}), sdk.New(temporal, barePortalQueue, sdk.Options{DisableWorkflowWorker: true})
	hub.RegisterWorkflowWithOptions(b.workflow, workflow.RegisterOptions{Name: bareQueue})
	portal.RegisterActivity(nothing)
	for _, queue := range []sdk.Worker{hub, portal} {
		require.NoError(t, queue.Start())
		t.Cleanup(queue.Stop)
	}
	go b.signalAll(t.Context())
	return b
}

func (b *bare) signalAll(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case id := <-b.asked:
			go func() {
				if err := b.temporal.SignalWorkflow(ctx, id, "", "go", nil); err != nil {
					fmt.Fprintln(os.Stderr, "signal:", err)
				}
			}()
		}
	}
}

func (b *bare) run(t *testing.T, id string) {
	t.Helper()
	run, err := b.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: bareQueue}, bareQueue)
	require.NoError(t, err)
	require.NoError(t, b.temporal.SignalWorkflow(t.Context(), id, "", "go", nil))
	require.NoError(t, run.Get(t.Context(), nil))
}
