package connectors

import (
	"context"
	"time"
)

// BillFetcher answers what is to be paid on an account.
//
// FetchBill changes nothing at the portal and may be repeated. An account
// without an open bill is not an error: it is a Bill whose Status says so. An
// account the portal does not know is a NotFoundError.
type BillFetcher interface {
	FetchBill(ctx context.Context, query BillQuery) (Bill, error)
}

// PaymentPoster tells the department that a bill was paid to us on its behalf.
//
// PostPayment is never repeated blindly: after an OutcomeUnknownError the
// caller asks FindPayment first. Posting the same Reference again when it has
// already landed answers the first posting's receipt wherever the portal allows
// that, and otherwise a RefusedError with RefusedDuplicate.
//
// FindPayment answers a NotFoundError only when the posting is certainly not
// there. Any doubt is an UnavailableError or an OutcomeUnknownError.
type PaymentPoster interface {
	PostPayment(ctx context.Context, posting Posting) (Posted, error)
	FindPayment(ctx context.Context, query PostingQuery) (Posted, error)
}

// BillConnector is the whole capability behind services of the kind "bill".
// Implementations are safe for concurrent use.
type BillConnector interface {
	BillFetcher
	PaymentPoster
}

// BillQuery asks for the bill of one account.
type BillQuery struct {
	// Service is the portal's own code of the service, from the catalog.
	Service string `json:"service"`
	// Account is the consumer or service number as the citizen gave it, in
	// ASCII digits or letters.
	Account string `json:"account"`
	// Fields holds further answers by the portal's field name.
	Fields map[string]string `json:"fields,omitempty"`
}

// BillStatus says whether an account has something to pay.
type BillStatus string

// The states of a bill.
const (
	BillDue  BillStatus = "due"  // Total is to be paid
	BillPaid BillStatus = "paid" // the latest bill is paid
	BillNone BillStatus = "none" // no bill was issued
)

// Bill is what the portal says about one account. It holds personal data.
type Bill struct {
	Account string `json:"account"`
	// Name is the account holder as the department knows them.
	Name string `json:"name,omitempty"`
	// Number identifies the bill at the department; empty when Status is
	// BillNone.
	Number string `json:"number,omitempty"`
	// Period is the billed month as YYYY-MM.
	Period string `json:"period,omitempty"`
	// IssuedOn and DueDate are midnight of the day, Indian time.
	IssuedOn time.Time `json:"issued_on,omitzero"`
	DueDate  time.Time `json:"due_date,omitzero"`
	// Amount is this period's charge, Arrears what was left from before, Total
	// what is to be paid now. Total is zero unless Status is BillDue.
	Amount  Paise      `json:"amount"`
	Arrears Paise      `json:"arrears"`
	Total   Paise      `json:"total"`
	Status  BillStatus `json:"status"`
	// PaidOn and Receipt describe the payment of a bill that is BillPaid, when
	// the portal tells.
	PaidOn  time.Time `json:"paid_on,omitzero"`
	Receipt string    `json:"receipt,omitempty"`
	// AsOf is when the portal was asked.
	AsOf time.Time `json:"as_of"`
}

// Posting tells the department of one payment.
type Posting struct {
	// Reference is ours and the idempotency key of the posting: the request's
	// reference and the step, the same on every attempt. It names no person.
	Reference  string            `json:"reference"`
	Service    string            `json:"service"`
	Account    string            `json:"account"`
	BillNumber string            `json:"bill_number"`
	Amount     Paise             `json:"amount"`
	PaidAt     time.Time         `json:"paid_at"`
	Fields     map[string]string `json:"fields,omitempty"`
	// GatewayPaymentID is the payment gateway's id of the money, for the
	// department's reconciliation.
	GatewayPaymentID string `json:"gateway_payment_id"`
}

// PostingQuery looks a posting up by our reference.
type PostingQuery struct {
	Reference string            `json:"reference"`
	Service   string            `json:"service"`
	Account   string            `json:"account"`
	Fields    map[string]string `json:"fields,omitempty"`
}

// Posted is a posting as the department recorded it.
type Posted struct {
	Reference string `json:"reference"`
	// PortalReceipt is the department's own receipt number.
	PortalReceipt string    `json:"portal_receipt"`
	PostedAt      time.Time `json:"posted_at"`
	Amount        Paise     `json:"amount"`
}
