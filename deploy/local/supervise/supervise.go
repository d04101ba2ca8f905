// Package supervise keeps a group of local services running: it starts one again when it ends unasked, and stops them all in the
// opposite order of their start. It knows nothing of what they are.
package supervise

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"slices"
	"sync"
	"time"
)

const (
	firstPause = 200 * time.Millisecond
	longPause  = 10 * time.Second
	// steadyAfter is how long a service must run for its next failure to count as the first.
	steadyAfter = time.Minute
	// stopLimit is what each service has to stop in.
	stopLimit = 15 * time.Second
)

// Running is a started service.
type Running interface {
	// Done is closed when the service has ended and may be started again.
	Done() <-chan struct{}
	// Stop ends the service, by force when ctx ends first.
	Stop(ctx context.Context) error
}

// Service is what can be started, any number of times, one after another.
type Service struct {
	// Name is how people know it: "PostgreSQL".
	Name string
	// Start returns when the service is ready. The next start must be reachable where the first one was.
	Start func(ctx context.Context) (Running, error)
}

// Group is a set of supervised services. Its methods are for one goroutine.
type Group struct {
	log     *slog.Logger
	members []*member
}

// New makes an empty group. What happens to its services is logged.
func New(log *slog.Logger) *Group { return &Group{log: log} }

// member is a started service; its goroutine, and nobody else, starts it again.
type member struct {
	service Service
	log     *slog.Logger
	cancel  context.CancelFunc
	ended   chan struct{}

	mu      sync.Mutex
	running Running
}

// Start starts a service and, from then on, keeps it running. It returns when the service is ready, or with why it is not: a first
// start is not tried again, since a person waits for it.
func (g *Group) Start(ctx context.Context, s Service) error {
	running, err := s.Start(ctx)
	if err != nil {
		return err
	}
	keepCtx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	m := &member{service: s, log: g.log.With("service", s.Name), cancel: cancel, ended: make(chan struct{}), running: running}
	g.members = append(g.members, m)
	go m.keep(keepCtx)
	return nil
}

// Stop stops every service, the last started first, each within 15 seconds or what ctx leaves.
func (g *Group) Stop(ctx context.Context) error {
	failures := make([]error, 0, len(g.members))
	for _, m := range slices.Backward(g.members) {
		failures = append(failures, m.stop(ctx))
	}
	g.members = nil
	return errors.Join(failures...)
}

func (m *member) current() Running {
	m.mu.Lock()
	defer m.mu.Unlock()
	return m.running
}

func (m *member) keep(ctx context.Context) {
	defer close(m.ended)
	pause := firstPause
	for {
		since := time.Now()
		select {
		case <-ctx.Done():
			return
		case <-m.current().Done():
		}
		if time.Since(since) >= steadyAfter {
			pause = firstPause
		}
		m.log.WarnContext(ctx, "a service ended by itself and is started again", "after", pause)
		if pause = m.restart(ctx, pause); pause == 0 {
			return
		}
	}
}

// restart tries until the service runs, and returns the pause before the next failure's restart, or 0 when it is no longer wanted.
func (m *member) restart(ctx context.Context, pause time.Duration) time.Duration {
	for {
		select {
		case <-ctx.Done():
			return 0
		case <-time.After(pause):
		}
		pause = min(2*pause, longPause)
		running, err := m.service.Start(ctx)
		if err == nil {
			m.mu.Lock()
			m.running = running
			m.mu.Unlock()
			m.log.InfoContext(ctx, "the service runs again")
			return pause
		}
		m.log.ErrorContext(ctx, "the service could not be started again", "error", err, "next_try_in", pause)
	}
}

func (m *member) stop(ctx context.Context) error {
	m.cancel()
	<-m.ended
	ctx, cancel := context.WithTimeout(ctx, stopLimit)
	defer cancel()
	if err := m.current().Stop(ctx); err != nil {
		return fmt.Errorf("stop %s: %w", m.service.Name, err)
	}
	m.log.InfoContext(ctx, "the service has stopped")
	return nil
}
