package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The operations that a fault can be limited to.
const (
	Form    = "form"
	Change  = "change"
	Picture = "picture"
	Details = "details"
	Submit  = "submit"
	Track   = "track"
	Reply   = "reply"
	OTP     = "otp" // the code is checked: the exchange that commits where one is asked for
	Print   = "print"
	Login   = "login"
	Fee     = "fee"
)

// The faults of this twin besides those of package connectors/twin.
const (
	// RefuseDuplicate calls a repeated reference used.
	RefuseDuplicate twin.Kind = "refuse_duplicate"
	// AcceptDuplicate takes a repeated reference as another application.
	AcceptDuplicate twin.Kind = "accept_duplicate"
)

// Config of a twin.
type Config struct {
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
	// Pace is the time between two steps of an application; a minute by default.
	Pace time.Duration
	// AgencyUser and AgencyPassword let an agency in; without them nobody is.
	AgencyUser, AgencyPassword string
}

// Application as the portal recorded it.
type Application struct {
	Number    string            `json:"number"`
	Service   string            `json:"service"`
	Reference string            `json:"reference"`
	Fields    map[string]string `json:"fields"`
	Papers    []Paper           `json:"papers,omitempty"`
	At        time.Time         `json:"at"`
	Queries   []Query           `json:"queries,omitempty"`
	// Payments are one, or none yet, unless the portal was made to take more.
	Payments []Payment `json:"payments,omitempty"`
}

// Paper is a file that was attached.
type Paper struct {
	Label string `json:"label"`
	Name  string `json:"name"`
	Size  int    `json:"size"`
}

// Query is what the office wants to know, with the replies to it.
type Query struct {
	Text    string     `json:"text"`
	At      time.Time  `json:"at"`
	Replies []Answered `json:"replies,omitempty"`
}

// Answered is a reply of the applicant.
type Answered struct {
	Reference string    `json:"reference"`
	Text      string    `json:"text"`
	Papers    []Paper   `json:"papers,omitempty"`
	At        time.Time `json:"at"`
}

// Twin is the portal. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Application]

	config Config

	mu           sync.Mutex
	sessions     map[string]*session
	pictures     map[string]string // what the pictures show
	phones       map[string]string // the last code sent to each
	applications []Application
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	if config.Pace == 0 {
		config.Pace = time.Minute
	}
	made := &Twin{
		config: config, sessions: map[string]*session{}, pictures: map[string]string{}, phones: map[string]string{},
		Frame: twin.NewFrame[Application]("transport", RefuseDuplicate, AcceptDuplicate, FeeClosed, FeeRaised, twin.CaptchaAlways, twin.CaptchaExpired, twin.OTPLate,
			twin.SessionExpires, twin.RenamedIDs, twin.MovedColumns, twin.NewMandatoryField, twin.DuplicateRows),
	}
	if err := made.Start(config.DataDir, "transport.jsonl", config.Logger, made.put, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Licences' and vehicles' twin", t.facts))
	mux.Handle("GET /captcha.png", t.Faults.Wrap(Picture, twin.Alone(&t.mu, t.picture)))
	mux.Handle("GET /print.xhtml", t.Faults.Wrap(Print, twin.Alone(&t.mu, t.print)))
	for _, form := range forms() {
		mux.Handle("GET /"+form.path, t.Faults.Wrap(Form, twin.Alone(&t.mu, func(w http.ResponseWriter, r *http.Request) { t.start(w, r, form) })))
		mux.Handle("POST /"+form.path, t.stepOf(form))
	}
	return mux
}

// stepOf tells a field that changes from a button that is pressed.
func (t *Twin) stepOf(form form) http.Handler {
	serve := twin.Alone(&t.mu, func(w http.ResponseWriter, r *http.Request) { t.step(w, r, form) })
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		r.Body = http.MaxBytesReader(w, r.Body, 8<<20)
		operation := form.operation
		switch {
		case r.PostFormValue("javax.faces.behavior.event") != "":
			operation = Change
		case t.verifies(r):
			operation = OTP
		}
		t.Faults.Wrap(operation, serve).ServeHTTP(w, r)
	})
}

// put keeps an application, in the place of what it was before.
func (t *Twin) put(one Application) {
	for i, known := range t.applications {
		if known.Number == one.Number {
			t.applications[i] = one
			return
		}
	}
	t.applications = append(t.applications, one)
}

// save needs the lock.
func (t *Twin) save(one Application) bool {
	return t.Remember(one) == nil
}

// Code is the last that was sent to a phone.
func (t *Twin) Code(phone string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.phones[phone]
}

// Ask puts an application on hold with a question.
func (t *Twin) Ask(number, question string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.applications {
		if one.Number == number {
			one.Queries = append(slices.Clone(one.Queries), Query{Text: question, At: t.config.Clock()})
			if t.save(one) {
				return nil
			}
		}
	}
	return fmt.Errorf("transport twin: no application %s", number)
}

// Replies counts the replies that really arrived, and those that repeat the
// reference of another.
func (t *Twin) Replies() (count, doubled int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen := map[string]bool{}
	for _, one := range t.applications {
		for _, query := range one.Queries {
			for _, reply := range query.Replies {
				count++
				if seen[reply.Reference] {
					doubled++
				}
				seen[reply.Reference] = true
			}
		}
	}
	return count, doubled
}

// Applications lists what was really submitted, oldest first.
func (t *Twin) Applications() []Application {
	t.mu.Lock()
	defer t.mu.Unlock()
	return slices.Clone(t.applications)
}

// DoubleApplications counts applications under a reference that had one already.
func (t *Twin) DoubleApplications() int {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen, double := map[string]bool{}, 0
	for _, one := range t.applications {
		if seen[one.Reference] {
			double++
		}
		seen[one.Reference] = one.Reference != ""
	}
	return double
}

// facts lists what happened, without people's data.
func (t *Twin) facts() []string {
	t.mu.Lock()
	defer t.mu.Unlock()
	lines := make([]string, 0, 3+len(t.applications))
	lines = append(lines, fmt.Sprintf("%d visits", len(t.sessions)))
	var open []string
	for _, visit := range t.sessions {
		if visit.captcha != "" && len(open) < 10 {
			open = append(open, visit.captcha)
		}
	}
	lines = append(lines, "pictures shown: "+strings.Join(open, ", "))
	codes := make([]string, 0, len(t.phones))
	for _, code := range t.phones {
		codes = append(codes, code)
	}
	slices.Sort(codes)
	lines = append(lines, "codes sent to phones: "+strings.Join(codes, ", "))
	for _, one := range t.applications {
		lines = append(lines, fmt.Sprintf("%s %s, reference %s, %s, %d payments", one.Number, one.Service, one.Reference, t.standing(one).word, len(one.Payments)))
	}
	return lines
}
