package worker_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/temple"
	templetwin "github.com/jansetu/jansetu/connectors/temple/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/workflows"
)

// newTempleHub is a hub whose temples' portal is the family's twin over HTTP.
func newTempleHub(t *testing.T) (*hub, *templetwin.Twin) {
	t.Helper()
	temples, err := templetwin.New(templetwin.Config{Pace: time.Second})
	require.NoError(t, err)
	connector := connect(t, temples, temple.Family{}.New, quick("ap-temples", temple.FamilyName, nil))
	return newPortalHub(t, "ap-temples", connector), temples
}

// visits starts the booking of a darshan for a couple, who speak Hindi.
func (h *hub) visits(t *testing.T, reference string) client.WorkflowRun {
	t.Helper()
	return h.wants(t, reference, "temple-simhachalam", map[string]string{
		"visit_date": openDay().Format(time.DateOnly), "pilgrims": couple, "id_type": "VOTER", "id_numbers": "ABC1234567, XYZ7654321", "mobile": "9000000001",
	}, func(input *workflows.RequestInput) { input.Language = "hi" })
}

// openDay is a day whose quota is open; temples are closed on the first of a month.
func openDay() time.Time {
	day := time.Now().In(connectors.IndianTime).AddDate(0, 0, 3)
	if day.Day() == 1 {
		day = day.AddDate(0, 0, 1)
	}
	return day
}

func TestADarshanIsBookedThroughTheRush(t *testing.T) {
	t.Parallel()
	h, temples := newTempleHub(t)
	require.NoError(t, temples.Faults.Set(twin.Fault{Kind: templetwin.Rush, Operation: templetwin.Form, Times: 2}))
	h.visits(t, "AP-D1")
	h.answers(t, "AP-D1", "trip", chose("0"))
	h.pays(t, "AP-D1", "fare")
	h.await(t, "AP-D1", workflows.StageBooked)
	require.Len(t, temples.Bookings(), 1)
	require.Equal(t, "XYZ7654321", temples.Bookings()[0].Pilgrims[1].Paper)
	require.Zero(t, temples.DoubleBookings())
	h.holdsTicket(t, temples.Bookings()[0].Number)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 20000, "dept_payable": -20000, "refund_payable": 0}, h.balances(t))

	h.cancels(t, "AP-D1")
	require.Eventually(t, func() bool {
		sent := h.messages(t)
		return len(sent) > 0 && sent[len(sent)-1].Document == nil && h.stage(t, "AP-D1") == workflows.StageBooked
	}, 30*time.Second, 50*time.Millisecond, "darshan tickets are not taken back")
	require.Len(t, temples.Bookings(), 1)
}

func (h *hub) stage(t *testing.T, reference string) workflows.Stage {
	t.Helper()
	request, err := h.store.Request(t.Context(), reference)
	require.NoError(t, err)
	return workflows.Stage(request.Stage)
}

func TestASlotThatSellsOutIsReplacedByAnother(t *testing.T) {
	t.Parallel()
	h, temples := newTempleHub(t)
	run := h.visits(t, "AP-D2")
	require.NoError(t, temples.Faults.Set(twin.Fault{Kind: templetwin.SellOut, Operation: templetwin.Hold, Times: 1}))
	h.answers(t, "AP-D2", "trip", chose("0"))
	h.answers(t, "AP-D2", "trip", chose("1"))
	h.await(t, "AP-D2", workflows.StageAwaitingPayment)
	require.Equal(t, 1, temples.Holds())
	h.cancels(t, "AP-D2")
	require.Equal(t, workflows.StageCancelled, outcomeOf[workflows.BookingOutcome](t, run).Ended)
	require.Zero(t, temples.Holds(), "the tickets were given back")
	h.record(t, "AP-D2", "booking_sold_out_then_stopped")
}
