package operations

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	batchpb "go.temporal.io/api/batch/v1"
	deploymentpb "go.temporal.io/api/deployment/v1"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/serviceerror"
	workflowpb "go.temporal.io/api/workflow/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"google.golang.org/protobuf/types/known/fieldmaskpb"
)

// ErrNoVersion says that no worker of that version has ever run.
var ErrNoVersion = errors.New("no worker of this version has run")

// Version is one build of the worker, as Temporal knows it.
type Version struct {
	Build     string
	Current   bool // new requests start on it
	Open      int64
	CreatedAt time.Time
	// Polled tells whether a worker of it runs.
	Polled bool
}

// Needed tells whether a worker of the version must keep running.
func (v Version) Needed() bool { return v.Current || v.Open > 0 }

// Versions lists the versions of the worker, the newest first.
func (o *Operations) Versions(ctx context.Context, deployment, queue string) ([]Version, error) {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	described, err := o.client.WorkerDeploymentClient().GetHandle(deployment).Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	if _, missing := errors.AsType[*serviceerror.NotFound](err); missing {
		return nil, nil
	}
	if err != nil {
		return nil, fmt.Errorf("describe the workers: %w", err)
	}
	polled, err := o.polled(ctx, queue)
	if err != nil {
		return nil, err
	}
	var versions []Version
	for _, summary := range described.Info.VersionSummaries {
		build := summary.Version.BuildID
		open, err := o.count(ctx, openOn(deployment, build))
		if err != nil {
			return nil, err
		}
		current := described.Info.RoutingConfig.CurrentVersion
		versions = append(versions, Version{
			Build: build, Current: current != nil && current.BuildID == build, Open: open, CreatedAt: summary.CreateTime, Polled: polled[build],
		})
	}
	slices.SortStableFunc(versions, func(a, b Version) int { return b.CreatedAt.Compare(a.CreatedAt) })
	return versions, nil
}

// openOn finds the open workflows, requests and others, that go on with a version.
func openOn(deployment, build string) string {
	return "ExecutionStatus = 'Running' AND TemporalWorkerDeploymentVersion = " + quoted(deployment+":"+build)
}

// polled tells which versions have a worker that asked for work in the last minute.
func (o *Operations) polled(ctx context.Context, queue string) (map[string]bool, error) {
	described, err := o.client.DescribeTaskQueue(ctx, queue, enumspb.TASK_QUEUE_TYPE_WORKFLOW)
	if err != nil {
		return nil, fmt.Errorf("describe the workers' queue: %w", err)
	}
	builds := map[string]bool{}
	for _, poller := range described.GetPollers() {
		if o.now().Sub(poller.GetLastAccessTime().AsTime()) < pollLimit {
			builds[poller.GetDeploymentOptions().GetBuildId()] = true
		}
	}
	return builds, nil
}

// pollLimit is the longest poll of a worker that lives.
const pollLimit = 70 * time.Second

// Promote has new requests start on a version, of which a worker must run; those that are open stay where they are. It fails with
// ErrNoVersion.
func (o *Operations) Promote(ctx context.Context, deployment, build string) error {
	ctx, cancel := context.WithTimeout(ctx, deadline)
	defer cancel()
	_, err := o.client.WorkerDeploymentClient().GetHandle(deployment).SetCurrentVersion(ctx,
		client.WorkerDeploymentSetCurrentVersionOptions{BuildID: build, IgnoreMissingTaskQueues: true})
	if isUnknownVersion(err) {
		return fmt.Errorf("%w: %s", ErrNoVersion, build)
	}
	if err != nil {
		return fmt.Errorf("promote version %s: %w", build, err)
	}
	return nil
}

func isUnknownVersion(err error) bool {
	var (
		missing *serviceerror.NotFound
		early   *serviceerror.FailedPrecondition
	)
	return errors.As(err, &missing) || errors.As(err, &early)
}

// Move has the open workflows of one version go on with another, which must be able to replay their histories: a patch
// (workflow.GetVersion), tried by the replay tests. Workflows that cannot be replayed stop where they are until they are moved back.
func (o *Operations) Move(ctx context.Context, deployment, from, to string, actor Actor) (job string, err error) {
	if err := actor.check(); err != nil {
		return "", err
	}
	target := &workflowpb.VersioningOverride_PinnedOverride{
		Behavior: workflowpb.VersioningOverride_PINNED_OVERRIDE_BEHAVIOR_PINNED,
		Version:  &deploymentpb.WorkerDeploymentVersion{DeploymentName: deployment, BuildId: to},
	}
	change := &batchpb.BatchOperationUpdateWorkflowExecutionOptions{
		Identity: actor.By, UpdateMask: &fieldmaskpb.FieldMask{Paths: []string{"versioning_override"}},
		WorkflowExecutionOptions: &workflowpb.WorkflowExecutionOptions{
			VersioningOverride: &workflowpb.VersioningOverride{Override: &workflowpb.VersioningOverride_Pinned{Pinned: target}},
		},
	}
	return o.startBatch(ctx, &workflowservice.StartBatchOperationRequest{
		VisibilityQuery: openOn(deployment, from), Reason: "move to version " + to + ": " + actor.Reason,
		Operation: &workflowservice.StartBatchOperationRequest_UpdateWorkflowOptionsOperation{UpdateWorkflowOptionsOperation: change},
	})
}
