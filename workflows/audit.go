package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"
)

// WorkflowSignAudit is the type under which SignAuditLog is registered.
const WorkflowSignAudit = "SignAuditLog"

// ActivitySignAudit is a method of package activities/auditlog: nothing -> nothing.
const ActivitySignAudit = "SignAudit"

// AuditScheduleID is the id of the schedule that runs SignAuditLog.
const AuditScheduleID = "audit-checkpoint"

// SignAuditLog signs where the audit log ends.
func SignAuditLog(ctx workflow.Context) error {
	if err := workflow.ExecuteActivity(hubActivity(ctx, "Sign where the audit log ends"), ActivitySignAudit).Get(ctx, nil); err != nil {
		return fmt.Errorf("sign the audit log: %w", err)
	}
	return nil
}
