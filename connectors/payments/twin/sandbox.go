package twin

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"path/filepath"
	"slices"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// Sandbox is the gateway. It is an http.Handler and safe for concurrent use.
type Sandbox struct {
	// Faults is the dial; see package connectors/twin.
	Faults *twin.Dial

	config  Config
	handler http.Handler
	journal *twin.Journal[fact]
	stop    context.CancelFunc
	stopped sync.WaitGroup
	wake    chan struct{}

	mu     sync.Mutex
	orders table[order]
	links  table[link]
	// linkByReference are ids of links by our reference, where they have one.
	linkByReference map[string]string
	payments        table[payment]
	refunds         table[refund]
	// refundKeys are ids of refunds by idempotency key.
	refundKeys map[string]string
	// openLinks are the links that can be paid, undelivered the events still on their way.
	openLinks   table[link]
	undelivered table[delivery]
}

// table keeps objects by id and in the order of their making.
type table[T any] struct {
	ids  []string
	byID map[string]*T
}

func (t *table[T]) put(id string, object *T) {
	if t.byID == nil {
		t.byID = map[string]*T{}
	}
	if _, known := t.byID[id]; !known {
		t.ids = append(t.ids, id)
	}
	t.byID[id] = object
}

func (t *table[T]) drop(id string) {
	if _, known := t.byID[id]; !known {
		return
	}
	delete(t.byID, id)
	t.ids = slices.DeleteFunc(t.ids, func(other string) bool { return other == id })
}

func (t *table[T]) all() []*T {
	objects := make([]*T, 0, len(t.ids))
	for _, id := range t.ids {
		objects = append(objects, t.byID[id])
	}
	return objects
}

// New makes a sandbox, restores what happened to it before and starts
// delivering webhooks until Close.
func New(config Config) (*Sandbox, error) {
	if config.KeyID == "" || config.KeySecret == "" || config.WebhookSecret == "" {
		return nil, errors.New("payment sandbox: keys are missing")
	}
	made := &Sandbox{
		config: config.withDefaults(), wake: make(chan struct{}, 1), linkByReference: map[string]string{}, refundKeys: map[string]string{},
		Faults: twin.NewDial(AmountMismatch, RefundStaysPending, RefundFails, SettlementShort,
			WebhookTriple, WebhookLost, WebhookHeld, WebhookDelayed),
	}
	path := ""
	if config.DataDir != "" {
		path = filepath.Join(config.DataDir, "payments.jsonl")
	}
	journal, err := twin.OpenJournal(path, made.restore)
	if err != nil {
		return nil, fmt.Errorf("payment sandbox: %w", err)
	}
	made.journal = journal
	made.handler = made.routes()
	ctx, stop := context.WithCancel(context.Background())
	made.stop = stop
	made.stopped.Go(func() { made.deliverUntil(ctx) })
	return made, nil
}

// Close stops delivering and closes the journal. Undelivered webhooks are
// delivered after the next start when there is a DataDir.
func (s *Sandbox) Close() error {
	s.stop()
	s.stopped.Wait()
	s.config.Client.CloseIdleConnections()
	return s.journal.Close()
}

// ServeHTTP implements http.Handler.
func (s *Sandbox) ServeHTTP(w http.ResponseWriter, r *http.Request) { s.handler.ServeHTTP(w, r) }

func (s *Sandbox) restore(line fact) error {
	switch {
	case line.Order != nil:
		s.orders.put(line.Order.ID, line.Order)
	case line.Link != nil:
		s.putLink(line.Link)
	case line.Payment != nil:
		s.payments.put(line.Payment.ID, line.Payment)
	case line.Refund != nil:
		s.refunds.put(line.Refund.ID, line.Refund)
		if line.RefundKey != "" {
			s.refundKeys[line.RefundKey] = line.Refund.ID
		}
	case line.Delivery != nil:
		s.putDelivery(line.Delivery)
	}
	return nil
}

// The save functions need the lock. A sandbox that cannot write goes on from
// memory and says so.

func (s *Sandbox) saveOrder(o *order) { s.orders.put(o.ID, o); s.record(fact{Order: o}) }

func (s *Sandbox) saveLink(l *link) {
	l.UpdatedAt = s.now()
	s.putLink(l)
	s.record(fact{Link: l})
}

func (s *Sandbox) putLink(l *link) {
	s.links.put(l.ID, l)
	if l.ReferenceID != "" {
		s.linkByReference[l.ReferenceID] = l.ID
	}
	if l.Status == "created" {
		s.openLinks.put(l.ID, l)
	} else {
		s.openLinks.drop(l.ID)
	}
}

func (s *Sandbox) savePayment(p *payment) { s.payments.put(p.ID, p); s.record(fact{Payment: p}) }

func (s *Sandbox) saveRefund(r *refund) { s.refunds.put(r.ID, r); s.record(fact{Refund: r}) }

func (s *Sandbox) saveDelivery(d *delivery) {
	s.putDelivery(d)
	s.record(fact{Delivery: d})
}

func (s *Sandbox) putDelivery(d *delivery) {
	if d.Done {
		s.undelivered.drop(d.ID)
	} else {
		s.undelivered.put(d.ID, d)
	}
}

func (s *Sandbox) record(line fact) {
	if err := s.journal.Append(line); err != nil {
		s.config.Logger.Error("payment sandbox cannot remember", "error", err)
	}
}

func (s *Sandbox) now() int64 { return s.config.Clock().Unix() }

// expire closes links whose time is over, each once; it needs the lock.
func (s *Sandbox) expire() {
	now := s.now()
	for _, l := range s.openLinks.all() {
		if l.ExpireBy != 0 && l.ExpireBy <= now {
			l.Status, l.ExpiredAt = "expired", now
			s.saveLink(l)
			s.announce("payment_link.expired", payload{Link: l})
		}
	}
}

// nextExpiry is when the next open link expires; zero when none does.
func (s *Sandbox) nextExpiry() time.Time {
	var next int64
	for _, l := range s.openLinks.all() {
		if l.ExpireBy != 0 && (next == 0 || l.ExpireBy < next) {
			next = l.ExpireBy
		}
	}
	if next == 0 {
		return time.Time{}
	}
	return time.Unix(next, 0)
}
