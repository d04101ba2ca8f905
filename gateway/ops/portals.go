package ops

import (
	"context"
	"net/http"

	"github.com/jackc/pgx/v5"

	"github.com/jansetu/jansetu/gateway/login"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/access"
)

// portals shows how each portal is, since when, and the last page that was not the one we know.
func (p *Pages) portals(w http.ResponseWriter, r *http.Request, officer login.Officer) error {
	var states []store.PortalState
	scope := access.Scope{Role: access.Operator, Subject: officer.Subject}
	err := access.Within(r.Context(), p.config.Pool, scope, func(ctx context.Context, tx pgx.Tx) (err error) {
		states, err = store.PortalStatesIn(ctx, tx)
		return err
	})
	if err != nil {
		return err
	}
	return p.show(w, "portals", map[string]any{"Officer": officer.Subject, "Portals": states})
}
