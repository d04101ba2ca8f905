package temple

import (
	"sync"
	"time"
)

const (
	// passTime is how long an unused pass is kept.
	passTime = time.Hour
	// maxPasses bounds what a rush makes us remember.
	maxPasses = 50_000
)

// queue remembers the passes of those who wait, by our reference of the hold.
type queue struct {
	clock  func() time.Time
	mu     sync.Mutex
	passes map[string]pass
}

type pass struct {
	value string
	until time.Time
}

func newQueue(clock func() time.Time) *queue {
	return &queue{clock: clock, passes: map[string]pass{}}
}

// pass answers the pass of a reference; empty for none.
func (q *queue) pass(reference string) string {
	q.mu.Lock()
	defer q.mu.Unlock()
	held, waits := q.passes[reference]
	if !waits || q.clock().After(held.until) {
		return ""
	}
	return held.value
}

func (q *queue) keep(reference, value string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	if len(q.passes) >= maxPasses {
		q.dropOld()
	}
	if len(q.passes) < maxPasses {
		q.passes[reference] = pass{value: value, until: q.clock().Add(passTime)}
	}
}

// dropOld needs the lock.
func (q *queue) dropOld() {
	now := q.clock()
	for reference, held := range q.passes {
		if now.After(held.until) {
			delete(q.passes, reference)
		}
	}
}

func (q *queue) forget(reference string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	delete(q.passes, reference)
}
