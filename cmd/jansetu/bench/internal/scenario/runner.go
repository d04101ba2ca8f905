// Package scenario is what the benchmark does to a hub: one turn at a time, a realistic load at a fixed arrival rate, the same
// deliveries many times at once, and a climb until the hub no longer keeps up. It knows the hub only by its webhook and by what
// it sends to Meta.
package scenario

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/delivery"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/openloop"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// Config says what is measured and how patiently.
type Config struct {
	WebhookURL string
	AppSecret  string
	Business   wire.Business
	Crowd      crowd.Config // OnTurn is set by the runner
	// CountInbox counts the messages that the hub has noted; nil when its database cannot be asked.
	CountInbox func(ctx context.Context) (int, error)
	// ReplyLimit is how long a reply may take before it counts as lost. 0 means 30 s.
	ReplyLimit time.Duration
	// Settle is how long the runner listens for replies too many once all have come. 0 means 1 s.
	Settle time.Duration
}

// Runner runs scenarios, one at a time, with one crowd that goes from one to the next.
type Runner struct {
	config   Config
	courier  *delivery.Courier
	crowd    *crowd.Crowd
	receipts atomic.Pointer[delivery.Receipts] // nil while no statuses are wanted
	watch    atomic.Pointer[watch]
}

// watch measures the turns of one scenario.
type watch struct {
	turns openloop.Latencies

	mu   sync.Mutex
	last time.Time // the newest reply
}

// New prepares a runner.
func New(config Config) *Runner {
	if config.ReplyLimit == 0 {
		config.ReplyLimit = 30 * time.Second
	}
	if config.Settle == 0 {
		config.Settle = time.Second
	}
	r := &Runner{config: config, courier: delivery.NewCourier(config.WebhookURL, config.AppSecret)}
	r.watch.Store(&watch{})
	config.Crowd.OnTurn = func(turn crowd.Turn, replied time.Time) { r.watch.Load().replied(turn, replied) }
	r.crowd = crowd.New(config.Crowd)
	return r
}

// Listen puts the runner's ear on Meta's API: the hub must send to the handler that is returned.
func (r *Runner) Listen(meta http.Handler) http.Handler {
	return delivery.Tap(meta, func(send wire.Send, messageID string, arrived time.Time) {
		to, known := r.crowd.Replied(send, messageID, arrived)
		if receipts := r.receipts.Load(); known && receipts != nil {
			receipts.Expect(messageID, send.CallbackData, to, arrived)
		}
	})
}

// Close gives up the connections to the hub.
func (r *Runner) Close() { r.courier.Close() }

func (w *watch) replied(turn crowd.Turn, at time.Time) {
	w.turns.Add(at.Sub(turn.Due))
	w.mu.Lock()
	defer w.mu.Unlock()
	if at.After(w.last) {
		w.last = at
	}
}

func (w *watch) lastReply() time.Time {
	w.mu.Lock()
	defer w.mu.Unlock()
	return w.last
}

// begin starts a scenario's own measurements.
func (r *Runner) begin() (w *watch, before crowd.Counts) {
	w = &watch{}
	r.watch.Store(w)
	r.courier.Reset()
	return w, r.crowd.Counts()
}

// body is the webhook of a turn.
func (r *Runner) body(turn crowd.Turn) []byte {
	return r.config.Business.MessageBody(turn.MessageID, time.Now(), turn.From, turn.Message)
}

// deliver carries a turn to the hub; a turn that the hub did not accept before ctx ended is given up.
func (r *Runner) deliver(ctx context.Context, turn crowd.Turn) bool {
	if r.courier.Deliver(ctx, r.body(turn), turn.Due) {
		return true
	}
	r.crowd.Abandon(turn)
	return false
}

// patiently bounds what a scenario does with one message, redelivery included.
func (r *Runner) patiently(ctx context.Context) (context.Context, context.CancelFunc) {
	return context.WithTimeout(ctx, r.config.ReplyLimit)
}

// settle waits until every reply has come or the reply limit has passed, and then for replies too many.
func (r *Runner) settle(ctx context.Context) error {
	limit := time.NewTimer(r.config.ReplyLimit)
	defer limit.Stop()
	select {
	case <-r.crowd.Quiet():
	case <-limit.C:
	case <-ctx.Done():
		return ctx.Err()
	}
	return pause(ctx, r.config.Settle)
}

func pause(ctx context.Context, d time.Duration) error {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}
