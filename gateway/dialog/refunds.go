package dialog

import (
	"time"

	"github.com/jansetu/jansetu/catalog"
)

// RefundState is how far the giving back of money is.
type RefundState string

// The states of a refund. One that is not done by its day is held up, whatever its state says.
const (
	RefundAsked    RefundState = "asked"
	RefundOnItsWay RefundState = "on its way" // the payment gateway has taken it up
	RefundDone     RefundState = "done"
	RefundHeldUp   RefundState = "held up" // one of our people must see to it
)

// RefundFact is money of a request that goes back to where it was paid from.
type RefundFact struct {
	Amount string // "₹1,240.00"
	State  RefundState
	// Why is a catalog text key that says why it goes back; empty: the request has said it, or there is nothing more to say.
	Why string
	// Due is the day by which it is to be with the payer.
	Due time.Time
	// Number is the gateway's number of it, by which a bank finds it; empty until it is done.
	Number string
}

const (
	textRefundAsked    catalog.TextKey = "dialog.refund.asked"
	textRefundOnItsWay catalog.TextKey = "dialog.refund.on_its_way"
	textRefundDone     catalog.TextKey = "dialog.refund.done"
	textRefundHeldUp   catalog.TextKey = "dialog.refund.held_up"
)

func refundTexts() []catalog.TextSpec {
	return []catalog.TextSpec{
		{Key: textRefundAsked, Placeholders: []string{"amount", "day"}}, {Key: textRefundOnItsWay, Placeholders: []string{"amount", "day"}},
		{Key: textRefundDone, Placeholders: []string{"amount", "number"}}, {Key: textRefundHeldUp, Placeholders: []string{"amount"}},
	}
}

// refund says in one line how the giving back of money stands.
func (t *turn) refund(refund RefundFact) string {
	args := catalog.Args{"amount": refund.Amount, "number": refund.Number, "day": t.catalog.Date(t.lang(), refund.Due.In(t.zone))}
	line := t.text(t.refundText(refund), args)
	if refund.Why == "" {
		return line
	}
	return t.text(catalog.TextKey(refund.Why), nil) + " " + line
}

func (t *turn) refundText(refund RefundFact) catalog.TextKey {
	switch {
	case refund.State == RefundDone:
		return textRefundDone
	case refund.State == RefundHeldUp, t.isPast(refund.Due):
		return textRefundHeldUp
	case refund.State == RefundOnItsWay:
		return textRefundOnItsWay
	}
	return textRefundAsked
}

// isPast tells whether a day is over where the citizen lives.
func (t *turn) isPast(day time.Time) bool {
	year, month, date := day.In(t.zone).Date()
	return !t.event.Time.Before(time.Date(year, month, date+1, 0, 0, 0, 0, t.zone))
}
