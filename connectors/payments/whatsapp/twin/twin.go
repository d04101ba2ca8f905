// Package twin stands in for Meta's side of payments in a WhatsApp chat: orders that
// a message made, the citizen who pays them, the lookup, refunds and the webhook's
// payment statuses.
//
//	GET  /{phone}/payments/{configuration}/{reference}   lookup
//	POST /{phone}/payments_refund                        refund
//	POST /twin/orders                                    the "interactive" object of a sent message
//	POST /twin/orders/{reference}/{success|failed|pending|settle}  what the citizen, or the bank, does; answers the payment status of the webhook
//	GET  /twin/                                          dial and what happened
//
// It has no messages: package emulator has those. What happened survives a restart
// when there is a data folder. It shares no code with the client.
package twin

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The operations that a fault can be limited to.
const (
	Lookup = "lookup"
	Refund = "refund"
)

// The faults of this twin besides the HTTP kinds.
const (
	// RefundStaysPending and RefundFails are the bank's way with a refund.
	RefundStaysPending twin.Kind = "refund_pending"
	RefundFails        twin.Kind = "refund_failed"
	// Throttled answers code 130429.
	Throttled twin.Kind = "throttled"
)

// Config of a twin.
type Config struct {
	PhoneNumberID, Configuration, AccessToken, AppSecret string
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Order is an order with what happened to it.
type Order struct {
	Reference string     `json:"reference"`
	Paise     int64      `json:"paise"`
	Attempts  []Attempt  `json:"attempts"`
	Refunds   []Refunded `json:"refunds"`
}

// Attempt is one try of a citizen to pay.
type Attempt struct {
	ID     string `json:"id"`
	Status string `json:"status"`
	At     int64  `json:"at"`
}

// Refunded is money given back, or on its way.
type Refunded struct {
	ID     string `json:"id"`
	Paise  int64  `json:"paise"`
	Status string `json:"status"`
	At     int64  `json:"at"`
}

// Twin is Meta. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Order]

	config Config

	mu     sync.Mutex
	names  []string
	orders map[string]*Order
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{config: config, orders: map[string]*Order{}, Frame: twin.NewFrame[Order]("whatsapp payment", RefundStaysPending, RefundFails, Throttled)}
	if err := made.Start(config.DataDir, "whatsapp-payments.jsonl", config.Logger, made.put, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

// put needs the lock.
func (t *Twin) put(order Order) {
	if t.orders[order.Reference] == nil {
		t.names = append(t.names, order.Reference)
	}
	t.orders[order.Reference] = &order
}

// save needs the lock.
func (t *Twin) save(order Order) {
	if t.Remember(order) != nil {
		t.put(order) // it goes on from memory
	}
}

// Orders is what really happened, oldest first.
func (t *Twin) Orders() []Order {
	t.mu.Lock()
	defer t.mu.Unlock()
	found := make([]Order, 0, len(t.names))
	for _, name := range t.names {
		found = append(found, *t.orders[name])
	}
	return found
}

// Send takes the "interactive" object of a message, as the Cloud API does when the
// message is sent.
func (t *Twin) Send(interactive []byte) error {
	var message struct {
		Type   string `json:"type"`
		Action struct {
			Parameters struct {
				Reference string `json:"reference_id"`
				Currency  string `json:"currency"`
				Total     struct {
					Value int64 `json:"value"`
				} `json:"total_amount"`
				Order struct {
					Subtotal, Tax struct {
						Value int64 `json:"value"`
					}
				} `json:"order"`
			} `json:"parameters"`
		} `json:"action"`
	}
	if err := json.Unmarshal(interactive, &message); err != nil || message.Type != "order_details" {
		return errors.New("whatsapp payment twin: not an order_details message")
	}
	told := message.Action.Parameters
	if told.Currency != "INR" || told.Total.Value <= 0 || told.Total.Value != told.Order.Subtotal.Value+told.Order.Tax.Value {
		return errors.New("whatsapp payment twin: the sum is wrong")
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	if t.orders[told.Reference] != nil || told.Reference == "" || len(told.Reference) > 35 {
		return errors.New("whatsapp payment twin: the reference_id was used before, or is none")
	}
	t.save(Order{Reference: told.Reference, Paise: told.Total.Value})
	return nil
}

// ErrNoOrder says that no message made an order of that reference.
var ErrNoOrder = errors.New("whatsapp payment twin: no such order")

// Pay is what the citizen does: "success", "failed" or "pending". "settle" is the
// bank's yes to the pending attempt. It fails with ErrNoOrder.
func (t *Twin) Pay(reference, result string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	order := t.orders[reference]
	if order == nil {
		return ErrNoOrder
	}
	next := *order
	next.Attempts = append([]Attempt(nil), order.Attempts...)
	for i, attempt := range next.Attempts {
		if attempt.Status == "success" {
			return errors.New("whatsapp payment twin: the order is paid")
		}
		if attempt.Status == "pending" && result == "settle" {
			next.Attempts[i].Status = "success"
			t.save(next)
			return nil
		}
	}
	if result != "success" && result != "failed" && result != "pending" {
		return fmt.Errorf("whatsapp payment twin: no result %q", result)
	}
	next.Attempts = append(next.Attempts, Attempt{
		ID: fmt.Sprintf("order_%s%02d", reference, len(next.Attempts)+1), Status: result, At: t.config.Clock().Unix(),
	})
	t.save(next)
	return nil
}

// refund decides and records in one step.
func (t *Twin) refund(reference string, paise int64) (Refunded, bool) {
	t.mu.Lock()
	defer t.mu.Unlock()
	order := t.orders[reference]
	if order == nil || order.status() != "captured" || paise <= 0 {
		return Refunded{}, false
	}
	left := order.Paise
	for _, made := range order.Refunds {
		if made.Status != "failed" {
			left -= made.Paise
		}
	}
	if paise > left {
		return Refunded{}, false
	}
	made := Refunded{ID: fmt.Sprintf("rfnd_%s%02d", reference, len(order.Refunds)+1), Paise: paise, Status: "completed", At: t.config.Clock().Unix()}
	switch fault, _ := t.Faults.Take(Refund, RefundStaysPending, RefundFails); fault.Kind {
	case RefundStaysPending:
		made.Status = "pending"
	case RefundFails:
		made.Status = "failed"
	default:
	}
	next := *order
	next.Refunds = append(append([]Refunded(nil), order.Refunds...), made)
	t.save(next)
	return made, true
}

func (o Order) status() string {
	for _, attempt := range o.Attempts {
		if attempt.Status == "success" {
			return "captured"
		}
	}
	return "pending"
}

// status is what Meta's webhook tells now about an order.
func (t *Twin) status(reference string) (told map[string]any, found bool) {
	t.mu.Lock()
	order := t.orders[reference]
	t.mu.Unlock()
	if order == nil {
		return nil, false
	}
	payment := map[string]any{"reference_id": reference, "amount": rupees(order.Paise), "currency": "INR"}
	if len(order.Attempts) > 0 {
		payment["transaction"] = order.attempt(order.Attempts[len(order.Attempts)-1])
	}
	return map[string]any{
		"id": "wamid." + reference, "type": "payment", "status": order.status(),
		"timestamp": strconv.FormatInt(t.config.Clock().Unix(), 10), "payment": payment,
	}, true
}

// Webhook is the signed body that Meta would send now about an order.
func (t *Twin) Webhook(reference string) (header http.Header, body []byte) {
	told, found := t.status(reference)
	if !found {
		return nil, nil
	}
	body, err := json.Marshal(map[string]any{"object": "whatsapp_business_account", "entry": []any{map[string]any{"changes": []any{
		map[string]any{"field": "messages", "value": map[string]any{"statuses": []any{told}}},
	}}}})
	if err != nil {
		return nil, nil
	}
	mac := hmac.New(sha256.New, []byte(t.config.AppSecret))
	mac.Write(body)
	return http.Header{"X-Hub-Signature-256": {"sha256=" + hex.EncodeToString(mac.Sum(nil))}}, body
}

func (t *Twin) facts() []string {
	orders := t.Orders()
	lines := make([]string, 0, 1+len(orders))
	lines = append(lines, "An order message makes an order: POST /twin/orders")
	for _, order := range orders {
		lines = append(lines, fmt.Sprintf("%s  ₹%d.%02d  %s  %d attempts, %d refunds",
			order.Reference, order.Paise/100, order.Paise%100, order.status(), len(order.Attempts), len(order.Refunds)))
	}
	return lines
}
