package worker_test

import (
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/google/uuid"
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
	"github.com/jansetu/jansetu/worker/temporaltest"
	"github.com/jansetu/jansetu/workflows"
)

const provider = "razorpay"

// hub is a worker with everything round it: Temporal, PostgreSQL, the portal's twin and the payment sandbox are real servers.
type hub struct {
	store    *store.Store
	temporal client.Client
	portal   *electricitytwin.Twin
	payments *paymentstwin.Sandbox
	events   *gatewaypayments.Events
	stop     func()
	start    func()

	conversation int64
	person       string
}

func newHub(t *testing.T) *hub {
	t.Helper()
	h := &hub{store: store.New(storetest.New(t))}
	h.addCitizen(t)
	quiet := slog.New(slog.DiscardHandler)
	namespace := temporaltest.Namespace(t, worker.SearchAttributes())
	var err error
	h.temporal, err = client.Dial(client.Options{HostPort: temporaltest.Address(t), Namespace: namespace, Identity: "hub", Logger: log.NewStructuredLogger(quiet)})
	require.NoError(t, err)
	t.Cleanup(h.temporal.Close)

	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	books := money.NewBooks(h.store)
	source := h.paymentSandbox(t, quiet)
	h.events = gatewaypayments.New(gatewaypayments.Config{
		Store: h.store, Books: books, Catalog: services, Gateways: map[string]payments.Gateway{provider: source}, Log: quiet,
	})
	asking, err := money.New(money.Config{
		Store: h.store, Books: books, Gateway: source, Provider: provider, BillKey: []byte("a key of the tests, long enough"), Now: time.Now,
	})
	require.NoError(t, err)
	config := worker.Config{
		Client: h.temporal, Namespace: namespace, Store: h.store, Catalog: services, Money: asking, Log: quiet,
		Bills: map[string]connectors.BillConnector{"apspdcl": h.portalTwin(t)}, StopTimeout: 2 * time.Second,
	}
	h.run(t, config)
	go h.pump(t.Context())
	return h
}

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
	h.person = uuid.NewString()
	pool := h.store.Pool()
	_, err := pool.Exec(t.Context(), `insert into person (id) values ($1)`, h.person)
	require.NoError(t, err)
	err = pool.QueryRow(t.Context(), `insert into conversation (person, phone_number_id, window_expires_at) values ($1, '1', now() + '1 day') returning id`,
		h.person).Scan(&h.conversation)
	require.NoError(t, err)
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
		Timeouts: connectors.Timeouts{Attempt: time.Second, Total: 2 * time.Second},
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
		KeyID: "rzp_test_1", KeySecret: "secret", WebhookSecret: "hook secret", WebhookURL: hooks.URL, Logger: quiet,
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

// pump carries workflow starts and signals from the outbox to Temporal, as the gateway's outbox does.
func (h *hub) pump(ctx context.Context) {
	carrier := gateway.NewTemporal(h.temporal)
	last := int64(0)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-ticker.C:
			last = h.carry(ctx, carrier, last)
		}
	}
}

func (h *hub) carry(ctx context.Context, carrier *gateway.Temporal, last int64) int64 {
	var id int64
	var kind string
	var payload json.RawMessage
	const next = `select id, kind, payload from outbox where id > $1 and kind <> 'message' order by id limit 1`
	for h.store.Pool().QueryRow(ctx, next, last).Scan(&id, &kind, &payload) == nil {
		if kind == store.KindWorkflowStart {
			var start store.WorkflowStart
			if json.Unmarshal(payload, &start) != nil || carrier.Start(ctx, start) != nil {
				return last
			}
		} else {
			var signal store.WorkflowSignal
			if json.Unmarshal(payload, &signal) != nil {
				return last
			}
			_ = carrier.Signal(ctx, signal) // gone is done
		}
		last = id
	}
	return last
}

// ask starts a request for the bill of a consumer of the twin.
func (h *hub) ask(t *testing.T, reference, account string) client.WorkflowRun {
	t.Helper()
	_, err := h.store.Pool().Exec(t.Context(), `
		insert into request (reference, person, conversation, service, kind, portal, language, answers, stage, created_at)
		values ($1, $2, $3, 'electricity-bill-south', 'bill', 'apspdcl', 'en', '{}', 'received', now())`, reference, h.person, h.conversation)
	require.NoError(t, err)
	run, err := h.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: reference, TaskQueue: workflows.HubTaskQueue},
		worker.WorkflowBillPayment, workflows.RequestInput{
			Reference: reference, Person: h.person, Conversation: h.conversation, Service: "electricity-bill-south", Department: "Energy",
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
	}, 20*time.Second, 20*time.Millisecond)
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
	require.Eventually(t, func() bool {
		request, err := h.store.Request(t.Context(), reference)
		return err == nil && request.Stage == string(stage)
	}, 40*time.Second, 20*time.Millisecond, "stage %s", stage)
}

// messages are the texts sent to the citizen, in order.
func (h *hub) messages(t *testing.T) []bubble.Bubble {
	t.Helper()
	rows, err := h.store.Pool().Query(t.Context(), `select payload from outbox where kind = 'message' order by id`)
	require.NoError(t, err)
	defer rows.Close()
	var sent []bubble.Bubble
	for rows.Next() {
		var payload json.RawMessage
		require.NoError(t, rows.Scan(&payload))
		var message bubble.Bubble
		require.NoError(t, json.Unmarshal(payload, &message))
		sent = append(sent, message)
	}
	require.NoError(t, rows.Err())
	return sent
}
