// Package officers lets officers into pages, each only where their group may go, asks for a fresh proof of who they are where that is
// due, and keeps out who is refused again and again. It also holds what all their pages look like. It knows groups; what a page
// shows, and what the database lets it show, is the page's business.
package officers

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jansetu/jansetu/gateway/login"
)

// The groups of the login provider. Viewers of a department are in GroupDepartment with the department's name behind it.
const (
	GroupOperator   = "operator"
	GroupAuditor    = "auditor"
	GroupDesk       = "desk"
	GroupDepartment = "department:"
)

// ProofAge is how long ago an officer may have proved who they are when they ask for something or decide on it (step-up).
const ProofAge = 5 * time.Minute

const maxForm = 16 << 10

// Identity tells who makes a request. *login.Login does.
type Identity interface {
	Officer(w http.ResponseWriter, r *http.Request) (login.Officer, bool)
}

// Config is what a guard needs; all of it is required but Now.
type Config struct {
	Identity Identity
	Pool     *pgxpool.Pool // whose user may work as operator
	Log      *slog.Logger
	Now      func() time.Time // nil: time.Now
}

// Guard stands before pages. It is safe for concurrent use.
type Guard struct{ config Config }

// New checks the configuration.
func New(config Config) (*Guard, error) {
	if config.Identity == nil || config.Pool == nil || config.Log == nil {
		return nil, errors.New("officers: identity, pool and log must be set")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	return &Guard{config}, nil
}

// Handler serves an officer who was let in. A RefusedError that it returns is shown; any other error is logged, and shown as a failure.
type Handler func(w http.ResponseWriter, r *http.Request, officer login.Officer) error

// RefusedError is an error that the officer may read.
type RefusedError struct {
	Status int
	Text   string
}

// Error is the text.
func (r *RefusedError) Error() string { return r.Text }

// Refuse makes a RefusedError.
func Refuse(status int, text string) error { return &RefusedError{status, text} }

// InGroup is for [Guard.Let]: whoever is in the group.
func InGroup(group string) func(login.Officer) bool {
	return func(officer login.Officer) bool { return officer.In(group) }
}

// Let lets officers through who may.
func (g *Guard) Let(may func(login.Officer) bool, next Handler) http.Handler {
	return g.protect(may, false, next)
}

// LetFresh is Let for those who proved lately who they are; others are asked to do it again.
func (g *Guard) LetFresh(may func(login.Officer) bool, next Handler) http.Handler {
	return g.protect(may, true, next)
}

func (g *Guard) protect(may func(login.Officer) bool, fresh bool, next Handler) http.Handler {
	// A page of another site cannot have anything done: Sec-Fetch-Site and Origin are checked (Go, http.CrossOriginProtection).
	return http.NewCrossOriginProtection().Handler(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		header := w.Header()
		header.Set("Content-Security-Policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'")
		header.Set("Cache-Control", "no-store")
		officer, known := g.config.Identity.Officer(w, r)
		if !known {
			g.askToLogIn(w, r, false)
			return
		}
		if err := g.admit(r.Context(), officer, may(officer)); err != nil {
			g.fail(w, officer, err)
			return
		}
		if fresh && g.config.Now().Sub(officer.LoggedIn) > ProofAge {
			g.askToLogIn(w, r, true)
			return
		}
		r.Body = http.MaxBytesReader(w, r.Body, maxForm)
		if err := next(w, r, officer); err != nil {
			g.fail(w, officer, err)
		}
	}))
}

// admit says why somebody is not let in, and remembers who tries again and again.
func (g *Guard) admit(ctx context.Context, officer login.Officer, may bool) error {
	locked, err := g.locked(ctx, officer.Subject)
	switch {
	case err != nil:
		return err
	case locked:
		return Refuse(http.StatusTooManyRequests, "You were refused too often. Please wait a quarter of an hour.")
	case may:
		return nil
	}
	if err := g.CountRefusal(ctx, officer.Subject); err != nil {
		return err
	}
	return Refuse(http.StatusForbidden, "You may not do this.")
}

// askToLogIn sends who reads a page to the login and back. Who sent a form is shown a link: their browser would not follow a form to
// another site (CSP form-action), and what they had written is gone with the redirect anyway.
func (g *Guard) askToLogIn(w http.ResponseWriter, r *http.Request, fresh bool) {
	query := url.Values{"return": {r.URL.RequestURI()}}
	if fresh {
		query.Set("fresh", "1")
	}
	if r.Method == http.MethodGet || r.Method == http.MethodHead {
		http.Redirect(w, r, login.PathLogin+"?"+query.Encode(), http.StatusSeeOther)
		return
	}
	query.Set("return", mountOf(r.URL.Path))
	w.WriteHeader(http.StatusForbidden)
	g.show(w, "again", Page{Title: "Please log in again", Data: login.PathLogin + "?" + query.Encode()})
}

func (g *Guard) fail(w http.ResponseWriter, officer login.Officer, err error) {
	refusal, said := errors.AsType[*RefusedError](err)
	if !said {
		g.config.Log.Error("officers' page failed", "error", err)
		refusal = &RefusedError{http.StatusInternalServerError, "This did not work. It is in the log."}
	}
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	w.WriteHeader(refusal.Status)
	g.show(w, "refused", Page{Title: "Not done", Officer: officer, Data: refusal.Text})
}

// DepartmentOf is the department whose viewer an officer is; empty: none. known are the departments as requests name them.
func DepartmentOf(officer login.Officer, known []string) string {
	at := slices.IndexFunc(known, func(department string) bool { return inDepartment(officer, department) })
	if at < 0 {
		return ""
	}
	return known[at]
}
