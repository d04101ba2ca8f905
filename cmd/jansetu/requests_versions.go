package main

import (
	"context"
	"fmt"
	"os"
	"text/tabwriter"

	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/worker/operations"
	"github.com/jansetu/jansetu/workflows"
)

// workerCommands are running a worker, which needs no word more, and looking after its versions.
type workerCommands struct {
	Run      workerCommand         `cmd:"" default:"1" help:"Run the worker: workflows and activities."`
	Versions workerVersionsCommand `cmd:"" help:"Show which versions of the worker are still needed, and by how many open requests."`
	Promote  workerPromoteCommand  `cmd:"" help:"Have new requests start on a version that runs; those that are open stay where they are."`
	Move     workerMoveCommand     `cmd:"" help:"Have the open requests of one version go on with another, which can replay their histories."`
}

type workerVersionsCommand struct{}

// Run prints the versions, the newest first.
func (workerVersionsCommand) Run(ctx context.Context) error {
	hub, err := operating(ctx)
	if err != nil {
		return err
	}
	defer hub.Close()
	versions, err := hub.Versions(ctx, worker.Deployment, workflows.HubTaskQueue)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "VERSION\tFIRST SEEN\tOPEN\tWORKER\t")
	for _, version := range versions {
		_, _ = fmt.Fprintf(table, "%s\t%s\t%d\t%s\t%s\n", version.Build, inIndia(version.CreatedAt), version.Open, runs(version), advice(version))
	}
	return table.Flush()
}

func runs(version operations.Version) string {
	if version.Polled {
		return "runs"
	}
	return "does not run"
}

// advice says what to do about a version.
func advice(version operations.Version) string {
	switch {
	case version.Current && version.Polled:
		return "new requests start here"
	case version.Needed() && !version.Polled:
		return "START IT, or move its requests: they stand still"
	case version.Needed():
		return "keep it running: open requests need it"
	}
	return "not needed: it may be stopped"
}

type workerPromoteCommand struct {
	Version string `arg:"" help:"The version, as jansetu worker versions shows it."`
}

// Run promotes.
func (c workerPromoteCommand) Run(ctx context.Context) error {
	hub, err := operating(ctx)
	if err != nil {
		return err
	}
	defer hub.Close()
	if err := hub.Record(ctx, "promote", "worker:"+c.Version, actor("")); err != nil {
		return err
	}
	if err := hub.Promote(ctx, worker.Deployment, c.Version); err != nil {
		return err
	}
	fmt.Printf("New requests start on %s.\n", c.Version)
	return nil
}

type workerMoveCommand struct {
	From   string `arg:"" help:"The version that is to end."`
	To     string `arg:"" help:"The version that goes on."`
	Reason string `required:"" help:"Why; it stays in the audit log." placeholder:"TEXT"`
}

// Run moves and tells how far it is.
func (c workerMoveCommand) Run(ctx context.Context) error {
	hub, err := operating(ctx)
	if err != nil {
		return err
	}
	defer hub.Close()
	by := actor(c.Reason)
	if err := hub.Record(ctx, "move", "worker:"+c.From+":"+c.To, by); err != nil {
		return err
	}
	job, err := hub.Move(ctx, worker.Deployment, c.From, c.To, by)
	if err != nil {
		return err
	}
	progress, err := hub.Await(ctx, job, func(now operations.Progress) {
		if now.Total > 0 { // known once Temporal has begun
			fmt.Printf("%d of %d moved\n", now.Done, now.Total)
		}
	})
	if err != nil {
		return fmt.Errorf("batch %s goes on in Temporal without this command: %w", job, err)
	}
	if progress.Failed > 0 {
		return fmt.Errorf("%d of %d were not moved; call it again", progress.Failed, progress.Total)
	}
	return nil
}
