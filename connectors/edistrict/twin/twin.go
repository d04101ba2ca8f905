package twin

import (
	"fmt"
	"log/slog"
	"net/http"
	"regexp"
	"slices"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The operations that a fault can be limited to.
const (
	Describe    = "describe"
	Login       = "login"
	SendOTP     = "send_otp"
	CheckOTP    = "check_otp"
	Form        = "form"
	Save        = "save"
	Enclose     = "enclose"
	Captcha     = "captcha"
	Submit      = "submit"
	Search      = "search"
	Track       = "track"
	Certificate = "certificate"
	Query       = "query"
	Reply       = "reply"
)

// Config of a twin.
type Config struct {
	// Services are offered beside the documented ones, and in place of one that has the same number.
	Services []Service
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
	// Pace is the time between two steps of the department; a minute by default.
	Pace time.Duration
	// SessionLife ends an idle session; 15 minutes by default.
	SessionLife time.Duration
}

// Twin is the portal. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Application]

	config Config
	given  map[string]Service // by number

	mu           sync.Mutex
	applications []Application
	sessions     map[string]*session
	messages     []message
	captchas     map[[32]byte]string
}

// New makes a twin and restores what happened to it before. Sessions do not
// survive, as on a portal whose server was restarted.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	if config.Pace == 0 {
		config.Pace = time.Minute
	}
	if config.SessionLife == 0 {
		config.SessionLife = 15 * time.Minute
	}
	made := &Twin{
		config: config, sessions: map[string]*session{}, captchas: map[[32]byte]string{},
		Frame: twin.NewFrame[Application]("edistrict", twin.SessionExpires, twin.CaptchaAlways, twin.CaptchaExpired, twin.OTPLate,
			twin.RenamedIDs, twin.NewMandatoryField, twin.DuplicateRows, twin.MovedColumns),
	}
	if err := made.offer(config.Services); err != nil {
		return nil, err
	}
	if err := made.Start(config.DataDir, "applications.jsonl", config.Logger, made.keep, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

// offer takes services in, and refuses what no portal could show.
func (t *Twin) offer(services []Service) error {
	t.given = make(map[string]Service, len(services))
	for _, service := range services {
		if _, taken := t.given[service.Number]; taken || service.Number == "" {
			return fmt.Errorf("e-District twin: %q is not the number of one service", service.Number)
		}
		for _, field := range service.Fields {
			if _, err := regexp.Compile(field.Pattern); err != nil {
				return fmt.Errorf("e-District twin: the pattern of control %s of service %s: %w", field.Name, service.Number, err)
			}
		}
		t.given[service.Number] = service
	}
	return nil
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("e-District portal twin", t.facts))
	open := func(pattern, operation string, serve visited) {
		mux.Handle(pattern, t.Faults.Wrap(operation, t.visiting(operation, serve)))
	}
	guarded := func(pattern, operation string, serve visited) { open(pattern, operation, t.withToken(serve)) }
	member := func(pattern, operation string, serve visited) { guarded(pattern, operation, t.loggedIn(serve)) }
	open("GET /getServiceDesc.html", Describe, t.describe)
	guarded("GET /loginWindow.do", Login, t.loginWindow)
	guarded("POST /generateOTP.do", SendOTP, t.generateOTP)
	guarded("POST /validateOTP.do", CheckOTP, t.validateOTP)
	member("GET /renderApplicationForm.do", Form, t.form)
	member("POST /saveApplication.do", Save, t.save)
	member("POST /editSaveAnnexure.do", Enclose, t.enclose)
	member("GET /getCaptcha.do", Captcha, t.captchaImage)
	member("POST /submitApplication.do", Submit, t.submit)
	open("GET /citizenApplication.html", Search, t.searchPage)
	guarded("POST /trackApplication.do", Track, t.track)
	guarded("GET /downloadCertificate.do", Certificate, t.certificate)
	member("GET /queryReply.do", Query, t.queryPage)
	member("POST /saveQueryReply.do", Reply, t.reply)
	return mux
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 32)
	for _, service := range append(Services(), t.config.Services...) {
		lines = append(lines, fmt.Sprintf("service %s  %s", service.Number, service.Name))
	}
	t.mu.Lock()
	messages := slices.Clone(t.messages)
	captchas := len(t.captchas)
	shown := t.shownCaptchas()
	t.mu.Unlock()
	for _, message := range messages {
		lines = append(lines, fmt.Sprintf("sms to %s: OTP is %s", message.Mobile, message.OTP))
	}
	lines = append(lines, fmt.Sprintf("captchas drawn: %d", captchas))
	lines = append(lines, shown...)
	for _, submitted := range t.Submissions() {
		last := t.historyOf(submitted)
		lines = append(lines, fmt.Sprintf("submitted %s  %s  service %s  %s  now: %s", submitted.SubmittedAt.In(indianTime).Format(dateTimeLayout),
			submitted.Number, submitted.Service, submitted.Kiosk, last.State))
	}
	return append(lines, fmt.Sprintf("drafts left: %d", t.Drafts()), fmt.Sprintf("submitted twice: %d", t.DoubleSubmissions()))
}

func (t *Twin) historyOf(application Application) task {
	tasks := t.history(application)
	return tasks[len(tasks)-1]
}

const (
	dateLayout     = "02/01/2006"
	dateTimeLayout = "02/01/2006 15:04:05"
)

var indianTime = time.FixedZone("IST", 5*3600+30*60)
