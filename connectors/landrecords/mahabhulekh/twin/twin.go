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

// The faults of this twin besides the kinds of package twin.
const (
	// RenderFails lets the portal fail to draw the record, as it often does.
	RenderFails twin.Kind = "render_fails"
	// BlankPage answers with a page that has nothing on it.
	BlankPage twin.Kind = "blank_page"
)

// The operations that a fault can be limited to.
const (
	Visit   = "visit"   // the page the first time
	Step    = "step"    // a choice or a search
	Picture = "picture" // the captcha's picture
	Submit  = "submit"  // the captcha's answer, and the record
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
	Kind    string    `json:"kind"`
	Village string    `json:"village"`
	Parcel  string    `json:"parcel"`
	At      time.Time `json:"at"`
}

// visitor is what the portal keeps about a session.
type visitor struct {
	captcha string
	drawn   time.Time
	spoiled bool
}

// captchaLife is how long a picture can be answered.
const captchaLife = 5 * time.Minute

// Twin is the portal. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Seen]

	config   Config
	views    *formserver.Sealer[choices]
	sessions *formserver.Sessions[visitor]
	parcels  map[string][]parcel

	mu   sync.Mutex
	seen []Seen
	// pictures holds what the pictures drawn lately show, for Solve.
	pictures map[string]string
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{
		config: config, views: formserver.NewSealer[choices](), sessions: formserver.NewSessions[visitor](),
		parcels: map[string][]parcel{}, pictures: map[string]string{},
		Frame: twin.NewFrame[Seen]("mahabhulekh", twin.CaptchaAlways, twin.CaptchaExpired, twin.SessionExpires, twin.RenamedIDs, twin.MovedColumns,
			twin.NewMandatoryField, twin.DuplicateRows, RenderFails, BlankPage),
	}
	for _, district := range land() {
		for _, taluka := range district.below {
			for _, village := range taluka.below {
				made.parcels[village.code] = parcelsOf(village)
			}
		}
	}
	replay := func(seen Seen) { made.seen = append(made.seen, seen) }
	if err := made.Start(config.DataDir, "seen-mahabhulekh.jsonl", config.Logger, replay, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

// Dial is the twin's dial of faults.
func (t *Twin) Dial() *twin.Dial { return t.Faults }

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Mahabhulekh (Maharashtra land records) twin", t.facts))
	mux.Handle("GET /NewBhulekh.aspx", t.Faults.Wrap(Visit, http.HandlerFunc(t.open)))
	mux.Handle("GET /Captcha.aspx", t.Faults.Wrap(Picture, http.HandlerFunc(t.picture)))
	step, submit := t.Faults.Wrap(Step, http.HandlerFunc(t.postback)), t.Faults.Wrap(Submit, http.HandlerFunc(t.postback))
	mux.HandleFunc("POST /NewBhulekh.aspx", func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue(nameSubmit) != "" {
			submit.ServeHTTP(w, r)
			return
		}
		step.ServeHTTP(w, r)
	})
	return mux
}

// Views is what really happened, oldest first.
func (t *Twin) Views() []Seen {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Seen(nil), t.seen...)
}

func (t *Twin) remember(state choices) {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen := Seen{Kind: state.Kind, Village: state.Village, Parcel: state.Parcel, At: t.config.Clock()}
	_ = t.Remember(seen) // the page is shown all the same
}

// Solve reads a captcha's picture, as the citizen of a test does.
func (t *Twin) Solve(picture []byte) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.pictures[string(picture)]
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 16)
	for _, district := range land() {
		for _, taluka := range district.below {
			for _, village := range taluka.below {
				lines = append(lines, fmt.Sprintf("village %s/%s/%s %s, %s, %s: %d parcels",
					district.code, taluka.code, village.code, village.name, taluka.name, district.name, village.parcels))
			}
		}
	}
	for _, seen := range t.Views() {
		lines = append(lines, fmt.Sprintf("shown %s  %s  %s %s", seen.At.Format(time.DateTime), seen.Kind, seen.Village, seen.Parcel))
	}
	return lines
}
