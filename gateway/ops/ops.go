// Package ops is the few pages of those who run the hub: what two of them must agree on, and what was done. Who they are is the login's;
// what each may do is decided here, and once more below, by the database's roles.
package ops

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"log/slog"
	"net/http"
	"net/url"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/store/audit"
)

// Path is where the pages are, below the gateway's address.
const Path = "/ops/"

const (
	groupOperator = "operator"
	groupAuditor  = "auditor"

	// proofAge is how long ago an officer may have proved who they are when they decide something (step-up).
	proofAge = 5 * time.Minute
	maxForm  = 16 << 10
	shown    = 200 // audit entries on the page
)

//go:embed pages.html
var pageFiles embed.FS

// Officers tells who makes a request. *login.Login does.
type Officers interface {
	Officer(w http.ResponseWriter, r *http.Request) (login.Officer, bool)
}

// Config is what the pages need; all of it is required but Now.
type Config struct {
	Officers Officers
	Pool     *pgxpool.Pool // whose user may work as operator and auditor
	Log      *slog.Logger
	Now      func() time.Time // nil: time.Now
}

// Pages are the handlers.
type Pages struct {
	config    Config
	approvals *approval.Approvals
	templates *template.Template
}

// New checks the configuration.
func New(config Config) (*Pages, error) {
	if config.Officers == nil || config.Pool == nil || config.Log == nil {
		return nil, errors.New("ops: officers, pool and log must be set")
	}
	if config.Now == nil {
		config.Now = time.Now
	}
	templates, err := template.ParseFS(pageFiles, "pages.html")
	if err != nil {
		return nil, err
	}
	return &Pages{config: config, approvals: approval.New(config.Pool), templates: templates}, nil
}

// Handler serves everything under [Path].
func (p *Pages) Handler() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("GET "+Path+"{$}", p.as(groupOperator, false, p.list))
	mux.Handle("POST "+Path+"approvals", p.as(groupOperator, true, p.ask))
	mux.Handle("POST "+Path+"approvals/{id}/{decision}", p.as(groupOperator, true, p.decide))
	mux.Handle("GET "+Path+"audit", p.as(groupAuditor, false, p.audit))
	mux.Handle("GET "+Path+"portals", p.as(groupOperator, false, p.portals))
	// A page of another site cannot have anything done: Sec-Fetch-Site and Origin are checked (Go, http.CrossOriginProtection).
	return http.NewCrossOriginProtection().Handler(mux)
}

// handler serves an officer who may.
type handler func(w http.ResponseWriter, r *http.Request, officer login.Officer) error

// as lets members of a group through; deciding needs a recent proof of who they are.
func (p *Pages) as(group string, deciding bool, next handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		officer, known := p.config.Officers.Officer(w, r)
		if !known {
			p.toLogin(w, r, url.Values{"return": {Path}})
			return
		}
		locked, err := p.locked(r.Context(), officer.Subject)
		switch {
		case err != nil:
			p.fail(w, err)
		case locked:
			http.Error(w, "You were refused too often. Please wait a quarter of an hour.", http.StatusTooManyRequests)
		case !officer.In(group):
			p.refuse(w, r, officer)
		case deciding && p.config.Now().Sub(officer.LoggedIn) > proofAge:
			p.toLogin(w, r, url.Values{"return": {Path}, "fresh": {"1"}})
		default:
			r.Body = http.MaxBytesReader(w, r.Body, maxForm)
			if err := next(w, r, officer); err != nil {
				p.fail(w, err)
			}
		}
	})
}

func (*Pages) toLogin(w http.ResponseWriter, r *http.Request, query url.Values) {
	http.Redirect(w, r, login.PathLogin+"?"+query.Encode(), http.StatusSeeOther)
}

// refuse says no, and remembers it against who tries again and again.
func (p *Pages) refuse(w http.ResponseWriter, r *http.Request, officer login.Officer) {
	if err := p.countRefusal(r.Context(), officer.Subject); err != nil {
		p.fail(w, err)
		return
	}
	http.Error(w, "You may not do this.", http.StatusForbidden)
}

// fail tells what a person can use, and logs the rest.
func (p *Pages) fail(w http.ResponseWriter, err error) {
	for _, known := range []error{approval.ErrNotFound, approval.ErrSamePeer, approval.ErrOpen, approval.ErrNoReason} {
		if errors.Is(err, known) {
			http.Error(w, known.Error(), http.StatusConflict)
			return
		}
	}
	p.config.Log.Error("ops page failed", "error", err)
	http.Error(w, "This did not work. It is in the log.", http.StatusInternalServerError)
}

func (p *Pages) list(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	open, err := p.approvals.Open(r.Context(), officer.Subject)
	if err != nil {
		return err
	}
	return p.show(w, "approvals", map[string]any{"Officer": officer.Subject, "Open": open,
		"Actions": []approval.Action{approval.Refund, approval.Erase, approval.Keys}})
}

func (p *Pages) ask(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	wanted := approval.Approval{Action: approval.Action(r.PostFormValue("action")), Object: r.PostFormValue("object"),
		Reason: r.PostFormValue("reason")}
	switch wanted.Action {
	case approval.Refund, approval.Erase, approval.Keys:
	default:
		http.Error(w, "There is no such action.", http.StatusBadRequest)
		return nil
	}
	if _, err := p.approvals.Ask(r.Context(), officer.Subject, wanted); err != nil {
		return err
	}
	http.Redirect(w, r, Path, http.StatusSeeOther)
	return nil
}

func (p *Pages) decide(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	decision := r.PathValue("decision")
	if decision != "approve" && decision != "refuse" {
		http.NotFound(w, r)
		return nil
	}
	if err := p.approvals.Decide(r.Context(), officer.Subject, r.PathValue("id"), decision == "approve"); err != nil {
		return err
	}
	http.Redirect(w, r, Path, http.StatusSeeOther)
	return nil
}

// audit shows the newest entries; that it was read is one of them.
func (p *Pages) audit(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	var entries []audit.Recorded
	scope := access.Scope{Role: access.Auditor, Subject: officer.Subject}
	err := access.Within(r.Context(), p.config.Pool, scope, func(ctx context.Context, tx pgx.Tx) (err error) {
		if entries, err = audit.Recent(ctx, tx, "", shown); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: audit.AuditRead})
	})
	if err != nil {
		return err
	}
	return p.show(w, "audit", map[string]any{"Officer": officer.Subject, "Entries": entries})
}

func (p *Pages) show(w http.ResponseWriter, name string, data any) error {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	return p.templates.ExecuteTemplate(w, name, data)
}
