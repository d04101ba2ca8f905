// Package gateway faces people: it takes what they write from the channel, lets the dialog take its step, stores the result,
// and sends what is to be said. A turn touches PostgreSQL only; everything that leaves goes through the outbox.
// It may use every other package, and no other package but the command uses it.
package gateway

import (
	"context"
	"errors"
	"fmt"
	"hash/fnv"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
)

// Number is one of our business phone numbers.
type Number struct {
	PhoneNumberID     string
	PortfolioID       string  // the scope of user ids; empty: the phone number id
	MessagesPerSecond float64 // 0: 80 (Meta, Throughput)
}

// Config is what a gateway needs. Everything without a default must be set.
type Config struct {
	Store     *store.Store
	Dialog    Dialog
	Services  Services
	Apology   func(dialog.Session) bubble.Bubble                      // when a turn went wrong on our side
	SlowDown  func(dialog.Session) bubble.Bubble                      // to who sends more than Pace allows, once; nil: silence
	Checked   func(lang catalog.Language, found string) bubble.Bubble // what was found out about a paper; nil: a plain text
	Workflows map[catalog.Kind]string                                 // workflow type of each kind of service
	Starter   WorkflowStarter
	Client    *whatsapp.Client
	Numbers   []Number

	AppSecrets  []string // that sign webhooks: one, or two during rotation
	VerifyToken string
	ChoiceKey   string // signs ids of buttons; at least 32 characters

	Documents Documents                                  // nil: Store
	Payments  PaymentEvents                              // nil: no payment webhooks
	Flows     *Flows                                     // nil: forms are filled in only in the chat
	Papers    PaperChecker                               // nil: papers are not checked
	Checks    map[string]func(ctx context.Context) error // what /readyz asks besides the store
	Pages     map[string]http.Handler                    // further handlers by chi pattern, such as "/login*"

	Registry *prometheus.Registry
	Log      *slog.Logger
	Now      func() time.Time // nil: time.Now

	PortalRefresh time.Duration // of what is known of the portals; 0: 15 s
	Pace          Pace          // of one person's messages
	Shards        int           // loops that commit messages; 0: 2
	CommitTimeout time.Duration // of one transaction; 0: 2 s
	DoubtWait     time.Duration // for the status of a message of unknown outcome; 0: 60 s
	RetryDelay    time.Duration // after a first failure, each next four times as long; 0: 1 s
	StopWait      time.Duration // between trials of a number that Meta stopped; 0: 5 min
	Lease         time.Duration // of an outbox lane; 0: 30 s
	Concurrency   int           // calls to Meta at once for each number; 0: 64
}

func (c *Config) defaults() {
	c.Shards = orDefault(c.Shards, 2)
	c.CommitTimeout = orDefault(c.CommitTimeout, 2*time.Second)
	c.Lease = orDefault(c.Lease, 30*time.Second)
	c.Concurrency = orDefault(c.Concurrency, 64)
	c.PortalRefresh = orDefault(c.PortalRefresh, portalRefresh)
	if c.Now == nil {
		c.Now = time.Now
	}
	if c.Documents == nil {
		c.Documents = c.Store
	}
}

func (c *Config) check() error {
	complete := c.Store != nil && c.Dialog != nil && c.Services != nil && c.Apology != nil && c.Starter != nil && c.Client != nil &&
		c.Registry != nil && c.Log != nil && len(c.Numbers) > 0
	if !complete {
		return errors.New("gateway: store, dialog, services, apology, starter, client, numbers, registry and log must be set")
	}
	return nil
}

func orDefault[T comparable](value, fallback T) T {
	var zero T
	if value == zero {
		return fallback
	}
	return value
}

// The most that one transaction takes, and what may wait for it: beyond that Meta has to deliver again.
const (
	mostTurns      = 256
	mostStatuses   = 512
	queuedTurns    = 8192
	queuedStatuses = 16384
	workflowSlots  = 16
	workflowPause  = 15 * time.Second
	numberPause    = 64 * time.Second
)

// Gateway is one running gateway. Make it with New, then Serve.
type Gateway struct {
	config   Config
	metrics  *metrics
	webhook  *whatsapp.Webhook
	shards   []*committer[*whatsapp.Message]
	statuses *committer[*whatsapp.Status]
	outbox   *outbox
	portals  *portals
	native   *native
	known    map[string]string // portfolio of each business number
	running  sync.WaitGroup
}

// New checks the configuration and puts the parts together. Nothing runs yet.
func New(config Config) (*Gateway, error) {
	config.defaults()
	if err := config.check(); err != nil {
		return nil, err
	}
	choices, err := newChoiceSigner(config.ChoiceKey)
	if err != nil {
		return nil, err
	}
	g := &Gateway{config: config, known: map[string]string{}}
	if g.metrics, err = newMetrics(config.Registry); err != nil {
		return nil, fmt.Errorf("register metrics: %w", err)
	}
	if err := config.Registry.Register(newOutboxCollector(config.Store)); err != nil {
		return nil, fmt.Errorf("register outbox metrics: %w", err)
	}
	if g.portals, err = newPortals(&g.config); err != nil {
		return nil, fmt.Errorf("register metrics of portals: %w", err)
	}
	if config.Flows != nil { // else forms are shown in the chat alone
		if g.native, err = newNative(&g.config, g.metrics); err != nil {
			return nil, err
		}
	}
	g.makeOutbox(choices)
	g.makeCommitters(choices)
	g.webhook, err = whatsapp.NewWebhook(whatsapp.WebhookConfig{AppSecrets: config.AppSecrets, VerifyToken: config.VerifyToken,
		Receiver: g, Deadline: config.CommitTimeout, Log: config.Log, Payments: g.paymentsInChat(), Count: g.metrics.webhook, Ignored: g.metrics.leftOut})
	if err != nil {
		return nil, fmt.Errorf("make webhook: %w", err)
	}
	return g, nil
}

func (g *Gateway) policy() retryPolicy {
	policy := defaultPolicy()
	policy.first = orDefault(g.config.RetryDelay, policy.first)
	policy.doubt = orDefault(g.config.DoubtWait, policy.doubt)
	policy.stopped = orDefault(g.config.StopWait, policy.stopped)
	return policy
}

func (g *Gateway) makeOutbox(choices choiceSigner) {
	c := &g.config
	pacing := newSenders(g.policy(), c.Now, g.metrics.stopped)
	for _, number := range c.Numbers {
		g.known[number.PhoneNumberID] = orDefault(number.PortfolioID, number.PhoneNumberID)
		pacing.add(number.PhoneNumberID, orDefault(number.MessagesPerSecond, 80), c.Concurrency, numberPause)
	}
	pacing.add(store.SenderWorkflow, 0, workflowSlots, workflowPause)
	pacing.add(senderChecks, 0, checkSlots, workflowPause)
	g.outbox = &outbox{store: c.Store, starter: c.Starter, senders: pacing, policy: g.policy(), lease: c.Lease, metrics: g.metrics,
		log: c.Log, away: complaint{now: c.Now}, messages: &messenger{client: c.Client, choices: choices, files: c.files(), native: g.native},
		checks: &checks{papers: c.Papers, checked: c.Checked, client: c.Client, store: c.Store, log: c.Log}}
	g.outbox.init()
}

func (c *Config) files() *files {
	media, _ := c.Services.(Media) // without it no file of the catalog can be sent
	return &files{client: c.Client, documents: c.Documents, media: media, now: c.Now}
}

func (g *Gateway) makeCommitters(choices choiceSigner) {
	c := &g.config
	turns := &turns{store: c.Store, dialog: c.Dialog, services: c.Services, workflows: c.Workflows, portfolios: g.known,
		choices: choices, apology: c.Apology, slowDown: c.SlowDown, paces: newPaces(c.Pace), now: c.Now, deadline: c.CommitTimeout, metrics: g.metrics, log: c.Log,
		committed: g.outbox.wake, portals: g.portals, native: g.native, checksPapers: c.Papers != nil}
	for range c.Shards {
		g.shards = append(g.shards, newCommitter(mostTurns, queuedTurns, turns.commit))
	}
	statuses := &statuses{store: c.Store, policy: g.policy(), senders: g.outbox.senders, deadline: c.CommitTimeout, metrics: g.metrics,
		log: c.Log, wake: g.outbox.wake}
	g.statuses = newCommitter(mostStatuses, queuedStatuses, statuses.commit)
}

// Receive stores a delivery and returns when all of it is committed. It implements whatsapp.Receiver.
func (g *Gateway) Receive(ctx context.Context, delivery whatsapp.Delivery) error {
	messages, statuses := g.ours(&delivery)
	if len(messages)+len(statuses) == 0 {
		return nil
	}
	receipt := newReceipt(len(messages) + len(statuses))
	for i, message := range messages {
		if err := g.shard(message).add(message, receipt); err != nil {
			receipt.settle(len(messages)-i+len(statuses), err)
			return fmt.Errorf("queue messages: %w", err)
		}
	}
	for i, status := range statuses {
		if err := g.statuses.add(status, receipt); err != nil {
			receipt.settle(len(statuses)-i, err)
			return fmt.Errorf("queue statuses: %w", err)
		}
	}
	if err := receipt.wait(ctx); err != nil {
		return fmt.Errorf("commit delivery: %w", err)
	}
	return nil
}

// ours leaves out what was sent to numbers that we do not serve.
func (g *Gateway) ours(delivery *whatsapp.Delivery) (messages []*whatsapp.Message, statuses []*whatsapp.Status) {
	ignored := 0
	for i := range delivery.Messages {
		if _, known := g.known[delivery.Messages[i].PhoneNumberID]; known {
			messages = append(messages, &delivery.Messages[i])
		} else {
			ignored++
		}
	}
	for i := range delivery.Statuses {
		if _, known := g.known[delivery.Statuses[i].PhoneNumberID]; known {
			statuses = append(statuses, &delivery.Statuses[i])
		} else {
			ignored++
		}
	}
	if ignored > 0 {
		g.metrics.leftOut(whatsapp.IgnoredUnknownNumber, ignored)
	}
	return messages, statuses
}

// shard keeps one citizen's messages in one loop, and so in order.
func (g *Gateway) shard(m *whatsapp.Message) *committer[*whatsapp.Message] {
	hash := fnv.New32a()
	name := m.From.UserID
	if name == "" {
		name = m.From.Phone + m.From.ParentUserID
	}
	_, _ = hash.Write([]byte(name))                          // never fails
	return g.shards[int(hash.Sum32()%uint32(len(g.shards)))] //nolint:gosec // a handful of shards
}
