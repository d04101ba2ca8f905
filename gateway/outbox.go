package gateway

import (
	"context"
	"errors"
	"log/slog"
	"sync"
	"time"

	"github.com/google/uuid"

	"github.com/jansetu/jansetu/store"
)

const (
	mostClaims = 256 // lanes in one transaction
	// settleLinger is how long an outcome that nothing waits for may gather others before it is written.
	settleLinger = 20 * time.Millisecond
	// sweep finds what a gateway that died left behind. What is enqueued wakes the outbox at once.
	sweep = 15 * time.Second
)

// outbox sends what is enqueued: the rows of a lane in order, the lanes in parallel. One loop alternates between a
// transaction that writes outcomes and claims lanes, and waiting for a reason to do it again: a wake-up, an outcome, or the
// time at which the next lane becomes ready.
type outbox struct {
	store    *store.Store
	messages *messenger
	starter  WorkflowStarter
	checks   *checks
	senders  *senders
	policy   retryPolicy
	lease    time.Duration
	metrics  *metrics
	log      *slog.Logger
	away     complaint // that Temporal takes no calls

	owner   string
	wakeups chan struct{}
	calls   sync.WaitGroup

	mu      sync.Mutex
	settled []outcome
}

// outcome is what a call came to.
type outcome struct {
	settlement store.Settlement
	shut       int64 // conversation whose window the channel says is closed
}

func (o *outbox) init() {
	o.owner = uuid.NewString()
	o.wakeups = make(chan struct{}, 1)
}

// wake makes the loop look again, now.
func (o *outbox) wake() {
	select {
	case o.wakeups <- struct{}{}:
	default:
	}
}

// run sends until ctx ends; then it waits for the calls on their way and writes their outcomes.
func (o *outbox) run(ctx context.Context) {
	timer := time.NewTimer(0)
	defer timer.Stop()
	failures := 0
	for {
		select {
		case <-ctx.Done():
			o.drain(context.WithoutCancel(ctx))
			return
		case <-o.wakeups:
		case <-timer.C:
		}
		next, err := o.cycle(ctx, true)
		if err != nil {
			if ctx.Err() == nil {
				o.log.Warn("outbox cannot reach its store", "error", err)
			}
			next, failures = min(100*time.Millisecond<<min(failures, 6), 5*time.Second), failures+1
		} else {
			failures = 0
		}
		timer.Reset(next)
	}
}

func (o *outbox) drain(ctx context.Context) {
	o.calls.Wait()
	ctx, cancel := context.WithTimeout(ctx, o.lease)
	defer cancel()
	if _, err := o.cycle(ctx, false); err != nil {
		// The leases end by themselves, and the rows are then treated as of unknown outcome.
		o.log.Warn("outcomes of the last calls not written", "error", err)
	}
}

// cycle is one transaction: write the outcomes so far, claim what can be sent, and say when to look again. The calls begin
// after the commit.
func (o *outbox) cycle(ctx context.Context, claim bool) (next time.Duration, err error) {
	outcomes := o.takeSettled()
	var calls []call
	err = o.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		if err := o.settle(ctx, tx, outcomes); err != nil || !claim {
			return err
		}
		var err error
		calls, next, err = o.claim(ctx, tx)
		return err
	})
	if err != nil {
		o.abandon(calls)
		o.putBack(outcomes)
		return 0, err
	}
	for _, call := range calls {
		o.calls.Go(func() { o.finish(call, o.carryOut(context.WithoutCancel(ctx), call)) })
	}
	return next, nil
}

func (o *outbox) takeSettled() []outcome {
	o.mu.Lock()
	defer o.mu.Unlock()
	taken := o.settled
	o.settled = nil
	return taken
}

func (o *outbox) putBack(outcomes []outcome) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.settled = append(outcomes, o.settled...)
}

func (o *outbox) abandon(calls []call) {
	for _, call := range calls {
		o.senders.end(call.claim.Sender)
	}
}

func (o *outbox) settle(ctx context.Context, tx *store.Tx, outcomes []outcome) error {
	if len(outcomes) == 0 {
		return nil
	}
	settlements := make([]store.Settlement, len(outcomes))
	var shut []int64
	for i, outcome := range outcomes {
		settlements[i] = outcome.settlement
		if outcome.shut != 0 {
			shut = append(shut, outcome.shut)
		}
	}
	if len(shut) > 0 {
		if err := tx.CloseWindows(ctx, shut); err != nil {
			return err
		}
	}
	return tx.Settle(ctx, o.owner, settlements)
}

// claim takes lanes that are ready, sorts out those that need no call, and marks the others before they are called.
func (o *outbox) claim(ctx context.Context, tx *store.Tx) (calls []call, next time.Duration, err error) {
	limits, wait := o.senders.room(mostClaims)
	if len(limits) > 0 {
		claims, err := tx.ClaimLanes(ctx, o.owner, o.lease, limits)
		if err != nil {
			return nil, 0, err
		}
		var left []outcome
		calls, left = o.sort(claims)
		if err := errors.Join(o.settle(ctx, tx, left), markSending(ctx, tx, calls)); err != nil {
			return calls, 0, err
		}
	}
	next, err = o.next(ctx, tx, limits, wait)
	return calls, next, err
}

func markSending(ctx context.Context, tx *store.Tx, calls []call) error {
	if len(calls) == 0 {
		return nil
	}
	ids := make([]int64, len(calls))
	for i := range calls {
		ids[i] = calls[i].claim.ID
	}
	return tx.MarkSending(ctx, ids)
}

// next is when to look again, unless something wakes us before. A sender without room is looked at when it has some: a call
// that ends wakes the loop, and wait is when its pause or its lack of tokens is over.
func (o *outbox) next(ctx context.Context, tx *store.Tx, limits []store.SenderLimit, wait time.Duration) (time.Duration, error) {
	next := sweep
	if wait > 0 {
		next = min(next, wait)
	}
	names := make([]string, len(limits))
	for i, limit := range limits {
		names[i] = limit.Sender
	}
	ready, some, err := tx.NextReady(ctx, names)
	if err != nil {
		return 0, err
	}
	if some {
		next = min(next, max(ready, time.Millisecond))
	}
	return next, nil
}

// finish remembers an outcome. It is written with others, at once if the lane has more to send.
func (o *outbox) finish(c call, result outcome) {
	o.senders.end(c.claim.Sender)
	o.mu.Lock()
	o.settled = append(o.settled, result)
	first := len(o.settled) == 1
	o.mu.Unlock()
	switch {
	case c.claim.More:
		o.wake()
	case first:
		time.AfterFunc(settleLinger, o.wake)
	}
}
