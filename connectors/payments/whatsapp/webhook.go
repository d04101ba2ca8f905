package whatsapp

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strings"

	"github.com/jansetu/jansetu/connectors/payments"
)

// headerSignature is of every webhook of Meta.
const headerSignature = "X-Hub-Signature-256"

// EventPending is a payment that is neither made nor failed; the lookup tells more.
const EventPending payments.EventType = "payment.pending"

// ParseWebhook implements payments.Gateway: the first payment that a webhook tells
// of. A body may tell of several, and of messages too; see Events.
func (g *Gateway) ParseWebhook(header http.Header, body []byte) (payments.Event, error) {
	events, err := g.ParseEvents(header, body)
	if err != nil {
		return payments.Event{}, err
	}
	if len(events) == 0 {
		return payments.Event{}, fmt.Errorf("payment webhook: %w: no payment", payments.ErrMalformed)
	}
	return events[0], nil
}

var _ payments.ManyEvents = (*Gateway)(nil)

// ParseEvents implements payments.ManyEvents.
func (g *Gateway) ParseEvents(header http.Header, body []byte) ([]payments.Event, error) {
	if !g.isSigned(header.Get(headerSignature), body) {
		return nil, fmt.Errorf("payment webhook: %w", payments.ErrSignature)
	}
	return Events(body)
}

func (g *Gateway) isSigned(signature string, body []byte) bool {
	given, err := hex.DecodeString(strings.TrimPrefix(signature, "sha256="))
	if err != nil {
		return false
	}
	matched := false
	for _, secret := range g.secrets {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		if hmac.Equal(mac.Sum(nil), given) {
			matched = true
		}
	}
	return matched
}

// Events reads the payment statuses out of a webhook whose signature was checked
// before, each payment and each refund on it an event of its own. Delivery statuses
// and messages are left out. An error wraps payments.ErrMalformed.
func Events(body []byte) ([]payments.Event, error) {
	var webhook struct {
		Entry []struct {
			Changes []struct {
				Value struct {
					Statuses []status `json:"statuses"`
				} `json:"value"`
			} `json:"changes"`
		} `json:"entry"`
	}
	if err := json.Unmarshal(body, &webhook); err != nil {
		return nil, fmt.Errorf("payment webhook: %w: %w", payments.ErrMalformed, err)
	}
	var events []payments.Event
	for _, entry := range webhook.Entry {
		for _, change := range entry.Changes {
			for _, told := range change.Value.Statuses {
				events = append(events, told.events(body)...)
			}
		}
	}
	return events, nil
}

type status struct {
	Type      string `json:"type"`
	Status    string `json:"status"`
	Timestamp number `json:"timestamp"`
	Payment   order  `json:"payment"`
}

// events: an id is made of what happened, since Meta sends the same message's id
// with each of its statuses.
func (s status) events(raw []byte) []payments.Event {
	reference := s.Payment.Reference
	if s.Type != "payment" || reference == "" {
		return nil
	}
	amount, _ := s.Payment.Amount.paise()
	base := payments.Event{
		Type: EventPending, Reference: reference, LinkID: reference, Amount: amount, Status: s.Status,
		CreatedAt: s.Timestamp.time(), Raw: raw,
	}
	if made := s.Payment.Transaction; made != nil && made.ID != "" {
		base.PaymentID, base.Method, base.Status = paymentID(reference, *made), made.Method.Type, made.Status
		switch {
		case made.state() == payments.PaymentCaptured && s.Status == "captured":
			base.Type = payments.EventPaymentCaptured
		case made.state() == payments.PaymentFailed:
			base.Type = payments.EventPaymentFailed
		}
	}
	base.ID = strings.Join([]string{base.PaymentID, reference, string(base.Type)}, ":")
	events := []payments.Event{base}
	for _, given := range s.Payment.refunds() {
		events = append(events, refunded(base, given))
	}
	return events
}

func refunded(event payments.Event, given refund) payments.Event {
	event.Type = map[payments.RefundStatus]payments.EventType{
		payments.RefundProcessed: payments.EventRefundProcessed, payments.RefundFailed: payments.EventRefundFailed,
	}[given.state()]
	if event.Type == "" {
		event.Type = payments.EventRefundCreated
	}
	event.Amount, _ = given.Amount.paise()
	event.RefundID, event.Status, event.CreatedAt = given.ID, given.Status, given.CreatedAt.time()
	event.ID = given.ID + ":" + string(event.Type)
	return event
}
