// Package payment is the life of one payment order as a pure function: facts in, standing and ledger out. It has no clock, no store
// and no gateway; whoever learns a fact (a webhook, a poll, a return page, our own decision) folds it in the same way.
//
// Facts are a set: their order and their repetition do not matter, so a late or doubled event cannot move anything back.
package payment

import (
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// Kind is what a fact says.
type Kind string

// Facts of the payment gateway. All but the link's name a payment.
const (
	Attempted       Kind = "attempted"  // begun and undecided: the payer may have been debited
	Failed          Kind = "failed"     // an attempt failed; it may still be authorized late
	Authorized      Kind = "authorized" // debited at the bank
	Captured        Kind = "captured"   // the money is ours
	LinkExpired     Kind = "link_expired"
	LinkCancelled   Kind = "link_cancelled"
	RefundPending   Kind = "refund_pending"
	RefundProcessed Kind = "refund_processed"
	RefundFailed    Kind = "refund_failed"
)

// Our own decisions, recorded as facts beside the gateway's.
const (
	Accepted Kind = "accepted" // Payment is the one that counts for this order
	Closed   Kind = "closed"   // the order takes no money any more; Note says why
	Posted   Kind = "posted"   // the department has the money; Note is its receipt
	Refused  Kind = "refused"  // the department will not take the money; Note is a short code
	// GivenBack says that two officers agreed to give a payment back that the department has; Note is their approval.
	GivenBack Kind = "given_back"
	// Returned says that the department gives Amount of the accepted payment back: a ticket was cancelled by its rule. Note is a short code.
	Returned Kind = "returned"
)

// Fact is one thing known about an order. It names no person.
type Fact struct {
	Kind    Kind             `json:"kind"`
	Payment string           `json:"payment,omitempty"` // the gateway's payment id
	Amount  connectors.Paise `json:"amount,omitempty"`
	At      time.Time        `json:"at,omitzero"`
	Method  string           `json:"method,omitempty"`
	RRN     string           `json:"rrn,omitempty"`    // the bank's retrieval reference number
	Refund  string           `json:"refund,omitempty"` // the gateway's refund id
	Note    string           `json:"note,omitempty"`
	// GoesOn says of Refused that the request goes on without the money: the fee of an application that the department has.
	GoesOn bool `json:"goes_on,omitempty"`
}

// Order is what was asked for.
type Order struct {
	Amount connectors.Paise
}

// State is the state of an order.
type State string

// The states of an order. An order in one of the first four blocks another order for the same bill.
const (
	StateCreated    State = "created" // no link yet
	StateAwaiting   State = "awaiting"
	StateAuthorized State = "authorized" // or attempted: somebody may have been debited
	StatePaid       State = "paid"       // and the department does not have it yet

	StateFulfilled    State = "fulfilled"
	StateClosed       State = "closed" // expired or cancelled; nothing was kept
	StateRefundDue    State = "refund_due"
	StateRefunding    State = "refund_pending"
	StateRefunded     State = "refunded"
	StateRefundFailed State = "refund_failed"
	// StateReview is a contradiction for a person, such as money that the department has and that was given back too.
	StateReview State = "under_review"
)

// Standing is what the facts amount to.
type Standing struct {
	State State
	// Accepted is the payment that counts; empty while there is none.
	Accepted string
	// Posted tells that the department has the accepted payment.
	Posted bool
	// Payments are all payments of the order, by id.
	Payments []Payment
	// FailedAttempts counts payments that failed and did not come through later.
	FailedAttempts int
}

// Payment is one payment on the order.
type Payment struct {
	ID     string
	Stage  Stage
	Amount connectors.Paise
	At     time.Time // when it was captured, else when it was first heard of
	Method string
	RRN    string
	// RefundReason is set when the payment must be given back; RefundAmount is how much of it.
	RefundReason Reason
	RefundAmount connectors.Paise
	Refund       RefundStage
	// Refunds are what the gateway says was given back or tried to, by id; Refunded is their sum, of those that went through.
	Refunds  []Refund
	Refunded connectors.Paise
	// RefundID is the gateway's id of the refund that counts.
	RefundID string
}

// Stage is how far a payment came; it only grows.
type Stage int

// The stages of a payment.
const (
	StageAttempted Stage = iota + 1
	StageFailed
	StageAuthorized
	StageCaptured
)

// RefundStage is how far the giving back of a payment came.
type RefundStage int

// The stages of a refund.
const (
	RefundNone RefundStage = iota
	RefundStagePending
	RefundStageFailed
	RefundStageProcessed
)

// Reason says why a payment is given back.
type Reason string

// The reasons of a refund.
const (
	ReasonRefused Reason = "refused"
	ReasonFee     Reason = "fee" // refused, and the request goes on
	ReasonTwice   Reason = "twice"
	ReasonLate    Reason = "late"
	ReasonAmount  Reason = "amount"
	ReasonOfficer Reason = "officer" // two officers agreed; the department owes it
	// ReasonReturned: the department had it and gives a part back, or all of it.
	ReasonReturned Reason = "returned"
)

// Find returns a payment by its id.
func (s Standing) Find(id string) (Payment, bool) {
	for _, p := range s.Payments {
		if p.ID == id {
			return p, true
		}
	}
	return Payment{}, false
}
