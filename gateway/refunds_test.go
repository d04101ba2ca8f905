package gateway_test

import (
	"context"
	"encoding/json"
	"fmt"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// TestMyRequestsTellsHowMoneyThatGoesBackStands goes from the store through the dialog to the phone.
func TestMyRequestsTellsHowMoneyThatGoesBackStands(t *testing.T) {
	t.Parallel()
	texts, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	today := time.Now()
	monthAgo, due := today.AddDate(0, 0, -30), "by about "+texts.Date("en", workflows.RefundDue(today).In(connectors.IndianTime))
	const (
		coming = "₹1,240.00 is on its way back"
		held   = "₹1,240.00 has not gone back yet, and one of our people is seeing to it"
		done   = "₹1,240.00 was sent back to where you paid from. Refund number for your bank: rfnd_1"
		twice  = "This was paid twice. One payment is enough. "
	)
	tests := []struct {
		name           string
		stage          store.StageUpdate
		purpose, state string
		booked         time.Time // when the refund was
		says           []string
		silentOn       string
	}{
		{"asked for", store.StageUpdate{Stage: "done", Detail: "₹1,240.00 paid, receipt 9"}, "twice", "due", today, []string{"receipt 9", twice + "We have asked for ₹1,240.00", due}, held},
		{"on its way", store.StageUpdate{Stage: "expired"}, "late", "pending", today, []string{"after the request had ended. " + coming, due}, "rfnd_1"},
		{"on its way for an open request", store.StageUpdate{Stage: "posting", Open: true}, "twice", "pending", today, []string{twice + coming, due}, "rfnd_1"},
		{"said once where the request ended with it", store.StageUpdate{Stage: "refunding", Detail: "the same in the detail", Open: true}, "refused", "pending", today,
			[]string{"Your money is on its way back", coming, due}, "the same in the detail"},
		{"done", store.StageUpdate{Stage: "refunded", Detail: "the same in the detail"}, "refused", "processed", monthAgo, []string{done}, "the same in the detail"},
		{"done for a wrong amount", store.StageUpdate{Stage: "expired"}, "amount", "processed", monthAgo, []string{"not the amount that was asked for. " + done}, held},
		{"failed", store.StageUpdate{Stage: "done"}, "officer", "failed", today, []string{held}, "by about"},
		{"late", store.StageUpdate{Stage: "refunding", Open: true}, "returned", "pending", monthAgo, []string{held}, "by about"},
		{"asked for and late", store.StageUpdate{Stage: "done"}, "twice", "due", monthAgo, []string{twice + held}, "by about"},
	}
	p := newCitizensPhones(t)
	for i, test := range tests {
		reference := fmt.Sprint("JS-", i)
		p.addRequest(reference, p.conversationOf())
		require.NoError(t, p.store.SetStage(t.Context(), reference, test.stage))
		p.givesBack(reference, test.purpose, test.state, test.booked)
	}
	for i, test := range tests {
		card := p.card(len(tests) - i)
		require.Contains(t, card, fmt.Sprint("JS-", i))
		for _, said := range test.says {
			require.Contains(t, card, said, test.name)
		}
		require.NotContains(t, card, test.silentOn, test.name)
	}
}

// givesBack books that what was paid for a request goes back, and how far that is.
func (p *phones) givesBack(reference, purpose, state string, booked time.Time) {
	p.t.Helper()
	const amount = 124000
	ctx, payment := p.t.Context(), "pay_"+reference
	opened, _, err := p.store.OpenPaymentOrder(ctx, store.PaymentOrder{
		ID: reference + "-bill", Request: reference, Purpose: "bill", Portal: "p", BillKey: []byte(reference), Amount: amount, ExpiresAt: time.Now(),
	})
	require.NoError(p.t, err)
	require.NoError(p.t, p.store.WithTx(ctx, func(ctx context.Context, tx *store.Tx) error {
		if _, err := tx.BookRefund(ctx, store.Refund{ID: opened.ID + "-r1", Order: opened.ID, Payment: payment, Purpose: purpose, Amount: amount}); err != nil {
			return err
		}
		if state == "due" {
			return nil
		}
		return tx.SetRefundState(ctx, payment, state, "rfnd_1")
	}))
	_, err = p.pool.Exec(ctx, `update refund set created_at = $1 where payment_id = $2`, booked, payment)
	require.NoError(p.t, err)
}

// card is what "My requests" shows of the request in that place, the newest being the first.
func (p *phones) card(place int) string {
	p.t.Helper()
	p.hears(citizen, p.write(citizen, "status"))
	message := p.hears(citizen, p.write(citizen, strconv.Itoa(place)))
	var content struct {
		Body struct{ Text string } `json:"body"`
	}
	require.NoError(p.t, json.Unmarshal(message.Content, &content))
	return content.Body.Text
}
