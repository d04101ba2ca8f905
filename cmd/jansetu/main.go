// Command jansetu is the whole hub in one binary: the gateway that faces people, the worker that runs their requests, and the
// commands of those who run and extend it.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/signal"
	"syscall"

	"github.com/alecthomas/kong"

	"github.com/jansetu/jansetu/cmd/jansetu/bench"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/cmd/jansetu/connector"
	"github.com/jansetu/jansetu/cmd/jansetu/simulate"
)

// commandLine is every command with its flags.
type commandLine struct {
	Dev       devCommand        `cmd:"" help:"Run everything here, for development: database, Temporal, the phone page, the portals' twins, gateway and worker."`
	Gateway   gatewayCommand    `cmd:"" help:"Run the gateway: webhooks, conversation, outbox."`
	Worker    workerCommands    `cmd:"" help:"Run the worker, or look after its versions."`
	Requests  requestsCommand   `cmd:"" help:"What is stuck, why, and what to do about it; many requests of a portal at once."`
	Migrate   migrateCommand    `cmd:"" help:"Bring the database's schema up to date."`
	Keys      keysCommand       `cmd:"" help:"Look after the keys under which people's data is kept."`
	Flows     flowsCommand      `cmd:"" help:"Look after the forms that open inside WhatsApp."`
	Catalog   catalogCommand    `cmd:"" help:"Look at and check what citizens can ask for."`
	Audit     auditCommand      `cmd:"" help:"Verify the log of who did what to whose data."`
	Verify    verifyCommand     `cmd:"" help:"Say of a paper, from its PDF or its code, whether it is what was issued."`
	Witness   witnessCommand    `cmd:"" help:"Watch the public log of a hub for another department, and sign its checkpoints."`
	Issuer    issuerCommand     `cmd:"" help:"Look after the keys with which documents are sealed and signed."`
	Connector connector.Command `cmd:"" help:"Add a portal: draft, discover, check, record."`
	Bench     bench.Command     `cmd:"" help:"Measure the hub under load, on this machine."`
	Simulate  simulate.Command  `cmd:"" help:"Let an invented town live on the whole hub, with failing portals and killed processes, and check its accounts."`
	Help      helpCommand       `cmd:"" help:"Explain the configuration: jansetu help config."`
}

type helpCommand struct {
	Config helpConfigCommand `cmd:"" help:"Every environment variable, its default and its meaning."`
}

type helpConfigCommand struct{}

// Run prints the configuration's documentation.
func (helpConfigCommand) Run() error { return config.WriteHelp(os.Stdout) }

func main() {
	ctx, stop := signal.NotifyContext(context.Background(), os.Interrupt, syscall.SIGTERM)
	defer stop()
	var commands commandLine
	parsed := kong.Parse(&commands,
		kong.Name("jansetu"),
		kong.Description("Jansetu carries citizens' requests from WhatsApp to the departments' portals and back."),
		kong.UsageOnError(),
		kong.BindTo(ctx, (*context.Context)(nil)),
	)
	if err := parsed.Run(); err != nil && !errors.Is(err, context.Canceled) {
		fmt.Fprintf(os.Stderr, "jansetu: %v\n", err)
		os.Exit(1) //nolint:gocritic // the signal handler's release does not matter to a process that ends
	}
}

// load reads and checks the configuration for a command that needs what is named.
func load(needs ...config.Need) (config.Config, *slog.Logger, error) {
	settings, err := config.Load(os.Environ())
	if err != nil {
		return config.Config{}, nil, err
	}
	if err := settings.Validate(needs...); err != nil {
		return config.Config{}, nil, fmt.Errorf("the configuration is not complete:\n%w", err)
	}
	log, err := newLogger(settings.LogLevel)
	return settings, log, err
}

func newLogger(level string) (*slog.Logger, error) {
	var threshold slog.Level
	if err := threshold.UnmarshalText([]byte(level)); err != nil {
		return nil, fmt.Errorf("JANSETU_LOG_LEVEL: %w", err)
	}
	return slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: threshold})), nil
}
