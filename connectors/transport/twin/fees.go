package twin

import (
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/jansetu/jansetu/connectors/twin"
)

// The faults of the agency's pages.
const (
	// FeeClosed takes no payment from an agency.
	FeeClosed twin.Kind = "fee_closed"
	// FeeRaised wants more than the acknowledgement says.
	FeeRaised twin.Kind = "fee_raised"
)

// Payment is a fee that was paid.
type Payment struct {
	Receipt string `json:"receipt"`
	// Reference is the agency's; empty when it was paid at the office.
	Reference string    `json:"reference,omitempty"`
	Bank      string    `json:"bank,omitempty"`
	Amount    string    `json:"amount"` // in rupees
	At        time.Time `json:"at"`
}

// The labels of the agency's pages and of fees.
const (
	labelUser      = "User Name"
	labelPassword  = "Password"
	labelFee       = "Fee (Rs.)"
	labelFeeStatus = "Fee Status"
	labelAmount    = "Amount (Rs.)"
	labelPaidOn    = "Date of Payment"
	labelPayment   = "Payment Reference No."
	labelBank      = "Bank Reference No."
	labelReceipt   = "Receipt No."
	labelRecorded  = "Recorded On"
)

// raised is the fee while the dial says FeeRaised.
const raised = "250.00"

// feeOf is what a service costs, in rupees; empty is nothing.
func feeOf(service string) string {
	if service == "llapply" {
		return "200.00"
	}
	return ""
}

// waitsForFee tells whether the office has not begun because of the fee.
func (a Application) waitsForFee() bool { return feeOf(a.Service) != "" && len(a.Payments) == 0 }

// agencyPages are those of whoever is let in as an agency.
func agencyPages() []form {
	text := func(label string) control { return control{label: label, required: true} }
	return []form{
		{
			path: "agency/login.xhtml", title: "Agency Login", button: "Login", operation: Login, admits: true,
			controls: []control{text(labelUser), {label: labelPassword, required: true, secret: true}}, answer: (*Twin).logIn,
		},
		{
			path: "agency/fee.xhtml", title: "Record Payment of Fee", button: "Record Payment", operation: Fee, agency: true,
			controls: []control{text(labelNumber), text(labelAmount), text(labelPaidOn), text(labelPayment), text(labelBank)}, answer: (*Twin).takeFee,
		},
	}
}

func (t *Twin) logIn(sent filled) (panel, wrong string) {
	user, password := sent.values[labelUser], sent.values[labelPassword]
	if user == "" || user != t.config.AgencyUser || password != t.config.AgencyPassword {
		return "", "The user name or password is not correct."
	}
	return details{Title: "Agency Desk", Rows: [][2]string{{"Agency", user}}}.panel(), ""
}

// takeFee records a payment that an agency took, or says what is wrong with it.
func (t *Twin) takeFee(sent filled) (panel, wrong string) {
	at := slices.IndexFunc(t.applications, func(one Application) bool { return one.Number == sent.values[labelNumber] })
	if at < 0 {
		return "", "No application found."
	}
	one, reference := t.applications[at], sent.values[labelPayment]
	first := slices.IndexFunc(one.Payments, func(paid Payment) bool { return paid.Reference == reference })
	again := first >= 0 && t.On(Fee, AcceptDuplicate)
	switch {
	case first >= 0 && !again && t.On(Fee, RefuseDuplicate):
		return "", "The reference already used."
	case first >= 0 && !again:
		return recorded(one, one.Payments[first]), ""
	}
	if wrong := t.feeRefused(one, sent.values[labelAmount], again); wrong != "" {
		return "", wrong
	}
	paid, kept := t.pay(one, Payment{Reference: reference, Bank: sent.values[labelBank]})
	if !kept {
		return "", couldNotOpen
	}
	return recorded(one, paid), ""
}

// feeRefused says why a payment is not taken; again is one that was taken before.
func (t *Twin) feeRefused(one Application, amount string, again bool) string {
	fee := feeOf(one.Service)
	if t.On(Fee, FeeRaised) {
		fee = raised
	}
	paid, err := strconv.ParseFloat(amount, 64)
	switch {
	case t.On(Fee, FeeClosed):
		return "The fee is not accepted from agencies at present."
	case feeOf(one.Service) == "":
		return "No fee is due for this application."
	case len(one.Payments) > 0 && !again:
		return "The fee was already paid."
	case err != nil:
		return labelAmount + ": Please enter a valid amount."
	case strconv.FormatFloat(paid, 'f', 2, 64) != fee:
		return labelAmount + ": The amount does not match the fee."
	default:
		return ""
	}
}

// pay needs the lock.
func (t *Twin) pay(one Application, paid Payment) (Payment, bool) {
	paid.Receipt, paid.Amount, paid.At = fmt.Sprintf("R%s%02d", one.Number, len(one.Payments)+1), feeOf(one.Service), t.config.Clock()
	one.Payments = append(slices.Clone(one.Payments), paid)
	return paid, t.save(one)
}

func recorded(one Application, paid Payment) string {
	return details{Title: "Payment Recorded", Rows: [][2]string{
		{labelNumber, one.Number}, {labelPayment, paid.Reference}, {labelAmount, paid.Amount}, {labelReceipt, paid.Receipt},
		{labelRecorded, paid.At.In(indianTime).Format(dateTimeLayout)},
	}}.panel()
}

// showFee adds to the status of an application what was paid of its fee.
func showFee(one Application, shown *details) {
	if feeOf(one.Service) == "" {
		return
	}
	if len(one.Payments) == 0 {
		shown.Rows = append(shown.Rows, [2]string{labelFeeStatus, "NOT PAID"})
		return
	}
	shown.Rows = append(shown.Rows, [2]string{labelFeeStatus, "PAID"})
	payments := table{Columns: []string{labelReceipt, labelPayment, labelAmount, labelRecorded}}
	for _, paid := range one.Payments {
		payments.Lines = append(payments.Lines, []string{paid.Receipt, paid.Reference, paid.Amount, paid.At.In(indianTime).Format(dateTimeLayout)})
	}
	shown.Tables = append(shown.Tables, payments)
}

// PayAtOffice is an applicant who pays the fee at the counter.
func (t *Twin) PayAtOffice(number string) error {
	t.mu.Lock()
	defer t.mu.Unlock()
	for _, one := range t.applications {
		if one.Number == number && one.waitsForFee() {
			if _, kept := t.pay(one, Payment{}); kept {
				return nil
			}
		}
	}
	return fmt.Errorf("transport twin: no application %s that waits for its fee", number)
}

// FeePostings counts the payments that agencies really recorded, and those that
// repeat the reference of another or pay a fee that was paid.
func (t *Twin) FeePostings() (count, doubled int) {
	t.mu.Lock()
	defer t.mu.Unlock()
	seen := map[string]bool{}
	for _, one := range t.applications {
		for i, paid := range one.Payments {
			if paid.Reference == "" {
				continue
			}
			count++
			if i > 0 || seen[paid.Reference] {
				doubled++
			}
			seen[paid.Reference] = true
		}
	}
	return count, doubled
}
