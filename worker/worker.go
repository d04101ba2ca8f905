// Package worker runs the workflows and activities: which worker serves which task queue, how hard each may lean on its portal, and
// what is seen of it. It knows everything it wires together and decides nothing about requests.
package worker

import (
	"cmp"
	"context"
	"errors"
	"fmt"
	"log/slog"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/activities/agreement"
	"github.com/jansetu/jansetu/activities/appeal"
	"github.com/jansetu/jansetu/activities/auditlog"
	"github.com/jansetu/jansetu/activities/booking"
	"github.com/jansetu/jansetu/activities/citizen"
	"github.com/jansetu/jansetu/activities/clock"
	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/activities/grievance"
	"github.com/jansetu/jansetu/activities/media"
	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/activities/operator"
	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/activities/portalstate"
	"github.com/jansetu/jansetu/activities/rights"
	"github.com/jansetu/jansetu/activities/settlement"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors/payments"
	"github.com/jansetu/jansetu/documents"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// The types under which workflows are registered.
const (
	WorkflowBillPayment   = "BillPayment"
	WorkflowRefundPayment = money.RefundWorkflow
	WorkflowApplication   = "Application"
	WorkflowBooking       = "Booking"
	WorkflowRecord        = "Record"
	WorkflowGrievance     = "Grievance"
)

// Types tells which workflow runs a request of a kind.
func Types() map[catalog.Kind]string {
	return map[catalog.Kind]string{
		catalog.KindApplication: WorkflowApplication, catalog.KindBill: WorkflowBillPayment, catalog.KindBooking: WorkflowBooking,
		catalog.KindRecord: WorkflowRecord, catalog.KindGrievance: WorkflowGrievance,
	}
}

// Config is what a worker needs. All fields but Metrics, Identity, Version, MakeCurrent and RegisterAttributes are required.
type Config struct {
	// Client reaches Temporal. A lazy one (client.NewLazyClient) lets the worker start while Temporal is away.
	Client    client.Client
	Namespace string // the client's
	Store     *store.Store
	Catalog   *catalog.Catalog
	// Portals are the connectors of the departments' portals, by portal name; each serves the capabilities it has. The payment
	// gateway may be among them, so that it is looked at.
	Portals map[string]any
	// Money is what the money's activities need. Who tells citizens of links is the worker's own.
	Money money.Config
	// Media deletes at the channel what the department has; nil: the channel's own term holds.
	Media *media.Activities
	// Papers take what citizens send; nil: nothing that takes papers can run.
	Papers *paper.Activities
	// Issuer issues documents that prove themselves; nil: documents are neither sealed nor signed.
	Issuer document.Issuer
	// Documents are the templates, texts and fonts of documents; nil: those in the binary.
	Documents *documents.Library
	// RegisterAttributes adds missing search attributes to the namespace, as development does. Without it the worker refuses to run
	// without them and names the command that adds them.
	RegisterAttributes bool
	// Version is the build of the hub that this worker is: requests stay with the version that started them. Empty: without versions.
	Version string
	// MakeCurrent has new requests start on this version as soon as the worker runs. Without it they do when an operator promotes it, or
	// when there is no version yet.
	MakeCurrent bool
	Identity    string // how this process is called in the Temporal UI; default: the SDK's
	Metrics     prometheus.Registerer
	Log         *slog.Logger
	Now         func() time.Time // default time.Now
	// CanaryEvery is how often each portal is looked at; default 15 min.
	CanaryEvery time.Duration
	// StopTimeout is how long activities under way may finish when the worker stops; default 20 s.
	StopTimeout time.Duration
}

// Worker is one process's share of the work: one worker for the hub's task queue and one for every portal's.
type Worker struct {
	config   Config
	watch    *watcher
	extract  *document.Extracts
	citizens *citizen.Activities
	money    *money.Activities
	queues   []worker.Worker
	fatal    chan error
	started  chan struct{}
}

// New wires the workers; Run starts them.
func New(config Config) (*Worker, error) {
	if config.Client == nil || config.Store == nil || config.Catalog == nil || config.Log == nil {
		return nil, errors.New("worker: client, store, catalog and log are required")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	config.StopTimeout = cmp.Or(config.StopTimeout, 20*time.Second)
	config.CanaryEvery = cmp.Or(config.CanaryEvery, 15*time.Minute)
	watch, err := newWatcher(config.Log, config.Metrics)
	if err != nil {
		return nil, err
	}
	w := &Worker{
		config: config, watch: watch, extract: document.NewExtracts(config.Catalog, config.Documents),
		fatal: make(chan error, 1), started: make(chan struct{}),
	}
	w.citizens = citizen.New(config.Store, config.Catalog, citizen.WithPictures(w.pictureOf))
	config.Money.Teller = w.citizens
	if w.money, err = money.New(config.Money); err != nil {
		return nil, fmt.Errorf("worker: build the money activities: %w", err)
	}
	w.queues = append(w.queues, w.hub())
	serves := map[string][]any{workflows.PaymentsPortal: {w.money}}
	for name, connector := range config.Portals {
		serves[name] = append(serves[name], w.capabilities(connector)...)
	}
	for name, activities := range serves {
		queue, err := w.portal(name, w.watchOver(name, config.Portals[name]), activities...)
		if err != nil {
			return nil, err
		}
		w.queues = append(w.queues, queue)
	}
	return w, nil
}

func (w *Worker) options() worker.Options {
	return worker.Options{
		Identity:          w.config.Identity,
		Interceptors:      []interceptor.WorkerInterceptor{w.watch},
		WorkerStopTimeout: w.config.StopTimeout,
		OnFatalError:      w.fail,
	}
}

func (w *Worker) fail(err error) {
	select {
	case w.fatal <- err:
	default:
	}
}

// pictureOf is the code that a payer's app scans, where payments are made by one.
func (w *Worker) pictureOf(address string) (picture []byte, ok bool) {
	opener, opens := w.config.Portals[workflows.PaymentsPortal].(payments.Opener)
	if !opens {
		return nil, false
	}
	_, picture, ok = opener.Intent(address)
	return picture, ok
}

// hub runs all workflows, and the activities that touch only our own store.
func (w *Worker) hub() worker.Worker {
	hub := worker.New(w.config.Client, workflows.HubTaskQueue, w.versioned(w.options()))
	RegisterWorkflows(hub)
	hub.RegisterActivity(agreement.New(w.config.Store))
	hub.RegisterActivity(appeal.New(w.config.Store, w.config.Catalog))
	hub.RegisterActivity(auditlog.New(w.config.Store, w.config.Now))
	hub.RegisterActivityWithOptions(w.citizens.Tell, activity.RegisterOptions{Name: workflows.ActivityTell})
	hub.RegisterActivityWithOptions(w.citizens.Ask, activity.RegisterOptions{Name: workflows.ActivityAsk})
	hub.RegisterActivityWithOptions(w.citizens.SetStage, activity.RegisterOptions{Name: workflows.ActivitySetStage})
	hub.RegisterActivity(clock.New(w.config.Store, w.config.Catalog))
	papers := document.New(w.config.Store, w.config.Catalog, w.config.Issuer, w.config.Documents)
	hub.RegisterActivity(papers)
	hub.RegisterActivity(settlement.New(w.config.Store, w.money.Books, document.NewReceipts(papers), w.citizens))
	hub.RegisterActivity(grievance.NewNeighbours(w.config.Store))
	hub.RegisterActivity(operator.New(w.config.Store))
	hub.RegisterActivity(rights.New(w.config.Store, w.config.Catalog))
	if w.config.Media != nil {
		hub.RegisterActivity(w.config.Media)
	}
	if w.config.Papers != nil {
		hub.RegisterActivity(w.config.Papers)
	}
	hub.RegisterActivity(money.NewPlanner(w.config.Store, w.departments()...))
	hub.RegisterActivityWithOptions(w.money.ReconcileBooks, activity.RegisterOptions{Name: workflows.ActivityReconcileBooks})
	hub.RegisterActivityWithOptions(w.money.RecordPosting, activity.RegisterOptions{Name: workflows.ActivityRecordPosting})
	hub.RegisterActivity(booking.NewLine(w.config.Store, w.config.Catalog, w.config.Now))
	hub.RegisterActivityWithOptions(w.money.RecordReturn, activity.RegisterOptions{Name: workflows.ActivityRecordReturn})
	hub.RegisterActivityWithOptions(w.money.RecordRefusal, activity.RegisterOptions{Name: workflows.ActivityRecordRefusal})
	hub.RegisterActivityWithOptions(w.money.ReadOrder, activity.RegisterOptions{Name: workflows.ActivityReadOrder})
	return hub
}

// RegisterWorkflows registers every workflow, as a replayer needs them too.
func RegisterWorkflows(registry worker.WorkflowRegistry) {
	registry.RegisterWorkflowWithOptions(workflows.Application, upgraded(WorkflowApplication))
	registry.RegisterWorkflowWithOptions(workflows.Appeal, upgraded(workflows.WorkflowAppeal))
	registry.RegisterWorkflowWithOptions(workflows.BillPayment, workflow.RegisterOptions{Name: WorkflowBillPayment})
	registry.RegisterWorkflowWithOptions(workflows.Booking, workflow.RegisterOptions{Name: WorkflowBooking})
	registry.RegisterWorkflowWithOptions(workflows.Grievance, upgraded(WorkflowGrievance))
	registry.RegisterWorkflowWithOptions(workflows.Record, workflow.RegisterOptions{Name: WorkflowRecord})
	registry.RegisterWorkflowWithOptions(workflows.ReconcileMoney, workflow.RegisterOptions{Name: workflows.WorkflowReconcile})
	registry.RegisterWorkflowWithOptions(workflows.RefundPayment, workflow.RegisterOptions{Name: WorkflowRefundPayment})
	registry.RegisterWorkflowWithOptions(workflows.SendPersonalData, workflow.RegisterOptions{Name: workflows.WorkflowSendPersonalData})
	registry.RegisterWorkflowWithOptions(workflows.ErasePerson, workflow.RegisterOptions{Name: workflows.WorkflowErasePerson})
	registry.RegisterWorkflowWithOptions(workflows.PortalCanary, workflow.RegisterOptions{Name: workflows.WorkflowPortalCanary})
	registry.RegisterWorkflowWithOptions(workflows.SignAuditLog, workflow.RegisterOptions{Name: workflows.WorkflowSignAudit})
	registry.RegisterWorkflowWithOptions(workflows.CorrectDocument, workflow.RegisterOptions{Name: workflows.WorkflowCorrectDocument})
	registry.RegisterWorkflowWithOptions(workflows.EnforceRetention, workflow.RegisterOptions{Name: workflows.WorkflowEnforceRetention})
}

// portal runs the activities of one portal, within its budget: the rate holds over all workers, the number at once for this one.
// watch looks at it, and notes when citizens' requests find it changed.
func (w *Worker) portal(name string, watch *portalstate.Activities, activities ...any) (worker.Worker, error) {
	portal, known := w.config.Catalog.Portal(name)
	if !known {
		return nil, fmt.Errorf("worker: portal %q is not in the catalog", name)
	}
	options := w.options()
	options.DisableWorkflowWorker = true
	options.Interceptors = append(options.Interceptors, &changeNoter{watch: watch, now: w.config.Now})
	options.TaskQueueActivitiesPerSecond = portal.Budget.RequestsPerSecond
	options.MaxConcurrentActivityExecutionSize = portal.Budget.Concurrent
	queue := worker.New(w.config.Client, workflows.PortalTaskQueue(name), options)
	for _, each := range activities {
		queue.RegisterActivity(each)
	}
	queue.RegisterActivityWithOptions(watch.LookAtPortal, activity.RegisterOptions{Name: workflows.ActivityLookAtPortal})
	return queue, nil
}

// Started is closed when all task queues are being served.
func (w *Worker) Started() <-chan struct{} { return w.started }

// Run serves the task queues until the context ends, and then lets what is under way finish. A Temporal that is away is waited
// for, at the start and later. It fails when search attributes are missing (ErrAttributesMissing) or are of another type (ErrAttributeTypes),
// or Temporal turns the worker away for good.
func (w *Worker) Run(ctx context.Context) error {
	if err := w.awaitTemporal(ctx); err != nil {
		return err
	}
	for i, queue := range w.queues {
		if err := queue.Start(); err != nil {
			w.stop(i)
			return fmt.Errorf("start worker: %w", err)
		}
	}
	defer w.stop(len(w.queues))
	if err := w.stepForward(ctx); err != nil {
		return err
	}
	close(w.started)
	w.config.Log.Info("worker is running", "task_queues", len(w.queues))
	select {
	case <-ctx.Done():
		return nil
	case err := <-w.fatal:
		return fmt.Errorf("worker: %w", err)
	}
}

func (w *Worker) stop(started int) {
	for _, queue := range w.queues[:started] {
		queue.Stop()
	}
}

// awaitTemporal waits until Temporal answers, the search attributes are there, and what is to run by the clock is scheduled.
func (w *Worker) awaitTemporal(ctx context.Context) error {
	for pause := time.Second; ; pause = min(2*pause, 15*time.Second) {
		err := w.prepare(ctx)
		if err == nil {
			err = w.schedule(ctx)
		}
		if err == nil || errors.Is(err, ErrAttributesMissing) || errors.Is(err, ErrAttributeTypes) {
			return err
		}
		w.config.Log.Warn("Temporal does not answer; the worker waits for it", "next_try", pause, "error", err)
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return fmt.Errorf("wait for Temporal: %w", ctx.Err())
		case <-timer.C:
		}
	}
}
