package twin

import (
	"bytes"
	"cmp"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"io"
	"net/http"
	"slices"
	"sync"
	"time"
)

// delivery is one event on its way to the hub.
type delivery struct {
	ID      string `json:"id"`
	EventID string `json:"event_id"`
	// Of is what it tells of: events of one order arrive in turn.
	Of   string `json:"of,omitempty"`
	Body []byte `json:"body"`
	// Tries made so far, and when the next is due, in Unix milliseconds.
	Tries int   `json:"tries"`
	Due   int64 `json:"due"`
	Done  bool  `json:"done"`
	// Held waits for the next event.
	Held bool `json:"held,omitempty"`
}

const deliveriesAtOnce = 16

// payload names the objects an event carries.
type payload struct {
	Payment *payment
	Order   *order
	Link    *link
	Refund  *refund
}

func (p payload) wire() (contains []string, objects map[string]any) {
	objects = map[string]any{}
	add := func(name string, present bool, object any) {
		if present {
			contains = append(contains, name)
			objects[name] = map[string]any{"entity": object}
		}
	}
	add("payment", p.Payment != nil, p.Payment)
	add("order", p.Order != nil, p.Order)
	add("payment_link", p.Link != nil, p.Link)
	add("refund", p.Refund != nil, p.Refund)
	return contains, objects
}

// of names the order that an event tells of, if it tells of one.
func (p payload) of() string {
	switch {
	case p.Payment != nil:
		return p.Payment.OrderID
	case p.Order != nil:
		return p.Order.ID
	}
	return ""
}

// announce puts an event on its way as it is now; it needs the lock.
func (s *Sandbox) announce(event string, about payload) {
	if s.config.WebhookURL == "" || (s.config.Events != nil && !slices.Contains(s.config.Events, event)) {
		return
	}
	contains, objects := about.wire()
	body, err := json.Marshal(map[string]any{
		"entity": "event", "account_id": "acc_Sandbox0000000", "event": event,
		"contains": contains, "payload": objects, "created_at": s.now(),
	})
	if err != nil {
		s.config.Logger.Error("payment sandbox cannot write an event", "error", err)
		return
	}
	s.enqueue(delivery{EventID: newID("evt_"), Of: about.of(), Body: body, Due: time.Now().UnixMilli()})
}

// enqueue plays the webhook faults on one event.
func (s *Sandbox) enqueue(d delivery) {
	copies := 1
	fault, _ := s.Faults.Take(Webhook, WebhookTriple, WebhookLost, WebhookHeld, WebhookDelayed)
	switch fault.Kind {
	case WebhookLost:
		return
	case WebhookTriple:
		copies = 3
	case WebhookHeld:
		d.Held = true
	case WebhookDelayed:
		d.Due += int64(fault.DelayMS)
	default:
	}
	for range copies {
		next := d
		next.ID = newID("dlv_")
		s.saveDelivery(&next)
	}
	if !d.Held {
		s.letHeldGo(d.Due)
	}
	s.nudge()
}

// letHeldGo makes a held event due just after the one that overtook it.
func (s *Sandbox) letHeldGo(after int64) {
	for _, d := range s.undelivered.all() {
		if d.Held {
			d.Held, d.Due = false, after+1
			s.saveDelivery(d)
		}
	}
}

// nudge tells the deliverer that its timetable changed.
func (s *Sandbox) nudge() {
	select {
	case s.wake <- struct{}{}:
	default:
	}
}

func (s *Sandbox) deliverUntil(ctx context.Context) {
	for ctx.Err() == nil {
		due, wait := s.timetable()
		if len(due) > 0 {
			s.deliverAll(ctx, due)
			continue
		}
		timer := time.NewTimer(wait)
		select {
		case <-ctx.Done():
			timer.Stop()
			return
		case <-s.wake:
			timer.Stop()
		case <-timer.C:
		}
	}
}

// deliverAll delivers what is due: of each order in turn, of several at once.
func (s *Sandbox) deliverAll(ctx context.Context, due []delivery) {
	byOrder := map[string][]delivery{}
	for _, d := range due {
		byOrder[d.Of] = append(byOrder[d.Of], d)
	}
	var all sync.WaitGroup
	turns := make(chan struct{}, deliveriesAtOnce)
	for _, each := range byOrder {
		all.Go(func() {
			turns <- struct{}{}
			defer func() { <-turns }()
			for _, d := range each {
				s.deliver(ctx, d)
			}
		})
	}
	all.Wait()
}

// timetable answers copies of the deliveries that are due, in order, and how
// long nothing else is.
func (s *Sandbox) timetable() (due []delivery, wait time.Duration) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	now, wait := time.Now().UnixMilli(), time.Hour
	for _, d := range s.undelivered.all() {
		switch {
		case d.Held:
		case d.Due <= now:
			due = append(due, *d)
		default:
			wait = min(wait, time.Duration(d.Due-now)*time.Millisecond)
		}
	}
	slices.SortStableFunc(due, func(a, b delivery) int { return cmp.Compare(a.Due, b.Due) })
	if expiry := s.nextExpiry(); !expiry.IsZero() {
		wait = min(wait, max(expiry.Sub(s.config.Clock()), time.Second))
	}
	return due, wait
}

func (s *Sandbox) deliver(ctx context.Context, d delivery) {
	taken := s.send(ctx, d)
	if ctx.Err() != nil {
		return
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	d.Tries++
	switch {
	case taken:
		d.Done = true
	case d.Tries > len(s.config.WebhookRetries):
		d.Done = true
		s.config.Logger.Warn("payment sandbox gives up on a webhook", "event_id", d.EventID)
	default:
		d.Due = time.Now().Add(s.config.WebhookRetries[d.Tries-1]).UnixMilli()
	}
	s.saveDelivery(&d)
}

// send makes one delivery and tells whether it was answered 2xx.
func (s *Sandbox) send(ctx context.Context, d delivery) bool {
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, s.config.WebhookURL, bytes.NewReader(d.Body))
	if err != nil {
		return false
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("User-Agent", "Razorpay-Webhook/v1")
	request.Header.Set("X-Razorpay-Event-Id", d.EventID)
	request.Header.Set("X-Razorpay-Signature", sign(s.config.WebhookSecret, d.Body))
	response, err := s.config.Client.Do(request)
	if err != nil {
		return false
	}
	defer func() { _ = response.Body.Close() }()
	_, _ = io.Copy(io.Discard, io.LimitReader(response.Body, 64<<10))
	return response.StatusCode/100 == 2
}

func sign(secret string, text []byte) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(text)
	return hex.EncodeToString(mac.Sum(nil))
}
