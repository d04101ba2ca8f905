package emulator

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/chat"
)

// Outcome is how a citizen's payment of an order goes.
type Outcome string

// The outcomes of a payment. OutcomeSettled is the bank's yes to a pending one.
const (
	OutcomeSuccess Outcome = "success"
	OutcomeFailed  Outcome = "failed"
	OutcomePending Outcome = "pending"
	OutcomeSettled Outcome = "settle"
)

// Refusals of what cannot be paid.
var (
	ErrNoSuchOrder = errors.New("no such order message on this phone")
	ErrOutcome     = errors.New("an outcome is success, failed, pending or settle")
	// ErrNotPayable wraps what the payment side says; without one nothing can be paid.
	ErrNotPayable = errors.New("the order cannot be paid")
)

const (
	ordersTimeout = 5 * time.Second
	maxPayment    = 64 << 10
)

// order is what a phone shows of an order_details message (Meta, Payments API India).
type order struct {
	Type   string `json:"type"`
	Action struct {
		Parameters struct {
			Reference string `json:"reference_id"`
			Order     struct {
				Expiration struct {
					Timestamp json.Number `json:"timestamp"`
				} `json:"expiration"`
			} `json:"order"`
		} `json:"parameters"`
	} `json:"action"`
}

func orderOf(m Message) (order, bool) {
	var o order
	if m.From != chat.Business || m.Type != "interactive" || json.Unmarshal(m.Content, &o) != nil {
		return order{}, false
	}
	return o, o.Type == "order_details"
}

// place tells the payment side of an order that reached a phone. It is told again when the citizen pays, so that it may be away now.
func (e *Emulator) place(ctx context.Context, m Message) {
	o, isOrder := orderOf(m)
	if !isOrder || e.cfg.OrdersURL == "" {
		return
	}
	if _, err := e.callOrders(ctx, "", m.Content); err != nil {
		e.cfg.Log.Warn("the payment side was not told of an order", slog.String("order", o.Action.Parameters.Reference), slog.Any("error", err))
	}
}

// Pay pays an order_details message on a phone, the newest when messageID is empty, and tells the business as Meta does: by a status of the type
// payment. It fails with ErrNoSuchOrder, ErrOutcome or ErrNotPayable.
func (e *Emulator) Pay(ctx context.Context, phone, messageID string, outcome Outcome) error {
	if !slices.Contains([]Outcome{OutcomeSuccess, OutcomeFailed, OutcomePending, OutcomeSettled}, outcome) {
		return ErrOutcome
	}
	number, m, o, err := e.findOrder(phone, messageID)
	if err != nil {
		return err
	}
	owner, _ := e.chats.Phone(phone)
	if expires, err := o.Action.Parameters.Order.Expiration.Timestamp.Int64(); err == nil && outcome != OutcomeSettled && e.now().Unix() >= expires {
		return fmt.Errorf("%w: it has expired", ErrNotPayable)
	}
	payment, err := e.payOrder(ctx, o.Action.Parameters.Reference, m.Content, outcome)
	if err != nil {
		return err
	}
	payment["id"], payment["timestamp"] = object(m.ID), object(unixSeconds(e.now()))
	payment["recipient_user_id"] = object(owner.UserID)
	if !owner.Hidden {
		payment["recipient_id"] = object(owner.Number)
	}
	v := number.value()
	e.notify(number, paymentChange{Field: "messages", Value: paymentValue{v.MessagingProduct, v.Metadata, []map[string]json.RawMessage{payment}}}, "")
	return nil
}

// paymentChange is the webhook of a payment status (Meta, Payments API India: payment status webhook).
type paymentChange struct {
	Value paymentValue `json:"value"`
	Field string       `json:"field"`
}

type paymentValue struct {
	MessagingProduct string                       `json:"messaging_product"`
	Metadata         metadata                     `json:"metadata"`
	Statuses         []map[string]json.RawMessage `json:"statuses"`
}

func (e *Emulator) findOrder(phone, messageID string) (*businessNumber, Message, order, error) {
	for _, n := range e.cfg.Numbers {
		messages, err := e.chats.Messages(n.PhoneNumberID, phone, 0, chat.Business)
		if err != nil {
			return nil, Message{}, order{}, fmt.Errorf("find the order: %w", err)
		}
		for _, m := range slices.Backward(messages) {
			if o, ok := orderOf(m); ok && (messageID == "" || m.ID == messageID) {
				return e.numbers[n.PhoneNumberID], m, o, nil
			}
		}
	}
	return nil, Message{}, order{}, ErrNoSuchOrder
}

// errUnknownOrder is the payment side's word for an order it was not told of.
var errUnknownOrder = errors.New("unknown order")

// payOrder answers the status that the business is told.
func (e *Emulator) payOrder(ctx context.Context, reference string, message json.RawMessage, outcome Outcome) (map[string]json.RawMessage, error) {
	if e.cfg.OrdersURL == "" {
		return nil, fmt.Errorf("%w: this emulator has no payment side", ErrNotPayable)
	}
	path := "/" + url.PathEscape(reference) + "/" + string(outcome)
	answer, err := e.callOrders(ctx, path, nil)
	if errors.Is(err, errUnknownOrder) {
		_, refused := e.callOrders(ctx, "", message) // it may be told at this moment by the message's arrival
		if answer, err = e.callOrders(ctx, path, nil); errors.Is(err, errUnknownOrder) {
			err = refused
		}
	}
	if err != nil {
		return nil, fmt.Errorf("%w: %w", ErrNotPayable, err)
	}
	var status map[string]json.RawMessage
	if err := json.Unmarshal(answer, &status); err != nil {
		return nil, fmt.Errorf("%w: the payment side answers something else: %w", ErrNotPayable, err)
	}
	return status, nil
}

func (e *Emulator) callOrders(ctx context.Context, path string, body []byte) ([]byte, error) {
	ctx, cancel := context.WithTimeout(ctx, ordersTimeout)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, e.cfg.OrdersURL+path, bytes.NewReader(body))
	if err != nil {
		return nil, fmt.Errorf("the payment side's address cannot be read: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	response, err := (&http.Client{Timeout: ordersTimeout}).Do(request)
	if err != nil {
		return nil, fmt.Errorf("the payment side does not answer: %w", err)
	}
	defer func() { _ = response.Body.Close() }() // what matters of it has been read
	answer, err := io.ReadAll(io.LimitReader(response.Body, maxPayment))
	switch {
	case err != nil:
		return nil, fmt.Errorf("the payment side broke off: %w", err)
	case response.StatusCode == http.StatusNotFound:
		return nil, errUnknownOrder
	case response.StatusCode/100 != 2:
		return nil, errors.New(strings.TrimSpace(string(answer)))
	}
	return answer, nil
}

func (e *Emulator) controlPay(r *http.Request) (any, error) {
	var asked struct {
		Message string  `json:"message"`
		Outcome Outcome `json:"outcome"`
	}
	if err := readJSON(r, &asked); err != nil {
		return nil, err
	}
	return map[string]bool{"success": true}, e.Pay(r.Context(), r.PathValue("phone"), asked.Message, asked.Outcome)
}
