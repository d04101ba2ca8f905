package main

import (
	"context"
	"fmt"
	"maps"
	"os"
	"slices"
	"strings"
	"text/tabwriter"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/gateway/flows"
)

type flowsCommand struct {
	// Publish may be interrupted and called again.
	Publish flowsPublishCommand `cmd:"" help:"Give Meta the public key, publish new and changed forms, and move the others to JANSETU_PUBLIC_URL."`
	List    flowsListCommand    `cmd:"" help:"Show which forms are published, and which are not."`
}

type flowsPublishCommand struct{}

// Run publishes and tells what it did.
func (flowsPublishCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedFlows)
	if err != nil {
		return err
	}
	changed, there := 0, 0
	err = assembly.PublishFlows(ctx, settings, func(step flows.Step) {
		if step.Done == "" {
			there++
			return
		}
		changed++
		fmt.Printf("%s  %s  %s  %s\n", step.Done, step.Wanted.Name, step.Wanted.Language, forWhat(step.Wanted.Services))
	})
	if err != nil {
		return fmt.Errorf("stopped after %d; what was done stays done, call it again to go on: %w", changed, err)
	}
	fmt.Printf("%d forms published or moved, %d were there already. The gateway offers them within a minute.\n", changed, there)
	return nil
}

type flowsListCommand struct{}

// Run prints the forms with their status at Meta.
func (flowsListCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedFlows)
	if err != nil {
		return err
	}
	plan, err := assembly.PlanFlows(settings)
	if err != nil {
		return err
	}
	known, err := assembly.ListFlows(ctx, settings)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "STATUS\tLANGUAGE\tFLOW\tFORM OF")
	for _, wanted := range plan {
		status := string(known[wanted.Name].Status)
		if status == "" {
			status = "not published"
		}
		delete(known, wanted.Name)
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\n", status, wanted.Language, wanted.Name, forWhat(wanted.Services))
	}
	for _, name := range slices.Sorted(maps.Keys(known)) {
		_, _ = fmt.Fprintf(table, "%s\t\t%s\t(no form as it is now)\n", known[name].Status, name)
	}
	return table.Flush()
}

// forWhat names a few services; a shared form may be that of hundreds.
func forWhat(services []string) string {
	const few = 3
	if len(services) <= few {
		return strings.Join(services, ", ")
	}
	return fmt.Sprintf("%s and %d more", strings.Join(services[:few], ", "), len(services)-few)
}
