package gateway

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"

	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// ErrWorkflowGone says that the workflow has ended, or never was: nobody is left to be told.
var ErrWorkflowGone = errors.New("workflow is not running")

// ErrWorkflowRefused says that the same call would be refused again.
var ErrWorkflowRefused = errors.New("workflow call refused")

// WorkflowStarter starts and signals workflows. Both may be called again for the same row: starting what was started is
// success. Signal fails with ErrWorkflowGone, both with ErrWorkflowRefused; any other error means try again later.
type WorkflowStarter interface {
	Start(ctx context.Context, start store.WorkflowStart) error
	Signal(ctx context.Context, signal store.WorkflowSignal) error
}

func (o *outbox) carryOutWorkflow(ctx context.Context, claim *store.Claim, s *store.Settlement) {
	err := o.callWorkflow(ctx, claim)
	switch {
	case err == nil:
		o.metrics.workflows.WithLabelValues("done").Inc()
	case errors.Is(err, ErrWorkflowGone):
		o.metrics.workflows.WithLabelValues("gone").Inc()
		s.Reason = "workflow not running"
	case errors.Is(err, ErrWorkflowRefused), errors.Is(err, errUnsendable):
		o.metrics.workflows.WithLabelValues("refused").Inc()
		o.log.Error("workflow call refused", "outbox", claim.ID, "error", err)
		s.State, s.Reason = store.StateFailed, "refused"
	default:
		o.metrics.workflows.WithLabelValues("unavailable").Inc()
		if unsaid, due := o.away.due(); due {
			o.log.Warn("temporal did not take a call; it is kept", "outbox", claim.ID, "unsaid", unsaid, "error", err)
		}
		o.senders.apply(claim.Sender, decision{action: actionBackOffSender, class: whatsapp.ClassUnreachable})
		s.State, s.Reason, s.Failures = store.StateQueued, "temporal unavailable", claim.Failures+1
		return
	}
	o.senders.works(claim.Sender)
}

func (o *outbox) callWorkflow(ctx context.Context, claim *store.Claim) error {
	if claim.Kind == store.KindWorkflowStart {
		var start store.WorkflowStart
		if err := json.Unmarshal(claim.Payload, &start); err != nil {
			return fmt.Errorf("%w: decode workflow start: %w", errUnsendable, err)
		}
		return o.starter.Start(ctx, start)
	}
	var signal store.WorkflowSignal
	if err := json.Unmarshal(claim.Payload, &signal); err != nil {
		return fmt.Errorf("%w: decode workflow signal: %w", errUnsendable, err)
	}
	return o.starter.Signal(ctx, signal)
}
