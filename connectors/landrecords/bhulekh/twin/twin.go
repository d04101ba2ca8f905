package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/landrecords/internal/formserver"
	"github.com/jansetu/jansetu/connectors/twin"
)

// PoolRecycled is a fault of this twin's own: the server forgot the key of its
// view states, as when IIS starts its pool afresh.
const PoolRecycled twin.Kind = "pool_recycled"

// The operations that a fault can be limited to.
const (
	Visit   = "visit"   // the pages before the lists
	Step    = "step"    // a choice in one of the lists
	View    = "view"    // the button that asks for the record
	Extract = "extract" // the record's page
)

// Config of a twin.
type Config struct {
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Seen is a record that was shown to somebody.
type Seen struct {
	Village  string    `json:"village"`
	Khatiyan int       `json:"khatiyan"`
	At       time.Time `json:"at"`
}

// visitor is what the portal keeps about a session.
type visitor struct {
	admitted bool
	csrf     string
	record   *Khatiyan
}

// Twin is the portal. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Seen]

	config   Config
	views    *formserver.Sealer[choices]
	sessions *formserver.Sessions[visitor]
	register *register

	mu   sync.Mutex
	seen []Seen
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{
		config: config, views: formserver.NewSealer[choices](), sessions: formserver.NewSessions[visitor](),
		register: &register{villages: map[string][]Khatiyan{}},
		Frame: twin.NewFrame[Seen]("bhulekh", twin.SessionExpires, PoolRecycled, twin.RenamedIDs, twin.MovedColumns,
			twin.NewMandatoryField, twin.DuplicateRows),
	}
	replay := func(seen Seen) { made.seen = append(made.seen, seen) }
	if err := made.Start(config.DataDir, "seen-bhulekh.jsonl", config.Logger, replay, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

// Dial is the twin's dial of faults.
func (t *Twin) Dial() *twin.Dial { return t.Faults }

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Bhulekh (Odisha land records) twin", t.facts))
	handle := func(pattern, operation string, serve http.HandlerFunc) {
		mux.Handle(pattern, t.Faults.Wrap(operation, serve))
	}
	handle("GET /{$}", Visit, t.enter)
	handle("GET /Default.aspx", Visit, t.enter)
	handle("GET /BhulekhError.aspx", Visit, t.sorry)
	handle("POST /BhulekhError.aspx", Visit, t.admit)
	handle("GET /RoRView.aspx", Visit, t.lists)
	step, view := t.Faults.Wrap(Step, http.HandlerFunc(t.postback)), t.Faults.Wrap(View, http.HandlerFunc(t.postback))
	mux.HandleFunc("POST /RoRView.aspx", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue(formserver.FieldTarget) == "" || r.FormValue(nameView) != "" {
			view.ServeHTTP(w, r)
			return
		}
		step.ServeHTTP(w, r)
	})
	handle("GET /SRoRFront_Uni.aspx", Extract, t.front)
	return mux
}

// Views is what really happened, oldest first.
func (t *Twin) Views() []Seen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Seen(nil), t.seen...)
}

func (t *Twin) remember(record *Khatiyan) {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen := Seen{Village: record.Village, Khatiyan: record.Number, At: t.config.Clock()}
	_ = t.Remember(seen) // the page is shown all the same
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 16)
	for _, district := range land() {
		for _, tahasil := range district.below {
			for _, village := range tahasil.below {
				lines = append(lines, fmt.Sprintf("village %s/%s/%s %s, %s, %s: %d khatiyans",
					district.code, tahasil.code, village.code, village.name, tahasil.name, district.name, village.khatiyans))
			}
		}
	}
	for _, seen := range t.Views() {
		lines = append(lines, fmt.Sprintf("shown %s  %s  khatiyan %d", seen.At.Format(time.DateTime), seen.Village, seen.Khatiyan))
	}
	return lines
}
