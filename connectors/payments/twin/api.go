package twin

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"slices"
	"strconv"
)

func (s *Sandbox) routes() http.Handler {
	mux := http.NewServeMux()
	api := func(pattern, operation string, serve http.HandlerFunc) {
		mux.Handle(pattern, s.Faults.Wrap(operation, s.authenticated(s.locked(serve))))
	}
	api("POST /v1/orders", Orders, s.createOrder)
	api("GET /v1/orders", Orders, s.listOrders)
	api("GET /v1/orders/{id}", Orders, s.readOrder)
	api("GET /v1/orders/{id}/payments", Orders, s.orderPayments)
	api("POST /v1/payment_links", CreateLink, s.createLink)
	api("GET /v1/payment_links", FindLink, s.listLinks)
	api("GET /v1/payment_links/{id}", FindLink, s.readLink)
	api("POST /v1/payment_links/{id}/cancel", CancelLink, s.cancelLink)
	api("GET /v1/payments", Payments, s.listPayments)
	api("GET /v1/payments/{id}", Payments, s.readPayment)
	api("POST /v1/payments/{id}/capture", Payments, s.capturePayment)
	api("POST /v1/payments/{id}/refund", MakeRefund, s.createRefund)
	api("GET /v1/payments/{id}/refunds", FindRefunds, s.listPaymentRefunds)
	api("GET /v1/refunds", FindRefunds, s.listRefunds)
	api("GET /v1/refunds/{id}", FindRefunds, s.readRefund)
	api("GET /v1/settlements/recon/combined", Settlements, s.settlementReport)
	mux.Handle("GET /l/{id}", s.locked(s.showPage))
	mux.Handle("POST /l/{id}", s.locked(s.usePage))
	mux.HandleFunc("GET /twin/ledger", func(w http.ResponseWriter, _ *http.Request) { answer(w, s.Ledger()) })
	mux.HandleFunc("POST /twin/refunds/{id}/{word}", s.settleByHand)
	mux.Handle("/twin/", s.Faults.Control("Payment gateway sandbox", s.facts))
	return mux
}

// locked serves one request at a time, after closing links that have expired.
// The lock is let go when the handler panics to drop the connection.
func (s *Sandbox) locked(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		s.mu.Lock()
		defer s.mu.Unlock()
		s.expire()
		next(w, r)
	}
}

func (s *Sandbox) authenticated(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		id, secret, _ := r.BasicAuth()
		known := subtle.ConstantTimeCompare([]byte(id), []byte(s.config.KeyID)) &
			subtle.ConstantTimeCompare([]byte(secret), []byte(s.config.KeySecret))
		if known != 1 {
			w.Header().Set("WWW-Authenticate", `Basic realm="Razorpay"`)
			refuse(w, http.StatusUnauthorized, failure{Description: "Authentication failed"})
			return
		}
		next(w, r)
	}
}

func answer(w http.ResponseWriter, body any) {
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	_ = json.NewEncoder(w).Encode(body)
}

// failure is the gateway's error object.
type failure struct {
	Code        string         `json:"code"`
	Description string         `json:"description"`
	Source      string         `json:"source"`
	Step        string         `json:"step"`
	Reason      string         `json:"reason"`
	Metadata    map[string]any `json:"metadata"`
	Field       string         `json:"field,omitempty"`
}

func refuse(w http.ResponseWriter, status int, fault failure) {
	fault.Code, fault.Source, fault.Step, fault.Metadata = "BAD_REQUEST_ERROR", "business", "payment_initiation", map[string]any{}
	if fault.Reason == "" {
		fault.Reason = "input_validation_failed"
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(map[string]failure{"error": fault})
}

func invalid(w http.ResponseWriter, field, description string) {
	refuse(w, http.StatusBadRequest, failure{Field: field, Description: description})
}

func unknownID(w http.ResponseWriter) {
	refuse(w, http.StatusBadRequest, failure{Description: "The id provided does not exist", Reason: "NA"})
}

func readBody(w http.ResponseWriter, r *http.Request, into any) bool {
	if err := json.NewDecoder(r.Body).Decode(into); err != nil {
		invalid(w, "", "The request body is not valid JSON of the documented types")
		return false
	}
	return true
}

// list is the gateway's collection object.
func list[T any](items []T) map[string]any {
	return map[string]any{"entity": "collection", "count": len(items), "items": append([]T{}, items...)}
}

// page keeps what a query asks for: newest first, count (10, at most 100), skip.
func page[T any](r *http.Request, items []T) []T {
	items = slices.Clone(items)
	slices.Reverse(items)
	skip := min(whole(r, "skip", 0), len(items))
	count := min(whole(r, "count", 10), 100)
	return items[skip:min(skip+count, len(items))]
}

func whole(r *http.Request, name string, fallback int) int {
	value, err := strconv.Atoi(r.URL.Query().Get(name))
	if err != nil || value < 0 {
		return fallback
	}
	return value
}

func keep[T any](items []T, wanted func(T) bool) []T {
	var kept []T
	for _, item := range items {
		if wanted(item) {
			kept = append(kept, item)
		}
	}
	return kept
}

// notesFault checks the gateway's limit of 15 notes of 256 characters.
func notesFault(notes map[string]string) string {
	if len(notes) > 15 {
		return "notes cannot have more than 15 pairs"
	}
	for key, value := range notes {
		if len(key) > 256 || len(value) > 256 {
			return "a note may not be longer than 256 characters"
		}
	}
	return ""
}
