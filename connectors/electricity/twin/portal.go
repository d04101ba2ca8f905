package twin

import (
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"time"
)

// verdict is the portal's answer before a shape gives it words.
type verdict int

const (
	accepted verdict = iota
	malformedNumber
	malformedMobile
	malformedUnit
	unknownNumber
	alreadyPaid
	wrongAmount
	usedReference
	unknownReference
	notAccepted
	busy
)

var onlyDigits = regexp.MustCompile(`^\d+$`)

func (t *Twin) lookUp(number string) (bill, verdict) {
	if _, fault := t.Faults.Take(Fetch, Busy); fault {
		return bill{}, busy
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.billOf(number)
}

// billOf needs the lock.
func (t *Twin) billOf(number string) (bill, verdict) {
	if len(number) != t.config.Shape.digits() || !onlyDigits.MatchString(number) {
		return bill{}, malformedNumber
	}
	consumer, known := t.config.Shape.find(number)
	if !known {
		return bill{}, unknownNumber
	}
	current := consumer.billAt(t.config.Clock())
	if current.state == paid {
		current.paidOn, current.receiptNo = current.issued.AddDate(0, 0, 4), "R"+current.number
	}
	for _, posting := range t.postings {
		if posting.Bill == current.number {
			current.state = paid
			current.paidOn, current.receiptNo = posting.At.In(indianTime), posting.Receipt
		}
	}
	return current, accepted
}

// post decides and records in one step, so that two at once cannot both pay.
func (t *Twin) post(wanted Posting) (Posting, verdict) {
	if _, fault := t.Faults.Take(Post, Busy); fault {
		return Posting{}, busy
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	current, outcome := t.billOf(wanted.Account)
	if outcome != accepted {
		return Posting{}, outcome
	}
	if _, careless := t.Faults.Take(Post, AcceptDuplicate); !careless {
		if first, found := t.byReference(wanted.Reference); found {
			if _, strict := t.Faults.Take(Post, RefuseDuplicate); strict {
				return Posting{}, usedReference
			}
			return first, accepted
		}
		if outcome := t.payable(current, wanted); outcome != accepted {
			return Posting{}, outcome
		}
	}
	return t.record(wanted)
}

func (t *Twin) payable(current bill, wanted Posting) verdict {
	_, refuse := t.Faults.Take(Post, RefusePosting)
	switch {
	case current.state != unpaid:
		return alreadyPaid
	case current.notPayable || refuse:
		return notAccepted
	case wanted.Bill != current.number || wanted.Paise != current.payable(t.config.Shape, t.config.Clock()):
		return wrongAmount
	default:
		return accepted
	}
}

func (t *Twin) record(posting Posting) (Posting, verdict) {
	posting.At = t.config.Clock()
	posting.Receipt = fmt.Sprintf("%s%s%05d", strings.ToUpper(string(t.config.Shape[:3])), posting.At.In(indianTime).Format("060102"), len(t.postings)+1)
	if err := t.Remember(posting); err != nil {
		return Posting{}, busy
	}
	return posting, accepted
}

func (t *Twin) findPosting(account, reference string) (Posting, verdict) {
	if _, fault := t.Faults.Take(Find, Busy); fault {
		return Posting{}, busy
	}
	t.mu.Lock()
	defer t.mu.Unlock()
	posting, found := t.byReference(reference)
	if !found || posting.Account != account {
		return Posting{}, unknownReference
	}
	return posting, accepted
}

func (t *Twin) byReference(reference string) (Posting, bool) {
	for _, posting := range t.postings {
		if posting.Reference == reference {
			return posting, true
		}
	}
	return Posting{}, false
}

const (
	dateLayout     = "02/01/2006"
	dateTimeLayout = "02/01/2006 15:04:05"
)

// date writes a day, and nothing for no day.
func date(day time.Time) string {
	if day.IsZero() {
		return ""
	}
	return day.Format(dateLayout)
}

func rupees(paise int64) string { return fmt.Sprintf("%d.%02d", paise/100, paise%100) }

// paiseOf reads what rupees writes; anything else is -1, which no bill costs.
func paiseOf(text string) int64 {
	whole, fraction, _ := strings.Cut(text, ".")
	paise, err := strconv.ParseInt(whole+fraction, 10, 64)
	if err != nil || len(fraction) != 2 {
		return -1
	}
	return paise
}
