package twin

import (
	"fmt"
	"log/slog"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides the kinds of package twin.
const (
	// ServerFault answers a SOAP fault of the server with status 500.
	ServerFault twin.Kind = "server_fault"
	// FaultWith200 answers the same with status 200.
	FaultWith200 twin.Kind = "fault_with_200"
	// AccountLocked refuses the hub's own credentials.
	AccountLocked twin.Kind = "account_locked"
)

// The operations that a fault can be limited to.
const (
	Names   = "names"   // districts, mandals, villages
	Details = "details" // the two registers
)

// Config of a twin.
type Config struct {
	// UserID and Password are the credentials the service wants in every
	// message; empty ones accept any.
	UserID, Password string
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Seen is a register that was read.
type Seen struct {
	Operation string    `json:"operation"`
	Village   string    `json:"village"`
	Number    string    `json:"number"`
	Rows      int       `json:"rows"`
	At        time.Time `json:"at"`
}

// Twin is the web service. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Seen]

	config  Config
	parcels map[string][]parcel

	mu   sync.Mutex
	seen []Seen
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{
		config: config, parcels: map[string][]parcel{},
		Frame: twin.NewFrame[Seen]("meebhoomi", ServerFault, FaultWith200, AccountLocked, twin.RenamedIDs, twin.MovedColumns, twin.DuplicateRows),
	}
	for _, district := range land() {
		for _, mandal := range district.below {
			for _, village := range mandal.below {
				made.parcels[district.code+"/"+mandal.code+"/"+village.code] = parcelsOf(village)
			}
		}
	}
	replay := func(seen Seen) { made.seen = append(made.seen, seen) }
	if err := made.Start(config.DataDir, "seen-meebhoomi.jsonl", config.Logger, replay, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

// Dial is the twin's dial of faults.
func (t *Twin) Dial() *twin.Dial { return t.Faults }

// Views is what really happened, oldest first.
func (t *Twin) Views() []Seen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Seen(nil), t.seen...)
}

func (t *Twin) remember(seen Seen) {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen.At = t.config.Clock()
	_ = t.Remember(seen) // the page is shown all the same
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 16)
	for _, district := range land() {
		for _, mandal := range district.below {
			for _, village := range mandal.below {
				lines = append(lines, fmt.Sprintf("village %s/%s/%s %s, %s, %s: %d rows", district.code, mandal.code, village.code,
					village.name, mandal.name, district.name, len(t.parcels[district.code+"/"+mandal.code+"/"+village.code])))
			}
		}
	}
	for _, seen := range t.Views() {
		lines = append(lines, fmt.Sprintf("read %s  %s  %s %s  %d rows", seen.At.Format(time.DateTime), seen.Operation, seen.Village, seen.Number, seen.Rows))
	}
	return lines
}
