package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bus"
	bustwin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/workflows"
)

// newBusHub is a hub whose bus corporation is the family's twin over HTTP.
func newBusHub(t *testing.T) (*hub, *bustwin.Twin) {
	t.Helper()
	corporation, err := bustwin.New(bustwin.Config{})
	require.NoError(t, err)
	connector := connect(t, corporation, bus.Family{}.New, quick("apsrtc", bus.FamilyName, nil))
	return newPortalHub(t, "apsrtc", connector), corporation
}

// couple are the two for whom is booked.
const couple = "Sita Devi|34|f\nRavi Kumar|40|m"

// travel starts a booking from Vijayawada to a place in five days, for a couple.
func (h *hub) travel(t *testing.T, reference, to string) client.WorkflowRun {
	t.Helper()
	return h.wants(t, reference, "bus-ticket", map[string]string{
		"from_place": "విజయవాడ", "to_place": to, "travel_date": time.Now().In(connectors.IndianTime).AddDate(0, 0, 5).Format(time.DateOnly),
		"passengers": couple, "mobile": "9000000001",
	})
}

func TestACitizenBooksABusAndGivesTheTicketBack(t *testing.T) {
	t.Parallel()
	h, corporation := newBusHub(t)
	run := h.travel(t, "AP-B1", "Hyderabad")
	h.answers(t, "AP-B1", "trip", chose("1"))
	h.answers(t, "AP-B1", "boarding", chose("102"))
	h.answers(t, "AP-B1", "seats", chose(string(workflows.SeatWindow)))
	h.pays(t, "AP-B1", "fare")
	h.await(t, "AP-B1", workflows.StageBooked)
	require.Len(t, corporation.Bookings(), 1)
	require.Equal(t, "102", corporation.Bookings()[0].Boarding)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 124000, "dept_payable": -124000, "refund_payable": 0}, h.balances(t))
	h.holdsTicket(t, corporation.Bookings()[0].Number)

	h.cancels(t, "AP-B1")
	h.answers(t, "AP-B1", "cancel", chose("yes"))
	require.Equal(t, workflows.StageRefunding, outcomeOf[workflows.BookingOutcome](t, run).Ended)
	require.Len(t, corporation.Cancelled(), 1)
	h.await(t, "AP-B1", workflows.StageRefunded)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 12400, "dept_payable": -12400, "refund_payable": 0}, h.balances(t))
	h.record(t, "AP-B1", "booking_given_back")
}

// holdsTicket looks at what the citizen got last: a ticket of ours in Telugu.
func (h *hub) holdsTicket(t *testing.T, number string) {
	t.Helper()
	sent := h.messages(t)
	last := sent[len(sent)-1]
	require.NotNil(t, last.Document)
	require.Contains(t, last.Text, number)
	document, err := h.store.Document(t.Context(), last.Document.ID)
	require.NoError(t, err)
	require.True(t, strings.HasPrefix(string(document.Content), "%PDF"))
	for _, each := range sent {
		require.NoError(t, bubble.Validate(each))
	}
}

func TestABookingWhoseConfirmationIsLostIsBookedOnce(t *testing.T) {
	t.Parallel()
	h, corporation := newBusHub(t)
	h.travel(t, "AP-B2", "visakhapatnam")
	h.answers(t, "AP-B2", "trip", chose("0"))
	h.answers(t, "AP-B2", "boarding", chose("101"))
	require.NoError(t, corporation.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: bustwin.Confirm, Times: 1}, twin.Fault{Kind: twin.Unavailable, Operation: bustwin.Find},
		twin.Fault{Kind: bustwin.AcceptDuplicate, Operation: bustwin.Confirm},
	))
	h.answers(t, "AP-B2", "seats", chose(string(workflows.SeatAny)))
	h.pays(t, "AP-B2", "fare")
	h.await(t, "AP-B2", workflows.StageKeptPaid)
	corporation.Faults.Clear()
	h.looksNow(t, "AP-B2") // no need to wait
	h.await(t, "AP-B2", workflows.StageBooked)
	require.Len(t, corporation.Bookings(), 1)
	require.Zero(t, corporation.DoubleBookings())
}

func TestABusThatIsFullIsWalkedBack(t *testing.T) {
	t.Parallel()
	h, corporation := newBusHub(t)
	run := h.travel(t, "AP-B3", "TIRUPATI")
	h.answers(t, "AP-B3", "trip", chose("0"))
	h.answers(t, "AP-B3", "boarding", chose("101"))
	h.answers(t, "AP-B3", "seats", chose(string(workflows.SeatAny)))
	h.await(t, "AP-B3", workflows.StageAwaitingPayment)
	require.NoError(t, corporation.Faults.Set(twin.Fault{Kind: bustwin.FareRevised, Operation: bustwin.Confirm}))
	h.pays(t, "AP-B3", "fare")
	require.Equal(t, workflows.StageRefunding, outcomeOf[workflows.BookingOutcome](t, run).Ended)
	h.await(t, "AP-B3", workflows.StageRefunded)
	require.Empty(t, corporation.Bookings())
	require.Zero(t, corporation.Holds(), "the places were given back")
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, h.balances(t))
	h.record(t, "AP-B3", "booking_refused_after_payment")
}
