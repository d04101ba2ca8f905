package operations

import (
	"context"
	"errors"
	"fmt"
	"time"

	"github.com/google/uuid"
	batchpb "go.temporal.io/api/batch/v1"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"

	"github.com/jansetu/jansetu/workflows"
)

// ErrBusy says that Temporal is at another batch: it does one at a time in a namespace.
var ErrBusy = errors.New("another batch is under way; wait for it, or look at `temporal batch list`")

// SignalAll sends an operator's signal to every request that the filter chooses. Temporal does it in the background, also when the caller
// goes away; [Operations.Batch] tells how far it is. Done again it does no harm: a request that is paused stays so. The reason is seen by
// whoever may read Temporal's list of batches, and by the request's audit log. It fails with ErrQuery and ErrBusy.
func (o *Operations) SignalAll(ctx context.Context, signal string, filter Filter, actor Actor) (job string, err error) {
	if err := actor.check(); err != nil {
		return "", err
	}
	// Not encrypted: one payload goes to the requests of many persons, and it names none.
	payload, err := converter.GetDefaultDataConverter().ToPayload(workflows.OperatorAct{By: actor.By, Reason: actor.Reason, Batch: true})
	if err != nil {
		return "", fmt.Errorf("encode signal: %w", err)
	}
	operation := &batchpb.BatchOperationSignal{
		Signal: signal, Input: &commonpb.Payloads{Payloads: []*commonpb.Payload{payload}}, Identity: actor.By,
	}
	return o.startBatch(ctx, &workflowservice.StartBatchOperationRequest{
		VisibilityQuery: filter.In(o.now()), Reason: signal + ": " + actor.Reason,
		Operation: &workflowservice.StartBatchOperationRequest_SignalOperation{SignalOperation: operation},
	})
}

func (o *Operations) startBatch(ctx context.Context, start *workflowservice.StartBatchOperationRequest) (job string, err error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	start.Namespace, start.JobId = o.namespace, uuid.NewString()
	_, err = o.client.WorkflowService().StartBatchOperation(ctx, start)
	if _, exhausted := errors.AsType[*serviceerror.ResourceExhausted](err); exhausted {
		return "", fmt.Errorf("%w (%w)", ErrBusy, err)
	}
	if err != nil {
		return "", queryError("start batch", err)
	}
	return start.GetJobId(), nil
}

// Progress is how far a batch is.
type Progress struct {
	Job    string
	State  string // running, completed, failed
	Reason string
	By     string
	Total  int64
	Done   int64
	Failed int64 // requests that had ended in the meantime among them
	Start  time.Time
}

// Over tells whether nothing more happens.
func (p Progress) Over() bool { return p.State != "running" }

// Batch answers how far a batch is.
func (o *Operations) Batch(ctx context.Context, job string) (Progress, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	described, err := o.client.WorkflowService().DescribeBatchOperation(ctx, &workflowservice.DescribeBatchOperationRequest{Namespace: o.namespace, JobId: job})
	if _, missing := errors.AsType[*serviceerror.NotFound](err); missing {
		return Progress{}, ErrNotFound
	}
	if err != nil {
		return Progress{}, fmt.Errorf("describe batch: %w", err)
	}
	return Progress{
		Job: job, State: stateOf(described.GetState()), Reason: described.GetReason(), By: described.GetIdentity(), Total: described.GetTotalOperationCount(),
		Done: described.GetCompleteOperationCount(), Failed: described.GetFailureOperationCount(), Start: described.GetStartTime().AsTime(),
	}, nil
}

func stateOf(state enumspb.BatchOperationState) string {
	switch state {
	case enumspb.BATCH_OPERATION_STATE_COMPLETED:
		return "completed"
	case enumspb.BATCH_OPERATION_STATE_FAILED:
		return "failed"
	case enumspb.BATCH_OPERATION_STATE_RUNNING, enumspb.BATCH_OPERATION_STATE_UNSPECIFIED:
	}
	return "running"
}

// Await calls back with a batch's progress until it is over.
func (o *Operations) Await(ctx context.Context, job string, told func(Progress)) (Progress, error) {
	ticker := time.NewTicker(500 * time.Millisecond)
	defer ticker.Stop()
	for {
		progress, err := o.Batch(ctx, job)
		if err != nil && !errors.Is(err, ErrNotFound) { // a batch is listed a moment after it was started
			return progress, err
		}
		if err == nil {
			told(progress)
			if progress.Over() {
				return progress, nil
			}
		}
		select {
		case <-ctx.Done():
			return progress, ctx.Err()
		case <-ticker.C:
		}
	}
}
