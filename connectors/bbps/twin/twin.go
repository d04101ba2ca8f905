package twin

import (
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of this twin besides the HTTP kinds.
const (
	// Silent never answers an acknowledged request; after 30 s it is a TIMEOUT.
	Silent twin.Kind = "silent"
	// StaysPending keeps a payment pending for DelayMS, or until the biller's word
	// when it is 0.
	StaysPending twin.Kind = "stays_pending"
	// DeclinesLate keeps a payment pending for DelayMS and then declines it.
	DeclinesLate twin.Kind = "declines_late"
	// Deemed answers success without the biller.
	Deemed twin.Kind = "deemed_success"
	// RefuseDuplicate answers COU_DUPLICATE_REQUEST instead of the first Ack.
	RefuseDuplicate twin.Kind = "refuse_duplicate"
	// ForgetKey pays a repeated refId again, as a network without any check would.
	ForgetKey twin.Kind = "forget_key"
	// BillChanges makes the bill one rupee dearer once it was fetched.
	BillChanges twin.Kind = "bill_changes"
	// NoLine answers an Ack of failure, COU_NETWORK_ERROR.
	NoLine twin.Kind = "no_line"
	// BillerDown says in the biller master that the biller is down for an hour.
	BillerDown twin.Kind = "biller_down"
)

// The operations that a fault can be limited to. Fetch is both its request and its
// poll.
const (
	Master = "master"
	Fetch  = "fetch"
	Post   = "post"
	Find   = "find"
)

// Config of a twin.
type Config struct {
	APIKey string
	// Billers are served beside the documented ones.
	Billers []Biller
	// Latency is how long the network takes to answer an acknowledged request.
	Latency time.Duration
	// DataDir keeps the payments over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
	Logger  *slog.Logger
}

// Payment is a payment as the network recorded it.
type Payment struct {
	RefID     string    `json:"ref_id"`
	ClientRef string    `json:"client_ref"`
	Biller    string    `json:"biller"`
	Account   string    `json:"account"`
	Bill      string    `json:"bill"`
	Paise     int64     `json:"paise"`
	TxnID     string    `json:"txn_id"`
	At        time.Time `json:"at"`
	// ReadyAt is when the outcome is known; zero until the biller's word.
	ReadyAt time.Time `json:"ready_at,omitzero"`
	// Status is the outcome: SUCCESS, FAILURE or REVERSED.
	Status string `json:"status"`
	// Code is the compliance code of a failure.
	Code string `json:"code,omitempty"`
	// TimedOut says that the network itself does not know.
	TimedOut bool `json:"timed_out,omitempty"`
	Deemed   bool `json:"deemed,omitempty"`
}

// Twin is the aggregator. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Payment]

	config Config

	mu       sync.Mutex
	fetches  map[string]fetch
	payments []Payment
	changed  map[string]bool
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{
		config: config, fetches: map[string]fetch{}, changed: map[string]bool{},
		Frame: twin.NewFrame[Payment]("bbps", Silent, StaysPending, DeclinesLate, Deemed, RefuseDuplicate, ForgetKey,
			BillChanges, NoLine, BillerDown),
	}
	if err := made.Start(config.DataDir, "bbps-payments.jsonl", config.Logger, made.put, made.routes()); err != nil {
		return nil, err
	}
	return made, nil
}

// put adds a payment or replaces the one with its transaction id; it needs the
// lock.
func (t *Twin) put(payment Payment) {
	for i := range t.payments {
		if t.payments[i].TxnID == payment.TxnID {
			t.payments[i] = payment
			return
		}
	}
	t.payments = append(t.payments, payment)
}

// Payments is what really happened, oldest first, declined ones included.
func (t *Twin) Payments() []Payment {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Payment(nil), t.payments...)
}

// Paid counts the payments that took the money or will.
func (t *Twin) Paid() int {
	count := 0
	for _, payment := range t.Payments() {
		if payment.Status == success {
			count++
		}
	}
	return count
}

// Doubled counts payments of a bill that was paid before. It must stay zero
// whatever the faults.
func (t *Twin) Doubled() int {
	seen, doubled := map[string]bool{}, 0
	for _, payment := range t.Payments() {
		if payment.Status != success {
			continue
		}
		if seen[payment.Bill] {
			doubled++
		}
		seen[payment.Bill] = true
	}
	return doubled
}

// Decide is the biller's late word on a payment: "success", "failure" or
// "reversed".
func (t *Twin) Decide(refID, word string) error {
	status, known := map[string]string{"success": success, "failure": failure, "reversed": reversed}[word]
	if !known {
		return fmt.Errorf("bbps twin: no outcome %q", word)
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, payment := range t.payments {
		if payment.RefID == refID {
			payment.Status, payment.ReadyAt, payment.TimedOut = status, t.config.Clock(), false
			t.save(payment)
			return nil
		}
	}
	return fmt.Errorf("bbps twin: no payment %q", refID)
}

// save needs the lock.
func (t *Twin) save(payment Payment) {
	if t.Remember(payment) != nil {
		t.put(payment) // it goes on from memory
	}
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, 16)
	for _, known := range billers() {
		lines = append(lines, fmt.Sprintf("biller   %s  %s", known.id, known.name))
	}
	for _, given := range t.config.Billers {
		lines = append(lines, fmt.Sprintf("biller   %s  %s, account %s", given.ID, given.Name, strings.Join(given.Accounts, ", ")))
	}
	for _, consumer := range Consumers() {
		lines = append(lines, fmt.Sprintf("consumer %s  %-20s %s", consumer.Number, consumer.Name, consumer.About))
	}
	for _, payment := range t.Payments() {
		lines = append(lines, fmt.Sprintf("%s  %s  %s  %s  ₹%d.%02d  %s", payment.At.In(indianTime).Format(time.DateTime),
			payment.RefID, payment.Account, payment.Bill, payment.Paise/100, payment.Paise%100, payment.Status))
	}
	return append(lines, fmt.Sprintf("paid twice: %d", t.Doubled()))
}
