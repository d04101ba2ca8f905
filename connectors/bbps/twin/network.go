package twin

import (
	"fmt"
	"time"
)

const (
	success  = "SUCCESS"
	failure  = "FAILURE"
	reversed = "REVERSED"
	// silence is how long an operating unit waits for an answer.
	silence = 30 * time.Second
	// keptFetches bounds what the twin remembers.
	keptFetches = 20_000
)

// fetch is one acknowledged fetch and its answer.
type fetch struct {
	biller, account string
	bills           []bill
	name            string
	code            string // of a decline; empty for success
	readyAt         time.Time
	timedOut        bool
}

// open lists the bills of a consumer that nobody has paid; it needs the lock.
func (t *Twin) open(billerID string, consumer Consumer) []bill {
	var left []bill
	known, _ := t.billerOf(billerID)
	for _, owed := range consumer.bills(known.prefix, t.config.Clock()) {
		if t.changed[owed.number] {
			owed.paise += 100
		}
		if consumer.state == due && !t.isPaid(owed.number) {
			left = append(left, owed)
		}
	}
	return left
}

// isPaid needs the lock. A pending payment counts: the biller may have it.
func (t *Twin) isPaid(number string) bool {
	for _, payment := range t.payments {
		if payment.Bill == number && payment.Status == success {
			return true
		}
	}
	return false
}

// fetchBill decides a fetch; it needs the lock.
func (t *Twin) fetchBill(known biller, account string) fetch {
	made := fetch{biller: known.id, account: account, readyAt: t.config.Clock().Add(t.config.Latency)}
	if _, silent := t.Faults.Take(Fetch, Silent); silent {
		made.readyAt, made.timedOut = t.config.Clock().Add(silence), true
		return made
	}
	consumer, found := t.consumerAt(known.id, account)
	switch {
	case !found:
		made.code = "BFR001"
	case consumer.state == none:
		made.code = "BFR003"
	default:
		made.name, made.bills = consumer.Name, t.open(known.id, consumer)
		if len(made.bills) == 0 {
			made.code = "BFR004"
		}
	}
	if _, dearer := t.Faults.Take(Fetch, BillChanges); dearer {
		for _, owed := range made.bills {
			t.changed[owed.number] = true
		}
	}
	return made
}

// keep needs the lock.
func (t *Twin) keep(refID string, made fetch) {
	if len(t.fetches) >= keptFetches {
		clear(t.fetches)
	}
	t.fetches[refID] = made
}

// pay decides a payment in one step, so that two at once cannot both pay; it needs
// the lock. The code is of an Ack of failure; empty is success.
func (t *Twin) pay(wanted Payment, fetchRefID string) (code string) {
	first, repeated := t.byRefID(wanted.RefID)
	if _, forgets := t.Faults.Take(Post, ForgetKey); repeated && !forgets {
		_, strict := t.Faults.Take(Post, RefuseDuplicate)
		same := first.Account == wanted.Account && first.Bill == wanted.Bill && first.Paise == wanted.Paise && first.Biller == wanted.Biller
		if strict || !same {
			return "COU_DUPLICATE_REQUEST"
		}
		return ""
	} else if forgets && repeated {
		t.record(wanted)
		return ""
	}
	fetched, known := t.fetches[fetchRefID]
	if !known || fetched.account != wanted.Account || fetched.biller != wanted.Biller {
		return "FETCH_REF_UNKNOWN"
	}
	wanted.Status, wanted.Code = t.judge(wanted)
	t.record(wanted)
	return ""
}

// judge is the biller's word.
func (t *Twin) judge(wanted Payment) (status, code string) {
	consumer, _ := t.consumerAt(wanted.Biller, wanted.Account)
	known, _ := t.billerOf(wanted.Biller)
	for _, owed := range t.open(wanted.Biller, consumer) {
		switch {
		case owed.number != wanted.Bill:
		case consumer.declined:
			return failure, "BPR005"
		case wanted.Paise != owed.paise && (known.exactness != "EXACT_DOWN" || wanted.Paise > owed.paise):
			return failure, "BPR003"
		default:
			return success, ""
		}
	}
	return failure, "BPR004"
}

// record plays the faults of a network that does not decide at once.
func (t *Twin) record(payment Payment) {
	payment.At = t.config.Clock()
	payment.TxnID = fmt.Sprintf("JN%s%06d", payment.At.In(indianTime).Format("060102150405"), len(t.payments)+1)
	payment.ReadyAt = payment.At.Add(t.config.Latency)
	if payment.Status == "" {
		payment.Status = success
	}
	fault, _ := t.Faults.Take(Post, Silent, StaysPending, DeclinesLate, Deemed)
	later := payment.At.Add(time.Duration(fault.DelayMS) * time.Millisecond)
	switch fault.Kind {
	case Silent:
		payment.ReadyAt, payment.TimedOut = payment.At.Add(silence), true
	case StaysPending:
		payment.ReadyAt = time.Time{}
		if fault.DelayMS > 0 {
			payment.ReadyAt = later
		}
	case DeclinesLate:
		payment.ReadyAt, payment.Status, payment.Code = later, failure, "BPR005"
	case Deemed:
		payment.Deemed = true
	default:
	}
	t.save(payment)
}

func (t *Twin) byRefID(refID string) (Payment, bool) {
	for _, payment := range t.payments {
		if payment.RefID == refID {
			return payment, true
		}
	}
	return Payment{}, false
}
