package whatsapp

import (
	"bytes"
	"encoding/json"
	"errors"
	"strconv"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

var errUnreadable = errors.New("answer is not in the known shape")

// number is an integer that Meta writes as a number or as text.
type number int64

// UnmarshalJSON accepts both, and null as zero.
func (n *number) UnmarshalJSON(data []byte) error {
	text := string(bytes.Trim(data, `"`))
	if text == "" || text == "null" {
		*n = 0
		return nil
	}
	value, err := strconv.ParseInt(text, 10, 64)
	*n = number(value)
	return err
}

func (n number) time() time.Time {
	if n == 0 {
		return time.Time{}
	}
	return time.Unix(int64(n), 0).UTC()
}

// money is value/offset rupees; the offset is 100 in every call in India.
type money struct {
	Value  number `json:"value"`
	Offset number `json:"offset"`
}

func (m money) paise() (connectors.Paise, bool) {
	return connectors.Paise(m.Value), m.Offset == 100 && m.Value >= 0
}

// order is what the lookup, and a webhook's payment, tell of one order.
type order struct {
	Reference    string            `json:"reference_id"`
	Status       string            `json:"status"`
	Currency     string            `json:"currency"`
	Total        money             `json:"total_amount"`
	Amount       money             `json:"amount"`
	Transactions []transaction     `json:"transactions"`
	Transaction  *transaction      `json:"transaction"`
	Refunds      []refund          `json:"refunds"`
	Notes        map[string]string `json:"notes"`
}

type transaction struct {
	ID        string `json:"id"`
	GatewayID string `json:"pg_transaction_id"`
	Status    string `json:"status"`
	CreatedAt number `json:"created_timestamp"`
	UpdatedAt number `json:"updated_timestamp"`
	Method    struct {
		Type string `json:"type"`
	} `json:"method"`
	Error struct {
		Code string `json:"code"`
	} `json:"error"`
	Refunds []refund `json:"refunds"`
}

type refund struct {
	ID        string `json:"id"`
	Amount    money  `json:"amount"`
	Status    string `json:"status"`
	CreatedAt number `json:"created_timestamp"`
}

func readLookup(body []byte, reference string) (order, error) {
	var answer struct {
		Payments *[]order `json:"payments"`
	}
	if err := json.Unmarshal(body, &answer); err != nil || answer.Payments == nil {
		return order{}, errUnreadable
	}
	if len(*answer.Payments) == 0 {
		return order{}, &connectors.NotFoundError{What: "order"}
	}
	for _, found := range *answer.Payments {
		if found.Reference == reference {
			return found, found.check()
		}
	}
	return order{}, errUnreadable
}

// check holds what money rests on: rupees, a known status, no unknown attempt.
func (o order) check() error {
	_, fits := o.Total.paise()
	known := o.Status == "pending" || o.Status == "captured"
	if !fits || o.Total.Value == 0 || !known || (o.Currency != "" && o.Currency != "INR") {
		return errUnreadable
	}
	for _, attempt := range o.Transactions {
		if attempt.ID == "" || attempt.state() == "" {
			return errUnreadable
		}
	}
	for _, given := range o.refunds() {
		if _, fits := given.Amount.paise(); !fits || given.ID == "" || given.state() == "" {
			return errUnreadable
		}
	}
	return nil
}

func (t transaction) state() payments.PaymentStatus {
	return map[string]payments.PaymentStatus{
		"pending": payments.PaymentCreated, "failed": payments.PaymentFailed, "success": payments.PaymentCaptured,
	}[t.Status]
}

func (r refund) state() payments.RefundStatus {
	return map[string]payments.RefundStatus{
		"pending": payments.RefundPending, "failed": payments.RefundFailed,
		"success": payments.RefundProcessed, "completed": payments.RefundProcessed,
	}[r.Status]
}

// refunds gathers them from every place they may stand, each once.
func (o order) refunds() []refund {
	var found []refund
	seen := map[string]bool{}
	lists := [][]refund{o.Refunds}
	for _, attempt := range o.Transactions {
		lists = append(lists, attempt.Refunds)
	}
	if o.Transaction != nil {
		lists = append(lists, o.Transaction.Refunds)
	}
	for _, list := range lists {
		for _, given := range list {
			if !seen[given.ID] {
				seen[given.ID] = true
				found = append(found, given)
			}
		}
	}
	return found
}

func (o order) state() payments.LinkState {
	total, _ := o.Total.paise()
	state := payments.LinkState{Link: payments.Link{
		ID: o.Reference, Reference: o.Reference, Amount: total, Status: payments.LinkCreated,
	}}
	for _, attempt := range o.Transactions {
		state.Payments = append(state.Payments, attempt.payment(o.Reference, total))
	}
	if len(state.Captured()) > 0 {
		state.Status = payments.LinkPaid
	}
	return state
}

// payment makes an id that names the order too, since refunds are asked for by
// order.
func (t transaction) payment(reference string, total connectors.Paise) payments.Payment {
	return payments.Payment{
		ID: paymentID(reference, t), Amount: total, Status: t.state(),
		Method: t.Method.Type, ErrorCode: t.Error.Code, CreatedAt: t.CreatedAt.time(),
	}
}

func paymentID(reference string, t transaction) string { return reference + "/" + t.ID }

// orderOf is the order that a payment's id names.
func orderOf(id string) (reference string, ok bool) {
	reference, rest, ok := strings.Cut(id, "/")
	return reference, ok && rest != "" && referenceShape.MatchString(reference)
}
