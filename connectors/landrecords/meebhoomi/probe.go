package meebhoomi

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Connector)(nil)

// Probe implements connectors.Prober by the districts that are offered, or by a
// search where the probe has fields.
func (c *Connector) Probe(ctx context.Context, probe connectors.Probe) error {
	if len(probe.Fields) > 0 {
		_, err := c.Search(ctx, connectors.RecordQuery{Service: probe.Service, Fields: probe.Fields})
		return err
	}
	_, err := c.Choices(ctx, probe.Service, fieldDistrict, nil)
	return err
}
