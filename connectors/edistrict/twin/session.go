package twin

import (
	"crypto/rand"
	"crypto/subtle"
	"fmt"
	"math/big"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

const (
	sessionCookie = "JSESSIONID"
	tokenName     = "OWASP_CSRFTOKEN" //nolint:gosec // a parameter's name
	otpLife       = 5 * time.Minute
	otpTries      = 3
	// keptMessages and keptCaptchas bound what a twin that runs for weeks
	// remembers.
	keptMessages = 50
	keptCaptchas = 5000
)

// session is one visit. Its fields need the twin's lock.
type session struct {
	id, token string
	seen      time.Time
	service   string
	mobile    string
	otp       string
	otpSentAt time.Time
	otpWrong  int
	loggedIn  bool
	draft     string
	captcha   string
	// inquiry is the application whose query the visit is about.
	inquiry string
}

// message is an SMS the portal sent.
type message struct{ Mobile, OTP string }

// visited is a page made for a visit; the twin's lock is held.
type visited func(w http.ResponseWriter, r *http.Request, visit *session)

// visiting finds the visitor's session or begins one.
func (t *Twin) visiting(operation string, serve visited) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		t.mu.Lock()
		defer t.mu.Unlock()
		if cookie, err := r.Cookie(sessionCookie); err == nil {
			if _, lost := t.Faults.Take(operation, twin.SessionExpires); lost {
				delete(t.sessions, cookie.Value)
			}
			if visit, known := t.alive(cookie.Value); known {
				serve(w, r, visit)
				return
			}
		}
		visit := &session{id: secret(), token: token(), seen: t.config.Clock()}
		t.sessions[visit.id] = visit
		http.SetCookie(w, &http.Cookie{ //nolint:gosec // over plain HTTP on the loopback there is no secure cookie
			Name: sessionCookie, Value: visit.id, Path: "/", HttpOnly: true, SameSite: http.SameSiteLaxMode,
		})
		serve(w, r, visit)
	})
}

// alive answers a session that has not idled too long; it needs the lock.
func (t *Twin) alive(id string) (*session, bool) {
	now := t.config.Clock()
	visit, known := t.sessions[id]
	if !known {
		return nil, false
	}
	if now.Sub(visit.seen) > t.config.SessionLife {
		delete(t.sessions, id)
		return nil, false
	}
	visit.seen = now
	return visit, true
}

// withToken refuses a request whose address carries another token than the
// visit's, as OWASP CSRFGuard does.
func (t *Twin) withToken(serve visited) visited {
	return func(w http.ResponseWriter, r *http.Request, visit *session) {
		if subtle.ConstantTimeCompare([]byte(r.URL.Query().Get(tokenName)), []byte(visit.token)) != 1 {
			show(w, "expired", nil)
			return
		}
		serve(w, r, visit)
	}
}

func (t *Twin) loggedIn(serve visited) visited {
	return func(w http.ResponseWriter, r *http.Request, visit *session) {
		if !visit.loggedIn {
			show(w, "expired", nil)
			return
		}
		serve(w, r, visit)
	}
}

// sendOTP sends a new OTP to the visitor's phone.
func (t *Twin) sendOTP(visit *session) {
	visit.otp, visit.otpSentAt, visit.otpWrong = digits(6), t.config.Clock(), 0
	t.messages = append(t.messages, message{visit.mobile, visit.otp})
	if len(t.messages) > keptMessages {
		t.messages = slices.Delete(t.messages, 0, len(t.messages)-keptMessages)
	}
}

// OTP is the last OTP that a mobile number received.
func (t *Twin) OTP(mobile string) string {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, message := range slices.Backward(t.messages) {
		if message.Mobile == mobile {
			return message.OTP
		}
	}
	return ""
}

func secret() string { return rand.Text() }

// token has the look of CSRFGuard's: groups of four.
func token() string {
	text := rand.Text()
	return fmt.Sprintf("%s-%s-%s-%s", text[0:4], text[4:8], text[8:12], text[12:16])
}

func digits(count int) string {
	var drawn strings.Builder
	for range count {
		digit, err := rand.Int(rand.Reader, big.NewInt(10))
		if err != nil {
			panic(err) // crypto/rand never fails
		}
		drawn.WriteString(digit.String())
	}
	return drawn.String()
}
