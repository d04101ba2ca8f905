// Package emulator behaves as Meta's WhatsApp Cloud API does, for development and tests: it validates what a business
// sends against the documented shapes and limits, answers with Meta's error codes, delivers signed webhooks and
// statuses, stores media, and shows the citizens' phones on a page. A control API injects the faults real life has.
//
// It is an independent implementation: it imports nothing of the gateway, so that the one can check the other.
//
// # Surface of the handler
//
//	POST   /{version}/{phone_number_id}/messages     send a message, mark as read
//	POST   /{version}/{phone_number_id}/media        upload
//	GET    /{version}/{phone_number_id}?fields=      the number's own fields
//	GET    /{version}/{waba_id}/message_templates    the registered templates
//	GET    /{version}/{waba_id}/flows                the Flows; POST makes one
//	POST   /{version}/{flow_id}/…                    assets, publish, deprecate; GET the Flow, POST changes its endpoint
//	GET    /{version}/{number}/whatsapp_business_encryption  the public key of Flows; POST sets it
//	GET    /{version}/{media_id}                     a file's short-lived address; DELETE removes the file
//	GET    /whatsapp_business/attachments/?mid=…     the file, with the same Bearer token
//	GET    /                                         the phone page
//	       /emulator/…                               the control API, described at /emulator/ (control.md)
package emulator

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/cloudapi"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/journal"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/media"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/webhook"
)

// Phone is one citizen's device.
type Phone = chat.Phone

// Message is one bubble of a chat.
type Message = chat.Message

// Event is one change of a chat or phone.
type Event = chat.Event

// maxPhones bounds the phones an emulator keeps.
const maxPhones = 1_000_000

// Emulator is one running emulator. It is safe for concurrent use.
type Emulator struct {
	cfg       Config
	numbers   map[string]*businessNumber
	templates cloudapi.Templates
	chats     *chat.Store
	files     *media.Store
	hooks     *webhook.Queue
	journal   *journal.Journal
	faults    faultBoard
	flows     *flowBoard
	handler   http.Handler

	publicURL atomic.Pointer[string]
	accepted  atomic.Int64
	refused   atomic.Int64
	written   atomic.Int64
	closed    chan struct{}
	closeOnce sync.Once
}

// New starts an emulator; with a DataDir it goes on where the last one stopped. Close ends it.
func New(cfg Config) (*Emulator, error) {
	if err := cfg.check(); err != nil {
		return nil, err
	}
	cfg = cfg.withDefaults()
	e := &Emulator{
		cfg: cfg, numbers: map[string]*businessNumber{}, templates: cloudapi.NewTemplates(cfg.Templates),
		chats:  chat.NewStore(chat.Config{Now: cfg.Clock, History: cfg.History, MaxPhones: maxPhones}),
		closed: make(chan struct{}), flows: newFlowBoard(),
	}
	for _, n := range cfg.Numbers {
		number, err := newBusinessNumber(n, cfg.Limits.MessagesPerSecond)
		if err != nil {
			return nil, err
		}
		e.numbers[n.PhoneNumberID] = number
	}
	e.SetPublicURL(cfg.PublicURL)
	e.handler = e.routes()
	if err := e.start(); err != nil {
		return nil, err
	}
	return e, nil
}

func (e *Emulator) start() (err error) {
	mediaDir := ""
	if e.cfg.DataDir != "" {
		mediaDir = filepath.Join(e.cfg.DataDir, "media")
	}
	if e.files, err = media.Open(mediaDir); err != nil {
		return fmt.Errorf("emulator: %w", err)
	}
	undelivered := map[int64]webhook.Change{}
	if e.cfg.DataDir != "" {
		if err := e.recover(undelivered); err != nil {
			return fmt.Errorf("emulator: %w", err)
		}
	}
	e.hooks = webhook.NewQueue(webhook.Config{
		URL: e.cfg.WebhookURL, AppSecret: e.cfg.AppSecret, Concurrency: e.cfg.Delivery.Concurrency,
		Batch: e.cfg.Delivery.Batch, Timeout: e.cfg.Delivery.Timeout, Retry: e.cfg.Delivery.Retry,
		MaxAge: e.cfg.Delivery.MaxAge, Log: e.cfg.Log, Done: e.webhookDone, Disturb: e.faults.treat,
	})
	e.resume(undelivered)
	return nil
}

// Handler serves the Graph API, the control API and the phone page.
func (e *Emulator) Handler() http.Handler { return e.handler }

// Close stops deliveries and closes the journal. Undelivered webhooks are kept in DataDir.
func (e *Emulator) Close() error {
	var err error
	e.closeOnce.Do(func() {
		close(e.closed)
		e.hooks.Close()
		err = e.journal.Close()
	})
	return err
}

// SetPublicURL changes the address used in media links; empty means the Host of the latest request.
func (e *Emulator) SetPublicURL(base string) { e.publicURL.Store(&base) }

// SetWebhookURL changes where webhooks go, without the handshake.
func (e *Emulator) SetWebhookURL(url string) { e.hooks.SetURL(url) }

// Subscribe makes the handshake Meta makes when a callback URL is saved and, when it succeeds, sends webhooks there.
func (e *Emulator) Subscribe(ctx context.Context, url, verifyToken string) error {
	if err := e.hooks.Verify(ctx, url, verifyToken); err != nil {
		return fmt.Errorf("subscribe webhook: %w", err)
	}
	e.hooks.SetURL(url)
	return nil
}

// Settle waits until every webhook made so far was delivered or dropped, retries included.
func (e *Emulator) Settle(ctx context.Context) error { return e.hooks.Settle(ctx) }

// after runs do once wait has passed, unless the emulator was closed; without a wait it runs at once.
func (e *Emulator) after(wait time.Duration, do func()) {
	if wait <= 0 {
		do()
		return
	}
	time.AfterFunc(wait, func() {
		select {
		case <-e.closed:
		default:
			do()
		}
	})
}

// now is the clock webhooks show; windowNow is the one the service window goes by, shifted by a fault.
func (e *Emulator) now() time.Time { return e.cfg.Clock() }

func (e *Emulator) windowNow() time.Time { return e.now().Add(e.faults.clockShift()) }

// Counters count what passed since the start.
type Counters struct {
	Accepted int64            `json:"sends_accepted"`
	Refused  int64            `json:"sends_refused"`
	Written  int64            `json:"citizen_messages"`
	Webhooks webhook.Counters `json:"webhooks"`
}

// Counters returns the counts so far.
func (e *Emulator) Counters() Counters {
	return Counters{
		Accepted: e.accepted.Load(), Refused: e.refused.Load(), Written: e.written.Load(), Webhooks: e.hooks.Counters(),
	}
}

var errUnknownNumber = errors.New("no such business number")

func (e *Emulator) number(id string) (*businessNumber, error) {
	if id == "" {
		id = e.cfg.Numbers[0].PhoneNumberID
	}
	n, ok := e.numbers[id]
	if !ok {
		return nil, errUnknownNumber
	}
	return n, nil
}
