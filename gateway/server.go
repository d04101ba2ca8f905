package gateway

import (
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/go-chi/chi/v5"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"github.com/jansetu/jansetu/store"
)

const (
	shutdownLimit = 20 * time.Second
	readyLimit    = time.Second
	listenPause   = 2 * time.Second
	cleanInterval = time.Hour
)

// Handler is the gateway's HTTP surface.
func (g *Gateway) Handler() http.Handler {
	router := chi.NewRouter()
	router.Use(harden)
	router.Method(http.MethodGet, "/webhooks/whatsapp", g.webhook)
	router.Method(http.MethodPost, "/webhooks/whatsapp", g.webhook)
	if g.config.Payments != nil {
		payments := paymentPages{events: g.config.Payments, log: g.config.Log}
		router.Post("/webhooks/payments/{provider}", payments.webhook)
		router.Get("/webhooks/payments/{provider}/return", payments.returned)
	}
	if g.native != nil {
		router.Method(http.MethodPost, "/flows", g.native.endpoint)
	}
	for pattern, page := range g.config.Pages {
		router.Handle(pattern, limitRate(page, g.config.Now))
	}
	router.Get("/healthz", func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusOK) })
	router.Get("/readyz", g.ready)
	router.Method(http.MethodGet, "/metrics", promhttp.HandlerFor(g.config.Registry, promhttp.HandlerOpts{Registry: g.config.Registry}))
	return router
}

// ready answers 200 when everything a citizen's turn needs is there, else 503 with the names of what is not.
func (g *Gateway) ready(w http.ResponseWriter, r *http.Request) {
	ctx, cancel := context.WithTimeout(r.Context(), readyLimit)
	defer cancel()
	var missing []string
	if g.config.Store.Ping(ctx) != nil {
		missing = append(missing, "postgresql")
	} else if g.config.Store.CheckSchema(ctx) != nil {
		missing = append(missing, "schema")
	}
	for name, check := range g.config.Checks {
		if err := check(ctx); err != nil {
			missing = append(missing, name)
		}
	}
	w.Header().Set("Content-Type", "text/plain; charset=utf-8")
	if len(missing) > 0 {
		w.WriteHeader(http.StatusServiceUnavailable)
	}
	_, _ = io.WriteString(w, strings.Join(missing, "\n")) // the prober may have gone
}

// Serve answers on the listener until ctx ends, then stops in order: no new requests, what was taken is committed, what is
// being sent ends. It returns nil after an orderly stop.
func (g *Gateway) Serve(ctx context.Context, listener net.Listener) error {
	stop := g.start(ctx)
	server := &http.Server{
		Handler:           g.Handler(),
		ReadHeaderTimeout: 5 * time.Second,
		ReadTimeout:       15 * time.Second,
		WriteTimeout:      20 * time.Second,
		IdleTimeout:       2 * time.Minute,
		MaxHeaderBytes:    32 << 10,
		BaseContext:       func(net.Listener) context.Context { return context.WithoutCancel(ctx) },
	}
	failed := make(chan error, 1)
	go func() { failed <- server.Serve(listener) }()
	var err error
	select {
	case err = <-failed:
	case <-ctx.Done():
		limited, cancel := context.WithTimeout(context.WithoutCancel(ctx), shutdownLimit)
		defer cancel()
		err = server.Shutdown(limited)
	}
	stop()
	if err != nil && !errors.Is(err, http.ErrServerClosed) {
		return fmt.Errorf("serve gateway: %w", err)
	}
	return nil
}

// start runs the loops. They outlive ctx: the function it returns stops them in order, committers before the outbox.
func (g *Gateway) start(ctx context.Context) (stop func()) {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	var committers sync.WaitGroup
	for _, shard := range g.shards {
		committers.Go(shard.run)
	}
	committers.Go(g.statuses.run)
	g.running.Go(func() { g.outbox.run(ctx) })
	g.running.Go(func() { g.listen(ctx) })
	g.running.Go(func() { g.clean(ctx) })
	if g.native != nil {
		g.running.Go(func() {
			g.native.run(ctx, func(err error) { g.config.Log.Warn("published flows not listed", "error", err) })
		})
	}
	g.running.Go(func() { g.portals.run(ctx, g.config.PortalRefresh) })
	return func() {
		for _, shard := range g.shards {
			shard.close()
		}
		g.statuses.close()
		committers.Wait()
		cancel()
		g.running.Wait()
	}
}

// listen hears what other processes enqueue. While it cannot, the outbox's sweep finds it.
func (g *Gateway) listen(ctx context.Context) {
	for ctx.Err() == nil {
		if err := g.config.Store.Listen(ctx, func(string) { g.outbox.wake() }); err != nil && ctx.Err() == nil {
			g.config.Log.Warn("not listening for outbox notifications", "error", err)
		}
		pause(ctx, listenPause)
	}
}

// clean forgets message ids that no delivery can repeat any more.
func (g *Gateway) clean(ctx context.Context) {
	for ctx.Err() == nil {
		if _, err := g.config.Store.CleanInbox(ctx, store.InboxRetention); err != nil && ctx.Err() == nil {
			g.config.Log.Warn("inbox not cleaned", "error", err)
		}
		pause(ctx, cleanInterval)
	}
}

func pause(ctx context.Context, d time.Duration) {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-ctx.Done():
	case <-timer.C:
	}
}
