package temple

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by a search of tomorrow's slots.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	_, err := c.Search(ctx, probe.Trips(c.clock()))
	return err
}
