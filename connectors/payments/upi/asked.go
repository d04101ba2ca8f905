package upi

import (
	"slices"
	"sync"
	"time"
)

// mostAsked bounds the memory of asked; what is forgotten may be asked once too often, and the bank then says so.
const mostAsked = 10_000

// asked holds to NPCI's bounds on questions for a payment, as far as one process knows: a link begins where it was made.
type asked struct {
	mu    sync.Mutex
	begun map[string]time.Time
	times map[string][]time.Time
}

func newAsked() *asked { return &asked{begun: map[string]time.Time{}, times: map[string][]time.Time{}} }

func (a *asked) begin(reference string, now time.Time) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if len(a.begun) >= mostAsked {
		clear(a.begun)
	}
	if _, known := a.begun[reference]; !known {
		a.begun[reference] = now
	}
}

// take uses one question, or answers how long to wait for it.
func (a *asked) take(reference string, now time.Time) (wait time.Duration) {
	a.mu.Lock()
	defer a.mu.Unlock()
	if begun, known := a.begun[reference]; known && now.Before(begun.Add(FirstCheck)) {
		return begun.Add(FirstCheck).Sub(now)
	}
	recent := slices.DeleteFunc(a.times[reference], func(at time.Time) bool { return !now.Before(at.Add(ChecksWithin)) })
	if len(recent) >= ChecksAllowed {
		return recent[0].Add(ChecksWithin).Sub(now)
	}
	if len(a.times) >= mostAsked {
		clear(a.times)
	}
	a.times[reference] = append(recent, now)
	return 0
}
