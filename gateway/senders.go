package gateway

import (
	"sync"
	"time"

	"golang.org/x/time/rate"

	"github.com/jansetu/jansetu/store"
)

// Limits of Meta's per pair of business number and citizen (Meta, About the platform: pair rate limits).
const (
	pairBurst    = 45
	pairInterval = 6 * time.Second
	pairMemory   = pairBurst * pairInterval // after this long in silence a pair is as good as new
)

// senders keeps, for each business number and for the workflows, how fast and whether it may send. It is in memory: each
// gateway has its share of the rate, and learns of a stopped number by itself.
type senders struct {
	mu     sync.Mutex
	all    map[string]*sender
	pairs  map[int64]*pair
	policy retryPolicy
	now    func() time.Time
	gauge  func(sender string, stopped bool)
	swept  time.Time
}

type sender struct {
	tokens   *rate.Limiter // nil: no rate
	slots    int           // most calls at once
	inFlight int
	failures int // in a row, of the sender as a whole
	longest  time.Duration
	paused   time.Time // until
	stopped  bool      // by Meta; somebody was called
}

type pair struct {
	tokens *rate.Limiter
	used   time.Time
}

func newSenders(policy retryPolicy, now func() time.Time, gauge func(string, bool)) *senders {
	return &senders{all: map[string]*sender{}, pairs: map[int64]*pair{}, policy: policy, now: now, gauge: gauge}
}

func (s *senders) add(name string, perSecond float64, slots int, longest time.Duration) {
	one := &sender{slots: slots, longest: longest}
	if perSecond > 0 {
		// A full bucket and what flows in during a second are together what Meta allows in that second.
		one.tokens = rate.NewLimiter(rate.Limit(perSecond*0.9), max(1, int(perSecond/10)))
	}
	s.all[name] = one
	s.gauge(name, false)
}

// room says how many lanes each sender could use now, and in how long a sender without room will have some because of time
// alone (0: it waits for a call to end).
func (s *senders) room(most int) (limits []store.SenderLimit, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	for name, one := range s.all {
		lanes, later := one.room(now)
		if lanes > 0 {
			limits = append(limits, store.SenderLimit{Sender: name, Lanes: min(lanes, most)})
		} else if later > 0 && (wait == 0 || later < wait) {
			wait = later
		}
	}
	return limits, wait
}

func (s *sender) room(now time.Time) (lanes int, later time.Duration) {
	if pause := s.paused.Sub(now); pause > 0 {
		return 0, pause
	}
	lanes = s.slots - s.inFlight
	if s.failures > 0 {
		lanes = min(lanes, 1-s.inFlight) // one trial after a pause
	}
	if s.tokens == nil || lanes <= 0 {
		return max(lanes, 0), 0
	}
	tokens := s.tokens.TokensAt(now)
	if tokens < 1 {
		return 0, time.Duration((1 - tokens) / float64(s.tokens.Limit()) * float64(time.Second))
	}
	return min(lanes, int(tokens)), 0
}

// begin takes a slot and a token for a call to a citizen (conversation 0: no citizen). If the pair has to wait it says how
// long, and takes nothing.
func (s *senders) begin(name string, conversation int64) (wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	now := s.now()
	if conversation != 0 {
		if wait := s.pair(conversation, now).wait(now); wait > 0 {
			return wait
		}
	}
	one := s.all[name]
	if one.tokens != nil {
		one.tokens.AllowN(now, 1)
	}
	one.inFlight++
	return 0
}

func (s *senders) pair(conversation int64, now time.Time) *pair {
	if now.Sub(s.swept) > pairMemory {
		for id, old := range s.pairs {
			if now.Sub(old.used) > pairMemory {
				delete(s.pairs, id)
			}
		}
		s.swept = now
	}
	p := s.pairs[conversation]
	if p == nil {
		p = &pair{tokens: rate.NewLimiter(rate.Every(pairInterval), pairBurst)}
		s.pairs[conversation] = p
	}
	return p
}

// wait takes a token, or says when there will be one.
func (p *pair) wait(now time.Time) time.Duration {
	reserved := p.tokens.ReserveN(now, 1)
	if wait := reserved.DelayFrom(now); wait > 0 {
		reserved.CancelAt(now)
		return wait
	}
	p.used = now
	return 0
}

// end gives the slot back.
func (s *senders) end(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.all[name].inFlight--
}

// works says that a call of the sender was taken: whatever was wrong with it is over.
func (s *senders) works(name string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.all[name]
	if one.failures > 0 {
		one.failures, one.paused = 0, time.Time{}
		one.setStopped(s, name, false)
	}
}

// apply pauses the sender if the decision is about the sender as a whole.
func (s *senders) apply(name string, d decision) {
	s.mu.Lock()
	defer s.mu.Unlock()
	one := s.all[name]
	if one == nil {
		return
	}
	now := s.now()
	switch d.action {
	case actionStopSender:
		one.failures++
		one.paused = now.Add(s.policy.stopped)
		one.setStopped(s, name, true)
	case actionBackOffSender:
		if now.Before(one.paused) {
			return // calls that were on their way when the first one failed say nothing new
		}
		one.paused = now.Add(min(s.policy.backoff(one.failures), one.longest))
		one.failures++
	case actionDelayLane, actionRetry, actionUploadAgain, actionCloseWindow, actionAwaitStatus, actionFail, actionAlarm:
	}
}

func (s *sender) setStopped(all *senders, name string, stopped bool) {
	if s.stopped != stopped {
		s.stopped = stopped
		all.gauge(name, stopped)
	}
}
