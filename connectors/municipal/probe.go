package municipal

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by the list of complaint types, or by the
// bill of an account where the probe names one.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	if probe.Fields[connectors.FieldAccount] != "" {
		return connectors.ProbeBill(ctx, c, probe)
	}
	_, err := c.Categories(ctx, probe.Fields[connectors.FieldTenant])
	return err
}
