// Package agreement holds the activity by which a workflow takes what two officers agreed on, before it does it.
package agreement

import (
	"context"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/approval"
	"github.com/jansetu/jansetu/workflows"
)

// Activities take approvals.
type Activities struct{ store *store.Store }

// New makes the activities.
func New(s *store.Store) *Activities { return &Activities{s} }

// UseApproval takes the approval of two officers for stopping a paid request and tells whether there is one: not used before, not expired, and
// for this request. Repeated for the same request it answers the same.
func (a *Activities) UseApproval(ctx context.Context, input workflows.UseApprovalInput) (agreed bool, err error) {
	purpose := approval.Purpose{Action: approval.Cancel, Object: input.Reference, Step: workflows.RequestWorkflowID(input.Reference)}
	err = a.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		return approval.Use(ctx, tx, "hub/worker", input.Approval, purpose)
	})
	if errors.Is(err, approval.ErrNotAgreed) {
		return false, nil
	}
	if err != nil {
		return false, fmt.Errorf("use approval: %w", err)
	}
	return true, nil
}
