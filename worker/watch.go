package worker

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"go.temporal.io/sdk/activity"
	"go.temporal.io/sdk/interceptor"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/connectors"
)

// watcher logs and measures every activity, and keeps heartbeats going while one runs.
type watcher struct {
	interceptor.WorkerInterceptorBase
	log     *slog.Logger
	seconds *prometheus.HistogramVec
}

func newWatcher(log *slog.Logger, registerer prometheus.Registerer) (*watcher, error) {
	w := &watcher{log: log, seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
		Name: "jansetu_activity_seconds", Help: "How long activities took, by task queue, activity and error class.",
		Buckets: []float64{.005, .02, .05, .1, .25, .5, 1, 2.5, 5, 10, 20, 45},
	}, []string{"queue", "activity", "class"})}
	if registerer == nil {
		return w, nil
	}
	if err := registerer.Register(w.seconds); err != nil {
		return nil, fmt.Errorf("register activity metrics: %w", err)
	}
	return w, nil
}

// InterceptActivity implements interceptor.WorkerInterceptor.
func (w *watcher) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &watchedActivity{ActivityInboundInterceptorBase: interceptor.ActivityInboundInterceptorBase{Next: next}, watcher: w}
}

type watchedActivity struct {
	interceptor.ActivityInboundInterceptorBase
	watcher *watcher
}

// ExecuteActivity implements interceptor.ActivityInboundInterceptor.
func (a *watchedActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	info := activity.GetInfo(ctx)
	if info.HeartbeatTimeout > 0 {
		stop := keepBeating(ctx, info.HeartbeatTimeout/4)
		defer stop()
	}
	start := time.Now()
	result, err := a.Next.ExecuteActivity(ctx, in)
	took, class := time.Since(start), classOf(err)
	a.watcher.seconds.WithLabelValues(info.TaskQueue, info.ActivityType.Name, string(class)).Observe(took.Seconds())
	a.watcher.report(ctx, info, took, class, err)
	return result, err
}

func (w *watcher) report(ctx context.Context, info activity.Info, took time.Duration, class connectors.Class, err error) {
	level := slog.LevelDebug
	if err != nil {
		level = slog.LevelWarn
	}
	attributes := []slog.Attr{
		slog.String("activity", info.ActivityType.Name), slog.String("workflow", info.WorkflowExecution.ID), slog.Int("attempt", int(info.Attempt)),
		slog.String("class", string(class)), slog.Duration("took", took),
	}
	if err != nil {
		attributes = append(attributes, slog.String("error", err.Error()))
	}
	w.log.LogAttrs(ctx, level, "activity done", attributes...)
}

// keepBeating tells Temporal that the activity is alive, and lets Temporal tell it that it is cancelled, until stopped.
func keepBeating(ctx context.Context, every time.Duration) (stop func()) {
	done := make(chan struct{})
	go func() {
		ticker := time.NewTicker(every)
		defer ticker.Stop()
		for {
			select {
			case <-done:
				return
			case <-ctx.Done():
				return
			case <-ticker.C:
				activity.RecordHeartbeat(ctx)
			}
		}
	}()
	return func() { close(done) }
}

// classOf reads the error class out of an activity's error: a closed set, as a metric label must be.
func classOf(err error) connectors.Class {
	var application *temporal.ApplicationError
	if errors.As(err, &application) && slices.Contains(connectors.Classes(), connectors.Class(application.Type())) {
		return connectors.Class(application.Type())
	}
	return connectors.ClassOf(err)
}
