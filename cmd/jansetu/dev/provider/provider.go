// Package provider is a small OpenID Connect provider for development and tests: whoever comes chooses which invented officer to be,
// without a password. It refuses to be anything but on this machine.
package provider

import (
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"html/template"
	"net"
	"net/http"
	"net/url"
	"sync"
	"time"

	"github.com/go-jose/go-jose/v4"
	"github.com/go-jose/go-jose/v4/jwt"
)

const (
	codeLifetime  = time.Minute
	tokenLifetime = 5 * time.Minute
)

// Officer is somebody who can be chosen.
type Officer struct {
	Subject string
	Name    string
	Groups  []string
}

// Config is what a provider needs.
type Config struct {
	Issuer       string // its own address, on this machine
	ClientID     string
	ClientSecret string
	RedirectURL  string // the only one
	Officers     []Officer
	Now          func() time.Time // default time.Now
	// Claims changes what an ID token says, as another provider would; may be nil.
	Claims func(claims map[string]any)
}

// Provider is an http.Handler.
type Provider struct {
	config Config
	signer jose.Signer
	keys   jose.JSONWebKeySet
	mux    *http.ServeMux

	mu    sync.Mutex
	codes map[string]grant
}

// grant is what a code stands for.
type grant struct {
	officer          Officer
	nonce, challenge string
	until            time.Time
}

const keyID = "development"

// New makes a provider with a signing key of its own.
func New(config Config) (*Provider, error) {
	if issuer, err := url.Parse(config.Issuer); err != nil || !isLoopback(issuer.Hostname()) {
		return nil, errors.New("the development login provider runs on this machine only")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	private, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		return nil, fmt.Errorf("make signing key: %w", err)
	}
	options := (&jose.SignerOptions{}).WithType("JWT").WithHeader("kid", keyID)
	signer, err := jose.NewSigner(jose.SigningKey{Algorithm: jose.ES256, Key: private}, options)
	if err != nil {
		return nil, fmt.Errorf("make signer: %w", err)
	}
	p := &Provider{config: config, signer: signer, codes: map[string]grant{}, mux: http.NewServeMux(),
		keys: jose.JSONWebKeySet{Keys: []jose.JSONWebKey{{Key: private.Public(), KeyID: keyID, Algorithm: string(jose.ES256), Use: "sig"}}}}
	p.mux.HandleFunc("GET /.well-known/openid-configuration", p.discovery)
	p.mux.HandleFunc("GET /keys", func(w http.ResponseWriter, _ *http.Request) { answer(w, http.StatusOK, p.keys) })
	p.mux.HandleFunc("GET /authorize", p.choose)
	p.mux.HandleFunc("POST /authorize", p.authorize)
	p.mux.HandleFunc("POST /token", p.token)
	return p, nil
}

func isLoopback(host string) bool {
	ip := net.ParseIP(host)
	return host == "localhost" || ip != nil && ip.IsLoopback()
}

// ServeHTTP implements http.Handler.
func (p *Provider) ServeHTTP(w http.ResponseWriter, r *http.Request) { p.mux.ServeHTTP(w, r) }

// discovery is OpenID Connect Discovery 1.0 §3.
func (p *Provider) discovery(w http.ResponseWriter, _ *http.Request) {
	answer(w, http.StatusOK, map[string]any{
		"issuer": p.config.Issuer, "authorization_endpoint": p.config.Issuer + "/authorize", "token_endpoint": p.config.Issuer + "/token",
		"jwks_uri": p.config.Issuer + "/keys", "response_types_supported": []string{"code"}, "subject_types_supported": []string{"public"},
		"id_token_signing_alg_values_supported": []string{string(jose.ES256)}, "code_challenge_methods_supported": []string{"S256"},
		"scopes_supported": []string{"openid", "profile", "groups"},
	})
}

func (p *Provider) choose(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	if !p.asksRight(query) {
		http.Error(w, "unknown client, redirect or flow", http.StatusBadRequest)
		return
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_ = page.Execute(w, map[string]any{"Officers": p.config.Officers, "Query": template.URL(r.URL.RawQuery)}) //nolint:gosec // our own query again
}

func (p *Provider) asksRight(query url.Values) bool {
	return query.Get("client_id") == p.config.ClientID && query.Get("redirect_uri") == p.config.RedirectURL &&
		query.Get("response_type") == "code" && query.Get("code_challenge_method") == "S256" && query.Get("code_challenge") != ""
}

func (p *Provider) authorize(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	officer, known := p.officer(r.PostFormValue("officer"))
	if !known || !p.asksRight(query) {
		http.Error(w, "unknown officer, client, redirect or flow", http.StatusBadRequest)
		return
	}
	code := rand.Text()
	p.mu.Lock()
	p.codes[code] = grant{officer: officer, nonce: query.Get("nonce"), challenge: query.Get("code_challenge"), until: p.config.Now().Add(codeLifetime)}
	p.mu.Unlock()
	back := url.Values{"code": {code}, "state": {query.Get("state")}}
	http.Redirect(w, r, p.config.RedirectURL+"?"+back.Encode(), http.StatusSeeOther)
}

func (p *Provider) officer(subject string) (Officer, bool) {
	for _, officer := range p.config.Officers {
		if officer.Subject == subject {
			return officer, true
		}
	}
	return Officer{}, false
}

func (p *Provider) token(w http.ResponseWriter, r *http.Request) {
	id, secret, basic := r.BasicAuth()
	if !basic {
		id, secret = r.PostFormValue("client_id"), r.PostFormValue("client_secret")
	}
	if id != p.config.ClientID || subtle.ConstantTimeCompare([]byte(secret), []byte(p.config.ClientSecret)) != 1 {
		answer(w, http.StatusUnauthorized, map[string]string{"error": "invalid_client"})
		return
	}
	given, valid := p.redeem(r.PostFormValue("code"), r.PostFormValue("code_verifier"))
	if !valid {
		answer(w, http.StatusBadRequest, map[string]string{"error": "invalid_grant"})
		return
	}
	token, err := p.idToken(given)
	if err != nil {
		answer(w, http.StatusInternalServerError, map[string]string{"error": "server_error"})
		return
	}
	answer(w, http.StatusOK, map[string]any{"access_token": rand.Text(), "token_type": "Bearer", "expires_in": int(tokenLifetime.Seconds()), "id_token": token})
}

// redeem takes a code once, from whoever began (RFC 7636 §4.6).
func (p *Provider) redeem(code, verifier string) (grant, bool) {
	p.mu.Lock()
	defer p.mu.Unlock()
	given, known := p.codes[code]
	delete(p.codes, code)
	sum := sha256.Sum256([]byte(verifier))
	return given, known && p.config.Now().Before(given.until) && given.challenge == base64.RawURLEncoding.EncodeToString(sum[:])
}

func (p *Provider) idToken(given grant) (string, error) {
	now := p.config.Now()
	claims := jwt.Claims{
		Issuer: p.config.Issuer, Subject: given.officer.Subject, Audience: jwt.Audience{p.config.ClientID},
		IssuedAt: jwt.NewNumericDate(now), Expiry: jwt.NewNumericDate(now.Add(tokenLifetime)),
	}
	more := map[string]any{"nonce": given.nonce, "azp": p.config.ClientID, "name": given.officer.Name, "groups": given.officer.Groups, "auth_time": now.Unix()}
	if p.config.Claims != nil {
		p.config.Claims(more)
	}
	token, err := jwt.Signed(p.signer).Claims(claims).Claims(more).Serialize()
	if err != nil {
		return "", fmt.Errorf("sign ID token: %w", err)
	}
	return token, nil
}

func answer(w http.ResponseWriter, status int, value any) {
	w.Header().Set("Content-Type", "application/json")
	w.Header().Set("Cache-Control", "no-store")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(value) // the client may have gone
}

var page = template.Must(template.New("choose").Parse(`<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Development login</title>
<style>
body { font: 1.125rem/1.6 system-ui, sans-serif; max-width: 34rem; margin: 10vh auto; padding: 0 1rem }
button { font: inherit; padding: .5rem 1rem; margin: .25rem 0 }
</style>
</head><body><main><h1>Who are you today?</h1><p>This login is for development: nobody here is real, and nobody has a password.</p>
<form method="post" action="/authorize?{{.Query}}">
{{range .Officers}}<p><button name="officer" value="{{.Subject}}">{{.Name}}</button>{{range .Groups}} · {{.}}{{else}} · no groups{{end}}</p>
{{end}}</form>
</main></body></html>
`))
