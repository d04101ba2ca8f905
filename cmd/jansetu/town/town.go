// Package town is a whole hub with everything around it, for simulations, walks and whoever tries it out: gateway and worker as processes
// of their own on real PostgreSQL and real Temporal, WhatsApp's emulator, the payment gateway's sandbox, and the twin of every portal of the
// state. It holds no citizens, and its parts can be killed. Production never uses it.
package town

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"maps"
	"net"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/config"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments/razorpay"
	payments "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
	"github.com/jansetu/jansetu/workflows"
)

// The secrets between the hub and the town around it; they are worth nothing elsewhere.
const (
	phoneNumberID = "106540352242922"
	accountID     = "1"
	accessToken   = "simulated-access-token"
	appSecret     = "simulated-app-secret" //nolint:gosec // of a town that is gone when the run ends
	verifyToken   = "simulated-verify-token"
	webhookSecret = "simulated-webhook-secret"
	keyID         = "rzp_test_simulated"
	keySecret     = "simulated-key-secret"
)

const (
	partMeta = "meta"
	partBank = "bank"
)

// Config says what kind of town it is.
type Config struct {
	State    string
	Services *catalog.Catalog // of the state
	Files    string           // the folder the hub reads the catalog from; empty: what is built in
	Binary   string           // the hub's program
	Folder   string           // for logs and keys
	// Quick has portals without a pace of their own: officers decide at once.
	Quick bool
	// Prompt are the families of portals that are quick, where not all are.
	Prompt []string
	// Forms has the forms that open inside WhatsApp published.
	Forms bool
	// Limits are Meta's; zero: as they are.
	Limits emulator.Limits
	// Environment of gateway and worker, beside what the town gives them.
	Environment []string
	Progress    func(string) // told of each part that starts; nil: nobody
	Log         *slog.Logger
}

// Town is one running town. It is safe for concurrent use.
type Town struct {
	config  Config
	ground  *Ground // nil: what it stands on cannot be killed
	plot    Plot
	ports   map[string]int
	meta    *emulator.Emulator
	bank    *payments.Sandbox
	portals map[string]twins.Twin // but the payment gateway's, by name
	closers []io.Closer

	mu       sync.Mutex
	children map[Part]*child
}

// Open starts a town on a plot and returns when it is ready.
func Open(ctx context.Context, config Config, plot Plot) (*Town, error) {
	return OpenOn(ctx, config, nil, plot)
}

// OpenOn is [Open] for a town whose ground can be killed too.
func OpenOn(ctx context.Context, config Config, ground *Ground, plot Plot) (*Town, error) {
	if config.Progress == nil {
		config.Progress = func(string) {}
	}
	t := &Town{config: config, ground: ground, plot: plot, ports: map[string]int{}, portals: map[string]twins.Twin{}, children: map[Part]*child{}}
	if err := t.open(ctx); err != nil {
		t.Close()
		return nil, err
	}
	return t, nil
}

func (t *Town) open(ctx context.Context) error {
	portals := t.config.Services.Portals()
	names := append(make([]string, 0, len(portals)+4), string(Gateway), string(Worker), partMeta, partBank)
	for _, portal := range portals {
		names = append(names, portal.Name)
	}
	for _, name := range names {
		port, err := process.FreePort(ctx)
		if err != nil {
			return err
		}
		t.ports[name] = port
	}
	if t.config.Forms {
		if err := t.makeFlowKey(); err != nil {
			return err
		}
	}
	for _, open := range []func(context.Context) error{t.openMeta, t.openBank, t.openPortals} {
		if err := open(ctx); err != nil {
			return err
		}
	}
	for _, part := range []Part{Gateway, Worker} {
		t.config.Progress("Starting " + string(part))
		if err := t.start(ctx, part); err != nil {
			return fmt.Errorf("start %s: %w", part, err)
		}
	}
	if t.config.Forms {
		return t.publishForms(ctx)
	}
	return nil
}

// Meta is WhatsApp with the citizens' phones.
func (t *Town) Meta() *emulator.Emulator { return t.meta }

// MetaURL is the address of WhatsApp's emulator, with the phone page.
func (t *Town) MetaURL() string { return t.url(partMeta) }

// Bank is the payment gateway.
func (t *Town) Bank() *payments.Sandbox { return t.bank }

// Portal is the twin of a portal of the state; nil: there is none of that name.
func (t *Town) Portal(name string) twins.Twin { return t.portals[name] }

// DatabaseURL is the hub's database.
func (t *Town) DatabaseURL() string { return t.plot.DatabaseURL }

func (t *Town) url(name string) string { return "http://" + process.Address(t.ports[name]) }

func (t *Town) openMeta(ctx context.Context) (err error) {
	t.meta, err = emulator.New(
		emulator.Config{
			WebhookURL: t.url(string(Gateway)) + "/webhooks/whatsapp", AppSecret: appSecret, VerifyToken: verifyToken, AccessToken: accessToken,
			PublicURL: t.url(partMeta), Limits: t.config.Limits, Log: t.config.Log,
			Numbers:  []emulator.Number{{PhoneNumberID: phoneNumberID, DisplayPhoneNumber: "+1 555 078 3881", WABAID: accountID, VerifiedName: "Jansetu"}},
			Delivery: emulator.Delivery{Retry: []time.Duration{200 * time.Millisecond, 500 * time.Millisecond, time.Second}, MaxAge: time.Hour},
		})
	if err != nil {
		return fmt.Errorf("make the emulator: %w", err)
	}
	return t.serve(ctx, partMeta, t.meta.Handler(), t.meta)
}

func (t *Town) openBank(ctx context.Context) (err error) {
	t.bank, err = payments.New( //nolint:contextcheck // it lives until it is closed
		payments.Config{
			KeyID: keyID, KeySecret: keySecret, WebhookSecret: webhookSecret, PublicURL: t.url(partBank),
			WebhookURL: t.url(string(Gateway)) + "/webhooks/payments/razorpay", Logger: t.config.Log,
			WebhookRetries: []time.Duration{200 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 5 * time.Second},
		})
	if err != nil {
		return fmt.Errorf("make the payment gateway: %w", err)
	}
	return t.serve(ctx, partBank, t.bank, t.bank)
}

// openPortals starts the twin of every portal of the state.
func (t *Town) openPortals(ctx context.Context) error {
	for _, portal := range t.config.Services.Portals() {
		if portal.Name == workflows.PaymentsPortal {
			if portal.Family != razorpay.FamilyName {
				return fmt.Errorf("a town knows the payment gateway %s, not %s", razorpay.FamilyName, portal.Family)
			}
			continue
		}
		twin, err := twins.New(twins.Portal{
			Family: portal.Family, Settings: portal.Settings, Credentials: twins.Credentials(portal.Family), Address: t.url(portal.Name),
			HubURL: t.url(string(Gateway)), Services: twins.Bound(t.config.Services, portal.Name), Log: t.config.Log,
			Quick: t.config.Quick || slices.Contains(t.config.Prompt, portal.Family),
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

func (t *Town) serve(ctx context.Context, name string, handler http.Handler, closer io.Closer) error {
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

// variables is the environment of gateway and worker.
func (t *Town) variables() []string {
	set := []string{
		"JANSETU_MODE=development", "JANSETU_STATE=" + t.config.State, "JANSETU_LOG_LEVEL=info",
		"JANSETU_LISTEN=" + process.Address(t.ports[string(Gateway)]), "JANSETU_WORKER_LISTEN=" + process.Address(t.ports[string(Worker)]),
		"JANSETU_KEK_URI=file://" + filepath.Join(t.config.Folder, "kek.json"), "DATABASE_URL=" + t.plot.DatabaseURL,
		"TEMPORAL_ADDRESS=" + t.plot.TemporalAddress, "TEMPORAL_NAMESPACE=" + t.plot.Namespace,
		"WHATSAPP_API_URL=" + t.url(partMeta), "WHATSAPP_PHONE_NUMBER_ID=" + phoneNumberID, "WHATSAPP_ACCESS_TOKEN=" + accessToken,
		"WHATSAPP_APP_SECRET=" + appSecret, "WHATSAPP_VERIFY_TOKEN=" + verifyToken, "WHATSAPP_MESSAGES_PER_SECOND=1000",
		"JANSETU_PORTAL_PAYMENTS_URL=" + t.url(partBank), "JANSETU_PORTAL_PAYMENTS_KEY_ID=" + keyID,
		"JANSETU_PORTAL_PAYMENTS_KEY_SECRET=" + keySecret, "JANSETU_PORTAL_PAYMENTS_WEBHOOK_SECRET=" + webhookSecret,
	}
	if t.config.Forms {
		set = append(set, "WHATSAPP_FLOW_KEY="+t.flowKey(), "WHATSAPP_ACCOUNT_ID="+accountID)
	}
	if t.config.Files != "" {
		set = append(set, "JANSETU_FILES="+t.config.Files)
	}
	for _, portal := range t.config.Services.Portals() {
		if portal.Name == workflows.PaymentsPortal {
			continue
		}
		set = append(set, config.PortalVariable(portal.Name, "url")+"="+t.url(portal.Name),
			config.PortalVariable(portal.Name, "maintenance")+"="+connectors.NoMaintenance) // the same town at every hour
		credentials := twins.Credentials(portal.Family)
		for _, key := range slices.Sorted(maps.Keys(credentials)) {
			set = append(set, config.PortalVariable(portal.Name, key)+"="+credentials[key])
		}
	}
	return append(set, t.config.Environment...)
}

// Kill ends a part as a power cut would, and starts it again.
func (t *Town) Kill(ctx context.Context, part Part) error {
	if part == Postgres || part == Temporal {
		if t.ground == nil {
			return fmt.Errorf("%s belongs to others too", part)
		}
		return t.ground.kill(ctx, part)
	}
	t.child(part).kill()
	return t.start(ctx, part)
}

// Close ends everything but the ground, what the hub has under way first.
func (t *Town) Close() {
	for _, part := range []Part{Worker, Gateway} {
		if child := t.child(part); child != nil {
			child.stop()
		}
	}
	var failed error
	for _, closer := range t.closers {
		failed = errors.Join(failed, closer.Close())
	}
	if failed != nil {
		t.config.Log.Warn("town not closed in order", "error", failed)
	}
}
