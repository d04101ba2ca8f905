package choices

import (
	"context"

	"github.com/jansetu/jansetu/connectors"
)

// The portal's names of the fields that a list of localities decides.
const (
	fieldLocality = "locality"
	fieldTenant   = "tenant"
)

// OfLocalities lets a portal that lists the neighbourhoods of its towns decide what a citizen's "locality" means; the town was answered
// before it, as "tenant". It has no other list.
func OfLocalities(localities connectors.Localities) connectors.Chooser { return places{localities} }

type places struct{ connectors.Localities }

// Choices implements connectors.Chooser.
func (p places) Choices(ctx context.Context, _, field string, chosen map[string]string) ([]connectors.Option, error) {
	if field != fieldLocality {
		return nil, &connectors.ChangedError{Expected: "a field that the portal has a list for", Seen: "field " + field}
	}
	return p.Localities.Localities(ctx, chosen[fieldTenant])
}
