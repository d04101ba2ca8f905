package gateway

import (
	"sync"
	"time"

	"github.com/jansetu/jansetu/gateway/dialog"
)

// Pace is how many messages of one person are answered. The zero value takes the defaults: more than a hand can type.
type Pace struct {
	Burst int           // answered at once; 0: 120
	Every time.Duration // one more each; 0: 2 s
}

func (p *Pace) defaults() {
	p.Burst = orDefault(p.Burst, 120)
	p.Every = orDefault(p.Every, 2*time.Second)
}

// heed is what is done about a message.
type heed int

const (
	heedAnswer heed = iota
	heedNotice      // say once that it is too much
	heedSilence
)

// mostPaced bounds the memory of the paces of persons.
const mostPaced = 100_000

// paces decides which messages of each conversation are answered. Who sends too many is told once, and then not answered until a
// quarter of the burst is free again: a flood costs the flooder's own answers, never anybody else's. It is safe for concurrent use.
type paces struct {
	pace Pace

	mu      sync.Mutex
	persons map[int64]*pacing
}

type pacing struct {
	free    float64
	at      time.Time
	flooded bool
	noticed string // the message that got the notice: its turn may be done again
}

func newPaces(pace Pace) *paces {
	pace.defaults()
	return &paces{pace: pace, persons: map[int64]*pacing{}}
}

func (p *paces) heed(conversation int64, message string, now time.Time) heed {
	p.mu.Lock()
	defer p.mu.Unlock()
	person := p.person(conversation, now)
	burst := float64(p.pace.Burst)
	if passed := now.Sub(person.at); passed > 0 {
		person.free, person.at = min(burst, person.free+float64(passed)/float64(p.pace.Every)), now
	}
	switch {
	case person.flooded && person.noticed == message:
		return heedNotice
	case person.flooded && person.free < burst/4:
		return heedSilence
	case person.free < 1:
		person.flooded, person.noticed = true, message
		return heedNotice
	}
	person.flooded = false
	person.free--
	return heedAnswer
}

func (p *paces) person(conversation int64, now time.Time) *pacing {
	if known := p.persons[conversation]; known != nil {
		return known
	}
	if len(p.persons) >= mostPaced {
		p.forget(now)
	}
	fresh := &pacing{free: float64(p.pace.Burst), at: now}
	p.persons[conversation] = fresh
	return fresh
}

// forget drops those who may send a whole burst again; nobody is remembered by what is dropped. If that is not enough, all.
func (p *paces) forget(now time.Time) {
	whole := time.Duration(p.pace.Burst) * p.pace.Every
	for conversation, person := range p.persons {
		if now.Sub(person.at) > whole {
			delete(p.persons, conversation)
		}
	}
	if len(p.persons) >= mostPaced {
		clear(p.persons)
	}
}

// heeds decides about a message and says the notice when it is due. It is false for a message that gets no turn.
func (b *batch) heeds(t *talk, turn *turn) (bool, error) {
	switch b.paces.heed(t.stored.ID, turn.message.ID, b.now()) {
	case heedSilence:
		b.metrics.unanswered.Inc()
		return false, nil
	case heedNotice:
		b.metrics.unanswered.Inc()
		if b.slowDown == nil {
			return false, nil
		}
		return false, b.reply(t, dialog.Reply{Bubble: b.slowDown(t.session)})
	case heedAnswer:
	}
	return true, nil
}
