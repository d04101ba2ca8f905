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
	// SeatTaken lets somebody else take the wanted seat just before.
	SeatTaken twin.Kind = "seat_taken"
	// FareRevised answers a confirmation with another fare than the hold's.
	FareRevised twin.Kind = "fare_revised"
	// RefuseDuplicate calls a repeated agentTxnId used instead of showing the
	// first ticket.
	RefuseDuplicate twin.Kind = "refuse_duplicate"
	// AcceptDuplicate books a repeated agentTxnId again.
	AcceptDuplicate twin.Kind = "accept_duplicate"
	// Busy answers that the portal is too busy and did nothing.
	Busy twin.Kind = "busy"
)

// The operations that a fault can be limited to.
const (
	Places       = "places"
	Search       = "search"
	Layout       = "layout"
	Hold         = "hold"
	Confirm      = "confirm"
	Find         = "find"
	Release      = "release"
	Quote        = "quote"
	Cancel       = "cancel"
	Cancellation = "cancellation"
	Locate       = "locate"
)

// What an agent of this twin logs in with.
const (
	Agent    = "JANSETU01"
	Password = "agent-of-the-twin"
)

// HoldTime is how long seats are held.
const HoldTime = 8 * time.Minute

// Config of a twin.
type Config struct {
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Twin is the corporation's portal, with its tracking service under /livetrack/.
// It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[event]

	config Config

	mu        sync.Mutex
	holds     map[string]held
	bookings  []Booking
	cancelled []CancelledBooking
	issued    int
}

// event is one line of the journal.
type event struct {
	Held      *held             `json:"held,omitempty"`
	Released  string            `json:"released,omitempty"`
	Booking   *Booking          `json:"booking,omitempty"`
	Cancelled *CancelledBooking `json:"cancelled,omitempty"`
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{config: config, holds: map[string]held{}, Frame: twin.NewFrame[event]("bus",
		SeatTaken, FareRevised, RefuseDuplicate, AcceptDuplicate, Busy,
		twin.RenamedIDs, twin.MovedColumns, twin.NewMandatoryField, twin.DuplicateRows,
	)}
	if err := made.Start(config.DataDir, "bus.jsonl", config.Logger, made.keep, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Bus corporation's twin", t.facts))
	public := func(route, operation string, serve http.HandlerFunc) {
		mux.Handle(route, t.Faults.Wrap(operation, serve))
	}
	agent := func(route, operation string, serve http.HandlerFunc) {
		public(route, operation, t.loggedIn(operation, serve))
	}
	public("GET /forward/booking/places.do", Places, t.places)
	public("GET /forward/booking/avail/services.do", Search, t.search)
	public("GET /livetrack/vehicle", Locate, t.locate)
	agent("GET /agent/serviceLayout.do", Layout, t.layout)
	agent("POST /agent/blockSeats.do", Hold, t.block)
	agent("POST /agent/releaseSeats.do", Release, t.release)
	agent("POST /agent/confirmBooking.do", Confirm, t.confirm)
	agent("GET /agent/ticketDetails.do", Find, t.ticketDetails)
	agent("GET /agent/cancelQuote.do", Quote, t.quote)
	agent("POST /agent/cancelTicket.do", Cancel, t.cancel)
	agent("GET /agent/cancellation.do", Cancellation, t.cancellation)
	return mux
}

// loggedIn lets agents in, one at a time: deciding and recording are one step.
func (t *Twin) loggedIn(operation string, serve http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		name, password, _ := r.BasicAuth()
		if name != Agent || password != Password {
			http.Error(w, "Agent login failed", http.StatusUnauthorized)
			return
		}
		if _, busy := t.Faults.Take(operation, Busy); busy {
			fail(w, r, wrong{"E901", "Server is busy, please try again", ""})
			return
		}
		t.mu.Lock()
		defer t.mu.Unlock()
		serve(w, r)
	}
}

func (t *Twin) keep(happened event) {
	switch {
	case happened.Held != nil:
		t.issued++
		t.holds[happened.Held.Key] = *happened.Held
	case happened.Booking != nil:
		delete(t.holds, happened.Booking.Key)
		t.bookings = append(t.bookings, *happened.Booking)
	case happened.Cancelled != nil:
		t.cancelled = append(t.cancelled, *happened.Cancelled)
	default:
		delete(t.holds, happened.Released)
	}
}
