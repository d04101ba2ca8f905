package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net"
	"os"
	"path/filepath"
	"strconv"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/cmd/jansetu/dev"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
	"github.com/jansetu/jansetu/gateway/flows"
)

type gatewayCommand struct{}

// Run runs the gateway until it is told to stop.
func (gatewayCommand) Run(ctx context.Context) error {
	settings, log, err := load(config.NeedDatabase, config.NeedTemporal, config.NeedWhatsApp, config.NeedKeys)
	if err != nil {
		return err
	}
	gateway, err := assembly.StartGateway(ctx, settings, log)
	if err != nil {
		return err
	}
	return gateway.Wait(ctx)
}

type workerCommand struct{}

// Run runs the worker until it is told to stop.
func (workerCommand) Run(ctx context.Context) error {
	settings, log, err := load(config.NeedDatabase, config.NeedTemporal, config.NeedMedia, config.NeedKeys)
	if err != nil {
		return err
	}
	worker, err := assembly.StartWorker(ctx, settings, log)
	if err != nil {
		return err
	}
	return worker.Wait(ctx)
}

type migrateCommand struct{}

// Run migrates the database.
func (migrateCommand) Run(ctx context.Context) error {
	settings, _, err := load(config.NeedDatabase)
	if err != nil {
		return err
	}
	return assembly.Migrate(ctx, settings.DatabaseURL)
}

// devCommand's defaults are ports that are rarely taken.
type devCommand struct {
	catalogSource

	Payments     string `help:"How citizens pay instead of the state's own way: whatsapp-pay (in the chat) or upi (link and QR code to UPI apps)."`
	Data         string `default:".jansetu" help:"Folder that keeps the state of development; delete it to start afresh." type:"path"`
	PostgresPort int    `default:"15432" help:"Port of the private PostgreSQL."`
	TemporalPort int    `default:"7233" help:"Port of the Temporal server."`
	UIPort       int    `default:"8233" help:"Port of Temporal's web UI."`
	PhonePort    int    `default:"8090" help:"Port of the phone page and the WhatsApp emulator."`
	LoginPort    int    `default:"8095" help:"Port of the login provider for officers."`
	TwinPort     int    `default:"8070" help:"Port of the page of all portal twins; theirs follow."`
	GatewayPort  int    `help:"Port of the gateway; without it, JANSETU_LISTEN's, 8080 by default."`
	WorkerPort   int    `help:"Port of the worker's health and metrics; without it, JANSETU_WORKER_LISTEN's, 8085 by default."`
}

// environment is the process's, with what the flags say instead.
func (d devCommand) environment() []string {
	environment := append(os.Environ(), "JANSETU_MODE="+string(config.Development))
	if d.Files != "" {
		environment = append(environment, "JANSETU_FILES="+d.Files)
	}
	if d.GatewayPort != 0 {
		environment = append(environment, "JANSETU_LISTEN="+process.Address(d.GatewayPort))
	}
	if d.WorkerPort != 0 {
		environment = append(environment, "JANSETU_WORKER_LISTEN="+process.Address(d.WorkerPort))
	}
	return environment
}

// portOf is the port of host:port.
func portOf(address string) int {
	_, port, _ := net.SplitHostPort(address) // checked with the settings
	number, _ := strconv.Atoi(port)
	return number
}

// Run runs everything here until it is told to stop.
func (d devCommand) Run(ctx context.Context) error {
	settings, err := config.Load(d.environment())
	if err != nil {
		return err
	}
	if err := settings.Validate(); err != nil {
		return err
	}
	if err := os.MkdirAll(d.Data, 0o750); err != nil {
		return fmt.Errorf("the data folder cannot be made; choose another with --data: %w", err)
	}
	if err := d.changePayments(&settings); err != nil {
		return err
	}
	services, err := assembly.LoadCatalog(settings)
	if err != nil {
		return err
	}
	logFile, err := os.OpenFile(filepath.Join(d.Data, "jansetu.log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("the log file cannot be opened: %w", err)
	}
	defer func() { _ = logFile.Close() }()
	log := slog.New(slog.NewTextHandler(logFile, nil))
	return dev.Run(ctx, settings, services, hub{log}, dev.Options{
		DataDir: d.Data, PostgresPort: d.PostgresPort, TemporalPort: d.TemporalPort, UIPort: d.UIPort, PhonePort: d.PhonePort, LoginPort: d.LoginPort,
		GatewayPort: portOf(settings.Listen), WorkerPort: portOf(settings.WorkerListen), CodecEndpoint: assembly.CodecEndpoint(settings.PublicURL),
		TwinPort: d.TwinPort, TemporalBinary: besideThisProgram("temporal"), Out: os.Stdout, Log: log,
	})
}

// changePayments has the state's payments made the way a flag names, by files of this run's own.
func (d devCommand) changePayments(settings *config.Config) error {
	if d.Payments == "" {
		return nil
	}
	source, folder := catalogSource{settings.Files}.tree(), filepath.Join(d.Data, "files")
	if err := os.RemoveAll(folder); err != nil {
		return fmt.Errorf("files of the last run: %w", err)
	}
	if err := dev.PaymentsBy(d.Payments, nil, source, settings.State, folder); err != nil {
		return err
	}
	settings.Files = folder
	return nil
}

// besideThisProgram is where `make tools` puts the programs the hub comes with.
func besideThisProgram(name string) string {
	executable, err := os.Executable()
	if err != nil {
		return name
	}
	return filepath.Join(filepath.Dir(executable), name)
}

// hub starts gateway and worker in this process, for dev.
type hub struct{ log *slog.Logger }

func (h hub) Gateway(ctx context.Context, settings config.Config) (supervise.Running, error) {
	return assembly.StartGateway(ctx, settings, h.log)
}

func (h hub) Worker(ctx context.Context, settings config.Config) (supervise.Running, error) {
	worker, err := assembly.StartWorker(ctx, settings, h.log)
	if err != nil {
		return nil, err
	}
	select {
	case <-worker.Ready:
		return worker, nil
	case <-worker.Done():
		return nil, fmt.Errorf("the worker ended: %w", worker.Stop(ctx))
	case <-ctx.Done():
		return nil, errors.Join(ctx.Err(), worker.Stop(context.WithoutCancel(ctx)))
	}
}

func (hub) SearchAttributes() map[string]string { return assembly.SearchAttributes() }

func (hub) PublishFlows(ctx context.Context, settings config.Config) (int, error) {
	count := 0
	err := assembly.PublishFlows(ctx, settings, func(step flows.Step) {
		if step.Done != "" {
			count++
		}
	})
	return count, err
}

func (hub) Migrate(ctx context.Context, databaseURL string) error {
	return assembly.Migrate(ctx, databaseURL)
}
