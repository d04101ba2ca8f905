// Package desk is the page of a service centre: an officer there looks up where a request stands by the reference number that the citizen
// brings, and what it waits for. It shows nothing of whose it is or what was given for it, and the database does not show it to the
// page either. Every look is in the audit log; who guesses numbers is kept out.
package desk

import (
	"context"
	"embed"
	"errors"
	"html/template"
	"net/http"
	"strings"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgxpool"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// Path is where the page is, below the gateway's address.
const Path = "/desk/"

//go:embed page.html
var pageFiles embed.FS

// Config is what the page needs; all of it is required.
type Config struct {
	Guard    *officers.Guard
	Pool     *pgxpool.Pool // whose user may work as desk
	Services *catalog.Catalog
}

// Desk is the page.
type Desk struct {
	config    Config
	templates *template.Template
}

// New checks the configuration.
func New(config Config) (*Desk, error) {
	if config.Guard == nil || config.Pool == nil || config.Services == nil {
		return nil, errors.New("desk: guard, pool and services must be set")
	}
	templates, err := officers.Templates(pageFiles, "page.html")
	if err != nil {
		return nil, err
	}
	return &Desk{config: config, templates: templates}, nil
}

// Handler serves [Path].
func (d *Desk) Handler() http.Handler {
	desks, mux := officers.InGroup(officers.GroupDesk), http.NewServeMux()
	mux.Handle("GET "+Path+"{$}", d.config.Guard.Let(desks, d.ask))
	mux.Handle("POST "+Path+"{$}", d.config.Guard.Let(desks, d.lookUp))
	return mux
}

type asked struct{ Asked, Wrong string }

func (d *Desk) ask(w http.ResponseWriter, _ *http.Request, officer login.Officer) error {
	return d.show(w, "ask", officers.Page{Title: "Where does a request stand?", Officer: officer, Data: asked{}})
}

// found is what is shown of a request.
type found struct {
	Service, Department, Words, WaitsFor string
	Since, Changed                       time.Time
	Due                                  *time.Time
	Said                                 []said
}

type said struct {
	Language catalog.Language
	Text     string
}

func (d *Desk) lookUp(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	reference := tidy(r.PostFormValue("reference"))
	var standing store.Standing
	scope := access.Scope{Role: access.Desk, Subject: officer.Subject}
	err := access.Within(r.Context(), d.config.Pool, scope, func(ctx context.Context, tx pgx.Tx) (err error) {
		var person string
		if standing, person, err = store.StandingAtDesk(ctx, tx, reference); err != nil {
			return err
		}
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: audit.RequestRead, Person: person, Object: standing.Reference,
			Reason: "asked for at a service centre"})
	})
	if errors.Is(err, store.ErrNoRequest) {
		return d.unknown(w, r, officer, reference)
	}
	if err != nil {
		return err
	}
	return d.show(w, "found", officers.Page{Title: standing.Reference, Officer: officer, Data: d.describe(standing)})
}

// unknown says that there is no such request. Guessing is counted.
func (d *Desk) unknown(w http.ResponseWriter, r *http.Request, officer login.Officer, reference string) error {
	if err := d.config.Guard.CountRefusal(r.Context(), officer.Subject); err != nil {
		return err
	}
	return d.show(w, "ask", officers.Page{Title: "Where does a request stand?", Officer: officer, Data: asked{
		Asked: reference, Wrong: "There is no request with this number. Please compare it with the citizen's chat, letter by letter.",
	}})
}

func (d *Desk) describe(standing store.Standing) found {
	stage := workflows.Stage(standing.Stage)
	data := found{Service: standing.Service, Department: standing.Department, Words: stage.Words(), WaitsFor: stage.WaitingFor(),
		Since: standing.CreatedAt, Changed: standing.UpdatedAt, Due: standing.DueAt}
	if service, known := d.config.Services.Service(standing.Service); known {
		data.Service = service.Title.In("en")
	}
	for _, language := range d.config.Services.Languages() {
		data.Said = append(data.Said, said{language, d.config.Services.Text(language, stage.TextKey(), nil)})
	}
	return data
}

func (d *Desk) show(w http.ResponseWriter, name string, page officers.Page) error {
	return officers.Show(w, d.templates, name, page)
}

// tidy forgives how a number is read out and typed.
func tidy(reference string) string {
	return strings.ToUpper(strings.Join(strings.Fields(reference), ""))
}
