package twin

import (
	"crypto/subtle"
	"encoding/json"
	"net/http"
	"regexp"
	"strconv"
	"time"
)

// fields is an answer in the network's own words.
type fields map[string]any

func write(w http.ResponseWriter, status int, answer any) {
	w.Header().Set("Content-Type", "application/json")
	w.WriteHeader(status)
	_ = json.NewEncoder(w).Encode(answer)
}

func errorList(code, text string) []fields {
	return []fields{{"errorCd": code, "errorDtl": text}}
}

func (t *Twin) routes() http.Handler {
	mux := http.NewServeMux()
	mux.Handle("/twin/", t.Faults.Control("Bharat Connect aggregator twin", t.facts))
	mux.HandleFunc("POST /twin/payments/{ref}/{word}", func(w http.ResponseWriter, r *http.Request) {
		if err := t.Decide(r.PathValue("ref"), r.PathValue("word")); err != nil {
			http.Error(w, err.Error(), http.StatusNotFound)
			return
		}
		w.WriteHeader(http.StatusNoContent)
	})
	handle := func(pattern, operation string, serve http.HandlerFunc) {
		mux.Handle(pattern, t.Faults.Wrap(operation, t.admit(serve)))
	}
	handle("GET /v1/billers/{id}", Master, t.master)
	handle("POST /v1/bill-fetch-requests", Fetch, t.takeFetch)
	handle("GET /v1/bill-fetch-requests/{ref}", Fetch, t.tellFetch)
	handle("POST /v1/bill-payment-requests", Post, t.takePayment)
	handle("GET /v1/bill-payment-requests/{ref}", Find, t.tellPayment)
	return mux
}

func (t *Twin) admit(next http.HandlerFunc) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		if subtle.ConstantTimeCompare([]byte(r.Header.Get("X-Api-Key")), []byte(t.config.APIKey)) == 0 {
			write(w, http.StatusUnauthorized, fields{"errorMessages": errorList("AUTH", "INVALID API KEY")})
			return
		}
		next(w, r)
	}
}

func (t *Twin) master(w http.ResponseWriter, r *http.Request) {
	known, found := t.billerOf(r.PathValue("id"))
	if !found {
		write(w, http.StatusNotFound, fields{"errorMessages": errorList("BILLER_UNKNOWN", "NO SUCH BILLER")})
		return
	}
	entry := fields{
		"billerId": known.id, "billerName": known.name, "billerCategoryName": known.category, "billerMode": "ONLINE",
		"fetchRequirement": "MANDATORY", "paymentAmountExactness": known.exactness, "supportPendingStatus": true,
		"customerParams": known.params,
	}
	if _, down := t.Faults.Take(Master, BillerDown); down {
		now := t.config.Clock()
		entry["billerTempDeactivationStart"] = now.Add(-time.Minute).Format(time.RFC3339)
		entry["billerTempDeactivationEnd"] = now.Add(time.Hour).Format(time.RFC3339)
	}
	write(w, http.StatusOK, entry)
}

// request is what both kinds of message hold.
type request struct {
	Head struct {
		RefID string `json:"refId"`
	} `json:"head"`
	Agent struct {
		ID string `json:"id"`
	} `json:"agent"`
	Customer struct {
		Mobile string `json:"mobile"`
	} `json:"customer"`
	BillDetails struct {
		Biller string `json:"billerId"`
		Params []struct {
			Name  string `json:"name"`
			Value string `json:"value"`
		} `json:"customerParams"`
	} `json:"billDetails"`
	Payment struct {
		FetchRefID string `json:"fetchRefId"`
		ClientRef  string `json:"clientRef"`
		BillNumber string `json:"billNumber"`
		Amount     string `json:"amount"`
		Currency   string `json:"currency"`
	} `json:"payment"`
}

var (
	refIDShape  = regexp.MustCompile(`^[A-Z0-9]{35}$`)
	mobileShape = regexp.MustCompile(`^[6-9]\d{9}$`)
)

// readRequest answers an Ack of failure itself and then false.
func (t *Twin) readRequest(w http.ResponseWriter, r *http.Request, operation, api string) (request, biller, bool) {
	var sent request
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return sent, biller{}, false
	}
	known, found := t.billerOf(sent.BillDetails.Biller)
	code := ""
	switch {
	case !refIDShape.MatchString(sent.Head.RefID) || sent.Agent.ID == "":
		code = "INVALID_HEAD"
	case !mobileShape.MatchString(sent.Customer.Mobile):
		code = "INVALID_MOBILE"
	case !found || !known.takes(len(sent.BillDetails.Params)):
		code = "INVALID_BILLER"
	}
	if _, down := t.Faults.Take(operation, NoLine); down && code == "" {
		code = "COU_NETWORK_ERROR"
	}
	if code != "" {
		t.ack(w, api, sent.Head.RefID, code)
		return sent, known, false
	}
	return sent, known, true
}

func (t *Twin) ack(w http.ResponseWriter, api, refID, code string) {
	answer := fields{
		"api": api, "refId": refID, "rspCd": "Successful", "errorMessages": []fields{},
		"msgId": "M" + refID, "ts": t.config.Clock().Format(time.RFC3339),
	}
	if code != "" {
		answer["rspCd"], answer["errorMessages"] = "Failure", errorList(code, code)
	}
	write(w, http.StatusAccepted, answer)
}

func (t *Twin) takeFetch(w http.ResponseWriter, r *http.Request) {
	sent, known, ok := t.readRequest(w, r, Fetch, "BILL_FETCH")
	if !ok {
		return
	}
	t.mu.Lock()
	made := t.fetchBill(known, sent.BillDetails.Params[0].Value)
	t.keep(sent.Head.RefID, made)
	t.mu.Unlock()
	t.ack(w, "BILL_FETCH", sent.Head.RefID, "")
}

func (t *Twin) takePayment(w http.ResponseWriter, r *http.Request) {
	sent, known, ok := t.readRequest(w, r, Post, "BILL_PAYMENT")
	if !ok {
		return
	}
	paise, err := strconv.ParseInt(sent.Payment.Amount, 10, 64)
	if err != nil || sent.Payment.Currency != "356" || r.Header.Get("Idempotency-Key") != sent.Head.RefID {
		t.ack(w, "BILL_PAYMENT", sent.Head.RefID, "INVALID_PAYMENT")
		return
	}
	t.mu.Lock()
	code := t.pay(Payment{
		RefID: sent.Head.RefID, ClientRef: sent.Payment.ClientRef, Biller: known.id,
		Account: sent.BillDetails.Params[0].Value, Bill: sent.Payment.BillNumber, Paise: paise,
	}, sent.Payment.FetchRefID)
	t.mu.Unlock()
	t.ack(w, "BILL_PAYMENT", sent.Head.RefID, code)
}

func (t *Twin) tellFetch(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	answer := t.fetchAnswer(r.PathValue("ref"))
	t.mu.Unlock()
	write(w, statusOf(answer), answer)
}

func (t *Twin) tellPayment(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	answer := t.paymentAnswer(r.PathValue("ref"))
	t.mu.Unlock()
	write(w, statusOf(answer), answer)
}

func statusOf(answer fields) int {
	if _, unknown := answer["errorMessages"]; unknown {
		return http.StatusNotFound
	}
	return http.StatusOK
}

func reason(code, compliance, text string) fields {
	return fields{"responseCode": code, "responseReason": text, "complianceRespCd": compliance, "complianceReason": text}
}

// fetchAnswer needs the lock.
func (t *Twin) fetchAnswer(refID string) fields {
	made, known := t.fetches[refID]
	answer := fields{"api": "BILL_FETCH", "refId": refID, "state": "REQUEST_RECEIVED"}
	switch {
	case !known:
		answer["errorMessages"] = errorList("COU_UNKNOWN_REFERENCE", "NO SUCH REQUEST")
	case made.readyAt.After(t.config.Clock()):
	case made.timedOut:
		answer["state"], answer["reason"] = "TIMEOUT", reason("200", "COU_REQUEST_TIMEOUT", "TIMEOUT")
	case made.code != "":
		answer["state"], answer["reason"] = "RESPONSE_DECLINE", reason("200", made.code, "DECLINED BY BILLER")
	default:
		answer["state"], answer["reason"] = "RESPONSE_SUCCESS", reason("000", "", "Successful")
		bills := make([]fields, 0, len(made.bills))
		for _, owed := range made.bills {
			bills = append(bills, fields{
				"customerName": made.name, "amount": strconv.FormatInt(owed.paise, 10), "billNumber": owed.number,
				"billPeriod": owed.month.Format("Jan-2006"), "billDate": owed.issued.Format(time.DateOnly),
				"dueDate": owed.due.Format(time.DateOnly),
			})
		}
		answer["billerResponse"] = bills
	}
	return answer
}

// paymentAnswer needs the lock.
func (t *Twin) paymentAnswer(refID string) fields {
	made, known := t.byRefID(refID)
	answer := fields{"api": "BILL_PAYMENT", "refId": refID, "state": "REQUEST_RECEIVED"}
	if !known {
		answer["errorMessages"] = errorList("COU_UNKNOWN_REFERENCE", "NO SUCH REQUEST")
		return answer
	}
	txn := fields{
		"txnReferenceId": made.TxnID, "clientRef": made.ClientRef, "billerId": made.Biller, "txnStatus": made.Status,
		"amount": strconv.FormatInt(made.Paise, 10), "ts": made.At.Format(time.RFC3339), "deemed": made.Deemed,
	}
	switch {
	case made.ReadyAt.IsZero():
		answer["state"], txn["txnStatus"] = "RESPONSE_SUCCESS", "PENDING"
	case made.ReadyAt.After(t.config.Clock()):
		txn["txnStatus"] = "AWAITED"
	case made.TimedOut:
		answer["state"], answer["reason"], txn["txnStatus"] = "TIMEOUT", reason("200", "COU_REQUEST_TIMEOUT", "TIMEOUT"), "AWAITED"
	case made.Status == failure:
		answer["state"], answer["reason"] = "RESPONSE_DECLINE", reason("200", made.Code, "DECLINED BY BILLER")
	default:
		answer["state"], answer["reason"] = "RESPONSE_SUCCESS", reason("000", "", "Successful")
	}
	answer["txn"] = txn
	return answer
}
