package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func (w *world) giveBack(t *testing.T, reason workflows.RefundReason) workflows.RefundStanding {
	t.Helper()
	return end[workflows.RefundStanding](t, w.environment, workflows.RefundPayment, workflows.RefundInput{
		To: workflows.Recipient{Reference: reference, Conversation: 7, Language: "te"}, Refund: reference + "-bill-r1", Reason: reason, Amount: 124000,
	})
}

func TestTheCitizenIsToldWhyMoneyComesBackAndWhenItIsBack(t *testing.T) {
	t.Parallel()
	for reason, said := range map[workflows.RefundReason][]string{
		workflows.RefundRefused: {"money.refunded"}, // why was said by the payment
		workflows.RefundFee:     {"money.refunded"},
		workflows.RefundTwice:   {"money.paid_twice", "money.refund_by", "money.refunded"},
		workflows.RefundLate:    {"money.paid_late", "money.refund_by", "money.refunded"},
		workflows.RefundAmount:  {"money.paid_wrong_amount", "money.refund_by", "money.refunded"},
	} {
		t.Run(string(reason), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			require.Equal(t, workflows.RefundProcessed, w.giveBack(t, reason).State)
			require.Equal(t, said, w.heard())
			last := w.tells[len(w.tells)-1]
			require.Equal(t, reason == workflows.RefundRefused, last.Stage != nil, "only then the request itself ended so")
		})
	}
}

func TestAPendingRefundIsAskedAboutUntilItIsThrough(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refund = func(call int) (workflows.RefundStanding, error) {
		if call < 5 {
			return workflows.RefundStanding{State: workflows.RefundPending, GatewayRefund: "rfnd_1"}, nil
		}
		return workflows.RefundStanding{State: workflows.RefundProcessed, GatewayRefund: "rfnd_1"}, nil
	}
	require.Equal(t, workflows.RefundProcessed, w.giveBack(t, workflows.RefundTwice).State)
	require.Equal(t, []string{"money.paid_twice", "money.refund_by", "money.refunded"}, w.heard())
}

func TestAFailedRefundIsNotForgotten(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.refund = func(call int) (workflows.RefundStanding, error) {
		switch call {
		case 1:
			return workflows.RefundStanding{}, &connectors.RefusedError{Code: "balance"}
		case 2:
			return workflows.RefundStanding{State: workflows.RefundFailed, GatewayRefund: "rfnd_1"}, nil
		}
		return workflows.RefundStanding{State: workflows.RefundProcessed, GatewayRefund: "rfnd_2"}, nil
	}
	w.RegisterDelayedCallback(func() {
		require.Equal(t, workflows.StageWithOfficer, w.status(t).Stage)
		w.SignalWorkflow(workflows.SignalOperatorRetry, nil)
	}, time.Hour)
	require.Equal(t, "rfnd_2", w.giveBack(t, workflows.RefundTwice).GatewayRefund)
}
