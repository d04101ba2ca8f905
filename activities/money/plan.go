package money

import (
	"context"
	"time"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// lookBack is how many days a portal that could not be asked is caught up on.
const lookBack = 14

// Planner finds what is to be compared.
type Planner struct {
	store   *store.Store
	portals []string
}

// NewPlanner plans for the payment gateway and for departments' portals that can be asked for a payment.
func NewPlanner(s *store.Store, departments ...string) *Planner {
	return &Planner{store: s, portals: append([]string{workflows.PaymentsPortal}, departments...)}
}

// PlanReconciliation lists what is still to be compared, portal by portal: the days that are over and were not, and those with open
// cases. Of departments only those that were given money.
func (p *Planner) PlanReconciliation(ctx context.Context, now time.Time) (workflows.ReconciliationPlan, error) {
	var plan workflows.ReconciliationPlan
	today := dayOf(now)
	for _, portal := range p.portals {
		days, err := p.store.ReconciliationDays(ctx, portal, dateOnly(today.AddDate(0, 0, -lookBack)), dateOnly(today.AddDate(0, 0, -1)))
		if err != nil {
			return plan, err
		}
		for _, day := range days {
			input := workflows.ReconcileInput{Portal: portal, Day: day.Format(time.DateOnly)}
			wanted, err := p.wanted(ctx, input)
			if err != nil {
				return plan, err
			}
			if wanted {
				plan.Comparisons = append(plan.Comparisons, input)
			}
		}
	}
	return plan, nil
}

func (p *Planner) wanted(ctx context.Context, input workflows.ReconcileInput) (bool, error) {
	if input.Portal == workflows.PaymentsPortal {
		return true, nil
	}
	from, until, err := span(input.Day)
	if err != nil {
		return false, err
	}
	return p.store.HasPosted(ctx, input.Portal, from, until)
}
