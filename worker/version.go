package worker

import (
	"context"
	"errors"
	"fmt"
	"time"

	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"
)

// Deployment is how the hub's workers are called together in Temporal; each version of them is a build of the hub.
const Deployment = "jansetu"

// versioned pins requests to the version of the hub that started them. Only the hub's own queue is versioned: a portal's activities have
// no history to keep to, and a connector that was mended should serve the requests that wait for it, whichever version runs them.
func (w *Worker) versioned(options worker.Options) worker.Options {
	if w.config.Version == "" {
		return options
	}
	options.DeploymentOptions = worker.DeploymentOptions{
		UseVersioning:             true,
		Version:                   worker.WorkerDeploymentVersion{DeploymentName: Deployment, BuildID: w.config.Version},
		DefaultVersioningBehavior: workflow.VersioningBehaviorPinned,
	}
	return options
}

// upgraded is for workflows that outlive versions: an application is open for months. They go on with whichever version is current, and
// a change to their code is a patch (workflow.GetVersion) that replays the recorded histories.
func upgraded(name string) workflow.RegisterOptions {
	return workflow.RegisterOptions{Name: name, VersioningBehavior: workflow.VersioningBehaviorAutoUpgrade}
}

// becomeCurrent makes this version the one that new requests start on when it is told to, or when there is none yet: the first worker of
// a namespace needs nobody to let it in.
func (w *Worker) becomeCurrent(ctx context.Context) error {
	if w.config.Version == "" {
		return nil
	}
	deployment := w.config.Client.WorkerDeploymentClient().GetHandle(Deployment)
	described, err := deployment.Describe(ctx, client.WorkerDeploymentDescribeOptions{})
	if err != nil {
		return fmt.Errorf("describe the deployment: %w", err)
	}
	current := described.Info.RoutingConfig.CurrentVersion
	if current != nil && (current.BuildID == w.config.Version || !w.config.MakeCurrent) {
		if current.BuildID != w.config.Version {
			w.config.Log.Info("new requests start on another version until this one is promoted", "version", w.config.Version, "current", current.BuildID)
		}
		return nil
	}
	_, err = deployment.SetCurrentVersion(ctx, client.WorkerDeploymentSetCurrentVersionOptions{
		BuildID: w.config.Version, ConflictToken: described.ConflictToken, IgnoreMissingTaskQueues: true,
	})
	if err != nil {
		return fmt.Errorf("make version %s the current one: %w", w.config.Version, err)
	}
	w.config.Log.Info("new requests start on this version", "version", w.config.Version)
	return nil
}

// stepForward calls becomeCurrent until Temporal knows the version; a Temporal that went away is waited for.
func (w *Worker) stepForward(ctx context.Context) error {
	for pause := 100 * time.Millisecond; ; pause = min(2*pause, 15*time.Second) {
		err := w.tryForward(ctx)
		if err == nil || !passes(err) {
			return err
		}
		if !notYet(err) {
			w.config.Log.Warn("the version is not current yet", "next_try", pause, "error", err)
		}
		timer := time.NewTimer(pause)
		select {
		case <-ctx.Done():
			timer.Stop()
			return nil
		case err := <-w.fatal:
			timer.Stop()
			return fmt.Errorf("worker: %w", err)
		case <-timer.C:
		}
	}
}

func (w *Worker) tryForward(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, prepareDeadline)
	defer cancel()
	return w.becomeCurrent(ctx)
}

// passes tells whether a failure may pass by itself: not that of a server without versions, or that lets us do nothing.
func passes(err error) bool {
	var (
		unknown *serviceerror.Unimplemented
		denied  *serviceerror.PermissionDenied
		invalid *serviceerror.InvalidArgument
	)
	return !errors.As(err, &unknown) && !errors.As(err, &denied) && !errors.As(err, &invalid)
}

// notYet tells whether Temporal does not know the deployment or its version yet: the first poll makes it known, a moment later.
func notYet(err error) bool {
	var (
		missing *serviceerror.NotFound
		early   *serviceerror.FailedPrecondition
	)
	return errors.As(err, &missing) || errors.As(err, &early)
}
