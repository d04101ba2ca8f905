package twin

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
)

// complaint is what an alert says when something is wrong; empty when nothing is.
type complaint string

const (
	fine             complaint = ""
	malformedNumber  complaint = "Invalid Assessment Number"
	unknownNumber    complaint = "Assessment Number not found"
	alreadyPaid      complaint = "Demand already paid"
	wrongAmount      complaint = "Amount does not match the demand"
	usedReference    complaint = "Reference Number already used"
	unknownReference complaint = "No receipt found for the Reference Number"
	notAccepted      complaint = "Payment is not accepted for this assessment"
	tryAgain         complaint = "Server Busy. Too many users. Please try after some time"
)

// demandOf needs the lock.
func (t *Twin) demandOf(district, number string) (demand, complaint) {
	if !tenDigits.MatchString(number) {
		return demand{}, malformedNumber
	}
	house, known := findHouse(number)
	if !known {
		return demand{}, unknownNumber
	}
	current := house.demandAt(t.config.Clock())
	if current.state == paid {
		current.paidOn, current.receiptNo = current.raised.AddDate(0, 0, 4).Format(dateLayout), "R"+current.number
	}
	for _, posting := range t.postings {
		if posting.District == district && posting.Demand == current.number {
			current.state = paid
			current.paidOn, current.receiptNo = posting.At.In(indianTime).Format(dateLayout), posting.Receipt
		}
	}
	return current, fine
}

func (t *Twin) showDemand(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	current, wrong := t.demandOf(r.PathValue(districtValue), strings.TrimSpace(r.PostFormValue("assno")))
	t.mu.Unlock()
	if wrong != fine {
		alert(w, string(wrong))
		return
	}
	known := [][2]string{
		{"Assessment No.", current.Number}, {"Owner Name యజమాని పేరు", current.Owner}, {"Door No.", current.Door},
	}
	if current.state == notRaised {
		show(w, "demand", fields{"Rows": known, "Note": "Demand is not yet raised for this assessment."})
		return
	}
	library := current.Demand / 13
	show(w, "demand", fields{"Rows": slices.Concat(known, [][2]string{
		{"Demand No.", current.number}, {"Half Year", current.half}, {"Demand Date", current.raised.Format(dateLayout)},
		{"Due Date", current.due.Format(dateLayout)},
		{"House Tax ఇంటి పన్ను", rupees(current.Demand - library)}, {"Library Cess", rupees(library)},
		{"Arrears with Penalty", rupees(current.Arrears)}, {"Total Amount", rupees(current.Demand + current.Arrears)},
		{"Status", map[demandState]string{unpaid: "NOT PAID", paid: "PAID"}[current.state]},
		{"Receipt No.", current.receiptNo}, {"Receipt Date", current.paidOn},
	})})
}

// pay decides and records in one step, so that two at once cannot both pay.
func (t *Twin) pay(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	defer t.mu.Unlock()
	posting, wrong := t.paid(Posting{
		District: r.PathValue(districtValue), Reference: r.PostFormValue("refno"), Account: r.PostFormValue("assno"),
		Demand: r.PostFormValue("demno"), Paise: paiseOf(r.PostFormValue("amount")), Gateway: r.PostFormValue("bankref"),
	})
	if wrong != fine {
		alert(w, string(wrong))
		return
	}
	receipt(w, posting)
}

func (t *Twin) paid(wanted Posting) (Posting, complaint) {
	current, wrong := t.demandOf(wanted.District, wanted.Account)
	if wrong != fine {
		return Posting{}, wrong
	}
	if _, careless := t.Faults.Take(Post, AcceptDuplicate); !careless {
		if first, found := t.byReference(wanted.District, wanted.Reference); found {
			if _, strict := t.Faults.Take(Post, RefuseDuplicate); strict {
				return Posting{}, usedReference
			}
			return first, fine
		}
		if wrong := t.payable(current, wanted); wrong != fine {
			return Posting{}, wrong
		}
	}
	wanted.At = t.config.Clock()
	wanted.Receipt = fmt.Sprintf("%s/%s/%05d", strings.ToUpper(wanted.District[:3]), wanted.At.In(indianTime).Format("060102"), len(t.postings)+1)
	if err := t.Remember(event{Posting: &wanted}); err != nil {
		return Posting{}, tryAgain
	}
	return wanted, fine
}

func (t *Twin) payable(current demand, wanted Posting) complaint {
	_, refuse := t.Faults.Take(Post, RefusePosting)
	switch {
	case current.state != unpaid:
		return alreadyPaid
	case current.disputed || refuse:
		return notAccepted
	case wanted.Demand != current.number || wanted.Paise != current.Demand+current.Arrears:
		return wrongAmount
	default:
		return fine
	}
}

func (t *Twin) byReference(district, reference string) (Posting, bool) {
	for _, posting := range t.postings {
		if posting.District == district && posting.Reference == reference && reference != "" {
			return posting, true
		}
	}
	return Posting{}, false
}

func (t *Twin) showReceipt(w http.ResponseWriter, r *http.Request) {
	t.mu.Lock()
	posting, found := t.byReference(r.PathValue(districtValue), r.URL.Query().Get("refno"))
	t.mu.Unlock()
	if !found || posting.Account != r.URL.Query().Get("assno") {
		alert(w, string(unknownReference))
		return
	}
	receipt(w, posting)
}

func receipt(w http.ResponseWriter, posting Posting) {
	show(w, "receipt", fields{"Rows": [][2]string{
		{"Receipt No.", posting.Receipt}, {"Receipt Date", posting.At.In(indianTime).Format(dateTimeLayout)},
		{"Assessment No.", posting.Account}, {"Demand No.", posting.Demand},
		{"Reference No.", posting.Reference}, {"Amount Paid", rupees(posting.Paise)},
	}})
}
