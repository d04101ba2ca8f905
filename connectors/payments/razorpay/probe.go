package razorpay

import (
	"cmp"
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Gateway)(nil)

// nobodys is a reference that no request has.
const nobodys = "jansetu-probe"

// Probe implements connectors.Prober by a look-up of a link that nobody made.
func (g *Gateway) Probe(ctx context.Context, probe connectors.Probe) error {
	_, err := g.FindLink(ctx, cmp.Or(probe.Fields[connectors.FieldReference], nobodys))
	return err
}
