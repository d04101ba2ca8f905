package electricity

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by the bill of an account.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	return connectors.ProbeBill(ctx, c, probe)
}
