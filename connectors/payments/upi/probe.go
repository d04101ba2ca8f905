package upi

import (
	"cmp"
	"context"

	"github.com/jansetu/jansetu/connectors"
)

var _ connectors.Prober = (*Bank)(nil)

// nobodys is a reference that no request has.
const nobodys = "JANSETUPROBE"

// Probe implements connectors.Prober by the status of a reference that nobody was
// given.
func (b *Bank) Probe(ctx context.Context, probe connectors.Probe) error {
	_, err := b.Payments(ctx, cmp.Or(probe.Fields[connectors.FieldReference], nobodys))
	return err
}
