package login_test

import (
	"context"
	"errors"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/dev/provider"
	"github.com/jansetu/jansetu/gateway/login"
)

// office is a gateway with a login, its provider, and one browser.
type office struct {
	t        *testing.T
	clock    time.Time
	url      string
	issuer   string
	browser  *http.Client
	signedIn []string
	refuse   error
	claims   func(map[string]any) // of another provider; may be nil
}

func newOffice(t *testing.T) *office {
	t.Helper()
	o := &office{t: t, clock: time.Now()}
	now := func() time.Time { return o.clock }
	gatewayServer, providerServer := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	o.url, o.issuer = "http://"+gatewayServer.Listener.Addr().String(), "http://"+providerServer.Listener.Addr().String()
	identity, err := provider.New(provider.Config{
		Issuer: o.issuer, ClientID: "jansetu", ClientSecret: "secret", RedirectURL: o.url + login.PathCallback, Now: now,
		Claims: func(claims map[string]any) {
			if o.claims != nil {
				o.claims(claims)
			}
		},
		Officers: []provider.Officer{{Subject: "asha", Name: "Asha", Groups: []string{"readers"}}, {Subject: "ravi", Name: "Ravi"}},
	})
	require.NoError(t, err)
	l, err := login.New(login.Config{
		Issuer: o.issuer, ClientID: "jansetu", ClientSecret: "secret", PublicURL: o.url, SessionKey: []byte(strings.Repeat("s", 32)), Now: now,
		Log: slog.New(slog.DiscardHandler),
		SignedIn: func(_ context.Context, subject string, err error) error {
			if err == nil {
				o.signedIn = append(o.signedIn, subject)
			}
			return o.refuse
		},
	})
	require.NoError(t, err)
	mux := http.NewServeMux()
	mux.Handle("/", l.Handler())
	mux.HandleFunc("GET /whoami", func(w http.ResponseWriter, r *http.Request) {
		if officer, known := l.Officer(w, r); known {
			_, _ = io.WriteString(w, officer.Subject+" "+strings.Join(officer.Groups, ","))
		}
	})
	gatewayServer.Config.Handler, providerServer.Config.Handler = mux, identity
	gatewayServer.Start()
	providerServer.Start()
	t.Cleanup(func() { gatewayServer.Close(); providerServer.Close() })
	o.browser = o.newBrowser()
	return o
}

func (o *office) newBrowser() *http.Client {
	jar, err := cookiejar.New(nil)
	require.NoError(o.t, err)
	return &http.Client{Jar: jar, Timeout: time.Minute}
}

func (o *office) get(address string) (*http.Response, string) {
	o.t.Helper()
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(o.t, err)
	return o.do(request)
}

func (o *office) do(request *http.Request) (*http.Response, string) {
	o.t.Helper()
	response, err := o.browser.Do(request)
	require.NoError(o.t, err)
	defer func() { require.NoError(o.t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(o.t, err)
	return response, string(content)
}

// logIn goes to the provider, chooses an officer, and answers where the browser ends.
func (o *office) logIn(subject, back string) (*http.Response, string) {
	o.t.Helper()
	return o.logInAt(subject, login.PathLogin+"?return="+url.QueryEscape(back))
}

func (o *office) logInAt(subject, path string) (*http.Response, string) {
	o.t.Helper()
	chosen, page := o.get(o.url + path)
	require.Contains(o.t, page, "Who are you today?")
	form := strings.NewReader(url.Values{"officer": {subject}}.Encode())
	request, err := http.NewRequestWithContext(o.t.Context(), http.MethodPost, chosen.Request.URL.String(), form)
	require.NoError(o.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	return o.do(request)
}

func (o *office) whoami() string {
	o.t.Helper()
	_, who := o.get(o.url + "/whoami")
	return who
}

func TestAnOfficerLogsInAndIsKnownByTheirGroups(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	require.Empty(t, o.whoami())
	response, who := o.logIn("asha", "/whoami")
	require.Equal(t, http.StatusOK, response.StatusCode)
	require.Equal(t, "asha readers", who, "and is back at the page they came from")
	require.Equal(t, []string{"asha"}, o.signedIn)
}

func TestASessionEndsWhenItIsNotUsed(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.logIn("ravi", "/whoami")
	for range 4 {
		o.clock = o.clock.Add(14 * time.Minute)
		require.Equal(t, "ravi ", o.whoami())
	}
	o.clock = o.clock.Add(16 * time.Minute)
	require.Empty(t, o.whoami())
}

func TestASessionEndsAfterADaysWork(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.logIn("ravi", "/whoami")
	for range 60 {
		o.clock = o.clock.Add(10 * time.Minute)
		o.whoami()
	}
	require.Empty(t, o.whoami())
}

func TestWhoLogsOutIsOut(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.logIn("asha", "/whoami")
	request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, o.url+login.PathLogout, http.NoBody)
	require.NoError(t, err)
	request.Header.Set("Sec-Fetch-Site", "cross-site")
	response, _ := o.do(request)
	require.Equal(t, http.StatusForbidden, response.StatusCode, "not because another site wants it")
	require.NotEmpty(t, o.whoami())
	request.Header.Set("Sec-Fetch-Site", "same-origin")
	o.do(request)
	require.Empty(t, o.whoami())
}

func TestAReturnWithoutItsBeginningIsRefused(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.browser.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == login.PathCallback {
			return http.ErrUseLastResponse
		}
		return nil
	}
	begun, _ := o.logIn("asha", "/whoami")
	callback := begun.Header.Get("Location")
	o.browser = o.newBrowser() // somebody else is made to open the link: login CSRF
	response, _ := o.get(callback)
	require.Equal(t, http.StatusForbidden, response.StatusCode)
	require.Empty(t, o.whoami())
}

func TestACodeCountsOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	var callback string
	o.browser.CheckRedirect = func(r *http.Request, _ []*http.Request) error {
		if r.URL.Path == login.PathCallback {
			callback = r.URL.String()
		}
		return nil
	}
	o.logIn("asha", "/whoami")
	response, _ := o.get(callback)
	require.Equal(t, http.StatusForbidden, response.StatusCode)
}

func TestWhoeverIsToldOfALoginMayRefuseIt(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.refuse = errors.New("the audit log is away")
	response, _ := o.logIn("asha", "/whoami")
	require.Equal(t, http.StatusForbidden, response.StatusCode)
	require.Empty(t, o.whoami())
}

func TestTheWayBackStaysOnThisSite(t *testing.T) {
	t.Parallel()
	for _, elsewhere := range []string{"https://evil.example/", "//evil.example/", `/\evil.example`, "javascript:alert(1)", "evil"} {
		o := newOffice(t)
		response, _ := o.logIn("asha", elsewhere)
		require.Equal(t, o.url+"/", response.Request.URL.String(), elsewhere)
	}
}

func TestACookieThatWasChangedIsNone(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.logIn("asha", "/whoami")
	address, err := url.Parse(o.url)
	require.NoError(t, err)
	cookies := o.browser.Jar.Cookies(address)
	require.NotEmpty(t, cookies)
	for _, cookie := range cookies {
		first := "A"
		if strings.HasPrefix(cookie.Value, first) {
			first = "B"
		}
		cookie.Value = first + cookie.Value[1:]
	}
	o.browser = o.newBrowser()
	o.browser.Jar.SetCookies(address, cookies)
	require.Empty(t, o.whoami())
}

func TestTheProviderMayBeAway(t *testing.T) {
	t.Parallel()
	l, err := login.New(login.Config{Issuer: "http://127.0.0.1:1", ClientID: "jansetu", PublicURL: "https://hub.example", SessionKey: make([]byte, 32),
		Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	l.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, login.PathLogin, http.NoBody))
	require.Equal(t, http.StatusServiceUnavailable, recorder.Code)
}

// TestAProviderThatDoesNotAskAgainGivesNoProof: one with a session of its own may answer a step-up at once.
func TestAProviderThatDoesNotAskAgainGivesNoProof(t *testing.T) {
	t.Parallel()
	for name, change := range map[string]func(now int64, claims map[string]any){
		"it does not say when":  func(_ int64, claims map[string]any) { delete(claims, "auth_time") },
		"it says tomorrow":      func(now int64, claims map[string]any) { claims["auth_time"] = now + 86400 },
		"it says it just asked": func(int64, map[string]any) {},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.claims = func(claims map[string]any) { change(o.clock.Unix(), claims) }
			response, _ := o.logInAt("asha", "/login?fresh=1&return=/whoami")
			if name == "it says it just asked" {
				require.Equal(t, http.StatusOK, response.StatusCode)
			} else {
				require.Equal(t, http.StatusForbidden, response.StatusCode)
			}
		})
	}
}

func TestCookiesAreHeldToThisSite(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	l, err := login.New(login.Config{Issuer: o.issuer, ClientID: "jansetu", PublicURL: "https://hub.example", SessionKey: make([]byte, 32),
		Log: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	recorder := httptest.NewRecorder()
	l.Handler().ServeHTTP(recorder, httptest.NewRequestWithContext(t.Context(), http.MethodGet, login.PathLogin, http.NoBody))
	require.Equal(t, http.StatusSeeOther, recorder.Code)
	require.Regexp(t, `^__Host-jansetu-login=[^;]+; Path=/; Max-Age=600; HttpOnly; Secure; SameSite=Lax$`, recorder.Header().Get("Set-Cookie"))
}
