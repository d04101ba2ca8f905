package workflows_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestMoneyIsOnItsWayOnlyWhenTheCitizenWasToldSo(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startToday()
	w.post = func(int) (connectors.Posted, error) {
		return connectors.Posted{}, &connectors.RefusedError{Code: "closed"}
	}
	var before []string
	w.refusal = func() error {
		before = w.heard()
		if w.called("record refusal") == 1 {
			return errors.New("the database went away")
		}
		return nil
	}
	require.Equal(t, workflows.StageRefunding, w.pay(t).Ended)
	require.Contains(t, before, "money.refund_by", "a quick refund has nothing to say before it")
	require.Equal(t, 2, w.called("record refusal"), "and it is booked, whatever happens in between")
}

func TestALostWebhookIsMadeUpForByAPoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("money.link", func() {})
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, 1, w.called("check"))
}

func TestNewsThatBringsThePaymentIsTakenAtItsWord(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("money.link", func() {
		paid := paidStanding().Payment
		w.SignalWorkflow(workflows.SignalPayment, workflows.PaymentChanged{Order: reference + "-bill", Paid: &paid})
	})
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Zero(t, w.called("check"), "the books are not read for what was just told from them")
}

func TestAFailedAttemptMayBeRepeatedOnTheSameLink(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.standing = downUntil2(awaiting(1), w.standing)
	w.whenSaid("money.attempt_failed", w.later(time.Minute, w.paymentNews))
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.attempt_failed", "money.done"}, w.heard())
	require.Equal(t, 1, w.called("order"))
}

func TestAPaymentThatComesWhileAFailedAttemptIsToldIsNotLeftToThePoll(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.standing = downUntil2(awaiting(1), w.standing)
	w.whenSaid("money.link", w.paymentNews)
	w.whenSaid("money.attempt_failed", w.paymentNews)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Less(t, w.Now().Sub(noon), 30*time.Second, "no poll was waited for")
}

func TestAnUndecidedPaymentIsSaidOnceAndNotAskedForAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.standing = func(call int) (workflows.OrderStanding, error) {
		if call < 4 {
			return workflows.OrderStanding{State: workflows.OrderAuthorized}, nil
		}
		return paidStanding(), nil
	}
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.undecided", "money.done"}, w.heard())
}

func TestALinkThatIsNotPaidExpires(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.standing = func(int) (workflows.OrderStanding, error) { return awaiting(0), nil }
	require.Equal(t, workflows.StageExpired, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.expired"}, w.heard())
	require.Equal(t, 1, w.called("close"))
	require.GreaterOrEqual(t, w.Now().Sub(noon), 75*time.Minute, "a late confirmation is waited for")
}

func TestAGatewayThatCannotBeAskedDoesNotEndTheWait(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.startToday()
	w.standing = downUntil(6, errors.New("gateway away"), w.standing)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
}

// What the gateway said may have been booked by an activity that then died: no webhook wakes the request for it any more.
func TestWhatIsBookedCountsAlsoWhileTheGatewayCannotBeAsked(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("money.link", func() {})
	w.OnActivity(workflows.ActivityCheckOrder, mock.Anything, mock.Anything).Return(workflows.OrderStanding{}, errors.New("gateway away"))
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Less(t, w.Now().Sub(noon), 3*time.Minute, "after the first poll")
}

func TestMoneyThatIsQuickerThanTheCancellationGoesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("money.link", w.citizenCancels)
	w.closeOrder = func(int) (workflows.OrderStanding, error) { return paidStanding(), nil }
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
}

func TestALinkThatCannotBeCancelledStaysWithAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("money.link", w.citizenCancels)
	w.closeOrder = downUntil(3, error(&connectors.ChangedError{}), w.closeOrder)
	require.Equal(t, workflows.StageCancelled, w.pay(t).Ended)
	require.Equal(t, 3, w.called("close"))
}

func TestAPaidBillCannotBeCancelled(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = downUntil(5, error(errDown), w.post)
	w.whenSaid("money.link", func() {
		w.paymentNews()
		w.later(2*time.Second, w.citizenCancels)()
	})
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Contains(t, w.heard(), "money.cannot_cancel")
}

func TestADepartmentThatIsDownAfterPaymentIsToldLater(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = downUntil(9, error(errDown), w.post)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.kept", "request.back", "money.done"}, w.heard())
}

func TestAnUnknownPostingIsLookedUpAndNotSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, 1, w.called("post"))
	require.Equal(t, 1, w.called("find"))
}

func TestAPostingThatCertainlyDidNotLandIsSentAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = downUntil(2, error(&connectors.OutcomeUnknownError{}), w.post)
	w.find = func(int) (connectors.Posted, error) {
		return connectors.Posted{}, &connectors.NotFoundError{What: "posting"}
	}
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, 2, w.called("post"))
	require.Equal(t, w.posts[0].Posting.Reference, w.posts[1].Posting.Reference)
}

func TestOnlyAnOperatorToWhomItWasHandedCanGiveUpAPaidBill(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	w.find = downUntil(9, error(&connectors.OutcomeUnknownError{}), w.find)
	w.whenSaid("money.kept", w.later(time.Second, func() { // too early
		w.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{Reason: "?"})
		w.citizenCancels()
		w.citizenCancels()
	}))
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Zero(t, w.called("record refusal"))
	require.Contains(t, w.heard(), "money.cannot_cancel")
}

func TestAPostingThatCannotBeLookedUpGoesToAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	w.find = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	w.whenSaid("money.with_officer", w.later(time.Hour, func() {
		status := w.status(t)
		require.Equal(t, workflows.StageWithOfficer, status.Stage)
		doubt := status.Milestones[slices.IndexFunc(status.Milestones, func(m workflows.Milestone) bool { return m.Times > 0 })]
		require.Equal(t, 7, doubt.Times, "one line for all of the look-ups")
		require.True(t, doubt.Last.After(doubt.At))
		w.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{Reason: "the department confirmed by letter that it has nothing", Approval: agreed})
	}))
	require.Equal(t, workflows.StageRefunding, w.pay(t).Ended)
	require.Equal(t, 1, w.called("post"), "never sent again while in doubt")
	require.Equal(t, 1, w.called("record refusal"))
}

func TestAPersonMayHaveTheLookUpRepeated(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.OutcomeUnknownError{} }
	w.find = downUntil(8, error(&connectors.OutcomeUnknownError{}), w.find)
	w.whenSaid("money.with_officer", w.later(time.Hour, func() { w.SignalWorkflow(workflows.SignalOperatorRetry, nil) }))
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
}

func TestARefusedPostingIsGivenBack(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.post = func(int) (connectors.Posted, error) {
		return connectors.Posted{}, &connectors.RefusedError{Code: connectors.RefusedAmount, Reason: "amount changed"}
	}
	require.Equal(t, workflows.StageRefunding, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.refused_because", "money.refund_by"}, w.heard())
	require.Equal(t, 1, w.called("record refusal"))
	promise := w.tells[len(w.tells)-1].Message[1].Values["day"].Day
	require.Equal(t, "2 Dec 2026", promise.In(connectors.IndianTime).Format("2 Jan 2006"), "seven working days after a Monday")
}

func TestARefusalThatMayBeTheEchoOfOurOwnPostingIsLookedUp(t *testing.T) {
	t.Parallel()
	for _, code := range []string{connectors.RefusedAlreadyPaid, connectors.RefusedDuplicate} {
		t.Run(code, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.post = func(int) (connectors.Posted, error) { return connectors.Posted{}, &connectors.RefusedError{Code: code} }
			require.Equal(t, workflows.StageDone, w.pay(t).Ended)
			require.Zero(t, w.called("record refusal"))
		})
	}
	t.Run("paid by somebody else", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.post = func(int) (connectors.Posted, error) {
			return connectors.Posted{}, &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid}
		}
		w.find = func(int) (connectors.Posted, error) {
			return connectors.Posted{}, &connectors.NotFoundError{What: "posting"}
		}
		require.Equal(t, workflows.StageRefunding, w.pay(t).Ended)
	})
}

func downUntil2(first workflows.OrderStanding, well func(int) (workflows.OrderStanding, error)) func(int) (workflows.OrderStanding, error) {
	return func(call int) (workflows.OrderStanding, error) {
		if call == 1 {
			return first, nil
		}
		return well(call)
	}
}
