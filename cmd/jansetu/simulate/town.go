package simulate

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	payments "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/temporal"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
	"github.com/jansetu/jansetu/workflows"
)

// The parts of the hub that the town's chaos kills.
const (
	partPostgres = "postgres"
	partTemporal = "temporal"
	partGateway  = "gateway"
	partWorker   = "worker"
)

// The secrets between the hub and the town around it; they are worth nothing elsewhere.
const (
	phoneNumberID = "106540352242922"
	accessToken   = "simulated-access-token"
	appSecret     = "simulated-app-secret" //nolint:gosec // of a town that is gone when the run ends
	verifyToken   = "simulated-verify-token"
	webhookSecret = "simulated-webhook-secret"
	keyID         = "rzp_test_simulated"
	keySecret     = "simulated-key-secret"
)

const partLimit = time.Minute // for one part to start

// town is the whole hub, and everything around it that behaves as the real thing does.
type town struct {
	config   Config
	services *catalog.Catalog
	folder   string
	log      *slog.Logger
	ports    map[string]int
	meta     *emulator.Emulator
	bank     *payments.Sandbox
	portals  map[string]twins.Twin // but the payment gateway's, by name
	closers  []io.Closer

	mu       sync.Mutex
	postgres *postgres.Cluster
	temporal *temporal.Server
	children map[string]*child
	kills    int
	faults   int
	wishes   map[kind]wish
}

// openTown starts everything and returns when it is ready.
func openTown(ctx context.Context, config Config, services *catalog.Catalog, folder string) (*town, error) {
	t := &town{
		config: config, services: services, folder: folder, log: config.Log, ports: map[string]int{}, portals: map[string]twins.Twin{},
		children: map[string]*child{},
	}
	err := t.open(ctx)
	if err != nil {
		t.close() //nolint:contextcheck // what was started is ended whatever happened to the caller
		return nil, err
	}
	return t, nil
}

func (t *town) open(ctx context.Context) error {
	parts := []string{partPostgres, partTemporal, partGateway, partWorker}
	for _, part := range append(parts, "meta", "bank") {
		port, err := process.FreePort(ctx)
		if err != nil {
			return err
		}
		t.ports[part] = port
	}
	if err := t.openMeta(ctx); err != nil {
		return err
	}
	if err := t.openBank(ctx); err != nil {
		return err
	}
	if err := t.openPortals(ctx); err != nil {
		return err
	}
	if err := t.openWishes(); err != nil {
		return err
	}
	for _, part := range parts {
		t.config.sayf("Starting %s", part)
		if err := t.start(ctx, part); err != nil {
			return fmt.Errorf("start %s: %w", part, err)
		}
	}
	return nil
}

func (t *town) url(part string) string { return "http://" + process.Address(t.ports[part]) }

func (t *town) openMeta(ctx context.Context) (err error) {
	t.meta, err = emulator.New(
		emulator.Config{
			WebhookURL: t.url(partGateway) + "/webhooks/whatsapp", AppSecret: appSecret, VerifyToken: verifyToken, AccessToken: accessToken,
			PublicURL: t.url("meta"), Log: t.log,
			Numbers:  []emulator.Number{{PhoneNumberID: phoneNumberID, DisplayPhoneNumber: "+1 555 078 3881", WABAID: "1", VerifiedName: "Jansetu"}},
			Delivery: emulator.Delivery{Retry: []time.Duration{200 * time.Millisecond, 500 * time.Millisecond, time.Second}, MaxAge: time.Hour},
		})
	if err != nil {
		return fmt.Errorf("make the emulator: %w", err)
	}
	return t.serve(ctx, "meta", t.meta.Handler(), t.meta)
}

func (t *town) openBank(ctx context.Context) (err error) {
	t.bank, err = payments.New( //nolint:contextcheck // it lives until it is closed
		payments.Config{
			KeyID: keyID, KeySecret: keySecret, WebhookSecret: webhookSecret, PublicURL: t.url("bank"),
			WebhookURL: t.url(partGateway) + "/webhooks/payments/razorpay", Logger: t.log,
			WebhookRetries: []time.Duration{200 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 5 * time.Second},
		})
	if err != nil {
		return fmt.Errorf("make the payment gateway: %w", err)
	}
	return t.serve(ctx, "bank", t.bank, t.bank)
}

// openPortals starts the twin of every portal of the state.
func (t *town) openPortals(ctx context.Context) error {
	for _, portal := range t.services.Portals() {
		if portal.Name == workflows.PaymentsPortal {
			if portal.Family != razorpay.FamilyName {
				return fmt.Errorf("the simulation knows the payment gateway %s, not %s", razorpay.FamilyName, portal.Family)
			}
			continue
		}
		port, err := process.FreePort(ctx)
		if err != nil {
			return err
		}
		t.ports[portal.Name] = port
		twin, err := twins.New(twins.Portal{
			Family: portal.Family, Settings: portal.Settings, Credentials: twins.Credentials(portal.Family), Address: t.url(portal.Name),
			HubURL: t.url(partGateway), Log: t.log,
		})
		if err != nil {
			return fmt.Errorf("make the twin of %s: %w", portal.Name, err)
		}
		t.portals[portal.Name] = twin
		if err := t.serve(ctx, portal.Name, twin, twin); err != nil {
			return err
		}
	}
	return nil
}

const headerTimeout = 10 * time.Second

func (t *town) serve(ctx context.Context, name string, handler http.Handler, closer io.Closer) error {
	t.closers = append(t.closers, closer)
	var listening net.ListenConfig
	listener, err := listening.Listen(ctx, "tcp", process.Address(t.ports[name]))
	if err != nil {
		return fmt.Errorf("listen for %s: %w", name, err)
	}
	server := &http.Server{Handler: handler, ReadHeaderTimeout: headerTimeout}
	go func() { _ = server.Serve(listener) }() // ends with Close
	t.closers = append(t.closers, server)
	return nil
}

// start starts one of the hub's parts and returns when it is ready.
func (t *town) start(ctx context.Context, part string) error {
	ctx, cancel := context.WithTimeout(ctx, partLimit)
	defer cancel()
	switch part {
	case partPostgres:
		return t.startPostgres(ctx)
	case partTemporal:
		return t.startTemporal(ctx)
	default:
		return t.startChild(ctx, part)
	}
}

func (t *town) startPostgres(ctx context.Context) error {
	cluster, err := postgres.Start(ctx, postgres.Config{DataDir: filepath.Join(t.folder, partPostgres), Port: t.ports[partPostgres]})
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.postgres = cluster
	t.mu.Unlock()
	command := exec.CommandContext(ctx, t.config.Binary, "migrate") //nolint:gosec // our own program, or the one the flag names
	command.Env = append(os.Environ(), "JANSETU_MODE=development", "DATABASE_URL="+cluster.URL())
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("migrate: %w: %s", err, output)
	}
	return nil
}

func (t *town) startTemporal(ctx context.Context) error {
	binary, err := temporal.FindBinary(ctx, t.config.TemporalBinary)
	if err != nil {
		return err
	}
	server, err := temporal.Start(ctx, temporal.Config{
		Binary: binary, DataDir: filepath.Join(t.folder, partTemporal), Port: t.ports[partTemporal], Headless: true,
		SearchAttributes: assembly.SearchAttributes(),
	})
	if err != nil {
		return err
	}
	t.mu.Lock()
	t.temporal = server
	t.mu.Unlock()
	return nil
}

func (t *town) startChild(ctx context.Context, part string) error {
	output, err := os.OpenFile(filepath.Join(t.folder, part+".log"), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600) //nolint:gosec // in our own folder
	if err != nil {
		return fmt.Errorf("make the log file: %w", err)
	}
	defer func() { _ = output.Close() }()          // the child has its own copy
	command := exec.Command(t.config.Binary, part) //nolint:gosec,noctx // our own program, or the one the flag names; it outlives the start
	command.Env, command.Stdout, command.Stderr = t.environment(), output, output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return err
	}
	started := &child{command, make(chan struct{})}
	go func() {
		_ = command.Wait() // how it ended is in its log
		close(started.done)
	}()
	t.mu.Lock()
	t.children[part] = started
	t.mu.Unlock()
	return t.awaitReady(ctx, part, started.done)
}

// child is a process of the hub.
type child struct {
	command *exec.Cmd
	done    chan struct{}
}

func (c *child) end(how os.Signal) {
	_ = c.command.Process.Signal(how)
	<-c.done
}

func (t *town) awaitReady(ctx context.Context, part string, ended <-chan struct{}) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	client := &http.Client{Timeout: time.Second}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url(part)+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ended:
			return fmt.Errorf("%s ended before it was ready; see %s: %s", part, filepath.Join(t.folder, part+".log"), lastWords(filepath.Join(t.folder, part+".log")))
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w; see %s", part, ctx.Err(), filepath.Join(t.folder, part+".log"))
		case <-tick.C:
		}
	}
}

func (t *town) environment() []string {
	set := append(os.Environ(),
		"JANSETU_MODE=development", "JANSETU_STATE="+t.config.State, "JANSETU_LOG_LEVEL=info",
		"JANSETU_LISTEN="+process.Address(t.ports[partGateway]), "JANSETU_WORKER_LISTEN="+process.Address(t.ports[partWorker]),
		"JANSETU_KEK_URI=file://"+filepath.Join(t.folder, "kek.json"), "DATABASE_URL="+t.postgres.URL(),
		"TEMPORAL_ADDRESS="+process.Address(t.ports[partTemporal]),
		"WHATSAPP_API_URL="+t.url("meta"), "WHATSAPP_PHONE_NUMBER_ID="+phoneNumberID, "WHATSAPP_ACCESS_TOKEN="+accessToken,
		"WHATSAPP_APP_SECRET="+appSecret, "WHATSAPP_VERIFY_TOKEN="+verifyToken, "WHATSAPP_MESSAGES_PER_SECOND=1000",
		"JANSETU_PORTAL_PAYMENTS_URL="+t.url("bank"), "JANSETU_PORTAL_PAYMENTS_KEY_ID="+keyID,
		"JANSETU_PORTAL_PAYMENTS_KEY_SECRET="+keySecret, "JANSETU_PORTAL_PAYMENTS_WEBHOOK_SECRET="+webhookSecret,
	)
	for _, portal := range t.services.Portals() {
		if portal.Name == workflows.PaymentsPortal {
			continue
		}
		prefix := "JANSETU_PORTAL_" + strings.ToUpper(strings.ReplaceAll(portal.Name, "-", "_")) + "_"
		set = append(set, prefix+"URL="+t.url(portal.Name))
		for key, value := range twins.Credentials(portal.Family) {
			set = append(set, prefix+strings.ToUpper(key)+"="+value)
		}
	}
	return set
}

// kill ends a part as a power cut would, and starts it again.
func (t *town) kill(ctx context.Context, part string) error {
	t.mu.Lock()
	cluster, server, child := t.postgres, t.temporal, t.children[part]
	t.kills++
	t.mu.Unlock()
	switch part {
	case partPostgres:
		_ = syscall.Kill(cluster.Pid(), syscall.SIGKILL)
		<-cluster.Done()
	case partTemporal:
		_ = syscall.Kill(server.Pid(), syscall.SIGKILL)
		<-server.Done()
	default:
		child.end(syscall.SIGKILL)
	}
	return t.start(ctx, part)
}

const closeLimit = 30 * time.Second

// close ends everything in order: what the hub has under way first.
func (t *town) close() {
	for _, part := range []string{partWorker, partGateway} {
		if child := t.children[part]; child != nil {
			child.end(syscall.SIGTERM)
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), closeLimit)
	defer cancel()
	var failed error
	if t.temporal != nil {
		failed = errors.Join(failed, t.temporal.Stop(ctx))
	}
	if t.postgres != nil {
		failed = errors.Join(failed, t.postgres.Stop(ctx))
	}
	for _, closer := range t.closers {
		failed = errors.Join(failed, closer.Close())
	}
	if failed != nil {
		t.log.Warn("town not closed in order", "error", failed)
	}
}

// lastWords is the end of a log.
func lastWords(file string) string {
	content, err := os.ReadFile(file) //nolint:gosec // in our own folder
	if err != nil {
		return "no log"
	}
	const longest = 600
	return string(content[max(len(content)-longest, 0):])
}
