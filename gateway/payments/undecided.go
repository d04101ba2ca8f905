package payments

import (
	"context"
	"sync"
	"time"

	"github.com/jansetu/jansetu/activities/money/payment"
)

// bankDecides is how long a payment that was begun may stay undecided before the citizen is told so: most are decided at once.
const bankDecides = 8 * time.Second

// mostUndecided is how many orders are remembered: 500 payments a second that are all begun and not decided.
const mostUndecided = 4000

// undecided remembers whose payment was begun and is not decided yet, in the memory of this process alone: hardly any is still undecided when it is
// looked at, and those cost the store nothing. When the process ends meanwhile, or has no room, only a hint is lost: a request's workflow asks the
// gateway by itself, the first time after half a minute.
type undecided struct {
	mu    sync.Mutex
	since map[string]time.Time // by order
	queue chan begun           // since is what of it still counts
}

type begun struct {
	order string
	at    time.Time
}

func newUndecided() *undecided {
	return &undecided{since: map[string]time.Time{}, queue: make(chan begun, mostUndecided)}
}

// note takes the state in which news left an order.
func (u *undecided) note(order string, state payment.State) {
	u.mu.Lock()
	defer u.mu.Unlock()
	if state != payment.StateAuthorized {
		delete(u.since, order)
		return
	}
	if _, known := u.since[order]; known {
		return
	}
	next := begun{order, time.Now()}
	select {
	case u.queue <- next:
		u.since[order] = next.at
	default:
	}
}

// counts tells whether an order was not decided since.
func (u *undecided) counts(b begun) bool {
	u.mu.Lock()
	defer u.mu.Unlock()
	return u.since[b.order].Equal(b.at)
}

func (u *undecided) forget(b begun) {
	u.mu.Lock()
	defer u.mu.Unlock()
	delete(u.since, b.order)
}

// LookAgain wakes the requests whose payments stay undecided, until ctx ends.
func (e *Events) LookAgain(ctx context.Context) {
	for {
		select {
		case <-ctx.Done():
			return
		case next := <-e.undecided.queue: // in the order in which they began, and each may take as long
			e.lookAgain(ctx, next)
		}
	}
}

func (e *Events) lookAgain(ctx context.Context, next begun) {
	if !e.undecided.counts(next) {
		return
	}
	select {
	case <-ctx.Done():
		return
	case <-e.config.After(time.Until(next.at.Add(bankDecides))):
	}
	if !e.undecided.counts(next) {
		return
	}
	e.undecided.forget(next)
	ctx, cancel := context.WithTimeout(ctx, askDeadline)
	defer cancel()
	if err := e.config.Books.WakeUndecided(ctx, next.order); err != nil {
		e.config.Log.Warn("undecided payment not told to its request", "order", next.order, "error", err)
	}
}
