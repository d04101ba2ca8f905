package ops

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/serviceerror"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/worker/operations"
	"github.com/jansetu/jansetu/workflows"
)

// Requests is what the pages ask of Temporal about requests. *operations.Operations has it.
type Requests interface {
	List(ctx context.Context, filter operations.Filter, most int) (requests []operations.Request, more bool, err error)
	Count(ctx context.Context, filter operations.Filter) (int64, error)
	Find(ctx context.Context, reference string) (operations.Detail, error)
	SignalAll(ctx context.Context, signal string, filter operations.Filter, actor operations.Actor) (job string, err error)
	Batch(ctx context.Context, job string) (operations.Progress, error)
	Drain(ctx context.Context, portal string, actor operations.Actor) error
	Release(ctx context.Context, portal string, actor operations.Actor) error
	Hold(ctx context.Context, portal string) (operations.Hold, error)
}

var _ Requests = (*operations.Operations)(nil)

// view is one of the questions that operators ask again and again.
type view struct {
	ID, Title string
	filter    operations.Filter
}

// views are shown in this order; the first is where an operator begins.
func views() []view {
	return []view{
		{"operator", "Needs a person", operations.Filter{WaitingFor: "operator"}},
		{"overdue", "Time in law is over", operations.Filter{Overdue: true}},
		{"portal", "Waits for a portal", operations.Filter{WaitingFor: "portal"}},
		{"paid", "Paid and not done", operations.Filter{Money: "paid"}},
		{"refunding", "Money on its way back", operations.Filter{Money: "refunding"}},
		{"all", "All that are open", operations.Filter{}},
	}
}

// viewCount is a view with how many requests it has.
type viewCount struct {
	view

	Requests int64
	Chosen   bool
}

// requestRow is one request of the list.
type requestRow struct {
	operations.Request

	Title, Words, DaysLeft string
	Late                   bool
}

type requestsPage struct {
	Views          []viewCount
	Portal, Chosen string
	Portals        []string
	Rows           []requestRow
	More           bool
	Filter         string // in Temporal's words
}

func (p *Pages) handleRequests(mux *http.ServeMux) {
	if p.config.Requests == nil {
		return
	}
	guard, operators := p.config.Guard, officers.InGroup(officers.GroupOperator)
	mux.Handle("GET "+Path+"requests", guard.Let(operators, p.requests))
	mux.Handle("GET "+Path+"requests/{reference}", guard.LetFresh(operators, p.request))
	mux.Handle("POST "+Path+"requests/{reference}/{act}", guard.LetFresh(operators, p.act))
	mux.Handle("GET "+Path+"portals/{portal}", guard.LetFresh(operators, p.portal))
	mux.Handle("POST "+Path+"portals/{portal}/{act}", guard.LetFresh(operators, p.actOnPortal))
}

// requests lists what is stuck.
func (p *Pages) requests(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	chosen := views()[0]
	if at := slices.IndexFunc(views(), func(v view) bool { return v.ID == r.URL.Query().Get("view") }); at >= 0 {
		chosen = views()[at]
	}
	data := requestsPage{Chosen: chosen.ID, Portal: p.knownPortal(r.URL.Query().Get("portal")), Portals: p.portalNames()}
	for _, each := range views() {
		each.filter.Portal = data.Portal
		requests, err := p.config.Requests.Count(r.Context(), each.filter)
		if err != nil {
			return away(err)
		}
		data.Views = append(data.Views, viewCount{view: each, Requests: requests, Chosen: each.ID == chosen.ID})
	}
	chosen.filter.Portal = data.Portal
	data.Filter = chosen.filter.In(time.Now())
	found, more, err := p.config.Requests.List(r.Context(), chosen.filter, shown)
	if err != nil {
		return away(err)
	}
	data.More = more
	for i := range found {
		data.Rows = append(data.Rows, p.requestRow(&found[i]))
	}
	if err := p.recordReading(r.Context(), officer, audit.RequestsRead, "", "open requests: "+chosen.ID); err != nil {
		return err
	}
	return p.show(w, "requests", officers.Page{Title: "Requests", Officer: officer, Data: data})
}

// away says that Temporal does not answer; what is wrong otherwise is logged.
func away(err error) error {
	var gone *serviceerror.Unavailable
	if errors.As(err, &gone) || errors.Is(err, context.DeadlineExceeded) {
		return officers.Refuse(http.StatusServiceUnavailable, "Temporal does not answer now. Requests are kept; try again in a minute.")
	}
	return err
}

func (p *Pages) requestRow(request *operations.Request) requestRow {
	row := requestRow{Request: *request, Title: request.Service, Words: request.Stage.Words()}
	if service, known := p.config.Services.Service(request.Service); known {
		row.Title = service.Title.In("en")
	}
	if !request.Due.IsZero() {
		row.DaysLeft, row.Late = daysLeft(time.Now(), request.Due)
	}
	return row
}

func (p *Pages) portalNames() []string {
	var names []string
	for _, service := range p.config.Services.Services() {
		if name := service.Portal.Name; service.Availability == catalog.Live && name != "" && !slices.Contains(names, name) {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	return names
}

func (p *Pages) knownPortal(name string) string {
	if _, known := p.config.Services.Portal(name); !known {
		return ""
	}
	return name
}

// requestPage is one request with the evidence.
type requestPage struct {
	requestRow

	Status *workflows.Status
	Calls  []operations.Call
	State  *store.PortalState // of its portal; nil: not looked at yet
	Hold   operations.Hold
	// Paid tells that the citizen's money is in: two officers have to agree to stop it.
	Paid bool
	Told string // what was done just now
}

// Undecided tells whether a person has to find out what became of a submission.
func (r requestPage) Undecided() bool { return r.Status != nil && r.Status.Undecided != "" }

// Held tells whether an operator holds the request.
func (r requestPage) Held() bool { return r.Status != nil && r.Status.Paused != "" }

// request shows one request. That it was looked at is in the audit log.
func (p *Pages) request(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	detail, err := p.findRequest(r.Context(), r.PathValue("reference"))
	if err != nil {
		return err
	}
	data := requestPage{
		requestRow: p.requestRow(&detail.Request), Status: detail.Status, Calls: detail.Calls, Told: told(r.URL.Query()),
		Paid: isPaid(&detail),
	}
	if data.State, err = p.stateOf(r.Context(), officer, detail.Portal); err != nil {
		return err
	}
	if detail.Portal != "" {
		if data.Hold, err = p.config.Requests.Hold(r.Context(), detail.Portal); err != nil {
			return away(err)
		}
	}
	if err := p.recordReading(r.Context(), officer, audit.RequestRead, detail.Reference, "at /ops/requests"); err != nil {
		return err
	}
	return p.show(w, "request", officers.Page{Title: "Request " + detail.Reference, Officer: officer, Data: data})
}

func (p *Pages) findRequest(ctx context.Context, reference string) (operations.Detail, error) {
	detail, err := p.config.Requests.Find(ctx, reference)
	if errors.Is(err, operations.ErrNotFound) || (err == nil && detail.Service == "") {
		return detail, officers.Refuse(http.StatusNotFound, "There is no request with this reference number.")
	}
	if err != nil {
		return detail, away(err)
	}
	return detail, nil
}

func isPaid(detail *operations.Detail) bool {
	return detail.Money == "paid" || detail.Money == "refunding"
}

func (p *Pages) stateOf(ctx context.Context, officer login.Officer, portal string) (state *store.PortalState, err error) {
	err = p.as(ctx, access.Operator, officer, func(ctx context.Context, tx pgx.Tx) error {
		states, err := store.PortalStatesIn(ctx, tx)
		if at := slices.IndexFunc(states, func(s store.PortalState) bool { return s.Portal == portal }); err == nil && at >= 0 {
			state = &states[at]
		}
		return err
	})
	return state, err
}

func (p *Pages) recordReading(ctx context.Context, officer login.Officer, action audit.Action, object, reason string) error {
	return p.as(ctx, access.Operator, officer, func(ctx context.Context, tx pgx.Tx) error {
		return audit.Append(ctx, tx, audit.Entry{Actor: officer.Subject, Action: action, Object: object, Reason: reason})
	})
}

// told reads out of an address what was done before the page was shown.
func told(query url.Values) string {
	if known, ok := actOf(query.Get("done")); ok {
		return known.told
	}
	return ""
}
