package portal

import (
	"context"
	"time"

	"golang.org/x/sync/semaphore"
	"golang.org/x/time/rate"

	"github.com/jansetu/jansetu/connectors"
)

// budget is how hard this process may lean on the portal: so many calls at once,
// so many exchanges a second.
type budget struct {
	slots   *semaphore.Weighted
	tokens  *rate.Limiter
	maxWait time.Duration
}

func newBudget(config connectors.Budget) *budget {
	return &budget{
		slots:   semaphore.NewWeighted(int64(config.Concurrent)),
		tokens:  rate.NewLimiter(rate.Limit(config.RequestsPerSecond), config.Burst),
		maxWait: config.MaxWait,
	}
}

// enter waits for a slot, at most maxWait. The returned function gives it back.
func (b *budget) enter(ctx context.Context) (release func(), err error) {
	waiting, cancel := context.WithTimeout(ctx, b.maxWait)
	defer cancel()
	if err := b.slots.Acquire(waiting, 1); err != nil {
		if ctx.Err() != nil {
			return nil, ctx.Err()
		}
		return nil, overBudget(b.maxWait)
	}
	return func() { b.slots.Release(1) }, nil
}

// take waits for one token, at most maxWait. A wait that would be longer is
// refused at once and takes nothing.
func (b *budget) take(ctx context.Context) error {
	reservation := b.tokens.Reserve()
	delay := reservation.Delay()
	if !reservation.OK() || delay > b.maxWait {
		reservation.Cancel()
		return overBudget(delay)
	}
	if delay == 0 {
		return ctx.Err()
	}
	timer := time.NewTimer(delay)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		reservation.Cancel()
		return ctx.Err()
	}
}

func overBudget(wait time.Duration) error {
	return &connectors.UnavailableError{RetryAfter: min(wait, longestRetryAfter), Reason: connectors.ReasonOverBudget}
}
