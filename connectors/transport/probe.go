package transport

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/jsf"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober. Without fields it is the form of the service
// with its picture; with them the details of a number that nobody has, up to the
// picture, which nobody copies.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	if len(probe.Fields) > 0 {
		_, err := c.Extract(ctx, connectors.RecordQuery{Service: probe.Service, Fields: probe.Fields})
		return err
	}
	return wrapped("probe", c.client.Journey(func(session *portal.Session) error {
		view := jsf.NewView(session, pages(formOf(probe.Service)))
		if err := view.Start(ctx); err != nil {
			return err
		}
		if message := view.Page().Text(".ui-messages-error-detail"); message != "" {
			return &connectors.RefusedError{Code: RefusedNotOffered, Reason: message}
		}
		if err := sendable(view); err != nil {
			return err
		}
		return pause(ctx, view, errand{button: buttonSubmit})
	}))
}
