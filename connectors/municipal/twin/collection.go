package twin

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"time"
)

// Payment is a payment as the collection service recorded it.
type Payment struct {
	Transaction string      `json:"transaction"`
	Account     string      `json:"account"`
	Bill        string      `json:"bill"`
	Amount      json.Number `json:"amount"`
	Receipt     string      `json:"receipt"`
	Instrument  string      `json:"instrument"`
	// Paid is when the citizen paid, as the sender says.
	Paid int64     `json:"paid"`
	At   time.Time `json:"at"`
}

// demanded answers an account that something is demanded of. It needs the lock.
func (t *Twin) demanded(code, service string) (Account, bool) {
	account, known := t.findAccount(code, service)
	if !known || account.paid || account.unbilled {
		return Account{}, false
	}
	for _, payment := range t.payments {
		if payment.Account != code {
			continue
		}
		if paid, _ := t.billed(payment.Bill); paid.Service == account.Service {
			return Account{}, false
		}
	}
	return account, true
}

func (t *Twin) fetchBill(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	t.mu.Lock()
	account, found := t.demanded(query.Get("consumerCode"), query.Get("businessService"))
	t.mu.Unlock()
	if !found || query.Get("tenantId") != account.Town || query.Get("businessService") != account.Service {
		refuse(w, "EG_BS_BILL_NO_DEMANDS_FOUND", "No Demands Found for the given bill generate criteria")
		return
	}
	write(w, http.StatusCreated, fields{"ResposneInfo": nil, "Bill": []fields{account.bill(t.config.Clock())}})
}

type sentPayment struct {
	Payment struct {
		Tenant      string      `json:"tenantId"`
		Mode        string      `json:"paymentMode"`
		Transaction string      `json:"transactionNumber"`
		Date        int64       `json:"transactionDate"`
		Instrument  string      `json:"instrumentNumber"`
		Mobile      string      `json:"mobileNumber"`
		Total       json.Number `json:"totalAmountPaid"`
		Details     []struct {
			Service string      `json:"businessService"`
			Bill    string      `json:"billId"`
			Paid    json.Number `json:"totalAmountPaid"`
		} `json:"paymentDetails"`
	} `json:"Payment"`
}

// pay decides and records in one step, so that two at once cannot both pay.
func (t *Twin) pay(w http.ResponseWriter, r *http.Request) {
	var sent sentPayment
	if json.NewDecoder(r.Body).Decode(&sent) != nil || len(sent.Payment.Details) != 1 {
		refuse(w, "JSON_PARSE", "JSON parse error")
		return
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	account, code, message := t.payable(sent)
	if code != "" {
		refuse(w, code, message)
		return
	}
	payment := Payment{
		Transaction: sent.Payment.Transaction, Account: account.Code, Bill: sent.Payment.Details[0].Bill, Amount: sent.Payment.Total,
		Instrument: sent.Payment.Instrument, Paid: sent.Payment.Date, At: t.config.Clock(),
		Receipt: fmt.Sprintf("%s/107/%s/%06d", shortCode(account.Service), year(t.config.Clock()).Format("2006-06"), len(t.payments)+1),
	}
	t.remember(fact{Payment: &payment})
	write(w, http.StatusOK, fields{"ResponseInfo": nil, "Payments": []fields{t.paymentFields(payment, account)}})
}

// payable says what PaymentValidator would. It needs the lock.
func (t *Twin) payable(sent sentPayment) (account Account, code, message string) {
	asked := sent.Payment
	for _, payment := range t.payments {
		if payment.Bill == asked.Details[0].Bill {
			return account, "BILL_ALREADY_PAID", "Bill has already been paid or is in pending state"
		}
	}
	if _, expired := t.Faults.Take(Pay, BillExpired); expired {
		return account, "BILL_EXPIRED", "Bill expired or invalid, regenerate bill!"
	}
	account, found := t.billed(asked.Details[0].Bill)
	rupees, whole := rupeesOf(asked.Details[0].Paid.String())
	switch {
	case !found:
		return account, "INVALID_BILL_ID", "Bill not found"
	case asked.Transaction == "":
		return account, "INVALID_TXN_NUMBER", "Transaction Number is mandatory for Card and online payment"
	case asked.Instrument == "":
		return account, "INVALID_INSTRUMENT_NUMBER", "Instrument Number is mandatory for Card"
	case account.notOnline && asked.Mode == "ONLINE":
		return account, "INVALID_PAYMENTDETAIL", "The paymentMode: ONLINE is not allowed for the bill: " + asked.Details[0].Bill
	case !whole:
		return account, "INVALID_PAYMENTDETAIL", "The amount paid cannot be fractional"
	case rupees < account.total():
		return account, "INVALID_PAYMENTDETAIL", "The amount to be paid is less than amount due"
	case rupees > account.total():
		return account, "INVALID_PAYMENTDETAIL", "The amount to be paid is more than amount due"
	default:
		return account, "", ""
	}
}

// billed finds the account of a bill's id, which ends in the account's number.
func (t *Twin) billed(id string) (Account, bool) {
	for _, book := range t.books() {
		code := book.prefix
		if !book.alone {
			code += tail(id)
		}
		account, known := book.account(code)
		if known && account.bill(t.config.Clock())["id"] == id {
			return account, true
		}
	}
	return Account{}, false
}

func (t *Twin) paymentFields(payment Payment, account Account) fields {
	return fields{
		"tenantId": account.Town, "totalDue": payment.Amount, "totalAmountPaid": payment.Amount, "transactionNumber": payment.Transaction,
		"transactionDate": payment.Paid, "paymentMode": "ONLINE", "instrumentNumber": payment.Instrument, "paymentStatus": "NEW",
		"instrumentStatus": "APPROVED", "paymentDetails": []fields{{
			"receiptNumber": payment.Receipt, "businessService": account.Service, "billId": payment.Bill,
			"totalAmountPaid": payment.Amount, "bill": account.bill(t.config.Clock()),
		}},
	}
}

func (t *Twin) searchPayments(w http.ResponseWriter, r *http.Request) {
	query := r.URL.Query()
	found := []fields{}
	for _, payment := range append(t.history(), t.Paid()...) {
		if differs(query.Get("transactionNumber"), payment.Transaction) || differs(query.Get("consumerCodes"), payment.Account) {
			continue
		}
		account, _ := t.billed(payment.Bill)
		if account.Town != query.Get("tenantId") || account.Service != r.PathValue("module") {
			continue
		}
		found = append(found, t.paymentFields(payment, account))
	}
	write(w, http.StatusOK, fields{"ResponseInfo": nil, "Payments": found})
}

// history has the payments of accounts that were paid before the twin began.
func (t *Twin) history() []Payment {
	var list []Payment
	began := year(t.config.Clock())
	for _, account := range Accounts() {
		if account.paid {
			bill, _ := account.bill(t.config.Clock())["id"].(string)
			list = append(list, Payment{
				Transaction: "COUNTER-" + account.Code, Account: account.Code, Bill: bill, Receipt: "PT/107/" + began.Format("2006") + "/000001",
				Amount: json.Number(strconv.FormatInt(account.total(), 10)), Instrument: "C1", Paid: began.AddDate(0, 1, 4).UnixMilli(), At: began,
			})
		}
	}
	return list
}

func (t *Twin) register(w http.ResponseWriter, r *http.Request) {
	found := []fields{}
	account, known := t.findAccount(r.URL.Query().Get("propertyIds"), "")
	if known && r.URL.Query().Get("tenantId") == account.Town {
		found = append(found, fields{"propertyId": account.Code, "tenantId": account.Town, "status": "ACTIVE"})
	}
	write(w, http.StatusOK, fields{"ResponseInfo": nil, "Properties": found})
}

// Paid is what was really paid, oldest first.
func (t *Twin) Paid() []Payment {
	t.mu.Lock()
	defer t.mu.Unlock()
	return append([]Payment(nil), t.payments...)
}

// DoublePayments counts payments of an account that was paid before. It must
// stay zero whatever the faults.
func (t *Twin) DoublePayments() int {
	seen, doubled := map[string]bool{}, 0
	for _, payment := range t.Paid() {
		if seen[payment.Bill] {
			doubled++
		}
		seen[payment.Bill] = true
	}
	return doubled
}
