package worker

import (
	"context"
	"time"

	"go.temporal.io/sdk/interceptor"

	"github.com/jansetu/jansetu/activities/portalstate"
)

// changeNoter has a portal's state noted when a citizen's request meets a page that is not the one its connector knows.
type changeNoter struct {
	interceptor.WorkerInterceptorBase
	watch *portalstate.Activities
	now   func() time.Time
}

// InterceptActivity implements interceptor.WorkerInterceptor.
func (n *changeNoter) InterceptActivity(_ context.Context, next interceptor.ActivityInboundInterceptor) interceptor.ActivityInboundInterceptor {
	return &notedActivity{interceptor.ActivityInboundInterceptorBase{Next: next}, n}
}

type notedActivity struct {
	interceptor.ActivityInboundInterceptorBase
	noter *changeNoter
}

// ExecuteActivity implements interceptor.ActivityInboundInterceptor.
func (a *notedActivity) ExecuteActivity(ctx context.Context, in *interceptor.ExecuteActivityInput) (any, error) {
	start := a.noter.now()
	result, err := a.Next.ExecuteActivity(ctx, in)
	if err != nil {
		a.noter.watch.NoteChange(ctx, err, a.noter.now().Sub(start))
	}
	return result, err
}
