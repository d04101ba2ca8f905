package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/workflow"
)

// WorkflowPortalCanary is the type of PortalCanary, ActivityLookAtPortal that of its activity, run on the portal's own task queue.
const (
	WorkflowPortalCanary = "PortalCanary"
	ActivityLookAtPortal = "LookAtPortal"
)

// CanaryScheduleID is the id of the schedule that sends a canary to a portal.
func CanaryScheduleID(portal string) string { return "canary-" + portal }

// CanaryInput names the portal to look at.
type CanaryInput struct {
	Portal string `json:"portal"`
}

// PortalCondition is how a portal is.
type PortalCondition string

// The conditions of a portal.
const (
	PortalWorks       PortalCondition = "works"
	PortalSlow        PortalCondition = "slow"
	PortalDown        PortalCondition = "down"
	PortalChanged     PortalCondition = "changed" // it answers, but not as the connector knows it
	PortalMaintenance PortalCondition = "maintenance"
)

// PortalConditions lists them.
func PortalConditions() []PortalCondition {
	return []PortalCondition{PortalWorks, PortalSlow, PortalDown, PortalChanged, PortalMaintenance}
}

// PortalLook is what one look at a portal showed. It was stored when it is answered.
type PortalLook struct {
	Condition PortalCondition `json:"condition"`
	LatencyMS int64           `json:"latency_ms"`
	// Until is when a portal in maintenance is expected back; zero: nobody said.
	Until time.Time `json:"until,omitzero"`
}

const (
	canaryPriority = 5 // the lowest of Temporal's: a citizen always goes first
	// mostLooks of one run; the schedule sends the next.
	mostLooks = 6
	// longestMaintenance is how far ahead a portal's word about its return is trusted.
	longestMaintenance = 12 * time.Hour
	afterMaintenance   = 30 * time.Second
)

// downLooks are the waits before a portal that is down is looked at again, so that its return is seen soon.
var downLooks = []time.Duration{time.Minute, 2 * time.Minute, 5 * time.Minute}

// PortalCanary looks at one portal, read-only: again soon when it is down, and when its maintenance is over.
func PortalCanary(ctx workflow.Context, input CanaryInput) (PortalLook, error) {
	var look PortalLook
	for round := range mostLooks {
		if err := lookAtPortal(ctx, input, &look); err != nil {
			return PortalLook{}, err
		}
		wait := waitToLookAgain(look, workflow.Now(ctx), round)
		if wait <= 0 || round == mostLooks-1 {
			break
		}
		workflow.SetCurrentDetails(ctx, fmt.Sprintf("The portal: %s. It is looked at again in %s.", look.Condition, wait.Round(time.Second)))
		if err := workflow.Sleep(ctx, wait); err != nil {
			return look, fmt.Errorf("wait to look again: %w", err)
		}
	}
	workflow.SetCurrentDetails(ctx, fmt.Sprintf("The portal: %s.", look.Condition))
	return look, nil
}

// waitToLookAgain is zero when the next run of the schedule is soon enough.
func waitToLookAgain(look PortalLook, now time.Time, round int) time.Duration {
	switch {
	case look.Condition == PortalMaintenance && look.Until.After(now):
		return min(look.Until.Sub(now), longestMaintenance) + afterMaintenance
	case look.Condition == PortalDown && round < len(downLooks):
		return downLooks[round]
	}
	return 0
}

// lookAtPortal asks once. A look that could not be had, because the portal's queue is full of citizens' requests, says nothing
// about the portal.
func lookAtPortal(ctx workflow.Context, input CanaryInput, look *PortalLook) error {
	ctx = workflow.WithActivityOptions(ctx, workflow.ActivityOptions{
		TaskQueue: PortalTaskQueue(input.Portal), StartToCloseTimeout: 45 * time.Second, HeartbeatTimeout: 10 * time.Second,
		ScheduleToCloseTimeout: 5 * time.Minute,
		RetryPolicy:            &temporal.RetryPolicy{InitialInterval: 10 * time.Second, BackoffCoefficient: 2, MaximumAttempts: 3},
		Summary:                "Look at the portal, read-only",
		Priority:               temporal.Priority{PriorityKey: canaryPriority},
	})
	*look = PortalLook{}
	if err := workflow.ExecuteActivity(ctx, ActivityLookAtPortal, input).Get(ctx, look); err != nil {
		return fmt.Errorf("look at the portal: %w", err)
	}
	return nil
}
