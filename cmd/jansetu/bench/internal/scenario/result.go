package scenario

import (
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/openloop"
)

// Replies says what became of the replies that were due.
type Replies struct {
	Begun   int `json:"begun"` // messages of citizens
	Replied int `json:"replied"`
	Lost    int `json:"lost"`    // accepted by the hub and never answered
	Doubled int `json:"doubled"` // replies nobody was waiting for
	Unsent  int `json:"unsent"`  // never accepted by the hub, however often delivered
	Strays  int `json:"strays"`  // messages to people who do not exist
}

// Exact reports whether every message has had exactly one reply.
func (r Replies) Exact() bool { return r.Lost == 0 && r.Doubled == 0 && r.Unsent == 0 && r.Strays == 0 }

func repliesSince(before, after crowd.Counts) Replies {
	r := Replies{
		Begun:   after.Begun - before.Begun,
		Replied: after.Replied - before.Replied,
		Doubled: after.Doubled - before.Doubled,
		Unsent:  after.Unsent - before.Unsent,
		Strays:  after.Strays - before.Strays,
	}
	r.Lost = max(r.Begun-r.Replied-r.Unsent, 0)
	return r
}

// Idle is the result of one turn at a time.
type Idle struct {
	Replies

	Turn openloop.Summary `json:"turn"`
	Ack  openloop.Summary `json:"ack"`
}

// Load is the result of a load at a fixed arrival rate.
type Load struct {
	Replies

	Rate              float64          `json:"rate"` // webhooks per second, as scheduled
	Seconds           float64          `json:"seconds"`
	Offered           int              `json:"offered"` // webhooks
	Accepted          int              `json:"accepted"`
	AcceptedPerSecond float64          `json:"accepted_per_second"`
	TurnsPerSecond    float64          `json:"turns_per_second"`
	Ack               openloop.Summary `json:"ack"`
	Turn              openloop.Summary `json:"turn"`
	Messages          map[string]int   `json:"messages"` // of citizens, by kind
	Statuses          int              `json:"statuses"` // carried by the webhooks that are not messages
	Repeated          int              `json:"repeated"` // webhooks delivered a second time on purpose
	Errors            map[string]int   `json:"errors"`   // attempts not answered 200
}

// Dedupe is the result of delivering the same messages many times at once.
type Dedupe struct {
	Replies

	Messages int            `json:"messages"`
	Copies   int            `json:"copies"`
	Rows     int            `json:"rows"` // of the inbox; -1 when the database could not be asked
	Errors   map[string]int `json:"errors"`
}

// Saturation is the result of a climb.
type Saturation struct {
	Steps             []Load  `json:"steps"`
	AcceptedPerSecond float64 `json:"accepted_per_second"` // of the best step that kept up
	TurnsPerSecond    float64 `json:"turns_per_second"`
	PeakTurns         float64 `json:"peak_turns_per_second"` // of any step, kept up or not
}

func rate(n int, start, end time.Time) float64 {
	seconds := end.Sub(start).Seconds()
	if seconds <= 0 {
		return 0
	}
	return float64(n) / seconds
}
