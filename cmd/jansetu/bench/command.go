package bench

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"time"
)

// Command is the flags of `jansetu bench`, for kong.
type Command struct {
	Scenarios []Scenario `default:"idle,load,dedupe" enum:"idle,load,dedupe,saturate" help:"What to measure: idle, load, dedupe, saturate."`

	Gate bool `help:"Fail also when a speed goal is missed; lost or doubled replies always fail."`

	JSON string `help:"Write the report as JSON to this file as well." placeholder:"FILE" type:"path"`

	State string `default:"andhra" help:"Deployment to measure: a folder under deploy/states."`

	DatabaseURL string `help:"PostgreSQL to use instead of a private cluster; its user must be a superuser." placeholder:"URL"`

	DataDir string `help:"Where the private cluster and the logs go; choose the disk to be measured. Default: a temporary folder." type:"path"`

	Hub string `help:"Program to measure, run as 'FILE gateway'. Default: this one." placeholder:"FILE" type:"path"`

	WebhookURL string `help:"Webhook of a hub that runs already, with --meta-listen as its WhatsApp API and the bench's own secrets." placeholder:"URL"`

	MetaListen string `default:"127.0.0.1:0" help:"Address where the emulator listens."`

	HubEnv []string `help:"Further environment variables of the hub." placeholder:"NAME=VALUE" sep:"none"`

	Citizens          int           `default:"2000" help:"Citizens who are known to the hub before the measurement."`
	IdleTurns         int           `default:"200"  help:"Turns of the idle scenario."`
	Rate              float64       `default:"1050" help:"Webhooks per second of the load scenario."`
	Duration          time.Duration `default:"60s"  help:"Duration of the load scenario."`
	StatusShare       float64       `default:"0.5"  help:"Part of the webhooks that carry statuses."`
	SaturateFrom      float64       `default:"1000" help:"Webhooks per second of the first step of the saturate scenario."`
	SaturateStep      time.Duration `default:"10s"  help:"Duration of each step of the saturate scenario."`
	MessagesPerSecond int           `default:"1000" help:"Throughput of the business number at Meta: 80, or 1000 when upgraded."`
	Seed              uint64        `default:"1"    help:"Seed of the citizens' choices."`
}

// Errors that decide the exit status of a run that was finished.
var (
	// ErrNotExact says that replies were lost or doubled.
	ErrNotExact = errors.New("replies were lost or doubled")
	// ErrGoalMissed says that a speed goal was missed, with --gate.
	ErrGoalMissed = errors.New("a speed goal was missed")
)

// Config is what the flags ask for.
func (c Command) Config(log *slog.Logger) Config {
	config := DefaultConfig()
	config.Scenarios, config.State = c.Scenarios, c.State
	config.DatabaseURL, config.DataDir = c.DatabaseURL, c.DataDir
	config.Binary, config.WebhookURL, config.MetaListen, config.Environment = c.Hub, c.WebhookURL, c.MetaListen, c.HubEnv
	config.Citizens, config.IdleTurns = c.Citizens, c.IdleTurns
	config.Rate, config.Duration, config.StatusShare = c.Rate, c.Duration, c.StatusShare
	config.SaturateFrom, config.SaturateStep = c.SaturateFrom, c.SaturateStep
	config.MessagesPerSecond, config.Seed = c.MessagesPerSecond, c.Seed
	config.Log = log
	return config
}

// Run is what kong calls: Execute on the terminal.
func (c Command) Run(ctx context.Context) error {
	return c.Execute(ctx, os.Stdout, slog.New(slog.NewTextHandler(os.Stderr, nil)))
}

// Execute measures, prints the table to out, and returns [ErrNotExact] or [ErrGoalMissed] when the result is not good enough.
func (c Command) Execute(ctx context.Context, out io.Writer, log *slog.Logger) error {
	report, err := Run(ctx, c.Config(log))
	if err != nil {
		return err
	}
	if err := report.WriteTable(out); err != nil {
		return err
	}
	if err := c.writeJSON(report); err != nil {
		return err
	}
	switch {
	case !report.Exact():
		return ErrNotExact
	case c.Gate && !report.Met():
		return ErrGoalMissed
	default:
		return nil
	}
}

func (c Command) writeJSON(report Report) error {
	if c.JSON == "" {
		return nil
	}
	content, err := json.MarshalIndent(report, "", "  ")
	if err != nil {
		return fmt.Errorf("encode the report: %w", err)
	}
	if err := os.WriteFile(c.JSON, append(content, '\n'), 0o644); err != nil { //nolint:gosec // a report is for everyone to read
		return fmt.Errorf("write the report: %w", err)
	}
	return nil
}
