package payment

import (
	"cmp"
	"slices"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// Fold tells what a set of facts about an order amounts to.
func Fold(order Order, facts []Fact) Standing {
	known := collect(facts)
	standing := Standing{Payments: known.list()}
	standing.Accepted = known.accepted
	if standing.Accepted == "" && !known.closed {
		standing.Accepted = candidate(order, standing.Payments)
	}
	for i := range standing.Payments {
		p := &standing.Payments[i]
		p.RefundReason = known.refundReason(order, standing.Accepted, *p)
		p.RefundAmount = known.refundAmount(*p)
		p.settleRefunds()
		if p.Stage == StageFailed {
			standing.FailedAttempts++
		}
	}
	standing.Posted = known.posted && standing.Accepted != ""
	standing.State = known.state(standing)
	return standing
}

// knowledge is the facts by what they speak of.
type knowledge struct {
	payments map[string]*Payment
	accepted string
	closed   bool
	linkOver bool
	posted   bool
	refused  bool
	goesOn   bool // the request, without what was refused
	// givenBack are the payments that officers had given back.
	givenBack map[string]bool
	// returned is what the department gives back of the accepted payment.
	returned connectors.Paise
}

func collect(facts []Fact) *knowledge {
	known := &knowledge{payments: map[string]*Payment{}, givenBack: map[string]bool{}}
	for _, fact := range facts {
		known.add(fact)
	}
	return known
}

func (k *knowledge) add(fact Fact) {
	switch fact.Kind {
	case Attempted:
		reach(k.payment(fact), StageAttempted, fact)
	case Failed:
		reach(k.payment(fact), StageFailed, fact)
	case Authorized:
		reach(k.payment(fact), StageAuthorized, fact)
	case Captured:
		reach(k.payment(fact), StageCaptured, fact)
	case RefundPending:
		k.payment(fact).giveBack(RefundStagePending, fact)
	case RefundFailed:
		k.payment(fact).giveBack(RefundStageFailed, fact)
	case RefundProcessed:
		k.payment(fact).giveBack(RefundStageProcessed, fact)
	case LinkExpired, LinkCancelled:
		k.linkOver = true
	case Accepted:
		if k.accepted == "" || fact.Payment < k.accepted {
			k.accepted = fact.Payment
		}
	case Closed:
		k.closed = true
	case Posted:
		k.posted = true
	case Refused:
		k.refused, k.goesOn = true, k.goesOn || fact.GoesOn
	case GivenBack:
		k.givenBack[fact.Payment] = true
	case Returned:
		k.returned = max(k.returned, fact.Amount)
	}
}

func (k *knowledge) payment(fact Fact) *Payment {
	p, known := k.payments[fact.Payment]
	if !known {
		p = &Payment{ID: fact.Payment}
		k.payments[fact.Payment] = p
	}
	return p
}

// reach takes over what a fact of a later stage says; between facts of one stage the choice is arbitrary but always the same.
func reach(p *Payment, stage Stage, fact Fact) {
	p.Method, p.RRN = max(p.Method, fact.Method), max(p.RRN, fact.RRN)
	switch {
	case stage > p.Stage:
		p.Stage, p.At, p.Amount = stage, fact.At, fact.Amount
	case stage == p.Stage:
		p.At, p.Amount = earlier(p.At, fact.At), max(p.Amount, fact.Amount)
	}
}

func earlier(a, b time.Time) time.Time {
	if b.Before(a) {
		return b
	}
	return a
}

func (k *knowledge) list() []Payment {
	payments := make([]Payment, 0, len(k.payments))
	for _, p := range k.payments {
		payments = append(payments, *p)
	}
	slices.SortFunc(payments, func(a, b Payment) int { return strings.Compare(a.ID, b.ID) })
	return payments
}

// candidate is the payment to accept: the first captured one of the right amount.
func candidate(order Order, payments []Payment) string {
	fitting := slices.DeleteFunc(slices.Clone(payments), func(p Payment) bool {
		return p.Stage != StageCaptured || p.Amount != order.Amount || len(p.Refunds) > 0
	})
	if len(fitting) == 0 {
		return ""
	}
	return slices.MinFunc(fitting, func(a, b Payment) int { return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID)) }).ID
}

func (k *knowledge) refundReason(order Order, accepted string, p Payment) Reason {
	switch {
	case p.Stage != StageCaptured:
		return ""
	case p.ID == accepted && k.refused && k.goesOn:
		return ReasonFee
	case p.ID == accepted && k.refused:
		return ReasonRefused
	case k.givenBack[p.ID]:
		return ReasonOfficer
	case p.ID == accepted && k.posted && k.returned > 0:
		return ReasonReturned
	case p.ID == accepted:
		return ""
	case p.Amount != order.Amount:
		return ReasonAmount
	case accepted != "":
		return ReasonTwice
	case k.closed:
		return ReasonLate
	}
	return ""
}

// refundAmount is how much is given back: all, but for what the department returns by its own rule.
func (k *knowledge) refundAmount(p Payment) connectors.Paise {
	switch p.RefundReason {
	case "":
		return 0
	case ReasonReturned:
		return min(k.returned, p.Amount)
	case ReasonRefused, ReasonFee, ReasonTwice, ReasonLate, ReasonAmount, ReasonOfficer:
	}
	return p.Amount
}

func (k *knowledge) state(s Standing) State {
	if accepted, ok := s.Find(s.Accepted); ok {
		return k.acceptedState(accepted)
	}
	switch {
	case k.closed:
		return StateClosed
	case slices.ContainsFunc(s.Payments, undecided):
		return StateAuthorized
	default:
		return StateAwaiting
	}
}

func undecided(p Payment) bool { return p.Stage == StageAttempted || p.Stage == StageAuthorized }

func (k *knowledge) acceptedState(p Payment) State {
	switch {
	case (k.givenBack[p.ID] || p.RefundReason == ReasonReturned) && !k.refused:
		return refundStates[p.Refund]
	case k.posted && (k.refused || p.Refund != RefundNone):
		return StateReview
	case k.posted:
		return StateFulfilled
	case !k.refused && p.Refund != RefundNone:
		return StateReview
	case !k.refused:
		return StatePaid
	}
	return refundStates[p.Refund]
}

var refundStates = map[RefundStage]State{
	RefundNone: StateRefundDue, RefundStagePending: StateRefunding, RefundStageFailed: StateRefundFailed, RefundStageProcessed: StateRefunded,
}
