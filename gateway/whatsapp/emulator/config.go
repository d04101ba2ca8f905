package emulator

import (
	"errors"
	"fmt"
	"log/slog"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
)

// Template is a message template registered with the business account, in the shape of Meta's template API.
type Template = cloudapi.Template

// TemplateComponent is one part of a [Template].
type TemplateComponent = cloudapi.TemplateComponent

// TemplateButton is a button of a [Template].
type TemplateButton = cloudapi.TemplateButton

// Number is a business phone number.
type Number struct {
	PhoneNumberID      string `json:"phone_number_id"`
	DisplayPhoneNumber string `json:"display_phone_number"` // with country code, written freely
	WABAID             string `json:"waba_id"`
	VerifiedName       string `json:"verified_name"` // shown above the chat; "Business" when empty
}

// Limits are Meta's throttles. Zero means Meta's own value, negative means no limit.
type Limits struct {
	MessagesPerSecond int           // per business number; 80
	PairBurst         int           // messages to one citizen at once; 45
	PairInterval      time.Duration // further ones to the same citizen; 6 s
}

// Delivery says how webhooks and statuses are delivered. Zero values are sensible for a development machine.
type Delivery struct {
	Concurrency    int             // webhooks at once; 16
	Batch          int             // most updates in one body when deliveries lag behind; 1, Meta's own bound is 1000
	Timeout        time.Duration   // of one delivery; 10 s
	Retry          []time.Duration // waits before each retry, the last repeats; Meta's 7 days compressed to minutes
	MaxAge         time.Duration   // after which an update is dropped; 10 minutes
	SentDelay      time.Duration   // from accepting a message to its status sent
	DeliveredDelay time.Duration   // from there to delivered
}

// Config sets up an [Emulator].
type Config struct {
	WebhookURL  string // where webhooks go; may be set later with SetWebhookURL, they wait until then
	AppSecret   string // signs webhooks
	VerifyToken string // for the handshake
	AccessToken string // the Bearer token the business sends with
	PublicURL   string // the emulator's own address in media links; by default the Host of the latest request
	Numbers     []Number
	Templates   []Template
	DataDir     string // chats, media and undelivered webhooks survive a restart here; empty: memory only
	Limits      Limits
	Delivery    Delivery

	// OpenWorld makes an unknown phone, with its service window open, of every number a message is sent to. For load
	// tests whose citizens write to the gateway without the emulator.
	OpenWorld bool
	// FetchLink says which addresses of media are fetched when a message is sent, as Meta does, so that the phone page can show them. The
	// others stand in the chat as links. Nil: all are fetched.
	FetchLink func(address *url.URL) bool
	// OrdersURL is the payment side's stand-in, where order_details messages are told of (POST) and paid (POST …/{reference}/{outcome}, which answers
	// the payment status that the webhook tells). Empty: orders are shown and cannot be paid.
	OrdersURL string
	// KnownFlows are ids and names of Flows that messages may carry although nobody made them here; they cannot be opened.
	KnownFlows []string
	// History is how many messages are kept per chat; 500.
	History int

	Clock func() time.Time // time.Now
	Log   *slog.Logger     // slog.Default
}

func (c Config) check() error {
	if c.AppSecret == "" || c.AccessToken == "" || c.VerifyToken == "" {
		return errors.New("emulator: app secret, access token and verify token are required")
	}
	if len(c.Numbers) == 0 {
		return errors.New("emulator: at least one business number is required")
	}
	for _, n := range c.Numbers {
		if n.PhoneNumberID == "" || n.WABAID == "" || n.DisplayPhoneNumber == "" {
			return fmt.Errorf("emulator: business number %q needs an id, a display number and an account id", n.PhoneNumberID)
		}
	}
	return nil
}

func (c Config) withDefaults() Config {
	c.Limits.MessagesPerSecond = fallback(c.Limits.MessagesPerSecond, 80)
	c.Limits.PairBurst = fallback(c.Limits.PairBurst, 45)
	c.Limits.PairInterval = fallback(c.Limits.PairInterval, 6*time.Second)
	c.History = fallback(c.History, 500)
	c.Delivery = c.Delivery.withDefaults()
	if c.Clock == nil {
		c.Clock = time.Now
	}
	if c.Log == nil {
		c.Log = slog.Default()
	}
	return c
}

func (d Delivery) withDefaults() Delivery {
	d.Concurrency = fallback(d.Concurrency, 16)
	d.Batch = fallback(d.Batch, 1)
	d.Timeout = fallback(d.Timeout, 10*time.Second)
	d.MaxAge = fallback(d.MaxAge, 10*time.Minute)
	if d.Retry == nil {
		d.Retry = []time.Duration{
			200 * time.Millisecond, 500 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 15 * time.Second,
		}
	}
	return d
}

func fallback[T int | time.Duration](value, otherwise T) T {
	if value == 0 {
		return otherwise
	}
	return value
}
