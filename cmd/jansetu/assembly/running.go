package assembly

import (
	"context"
	"errors"
)

// Running is a part of the hub that has been started.
type Running struct {
	// Ready is closed when the part does its work.
	Ready  <-chan struct{}
	cancel context.CancelFunc
	done   chan struct{}
	err    error
}

// run starts work that goes on until it is asked to stop, also when the context of its start has ended.
func run(ctx context.Context, ready <-chan struct{}, work func(context.Context) error) *Running {
	ctx, cancel := context.WithCancel(context.WithoutCancel(ctx))
	r := &Running{Ready: ready, cancel: cancel, done: make(chan struct{})}
	go func() {
		defer close(r.done)
		r.err = work(ctx)
	}()
	return r
}

// Done is closed when the part has ended.
func (r *Running) Done() <-chan struct{} { return r.done }

// Stop ends the part in good order and tells why it ended, if not because of this.
func (r *Running) Stop(ctx context.Context) error {
	r.cancel()
	select {
	case <-r.done:
	case <-ctx.Done():
		return ctx.Err()
	}
	if errors.Is(r.err, context.Canceled) {
		return nil
	}
	return r.err
}

// Wait returns when the part has ended by itself or, after ctx, in good order.
func (r *Running) Wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return r.Stop(context.WithoutCancel(ctx))
	case <-r.done:
		return r.err
	}
}

// alreadyReady is for parts that work as soon as they are started.
func alreadyReady() <-chan struct{} {
	ready := make(chan struct{})
	close(ready)
	return ready
}
