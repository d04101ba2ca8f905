package operations

import (
	"context"
	"fmt"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	taskqueuepb "go.temporal.io/api/taskqueue/v1"
	"go.temporal.io/api/workflowservice/v1"

	"github.com/jansetu/jansetu/workflows"
)

// CallLimit is the longest that one call of a portal takes: so long after a portal was drained, nothing is under way any more.
const CallLimit = workflows.PortalCallTimeout

// Hold is that nothing is sent to a portal.
type Hold struct {
	Held   bool
	By     string
	Reason string
	Since  time.Time
	// Waiting is how many calls wait for the hold to end, about.
	Waiting int64
}

// Drain has nothing more sent to a portal, by any worker: calls that are under way finish, within CallLimit; all others wait, those of requests
// that begin now too, and their citizens are told that the request is kept. It lasts until Release, and it is in Temporal: workers may
// come and go. Done again it changes the reason.
func (o *Operations) Drain(ctx context.Context, portal string, actor Actor) error {
	if err := actor.check(); err != nil {
		return err
	}
	return o.limit(ctx, portal, actor, &taskqueuepb.RateLimit{RequestsPerSecond: 0})
}

// Release ends a drain; the portal's own budget holds again.
func (o *Operations) Release(ctx context.Context, portal string, actor Actor) error {
	if err := actor.check(); err != nil {
		return err
	}
	return o.limit(ctx, portal, actor, nil)
}

func (o *Operations) limit(ctx context.Context, portal string, actor Actor, limit *taskqueuepb.RateLimit) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	_, err := o.client.WorkflowService().UpdateTaskQueueConfig(ctx, &workflowservice.UpdateTaskQueueConfigRequest{
		Namespace: o.namespace, Identity: actor.By, TaskQueue: workflows.PortalTaskQueue(portal), TaskQueueType: enumspb.TASK_QUEUE_TYPE_ACTIVITY,
		UpdateQueueRateLimit: &workflowservice.UpdateTaskQueueConfigRequest_RateLimitUpdate{RateLimit: limit, Reason: actor.Reason},
	})
	if err != nil {
		return fmt.Errorf("limit the calls of portal %s: %w", portal, err)
	}
	return nil
}

// Hold tells whether a portal is drained, by whom, and why.
func (o *Operations) Hold(ctx context.Context, portal string) (Hold, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	described, err := o.client.WorkflowService().DescribeTaskQueue(ctx, &workflowservice.DescribeTaskQueueRequest{
		Namespace: o.namespace, TaskQueue: &taskqueuepb.TaskQueue{Name: workflows.PortalTaskQueue(portal)},
		TaskQueueType: enumspb.TASK_QUEUE_TYPE_ACTIVITY, ReportConfig: true, ReportStats: true,
	})
	if err != nil {
		return Hold{}, fmt.Errorf("describe the queue of portal %s: %w", portal, err)
	}
	limited := described.GetConfig().GetQueueRateLimit()
	if limited.GetRateLimit() == nil || limited.GetRateLimit().GetRequestsPerSecond() > 0 {
		return Hold{}, nil
	}
	said := limited.GetMetadata()
	return Hold{
		Held: true, By: said.GetUpdateIdentity(), Reason: said.GetReason(), Since: said.GetUpdateTime().AsTime(),
		Waiting: described.GetStats().GetApproximateBacklogCount(),
	}, nil
}
