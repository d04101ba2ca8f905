package operations

import (
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/workflows"
)

// Errors that a caller decides on.
var (
	ErrNotFound = errors.New("there is no such request in Temporal")
	ErrNoReason = errors.New("a reason is missing")
	// ErrQuery says that Temporal does not understand an operator's own part of a filter.
	ErrQuery = errors.New("the query is not understood")
)

// Filter chooses open requests; what is empty does not matter.
type Filter struct {
	Portal     string
	WaitingFor string // as the search attribute has it: operator, portal, citizen, …
	Money      string // none, awaited, paid, refunding
	Overdue    bool   // the time in law is over
	Query      string // more, in Temporal's own list filter
}

// In writes the filter as Temporal's list filter; it can be pasted into the Temporal UI.
func (f Filter) In(now time.Time) string {
	conditions := []string{"ExecutionStatus = 'Running'", workflows.AttributeService.GetName() + " IS NOT NULL"}
	equal := func(key temporal.SearchAttributeKey, value string) {
		if value != "" {
			conditions = append(conditions, key.GetName()+" = "+quoted(value))
		}
	}
	equal(workflows.AttributePortal, f.Portal)
	equal(workflows.AttributeWaitingFor, f.WaitingFor)
	equal(workflows.AttributeMoney, f.Money)
	if f.Overdue {
		conditions = append(conditions, fmt.Sprintf("%s <= '%s'", workflows.AttributeDue.GetName(), now.UTC().Format(time.RFC3339)))
	}
	if f.Query != "" {
		conditions = append(conditions, "("+f.Query+")")
	}
	return strings.Join(conditions, " AND ")
}

// quoted writes a value as a string of the list filter.
func quoted(value string) string {
	return "'" + strings.NewReplacer(`\`, `\\`, `'`, `\'`).Replace(value) + "'"
}

// Request is where one request stands, as its search attributes say. They name nobody.
type Request struct {
	Reference  string
	Workflow   string // the type
	Service    string
	Department string
	Portal     string
	District   string
	Stage      workflows.Stage
	WaitingFor string
	Money      string
	Outcome    string
	Version    string    // of the worker that it is pinned to; empty: none
	Due        time.Time // the zero time: no clock runs
	StartedAt  time.Time
	Running    bool
}

// List answers the requests that a filter chooses, at most so many, the newest first, and whether there are more. It fails with ErrQuery.
func (o *Operations) List(ctx context.Context, filter Filter, most int) (requests []Request, more bool, err error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	ask := &workflowservice.ListWorkflowExecutionsRequest{Namespace: o.namespace, Query: filter.In(o.now())}
	ask.PageSize = int32(min(most, maxPage)) //nolint:gosec // at most maxPage
	for {
		page, err := o.client.ListWorkflow(ctx, ask)
		if err != nil {
			return nil, false, queryError("list requests", err)
		}
		for _, execution := range page.GetExecutions() {
			if len(requests) == most {
				return requests, true, nil
			}
			requests = append(requests, requestOf(execution))
		}
		if len(page.GetNextPageToken()) == 0 {
			return requests, false, nil
		}
		if len(requests) == most {
			return requests, true, nil
		}
		ask.NextPageToken = page.GetNextPageToken()
	}
}

const maxPage = 200

// Count answers how many requests a filter chooses. It fails with ErrQuery.
func (o *Operations) Count(ctx context.Context, filter Filter) (int64, error) {
	return o.count(ctx, filter.In(o.now()))
}

func (o *Operations) count(ctx context.Context, query string) (int64, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	counted, err := o.client.CountWorkflow(ctx, &workflowservice.CountWorkflowExecutionsRequest{Namespace: o.namespace, Query: query})
	if err != nil {
		return 0, queryError("count requests", err)
	}
	return counted.GetCount(), nil
}

func queryError(doing string, err error) error {
	if invalid, ok := errors.AsType[*serviceerror.InvalidArgument](err); ok {
		return fmt.Errorf("%w: %s", ErrQuery, invalid.Message)
	}
	return fmt.Errorf("%s: %w", doing, err)
}

func requestOf(info *workflowpb.WorkflowExecutionInfo) Request {
	fields := info.GetSearchAttributes().GetIndexedFields()
	return Request{
		Reference: info.GetExecution().GetWorkflowId(), Workflow: info.GetType().GetName(),
		Service: keyword(fields, workflows.AttributeService), Department: keyword(fields, workflows.AttributeDepartment),
		Portal: keyword(fields, workflows.AttributePortal), District: keyword(fields, workflows.AttributeDistrict),
		Stage: workflows.Stage(keyword(fields, workflows.AttributeStage)), WaitingFor: keyword(fields, workflows.AttributeWaitingFor),
		Money: keyword(fields, workflows.AttributeMoney), Outcome: keyword(fields, workflows.AttributeOutcome),
		Due: moment(fields, workflows.AttributeDue), Version: info.GetVersioningInfo().GetDeploymentVersion().GetBuildId(),
		StartedAt: info.GetStartTime().AsTime(), Running: info.GetStatus() == enumspb.WORKFLOW_EXECUTION_STATUS_RUNNING,
	}
}

// Search attributes are never encrypted.
func keyword(fields map[string]*commonpb.Payload, key temporal.SearchAttributeKey) (value string) {
	if payload := fields[key.GetName()]; payload != nil {
		_ = converter.GetDefaultDataConverter().FromPayload(payload, &value) // what is no text is not shown
	}
	return value
}

func moment(fields map[string]*commonpb.Payload, key temporal.SearchAttributeKey) (value time.Time) {
	if payload := fields[key.GetName()]; payload != nil {
		_ = converter.GetDefaultDataConverter().FromPayload(payload, &value) // what is no time is not shown
	}
	return value
}

// Call is a call of an outside system that is under way or will be tried again.
type Call struct {
	Activity string
	Running  bool
	Attempt  int
	Since    time.Time
	Next     time.Time // when it is tried again; the zero time: it runs, or waits for a worker
	Class    string    // of the last failure: a connectors.Class; empty: none yet
}

// Detail is one request, with what its workflow says of itself.
type Detail struct {
	Request

	// Status is what the workflow says; nil: no worker answered in time, and the search attributes are all there is.
	Status *workflows.Status
	Calls  []Call
}

// statusDeadline is short: an operator looks at the page, and a workflow that does not answer is an answer too.
const statusDeadline = 4 * time.Second

// Find answers one request. It fails with ErrNotFound.
func (o *Operations) Find(ctx context.Context, reference string) (Detail, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	described, err := o.client.DescribeWorkflowExecution(ctx, workflows.RequestWorkflowID(reference), "")
	if _, missing := errors.AsType[*serviceerror.NotFound](err); missing {
		return Detail{}, ErrNotFound
	}
	if err != nil {
		return Detail{}, fmt.Errorf("describe request: %w", err)
	}
	detail := Detail{Request: requestOf(described.GetWorkflowExecutionInfo())}
	for _, pending := range described.GetPendingActivities() {
		detail.Calls = append(detail.Calls, callOf(pending))
	}
	detail.Status = o.status(ctx, reference)
	return detail, nil
}

func callOf(pending *workflowpb.PendingActivityInfo) Call {
	call := Call{
		Activity: pending.GetActivityType().GetName(), Attempt: int(pending.GetAttempt()), Since: pending.GetScheduledTime().AsTime(),
		Running: pending.GetState() == enumspb.PENDING_ACTIVITY_STATE_STARTED,
		Class:   pending.GetLastFailure().GetApplicationFailureInfo().GetType(),
	}
	if next := pending.GetNextAttemptScheduleTime(); next != nil {
		call.Next = next.AsTime()
	}
	return call
}

func (o *Operations) status(ctx context.Context, reference string) *workflows.Status {
	ctx, cancel := context.WithTimeout(ctx, statusDeadline)
	defer cancel()
	answer, err := o.client.QueryWorkflow(ctx, workflows.RequestWorkflowID(reference), "", workflows.QueryStatus)
	if err != nil {
		return nil
	}
	var status workflows.Status
	if answer.Get(&status) != nil {
		return nil
	}
	return &status
}
