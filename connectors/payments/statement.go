package payments

import (
	"context"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// Statements is what a gateway may have beside Gateway: everything that it did in a stretch of time, whoever asked for it. A gateway
// without it can only be asked about what we know of.
type Statements interface {
	// PaymentsMade lists every payment begun from a moment on, until another.
	PaymentsMade(ctx context.Context, from, until time.Time) ([]StatedPayment, error)
	// RefundsMade lists every refund begun from a moment on, until another.
	RefundsMade(ctx context.Context, from, until time.Time) ([]Refund, error)
	// SettledOn lists what the gateway paid out to the bank on a day in India, payments and refunds.
	SettledOn(ctx context.Context, day time.Time) ([]SettledLine, error)
}

// StatedPayment is a payment of a statement.
type StatedPayment struct {
	Payment

	// Reference is the LinkRequest's; empty for a payment that no link of ours brought.
	Reference string `json:"reference,omitempty"`
}

// SettledKind says what a settled line is about.
type SettledKind string

// The kinds of settled lines; others, such as adjustments, are passed on as they are.
const (
	SettledPayment SettledKind = "payment"
	SettledRefund  SettledKind = "refund"
)

// SettledLine is one line of a settlement. For a payment Credit plus Fee (its tax included) is Amount.
type SettledLine struct {
	ID         string           `json:"id"` // of the payment or refund
	Kind       SettledKind      `json:"kind"`
	Amount     connectors.Paise `json:"amount"`
	Credit     connectors.Paise `json:"credit"`
	Debit      connectors.Paise `json:"debit"`
	Fee        connectors.Paise `json:"fee"`
	Settlement string           `json:"settlement"`
}
