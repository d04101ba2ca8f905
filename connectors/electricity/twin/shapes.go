package twin

import (
	"encoding/json"
	"net/http"
	"regexp"
)

// fields is an answer in the portal's own words.
type fields map[string]any

func write(w http.ResponseWriter, answer fields) {
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(answer)
}

func regnoFailure(outcome verdict) fields {
	words := map[verdict][2]string{
		malformedNumber: {"E101", "INVALID CSC_REGNO"}, unknownNumber: {"E102", "CSC_REGNO NOT FOUND"},
		alreadyPaid: {"E201", "BILL ALREADY PAID"}, wrongAmount: {"E202", "AMOUNT MISMATCH"},
		usedReference: {"E203", "DUPLICATE PS_TXN_ID"}, unknownReference: {"E204", "TRANSACTION NOT FOUND"},
		notAccepted: {"E301", "PAYMENT NOT ACCEPTED FOR THIS SERVICE"}, busy: {"E900", "SYSTEM BUSY"},
	}[outcome]
	return fields{"STATUS": "F", "ERROR_CODE": words[0], "MESSAGE": words[1]}
}

func (t *Twin) regnoBill(w http.ResponseWriter, r *http.Request) {
	current, outcome := t.lookUp(r.URL.Query().Get("CSC_REGNO"))
	if outcome != accepted {
		write(w, regnoFailure(outcome))
		return
	}
	answer := fields{"STATUS": "S", "ERROR_CODE": "", "MESSAGE": "SUCCESS", "CSC_REGNO": current.Number, "CONSUMER_NAME": current.Name}
	if current.state == noBill {
		answer["BILL_STATUS"] = "NIL"
		write(w, answer)
		return
	}
	answer["BILL_STATUS"] = map[billState]string{unpaid: "UNPAID", paid: "PAID"}[current.state]
	answer["BILL_NO"] = current.number
	answer["BILL_MONTH"] = current.month.Format("01/2006")
	answer["BILL_DATE"] = current.issued.Format(dateLayout)
	answer["DUE_DATE"] = current.due.Format(dateLayout)
	answer["CURRENT_DEMAND"] = rupees(current.Amount)
	answer["ARREARS"] = rupees(current.Arrears)
	answer["TOTAL_AMOUNT"] = rupees(current.Amount + current.Arrears)
	answer["PAID_DATE"], answer["RECEIPT_NO"] = date(current.paidOn), current.receiptNo
	write(w, answer)
}

func (t *Twin) regnoPost(w http.ResponseWriter, r *http.Request) {
	var sent map[string]string
	if err := json.NewDecoder(r.Body).Decode(&sent); err != nil || sent["PS_TXN_ID"] == "" {
		http.Error(w, "Bad Request", http.StatusBadRequest)
		return
	}
	regnoPosted(w)(t.post(Posting{
		Reference: sent["PS_TXN_ID"], Account: sent["CSC_REGNO"], Bill: sent["BILL_NO"],
		Paise: paiseOf(sent["PAID_AMOUNT"]), Gateway: sent["PG_TXN_ID"],
	}))
}

func (t *Twin) regnoFind(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	regnoPosted(w)(t.findPosting(query.Get("CSC_REGNO"), query.Get("PS_TXN_ID")))
}

func regnoPosted(w http.ResponseWriter) func(Posting, verdict) {
	return func(posting Posting, outcome verdict) {
		if outcome != accepted {
			write(w, regnoFailure(outcome))
			return
		}
		write(w, fields{
			"STATUS": "S", "ERROR_CODE": "", "MESSAGE": "PAYMENT POSTED", "CSC_REGNO": posting.Account,
			"PS_TXN_ID": posting.Reference, "RECEIPT_NO": posting.Receipt, "PAID_AMOUNT": rupees(posting.Paise),
			"POSTED_DATE": posting.At.In(indianTime).Format(dateTimeLayout),
		})
	}
}

func requestnoAnswer(outcome verdict, data fields) fields {
	words := map[verdict][2]string{
		accepted: {"000", "SUCCESS"}, malformedNumber: {"101", "INVALID SCNO"}, unknownNumber: {"102", "SCNO DOES NOT EXIST"},
		malformedMobile: {"103", "INVALID MOBILE"}, alreadyPaid: {"201", "ALREADY PAID"}, wrongAmount: {"202", "AMOUNT MISMATCH"},
		usedReference: {"203", "DUPLICATE REQUEST_NO"}, unknownReference: {"204", "REQUEST_NO NOT FOUND"},
		notAccepted: {"301", "PAYMENT NOT ACCEPTED"}, busy: {"900", "TRY LATER"},
	}[outcome]
	return fields{"RESP_CODE": words[0], "RESP_DESC": words[1], "DATA": data}
}

var tenDigits = regexp.MustCompile(`^[6-9]\d{9}$`)

// mobileMissing answers for every operation of this shape alike.
func mobileMissing(w http.ResponseWriter, r *http.Request) bool {
	if tenDigits.MatchString(r.PostFormValue("MOBILE")) {
		return false
	}
	write(w, requestnoAnswer(malformedMobile, nil))
	return true
}

func (t *Twin) requestnoBill(w http.ResponseWriter, r *http.Request) {
	if mobileMissing(w, r) {
		return
	}
	current, outcome := t.lookUp(r.PostFormValue("SCNO"))
	if outcome != accepted {
		write(w, requestnoAnswer(outcome, nil))
		return
	}
	data := fields{"SCNO": current.Number, "NAME": current.Name, "PAYFLAG": "X"}
	if current.state != noBill {
		data["PAYFLAG"] = map[billState]string{unpaid: "N", paid: "Y"}[current.state]
		data["BILLNO"] = current.number
		data["BILLMON"] = current.month.Format("200601")
		data["BILLDT"], data["DUEDT"] = current.issued.Format(dateLayout), current.due.Format(dateLayout)
		data["BILLAMT"], data["ARREAR"] = rupees(current.Amount), rupees(current.Arrears)
		data["NETAMT"] = rupees(current.Amount + current.Arrears)
		data["PAIDDT"], data["RCPTNO"] = date(current.paidOn), current.receiptNo
	}
	write(w, requestnoAnswer(accepted, data))
}

func (t *Twin) requestnoPost(w http.ResponseWriter, r *http.Request) {
	if mobileMissing(w, r) {
		return
	}
	requestnoPosted(w)(t.post(Posting{
		Reference: r.PostFormValue("REQUEST_NO"), Account: r.PostFormValue("SCNO"), Bill: r.PostFormValue("BILLNO"),
		Paise: paiseOf(r.PostFormValue("AMOUNT")), Gateway: r.PostFormValue("PGREF"),
	}))
}

func (t *Twin) requestnoFind(w http.ResponseWriter, r *http.Request) {
	if mobileMissing(w, r) {
		return
	}
	requestnoPosted(w)(t.findPosting(r.PostFormValue("SCNO"), r.PostFormValue("REQUEST_NO")))
}

func requestnoPosted(w http.ResponseWriter) func(Posting, verdict) {
	return func(posting Posting, outcome verdict) {
		if outcome != accepted {
			write(w, requestnoAnswer(outcome, nil))
			return
		}
		write(w, requestnoAnswer(accepted, fields{
			"SCNO": posting.Account, "REQUEST_NO": posting.Reference, "RCPTNO": posting.Receipt,
			"AMOUNT": rupees(posting.Paise), "POSTDT": posting.At.In(indianTime).Format(dateTimeLayout),
		}))
	}
}
