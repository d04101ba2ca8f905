package workflows_test

import (
	"context"
	"encoding/json"
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// stages are where the request stood for the citizen, one after the other.
func (s *scene) stages() (stages []workflows.Stage) {
	for _, each := range s.words {
		if last := len(stages) - 1; last < 0 || stages[last] != each.standing.Stage {
			stages = append(stages, each.standing.Stage)
		}
	}
	return stages
}

func TestTheLinkIsToldByWhoMadeItOrElseByTheRequest(t *testing.T) {
	t.Parallel()
	var told []string
	for _, later := range []bool{false, true} {
		w := newWorld(t)
		w.tellsLater = later
		w.whenSaid("money.link", w.later(time.Minute, func() {
			require.Equal(t, workflows.StageAwaitingPayment, w.status(t).Stage)
			w.paymentNews()
		}))
		require.Equal(t, workflows.StageDone, w.pay(t).Ended)
		require.Equal(t, []string{"bill.ask", "money.link", "money.done"}, w.heard())
		require.Equal(t, later, w.called("tell") == 1, "nothing else is told by a step of its own")
		link := w.tells[0]
		require.Equal(t, "bill-link", link.Step)
		require.Equal(t, "https://pay.example/1", link.Link.URL)
		encoded, err := json.Marshal(link)
		require.NoError(t, err)
		told = append(told, string(encoded))
	}
	require.JSONEq(t, told[0], told[1], "it is the same message")
}

func TestWhatIsPaidForStandsAboveTheLink(t *testing.T) {
	t.Parallel()
	for _, later := range []bool{false, true} {
		o := newOffice(t)
		o.tellsLater = later
		o.terms.Fee.Amount = "45.00"
		o.apply(t)
		require.Equal(t, []string{"application.fee", "money.link"}, o.said[:2])
	}
}

func TestALinkThatWasToldBeforeTheRequestWasSaidToBeKeptIsWhereItStands(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("money.link", w.later(time.Hour, w.paymentNews))
	w.as(workflows.ActivityOpenOrder, func(ctx context.Context, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
		order, err := w.open(ctx, input)
		if w.called("order") < 3 { // what told the citizen died before that was known
			return workflows.OpenedOrder{}, answer.Error(errDown, w.Now())
		}
		return order, err
	})
	require.Equal(t, workflows.StageDone, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "request.kept", "money.done"}, w.heard())
	require.Equal(t, 2, w.called("tell"), "that it is kept, and then where it stands")
	require.Equal(t, []workflows.Stage{
		workflows.StageConfirming, workflows.StageAwaitingPayment, workflows.StageKept, workflows.StageAwaitingPayment, workflows.StageDone,
	}, w.stages())
}

func TestALinkThatIsMadeAfterTheRequestWasSaidToBeKept(t *testing.T) {
	t.Parallel()
	t.Run("by an attempt that was under way", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.OnActivity(workflows.ActivityOpenOrder, mock.Anything, mock.Anything).After(time.Minute).Return(w.open)
		require.Equal(t, workflows.StageDone, w.pay(t).Ended)
		require.Equal(t, []string{"bill.ask", "request.kept", "money.link", "money.done"}, w.heard())
		require.Equal(t, []workflows.Stage{
			workflows.StageConfirming, workflows.StageKept, workflows.StageAwaitingPayment, workflows.StageDone,
		}, w.stages())
	})
	t.Run("by an attempt that began after it", func(t *testing.T) {
		t.Parallel()
		w := newWorld(t)
		w.order = downUntil(2, error(&connectors.UnavailableError{RetryAfter: 5 * time.Hour}), w.order)
		w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalOperatorRetry, nil) }, time.Minute)
		require.Equal(t, workflows.StageDone, w.pay(t).Ended)
		require.Equal(t, []string{"bill.ask", "request.kept", "request.back", "money.link", "money.done"}, w.heard())
		require.Equal(t, 2, w.called("tell"), "that it is kept, and then the link")
	})
}

// The link may be read, and the request stopped, before it is known that the link was made.
func TestWhoStopsUponReadingTheLinkIsNotToldOfItAgain(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.whenSaid("money.link", w.citizenCancels)
	w.as(workflows.ActivityOpenOrder, func(ctx context.Context, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
		_, err := w.open(ctx, input)
		if err == nil {
			err = answer.Error(errDown, w.Now())
		}
		return workflows.OpenedOrder{}, err
	})
	require.Equal(t, workflows.StageCancelled, w.pay(t).Ended)
	require.Equal(t, []string{"bill.ask", "money.link", "money.cancelled"}, w.heard())
	require.Equal(t, 1, w.called("close"))
}
