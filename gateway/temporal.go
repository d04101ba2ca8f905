package gateway

import (
	"context"
	"errors"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// temporalDeadline of one call: longer and it is better to try again later.
const temporalDeadline = 5 * time.Second

// Temporal starts and signals workflows with a Temporal client. The client may be lazy: Temporal need not be there.
type Temporal struct{ client client.Client }

// NewTemporal wraps a client; the caller closes it.
func NewTemporal(c client.Client) *Temporal { return &Temporal{client: c} }

// Start starts a request's workflow under its reference. A workflow of that reference, running or ended, is success.
func (t *Temporal) Start(ctx context.Context, start store.WorkflowStart) error {
	ctx, cancel := context.WithTimeout(ctx, temporalDeadline)
	defer cancel()
	options := client.StartWorkflowOptions{
		ID:                                       workflows.RequestWorkflowID(start.Reference),
		TaskQueue:                                workflows.HubTaskQueue,
		WorkflowIDReusePolicy:                    enumspb.WORKFLOW_ID_REUSE_POLICY_REJECT_DUPLICATE,
		WorkflowExecutionErrorWhenAlreadyStarted: true,
		StaticSummary:                            start.Summary,
	}
	_, err := t.client.ExecuteWorkflow(ctx, options, start.Workflow, start.Input)
	if _, started := errors.AsType[*serviceerror.WorkflowExecutionAlreadyStarted](err); started {
		return nil
	}
	return temporalError("start workflow", err)
}

// Signal signals a request's workflow.
func (t *Temporal) Signal(ctx context.Context, signal store.WorkflowSignal) error {
	ctx, cancel := context.WithTimeout(ctx, temporalDeadline)
	defer cancel()
	var payload any
	if signal.Payload != nil {
		payload = signal.Payload
	}
	err := t.client.SignalWorkflow(ctx, workflows.RequestWorkflowID(signal.Reference), "", signal.Name, payload)
	if _, gone := errors.AsType[*serviceerror.NotFound](err); gone {
		return fmt.Errorf("signal workflow: %w", ErrWorkflowGone)
	}
	return temporalError("signal workflow", err)
}

func temporalError(doing string, err error) error {
	if err == nil {
		return nil
	}
	if _, refused := errors.AsType[*serviceerror.InvalidArgument](err); refused {
		return fmt.Errorf("%s: %w: %w", doing, ErrWorkflowRefused, err)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

// Ready says whether Temporal answers.
func (t *Temporal) Ready(ctx context.Context) error {
	if _, err := t.client.CheckHealth(ctx, &client.CheckHealthRequest{}); err != nil {
		return fmt.Errorf("temporal: %w", err)
	}
	return nil
}
