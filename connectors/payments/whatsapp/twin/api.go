package twin

import (
	"crypto/subtle"
	"encoding/json"
	"errors"
	"io"
	"net/http"
	"strconv"
)

type fields map[string]any

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("WhatsApp payments twin", t.facts))
	mux.HandleFunc("POST /twin/orders", func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, 64<<10))
		if err == nil {
			err = t.Send(body)
		}
		done(w, err)
	})
	mux.HandleFunc("POST /twin/orders/{reference}/{result}", t.payByPost)
	mux.Handle("GET /"+t.config.PhoneNumberID+"/payments/{configuration}/{reference}", t.Faults.Wrap(Lookup, t.admit(Lookup, t.lookup)))
	mux.Handle("POST /"+t.config.PhoneNumberID+"/payments_refund", t.Faults.Wrap(Refund, t.admit(Refund, t.takeRefund)))
	return mux
}

func done(w http.ResponseWriter, err error) {
	if err != nil {
		http.Error(w, err.Error(), http.StatusBadRequest)
		return
	}
	w.WriteHeader(http.StatusNoContent)
}

// payByPost answers the payment status that Meta's webhook would tell now.
func (t *Twin) payByPost(w http.ResponseWriter, r *http.Request) {
	reference := r.PathValue("reference")
	switch err := t.Pay(reference, r.PathValue("result")); {
	case errors.Is(err, ErrNoOrder):
		http.Error(w, err.Error(), http.StatusNotFound)
	case err != nil:
		http.Error(w, err.Error(), http.StatusBadRequest)
	default:
		status, _ := t.status(reference)
		write(w, http.StatusOK, status)
	}
}

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

// refuse answers as the Graph API does.
func refuse(w http.ResponseWriter, status, code int, details string) {
	write(w, status, fields{"error": fields{
		"message": "(#" + strconv.Itoa(code) + ") " + details, "type": "OAuthException", "code": code,
		"error_data": fields{"messaging_product": "whatsapp", "details": details}, "fbtrace_id": "TwinTrace",
	}})
}

func (t *Twin) admit(operation string, next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		token := "Bearer " + t.config.AccessToken
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("Authorization")), []byte(token)) == 0 {
			refuse(w, http.StatusUnauthorized, 190, "Invalid OAuth access token")
			return
		}
		if _, often := t.Faults.Take(operation, Throttled); often {
			refuse(w, http.StatusBadRequest, 130429, "Rate limit hit")
			return
		}
		next(w, r)
	}
}

func rupees(paise int64) fields { return fields{"value": paise, "offset": 100} }

func (t *Twin) lookup(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	order := t.orders[r.PathValue("reference")]
	t.mu.Unlock()
	if order == nil || r.PathValue("configuration") != t.config.Configuration {
		write(w, http.StatusOK, fields{"payments": []any{}})
		return
	}
	attempts := make([]fields, 0, len(order.Attempts))
	for _, attempt := range order.Attempts {
		attempts = append(attempts, order.attempt(attempt))
	}
	write(w, http.StatusOK, fields{"payments": []any{fields{
		"reference_id": order.Reference, "status": order.status(), "currency": "INR",
		"total_amount": rupees(order.Paise), "transactions": attempts,
	}}})
}

// attempt writes times now as numbers and now as text, as Meta does.
func (o Order) attempt(made Attempt) fields {
	wire := fields{
		"id": made.ID, "type": "razorpay", "status": made.Status,
		"created_timestamp": made.At, "updated_timestamp": strconv.FormatInt(made.At, 10),
	}
	switch made.Status {
	case "failed":
		wire["error"] = fields{"code": "BAD_REQUEST_ERROR", "reason": "payment_failed"}
	case "success":
		wire["pg_transaction_id"], wire["method"] = "pay_"+made.ID, fields{"type": "upi"}
		refunds := make([]fields, 0, len(o.Refunds))
		for _, given := range o.Refunds {
			status := given.Status
			if status == "completed" {
				status = "success"
			}
			refunds = append(refunds, fields{
				"id": given.ID, "amount": rupees(given.Paise), "speed_processed": "normal", "status": status, "created_timestamp": given.At,
			})
		}
		wire["refunds"] = refunds
	}
	return wire
}

func (t *Twin) takeRefund(w http.ResponseWriter, r *http.Request) {
	var sent struct {
		Reference     string `json:"reference_id"`
		Configuration string `json:"payment_config_id"`
		Amount        struct {
			Currency, Value, Offset string
		} `json:"amount"`
	}
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || sent.Configuration != t.config.Configuration {
		refuse(w, http.StatusBadRequest, 100, "Invalid parameter")
		return
	}
	paise, err := strconv.ParseInt(sent.Amount.Value, 10, 64)
	if err != nil || sent.Amount.Currency != "INR" || sent.Amount.Offset != "100" {
		refuse(w, http.StatusBadRequest, 131009, "Parameter value is not valid")
		return
	}
	made, ok := t.refund(sent.Reference, paise)
	if !ok {
		refuse(w, http.StatusBadRequest, 131009, "The order cannot be refunded by this amount")
		return
	}
	write(w, http.StatusOK, fields{"id": made.ID, "status": made.Status, "speed_processed": "normal"})
}
