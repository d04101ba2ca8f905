package twin

import (
	"log/slog"
	"net/http"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this sandbox besides the HTTP kinds. The webhook faults apply
// to the operation "webhook", one for each event.
const (
	// AmountMismatch captures one rupee less than the link asks.
	AmountMismatch twin.Kind = "amount_mismatch"
	// RefundStaysPending keeps a refund pending until the bank's word comes by
	// SettleRefund.
	RefundStaysPending twin.Kind = "refund_pending"
	// RefundFails lets a refund fail at the bank.
	RefundFails twin.Kind = "refund_failed"
	// SettlementShort pays out one rupee less for a payment than it came to.
	SettlementShort twin.Kind = "settlement_short"
	// WebhookTriple delivers an event three times.
	WebhookTriple twin.Kind = "webhook_triple"
	// WebhookLost never delivers an event.
	WebhookLost twin.Kind = "webhook_lost"
	// WebhookHeld delivers an event after the next one.
	WebhookHeld twin.Kind = "webhook_held"
	// WebhookDelayed delivers an event DelayMS later.
	WebhookDelayed twin.Kind = "webhook_delayed"
)

// The operations that a fault can be limited to.
const (
	CreateLink  = "create_link"
	FindLink    = "find_link"
	CancelLink  = "cancel_link"
	Orders      = "orders"
	Payments    = "payments"
	MakeRefund  = "refund"
	FindRefunds = "find_refunds"
	Settlements = "settlements"
	Webhook     = "webhook"
)

// Config of a sandbox.
type Config struct {
	KeyID, KeySecret, WebhookSecret string
	// WebhookURL receives the events; empty sends none.
	WebhookURL string
	// Events are those that were activated for it (Dashboard → Webhooks → Active Events); nil: all.
	Events []string
	// WebhookRetries are the waits before each further delivery of an event that
	// was not answered 2xx. The gateway's own takes 24 hours; DefaultRetries is
	// shorter.
	WebhookRetries []time.Duration
	// PublicURL is the address of the pay page; taken from the request when
	// empty.
	PublicURL string
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
	// Client sends the webhooks. A client with a 5 s timeout by default, which is
	// how long the gateway waits.
	Client *http.Client
}

// DefaultRetries compresses the gateway's day of retries into a few minutes.
func DefaultRetries() []time.Duration {
	return []time.Duration{
		time.Second, 5 * time.Second, 15 * time.Second, 30 * time.Second,
		time.Minute, time.Minute, 2 * time.Minute, 5 * time.Minute,
	}
}

func (c Config) withDefaults() Config {
	if c.WebhookRetries == nil {
		c.WebhookRetries = DefaultRetries()
	}
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Logger == nil {
		c.Logger = slog.New(slog.DiscardHandler)
	}
	if c.Client == nil {
		c.Client = &http.Client{Timeout: 5 * time.Second, Transport: &http.Transport{IdleConnTimeout: time.Minute}}
	}
	return c
}
