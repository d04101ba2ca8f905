package razorpay

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

// The headers of a webhook (https://razorpay.com/docs/webhooks/validate-test).
const (
	headerSignature = "X-Razorpay-Signature"
	headerEventID   = "X-Razorpay-Event-Id"
)

// Events lists what is to be activated for the hub's webhook. The others (order.paid) say nothing of an order that these do not.
func Events() []string {
	events := []payments.EventType{
		payments.EventPaymentAuthorized, payments.EventPaymentCaptured, payments.EventPaymentFailed,
		payments.EventLinkPaid, payments.EventLinkPartiallyPaid, payments.EventLinkExpired, payments.EventLinkCancelled,
		payments.EventRefundCreated, payments.EventRefundProcessed, payments.EventRefundFailed,
	}
	names := make([]string, len(events))
	for i, event := range events {
		names[i] = string(event)
	}
	return names
}

type entity[T any] struct {
	Entity T `json:"entity"`
}

type webhookBody struct {
	Event     string `json:"event"`
	CreatedAt int64  `json:"created_at"`
	Payload   struct {
		Payment entity[paymentObject] `json:"payment"`
		Link    entity[linkObject]    `json:"payment_link"`
		Refund  entity[refundObject]  `json:"refund"`
		Order   entity[orderObject]   `json:"order"`
	} `json:"payload"`
}

type orderObject struct {
	ID      string           `json:"id"`
	Amount  connectors.Paise `json:"amount"`
	Receipt string           `json:"receipt"`
	Status  string           `json:"status"`
}

// ParseWebhook implements payments.Gateway.
func (g *Gateway) ParseWebhook(header http.Header, body []byte) (payments.Event, error) {
	if !g.signedByWebhookSecret(header.Get(headerSignature), body) {
		return payments.Event{}, fmt.Errorf("payment webhook: %w", payments.ErrSignature)
	}
	var message webhookBody
	if err := json.Unmarshal(body, &message); err != nil {
		return payments.Event{}, fmt.Errorf("payment webhook: %w: %w", payments.ErrMalformed, err)
	}
	if message.Event == "" {
		return payments.Event{}, fmt.Errorf("payment webhook: %w: no event", payments.ErrMalformed)
	}
	event := message.event()
	event.ID, event.Raw = eventID(header, body), body
	return event, nil
}

func (g *Gateway) signedByWebhookSecret(signature string, body []byte) bool {
	matched := false
	for _, secret := range g.webhookSecrets {
		if signatureMatches(secret, body, signature) {
			matched = true
		}
	}
	return matched
}

// eventID falls back on the content, so that a message without the header is
// still recognised when it comes twice.
func eventID(header http.Header, body []byte) string {
	if id := header.Get(headerEventID); id != "" {
		return id
	}
	sum := sha256.Sum256(body)
	return "sha256:" + hex.EncodeToString(sum[:])
}

// event gathers what the message tells. Refund messages carry the payment too,
// link messages the payment and the order; the most specific one decides.
func (m webhookBody) event() payments.Event {
	payment, link, refund := m.Payload.Payment.Entity, m.Payload.Link.Entity, m.Payload.Refund.Entity
	event := payments.Event{
		Type: payments.EventType(m.Event), CreatedAt: unix(m.CreatedAt),
		Reference: link.ReferenceID, LinkID: link.ID, PaymentID: payment.ID,
		Method: payment.Method, RRN: payment.AcquirerData.RRN,
	}
	if event.Reference == "" {
		event.Reference = payment.Notes[noteReference]
	}
	switch subject, _, _ := strings.Cut(m.Event, "."); subject {
	case "refund":
		event.RefundID, event.RefundReference = refund.ID, refund.Receipt
		event.Amount, event.Status = refund.Amount, refund.Status
		if event.PaymentID == "" {
			event.PaymentID = refund.PaymentID
		}
	case "payment_link":
		event.Amount, event.Status = link.Amount, link.Status
		if payment.ID != "" {
			event.Amount = payment.Amount
		}
	case "order":
		event.Amount, event.Status = m.Payload.Order.Entity.Amount, m.Payload.Order.Entity.Status
	default:
		event.Amount, event.Status = payment.Amount, payment.Status
	}
	return event
}

// VerifyReturn implements payments.Gateway
// (https://razorpay.com/docs/payments/payment-links/verify-signature).
func (g *Gateway) VerifyReturn(query url.Values) (payments.LinkReturn, error) {
	returned := payments.LinkReturn{
		LinkID:    query.Get("razorpay_payment_link_id"),
		Reference: query.Get("razorpay_payment_link_reference_id"),
		Status:    payments.LinkStatus(query.Get("razorpay_payment_link_status")),
		PaymentID: query.Get("razorpay_payment_id"),
	}
	signed := strings.Join([]string{returned.LinkID, returned.Reference, string(returned.Status), returned.PaymentID}, "|")
	if !signatureMatches(g.keySecret, []byte(signed), query.Get("razorpay_signature")) {
		return payments.LinkReturn{}, fmt.Errorf("payment return: %w", payments.ErrSignature)
	}
	return returned, nil
}

// signatureMatches compares a hex HMAC-SHA256 in constant time.
func signatureMatches(secret string, signed []byte, signature string) bool {
	given, err := hex.DecodeString(signature)
	if err != nil {
		return false
	}
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(signed)
	return hmac.Equal(mac.Sum(nil), given)
}
