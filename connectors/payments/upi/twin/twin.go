// Package twin stands in for a payer's UPI app and the merchant's bank: a page to
// pay a link on, and the bank's status interface that is the only proof of it.
//
//	GET  /v1/merchants/{pa}/transactions/{tr}   the bank
//	POST /twin/pay                              link=upi://pay?…, result=success|failure|pending|deemed
//	GET  /twin/                                 dial and what happened
//
// It reads links with code of its own and pays only what the linking specification
// allows. It survives a restart when it has a data folder.
package twin

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// Status is the bank's operation on the dial.
const Status = "status"

// AsksTooOften answers 429, as the switch does before the first 90 seconds.
const AsksTooOften twin.Kind = "asks_too_often"

// Config of a twin.
type Config struct {
	APIKey string
	// DataDir keeps what happened over restarts; empty forgets.
	DataDir string
	Clock   func() time.Time
}

// Payment is a payment as the bank recorded it.
type Payment struct {
	Payee     string    `json:"pa"`
	Reference string    `json:"tr"`
	ID        string    `json:"id"`
	RRN       string    `json:"rrn"`
	Amount    string    `json:"amount"`
	Status    string    `json:"status"`
	At        time.Time `json:"at"`
}

// Twin is the bank and the app. It is an http.Handler and safe for concurrent use.
type Twin struct {
	*twin.Frame[Payment]

	config Config

	mu       sync.Mutex
	payments []Payment
}

// New makes a twin and restores what happened to it before.
func New(config Config) (*Twin, error) {
	config.Clock = twin.ClockOr(config.Clock)
	made := &Twin{config: config, Frame: twin.NewFrame[Payment]("upi", AsksTooOften)}
	mux := http.NewServeMux()
	mux.Handle("/twin/", made.Faults.Control("UPI app and bank twin", made.facts))
	mux.HandleFunc("POST /twin/pay", made.payByForm)
	mux.Handle("GET /v1/merchants/{pa}/transactions/{tr}", made.Faults.Wrap(Status, http.HandlerFunc(made.status)))
	replay := func(payment Payment) { made.payments = append(made.payments, payment) }
	if err := made.Start(config.DataDir, "upi-payments.jsonl", nil, replay, mux); err != nil {
		return nil, err
	}
	return made, nil
}

// Payments is what really happened, oldest first.
func (t *Twin) Payments() []Payment {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Payment(nil), t.payments...)
}

// Pay does what an app does with a link. The result is success, failure, pending or
// deemed.
func (t *Twin) Pay(link, result string) (Payment, error) {
	status := strings.ToUpper(result)
	if !slices.Contains([]string{"SUCCESS", "FAILURE", "PENDING", "DEEMED"}, status) {
		return Payment{}, fmt.Errorf("upi twin: no result %q", result)
	}
	payee, reference, amount, err := readLink(link)
	if err != nil {
		return Payment{}, err
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	payment := Payment{
		Payee: payee, Reference: reference, Amount: amount, Status: status, At: t.config.Clock(),
		ID: fmt.Sprintf("JSB%032d", len(t.payments)+1), RRN: fmt.Sprintf("6%011d", len(t.payments)+1),
	}
	if err := t.Remember(payment); err != nil {
		return Payment{}, err
	}
	return payment, nil
}

// readLink is strict, as the strictest app.
func readLink(link string) (payee, reference, amount string, err error) {
	query, found := strings.CutPrefix(link, "upi://pay?")
	if !found || strings.ContainsAny(query, "+ #") {
		return "", "", "", errors.New("upi twin: the app cannot read the link")
	}
	values, err := url.ParseQuery(query)
	if err != nil {
		return "", "", "", errors.New("upi twin: the app cannot read the link")
	}
	payee, reference, amount = values.Get("pa"), values.Get("tr"), values.Get("am")
	paise, err := strconv.ParseInt(strings.Replace(amount, ".", "", 1), 10, 64)
	_, decimals, _ := strings.Cut(amount, ".")
	if err != nil || paise <= 0 || len(decimals) != 2 || values.Get("cu") != "INR" || !strings.Contains(payee, "@") ||
		reference == "" || len(reference) > 35 || values.Get("pn") == "" || len(values.Get("mc")) != 4 {
		return "", "", "", errors.New("upi twin: the app refuses the link")
	}
	return payee, reference, amount, nil
}

func (t *Twin) payByForm(w http.ResponseWriter, r *http.Request) {
	r.Body = http.MaxBytesReader(w, r.Body, 16<<10)
	payment, err := t.Pay(r.FormValue("link"), r.FormValue("result"))
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	write(w, http.StatusCreated, payment)
}

func (t *Twin) status(w http.ResponseWriter, r *http.Request) {
	if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Api-Key")), []byte(t.config.APIKey)) == 0 {
		write(w, http.StatusUnauthorized, map[string]string{"error": "UNAUTHORIZED"})
		return
	}
	if _, often := t.Faults.Take(Status, AsksTooOften); often {
		w.Header().Set("Retry-After", "90")
		w.WriteHeader(http.StatusTooManyRequests)
		return
	}
	listed := []map[string]string{}
	for _, payment := range t.Payments() {
		if payment.Payee == r.PathValue("pa") && payment.Reference == r.PathValue("tr") {
			listed = append(listed, map[string]string{
				"txnId": payment.ID, "rrn": payment.RRN, "amount": payment.Amount, "status": payment.Status,
				"ts": payment.At.Format(time.RFC3339),
			})
		}
	}
	if len(listed) == 0 {
		write(w, http.StatusNotFound, map[string]string{"error": "TR_NOT_FOUND"})
		return
	}
	write(w, http.StatusOK, map[string]any{"tr": r.PathValue("tr"), "transactions": listed})
}

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func (t *Twin) facts() []string {
	lines := make([]string, 0, len(t.Payments()))
	for _, payment := range t.Payments() {
		lines = append(lines, fmt.Sprintf("%s  %s  ₹%s  %s", payment.At.Format(time.DateTime), payment.Reference, payment.Amount, payment.Status))
	}
	return lines
}
