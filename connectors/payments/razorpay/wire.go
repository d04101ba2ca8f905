package razorpay

import (
	"bytes"
	"encoding/json"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

// notes are key-value pairs; the API writes an empty set as [].
type notes map[string]string

// UnmarshalJSON accepts the empty array, and leaves out values that are not
// strings.
func (n *notes) UnmarshalJSON(data []byte) error {
	*n = notes{}
	if !bytes.HasPrefix(bytes.TrimSpace(data), []byte("{")) {
		return nil
	}
	var pairs map[string]any
	if err := json.Unmarshal(data, &pairs); err != nil {
		return err
	}
	for key, value := range pairs {
		if text, ok := value.(string); ok {
			(*n)[key] = text
		}
	}
	return nil
}

// noteReference carries our reference into every payment made on a link, whose
// webhooks do not name the link.
const noteReference = "reference"

type linkBody struct {
	Amount         connectors.Paise `json:"amount"`
	Currency       string           `json:"currency"`
	AcceptPartial  bool             `json:"accept_partial"`
	ReferenceID    string           `json:"reference_id"`
	Description    string           `json:"description,omitempty"`
	ExpireBy       int64            `json:"expire_by,omitempty"`
	CallbackURL    string           `json:"callback_url,omitempty"`
	CallbackMethod string           `json:"callback_method,omitempty"`
	ReminderEnable bool             `json:"reminder_enable"`
	Notes          notes            `json:"notes"`
}

type linkObject struct {
	ID          string           `json:"id"`
	ReferenceID string           `json:"reference_id"`
	ShortURL    string           `json:"short_url"`
	Amount      connectors.Paise `json:"amount"`
	Status      string           `json:"status"`
	CreatedAt   int64            `json:"created_at"`
	ExpireBy    int64            `json:"expire_by"`
	OrderID     string           `json:"order_id"`
	Payments    []linkPayment    `json:"payments"`
}

// linkPayment is how a link lists what was paid on it; it may be null or only
// hold what succeeded, so the order is asked too.
type linkPayment struct {
	PaymentID string           `json:"payment_id"`
	Amount    connectors.Paise `json:"amount"`
	Status    string           `json:"status"`
	Method    string           `json:"method"`
	CreatedAt int64            `json:"created_at"`
}

func (l linkObject) link() payments.Link {
	return payments.Link{
		ID: l.ID, Reference: l.ReferenceID, URL: l.ShortURL, Amount: l.Amount,
		Status: payments.LinkStatus(l.Status), CreatedAt: unix(l.CreatedAt), ExpireBy: unix(l.ExpireBy),
	}
}

type paymentObject struct {
	ID           string           `json:"id"`
	Amount       connectors.Paise `json:"amount"`
	Status       string           `json:"status"`
	Method       string           `json:"method"`
	OrderID      string           `json:"order_id"`
	ErrorCode    string           `json:"error_code"`
	Notes        notes            `json:"notes"`
	CreatedAt    int64            `json:"created_at"`
	AcquirerData struct {
		RRN string `json:"rrn"`
	} `json:"acquirer_data"`
}

func (p paymentObject) payment() payments.Payment {
	return payments.Payment{
		ID: p.ID, Amount: p.Amount, Status: payments.PaymentStatus(p.Status), Method: p.Method,
		RRN: p.AcquirerData.RRN, ErrorCode: p.ErrorCode, CreatedAt: unix(p.CreatedAt),
	}
}

type refundBody struct {
	Amount  connectors.Paise `json:"amount"`
	Speed   string           `json:"speed"`
	Receipt string           `json:"receipt"`
	Notes   notes            `json:"notes"`
}

type refundObject struct {
	ID           string           `json:"id"`
	PaymentID    string           `json:"payment_id"`
	Amount       connectors.Paise `json:"amount"`
	Receipt      string           `json:"receipt"`
	Status       string           `json:"status"`
	CreatedAt    int64            `json:"created_at"`
	AcquirerData struct {
		ARN string `json:"arn"`
	} `json:"acquirer_data"`
}

func (r refundObject) refund() payments.Refund {
	return payments.Refund{
		ID: r.ID, PaymentID: r.PaymentID, Reference: r.Receipt, Amount: r.Amount,
		Status: payments.RefundStatus(r.Status), ARN: r.AcquirerData.ARN, CreatedAt: unix(r.CreatedAt),
	}
}

type collection[T any] struct {
	Items []T `json:"items"`
}

type errorBody struct {
	Error errorObject `json:"error"`
}

type errorObject struct {
	Code        string `json:"code"`
	Description string `json:"description"`
	Field       string `json:"field"`
	Reason      string `json:"reason"`
}

func (e errorObject) unknownID() bool { return strings.Contains(e.Description, "does not exist") }

// alreadyUsed: the API has no code for a reference_id that was used before, only
// words about it.
func (e errorObject) alreadyUsed() bool { return strings.Contains(e.Description, "already exists") }

func (e errorObject) fullyRefunded() bool { return strings.Contains(e.Description, "fully refunded") }

// shortCode is the most telling of the API's stable words.
func (e errorObject) shortCode() string {
	for _, word := range []string{e.Reason, e.Field} {
		if word != "" && word != "NA" {
			return word
		}
	}
	return e.Code
}

func unix(seconds int64) time.Time {
	if seconds == 0 {
		return time.Time{}
	}
	return time.Unix(seconds, 0).UTC()
}
