package workflows

import (
	"fmt"

	"go.temporal.io/sdk/workflow"
)

// ActivityUseApproval is a method of package activities/agreement: UseApprovalInput -> bool, whether two officers agreed.
const ActivityUseApproval = "UseApproval"

// UseApprovalInput takes the approval of two officers for the cancellation of a request, once.
type UseApprovalInput struct {
	Approval  string `json:"approval"`
	Reference string `json:"reference"`
}

// twoAgreed tells whether a request that was paid for may be stopped. Without the approval of two officers the wish is forgotten.
func (p *process) twoAgreed(ctx workflow.Context) (bool, error) {
	if !p.moneyIn {
		return true, nil
	}
	agreed := false
	if p.approval != "" {
		input := UseApprovalInput{Approval: p.approval, Reference: p.to.Reference}
		if err := workflow.ExecuteActivity(hubActivity(ctx, "Take the approval of two officers"), ActivityUseApproval, input).Get(ctx, &agreed); err != nil {
			return false, fmt.Errorf("use approval: %w", err)
		}
	}
	if !agreed {
		p.stop, p.approval = "", ""
		p.note(ctx, "A wish to stop was not followed: the request is paid for, and two officers have to agree in /ops/approvals")
	}
	return agreed, nil
}
