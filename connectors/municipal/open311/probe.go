package open311

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by the list of services.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	_, err := c.Categories(ctx, probe.Fields[connectors.FieldTenant])
	return err
}
