// Package dev runs the whole hub on one machine for development: it starts what the environment does not already name, in order,
// shows progress, keeps it running and stops it in the opposite order. It knows how the local services are started; how gateway
// and worker are put together is the caller's.
package dev

import (
	"context"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/supervise"
	"github.com/jansetu/jansetu/store"
)

const stopLimit = time.Minute

// Options say where development state lives and which ports on 127.0.0.1 are used.
type Options struct {
	// DataDir keeps databases, the emulator's chats, the twins' books and the log. Deleting it starts afresh.
	DataDir      string
	PostgresPort int
	TemporalPort int
	UIPort       int // Temporal's web UI
	PhonePort    int // the emulator with the phone page
	LoginPort    int // the login provider for officers
	TwinPort     int // the page of all twins; the state's portals follow, and 30 after it the others
	GatewayPort  int // of the settings' Listen
	WorkerPort   int // of the settings' WorkerListen
	// CodecEndpoint is where Temporal's UI has payloads decoded.
	CodecEndpoint string
	// TemporalBinary is tried before the PATH.
	TemporalBinary string
	Out            io.Writer
	Log            *slog.Logger
}

// Hub starts the two parts of the hub itself in this process.
type Hub interface {
	Gateway(ctx context.Context, settings config.Config) (supervise.Running, error)
	Worker(ctx context.Context, settings config.Config) (supervise.Running, error)
	// SearchAttributes are those of the hub's workflows, name to type.
	SearchAttributes() map[string]string
	// Migrate brings the database's schema up to date.
	Migrate(ctx context.Context, databaseURL string) error
	// PublishFlows publishes the forms that open inside WhatsApp, and says how many were new.
	PublishFlows(ctx context.Context, settings config.Config) (int, error)
}

// Run starts everything, prints what to open, and keeps it running until ctx ends.
func Run(ctx context.Context, settings config.Config, services *catalog.Catalog, hub Hub, options Options) error {
	if err := os.MkdirAll(options.DataDir, 0o750); err != nil {
		return fmt.Errorf("the data folder cannot be made; choose another with --data: %w", err)
	}
	if err := options.claim(services.State().ID); err != nil {
		return err
	}
	d := &development{
		settings: settings, services: services, hub: hub, options: options,
		group: supervise.New(options.Log), progress: newProgress(options.Out),
	}
	if d.settings.Keys.URI == "" {
		d.settings.Keys.URI = "file://" + d.folder("kek.json")
	}
	if d.settings.Documents.Issuer == "" {
		d.settings.Documents.Issuer = d.folder("issuer")
	}
	if d.settings.Documents.LogFolder == "" {
		d.settings.Documents.LogFolder = d.folder("log")
	}
	err := d.useFlows()
	if err == nil {
		err = d.start(ctx)
	}
	if err == nil {
		d.printWelcome()
		<-ctx.Done()
	}
	return d.stop(ctx, err)
}

// claim makes the data folder a state's: everything in it, the keys too, is bound to that.
func (o *Options) claim(state string) error {
	file := filepath.Join(o.DataDir, "state")
	owner, err := os.ReadFile(file) //nolint:gosec // the folder is named by who starts this
	if errors.Is(err, fs.ErrNotExist) {
		owner, err = []byte(state), os.WriteFile(file, []byte(state), 0o600)
	}
	if err != nil {
		return fmt.Errorf("the data folder cannot be used; choose another with --data: %w", err)
	}
	if string(owner) != state {
		return fmt.Errorf("%s holds the data of %q, and JANSETU_STATE is %q: choose another folder with --data", o.DataDir, owner, state)
	}
	return nil
}

var errOtherVersion = errors.New("this database was made by another version before the first release: delete the data folder and start again")

// development is one run.
type development struct {
	settings config.Config
	services *catalog.Catalog
	hub      Hub
	options  Options
	group    *supervise.Group
	progress *progress
	phone    string // address of the phone page, empty when the environment names another WhatsApp
	ui       string // address of Temporal's UI, likewise

	ownPostgres bool           // it is in the data folder
	publishing  sync.WaitGroup // of forms
	twins       []twinAddress
	gallery     string   // address of the page of all twins
	samples     []string // the twins of no portal of the state, name and port
}

func (d *development) start(ctx context.Context) error {
	for _, step := range []func(context.Context) error{
		d.startPostgres, d.migrate, d.startLogin, d.startTemporal, d.startTwins, d.startEmulator, d.startGateway, d.startWorker, d.publishFlows,
	} {
		if err := step(ctx); err != nil {
			return err
		}
		if ctx.Err() != nil {
			return ctx.Err()
		}
	}
	return nil
}

// stop ends everything in the opposite order; the first error of all is what the person should read.
func (d *development) stop(ctx context.Context, cause error) error {
	d.progress.sayf("Stopping; the data stays in %s", d.options.DataDir)
	d.publishing.Wait() // it ends with ctx
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
	defer cancel()
	if err := d.group.Stop(ctx); err != nil && cause == nil {
		return fmt.Errorf("stop: %w", err)
	}
	return cause
}

// service starts one supervised service and shows that it is ready.
func (d *development) service(ctx context.Context, name string, start func(context.Context) (supervise.Running, error), where func() string) error {
	done := d.progress.begin(name)
	if err := d.group.Start(ctx, supervise.Service{Name: name, Start: start}); err != nil {
		return d.options.nameFlag(err)
	}
	done(where())
	return nil
}

// nameFlag says of a port that is in use by which flag another one is chosen.
func (o *Options) nameFlag(err error) error {
	inUse, ok := errors.AsType[*process.PortInUseError](err)
	if !ok {
		return err
	}
	named := *inUse
	named.Setting = "--twin-port"
	for flag, port := range o.flags() {
		if port == named.Port {
			named.Setting = flag
		}
	}
	return &named
}

// flags are the ports by the flag that chooses them, but for the twins'.
func (o *Options) flags() map[string]int {
	return map[string]int{
		"--postgres-port": o.PostgresPort, "--temporal-port": o.TemporalPort, "--ui-port": o.UIPort, "--phone-port": o.PhonePort,
		"--login-port": o.LoginPort, "--gateway-port": o.GatewayPort, "--worker-port": o.WorkerPort,
	}
}

func (o *Options) ports() []int { return slices.Collect(maps.Values(o.flags())) }

func (d *development) folder(name string) string { return filepath.Join(d.options.DataDir, name) }

func (d *development) migrate(ctx context.Context) error {
	done := d.progress.begin("Database schema")
	err := d.hub.Migrate(ctx, d.settings.DatabaseURL)
	if errors.Is(err, store.ErrOtherVersion) && d.ownPostgres {
		return fmt.Errorf("%w (%s)", errOtherVersion, d.options.DataDir)
	}
	if err != nil {
		return fmt.Errorf("the database's schema could not be brought up to date: %w", err)
	}
	done("up to date")
	return nil
}

func (d *development) startGateway(ctx context.Context) error {
	return d.service(ctx, "Gateway", func(ctx context.Context) (supervise.Running, error) {
		return d.hub.Gateway(ctx, d.settings)
	}, func() string { return "http://" + d.settings.Listen })
}

func (d *development) startWorker(ctx context.Context) error {
	return d.service(ctx, "Worker", func(ctx context.Context) (supervise.Running, error) {
		return d.hub.Worker(ctx, d.settings)
	}, func() string { return "takes requests" })
}
