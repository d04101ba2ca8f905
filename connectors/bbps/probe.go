package bbps

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by the bill of an account at the biller
// Probe.Service, so that the whole way over the network is looked at.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	return connectors.ProbeBill(ctx, c, probe)
}
