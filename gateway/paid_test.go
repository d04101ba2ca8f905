package gateway_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
)

func TestWhoHasPaidDoesNotReadThatTheirPaymentIsWaitedFor(t *testing.T) {
	t.Parallel()
	p := newCitizensPhones(t)
	p.addRequest("JS-0", p.conversationOf()) // one of two: "My requests" lists them
	p.addRequest("JS-1", p.conversationOf())
	require.NoError(t, p.store.SetStage(t.Context(), "JS-1", store.StageUpdate{Stage: "awaiting_payment", Detail: "₹1,240.00 to pay until 5 pm", Open: true}))
	order, _, err := p.store.OpenPaymentOrder(t.Context(), store.PaymentOrder{
		ID: "JS-1-bill", Request: "JS-1", Purpose: "bill", Portal: "p", BillKey: []byte("a bill"), Amount: 124000, ExpiresAt: time.Now().Add(time.Hour),
	})
	require.NoError(t, err)
	before := p.card(1)
	require.Contains(t, before, "Waiting for your payment\n₹1,240.00 to pay until 5 pm")

	require.NoError(t, p.store.WithTx(t.Context(), func(_ context.Context, tx *store.Tx) error {
		tx.SetPaymentState(order.ID, "paid", "pay_1")
		return nil
	}))
	after := p.card(1)
	require.Contains(t, after, "Paid; telling the department")
	require.NotContains(t, after, "to pay until")
}
