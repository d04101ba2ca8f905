package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/store"
)

// toldOfRefunds is what a turn may say of refunds, by request; when they were booked is left out.
func toldOfRefunds(t *testing.T, s *store.Store) map[string][]store.RefundFact {
	t.Helper()
	request, err := s.Request(t.Context(), "R1")
	require.NoError(t, err)
	told := map[string][]store.RefundFact{}
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		facts, err := tx.LockConversations(ctx, []store.ConversationKey{{Person: request.Person, PhoneNumberID: "1"}}, nil)
		for i := range facts.Requests {
			refunds := facts.Requests[i].Refunds
			for j := range refunds {
				require.WithinDuration(t, time.Now(), refunds[j].BookedAt, time.Hour)
				refunds[j].BookedAt = time.Time{}
			}
			told[facts.Requests[i].Reference] = refunds
		}
		return err
	}))
	return told
}

func bookRefund(t *testing.T, s *store.Store, order, payment, purpose string, amount int64) {
	t.Helper()
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		booked, err := tx.BookRefund(ctx, store.Refund{ID: order + "-" + payment, Order: order, Payment: payment, Purpose: purpose, Amount: amount})
		require.True(t, booked)
		return err
	}))
}

func setRefund(t *testing.T, s *store.Store, payment, state, number string) {
	t.Helper()
	require.NoError(t, s.WithTx(t.Context(), func(ctx context.Context, tx *store.Tx) error {
		return tx.SetRefundState(ctx, payment, state, number)
	}))
}

func TestATurnKnowsHowTheRefundOfEachRequestStandsAlsoWhenItHasEnded(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	require.Equal(t, map[string][]store.RefundFact{"R1": {}, "R2": {}}, toldOfRefunds(t, s), "nothing goes back")

	bookRefund(t, s, "R1-bill", "pay_1", "twice", 124000)
	require.NoError(t, s.SetStage(t.Context(), "R1", store.StageUpdate{Stage: "done"}))
	require.Equal(t, map[string][]store.RefundFact{"R1": {{Purpose: "twice", Amount: 124000, State: "due"}}, "R2": {}}, toldOfRefunds(t, s))

	setRefund(t, s, "pay_1", "pending", "rfnd_1")
	require.Equal(t, []store.RefundFact{{Purpose: "twice", Amount: 124000, State: "pending", Number: "rfnd_1"}}, toldOfRefunds(t, s)["R1"])

	setRefund(t, s, "pay_1", "processed", "rfnd_1")
	require.Equal(t, []store.RefundFact{{Purpose: "twice", Amount: 124000, State: "processed", Number: "rfnd_1"}}, toldOfRefunds(t, s)["R1"])
}

func TestOfManyRefundsThoseThatAreOwedAreToldFirst(t *testing.T) {
	t.Parallel()
	s := newMoney(t)
	_, _, err := s.OpenPaymentOrder(t.Context(), order("R1"))
	require.NoError(t, err)
	for i := range 5 { // each in a transaction, so at a time, of its own
		bookRefund(t, s, "R1-bill", fmt.Sprint("pay_", i), "twice", int64(i+1))
	}
	for _, through := range []int{0, 2, 3, 4} {
		setRefund(t, s, fmt.Sprint("pay_", through), "processed", fmt.Sprint("rfnd_", through))
	}
	require.Equal(t, []store.RefundFact{
		{Purpose: "twice", Amount: 2, State: "due"},
		{Purpose: "twice", Amount: 5, State: "processed", Number: "rfnd_4"},
		{Purpose: "twice", Amount: 4, State: "processed", Number: "rfnd_3"},
	}, toldOfRefunds(t, s)["R1"])
}
