package twin

import (
	"fmt"
	"net/http"
)

func (s *Sandbox) createRefund(w http.ResponseWriter, r *http.Request) {
	p, ok := s.payments.byID[r.PathValue("id")]
	if !ok {
		unknownID(w)
		return
	}
	wanted := refund{Amount: p.Amount - p.AmountRefunded}
	if r.ContentLength != 0 && !readBody(w, r, &wanted) {
		return
	}
	key := r.Header.Get("X-Refund-Idempotency")
	if made, again := s.refunds.byID[s.refundKeys[key]]; again {
		s.repeat(w, made, p, wanted)
		return
	}
	switch {
	case p.Status == "refunded":
		invalid(w, "", "The payment has been fully refunded already")
		return
	case p.Status != "captured":
		invalid(w, "", "The payment status should be captured for action to be taken")
		return
	case wanted.Amount < 100 || wanted.Amount > p.Amount-p.AmountRefunded:
		invalid(w, "amount", "The refund amount provided is greater than amount captured")
		return
	}
	answer(w, s.refund(p, wanted, key))
}

// repeat answers a request whose idempotency key was used before.
func (s *Sandbox) repeat(w http.ResponseWriter, made *refund, p *payment, wanted refund) {
	if made.PaymentID != p.ID || made.Amount != wanted.Amount {
		invalid(w, "", "Different request body sent for the same idempotency key")
		return
	}
	answer(w, made)
}

func (s *Sandbox) refund(p *payment, wanted refund, key string) *refund {
	made := &refund{
		ID: newID("rfnd_"), Entity: "refund", Amount: wanted.Amount, Currency: "INR", PaymentID: p.ID,
		Receipt: wanted.Receipt, Status: "pending", SpeedRequested: "normal", SpeedProcessed: "normal",
		Notes: wanted.Notes, AcquirerData: map[string]string{}, CreatedAt: s.now(),
	}
	if key != "" {
		s.refundKeys[key] = made.ID
	}
	s.refunds.put(made.ID, made)
	s.record(fact{Refund: made, RefundKey: key})
	s.setRefunded(p, p.AmountRefunded+made.Amount)
	s.announce("refund.created", payload{Refund: made, Payment: p})
	if _, waits := s.Faults.Take(MakeRefund, RefundStaysPending); waits {
		return made
	}
	_, fails := s.Faults.Take(MakeRefund, RefundFails)
	s.decideRefund(made, !fails)
	return made
}

func (s *Sandbox) setRefunded(p *payment, amount int64) {
	p.AmountRefunded, p.RefundStatus = amount, nil
	if amount > 0 {
		status := "partial"
		if amount == p.Amount {
			status = "full"
		}
		p.RefundStatus = &status
	}
	if p.Captured {
		p.Status = "captured"
		if amount == p.Amount {
			p.Status = "refunded"
		}
	}
	s.savePayment(p)
}

func (s *Sandbox) decideRefund(r *refund, success bool) {
	p := s.payments.byID[r.PaymentID]
	r.Status = "processed"
	event := "refund.processed"
	if success {
		r.AcquirerData = map[string]string{"arn": fmt.Sprintf("%012d", random(1_000_000_000_000))}
	} else {
		r.Status, event = "failed", "refund.failed"
		s.setRefunded(p, p.AmountRefunded-r.Amount)
	}
	s.saveRefund(r)
	s.announce(event, payload{Refund: r, Payment: p})
}

// SettleRefund is the bank's word about a pending refund.
func (s *Sandbox) SettleRefund(refundID string, success bool) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	r, ok := s.refunds.byID[refundID]
	if !ok || r.Status != "pending" {
		return fmt.Errorf("settle refund: pending refund: %w", ErrUnknown)
	}
	s.decideRefund(r, success)
	return nil
}

func (s *Sandbox) settleByHand(w http.ResponseWriter, r *http.Request) {
	word := r.PathValue("word")
	if word != "processed" && word != "failed" {
		http.Error(w, "say processed or failed", http.StatusBadRequest)
		return
	}
	if err := s.SettleRefund(r.PathValue("id"), word == "processed"); err != nil {
		http.Error(w, err.Error(), http.StatusNotFound)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

func (s *Sandbox) listPaymentRefunds(w http.ResponseWriter, r *http.Request) {
	id := r.PathValue("id")
	if _, ok := s.payments.byID[id]; !ok {
		unknownID(w)
		return
	}
	answer(w, list(page(r, keep(s.refunds.all(), func(made *refund) bool { return made.PaymentID == id }))))
}

func (s *Sandbox) listRefunds(w http.ResponseWriter, r *http.Request) {
	answer(w, list(page(r, within(r, s.refunds.all(), func(made *refund) int64 { return made.CreatedAt }))))
}

func (s *Sandbox) readRefund(w http.ResponseWriter, r *http.Request) {
	if found, ok := s.refunds.byID[r.PathValue("id")]; ok {
		answer(w, found)
		return
	}
	unknownID(w)
}
