package conformance

import (
	"context"
	"log/slog"
	"net/http"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
)

// MoneySubject is a fresh twin of a payment gateway.
type MoneySubject struct {
	Subject
	// Open makes the gateway under test; it logs to the given logger.
	Open func(connectors.PortalConfig, *slog.Logger) (payments.Gateway, error)
	// CreateLink, FindLink, CancelLink, Refund and FindRefunds are the twin's
	// names of the operations. CreateLink and CancelLink are empty for a gateway
	// that has none: a message makes its orders, which Order then does.
	CreateLink, FindLink, CancelLink, Refund, FindRefunds string
	Order                                                 func(request payments.LinkRequest)
	// Pay is a payer who pays, LeavePending one whose bank has not answered.
	Pay, LeavePending func(link payments.Link)
	// Webhook is what the gateway would send now about a link that was paid.
	Webhook func(link payments.Link) (header http.Header, body []byte)
	// UniqueRefunds says that the gateway itself keeps a refund's reference
	// unique, so that even two at the same moment are one.
	UniqueRefunds bool
	// Links and Refunds count what was really made, DoubledLinks and
	// DoubledRefunds what was made twice under one reference.
	Links, DoubledLinks, Refunds, DoubledRefunds func() int
}

// RunMoney checks a payment gateway. start makes a fresh twin for each test.
func RunMoney(t *testing.T, start func(t *testing.T) MoneySubject) {
	t.Helper()
	suite := capability[MoneySubject]{
		name: "money", start: start,
		bench: func(s MoneySubject) Subject { return s.Subject },
		open:  func(s MoneySubject) opener { return untyped(s.Open) },
		probe: func(MoneySubject) connectors.Probe { return connectors.Probe{} },
		reads: moneyReads,
		changes: []change[MoneySubject]{
			{name: "link", operation: func(s MoneySubject) string { return s.CreateLink }, make: newLink},
			{name: "closing a link", operation: func(s MoneySubject) string { return s.CancelLink }, make: newClosing},
			{name: "refund", operation: func(s MoneySubject) string { return s.Refund }, make: newRefund},
		},
		probes: func(t *testing.T, s MoneySubject) []probe {
			gateway := liveConnector(t, s.Subject, s.Open)
			return []probe{{"look-up of an unknown reference", func(ctx context.Context) error {
				_, err := gateway.FindLink(ctx, "jansetu-conformance-none")
				return err
			}}}
		},
		own: map[string]func(*testing.T, *bench, MoneySubject){
			"a link is made once, found, and paid":    moneyRoundTrip,
			"same link eight times at once":           moneyParallelLinks,
			"pending is no money":                     moneyPending,
			"refunded once, and found":                moneyRefund,
			"same refund eight times at once":         moneyParallelRefunds,
			"a refund beyond what was paid":           moneyRefundTooMuch,
			"only a signed message is read":           moneyWebhook,
			"what the payer's browser says is proven": moneyReturn,
		},
	}
	suite.run(t)
}

const moneyReference = "AP-1-pay"

func moneyRequest() payments.LinkRequest {
	return payments.LinkRequest{Reference: moneyReference, Amount: 124_000, Description: "Electricity bill", ExpireBy: time.Now().Add(time.Hour)}
}

// link makes what the request asks for, in the gateway's own way.
func (s MoneySubject) link(t *testing.T, gateway payments.Gateway, request payments.LinkRequest) payments.Link {
	t.Helper()
	link, err := gateway.CreateLink(t.Context(), request)
	require.NoError(t, err)
	if s.Order != nil {
		s.Order(request)
	}
	return link
}

// paid makes a link, pays it and answers the payment.
func (s MoneySubject) paid(t *testing.T, gateway payments.Gateway) payments.Payment {
	t.Helper()
	s.Pay(s.link(t, gateway, moneyRequest()))
	state, err := gateway.FindLink(t.Context(), moneyReference)
	require.NoError(t, err)
	require.Len(t, state.Captured(), 1)
	return state.Captured()[0]
}

func moneyReads(t *testing.T, b *bench, s MoneySubject) []read {
	t.Helper()
	gateway := opened(t, b, s.Open)
	payment := s.paid(t, gateway)
	_, err := gateway.Refund(t.Context(), refundOf(payment))
	require.NoError(t, err)
	return []read{
		{name: "link", operation: s.FindLink, open: func(t *testing.T, tight ...tighten) call {
			gateway := opened(t, b, s.Open, tight...)
			return func(ctx context.Context) error {
				_, err := gateway.FindLink(ctx, moneyReference)
				return err
			}
		}},
		{name: "refunds", operation: s.FindRefunds, open: func(t *testing.T, tight ...tighten) call {
			gateway := opened(t, b, s.Open, tight...)
			return func(ctx context.Context) error {
				_, err := gateway.FindRefunds(ctx, payment.ID)
				return err
			}
		}},
	}
}

func refundOf(payment payments.Payment) payments.RefundRequest {
	return payments.RefundRequest{PaymentID: payment.ID, Amount: payment.Amount, Reference: "AP-1-refund"}
}

// newLink makes a link. Calling again is always safe, by the contract.
func newLink(b *bench, s MoneySubject) attempt {
	create := func(ctx context.Context, t *testing.T, tight ...tighten) error {
		link, err := opened(t, b, s.Open, tight...).CreateLink(ctx, moneyRequest())
		if err == nil {
			require.Equal(t, moneyRequest().Amount, link.Amount)
		}
		require.NotEqual(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err), "calling again is safe: %v", err)
		return err
	}
	return attempt{
		do: create, again: func(ctx context.Context, t *testing.T) error { return create(ctx, t) },
		repeatable: true, happened: s.Links, doubled: s.DoubledLinks,
	}
}

// newClosing closes a link that nobody paid. It may be repeated.
func newClosing(b *bench, s MoneySubject) attempt {
	var link payments.Link
	closing := func(ctx context.Context, t *testing.T, tight ...tighten) error {
		return opened(t, b, s.Open, tight...).CancelLink(ctx, link.ID)
	}
	closed := func(t *testing.T) payments.LinkStatus {
		t.Helper()
		state, err := opened(t, b, s.Open).FindLink(t.Context(), moneyReference)
		require.NoError(t, err)
		return state.Status
	}
	return attempt{
		prepare: func(t *testing.T) { link = s.link(t, opened(t, b, s.Open), moneyRequest()) },
		do:      closing, again: func(ctx context.Context, t *testing.T) error { return closing(ctx, t) },
		repeatable: true, happened: s.Links, doubled: s.DoubledLinks,
		ended: func(t *testing.T) {
			t.Helper()
			require.Equal(t, payments.LinkCancelled, closed(t))
		},
	}
}

// newRefund gives a payment back. After an unknown outcome the caller looks the
// refunds of the payment up.
func newRefund(b *bench, s MoneySubject) attempt {
	var payment payments.Payment
	return attempt{
		prepare: func(t *testing.T) { payment = s.paid(t, opened(t, b, s.Open)) },
		do: func(ctx context.Context, t *testing.T, tight ...tighten) error {
			_, err := opened(t, b, s.Open, tight...).Refund(ctx, refundOf(payment))
			return err
		},
		find: func(ctx context.Context, t *testing.T) error {
			refunds, err := opened(t, b, s.Open).FindRefunds(ctx, payment.ID)
			if err == nil && len(refunds) == 0 {
				return &connectors.NotFoundError{What: "refund"}
			}
			return err
		},
		happened: s.Refunds, doubled: s.DoubledRefunds,
	}
}

func moneyRoundTrip(t *testing.T, b *bench, s MoneySubject) {
	gateway := opened(t, b, s.Open)
	_, err := gateway.FindLink(t.Context(), moneyReference)
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "%v", err)
	first := s.link(t, gateway, moneyRequest())
	require.Equal(t, payments.LinkCreated, first.Status)
	again, err := opened(t, b, s.Open).CreateLink(t.Context(), moneyRequest())
	require.NoError(t, err)
	require.Equal(t, first.ID, again.ID, "the same reference is the same link")
	other := moneyRequest()
	other.Amount++
	_, err = gateway.CreateLink(t.Context(), other)
	requireRefused(t, err, connectors.RefusedAmount)

	state, err := gateway.FindLink(t.Context(), moneyReference)
	require.NoError(t, err)
	require.Empty(t, state.Captured())
	s.Pay(first)
	state, err = gateway.FindLink(t.Context(), moneyReference)
	require.NoError(t, err)
	require.Equal(t, payments.LinkPaid, state.Status)
	require.Len(t, state.Captured(), 1)
	require.Equal(t, moneyRequest().Amount, state.Captured()[0].Amount)
	require.Error(t, gateway.CancelLink(t.Context(), first.ID), "what was paid cannot be closed")
	require.Equal(t, 1, s.Links())
}

func moneyParallelLinks(t *testing.T, b *bench, s MoneySubject) {
	if s.CreateLink == "" {
		t.Skip("a message makes the order")
	}
	eightTimes(t, func(gateway payments.Gateway) (string, error) {
		link, err := gateway.CreateLink(t.Context(), moneyRequest())
		return link.ID, err
	}, opened(t, b, s.Open))
	require.Equal(t, 1, s.Links())
	require.Zero(t, s.DoubledLinks())
}

// eightTimes makes one call eight times at once. Those that do not fail, and one
// does not, answer the same id.
func eightTimes(t *testing.T, run func(payments.Gateway) (string, error), gateway payments.Gateway) {
	t.Helper()
	var mu sync.Mutex
	var group sync.WaitGroup
	answered := map[string]int{}
	for range 8 {
		group.Go(func() {
			id, err := run(gateway)
			mu.Lock()
			defer mu.Unlock()
			if err == nil {
				answered[id]++
			} else if class := connectors.ClassOf(err); class != connectors.ClassUnavailable && class != connectors.ClassOutcomeUnknown {
				t.Errorf("one of eight at once: %v", err)
			}
		})
	}
	group.Wait()
	require.Len(t, answered, 1)
}

func moneyPending(t *testing.T, b *bench, s MoneySubject) {
	gateway := opened(t, b, s.Open)
	s.LeavePending(s.link(t, gateway, moneyRequest()))
	state, err := gateway.FindLink(t.Context(), moneyReference)
	require.NoError(t, err)
	require.Empty(t, state.Captured())
	require.Len(t, state.Pending(), 1)
	_, err = gateway.Refund(t.Context(), refundOf(state.Pending()[0]))
	requireRefused(t, err, "")
	require.Zero(t, s.Refunds())
}

func moneyRefund(t *testing.T, b *bench, s MoneySubject) {
	gateway := opened(t, b, s.Open)
	payment := s.paid(t, gateway)
	refunds, err := gateway.FindRefunds(t.Context(), payment.ID)
	require.NoError(t, err)
	require.Empty(t, refunds)
	first, err := gateway.Refund(t.Context(), refundOf(payment))
	require.NoError(t, err)
	require.Equal(t, payment.Amount, first.Amount)
	again, err := opened(t, b, s.Open).Refund(t.Context(), refundOf(payment))
	require.NoError(t, err, "the same reference answers the first refund")
	require.Equal(t, first.ID, again.ID)
	refunds, err = gateway.FindRefunds(t.Context(), payment.ID)
	require.NoError(t, err)
	require.Len(t, refunds, 1)
	require.Equal(t, first.ID, refunds[0].ID)
	require.Equal(t, 1, s.Refunds())
	_, err = gateway.FindRefunds(t.Context(), moneyReference+"-none/nothing")
	requireRefused(t, err, "unknown_payment")
}

func moneyParallelRefunds(t *testing.T, b *bench, s MoneySubject) {
	if !s.UniqueRefunds {
		t.Skip("the gateway keeps no reference of a refund: one at a time")
	}
	gateway := opened(t, b, s.Open)
	payment := s.paid(t, gateway)
	half := refundOf(payment)
	half.Amount /= 2 // so that the rest of the payment would allow a second one
	eightTimes(t, func(gateway payments.Gateway) (string, error) {
		refund, err := gateway.Refund(t.Context(), half)
		return refund.ID, err
	}, gateway)
	require.Equal(t, 1, s.Refunds())
}

func moneyRefundTooMuch(t *testing.T, b *bench, s MoneySubject) {
	gateway := opened(t, b, s.Open)
	payment := s.paid(t, gateway)
	request := refundOf(payment)
	request.Amount++
	_, err := gateway.Refund(t.Context(), request)
	requireRefused(t, err, "")
	require.Zero(t, s.Refunds())
}

func moneyWebhook(t *testing.T, b *bench, s MoneySubject) {
	gateway := opened(t, b, s.Open)
	link := s.link(t, gateway, moneyRequest())
	s.Pay(link)
	header, body := s.Webhook(link)
	require.NotEmpty(t, body)
	event, err := gateway.ParseWebhook(header, body)
	require.NoError(t, err)
	require.Equal(t, moneyReference, event.Reference)
	require.NotEmpty(t, event.ID)
	for name, forged := range map[string][]byte{
		"another body": append([]byte(" "), body...), "half a body": body[:len(body)/2], "nothing": nil,
	} {
		_, err = gateway.ParseWebhook(header, forged)
		require.ErrorIs(t, err, payments.ErrSignature, name)
		b.requireRedacted(t, err)
	}
	_, err = gateway.ParseWebhook(http.Header{}, body)
	require.ErrorIs(t, err, payments.ErrSignature, "without a signature")
}

// moneyReturn: a browser can be made to say anything.
func moneyReturn(t *testing.T, b *bench, s MoneySubject) {
	gateway := opened(t, b, s.Open)
	link := s.link(t, gateway, moneyRequest())
	_, err := gateway.VerifyReturn(map[string][]string{
		"razorpay_payment_link_id": {link.ID}, "razorpay_payment_link_reference_id": {moneyReference},
		"razorpay_payment_link_status": {"paid"}, "razorpay_payment_id": {"pay_00000000000000"}, "razorpay_signature": {"00"},
	})
	require.ErrorIs(t, err, payments.ErrSignature)
}
