package apisetu

import (
	"context"
	"fmt"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by a document that nobody has. Nobody
// consented to it either, which the issuer may say first.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	_, err := c.ask(ctx, connectors.RecordQuery{Service: probe.Service, Fields: probe.Fields})
	if err != nil {
		return fmt.Errorf("probe: %w", err)
	}
	return nil
}
