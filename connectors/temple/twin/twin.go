package twin

import (
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides those of package connectors/twin.
const (
	// Rush makes everybody queue.
	Rush twin.Kind = "rush"
	// SellOut lets somebody else take the last tickets just before.
	SellOut twin.Kind = "sell_out"
	// RefuseDuplicate calls a repeated reference used instead of showing the
	// first ticket.
	RefuseDuplicate twin.Kind = "refuse_duplicate"
	// AcceptDuplicate books a repeated reference again.
	AcceptDuplicate twin.Kind = "accept_duplicate"
)

// The operations that a fault can be limited to.
const (
	Search  = "search"
	Form    = "form"
	Hold    = "hold"
	Confirm = "confirm"
	Find    = "find"
	Release = "release"
)

// HoldTime is how long tickets are held.
const HoldTime = 10 * time.Minute

// Config of a twin.
type Config struct {
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
	// Pace is how long the queue takes for one visitor; two seconds by default.
	Pace time.Duration
}

// Twin is the portal. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[event]

	config Config

	mu       sync.Mutex
	visits   map[string]visit
	queue    line
	holds    map[string]held
	bookings []Booking
	called   map[string]bool // slots that the temple called off
	issued   int
}

// visit is what the portal keeps under a cookie.
type visit struct{ token, slot string }

// event is one line of the journal.
type event struct {
	Held     *held    `json:"held,omitempty"`
	Released string   `json:"released,omitempty"`
	Booking  *Booking `json:"booking,omitempty"`
	Called   string   `json:"called_off,omitempty"`
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	if config.Pace == 0 {
		config.Pace = 2 * time.Second
	}
	made := &Twin{
		config: config, visits: map[string]visit{}, holds: map[string]held{}, called: map[string]bool{},
		queue: line{turns: map[string]time.Time{}, pace: config.Pace},
		Frame: twin.NewFrame[event]("temple", Rush, SellOut, RefuseDuplicate, AcceptDuplicate,
			twin.RenamedIDs, twin.MovedColumns, twin.NewMandatoryField, twin.DuplicateRows, twin.SessionExpires),
	}
	if err := made.Start(config.DataDir, "temple.jsonl", config.Logger, made.keep, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Temples' twin", t.facts))
	for route, page := range map[string]struct {
		operation string
		serve     http.HandlerFunc
	}{
		"GET /slots.do": {Search, t.slots}, "GET /book.do": {Form, t.form}, "POST /hold.do": {Hold, t.hold},
		"POST /confirm.do": {Confirm, t.confirm}, "GET /ticket.do": {Find, t.ticket}, "POST /release.do": {Release, t.release},
	} {
		mux.Handle(route, t.Faults.Wrap(page.operation, twin.Alone(&t.mu, page.serve)))
	}
	return mux
}

// CallOff calls a slot off: its tickets are cancelled, as before an eclipse.
func (t *Twin) CallOff(slot string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.Remember(event{Called: slot})
}

func (t *Twin) keep(happened event) {
	switch {
	case happened.Held != nil:
		t.issued++
		t.holds[happened.Held.Key] = *happened.Held
	case happened.Booking != nil:
		delete(t.holds, happened.Booking.Key)
		t.bookings = append(t.bookings, *happened.Booking)
	case happened.Called != "":
		t.called[happened.Called] = true
	default:
		delete(t.holds, happened.Released)
	}
}
