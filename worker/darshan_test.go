package worker_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/temple"
	templetwin "github.com/jansetu/jansetu/connectors/temple/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// newTempleHub is a hub whose temples' portal is the family's twin over HTTP.
func newTempleHub(t *testing.T) (*hub, *templetwin.Twin) {
	t.Helper()
	temples, err := templetwin.New(templetwin.Config{Pace: time.Second})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, temples.Close()) })
	server := httptest.NewServer(temples)
	t.Cleanup(server.Close)
	connector, err := temple.Family{}.New(connectors.PortalConfig{
		Name: "ap-temples", Family: temple.FamilyName, URL: server.URL,
		Budget:   connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
		Timeouts: connectors.Timeouts{Attempt: time.Second, Total: 2 * time.Second},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return newHub(t, func(_ *hub, config *worker.Config) { config.Portals["ap-temples"] = connector }), temples
}

// visits starts the booking of a darshan in some days for a couple.
func (h *hub) visits(t *testing.T, reference string, day time.Time, papers string) client.WorkflowRun {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	service, known := services.Service("temple-simhachalam")
	require.True(t, known)
	storetest.Request(t, h.store, store.Request{Reference: reference, Person: h.person, Conversation: h.conversation})
	run, err := h.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: reference, TaskQueue: workflows.HubTaskQueue},
		worker.WorkflowBooking, workflows.RequestInput{
			Reference: reference, Person: h.person, Conversation: h.conversation, Service: service.ID, Department: service.Department,
			Kind: catalog.KindBooking, Portal: "ap-temples", Language: "hi", ConfirmedAt: time.Now(), Terms: workflows.TermsOf(service, catalog.QuietHours{}),
			Answers: map[string]string{
				"visit_date": day.Format(time.DateOnly), "pilgrims": "Sita Devi|34|f\nRavi Kumar|40|m", "id_type": "VOTER", "id_numbers": papers,
				"mobile": "9000000001",
			},
		})
	require.NoError(t, err)
	return run
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
	h.visits(t, "AP-D1", openDay(), "ABC1234567, XYZ7654321")
	h.chooses(t, "AP-D1", "trip", "0")
	h.paysFare(t, "AP-D1")
	h.await(t, "AP-D1", workflows.StageBooked)
	require.Len(t, temples.Bookings(), 1)
	require.Equal(t, "XYZ7654321", temples.Bookings()[0].Pilgrims[1].Paper)
	require.Zero(t, temples.DoubleBookings())
	h.holdsTicket(t, temples.Bookings()[0].Number)
	require.Equal(t, map[string]int64{"citizen_clearing": 0, "gateway_receivable": 20000, "dept_payable": -20000, "refund_payable": 0}, h.balances(t))

	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), "AP-D1", "", workflows.SignalCancel, nil))
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
	run := h.visits(t, "AP-D2", openDay(), "ABC1234567, XYZ7654321")
	require.NoError(t, temples.Faults.Set(twin.Fault{Kind: templetwin.SellOut, Operation: templetwin.Hold, Times: 1}))
	h.chooses(t, "AP-D2", "trip", "0")
	h.choosesAgain(t, "AP-D2", "trip", "1")
	h.await(t, "AP-D2", workflows.StageAwaitingPayment)
	require.Equal(t, 1, temples.Holds())
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), "AP-D2", "", workflows.SignalCancel, nil))
	require.Equal(t, workflows.StageCancelled, bookingOutcome(t, run).Ended)
	require.Zero(t, temples.Holds(), "the tickets were given back")
	h.record(t, "AP-D2", "booking_sold_out_then_stopped")
}

// choosesAgain answers the second question of a step.
func (h *hub) choosesAgain(t *testing.T, reference, step, choice string) {
	t.Helper()
	require.Eventually(t, func() bool {
		var asked int
		err := h.store.Pool().QueryRow(t.Context(), `select count(*) from question where request = $1 and id like $2`,
			reference, reference+"/"+step+"-%").Scan(&asked)
		return err == nil && asked > 1
	}, 30*time.Second, 20*time.Millisecond)
	h.chooses(t, reference, step, choice)
}
