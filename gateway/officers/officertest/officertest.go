// Package officertest is a gateway with nothing but officers' pages, a real login at a real provider, and browsers with which officers use
// them. It is for tests only.
package officertest

import (
	"html"
	"io"
	"log/slog"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/dev/provider"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
)

// Office is the gateway and its provider.
type Office struct {
	URL   string
	Guard *officers.Guard
	Login *login.Login
	Pages *http.ServeMux // where a test puts the pages

	t      *testing.T
	issuer string
	mu     sync.Mutex
	clock  time.Time
}

// New starts the servers. staff are the officers, each with their groups.
func New(t *testing.T, pool *pgxpool.Pool, staff map[string][]string) *Office {
	t.Helper()
	o := &Office{t: t, clock: time.Now(), Pages: http.NewServeMux()}
	gateway, identity := httptest.NewUnstartedServer(nil), httptest.NewUnstartedServer(nil)
	o.URL, o.issuer = "http://"+gateway.Listener.Addr().String(), "http://"+identity.Listener.Addr().String()
	known := make([]provider.Officer, 0, len(staff))
	for subject, groups := range staff {
		known = append(known, provider.Officer{Subject: subject, Name: subject, Groups: groups})
	}
	provided, err := provider.New(provider.Config{Issuer: o.issuer, ClientID: "jansetu", ClientSecret: "secret",
		RedirectURL: o.URL + login.PathCallback, Officers: known, Now: o.Now})
	require.NoError(t, err)
	quiet := slog.New(slog.DiscardHandler)
	o.Login, err = login.New(login.Config{Issuer: o.issuer, ClientID: "jansetu", ClientSecret: "secret", PublicURL: o.URL,
		SessionKey: []byte(strings.Repeat("s", 32)), Now: o.Now, Log: quiet})
	require.NoError(t, err)
	o.Guard, err = officers.New(officers.Config{Identity: o.Login, Pool: pool, Log: quiet, Now: o.Now})
	require.NoError(t, err)
	for _, path := range []string{login.PathLogin, login.PathCallback, login.PathLogout} {
		o.Pages.Handle(path, o.Login.Handler())
	}
	o.Pages.Handle(officers.PathStyle, officers.Style())
	gateway.Config.Handler, identity.Config.Handler = o.Pages, provided
	gateway.Start()
	identity.Start()
	t.Cleanup(func() { gateway.Close(); identity.Close() })
	return o
}

// Now is the office's clock.
func (o *Office) Now() time.Time {
	o.mu.Lock()
	defer o.mu.Unlock()
	return o.clock
}

// Later moves the clock.
func (o *Office) Later(d time.Duration) {
	o.mu.Lock()
	defer o.mu.Unlock()
	o.clock = o.clock.Add(d)
}

// Browser is one in which an officer is logged in, or nobody.
type Browser struct {
	o       *Office
	client  *http.Client
	Subject string
}

var chooseAction = regexp.MustCompile(`action="([^"]*)"`)

// Browser logs an officer in; the empty subject is nobody.
func (o *Office) Browser(subject string) *Browser {
	o.t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(o.t, err)
	b := &Browser{o: o, client: &http.Client{Jar: jar, Timeout: 20 * time.Second}, Subject: subject}
	if subject != "" {
		b.LogIn(login.PathLogin + "?return=" + officers.PathStyle)
	}
	return b
}

// LogIn follows a link to the login and chooses the officer again; it answers the page where that leads.
func (b *Browser) LogIn(link string) (status int, page string) {
	b.o.t.Helper()
	_, chooser := b.do(http.MethodGet, b.o.URL+link, nil)
	action := chooseAction.FindStringSubmatch(chooser)
	require.NotNil(b.o.t, action, chooser)
	return b.do(http.MethodPost, b.o.issuer+html.UnescapeString(action[1]), url.Values{"officer": {b.Subject}})
}

// Get opens a page.
func (b *Browser) Get(path string) (status int, page string) {
	b.o.t.Helper()
	return b.do(http.MethodGet, b.o.URL+path, nil)
}

// Post sends a form of our own pages; headers come in pairs.
func (b *Browser) Post(path string, form url.Values, headers ...string) (status int, page string) {
	b.o.t.Helper()
	return b.do(http.MethodPost, b.o.URL+path, form, append([]string{"Sec-Fetch-Site", "same-origin"}, headers...)...)
}

func (b *Browser) do(method, address string, form url.Values, headers ...string) (status int, page string) {
	b.o.t.Helper()
	request, err := http.NewRequestWithContext(b.o.t.Context(), method, address, strings.NewReader(form.Encode()))
	require.NoError(b.o.t, err)
	if form != nil {
		request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	}
	for i := 0; i+1 < len(headers); i += 2 {
		request.Header.Set(headers[i], headers[i+1])
	}
	response, err := b.client.Do(request)
	require.NoError(b.o.t, err)
	defer func() { require.NoError(b.o.t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(b.o.t, err)
	return response.StatusCode, string(content)
}
