package connectors

import (
	"context"
	"time"
)

// FeeTaker is an Applications connector whose portal can be told that the fee it
// named (Submitted.Fee) was paid to us on the department's behalf. The rules are
// those of PaymentPoster. Neither call asks the citizen anything.
//
// PostFee is never repeated blindly: after an OutcomeUnknownError the caller asks
// FindFee first. Posting the same Reference again when it has already landed
// answers the first posting's receipt wherever the portal allows that, and
// otherwise a RefusedError with RefusedDuplicate. A fee that was paid by other
// means is RefusedAlreadyPaid, and an amount that is not the fee RefusedAmount;
// of both nothing was posted.
//
// FindFee answers a NotFoundError only when the posting is certainly not there,
// which is so too when the fee was paid by other means. Any doubt is an
// UnavailableError or an OutcomeUnknownError.
type FeeTaker interface {
	PostFee(ctx context.Context, posting FeePosting) (Posted, error)
	FindFee(ctx context.Context, query FeeQuery) (Posted, error)
}

// FeePosting tells the department of the fee of one application. It holds personal
// data.
type FeePosting struct {
	// Reference is ours and the idempotency key of the posting: the payment order's,
	// the same on every attempt. It names no person.
	Reference string `json:"reference"`
	// Service is the portal's own number of the service, Number the application's.
	Service string    `json:"service"`
	Number  string    `json:"number"`
	Amount  Paise     `json:"amount"`
	PaidAt  time.Time `json:"paid_at"`
	// Fields holds the application's answers by the portal's field name, as far as a
	// look-up needs them.
	Fields map[string]string `json:"fields,omitempty"`
	// GatewayPaymentID is the payment gateway's id of the money, for the
	// department's reconciliation.
	GatewayPaymentID string `json:"gateway_payment_id"`
}

// Query is how the posting is looked up.
func (p FeePosting) Query() FeeQuery {
	return FeeQuery{Reference: p.Reference, Service: p.Service, Number: p.Number, Fields: p.Fields}
}

// FeeQuery looks the posting of a fee up by our reference. It holds personal data.
type FeeQuery struct {
	Reference string            `json:"reference"`
	Service   string            `json:"service"`
	Number    string            `json:"number"`
	Fields    map[string]string `json:"fields,omitempty"`
}
