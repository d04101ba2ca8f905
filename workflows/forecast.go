package workflows

import (
	"fmt"
	"time"
)

// BreachQuery finds, in Temporal's list filter, the open requests whose time in law will be over between now and so much later, and those
// where it is over already: the operators' forecast. It can be pasted into the Temporal UI.
func BreachQuery(now time.Time, within time.Duration) string {
	return fmt.Sprintf("ExecutionStatus = 'Running' AND %s <= '%s'", AttributeDue.GetName(), now.Add(within).UTC().Format(time.RFC3339))
}
