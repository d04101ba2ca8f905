package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides those of package connectors/twin.
const (
	// DatabaseError answers 200 with the message of a failed query.
	DatabaseError twin.Kind = "database_error"
	// Busy says in an alert that too many users are at work.
	Busy twin.Kind = "busy"
	// RefusePosting says that payment is not accepted for the assessment.
	RefusePosting twin.Kind = "refuse_posting"
	// RefuseDuplicate calls a repeated reference used instead of showing the
	// first receipt.
	RefuseDuplicate twin.Kind = "refuse_duplicate"
	// AcceptDuplicate records a repeated posting as a new one.
	AcceptDuplicate twin.Kind = "accept_duplicate"
)

// The operations that a fault can be limited to.
const (
	Fetch       = "fetch"
	Post        = "post"
	Find        = "find"
	Form        = "form"
	Submit      = "submit"
	Track       = "track"
	Certificate = "certificate"
)

// Config of a twin.
type Config struct {
	// Districts each get a server of their own; krishna, guntur and ntr by
	// default.
	Districts []string
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
	// Pace is the time between two steps of an application; a minute by default.
	Pace time.Duration
	// Slowness is the median wait before every answer, whose 99th percentile is
	// five times as long. It is a fault on the dial, so clearing the dial ends
	// it. Zero is quick.
	Slowness time.Duration
}

// Posting is a payment as a district's server recorded it.
type Posting struct {
	District  string    `json:"district"`
	Reference string    `json:"reference"`
	Account   string    `json:"account"`
	Demand    string    `json:"demand"`
	Paise     int64     `json:"paise"`
	Gateway   string    `json:"gateway"`
	Receipt   string    `json:"receipt"`
	At        time.Time `json:"at"`
}

// Application is a request for a certificate as a district's server recorded it.
type Application struct {
	District  string            `json:"district"`
	Number    string            `json:"number"`
	Type      string            `json:"type"`
	Reference string            `json:"reference"`
	Fields    map[string]string `json:"fields"`
	// Papers maps a file control to the number of bytes received.
	Papers map[string]int `json:"papers,omitempty"`
	At     time.Time      `json:"at"`
}

// event is one line of the journal.
type event struct {
	Posting     *Posting     `json:"posting,omitempty"`
	Application *Application `json:"application,omitempty"`
}

// Twin is all districts' servers. It is an http.Handler and safe for concurrent
// use.
type Twin struct {
	*twin.Frame[event]

	config Config

	mu           sync.Mutex
	postings     []Posting
	applications []Application
	down         map[string]bool
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	if config.Pace == 0 {
		config.Pace = time.Minute
	}
	if len(config.Districts) == 0 {
		config.Districts = []string{"krishna", "guntur", "ntr"}
	}
	made := &Twin{config: config, down: map[string]bool{}, Frame: twin.NewFrame[event]("panchayat",
		DatabaseError, Busy, RefusePosting, RefuseDuplicate, AcceptDuplicate,
		twin.RenamedIDs, twin.NewMandatoryField, twin.DuplicateRows, twin.MovedColumns,
	)}
	if median := int(config.Slowness.Milliseconds()); median > 0 {
		if err := made.Faults.Set(twin.Fault{Kind: twin.Latency, DelayMS: median, TailMS: 5 * median}); err != nil {
			return nil, fmt.Errorf("panchayat twin: %w", err)
		}
	}
	if err := made.Start(config.DataDir, "panchayat.jsonl", config.Logger, made.keep, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Panchayat servers' twin", t.facts))
	for _, district := range t.config.Districts {
		handle := func(method, page, operation string, serve http.HandlerFunc) {
			mux.Handle(method+" /"+district+"/"+page, t.Faults.Wrap(operation, t.inDistrict(district, operation, serve)))
		}
		handle("POST", "htdemand.asp", Fetch, t.showDemand)
		handle("POST", "htpayment.asp", Post, t.pay)
		handle("GET", "htreceipt.asp", Find, t.showReceipt)
		handle("GET", "certform.asp", Form, t.showForm)
		handle("POST", "certsave.asp", Submit, t.apply)
		handle("GET", "certstatus.asp", Track, t.showStatus)
		handle("GET", "certprint.asp", Certificate, t.print)
	}
	return mux
}

// inDistrict answers for a district that is up, and plays the faults every page
// of these servers has.
func (t *Twin) inDistrict(district, operation string, serve http.HandlerFunc) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.SetPathValue(districtValue, district)
		t.mu.Lock()
		down := t.down[district]
		t.mu.Unlock()
		_, broken := t.Faults.Take(operation, DatabaseError)
		_, busy := t.Faults.Take(operation, Busy)
		switch {
		case down:
			http.Error(w, "Bad Gateway", http.StatusBadGateway)
		case broken:
			show(w, "database_error", nil)
		case busy:
			alert(w, string(tryAgain))
		default:
			serve(w, r)
		}
	})
}

// districtValue is the path value that says whose server is asked.
const districtValue = "district"

// DistrictDown takes one district's server down, or up again.
func (t *Twin) DistrictDown(district string, down bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.down[district] = down
}

func (t *Twin) keep(happened event) {
	if happened.Posting != nil {
		t.postings = append(t.postings, *happened.Posting)
	}
	if happened.Application != nil {
		t.applications = append(t.applications, *happened.Application)
	}
}
