package assembly

import (
	"context"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"time"

	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/documents/issue"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/worker"
)

const headerTimeout = 5 * time.Second

func now() time.Time { return time.Now() }

// SearchAttributes are those of the workflows, name to type, as a Temporal namespace must know them.
func SearchAttributes() map[string]string { return worker.SearchAttributes() }

// StartWorker starts the worker and returns at once: a Temporal that is away is waited for. It serves /healthz, /readyz and
// /metrics on JANSETU_WORKER_LISTEN.
func StartWorker(ctx context.Context, settings config.Config, log *slog.Logger) (*Running, error) {
	parts, err := newCommon(ctx, settings, access.Worker, log)
	if err != nil {
		return nil, err
	}
	issuer, err := parts.issuer()
	if err != nil {
		return nil, err
	}
	if issuer == nil {
		log.Warn("JANSETU_ISSUER is not set: documents are neither sealed nor signed")
	}
	hands, stop, err := parts.worker(ctx, issuer)
	if err != nil {
		return nil, err
	}
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", settings.WorkerListen)
	if err != nil {
		return nil, listenError("the worker", "JANSETU_WORKER_LISTEN", settings.WorkerListen, err)
	}
	health := &http.Server{Handler: parts.workerHealth(hands), ReadHeaderTimeout: headerTimeout}
	go func() { _ = health.Serve(listener) }() // ends with Close below
	return run(ctx, hands.Started(), func(ctx context.Context) error {
		defer stop()
		defer parts.store.Close()
		defer func() { _ = health.Close() }()
		defer maintain(ctx, issuer)()
		return hands.Run(ctx)
	}), nil
}

func (c *common) worker(ctx context.Context, issuer *issue.Issuer) (hands *worker.Worker, stop func(), err error) {
	temporal, err := temporalClient(c.settings.Temporal, c.store, c.log)
	if err != nil {
		return nil, nil, err
	}
	payments, provider, err := c.paymentGateway()
	if err != nil {
		return nil, nil, err
	}
	portals, err := c.portalConnectors()
	if err != nil {
		return nil, nil, err
	}
	portals[payments.Name] = provider
	forgetting, err := c.media()
	if err != nil {
		return nil, nil, err
	}
	papers, err := c.papers(ctx)
	if err != nil {
		return nil, nil, err
	}
	library, err := loadDocuments(c.settings)
	if err != nil {
		return nil, nil, err
	}
	version, err := WorkerVersion(c.settings)
	if err != nil {
		return nil, nil, err
	}
	settings := worker.Config{
		Version: version, MakeCurrent: c.settings.Mode == config.Development,
		Client: temporal, Namespace: c.settings.Temporal.Namespace, Store: c.store, Catalog: c.services, Portals: portals, Money: c.money(payments, provider),
		RegisterAttributes: c.settings.Mode == config.Development, Metrics: c.registry, Log: c.log, Papers: papers, Media: forgetting, Documents: library,
	}
	if issuer != nil {
		settings.Issuer = issuer
	}
	if hands, err = worker.New(settings); err != nil {
		return nil, nil, fmt.Errorf("build the worker: %w", err)
	}
	return hands, temporal.Close, nil
}

// portalConnectors opens the connector of every portal that fulfils a live service of the state.
func (c *common) portalConnectors() (map[string]any, error) {
	opened := map[string]any{}
	for _, service := range c.services.Services() {
		name := service.Portal.Name
		if service.Availability != catalog.Live || name == "" || opened[name] != nil {
			continue
		}
		portal, err := c.portal(name)
		if err != nil {
			return nil, err
		}
		if opened[name], err = c.openPortal(portal); err != nil {
			return nil, err
		}
	}
	return opened, nil
}

// workerHealth is what a supervisor and a metrics collector ask a worker that runs alone.
func (c *common) workerHealth(hands *worker.Worker) http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET /healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	mux.HandleFunc("GET /readyz", func(w http.ResponseWriter, _ *http.Request) {
		select {
		case <-hands.Started():
			w.WriteHeader(http.StatusOK)
		default:
			http.Error(w, "waiting for Temporal", http.StatusServiceUnavailable)
		}
	})
	mux.Handle("GET /metrics", promhttp.HandlerFor(c.registry, promhttp.HandlerOpts{}))
	return mux
}
