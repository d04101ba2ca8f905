// Package login lets officers in by OpenID Connect: authorization code with PKCE (RFC 7636) at the provider of the configuration, then a
// session in a sealed cookie that ends when it is not used for a while. It knows who somebody is and in which groups; what a group
// may do is decided by those who ask.
package login

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/coreos/go-oidc/v3/oidc"
	"golang.org/x/oauth2"
)

// The paths of the handler, below Config.PublicURL.
const (
	PathLogin    = "/login"
	PathCallback = "/login/callback"
	PathLogout   = "/logout"
)

const (
	providerDeadline = 10 * time.Second
	loginLimit       = 10 * time.Minute // from the redirect to the provider until the return
)

// Config is what a Login needs. Idle, Longest, Client and Now have defaults.
type Config struct {
	Issuer       string // the provider's address
	ClientID     string
	ClientSecret string
	PublicURL    string // of the gateway, as browsers see it
	SessionKey   []byte // seals cookies; at least 32 bytes
	// Idle ends a session that was not used for so long; default 15 minutes. Longest ends any session; default 8 hours.
	Idle, Longest time.Duration
	Client        *http.Client // asks the provider; default: one with a deadline
	Now           func() time.Time
	Log           *slog.Logger
	// SignedIn hears of everybody who was let in or turned away; may be nil. subject may be empty when err is not nil. An error it
	// returns keeps the person out.
	SignedIn func(ctx context.Context, subject string, err error) error
	// SignedOut hears of everybody who logged out; may be nil.
	SignedOut func(ctx context.Context, subject string)
}

// Officer is somebody who has logged in.
type Officer struct {
	Subject string   `json:"sub"` // the provider's name for them, stable
	Groups  []string `json:"groups"`
	// LoggedIn is when they proved who they are.
	LoggedIn time.Time `json:"at"`
}

// In tells whether the officer is in a group.
func (o Officer) In(group string) bool { return group != "" && slices.Contains(o.Groups, group) }

// Login lets people in. It is safe for concurrent use.
type Login struct {
	config  Config
	cookies cookies

	mu       sync.Mutex
	provider *oidc.Provider
}

// New checks the configuration. The provider is asked when the first person logs in.
func New(config Config) (*Login, error) {
	if config.Issuer == "" || config.ClientID == "" || config.PublicURL == "" || config.Log == nil {
		return nil, errors.New("login: issuer, client id, public URL and log must be set")
	}
	if config.Idle == 0 {
		config.Idle = 15 * time.Minute
	}
	if config.Longest == 0 {
		config.Longest = 8 * time.Hour
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	if config.Client == nil {
		config.Client = &http.Client{Timeout: providerDeadline}
	}
	sealing, err := newCookies(config)
	if err != nil {
		return nil, err
	}
	return &Login{config: config, cookies: sealing}, nil
}

// Handler serves the paths of logging in and out. "?return=/path" leads back to a page of the gateway, "?fresh=1" makes the provider
// ask for the password again.
func (l *Login) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.HandleFunc("GET "+PathLogin, l.begin)
	mux.HandleFunc("GET "+PathCallback, l.finish)
	mux.HandleFunc("POST "+PathLogout, l.logout)
	return mux
}

// Officer tells who makes a request, and prolongs their session. It is false for somebody who is not logged in or was away too long.
func (l *Login) Officer(w http.ResponseWriter, r *http.Request) (Officer, bool) {
	var session session
	if !l.cookies.read(r, cookieSession, &session) {
		return Officer{}, false
	}
	now := l.config.Now()
	if now.Sub(session.Used) > l.config.Idle || now.Sub(session.Officer.LoggedIn) > l.config.Longest {
		l.cookies.clear(w, cookieSession)
		return Officer{}, false
	}
	session.Used = now
	if err := l.cookies.write(w, cookieSession, session, l.config.Idle); err != nil {
		return Officer{}, false
	}
	return session.Officer, true
}

// session is what the cookie holds.
type session struct {
	Officer Officer   `json:"officer"`
	Used    time.Time `json:"used"`
}

// attempt is one way to the provider and back.
type attempt struct {
	State    string    `json:"state"`
	Nonce    string    `json:"nonce"`
	Verifier string    `json:"verifier"`
	Return   string    `json:"return"`
	Begun    time.Time `json:"begun"`
	Fresh    bool      `json:"fresh,omitempty"` // the provider was told to ask for a proof again
}

func (l *Login) begin(w http.ResponseWriter, r *http.Request) {
	provider, err := l.discover(r.Context())
	if err != nil {
		l.config.Log.Warn("login provider does not answer", "error", err)
		http.Error(w, "The login service does not answer. Please try again in a minute.", http.StatusServiceUnavailable)
		return
	}
	a := attempt{State: oauth2.GenerateVerifier(), Nonce: oauth2.GenerateVerifier(), Verifier: oauth2.GenerateVerifier(),
		Return: localPath(r.URL.Query().Get("return")), Begun: l.config.Now(), Fresh: r.URL.Query().Get("fresh") != ""}
	if err := l.cookies.write(w, cookieAttempt, a, loginLimit); err != nil {
		http.Error(w, "Login failed.", http.StatusInternalServerError)
		return
	}
	options := []oauth2.AuthCodeOption{oidc.Nonce(a.Nonce), oauth2.S256ChallengeOption(a.Verifier)}
	if a.Fresh {
		options = append(options, oauth2.SetAuthURLParam("prompt", "login"), oauth2.SetAuthURLParam("max_age", "0"))
	}
	http.Redirect(w, r, l.oauth(provider).AuthCodeURL(a.State, options...), http.StatusSeeOther)
}

func (l *Login) finish(w http.ResponseWriter, r *http.Request) {
	officer, back, err := l.admit(w, r)
	if l.config.SignedIn != nil {
		if heard := l.config.SignedIn(r.Context(), officer.Subject, err); err == nil {
			err = heard
		}
	}
	if err == nil {
		err = l.cookies.write(w, cookieSession, session{Officer: officer, Used: l.config.Now()}, l.config.Idle)
	}
	if err != nil {
		l.config.Log.Warn("login refused", "error", err)
		http.Error(w, "Login failed. Please begin again.", http.StatusForbidden)
		return
	}
	http.Redirect(w, r, back, http.StatusSeeOther) //nolint:gosec // localPath has kept it on this site
}

// admit checks what the browser brings back and what the provider says of it.
func (l *Login) admit(w http.ResponseWriter, r *http.Request) (officer Officer, back string, err error) {
	var a attempt
	known := l.cookies.read(r, cookieAttempt, &a)
	l.cookies.clear(w, cookieAttempt)
	query := r.URL.Query()
	switch {
	case !known || l.config.Now().Sub(a.Begun) > loginLimit:
		return officer, "", errors.New("no login was begun in this browser, or too long ago")
	case !same(query.Get("state"), a.State):
		return officer, "", errors.New("state is not that of the login")
	case query.Get("error") != "":
		return officer, "", errors.New("provider refused")
	}
	ctx := oidc.ClientContext(r.Context(), l.config.Client)
	provider, err := l.discover(ctx)
	if err != nil {
		return officer, "", err
	}
	tokens, err := l.oauth(provider).Exchange(ctx, query.Get("code"), oauth2.VerifierOption(a.Verifier))
	if err != nil {
		return officer, "", fmt.Errorf("exchange code: %w", err)
	}
	officer, err = l.verify(ctx, provider, tokens, a)
	return officer, a.Return, err
}

// maxSkew is how far the provider's clock may be ahead of ours.
const maxSkew = time.Minute

// verify checks signature, issuer, audience and time (OpenID Connect Core §3.1.3.7), the nonce and the authorized party. A provider that was told
// to ask again must say when it did (§3.1.2.1, max_age): one that ignores it gives no proof.
func (l *Login) verify(ctx context.Context, provider *oidc.Provider, tokens *oauth2.Token, begun attempt) (Officer, error) {
	raw, _ := tokens.Extra("id_token").(string)
	token, err := provider.Verifier(&oidc.Config{ClientID: l.config.ClientID, Now: l.config.Now}).Verify(ctx, raw)
	if err != nil {
		return Officer{}, fmt.Errorf("verify ID token: %w", err)
	}
	var claims struct {
		AuthorizedParty string   `json:"azp"`
		Groups          []string `json:"groups"`
		AuthTime        int64    `json:"auth_time"`
	}
	if err := token.Claims(&claims); err != nil {
		return Officer{}, fmt.Errorf("read ID token: %w", err)
	}
	switch {
	case !same(token.Nonce, begun.Nonce):
		return Officer{}, errors.New("nonce is not that of the login")
	case claims.AuthorizedParty != "" && claims.AuthorizedParty != l.config.ClientID:
		return Officer{}, errors.New("token is another client's")
	case token.Subject == "":
		return Officer{}, errors.New("token names nobody")
	case begun.Fresh && claims.AuthTime == 0:
		return Officer{}, errors.New("provider does not say when it asked for the proof")
	case time.Unix(claims.AuthTime, 0).After(l.config.Now().Add(maxSkew)):
		return Officer{}, errors.New("proof is from the future")
	}
	at := l.config.Now()
	if claims.AuthTime != 0 {
		at = time.Unix(claims.AuthTime, 0)
	}
	return Officer{Subject: token.Subject, Groups: claims.Groups, LoggedIn: at}, nil
}

func (l *Login) logout(w http.ResponseWriter, r *http.Request) {
	if r.Header.Get("Sec-Fetch-Site") == "cross-site" {
		http.Error(w, "not from here", http.StatusForbidden)
		return
	}
	var session session
	if l.cookies.read(r, cookieSession, &session) && l.config.SignedOut != nil {
		l.config.SignedOut(r.Context(), session.Officer.Subject)
	}
	l.cookies.clear(w, cookieSession)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, loggedOut) // the reader may have gone
}

// loggedOut needs no style and no other page.
const loggedOut = `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Logged out – Jansetu</title></head>
<body><main><h1>You are logged out</h1><p>Close the window on a computer that others use too.
<a href="` + PathLogin + `?fresh=1&amp;return=/ops/">Log in again</a></p></main></body></html>
`

// discover asks the provider about itself, once it answers.
func (l *Login) discover(ctx context.Context) (*oidc.Provider, error) {
	l.mu.Lock()
	defer l.mu.Unlock()
	if l.provider != nil {
		return l.provider, nil
	}
	// The provider keeps the context for fetching its keys later on.
	provider, err := oidc.NewProvider(oidc.ClientContext(context.WithoutCancel(ctx), l.config.Client), l.config.Issuer)
	if err != nil {
		return nil, fmt.Errorf("discover login provider: %w", err)
	}
	l.provider = provider
	return provider, nil
}

func (l *Login) oauth(provider *oidc.Provider) *oauth2.Config {
	return &oauth2.Config{
		ClientID: l.config.ClientID, ClientSecret: l.config.ClientSecret, Endpoint: provider.Endpoint(),
		RedirectURL: strings.TrimSuffix(l.config.PublicURL, "/") + PathCallback, Scopes: []string{oidc.ScopeOpenID, "profile", "groups"},
	}
}

// localPath keeps a return on this site: a path, and nothing that a browser takes for another host.
func localPath(wanted string) string {
	u, err := url.Parse(wanted)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(u.Path, "/") || strings.HasPrefix(wanted, "//") || strings.ContainsAny(wanted, "\\\r\n\t") {
		return "/"
	}
	return wanted
}
