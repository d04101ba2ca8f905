package twin

import (
	"encoding/json"
	"encoding/xml"
	"fmt"
	"log/slog"
	"net/http"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides the HTTP kinds.
const (
	// SingleThing answers a list of one as the thing itself.
	SingleThing twin.Kind = "single_thing"
	// NumbersAsNumbers writes request ids as JSON numbers.
	NumbersAsNumbers twin.Kind = "numbers_as_numbers"
	// NoDescriptions leaves the description out of what the town shows.
	NoDescriptions twin.Kind = "no_descriptions"
)

// The operations that a fault can be limited to.
const (
	Services = "services"
	Service  = "service"
	File     = "file"
	List     = "list"
	Show     = "show"
	Token    = "token"
	Updates  = "updates"
	Update   = "update"
)

// What a caller of the twin must send.
const (
	Jurisdiction = "nagar.example.in"
	APIKey       = "twin-api-key" //nolint:gosec // opens nothing but this twin
)

// Config of a twin.
type Config struct {
	APIKey string
	// BatchAfter is when a request that is not realtime is numbered and shown.
	BatchAfter time.Duration
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Twin is the town's server. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Request]

	config Config

	mu       sync.Mutex
	versions []Request // of every request, oldest first
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	if config.APIKey == "" {
		config.APIKey = APIKey
	}
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{config: config, Frame: twin.NewFrame[Request]("open311", SingleThing, NumbersAsNumbers, NoDescriptions)}
	replay := func(request Request) { made.versions = append(made.versions, request) }
	if err := made.Start(config.DataDir, "open311.jsonl", config.Logger, replay, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Open311 twin", t.facts))
	handle := func(pattern, operation string, serve http.HandlerFunc) {
		mux.Handle(pattern, t.Faults.Wrap(operation, serve))
	}
	for _, format := range []string{"json", "xml"} {
		handle("GET /services."+format, Services, t.listServices)
		handle("POST /requests."+format, File, t.file)
		handle("GET /requests."+format, List, t.list)
		handle("GET /servicerequestupdates."+format, Updates, t.updates)
		handle("POST /servicerequestupdates."+format, Update, t.takeUpdate)
	}
	handle("GET /services/{code}", Service, t.showService)
	handle("GET /requests/{id}", Show, t.showOne)
	handle("GET /tokens/{token}", Token, t.token)
	return mux
}

// remember needs the lock.
func (t *Twin) remember(request Request) {
	if t.Remember(request) != nil {
		t.versions = append(t.versions, request) // it goes on from memory
	}
}

// answer writes in the format the path asks for; list names the element around
// in XML.
func (t *Twin) answer(w http.ResponseWriter, r *http.Request, list string, answer any) {
	write(w, http.StatusOK, r, list, answer)
}

func (t *Twin) refuse(w http.ResponseWriter, r *http.Request, status int, description string) {
	write(w, status, r, "errors", []fault{{Code: status, Description: description}})
}

func write(w http.ResponseWriter, status int, r *http.Request, list string, answer any) {
	if strings.HasSuffix(r.URL.Path, ".json") {
		w.Header().Set("Content-Type", "application/json; charset=utf-8")
		w.WriteHeader(status)
		_ = json.NewEncoder(w).Encode(answer)
		return
	}
	text, err := xml.MarshalIndent(answer, "", " ")
	if err != nil {
		http.Error(w, err.Error(), http.StatusInternalServerError)
		return
	}
	w.Header().Set("Content-Type", "text/xml; charset=utf-8")
	w.WriteHeader(status)
	if list == "" {
		_, _ = fmt.Fprintf(w, "%s%s\n", xml.Header, text)
		return
	}
	_, _ = fmt.Fprintf(w, "%s<%s>\n%s\n</%s>\n", xml.Header, list, text, list)
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 16)
	for _, offered := range services() {
		lines = append(lines, fmt.Sprintf("service %-8s %-9s %s", offered.Code, offered.Type, offered.Name))
	}
	for _, request := range t.Requests() {
		lines = append(lines, fmt.Sprintf("request %s  %s  %s  %s", request.ID, request.Filed.Format(time.DateTime), request.Code, request.Status))
	}
	return append(lines, fmt.Sprintf("filed twice: %d", t.DoubleRequests()))
}
