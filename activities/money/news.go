package money

import (
	"crypto/sha256"
	"encoding/hex"

	"github.com/jansetu/jansetu/activities/money/payment"
	"github.com/jansetu/jansetu/connectors/payments"
)

// RefundID is the id of the one refund of a payment on an order: our reference at the gateway (at most payments.MaxReference
// bytes, a second try's suffix included) and the id of the refund's workflow.
func RefundID(order, paymentID string) string {
	sum := sha256.Sum256([]byte(paymentID))
	return order + "-r" + hex.EncodeToString(sum[:4])
}

// NewsOfLink is what a look at the gateway tells: the same facts that its webhooks bring, under ids of our own.
func NewsOfLink(provider string, link payments.LinkState) []News {
	var news []News
	add := func(id string, fact payment.Fact) {
		news = append(news, News{Provider: provider, EventID: "seen:" + id, Fact: fact})
	}
	switch link.Status {
	case payments.LinkExpired:
		add(link.ID+":expired", payment.Fact{Kind: payment.LinkExpired})
	case payments.LinkCancelled:
		add(link.ID+":cancelled", payment.Fact{Kind: payment.LinkCancelled})
	default: // the others say nothing that the payments do not
	}
	for _, paid := range link.Payments {
		news = append(news, NewsOfPayment(provider, paid)...)
	}
	return news
}

// NewsOfPayment is what a look at a payment tells.
func NewsOfPayment(provider string, paid payments.Payment) []News {
	kinds := kindsOfPayment[paid.Status]
	news := make([]News, 0, len(kinds))
	for _, kind := range kinds {
		news = append(news, News{Provider: provider, EventID: "seen:" + paid.ID + ":" + string(kind), Fact: payment.Fact{
			Kind: kind, Payment: paid.ID, Amount: paid.Amount, At: paid.CreatedAt, Method: paid.Method, RRN: paid.RRN,
		}})
	}
	return news
}

// NewsOfRefund is what a look at a refund tells.
func NewsOfRefund(provider string, made payments.Refund) News {
	kind := kindsOfRefund[made.Status]
	return News{Provider: provider, EventID: "seen:" + made.ID + ":" + string(kind), Fact: payment.Fact{
		Kind: kind, Payment: made.PaymentID, Amount: made.Amount, At: made.CreatedAt, Refund: made.ID,
	}}
}

var kindsOfRefund = map[payments.RefundStatus]payment.Kind{
	payments.RefundPending: payment.RefundPending, payments.RefundFailed: payment.RefundFailed, payments.RefundProcessed: payment.RefundProcessed,
}

var kindsOfPayment = map[payments.PaymentStatus][]payment.Kind{
	payments.PaymentCreated:    {payment.Attempted},
	payments.PaymentAuthorized: {payment.Authorized},
	payments.PaymentCaptured:   {payment.Captured},
	payments.PaymentRefunded:   {payment.Captured, payment.RefundPending}, // which refund, and of how much, the refunds themselves tell
	payments.PaymentFailed:     {payment.Failed},
}

// NewsOfEvent is what a webhook tells; ok is false when it tells nothing about an order.
func NewsOfEvent(provider string, event payments.Event) (news News, ok bool) {
	kind, ok := kindsOfEvent[event.Type]
	if !ok || (event.PaymentID == "" && kind != payment.LinkExpired && kind != payment.LinkCancelled) {
		return News{}, false
	}
	fact := payment.Fact{
		Kind: kind, Payment: event.PaymentID, Amount: event.Amount, At: event.CreatedAt, Method: event.Method, RRN: event.RRN, Refund: event.RefundID,
	}
	return News{Provider: provider, EventID: event.ID, Fact: fact, Raw: event.Raw}, true
}

var kindsOfEvent = map[payments.EventType]payment.Kind{
	payments.EventPaymentAuthorized: payment.Authorized,
	payments.EventPaymentCaptured:   payment.Captured,
	payments.EventPaymentFailed:     payment.Failed,
	payments.EventLinkPaid:          payment.Captured,
	payments.EventLinkPartiallyPaid: payment.Captured,
	payments.EventLinkExpired:       payment.LinkExpired,
	payments.EventLinkCancelled:     payment.LinkCancelled,
	payments.EventRefundCreated:     payment.RefundPending,
	payments.EventRefundProcessed:   payment.RefundProcessed,
	payments.EventRefundFailed:      payment.RefundFailed,
}
