package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/workflows"
)

// undecidedFor lets the bank decide so long after the payment was begun.
func (w *world) undecidedFor(wait time.Duration, decided workflows.OrderStanding) {
	standing := func(int) (workflows.OrderStanding, error) {
		if w.Now().Sub(noon) < wait {
			return workflows.OrderStanding{State: workflows.OrderAuthorized}, nil
		}
		return decided, nil
	}
	w.standing, w.closeOrder = standing, standing
}

func TestAPaymentTheBankDecidesDaysAfterTheLinksEndStillPaysTheBill(t *testing.T) {
	t.Parallel()
	for _, days := range []int{1, 4, 9, 60} {
		w := newWorld(t)
		w.undecidedFor(time.Duration(days)*24*time.Hour, paidStanding())
		require.Equal(t, workflows.StageDone, w.pay(t).Ended)
		require.Equal(t, []string{"bill.ask", "money.link", "money.undecided", "money.undecided_late", "money.done"}, w.heard())
		require.Equal(t, 1, w.called("close"), "days %d", days)
	}
}

func TestAPaymentTheBankRefusesAfterTheLinksEndEndsTheRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.undecidedFor(50*time.Hour, awaiting(1))
	inner := w.closeOrder
	w.closeOrder = func(call int) (workflows.OrderStanding, error) {
		standing, err := inner(call)
		if standing.State == workflows.OrderAwaiting {
			standing.State = workflows.OrderClosed
		}
		return standing, err
	}
	require.Equal(t, workflows.StageExpired, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.undecided", "money.undecided_late", "money.expired"}, w.heard())
	require.Equal(t, 2, w.called("close"))
}

// The attempt is only found when the link is closed: no webhook and no poll told of it.
func TestAnAttemptThatIsFoundAtTheLinksEndIsWaitedFor(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.standing = func(int) (workflows.OrderStanding, error) {
		switch age := w.Now().Sub(noon); {
		case age < 2*time.Hour:
			return awaiting(0), nil
		case age < 72*time.Hour:
			return workflows.OrderStanding{State: workflows.OrderAuthorized}, nil
		}
		return paidStanding(), nil
	}
	w.closeOrder = func(int) (workflows.OrderStanding, error) {
		return workflows.OrderStanding{State: workflows.OrderAuthorized}, nil
	}
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.undecided", "money.undecided_late", "money.done"}, w.heard())
}

func TestABankThatIsLaterThanItMayIsShownToOperators(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.undecidedFor(8*24*time.Hour, paidStanding())
	attention := map[int]string{}
	for _, day := range []int{3, 7} {
		w.RegisterDelayedCallback(func() { attention[day] = w.status(t).Attention }, time.Duration(day)*24*time.Hour)
	}
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Empty(t, attention[3])
	require.Contains(t, attention[7], "undecided at the bank")
}

func TestACitizenMayStopWaitingForTheBank(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.undecidedFor(1000*time.Hour, paidStanding())
	w.whenSaid("money.undecided_late", w.later(30*time.Hour, func() {
		w.closeOrder = func(int) (workflows.OrderStanding, error) {
			return workflows.OrderStanding{State: workflows.OrderClosed}, nil
		}
		w.citizenCancels()
	}))
	require.Equal(t, workflows.StageCancelled, w.pay(t).Ended)
	require.Equal(t, "money.cancelled", w.heard()[len(w.heard())-1])
}

func TestTheStatusShowsByWhenTheMoneyIsBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	require.Equal(t, workflows.RefundProcessed, w.giveBack(t, workflows.RefundRefused).State)
	last := w.tells[len(w.tells)-1]
	require.Equal(t, "money.detail_refunded", string(last.Stage.Detail[0].Text))
}
