package verify

import (
	"sync"
	"time"

	"golang.org/x/time/rate"
)

// mostAddresses bounds the memory of an allowance.
const mostAddresses = 50_000

// allowance is how often each address may do something. It is safe for concurrent use.
type allowance struct {
	burst int
	every time.Duration
	now   func() time.Time

	mu    sync.Mutex
	known map[string]*rate.Limiter
}

func newAllowance(burst int, every time.Duration, now func() time.Time) *allowance {
	return &allowance{burst: burst, every: every, now: now, known: map[string]*rate.Limiter{}}
}

func (a *allowance) of(address string) *rate.Limiter {
	a.mu.Lock()
	defer a.mu.Unlock()
	if known := a.known[address]; known != nil {
		return known
	}
	if len(a.known) >= mostAddresses {
		clear(a.known) // numbers are too many to guess in any case
	}
	fresh := rate.NewLimiter(rate.Every(a.every), a.burst)
	a.known[address] = fresh
	return fresh
}

// left says whether one more is allowed, without using it.
func (a *allowance) left(address string) bool { return a.of(address).TokensAt(a.now()) >= 1 }

// take uses one, and says whether it was allowed.
func (a *allowance) take(address string) bool { return a.of(address).AllowN(a.now(), 1) }
