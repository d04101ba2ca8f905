package ops

import (
	"errors"
	"net/http"
	"net/url"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/gateway/officers"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/worker/operations"
	"github.com/jansetu/jansetu/workflows"
)

type portalPage struct {
	Portal string
	State  *store.PortalState // nil: not looked at yet
	Hold   operations.Hold
	Open   int64 // requests
	Stuck  int64 // of them, that wait for the portal
	Batch  *operations.Progress
}

// portal shows what can be done to all requests of a portal at once.
func (p *Pages) portal(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	data := portalPage{Portal: p.knownPortal(r.PathValue("portal"))}
	if data.Portal == "" {
		return officers.Refuse(http.StatusNotFound, "There is no such portal.")
	}
	var err error
	if data.State, err = p.stateOf(r.Context(), officer, data.Portal); err != nil {
		return err
	}
	if data.Hold, err = p.config.Requests.Hold(r.Context(), data.Portal); err != nil {
		return away(err)
	}
	if data.Open, err = p.config.Requests.Count(r.Context(), operations.Filter{Portal: data.Portal}); err != nil {
		return away(err)
	}
	if data.Stuck, err = p.config.Requests.Count(r.Context(), operations.Filter{Portal: data.Portal, WaitingFor: "portal"}); err != nil {
		return away(err)
	}
	if job := r.URL.Query().Get("batch"); job != "" {
		progress, err := p.config.Requests.Batch(r.Context(), job)
		if err != nil && !errors.Is(err, operations.ErrNotFound) {
			return away(err)
		}
		data.Batch = &progress
	}
	return p.show(w, "portal", officers.Page{Title: "Portal " + data.Portal, Officer: officer, Data: data})
}

// actOnPortal does one thing to all requests of a portal. It is put into the audit log first: what comes after may be done without being
// known, and can be done again.
func (p *Pages) actOnPortal(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	portal, wanted := p.knownPortal(r.PathValue("portal")), r.PathValue("act")
	if portal == "" {
		return officers.Refuse(http.StatusNotFound, "There is no such portal.")
	}
	reason, err := reasonOf(r)
	if err != nil {
		return err
	}
	if signalOfPortal(wanted) == "" && wanted != "drain" {
		return officers.Refuse(http.StatusNotFound, "There is no such button.")
	}
	if err := p.recordReading(r.Context(), officer, audit.RequestOperated, "portal:"+portal, "ordered "+wanted+": "+reason); err != nil {
		return err
	}
	job, err := p.doOnPortal(r, portal, wanted, operations.Actor{By: officer.Subject, Reason: reason})
	if errors.Is(err, operations.ErrBusy) {
		return officers.Refuse(http.StatusConflict, "Temporal is still at the batch before. Wait a minute and press again.")
	}
	if err != nil {
		return away(err)
	}
	address := Path + "portals/" + url.PathEscape(portal)
	if job != "" {
		address += "?batch=" + url.QueryEscape(job)
	}
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

func (p *Pages) doOnPortal(r *http.Request, portal, wanted string, by operations.Actor) (job string, err error) {
	switch wanted {
	case "drain":
		return "", p.config.Requests.Drain(r.Context(), portal, by)
	case "resume":
		if err := p.config.Requests.Release(r.Context(), portal, by); err != nil {
			return "", err
		}
	}
	return p.config.Requests.SignalAll(r.Context(), signalOfPortal(wanted), operations.Filter{Portal: portal}, by)
}

func signalOfPortal(wanted string) string {
	switch wanted {
	case "pause":
		return workflows.SignalOperatorPause
	case "resume":
		return workflows.SignalOperatorResume
	case "retry":
		return workflows.SignalOperatorRetry
	}
	return ""
}
