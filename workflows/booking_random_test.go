package workflows_test

import (
	"flag"
	"fmt"
	"math/rand/v2"
	"slices"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// How many histories are tried, and which: go test ./workflows -run TestNoTicketWithoutMoney -bookings 20000 -seed 7.
var (
	bookings    = flag.Int("bookings", 1500, "random histories of a booking to try")
	bookingSeed = flag.Uint64("seed", 2026, "the first of their seeds")
)

// TestNoTicketWithoutMoneyNorMoneyWithoutATicket lets everything go wrong in random orders: the citizen pays late, never, or wants to stop;
// holds run out; others take the seats; the portal is away, its answers are lost after or before it did what was asked, our process dies
// between; the operator calls the trip off; the workflow is begun anew in the middle. In the end the operator and the books must agree.
func TestNoTicketWithoutMoneyNorMoneyWithoutATicket(t *testing.T) {
	t.Parallel()
	count := *bookings
	if testing.Short() {
		count = 200
	}
	ended := map[workflows.Stage]int{}
	for i := range count {
		seed := *bookingSeed + uint64(i)
		stage, problem := randomBooking(t, seed)
		require.Empty(t, problem, "seed %d", seed)
		ended[stage]++
	}
	t.Logf("%d bookings ended: %v", count, ended)
	for _, stage := range []workflows.Stage{workflows.StageTravelled, workflows.StageRefunding, workflows.StageCancelled, workflows.StageExpired} {
		require.NotZero(t, ended[stage], "the histories reach %s", stage)
	}
}

// chaos is one history of what goes wrong.
type chaos struct {
	*rand.Rand

	trouble float64 // how often a call fails
	left    int     // how many may
}

func (c *chaos) fault(string) fault {
	if c.left == 0 || c.Float64() > c.trouble {
		return noFault
	}
	c.left--
	return []fault{away, lostBefore, lostAfter, diedAfter}[c.IntN(4)]
}

func randomBooking(t *testing.T, seed uint64) (workflows.Stage, string) {
	t.Helper()
	random := rand.New(rand.NewPCG(seed, 1))
	c := &chaos{Rand: random, trouble: []float64{0, 0.15, 0.4}[random.IntN(3)], left: 12}
	w := newBookingWorld(t)
	w.disturb(c)
	if random.IntN(4) == 0 { // cut off somewhere, and begun anew as an operator's reset does
		w.SetWorkflowRunTimeout(time.Duration(random.Int64N(int64(90 * time.Minute))))
	}
	outcome, cut := w.run()
	if cut {
		again := newBookingWorld(t)
		again.SetStartTime(w.Now())
		again.portal.inherit(w.portal)
		again.books = w.books
		again.disturb(c)
		w = again
		if outcome, cut = w.run(); cut {
			return "", "the second run did not end: " + w.GetWorkflowError().Error()
		}
	}
	return outcome.Ended, w.judge(outcome)
}

func (w *bookingWorld) run() (outcome workflows.BookingOutcome, cut bool) {
	w.ExecuteWorkflow(workflows.Booking, bookingInput())
	if w.GetWorkflowError() != nil {
		return outcome, true
	}
	return outcome, w.GetWorkflowResult(&outcome) != nil
}

// disturb makes citizen, rivals, operator and network what the history says.
func (w *bookingWorld) disturb(c *chaos) {
	w.portal.fault = c.fault
	pays := time.Duration(c.Int64N(int64(40 * time.Minute)))
	paysEver := c.IntN(8) > 0
	w.onSay["money.link"] = func() {
		if paysEver {
			w.payAfter(pays)
		}
	}
	w.onQuestion = func(input workflows.AskInput) {
		if len(input.Choices) == 0 || c.IntN(25) == 0 {
			return
		}
		choice := input.Choices[0].ID
		if c.IntN(6) == 0 {
			choice = input.Choices[c.IntN(len(input.Choices))].ID
		}
		w.answers(input, choice)
	}
	for range c.IntN(3) {
		w.later(time.Duration(c.Int64N(int64(50*time.Minute))), func() {
			w.portal.grab(seatNames()[c.IntN(8)], seatNames()[c.IntN(8)], seatNames()[c.IntN(8)])
		})()
	}
	if c.IntN(4) == 0 {
		w.later(time.Duration(c.Int64N(int64(30*time.Minute))), w.portal.raiseFare)()
	}
	for range c.IntN(3) {
		w.later(time.Duration(c.Int64N(int64(70*time.Minute))), w.citizenCancels)()
	}
	if c.IntN(6) == 0 {
		w.later(time.Duration(c.Int64N(int64(50*time.Hour))), w.portal.callOff)()
	}
	if c.IntN(4) == 0 {
		w.pausesFor(time.Duration(c.Int64N(int64(45*time.Minute))), time.Duration(c.Int64N(int64(10*time.Minute))))
	}
	w.whenSaid("booking.with_officer", w.later(time.Hour, w.officerLooks))
}

// officerLooks asks the operator by telephone, who knows.
func (w *bookingWorld) officerLooks() {
	w.portal.mu.Lock()
	ticket, landed := w.portal.tickets[reference]
	w.portal.mu.Unlock()
	w.SignalWorkflow(workflows.SignalOperatorDecide, workflows.OperatorDecision{
		Landed: landed && ticket.State == connectors.TicketConfirmed, Number: ticket.Number,
	})
}

// inherit takes over what the operator had before the workflow was begun anew.
func (p *busPortal) inherit(from *busPortal) {
	p.taken, p.holds, p.tickets, p.called, p.returned, p.calledOff = from.taken, from.holds, from.tickets, from.called, from.returned, from.calledOff
	p.fare = from.fare
}

// judge compares what the operator has with what the books say; empty when they agree.
func (w *bookingWorld) judge(outcome workflows.BookingOutcome) string {
	ticket, sold := w.portal.tickets[reference]
	good := sold && ticket.State == connectors.TicketConfirmed
	kept := w.books.kept()
	switch {
	case good && kept != ticket.Fare:
		return fmt.Sprintf("there is a ticket for %s, and %s of it is paid (%s)", ticket.Fare, kept, outcome.Ended)
	case !sold && kept != 0:
		return fmt.Sprintf("%s is kept without a ticket (%s)", kept, outcome.Ended)
	case sold && !good && !w.unseen(outcome) && kept != ticket.Fare-w.portal.returned:
		return fmt.Sprintf("of %s the operator gave %s back, and %s is kept (%s)", ticket.Fare, w.portal.returned, kept, outcome.Ended)
	case outcome.Ended == "" || outcome.Ended.Open() && outcome.Ended != workflows.StageRefunding:
		return "it ended at " + string(outcome.Ended)
	}
	if late := heardTooLate(w.scene); late != "" {
		return late
	}
	return w.saidTheEnd(outcome)
}

// unseen tells whether the operator called the trip off after the last look at it: nobody asked any more.
func (w *bookingWorld) unseen(outcome workflows.BookingOutcome) bool {
	return outcome.Ended == workflows.StageTravelled && w.portal.calledOff
}

// saidTheEnd is a problem when the citizen was not told how it ended.
func (w *bookingWorld) saidTheEnd(outcome workflows.BookingOutcome) string {
	if outcome.Ended == workflows.StageTravelled {
		if outcome.Ticket == "" {
			return "no ticket was handed over"
		}
		return ""
	}
	for _, told := range slices.Backward(w.tells) {
		if told.Step == "end" && told.Stage.Stage == outcome.Ended && len(told.Message) > 0 {
			return ""
		}
	}
	return "the end was not told"
}
