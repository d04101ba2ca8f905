// Package choices holds the activity that finds what a citizen typed in a portal's own list: a village among the villages of a mandal, a
// bus stop among all. It names no person and keeps no list.
package choices

import (
	"context"
	"time"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// Services tells the portal's own code of a service. *catalog.Catalog is one.
type Services interface {
	Service(id string) (*catalog.Service, bool)
}

// Activities ask one portal for its lists.
type Activities struct {
	chooser  connectors.Chooser
	services Services
	now      func() time.Time
}

// New makes the activities of one portal. now is the clock.
func New(chooser connectors.Chooser, services Services, now func() time.Time) *Activities {
	return &Activities{chooser: chooser, services: services, now: now}
}

// MatchChoice answers the option that the citizen certainly means, else those that may be meant, at most nine. Its errors carry a
// workflows.Failure.
func (a *Activities) MatchChoice(ctx context.Context, input workflows.MatchChoiceInput) (workflows.MatchedChoice, error) {
	service, known := a.services.Service(input.Service)
	if !known {
		err := &connectors.ChangedError{Expected: "a service of the catalog", Seen: "service " + input.Service}
		return workflows.MatchedChoice{}, answer.Error(err, a.now())
	}
	options, err := a.chooser.Choices(ctx, service.Portal.Service, input.Field, input.Chosen)
	if err != nil {
		return workflows.MatchedChoice{}, answer.Error(err, a.now())
	}
	return Match(options, input.Typed), nil
}
