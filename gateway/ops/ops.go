// Package ops is the few pages of those who run the hub: what two of them must agree on, how the portals are, what was done, and for
// departments where their requests stand. Who they are is the login's; what each may do is decided here, and once more below,
// by the database's roles.
package ops

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/store/audit"
)

// Path is where the pages are, below the gateway's address.
const Path = "/ops/"

// shown is how many entries a page lists.
const shown = 200

//go:embed pages.html requests.html money.html documents.html
var pageFiles embed.FS

// Deed is something that two officers must agree on.
type Deed interface {
	// Check says whether it could be done now, and whose data or money it is about; it fails with a *officers.RefusedError. The transaction works
	// as the gateway.
	Check(ctx context.Context, tx *store.Tx, object string) (person string, err error)
	// Do does it, or begins it, in the transaction in which it was agreed on: both or neither. It fails as Check does. The transaction works
	// as the gateway; use takes the approval before.
	Do(ctx context.Context, tx *store.Tx, agreed approval.Approval) error
	// UsedWhenDone tells whether the approval is used by Do itself. Otherwise whatever Do begins uses it.
	UsedWhenDone() bool
}

// Config is what the pages need; all of it but Requests and PublicLog is required.
type Config struct {
	Guard    *officers.Guard
	Store    *store.Store // whose user may work as gateway, operator, department's viewer and auditor
	Services *catalog.Catalog
	Deeds    map[approval.Action]Deed
	Requests Requests // nil: no pages of requests
	// PublicLog is shown above the issued documents; nil: nobody issues.
	PublicLog PublicLog
}

// Pages are the handlers.
type Pages struct {
	config    Config
	approvals *approval.Approvals
	templates *template.Template
}

// New checks the configuration.
func New(config Config) (*Pages, error) {
	if config.Guard == nil || config.Store == nil || config.Services == nil {
		return nil, errors.New("ops: guard, store and services must be set")
	}
	for _, action := range approval.Actions() {
		if config.Deeds[action] == nil {
			return nil, errors.New("ops: nothing is there to do what is approved: " + string(action))
		}
	}
	templates, err := officers.Templates(pageFiles, "*.html")
	if err != nil {
		return nil, err
	}
	return &Pages{config: config, approvals: approval.New(config.Store.Pool()), templates: templates}, nil
}

// Handler serves everything under [Path].
func (p *Pages) Handler() http.Handler {
	operators, auditors := officers.InGroup(officers.GroupOperator), officers.InGroup(officers.GroupAuditor)
	guard, mux := p.config.Guard, http.NewServeMux()
	mux.Handle("GET "+Path+"{$}", guard.Let(anybody, p.home))
	mux.Handle("GET "+Path+"approvals", guard.Let(operators, p.list))
	mux.Handle("GET "+Path+"approvals/ask", guard.LetFresh(operators, p.form))
	mux.Handle("POST "+Path+"approvals", guard.LetFresh(operators, p.ask))
	mux.Handle("GET "+Path+"approvals/{id}", guard.LetFresh(operators, p.one))
	mux.Handle("POST "+Path+"approvals/{id}/{decision}", guard.LetFresh(operators, p.decide))
	mux.Handle("GET "+Path+"money", guard.Let(operators, p.money))
	mux.Handle("GET "+Path+"portals", guard.Let(operators, p.portals))
	mux.Handle("GET "+Path+"audit", guard.Let(auditors, p.audit))
	p.handleRequests(mux)
	p.handleDocuments(mux)
	mux.Handle("GET "+Path+"department", guard.Let(p.isViewer, p.department))
	return mux
}

func anybody(login.Officer) bool { return true }

// home leads to the first page that the officer may open.
func (*Pages) home(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	links := officers.Page{Officer: officer}.Links()
	if len(links) == 0 {
		return officers.Refuse(http.StatusForbidden, "There is nothing here for you.")
	}
	http.Redirect(w, r, links[0].Address, http.StatusSeeOther)
	return nil
}

// portals shows how each portal is, since when, and the last page that was not the one we know.
func (p *Pages) portals(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	var states []store.PortalState
	err := p.as(r.Context(), access.Operator, officer, func(ctx context.Context, tx pgx.Tx) (err error) {
		states, err = store.PortalStatesIn(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return p.show(w, "portals", officers.Page{Title: "How the portals are", Officer: officer, Data: states})
}

// audit shows the newest entries; that it was read is one of them.
func (p *Pages) audit(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	var entries []audit.Recorded
	err := p.as(r.Context(), access.Auditor, officer, func(ctx context.Context, tx pgx.Tx) (err error) {
		if entries, err = audit.Recent(ctx, tx, "", shown); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: audit.AuditRead})
	})
	if err != nil {
		return err
	}
	return p.show(w, "audit", officers.Page{Title: "What was done, newest first", Officer: officer, Data: entries})
}

func (p *Pages) as(ctx context.Context, role access.Role, officer login.Officer, f func(context.Context, pgx.Tx) error) error {
	return access.Within(ctx, p.config.Store.Pool(), access.Scope{Role: role, Subject: officer.Subject}, f)
}

func (p *Pages) show(w http.ResponseWriter, name string, page officers.Page) error {
	return officers.Show(w, p.templates, name, page)
}
