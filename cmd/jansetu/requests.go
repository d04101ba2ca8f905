package main

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/user"
	"text/tabwriter"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/worker/operations"
)

type requestsCommand struct {
	List   requestsListCommand   `cmd:"" help:"List open requests: what is stuck, by portal, money or what they wait for."`
	Show   requestsShowCommand   `cmd:"" help:"Show where one request stands, what happened, and what to do."`
	Pause  requestsPauseCommand  `cmd:"" help:"Have all requests of a portal call nothing outside until they are resumed."`
	Drain  requestsDrainCommand  `cmd:"" help:"Have nothing more sent to a portal, by requests that begin now too; what is under way finishes."`
	Resume requestsResumeCommand `cmd:"" help:"End the drain of a portal, and have its paused requests go on."`
	Retry  requestsRetryCommand  `cmd:"" help:"Have all requests of a portal try again at once what they wait to retry."`
}

// which are the requests that are meant.
type which struct {
	Portal     string `help:"Only those of this portal." placeholder:"NAME"`
	WaitingFor string `help:"Only those that wait for: operator, portal, citizen, payment, department, …" placeholder:"WHAT"`
	Money      string `help:"Only those whose money is: none, awaited, paid, refunding." placeholder:"WHERE"`
	Overdue    bool   `help:"Only those whose time in law is over."`
	Query      string `help:"Only those that this list filter of Temporal finds too." placeholder:"FILTER"`
}

func (w which) filter() operations.Filter {
	return operations.Filter{Portal: w.Portal, WaitingFor: w.WaitingFor, Money: w.Money, Overdue: w.Overdue, Query: w.Query}
}

// operating opens what an operator's command works with.
func operating(ctx context.Context) (*assembly.Operating, error) {
	settings, log, err := load(config.NeedDatabase, config.NeedTemporal, config.NeedKeys)
	if err != nil {
		return nil, err
	}
	return assembly.Operate(ctx, settings, log)
}

// actor is who sits at this machine, and why they do what they do.
func actor(reason string) operations.Actor {
	name := "unknown"
	if current, err := user.Current(); err == nil {
		name = current.Username
	}
	return operations.Actor{By: "console/" + name, Reason: reason}
}

type requestsListCommand struct {
	which

	Limit int `default:"50" help:"Most requests to list."`
}

// Run prints the list.
func (c requestsListCommand) Run(ctx context.Context) error {
	hub, err := operating(ctx)
	if err != nil {
		return err
	}
	defer hub.Close()
	requests, more, err := hub.List(ctx, c.filter(), c.Limit)
	if err != nil {
		return err
	}
	table := tabwriter.NewWriter(os.Stdout, 0, 0, 2, ' ', 0)
	_, _ = fmt.Fprintln(table, "REQUEST\tSERVICE\tPORTAL\tSTAGE\tWAITS FOR\tMONEY\tDUE\tSTARTED")
	for i := range requests {
		r := &requests[i]
		_, _ = fmt.Fprintf(table, "%s\t%s\t%s\t%s\t%s\t%s\t%s\t%s\n", r.Reference, r.Service, r.Portal, r.Stage, r.WaitingFor, r.Money,
			inIndia(r.Due), inIndia(r.StartedAt))
	}
	if err := table.Flush(); err != nil {
		return err
	}
	if more {
		fmt.Printf("There are more than %d; --limit shows more.\n", c.Limit)
	}
	return nil
}

func inIndia(at time.Time) string {
	if at.IsZero() {
		return "-"
	}
	return at.In(connectors.IndianTime).Format("2 Jan 15:04")
}

type requestsShowCommand struct {
	Reference string `arg:"" help:"The request's reference."`
}

// Run prints one request.
func (c requestsShowCommand) Run(ctx context.Context) error {
	hub, err := operating(ctx)
	if err != nil {
		return err
	}
	defer hub.Close()
	detail, err := hub.Find(ctx, c.Reference)
	if err != nil {
		return err
	}
	fmt.Printf("%s  %s at %s, since %s\n%s. Waits for: %s. Worker: %s\n", detail.Reference, detail.Service, detail.Portal, inIndia(detail.StartedAt),
		detail.Stage.Words(), detail.WaitingFor, detail.Version)
	for _, call := range detail.Calls {
		fmt.Printf("calls %s: attempt %d since %s, next %s %s\n", call.Activity, call.Attempt, inIndia(call.Since), inIndia(call.Next), call.Class)
	}
	if detail.Status == nil {
		return errors.New("its workflow did not answer: look whether a worker of its version runs (jansetu worker versions)")
	}
	for _, milestone := range detail.Status.Milestones {
		fmt.Printf("%s  %s\n", inIndia(milestone.At), milestone.What)
	}
	if detail.Status.Paused != "" {
		fmt.Println("An operator holds it:", detail.Status.Paused)
	}
	if detail.Status.Attention != "" {
		fmt.Println("What to do:", detail.Status.Attention)
	}
	return nil
}
