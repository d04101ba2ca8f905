package twin

import (
	"crypto/rand"
	"math/big"
)

// The gateway's objects as they are on the wire and in the journal.

type order struct {
	ID         string            `json:"id"`
	Entity     string            `json:"entity"`
	Amount     int64             `json:"amount"`
	AmountPaid int64             `json:"amount_paid"`
	AmountDue  int64             `json:"amount_due"`
	Currency   string            `json:"currency"`
	Receipt    string            `json:"receipt"`
	Status     string            `json:"status"`
	Attempts   int               `json:"attempts"`
	Notes      map[string]string `json:"notes"`
	CreatedAt  int64             `json:"created_at"`
}

type link struct {
	ID             string            `json:"id"`
	Entity         string            `json:"entity"`
	Amount         int64             `json:"amount"`
	AmountPaid     int64             `json:"amount_paid"`
	Currency       string            `json:"currency"`
	AcceptPartial  bool              `json:"accept_partial"`
	ReferenceID    string            `json:"reference_id"`
	Description    string            `json:"description"`
	ExpireBy       int64             `json:"expire_by"`
	ExpiredAt      int64             `json:"expired_at"`
	CancelledAt    int64             `json:"cancelled_at"`
	ShortURL       string            `json:"short_url"`
	Status         string            `json:"status"`
	OrderID        string            `json:"order_id"`
	CallbackURL    string            `json:"callback_url"`
	CallbackMethod string            `json:"callback_method"`
	ReminderEnable bool              `json:"reminder_enable"`
	Notes          map[string]string `json:"notes"`
	CreatedAt      int64             `json:"created_at"`
	UpdatedAt      int64             `json:"updated_at"`
	Payments       []linkPayment     `json:"payments"`
}

type linkPayment struct {
	PaymentID string `json:"payment_id"`
	PlinkID   string `json:"plink_id"`
	Amount    int64  `json:"amount"`
	Method    string `json:"method"`
	Status    string `json:"status"`
	CreatedAt int64  `json:"created_at"`
	UpdatedAt int64  `json:"updated_at"`
}

type payment struct {
	ID             string            `json:"id"`
	Entity         string            `json:"entity"`
	Amount         int64             `json:"amount"`
	Currency       string            `json:"currency"`
	Status         string            `json:"status"`
	OrderID        string            `json:"order_id"`
	Method         string            `json:"method"`
	Captured       bool              `json:"captured"`
	AmountRefunded int64             `json:"amount_refunded"`
	RefundStatus   *string           `json:"refund_status"`
	VPA            string            `json:"vpa"`
	Contact        string            `json:"contact"`
	Fee            int64             `json:"fee"`
	Tax            int64             `json:"tax"`
	ErrorCode      *string           `json:"error_code"`
	ErrorReason    *string           `json:"error_reason"`
	AcquirerData   map[string]string `json:"acquirer_data"`
	Notes          map[string]string `json:"notes"`
	CreatedAt      int64             `json:"created_at"`
}

type refund struct {
	ID             string            `json:"id"`
	Entity         string            `json:"entity"`
	Amount         int64             `json:"amount"`
	Currency       string            `json:"currency"`
	PaymentID      string            `json:"payment_id"`
	Receipt        string            `json:"receipt"`
	Status         string            `json:"status"`
	SpeedRequested string            `json:"speed_requested"`
	SpeedProcessed string            `json:"speed_processed"`
	AcquirerData   map[string]string `json:"acquirer_data"`
	Notes          map[string]string `json:"notes"`
	CreatedAt      int64             `json:"created_at"`
}

// fact is one line of the journal: the new state of one object.
type fact struct {
	Order   *order   `json:"order,omitempty"`
	Link    *link    `json:"link,omitempty"`
	Payment *payment `json:"payment,omitempty"`
	Refund  *refund  `json:"refund,omitempty"`
	// RefundKey is the idempotency key that Refund was made under.
	RefundKey string    `json:"refund_key,omitempty"`
	Delivery  *delivery `json:"delivery,omitempty"`
}

const base62 = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"

// newID makes an id in the gateway's format: a prefix and 14 base-62 digits.
func newID(prefix string) string {
	digits := make([]byte, 14)
	for i := range digits {
		digits[i] = base62[random(int64(len(base62)))]
	}
	return prefix + string(digits)
}

func random(below int64) int64 {
	number, err := rand.Int(rand.Reader, big.NewInt(below))
	if err != nil {
		panic("no randomness: " + err.Error()) // crypto/rand never fails on supported systems
	}
	return number.Int64()
}
