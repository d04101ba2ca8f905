// Package operator holds the activities about what operators do to requests: their place in the audit log.
package operator

import (
	"cmp"
	"context"
	"fmt"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/audit"
	"github.com/jansetu/jansetu/workflows"
)

// inTheUI is the actor of a signal that was sent from the Temporal UI by hand: Temporal does not say by whom.
const inTheUI = "temporal-ui"

// Activities record what operators do.
type Activities struct{ store *store.Store }

// New makes the activities.
func New(s *store.Store) *Activities { return &Activities{s} }

// RecordAct puts an operator's act on a request into the audit log. A repetition after a crash may put it there twice.
func (a *Activities) RecordAct(ctx context.Context, input workflows.RecordActInput) error {
	entry := audit.Entry{
		Actor: cmp.Or(input.Act.By, inTheUI), Action: audit.RequestOperated, Object: input.Reference,
		Reason: input.Signal + ": " + input.Act.Reason,
	}
	if err := audit.Append(ctx, a.store.Pool(), entry); err != nil {
		return fmt.Errorf("record %s: %w", input.Signal, err)
	}
	return nil
}
