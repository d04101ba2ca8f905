// Package payments is the capability of a payment gateway: links that a citizen
// pays, what became of them, refunds, and the gateway's own messages.
//
// A payment counts only when the gateway itself says so, by a signed webhook or
// when asked; a screenshot, a typed number or a return page never do. The
// package holds the interface and its types; each gateway is a package below.
// It knows no Temporal and no PostgreSQL.
package payments

import (
	"context"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// MaxReference is the longest reference of ours a gateway takes, in bytes.
const MaxReference = 40

// Gateway is one payment gateway account. Implementations are safe for
// concurrent use; their errors have the classes of package connectors.
type Gateway interface {
	// CreateLink makes the payment link of a reference, or answers the existing
	// one whatever became of it; calling it again is always safe, so it never
	// answers an OutcomeUnknownError. A reference that was used for another
	// amount is a RefusedError with connectors.RefusedAmount.
	CreateLink(ctx context.Context, request LinkRequest) (Link, error)
	// FindLink looks a link up by our reference, with every payment attempted
	// on it. NotFoundError means that no such link was made.
	FindLink(ctx context.Context, reference string) (LinkState, error)
	// CancelLink closes an unpaid link. A link that was paid or has expired in
	// the meantime is a RefusedError; one that is cancelled is no error.
	CancelLink(ctx context.Context, linkID string) error
	// Refund gives money back, once for each Reference: it is looked up before
	// it is made. After an OutcomeUnknownError call it again later.
	Refund(ctx context.Context, request RefundRequest) (Refund, error)
	// FindRefunds lists the refunds of a payment.
	FindRefunds(ctx context.Context, paymentID string) ([]Refund, error)
	// ParseWebhook verifies a message of the gateway over its raw bytes before
	// reading it. Errors wrap ErrSignature or ErrMalformed.
	ParseWebhook(header http.Header, body []byte) (Event, error)
	// VerifyReturn checks the query with which the payer's browser comes back.
	// It proves what the gateway told the browser, and is a reason to ask
	// FindLink; it is no proof of payment. Errors wrap ErrSignature.
	VerifyReturn(query url.Values) (LinkReturn, error)
}

// The errors of ParseWebhook and VerifyReturn.
var (
	ErrSignature = errors.New("signature does not match")
	ErrMalformed = errors.New("message is malformed")
)

// LinkRequest asks for a payment link.
type LinkRequest struct {
	// Reference is ours, unique for request and purpose, at most MaxReference
	// bytes, without personal data: the payer sees it on bank statements.
	Reference string           `json:"reference"`
	Amount    connectors.Paise `json:"amount"`
	// Description is shown to the payer.
	Description string `json:"description"`
	// ExpireBy closes the link; gateways want at least 15 minutes.
	ExpireBy time.Time `json:"expire_by"`
	// CallbackURL is where the payer's browser goes afterwards.
	CallbackURL string `json:"callback_url,omitempty"`
	// New says that no link was asked for under this reference before. Any
	// other is looked for first.
	New bool `json:"new,omitempty"`
}

// LinkStatus is what became of a link.
type LinkStatus string

// The states of a link.
const (
	LinkCreated       LinkStatus = "created"
	LinkPartiallyPaid LinkStatus = "partially_paid"
	LinkPaid          LinkStatus = "paid"
	LinkExpired       LinkStatus = "expired"
	LinkCancelled     LinkStatus = "cancelled"
)

// Link is a payment link at the gateway.
type Link struct {
	ID        string           `json:"id"`
	Reference string           `json:"reference"`
	URL       string           `json:"url"`
	Amount    connectors.Paise `json:"amount"`
	Status    LinkStatus       `json:"status"`
	CreatedAt time.Time        `json:"created_at"`
	ExpireBy  time.Time        `json:"expire_by,omitzero"`
}

// LinkState is a link with the payments attempted on it, oldest first. There
// may be several, and more than one captured; a link that has expired may still
// get a captured payment.
type LinkState struct {
	Link
	Payments []Payment `json:"payments"`
}

// Captured lists the payments whose money has arrived.
func (s LinkState) Captured() []Payment { return s.withStatus(PaymentCaptured) }

// Pending lists the payments that are neither decided for nor against: the
// payer may have been debited. While there is one, nobody is asked to pay again.
func (s LinkState) Pending() []Payment { return s.withStatus(PaymentCreated, PaymentAuthorized) }

func (s LinkState) withStatus(wanted ...PaymentStatus) []Payment {
	var found []Payment
	for _, payment := range s.Payments {
		for _, status := range wanted {
			if payment.Status == status {
				found = append(found, payment)
			}
		}
	}
	return found
}

// PaymentStatus is what became of one attempt to pay.
type PaymentStatus string

// The states of a payment. Captured is the only one that means money.
const (
	PaymentCreated    PaymentStatus = "created"
	PaymentAuthorized PaymentStatus = "authorized"
	PaymentCaptured   PaymentStatus = "captured"
	PaymentRefunded   PaymentStatus = "refunded"
	PaymentFailed     PaymentStatus = "failed"
)

// Payment is one attempt to pay. It leaves out who paid.
type Payment struct {
	ID     string           `json:"id"`
	Amount connectors.Paise `json:"amount"`
	Status PaymentStatus    `json:"status"`
	// Method is the gateway's word: upi, card, netbanking.
	Method string `json:"method,omitempty"`
	// RRN is the bank's retrieval reference number, which the payer's bank
	// shows too.
	RRN       string    `json:"rrn,omitempty"`
	ErrorCode string    `json:"error_code,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// RefundRequest asks for money to be given back.
type RefundRequest struct {
	PaymentID string           `json:"payment_id"`
	Amount    connectors.Paise `json:"amount"`
	// Reference is ours and the refund's idempotency key.
	Reference string `json:"reference"`
}

// RefundStatus is what became of a refund.
type RefundStatus string

// The states of a refund.
const (
	RefundPending   RefundStatus = "pending"
	RefundProcessed RefundStatus = "processed"
	RefundFailed    RefundStatus = "failed"
)

// Refund is money given back, or on its way.
type Refund struct {
	ID        string           `json:"id"`
	PaymentID string           `json:"payment_id"`
	Reference string           `json:"reference"`
	Amount    connectors.Paise `json:"amount"`
	Status    RefundStatus     `json:"status"`
	// ARN is the bank's number with which the payer can ask for it.
	ARN       string    `json:"arn,omitempty"`
	CreatedAt time.Time `json:"created_at"`
}

// EventType is what a webhook tells. Unknown types are passed on as they are.
type EventType string

// The events that callers act on.
const (
	EventPaymentAuthorized EventType = "payment.authorized"
	EventPaymentCaptured   EventType = "payment.captured"
	EventPaymentFailed     EventType = "payment.failed"
	EventLinkPaid          EventType = "payment_link.paid"
	EventLinkPartiallyPaid EventType = "payment_link.partially_paid"
	EventLinkExpired       EventType = "payment_link.expired"
	EventLinkCancelled     EventType = "payment_link.cancelled"
	EventRefundCreated     EventType = "refund.created"
	EventRefundProcessed   EventType = "refund.processed"
	EventRefundFailed      EventType = "refund.failed"
)

// Event is a verified message of the gateway. Events come twice, late and out
// of order; ID tells a repeated one.
type Event struct {
	ID   string    `json:"id"`
	Type EventType `json:"type"`
	// Reference is the LinkRequest's, empty when the message does not tell.
	Reference string           `json:"reference,omitempty"`
	LinkID    string           `json:"link_id,omitempty"`
	PaymentID string           `json:"payment_id,omitempty"`
	Amount    connectors.Paise `json:"amount"`
	// Status is the state of what the event is about, in the gateway's word.
	Status string `json:"status,omitempty"`
	Method string `json:"method,omitempty"`
	RRN    string `json:"rrn,omitempty"`
	// RefundID and RefundReference are set for refund events.
	RefundID        string    `json:"refund_id,omitempty"`
	RefundReference string    `json:"refund_reference,omitempty"`
	CreatedAt       time.Time `json:"created_at"`
	// Raw is the message as it came. It holds personal data of the payer.
	Raw []byte `json:"-"`
}

// LinkReturn is what the payer's browser brings back from the pay page.
type LinkReturn struct {
	LinkID    string     `json:"link_id"`
	Reference string     `json:"reference"`
	Status    LinkStatus `json:"status"`
	PaymentID string     `json:"payment_id"`
}
