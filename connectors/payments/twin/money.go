package twin

import (
	"errors"
	"fmt"
	"net/http"
	"time"
)

// ErrUnknown is wrapped when a payer acts on something that is not there.
var ErrUnknown = errors.New("no such object")

// Pay is a payer who pays a link; it may be done twice. It answers the id of the
// captured payment.
func (s *Sandbox) Pay(linkID string) (paymentID string, err error) {
	return s.attempt(linkID, func(l *link, p *payment) { s.succeed(l, p) })
}

// Fail is a payer whose payment fails.
func (s *Sandbox) Fail(linkID string) (paymentID string, err error) {
	return s.attempt(linkID, func(_ *link, p *payment) { s.fail(p) })
}

// LeavePending is a payer whose bank has debited and not answered. Settle brings
// the answer.
func (s *Sandbox) LeavePending(linkID string) (paymentID string, err error) {
	return s.attempt(linkID, func(*link, *payment) {})
}

// Settle is the bank's late answer about a pending payment, which may come after
// the link has expired.
func (s *Sandbox) Settle(paymentID string, success bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	p, ok := s.payments.byID[paymentID]
	if !ok || p.Status != "created" {
		return fmt.Errorf("settle payment: pending payment: %w", ErrUnknown)
	}
	if success {
		s.succeed(s.linkOfOrder(p.OrderID), p)
	} else {
		s.fail(p)
	}
	return nil
}

func (s *Sandbox) attempt(linkID string, then func(*link, *payment)) (string, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.expire()
	l, ok := s.links.byID[linkID]
	if !ok {
		return "", fmt.Errorf("payment link: %w", ErrUnknown)
	}
	p := s.begin(l)
	then(l, p)
	return p.ID, nil
}

// begin makes an attempt; it and what follows needs the lock.
func (s *Sandbox) begin(l *link) *payment {
	amount := l.Amount
	if _, fault := s.Faults.Take(Payments, AmountMismatch); fault {
		amount -= 100
	}
	p := &payment{
		ID: newID("pay_"), Entity: "payment", Amount: amount, Currency: "INR", Status: "created", OrderID: l.OrderID,
		Method: "upi", VPA: "success@razorpay", Contact: "+919000000001", Notes: l.Notes, CreatedAt: s.now(),
		AcquirerData: map[string]string{},
	}
	s.savePayment(p)
	o := s.orders.byID[l.OrderID]
	o.Attempts++
	if o.Status == "created" {
		o.Status = "attempted"
	}
	s.saveOrder(o)
	return p
}

func (s *Sandbox) succeed(l *link, p *payment) {
	p.Status = "authorized"
	p.AcquirerData = map[string]string{
		"rrn": fmt.Sprintf("%012d", random(1_000_000_000_000)), "upi_transaction_id": newID("UPI"),
	}
	s.savePayment(p)
	s.announce("payment.authorized", payload{Payment: p})
	s.capture(l, p)
}

func (s *Sandbox) capture(l *link, p *payment) {
	p.Status, p.Captured = "captured", true
	s.savePayment(p)
	s.announce("payment.captured", payload{Payment: p})
	if l == nil {
		return
	}
	l.Payments = append(l.Payments, linkPayment{
		PaymentID: p.ID, PlinkID: l.ID, Amount: p.Amount, Method: p.Method, Status: "captured",
		CreatedAt: p.CreatedAt, UpdatedAt: s.now(),
	})
	l.AmountPaid += p.Amount
	if l.Status != "created" {
		// Money that comes after the end, or a second time, does not change
		// the link.
		s.saveLink(l)
		return
	}
	l.Status = "paid"
	s.saveLink(l)
	o := s.orders.byID[l.OrderID]
	o.Status, o.AmountPaid, o.AmountDue = "paid", p.Amount, o.Amount-p.Amount
	s.saveOrder(o)
	s.announce("order.paid", payload{Payment: p, Order: o})
	s.announce("payment_link.paid", payload{Payment: p, Order: o, Link: l})
}

func (s *Sandbox) fail(p *payment) {
	code, reason := "BAD_REQUEST_ERROR", "payment_failed"
	p.Status, p.ErrorCode, p.ErrorReason = "failed", &code, &reason
	s.savePayment(p)
	s.announce("payment.failed", payload{Payment: p})
}

func (s *Sandbox) linkOfOrder(id string) *link {
	for _, l := range s.links.all() {
		if l.OrderID == id {
			return l
		}
	}
	return nil
}

func (s *Sandbox) listPayments(w http.ResponseWriter, r *http.Request) {
	answer(w, list(page(r, within(r, s.payments.all(), func(p *payment) int64 { return p.CreatedAt }))))
}

func (s *Sandbox) readPayment(w http.ResponseWriter, r *http.Request) {
	if found, ok := s.payments.byID[r.PathValue("id")]; ok {
		answer(w, found)
		return
	}
	unknownID(w)
}

func (s *Sandbox) capturePayment(w http.ResponseWriter, r *http.Request) {
	var wanted struct {
		Amount   int64  `json:"amount"`
		Currency string `json:"currency"`
	}
	p, ok := s.payments.byID[r.PathValue("id")]
	if !ok {
		unknownID(w)
		return
	}
	if !readBody(w, r, &wanted) {
		return
	}
	switch {
	case p.Status == "captured":
		invalid(w, "", "This payment has already been captured")
	case p.Status != "authorized":
		invalid(w, "", "Only payments which have been authorized and not yet captured can be captured")
	case wanted.Amount != p.Amount:
		invalid(w, "amount", "Capture amount must be equal to the amount authorized")
	default:
		s.capture(s.linkOfOrder(p.OrderID), p)
		answer(w, p)
	}
}

// Entry is one movement of money as it really happened.
type Entry struct {
	// Kind is captured, pending, failed, refunded, refund_pending or
	// refund_failed.
	Kind      string    `json:"kind"`
	PaymentID string    `json:"payment_id"`
	RefundID  string    `json:"refund_id,omitempty"`
	Reference string    `json:"reference"`
	Paise     int64     `json:"paise"`
	At        time.Time `json:"at"`
}

// Ledger is what really happened to the money, payments first, oldest first.
func (s *Sandbox) Ledger() []Entry {
	s.mu.Lock()
	defer s.mu.Unlock()
	entries := make([]Entry, 0, len(s.payments.ids)+len(s.refunds.ids))
	for _, p := range s.payments.all() {
		kind := p.Status
		switch p.Status {
		case "created", "authorized":
			kind = "pending"
		case "refunded":
			kind = "captured"
		}
		entries = append(entries, Entry{
			Kind: kind, PaymentID: p.ID, Reference: s.orders.byID[p.OrderID].Receipt, Paise: p.Amount, At: time.Unix(p.CreatedAt, 0),
		})
	}
	for _, r := range s.refunds.all() {
		kind := map[string]string{"processed": "refunded", "pending": "refund_pending", "failed": "refund_failed"}[r.Status]
		entries = append(entries, Entry{
			Kind: kind, PaymentID: r.PaymentID, RefundID: r.ID, Reference: r.Receipt, Paise: r.Amount, At: time.Unix(r.CreatedAt, 0),
		})
	}
	return entries
}

func (s *Sandbox) facts() []string {
	entries := s.Ledger()
	lines := make([]string, 0, len(entries))
	for _, e := range entries {
		lines = append(lines, fmt.Sprintf("%s  %-14s %-20s %d.%02d  %s %s", e.At.Format(time.DateTime), e.Kind, e.Reference,
			e.Paise/100, e.Paise%100, e.PaymentID, e.RefundID))
	}
	return lines
}
