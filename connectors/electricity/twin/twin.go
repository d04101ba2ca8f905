package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides the HTTP kinds.
const (
	// RefusePosting refuses a posting with code 301.
	RefusePosting twin.Kind = "refuse_posting"
	// RefuseDuplicate answers a repeated reference with code 203 instead of the
	// first receipt.
	RefuseDuplicate twin.Kind = "refuse_duplicate"
	// AcceptDuplicate records a repeated posting as a new one, as a portal
	// without any check does.
	AcceptDuplicate twin.Kind = "accept_duplicate"
	// Busy answers code 900.
	Busy twin.Kind = "busy"
)

// The operations that a fault can be limited to.
const (
	Fetch = "fetch"
	Post  = "post"
	Find  = "find"
)

// Config of a twin.
type Config struct {
	Shape Shape
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Posting is a payment as the twin's portal recorded it.
type Posting struct {
	Reference string    `json:"reference"`
	Account   string    `json:"account"`
	Bill      string    `json:"bill"`
	Paise     int64     `json:"paise"`
	Gateway   string    `json:"gateway"`
	Receipt   string    `json:"receipt"`
	At        time.Time `json:"at"`
}

// Twin is the portal. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Posting]

	config Config

	mu       sync.Mutex
	postings []Posting
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	if !slices.Contains(Shapes(), config.Shape) {
		return nil, fmt.Errorf("electricity twin: no shape %q", config.Shape)
	}
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{config: config, Frame: twin.NewFrame[Posting]("electricity", RefusePosting, RefuseDuplicate, AcceptDuplicate, Busy)}
	replay := func(posting Posting) { made.postings = append(made.postings, posting) }
	if err := made.Start(config.DataDir, "postings-"+string(config.Shape)+".jsonl", config.Logger, replay, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	title := "Electricity portal twin: " + string(t.config.Shape)
	mux.Handle("/twin/", t.Faults.Control(title, t.facts))
	handle := func(pattern, operation string, serve http.HandlerFunc) {
		mux.Handle(pattern, t.Faults.Wrap(operation, serve))
	}
	switch t.config.Shape {
	case RegNo:
		handle("GET /billinfo", Fetch, t.regnoBill)
		handle("POST /payment", Post, t.regnoPost)
		handle("GET /paymentstatus", Find, t.regnoFind)
	case RequestNo:
		handle("POST /getBill", Fetch, t.requestnoBill)
		handle("POST /postPayment", Post, t.requestnoPost)
		handle("POST /getPayment", Find, t.requestnoFind)
	case WSS:
		mux.Handle("POST /wss", t.wssActions())
	}
	return mux
}

// Postings is what really happened, oldest first.
func (t *Twin) Postings() []Posting {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Posting(nil), t.postings...)
}

// DoublePostings counts payments of a bill that was paid before. It must stay
// zero whatever the faults.
func (t *Twin) DoublePostings() int {
	seen, doubled := map[string]bool{}, 0
	for _, posting := range t.Postings() {
		if seen[posting.Bill] {
			doubled++
		}
		seen[posting.Bill] = true
	}
	return doubled
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 16)
	for _, consumer := range Consumers(t.config.Shape) {
		lines = append(lines, fmt.Sprintf("consumer %s  %-18s %s", consumer.Number, consumer.Name, consumer.About))
	}
	for _, posting := range t.Postings() {
		lines = append(lines, fmt.Sprintf("posted %s  %s  %s  ₹%s  %s", posting.At.In(indianTime).Format(dateTimeLayout),
			posting.Account, posting.Bill, rupees(posting.Paise), posting.Receipt))
	}
	return append(lines, fmt.Sprintf("paid twice: %d", t.DoublePostings()))
}
