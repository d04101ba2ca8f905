package money_test

import (
	"context"
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/payments"
	paymentstwin "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/workflows"
)

// Whichever exchange with the gateway goes wrong, on whichever try, the money goes back once and the books say so.
func TestAnAnswerLostAtAnyExchangeGivesTheMoneyBackOnce(t *testing.T) {
	t.Parallel()
	for _, operation := range []string{paymentstwin.FindRefunds, paymentstwin.MakeRefund} {
		for _, kind := range []twin.Kind{twin.ResponseLost, twin.ServerError, twin.DropBefore} {
			for times := 1; times <= 3; times++ {
				t.Run(fmt.Sprintf("%s %s %d", operation, kind, times), func(t *testing.T) {
					t.Parallel()
					till := newTill(t)
					paid, refund := till.refused(t)
					require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: kind, Operation: operation, Times: times}))
					till.refundUntilThrough(t, refund)
					made, err := till.Gateway.FindRefunds(t.Context(), paid)
					require.NoError(t, err)
					require.Len(t, made, 1)
					require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, balances(t, till.store))
				})
			}
		}
	}
}

// refundUntilThrough asks again as Temporal does.
func (till till) refundUntilThrough(t *testing.T, refund string) {
	t.Helper()
	for range 12 {
		standing, err := till.Refund(t.Context(), workflows.RefundStep{Refund: refund})
		if err == nil && standing.State == workflows.RefundProcessed {
			return
		}
	}
	t.Fatal("the refund did not come through")
}

// The operator is asked to settle a failed refund at the gateway: what was given back there is not given back again.
func TestWhatAPersonGaveBackAtTheGatewayIsNotGivenBackAgain(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	paid, refund := till.refused(t)
	require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: paymentstwin.RefundFails, Times: 1}))
	standing, err := till.Refund(t.Context(), workflows.RefundStep{Refund: refund})
	require.NoError(t, err)
	require.Equal(t, workflows.RefundFailed, standing.State)

	byHand, err := till.Gateway.Refund(t.Context(), payments.RefundRequest{PaymentID: paid, Amount: 124000, Reference: "letter 7/2026"})
	require.NoError(t, err)
	standing, err = till.Refund(t.Context(), workflows.RefundStep{Refund: refund, Again: true})
	require.NoError(t, err)
	require.Equal(t, workflows.RefundStanding{State: workflows.RefundProcessed, GatewayRefund: byHand.ID}, standing)
	made, err := till.Gateway.FindRefunds(t.Context(), paid)
	require.NoError(t, err)
	require.Len(t, made, 2, "the one that failed, and the one by hand")
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, balances(t, till.store))
}

// refusing is a gateway that gives nothing back, as plain UPI does.
type refusing struct{ payments.Gateway }

func (refusing) Refund(context.Context, payments.RefundRequest) (payments.Refund, error) {
	return payments.Refund{}, &connectors.RefusedError{Code: "by_hand"}
}

func TestARefundThatTheGatewayRefusesIsHeldUpUntilItIsThrough(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	_, refund := till.refused(t)
	gateway := till.Gateway
	till.Gateway = refusing{gateway}
	for range 2 {
		_, err := till.Refund(t.Context(), workflows.RefundStep{Refund: refund})
		require.ErrorContains(t, err, "by_hand")
		booked, err := till.store.Refund(t.Context(), refund)
		require.NoError(t, err)
		require.Equal(t, "failed", booked.State)
	}
	till.Gateway = gateway
	till.refundUntilThrough(t, refund)
	booked, err := till.store.Refund(t.Context(), refund)
	require.NoError(t, err)
	require.Equal(t, "processed", booked.State)
}

func TestAPendingRefundIsNotThroughAndNotRepeated(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	_, refund := till.refused(t)
	require.NoError(t, till.sandbox.Faults.Set(twin.Fault{Kind: paymentstwin.RefundStaysPending, Times: 1}))
	var id string
	for range 3 {
		standing, err := till.Refund(t.Context(), workflows.RefundStep{Refund: refund, Again: true})
		require.NoError(t, err)
		require.Equal(t, workflows.RefundPending, standing.State)
		id = standing.GatewayRefund
	}
	require.NoError(t, till.sandbox.SettleRefund(id, true))
	till.refundUntilThrough(t, refund)
}

// An attempt that the bank has not decided keeps the order open past its link's end; cancelling closes it, and what still comes goes back.
func TestAnUndecidedPaymentKeepsAnExpiredOrderOpen(t *testing.T) {
	t.Parallel()
	till := newTill(t)
	opened, link := till.open(t, "R1")
	pending, err := till.sandbox.LeavePending(link)
	require.NoError(t, err)
	expire := workflows.CloseOrderInput{Order: opened.Order, Reason: workflows.ClosedByExpiry, UnlessUndecided: true}
	for range 2 {
		standing, err := till.CloseOrder(t.Context(), expire)
		require.NoError(t, err)
		require.Equal(t, workflows.OrderAuthorized, standing.State)
	}
	require.NoError(t, till.sandbox.Settle(pending, true))
	standing, err := till.CloseOrder(t.Context(), expire)
	require.NoError(t, err)
	require.Equal(t, workflows.OrderPaid, standing.State)
	require.Zero(t, count(t, till.store, `select count(*) from refund`))
}
