package worker_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/bus"
	bustwin "github.com/jansetu/jansetu/connectors/bus/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// newBusHub is a hub whose bus corporation is the family's twin over HTTP.
func newBusHub(t *testing.T) (*hub, *bustwin.Twin) {
	t.Helper()
	corporation, err := bustwin.New(bustwin.Config{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, corporation.Close()) })
	server := httptest.NewServer(corporation)
	t.Cleanup(server.Close)
	connector, err := bus.Family{}.New(connectors.PortalConfig{
		Name: "apsrtc", Family: bus.FamilyName, URL: server.URL,
		Credentials: map[string]string{bus.CredentialAgent: bustwin.Agent, bus.CredentialPassword: bustwin.Password},
		Budget:      connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
		Timeouts:    connectors.Timeouts{Attempt: time.Second, Total: 2 * time.Second},
		Breaker:     connectors.Breaker{Failures: 5, OpenFor: time.Second, Probes: 1},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return newHub(t, func(_ *hub, config *worker.Config) { config.Portals["apsrtc"] = connector }), corporation
}

// travel starts a booking from Vijayawada to a place in five days, for a couple.
func (h *hub) travel(t *testing.T, reference, to string) client.WorkflowRun {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	service, known := services.Service("bus-ticket")
	require.True(t, known)
	storetest.Request(t, h.store, store.Request{Reference: reference, Person: h.person, Conversation: h.conversation})
	run, err := h.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: reference, TaskQueue: workflows.HubTaskQueue},
		worker.WorkflowBooking, workflows.RequestInput{
			Reference: reference, Person: h.person, Conversation: h.conversation, Service: service.ID, Department: service.Department,
			Kind: catalog.KindBooking, Portal: "apsrtc", Language: "te", ConfirmedAt: time.Now(), Terms: workflows.TermsOf(service, catalog.QuietHours{}),
			Answers: map[string]string{
				"from_place": "విజయవాడ", "to_place": to, "travel_date": time.Now().In(connectors.IndianTime).AddDate(0, 0, 5).Format(time.DateOnly),
				"passengers": "Sita Devi|34|f\nRavi Kumar|40|m", "mobile": "9000000001",
			},
		})
	require.NoError(t, err)
	return run
}

// chooses answers the question of a step once it is asked.
func (h *hub) chooses(t *testing.T, reference, step, choice string) {
	t.Helper()
	var id string
	require.Eventually(t, func() bool {
		err := h.store.Pool().QueryRow(t.Context(), `select id from question where request = $1 and id like $2 and state = 'open'`,
			reference, reference+"/"+step+"-%").Scan(&id)
		return err == nil
	}, 30*time.Second, 20*time.Millisecond, "the question %s", step)
	answer := workflows.Answer{Question: id, Choice: choice, At: time.Now()}
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalAnswer, answer))
}

// paysFare pays the link of a booking.
func (h *hub) paysFare(t *testing.T, reference string) {
	t.Helper()
	h.await(t, reference, workflows.StageAwaitingPayment)
	order, err := h.store.PaymentOrder(t.Context(), workflows.OrderID(reference, "fare"))
	require.NoError(t, err)
	_, err = h.payments.Pay(order.LinkID)
	require.NoError(t, err)
}

func bookingOutcome(t *testing.T, run client.WorkflowRun) (result workflows.BookingOutcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, run.Get(ctx, &result))
	return result
}

func TestACitizenBooksABusAndGivesTheTicketBack(t *testing.T) {
	t.Parallel()
	h, corporation := newBusHub(t)
	run := h.travel(t, "AP-B1", "Hyderabad")
	h.chooses(t, "AP-B1", "trip", "1")
	h.chooses(t, "AP-B1", "boarding", "102")
	h.chooses(t, "AP-B1", "seats", string(workflows.SeatWindow))
	h.paysFare(t, "AP-B1")
	h.await(t, "AP-B1", workflows.StageBooked)
	require.Len(t, corporation.Bookings(), 1)
	require.Equal(t, "102", corporation.Bookings()[0].Boarding)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 124000, "dept_payable": -124000, "refund_payable": 0}, h.balances(t))
	h.holdsTicket(t, corporation.Bookings()[0].Number)

	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), "AP-B1", "", workflows.SignalCancel, nil))
	h.chooses(t, "AP-B1", "cancel", "yes")
	require.Equal(t, workflows.StageRefunding, bookingOutcome(t, run).Ended)
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
	h.chooses(t, "AP-B2", "trip", "0")
	h.chooses(t, "AP-B2", "boarding", "101")
	require.NoError(t, corporation.Faults.Set(
		twin.Fault{Kind: twin.ResponseLost, Operation: bustwin.Confirm, Times: 1}, twin.Fault{Kind: twin.Unavailable, Operation: bustwin.Find},
		twin.Fault{Kind: bustwin.AcceptDuplicate, Operation: bustwin.Confirm},
	))
	h.chooses(t, "AP-B2", "seats", string(workflows.SeatAny))
	h.paysFare(t, "AP-B2")
	h.await(t, "AP-B2", workflows.StageKeptPaid)
	corporation.Faults.Clear()
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), "AP-B2", "", workflows.SignalOperatorRetry, nil)) // no need to wait
	h.await(t, "AP-B2", workflows.StageBooked)
	require.Len(t, corporation.Bookings(), 1)
	require.Zero(t, corporation.DoubleBookings())
}

func TestABusThatIsFullIsWalkedBack(t *testing.T) {
	t.Parallel()
	h, corporation := newBusHub(t)
	run := h.travel(t, "AP-B3", "TIRUPATI")
	h.chooses(t, "AP-B3", "trip", "0")
	h.chooses(t, "AP-B3", "boarding", "101")
	h.chooses(t, "AP-B3", "seats", string(workflows.SeatAny))
	h.await(t, "AP-B3", workflows.StageAwaitingPayment)
	require.NoError(t, corporation.Faults.Set(twin.Fault{Kind: bustwin.FareRevised, Operation: bustwin.Confirm}))
	h.paysFare(t, "AP-B3")
	require.Equal(t, workflows.StageRefunding, bookingOutcome(t, run).Ended)
	h.await(t, "AP-B3", workflows.StageRefunded)
	require.Empty(t, corporation.Bookings())
	require.Zero(t, corporation.Holds(), "the places were given back")
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 0, "dept_payable": 0, "refund_payable": 0}, h.balances(t))
	h.record(t, "AP-B3", "booking_refused_after_payment")
}
