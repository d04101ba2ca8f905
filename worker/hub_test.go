package worker_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"sync"
	"testing"
	"time"

	"github.com/google/uuid"
	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/electricity"
	electricitytwin "github.com/jansetu/jansetu/connectors/electricity/twin"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	paymentstwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/bubble"
	gatewaypayments "github.com/jansetu/jansetu/gateway/payments"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/codec"
	"github.com/jansetu/jansetu/worker/temporaltest"
	"github.com/jansetu/jansetu/workflows"
)

const provider = "razorpay"

// hub is a worker with everything round it: Temporal, PostgreSQL, the portal's twin and the payment sandbox are real servers.
type hub struct {
	store      *store.Store
	temporal   client.Client
	codec      *codec.Codec
	portal     *electricitytwin.Twin
	payments   *paymentstwin.Sandbox
	gateway    payments.Gateway
	events     *gatewaypayments.Events
	statements *statements
	stop       func()
	start      func()

	citizen
}

// citizen is who asks.
type citizen struct {
	person       string
	conversation int64
}

func newHub(t *testing.T, change ...func(*hub, *worker.Config)) *hub {
	t.Helper()
	h := &hub{}
	var lookOn *store.Store
	h.store, lookOn, h.statements = countedStore(t)
	h.addCitizen(t)
	quiet := slog.New(slog.DiscardHandler)
	namespace := temporaltest.Namespace(t, worker.SearchAttributes())
	var err error
	h.codec = codec.New(h.store, store.HubPerson)
	h.temporal, err = client.Dial(client.Options{
		HostPort: temporaltest.Address(t), Namespace: namespace, Identity: "hub", Logger: log.NewStructuredLogger(quiet),
		DataConverter: h.codec.DataConverter(), FailureConverter: h.codec.FailureConverter(),
		ConnectionOptions: codec.ConnectionOptions(),
	})
	require.NoError(t, err)
	t.Cleanup(h.temporal.Close)

	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	books := money.NewBooks(h.store)
	source := h.paymentSandbox(t, quiet)
	h.gateway = source
	h.events = gatewaypayments.New(gatewaypayments.Config{
		Store: h.store, Books: books, Workflows: gateway.NewTemporal(h.temporal), Catalog: services,
		Gateways: map[string]payments.Gateway{provider: source}, Log: quiet,
	})
	config := worker.Config{
		Client: h.temporal, Namespace: namespace, Store: h.store, Catalog: services, Log: quiet,
		Money: money.Config{
			Store: h.store, Books: books, Catalog: services, Gateway: source, Provider: provider, BillKey: billKey(), Now: time.Now,
		},
		Portals: map[string]any{"apspdcl": h.portalTwin(t), workflows.PaymentsPortal: source}, StopTimeout: 2 * time.Second,
		CanaryEvery: 24 * time.Hour, // tests send it themselves
	}
	for _, apply := range change {
		apply(h, &config)
	}
	h.store = lookOn
	h.run(t, config)
	h.statements.take() // what starting took
	go h.pump(t.Context())
	go h.events.LookAgain(t.Context())
	return h
}

func billKey() []byte { return []byte("a key of the tests, long enough") }

// run starts the worker, and lets a test stop and start it again.
func (h *hub) run(t *testing.T, config worker.Config) {
	t.Helper()
	h.start = func() {
		running, err := worker.New(config)
		require.NoError(t, err)
		ctx, cancel := context.WithCancel(context.Background())
		done := make(chan error, 1)
		go func() { done <- running.Run(ctx) }()
		select {
		case <-running.Started():
		case err := <-done:
			require.NoError(t, err)
		}
		h.stop = func() {
			cancel()
			require.NoError(t, <-done)
		}
	}
	h.start()
	t.Cleanup(func() { h.stop() })
}

func (h *hub) addCitizen(t *testing.T) {
	t.Helper()
	h.person, h.conversation = storetest.Person(t, h.store)
}

func (h *hub) portalTwin(t *testing.T) connectors.BillConnector {
	t.Helper()
	var err error
	h.portal, err = electricitytwin.New(electricitytwin.Config{Shape: electricitytwin.RegNo})
	require.NoError(t, err)
	server := httptest.NewServer(h.portal)
	t.Cleanup(server.Close)
	connector, err := electricity.Family{}.New(connectors.PortalConfig{
		Name: "apspdcl", Family: electricity.FamilyName, URL: server.URL, Settings: map[string]string{electricity.SettingShape: "regno"},
		Budget:   connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
		Timeouts: connectors.Timeouts{Attempt: 10 * time.Second, Total: 20 * time.Second},
		Breaker:  connectors.Breaker{Failures: 3, OpenFor: time.Second, Probes: 1},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}

// paymentSandbox delivers its webhooks to the hub as the gateway's server would.
func (h *hub) paymentSandbox(t *testing.T, quiet *slog.Logger) payments.Gateway {
	t.Helper()
	hooks := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err == nil {
			err = h.events.HandleWebhook(r.Context(), provider, r.Header, body)
		}
		if err != nil {
			w.WriteHeader(http.StatusServiceUnavailable)
		}
	}))
	t.Cleanup(hooks.Close)
	var err error
	h.payments, err = paymentstwin.New(paymentstwin.Config{
		KeyID: "rzp_test_1", KeySecret: "secret", WebhookSecret: "hook secret", WebhookURL: hooks.URL, Events: razorpay.Events(),
		Logger: quiet,
	})
	require.NoError(t, err)
	server := httptest.NewServer(h.payments)
	t.Cleanup(func() { server.Close(); require.NoError(t, h.payments.Close()) })
	source, err := razorpay.Family{}.New(connectors.PortalConfig{
		Name: workflows.PaymentsPortal, Family: razorpay.FamilyName, URL: server.URL,
		Credentials: map[string]string{
			razorpay.CredentialKeyID: "rzp_test_1", razorpay.CredentialKeySecret: "secret", razorpay.CredentialWebhookSecret: "hook secret",
		},
		Budget: connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
	}.WithDefaults())
	require.NoError(t, err)
	return source
}

// pump carries workflow starts and signals from the outbox to Temporal, as the gateway's outbox does: when it is woken for them, and every so
// often for what was to wait. What became of some is written with the next being claimed.
type pump struct {
	*hub

	carrier *gateway.Temporal
	owner   string
	woken   chan struct{}

	mu      sync.Mutex
	settled []store.Settlement
}

func (h *hub) pump(ctx context.Context) {
	p := &pump{hub: h, carrier: gateway.NewTemporal(h.temporal), owner: uuid.NewString(), woken: make(chan struct{}, 1)}
	go func() {
		_ = h.store.Listen(ctx, func(sender string) {
			if sender == "" || sender == store.SenderWorkflow {
				p.wake()
			}
		})
	}()
	ticker := time.NewTicker(200 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
		case <-p.woken:
		}
		p.cycle(ctx)
	}
}

func (p *pump) wake() {
	select {
	case p.woken <- struct{}{}:
	default:
	}
}

// cycle writes what became of those carried before, and sets out with the first row of every lane that is ready.
func (p *pump) cycle(ctx context.Context) {
	p.mu.Lock()
	settled := p.settled
	p.settled = nil
	p.mu.Unlock()
	var claims []store.Claim
	err := p.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) (err error) {
		if len(settled) > 0 {
			if err := tx.Settle(ctx, p.owner, settled); err != nil {
				return err
			}
		}
		claims, err = tx.ClaimLanes(ctx, p.owner, time.Minute, []store.SenderLimit{{Sender: store.SenderWorkflow, Lanes: 30}})
		return err
	})
	if err != nil {
		p.settle(settled...)
		return
	}
	for _, claim := range claims {
		go p.carry(ctx, claim)
	}
}

// settle remembers outcomes, which may gather others for a moment before they are written.
func (p *pump) settle(outcomes ...store.Settlement) {
	p.mu.Lock()
	defer p.mu.Unlock()
	p.settled = append(p.settled, outcomes...)
	if len(p.settled) == len(outcomes) {
		time.AfterFunc(20*time.Millisecond, p.wake)
	}
}

func (p *pump) carry(ctx context.Context, claim store.Claim) {
	state := store.StateAccepted
	if deliver(ctx, p.carrier, claim) != nil {
		state = store.StateQueued
	}
	p.settle(store.Settlement{Lane: claim.Lane, Version: claim.Version, More: claim.More, ID: claim.ID, Attempts: claim.Attempts,
		Was: claim.State, State: state, Ready: 20 * time.Millisecond})
	if claim.More {
		p.wake()
	}
}

func deliver(ctx context.Context, carrier *gateway.Temporal, claim store.Claim) error {
	if claim.Kind == store.KindWorkflowStart {
		var start store.WorkflowStart
		if err := json.Unmarshal(claim.Payload, &start); err != nil {
			return err
		}
		return carrier.Start(ctx, start)
	}
	var signal store.WorkflowSignal
	if err := json.Unmarshal(claim.Payload, &signal); err != nil {
		return err
	}
	_ = carrier.Signal(ctx, signal) // gone is done
	return nil
}

// ask starts a request for the bill of a consumer of the twin.
func (h *hub) ask(t *testing.T, reference, account string) client.WorkflowRun {
	t.Helper()
	storetest.Request(t, h.store, store.Request{Reference: reference, Person: h.person, Conversation: h.conversation})
	return h.begin(t, reference, account, h.citizen)
}

// begin is ask for a request that is stored already.
func (h *hub) begin(t *testing.T, reference, account string, by citizen) client.WorkflowRun {
	t.Helper()
	run, err := h.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: reference, TaskQueue: workflows.HubTaskQueue},
		worker.WorkflowBillPayment, workflows.RequestInput{
			Reference: reference, Person: by.person, Conversation: by.conversation, Service: "electricity-bill-south", Department: "Energy",
			Kind: catalog.KindBill, Portal: "apspdcl", Language: "en", Answers: map[string]string{"service_number": account}, ConfirmedAt: time.Now(),
		})
	require.NoError(t, err)
	return run
}

// outcome waits for the end of a bill payment.
func outcome(t *testing.T, run client.WorkflowRun) workflows.BillOutcome {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var result workflows.BillOutcome
	require.NoError(t, run.Get(ctx, &result))
	return result
}

// confirm presses a button of the question that shows the bill.
func (h *hub) confirm(t *testing.T, reference, choice string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var open bool
		err := h.store.Pool().QueryRow(t.Context(), `select exists (select from question where request = $1 and state = 'open')`, reference).Scan(&open)
		return err == nil && open
	}, time.Minute, 20*time.Millisecond)
	err := h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalAnswer,
		workflows.Answer{Question: reference + "/confirm", Choice: choice, At: time.Now()})
	require.NoError(t, err)
}

// link waits for the payment link of a request and answers its id at the gateway.
func (h *hub) link(t *testing.T, reference string) (id string) {
	t.Helper()
	h.await(t, reference, workflows.StageAwaitingPayment)
	order, err := h.store.PaymentOrder(t.Context(), workflows.OrderID(reference, "bill"))
	require.NoError(t, err)
	return order.LinkID
}

// await waits until the citizen would see a stage.
func (h *hub) await(t *testing.T, reference string, stage workflows.Stage) {
	t.Helper()
	var seen string
	if !assert.Eventually(t, func() bool {
		request, err := h.store.Request(t.Context(), reference)
		seen = request.Stage
		return err == nil && seen == string(stage)
	}, 40*time.Second, 20*time.Millisecond) {
		require.Fail(t, "stage is "+seen+" and not "+string(stage))
	}
}

// messages are the texts sent to the citizen, in order.
func (h *hub) messages(t *testing.T) []bubble.Bubble {
	t.Helper()
	var sent []bubble.Bubble
	for _, row := range storetest.Outbox(t, h.store) {
		var message bubble.Bubble
		if row.Kind == store.KindMessage {
			require.NoError(t, json.Unmarshal(row.Payload, &message))
			sent = append(sent, message)
		}
	}
	return sent
}
