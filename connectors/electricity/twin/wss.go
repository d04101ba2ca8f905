package twin

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"strings"
	"time"
)

// wssActions sends a call to the action that uiActionName names.
func (t *Twin) wssActions() http.Handler {
	actions := map[string]http.Handler{
		"postViewPayBill":      t.Faults.Wrap(Fetch, http.HandlerFunc(t.wssBill)),
		"postAgencyCollection": t.Faults.Wrap(Post, http.HandlerFunc(t.wssPost)),
		"getAgencyCollection":  t.Faults.Wrap(Find, http.HandlerFunc(t.wssFind)),
	}
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		action, known := actions[r.URL.Query().Get("uiActionName")]
		if !known {
			http.Error(w, "HTTP Status 404 - no such action", http.StatusNotFound)
			return
		}
		action.ServeHTTP(w, r)
	})
}

// wssSays answers anything but success.
func wssSays(w http.ResponseWriter, outcome verdict) {
	if outcome == unknownNumber || outcome == unknownReference {
		w.Header().Set("Content-Type", "application/json")
		_, _ = io.WriteString(w, "false")
		return
	}
	words := map[verdict][2]string{
		malformedNumber: {"WSS-101", "Please enter valid Consumer Number"}, malformedUnit: {"WSS-103", "Please select Billing Unit"},
		alreadyPaid: {"WSS-201", "Bill is already paid"}, wrongAmount: {"WSS-202", "Amount does not match the bill"},
		usedReference: {"WSS-203", "Collection reference already used"}, notAccepted: {"WSS-301", "Collection not allowed for this consumer"},
		busy: {"WSS-900", "Please try after some time"},
	}[outcome]
	write(w, fields{"messageCode": words[0], "message": words[1]})
}

// wssElsewhere answers for a consumer who is not asked for under the right
// billing unit.
func wssElsewhere(w http.ResponseWriter, r *http.Request) bool {
	switch unit := r.PostFormValue("BuNumber"); {
	case unit == BillingUnit:
		return false
	case len(unit) != len(BillingUnit) || !onlyDigits.MatchString(unit):
		wssSays(w, malformedUnit)
	default:
		wssSays(w, unknownNumber)
	}
	return true
}

func (t *Twin) wssBill(w http.ResponseWriter, r *http.Request) {
	if wssElsewhere(w, r) {
		return
	}
	current, outcome := t.lookUp(r.PostFormValue("ConsumerNo"))
	if outcome != accepted {
		wssSays(w, outcome)
		return
	}
	answer := fields{"consumerNo": current.Number, "consumerName": current.Name, "billingUnit": BillingUnit}
	if current.state != noBill {
		answer["billNumber"], answer["billMonth"] = current.number, current.month.Format("Jan-2006")
		answer["billDate"], answer["dueDate"] = wssDate(current.issued), wssDate(current.due)
		answer["arrears"], answer["billAmount"] = number(current.Arrears), number(current.Amount+current.Arrears)
		answer["netPPDAmount"] = number(current.prompt())
		answer["promptPaymentDate"] = fmt.Sprintf("/Date(%d)/", current.promptUntil().UnixMilli())
		answer["billToBePaid"] = map[billState]string{unpaid: "Y", paid: "N"}[current.state]
		answer["lastReceiptDate"], answer["lastReceiptNo"] = wssDate(current.paidOn), current.receiptNo
	}
	write(w, answer)
}

func (t *Twin) wssPost(w http.ResponseWriter, r *http.Request) {
	if wssElsewhere(w, r) {
		return
	}
	wssPosted(w)(t.post(Posting{
		Reference: r.PostFormValue("collectionRefNo"), Account: r.PostFormValue("ConsumerNo"), Bill: r.PostFormValue("billNumber"),
		Paise: paiseOf(r.PostFormValue("amount")), Gateway: r.PostFormValue("pgRefNo"),
	}))
}

func (t *Twin) wssFind(w http.ResponseWriter, r *http.Request) {
	if wssElsewhere(w, r) {
		return
	}
	wssPosted(w)(t.findPosting(r.PostFormValue("ConsumerNo"), r.PostFormValue("collectionRefNo")))
}

func wssPosted(w http.ResponseWriter) func(Posting, verdict) {
	return func(posting Posting, outcome verdict) {
		if outcome != accepted {
			wssSays(w, outcome)
			return
		}
		write(w, fields{
			"consumerNo": posting.Account, "collectionRefNo": posting.Reference, "receiptNo": posting.Receipt,
			"amount": number(posting.Paise), "collectionDate": posting.At.In(indianTime).Format(dateTimeLayout),
		})
	}
}

// wssDate writes dd-MMM-yyyy, and nothing for no date.
func wssDate(date time.Time) string {
	if date.IsZero() {
		return ""
	}
	return strings.ToUpper(date.Format("02-Jan-2006"))
}

// number is an amount of rupees as a JSON number.
func number(paise int64) json.Number { return json.Number(rupees(paise)) }
