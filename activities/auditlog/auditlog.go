// Package auditlog holds the activity that signs where the audit log ends.
package auditlog

import (
	"context"
	"fmt"
	"time"

	"go.temporal.io/sdk/activity"

	"github.com/jansetu/jansetu/store"
)

// Activities sign the audit log.
type Activities struct {
	store *store.Store
	now   func() time.Time
}

// New makes the activities.
func New(s *store.Store, now func() time.Time) *Activities { return &Activities{s, now} }

// SignAudit signs where the audit log ends, keeps that in the database, and logs it: where logs are shipped to, the owner of the database
// cannot reach it.
func (a *Activities) SignAudit(ctx context.Context) error {
	signed, err := a.store.SignAudit(ctx, a.now())
	if err != nil {
		return fmt.Errorf("sign the audit log: %w", err)
	}
	activity.GetLogger(ctx).Info("audit checkpoint", "number", signed.Number, "checkpoint", signed.String())
	return nil
}
