package workflows

import (
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// WorkflowReconcile is the type under which ReconcileMoney is registered; ReconciliationScheduleID the schedule that runs it every night.
const (
	WorkflowReconcile        = "ReconcileMoney"
	ReconciliationScheduleID = "reconciliation"
)

// The activities of reconciliation: the first two are the hub's, the others are on the queue of the portal that is asked.
const (
	ActivityPlanReconciliation  = "PlanReconciliation"  // time.Time -> ReconciliationPlan
	ActivityReconcileBooks      = "ReconcileBooks"      // time.Time -> OpenCases
	ActivityReconcileGateway    = "ReconcileGateway"    // ReconcileInput -> Reconciled
	ActivityReconcileDepartment = "ReconcileDepartment" // ReconcileInput -> Reconciled
)

// ReconciliationRequest starts ReconcileMoney; the schedule's is empty.
type ReconciliationRequest struct {
	// Today compares the day that is not over too, for an operator who does not want to wait for the night.
	Today bool `json:"today,omitempty"`
}

// ReconciliationPlan is what is still to be compared.
type ReconciliationPlan struct {
	Comparisons []ReconcileInput `json:"comparisons"`
}

// ReconcileInput is one day of one portal.
type ReconcileInput struct {
	Portal string `json:"portal"`
	// Day is written 2006-01-02, in India.
	Day string `json:"day"`
	// After is where the part before this one ended; empty for the first.
	After string `json:"after,omitempty"`
}

// Reconciled is what a comparison, or a part of it, did.
type Reconciled struct {
	Opened int `json:"opened"`
	Closed int `json:"closed"`
	// After is where the next part begins; empty when the day is done.
	After string `json:"after,omitempty"`
}

// OpenCases are the cases that are open now.
type OpenCases struct {
	Total int `json:"total"`
	// Summary is for operators: kinds and numbers.
	Summary string `json:"summary"`
}

// ReconciliationOutcome is what a night's work came to.
type ReconciliationOutcome struct {
	Compared int `json:"compared"` // days of portals
	Opened   int `json:"opened"`
	Closed   int `json:"closed"`
	Open     int `json:"open"`
	// Unreachable are the portals that could not be asked. Their days are compared the next time.
	Unreachable []string `json:"unreachable,omitempty"`
}

// reconcileFor is how long a portal is tried: until the offices open.
const reconcileFor = 5 * time.Hour

// ReconcileMoney compares our books with the payment gateway and the departments, day by day. Every difference is a case, until it is gone.
func ReconcileMoney(ctx workflow.Context, request ReconciliationRequest) (ReconciliationOutcome, error) {
	var outcome ReconciliationOutcome
	var plan ReconciliationPlan
	now := workflow.Now(ctx)
	as := now
	if request.Today {
		as = now.Add(24 * time.Hour)
	}
	planned := hubActivity(ctx, "Find what is still to be compared")
	if err := workflow.ExecuteActivity(planned, ActivityPlanReconciliation, as).Get(ctx, &plan); err != nil {
		return outcome, fmt.Errorf("plan reconciliation: %w", err)
	}
	outcome.compareAll(ctx, plan.Comparisons)
	var open OpenCases
	if err := workflow.ExecuteActivity(hubActivity(ctx, "Look for money that nothing moves any more"), ActivityReconcileBooks, now).Get(ctx, &open); err != nil {
		return outcome, fmt.Errorf("reconcile our own books: %w", err)
	}
	outcome.Open = open.Total
	workflow.SetCurrentDetails(ctx, outcome.describe(open))
	return outcome, nil
}

// compareAll asks every portal about its days, one after the other, and all portals at once: none waits for another that is down.
func (o *ReconciliationOutcome) compareAll(ctx workflow.Context, comparisons []ReconcileInput) {
	group := workflow.NewWaitGroup(ctx)
	for start := 0; start < len(comparisons); {
		end := start
		for end < len(comparisons) && comparisons[end].Portal == comparisons[start].Portal {
			end++
		}
		days := comparisons[start:end]
		start = end
		group.Add(1)
		workflow.GoNamed(ctx, "compare with "+days[0].Portal, func(ctx workflow.Context) {
			defer group.Done()
			o.comparePortal(ctx, days)
		})
	}
	group.Wait(ctx)
}

func (o *ReconciliationOutcome) comparePortal(ctx workflow.Context, days []ReconcileInput) {
	for _, day := range days {
		if err := o.compare(ctx, day); err != nil {
			workflow.GetLogger(ctx).Warn("portal not compared", "portal", day.Portal, "day", day.Day, "error", err)
			o.Unreachable = append(o.Unreachable, day.Portal)
			return
		}
		o.Compared++
	}
}

func (o *ReconciliationOutcome) compare(ctx workflow.Context, input ReconcileInput) error {
	activity := ActivityReconcileDepartment
	if input.Portal == PaymentsPortal {
		activity = ActivityReconcileGateway
	}
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: PortalTaskQueue(input.Portal), StartToCloseTimeout: time.Hour, HeartbeatTimeout: time.Minute, ScheduleToCloseTimeout: reconcileFor,
		RetryPolicy: &temporal.RetryPolicy{InitialInterval: time.Minute, BackoffCoefficient: 2, MaximumInterval: 30 * time.Minute},
		Summary:     "Compare " + input.Day + " with " + input.Portal, Priority: temporal.Priority{PriorityKey: canaryPriority},
	})
	for {
		var done Reconciled
		if err := workflow.ExecuteActivity(ctx, activity, input).Get(ctx, &done); err != nil {
			return err
		}
		o.Opened, o.Closed = o.Opened+done.Opened, o.Closed+done.Closed
		if done.After == "" {
			return nil
		}
		input.After = done.After
	}
}

// describe is what the Temporal UI shows.
func (o *ReconciliationOutcome) describe(open OpenCases) string {
	lines := []string{fmt.Sprintf("Compared %d days of portals: %d differences are new, %d are gone.", o.Compared, o.Opened, o.Closed)}
	if len(o.Unreachable) > 0 {
		lines = append(lines, "", "**Not reached, and compared the next time:** "+strings.Join(o.Unreachable, ", "))
	}
	if open.Total > 0 {
		lines = append(lines, "", fmt.Sprintf("**What to do:** %d differences are open: %s. They are listed in /ops/money.", open.Total, open.Summary))
	}
	return strings.Join(lines, "\n")
}
