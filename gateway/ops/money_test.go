package ops_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/money"
	"github.com/jansetu/jansetu/store"
)

func TestOperatorsSeeWhereMoneyDoesNotAgree(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	asha := h.Browser("asha")
	_, page := asha.Get("/ops/money")
	require.Contains(t, page, "All agree.")

	h.request("AP-1", "refunding", false)
	_, _, err := h.store.OpenPaymentOrder(t.Context(), store.PaymentOrder{
		ID: "AP-1-bill", Request: "AP-1", Purpose: "bill", Portal: "power", BillKey: []byte("b"), Amount: 124000, ExpiresAt: time.Now(),
	})
	require.NoError(t, err)
	require.NoError(t, h.store.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.BookRefund(ctx, store.Refund{ID: "AP-1-bill-r1", Order: "AP-1-bill", Payment: "pay_1", Purpose: "refused", Amount: 124000}); err != nil {
			return err
		}
		return tx.SetRefundState(ctx, "pay_1", "failed", "rfnd_1")
	}))
	_, _, err = h.store.SettleCases(t.Context(), store.Examination{Differences: []store.Difference{
		{Kind: money.CaseUnknownCapture, Subject: "pay_<2>", Portal: "payments", Day: time.Now(), Found: 5000},
		{Kind: money.CaseHeld, Subject: "AP-1-bill", Order: "AP-1-bill", Portal: "power", Day: time.Now(), Expected: 124000},
	}})
	require.NoError(t, err)
	status, page := asha.Get("/ops/money")
	require.Equal(t, http.StatusOK, status)
	for _, part := range []string{
		"no request asked for", "pay_&lt;2&gt;", "₹50.00", "its request has ended", "₹1,240.00", "AP-1-bill-r1", "failed: see to it",
	} {
		require.Contains(t, page, part)
	}
	for _, who := range []string{"lata", "john", "meena"} {
		status, _ := h.Browser(who).Get("/ops/money")
		require.Equal(t, http.StatusForbidden, status, who)
	}
}
