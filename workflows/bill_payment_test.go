package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestABillIsPaidPostedAndReceipted(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	outcome := w.pay(t)
	require.Equal(t, workflows.BillOutcome{Ended: workflows.StageDone, PortalReceipt: "PS-1", Receipt: "sha"}, outcome)
	require.Equal(t, []string{"bill.ask", "money.link", "money.done"}, w.heard())
	require.Equal(t, 1, w.called("post"))
	require.Len(t, w.settled, 1)
	booked := w.settled[0].Record
	require.Equal(t, reference+"-bill", booked.Order)
	require.Equal(t, "PS-1", booked.Posted.PortalReceipt)
	require.EqualValues(t, 124000, booked.Posted.Amount)
	require.Equal(t, "B1", w.settled[0].Receipt.Bill.Number)
	last := w.tells[len(w.tells)-1]
	require.Equal(t, "sha", last.Document.ID)
	require.Equal(t, "money.detail_done", string(last.Stage.Detail[0].Text))
	require.False(t, last.Stage.Open)
}

func TestTheBillEndsTheRequest(t *testing.T) {
	t.Parallel()
	paidBill := connectors.Bill{Status: connectors.BillPaid, Period: "2026-11", PaidOn: noon}
	tests := []struct {
		name  string
		bill  connectors.Bill
		err   error
		ended workflows.Stage
		said  string
	}{
		{"already paid", paidBill, nil, workflows.StageNothingDue, "bill.paid_already"},
		{"no bill", connectors.Bill{Status: connectors.BillNone}, nil, workflows.StageNothingDue, "bill.nothing_due"},
		{"due of nothing", connectors.Bill{Status: connectors.BillDue}, nil, workflows.StageNothingDue, "bill.nothing_due"},
		{"unknown number", connectors.Bill{}, &connectors.NotFoundError{What: "consumer"}, workflows.StageNeedsCorrection, "bill.not_found"},
		{"rejected", connectors.Bill{}, &connectors.InputRejectedError{Field: "account", Reason: "13 digits"}, workflows.StageNeedsCorrection, "bill.rejected"},
		{"refused", connectors.Bill{}, &connectors.RefusedError{Code: "disconnected"}, workflows.StageRefused, "bill.refused"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.fetch = func(int) (connectors.Bill, error) { return test.bill, test.err }
			require.Equal(t, test.ended, w.pay(t).Ended)
			require.Equal(t, []string{test.said}, w.heard())
			require.Zero(t, w.called("order"))
		})
	}
}

func TestTheCitizenIsToldWithinTwentySecondsThatThePortalIsDown(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	var told time.Duration
	w.whenSaid("request.kept", func() { told = w.Now().Sub(noon) })
	w.fetch = downUntil(8, error(errDown), w.fetch)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.LessOrEqual(t, told, 20*time.Second)
	require.Equal(t, []string{"request.kept", "request.back", "bill.ask", "money.link", "money.done"}, w.heard())
}

func TestAPortalThatSaysWhenItIsBackIsAskedThenAndNotBefore(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fetch = downUntil(2, error(&connectors.UnavailableError{Until: noon.Add(6 * time.Hour), Reason: connectors.ReasonMaintenance}), w.fetch)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, 2, w.called("fetch"))
	require.GreaterOrEqual(t, w.Now().Sub(noon), 6*time.Hour)
}

func TestAPortalThatStaysAwayEndsTheRequest(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fetch = func(int) (connectors.Bill, error) {
		return connectors.Bill{}, &connectors.UnavailableError{RetryAfter: 24 * time.Hour}
	}
	require.Equal(t, workflows.StageGivenUp, w.pay(t).Ended)
	require.Equal(t, []string{"request.kept", "request.gave_up"}, w.heard())
}

func TestAnOperatorsRetryDoesNotWaitForTheNextTry(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fetch = downUntil(2, error(&connectors.UnavailableError{RetryAfter: 5 * time.Hour}), w.fetch)
	w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalOperatorRetry, nil) }, time.Minute)
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Less(t, w.Now().Sub(noon), time.Hour)
}

func TestAnUnknownAnswerOfThePortalWaitsForAPerson(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.fetch = downUntil(2, error(&connectors.ChangedError{Expected: "json", Seen: "html"}), w.fetch)
	w.whenSaid("request.with_officer", w.later(time.Hour, func() {
		require.Equal(t, workflows.StageWithOfficer, w.status(t).Stage)
		require.Contains(t, w.status(t).Attention, workflows.SignalOperatorRetry)
		w.SignalWorkflow(workflows.SignalOperatorRetry, nil)
	}))
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
}

func TestCancellingBeforeTheMoney(t *testing.T) {
	t.Parallel()
	stops := map[string]struct {
		prepare func(w *world)
		said    []string
		closed  int
	}{
		"while the portal is down": {
			func(w *world) {
				w.fetch = func(int) (connectors.Bill, error) { return connectors.Bill{}, errDown }
				w.RegisterDelayedCallback(w.citizenCancels, time.Minute)
			}, []string{"request.kept", "request.cancelled"}, 0,
		},
		"with the button": {
			func(w *world) { w.whenSaid("bill.ask", func() { w.answer("cancel") }) }, []string{"bill.ask", "request.cancelled"}, 0,
		},
		"instead of an answer": {
			func(w *world) { w.whenSaid("bill.ask", w.citizenCancels) }, []string{"bill.ask", "request.cancelled"}, 0,
		},
		"while the link waits": {
			func(w *world) { w.whenSaid("money.link", w.citizenCancels) }, []string{"bill.ask", "money.link", "money.cancelled"}, 1,
		},
		"by an operator": {
			func(w *world) {
				w.whenSaid("money.link", func() {
					w.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{Reason: "asked by phone"})
				})
			}, []string{"bill.ask", "money.link", "money.cancelled"}, 1,
		},
		"in the Temporal UI": {
			func(w *world) { w.whenSaid("money.link", w.CancelWorkflow) }, []string{"bill.ask", "money.link", "money.cancelled"}, 1,
		},
		"while the link is being made": {
			func(w *world) {
				w.order = func(int) (workflows.OpenedOrder, error) { return workflows.OpenedOrder{}, errDown }
				w.RegisterDelayedCallback(w.citizenCancels, time.Minute)
			}, []string{"bill.ask", "request.kept", "money.cancelled"}, 1,
		},
	}
	for name, stop := range stops {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			stop.prepare(w)
			require.Equal(t, workflows.StageCancelled, w.pay(t).Ended)
			require.Equal(t, stop.said, w.heard())
			require.Equal(t, stop.closed, w.called("close"))
			require.Zero(t, w.called("post"))
		})
	}
}

func TestABillThatIsNotConfirmedInADayIsClosed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("bill.ask", func() {})
	require.Equal(t, workflows.StageExpired, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "bill.ask", "bill.not_confirmed"}, w.heard())
	require.True(t, w.tells[0].CloseQuestions)
}

func TestTheSameBillInTwoRequestsIsPaidOnce(t *testing.T) {
	t.Parallel()
	for state, said := range map[workflows.RivalState]string{workflows.RivalOpen: "bill.rival_open", workflows.RivalPaid: "bill.rival_paid"} {
		t.Run(string(state), func(t *testing.T) {
			t.Parallel()
			w := newWorld(t)
			w.order = func(int) (workflows.OpenedOrder, error) {
				return workflows.OpenedOrder{Order: "AP-OTHER-bill", URL: "https://pay.example/2", ExpiresAt: noon, Rival: state}, nil
			}
			require.Equal(t, workflows.StageDuplicate, w.pay(t).Ended)
			require.Equal(t, []string{"bill.ask", said}, w.heard())
			require.Equal(t, state == workflows.RivalOpen, w.tells[0].Link != nil)
		})
	}
}

// status asks as the Temporal UI does.
func (w *world) status(t *testing.T) workflows.Status {
	t.Helper()
	encoded, err := w.QueryWorkflow(workflows.QueryStatus)
	require.NoError(t, err)
	var status workflows.Status
	require.NoError(t, encoded.Get(&status))
	return status
}
