package workflows_test

import (
	"context"
	"slices"
	"testing"
	"time"

	"github.com/jansetu/jansetu/activities/booking"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// bookingWorld is what lies outside a booking. The activities at the portal are the real ones, over an operator in memory; what the
// citizen does is said by what they read; the books are a few sums.
type bookingWorld struct {
	*scene

	portal *busPortal
	line   func(workflows.QueueInput) (workflows.PlaceInLine, error)
	books  fareBooks
	left   []workflows.QueueInput
}

// fareBooks are what the citizen paid and got back, as the one transition of the books decides it.
type fareBooks struct {
	opened   connectors.Paise
	expires  time.Time
	paidAt   time.Time
	closed   bool
	posted   bool
	refused  bool
	returned connectors.Paise
}

// kept is what the citizen paid and did not get back.
func (b fareBooks) kept() connectors.Paise {
	if b.paidAt.IsZero() || b.closed || b.refused {
		return 0
	}
	return b.opened - b.returned
}

func (b fareBooks) standing(now time.Time) workflows.OrderStanding {
	switch {
	case b.closed:
		return workflows.OrderStanding{State: workflows.OrderClosed}
	case b.paidAt.IsZero() || b.paidAt.After(now):
		return workflows.OrderStanding{State: workflows.OrderAwaiting}
	}
	return workflows.OrderStanding{State: workflows.OrderPaid, Payment: workflows.Payment{ID: "pay_1", Amount: b.opened, Method: "upi", PaidAt: b.paidAt}}
}

type oneService struct{}

func (oneService) Service(string) (*catalog.Service, bool) {
	return &catalog.Service{ID: "bus-ticket", Portal: catalog.PortalBinding{Name: "apsrtc", Service: "SEAT"}}, true
}

type noDocuments struct{}

func (noDocuments) AddDocument(context.Context, store.Document) (string, error) {
	return "operators-file", nil
}

// newBookingWorld is one where everything goes well: the citizen takes the first bus and window seats, and pays at once.
func newBookingWorld(t testing.TB) *bookingWorld {
	t.Helper()
	w := &bookingWorld{scene: newScene()}
	w.portal = newBusPortal(w.Now)
	w.onQuestion = w.answerFirst
	w.whenSaid("money.link", func() { w.payAfter(time.Minute) })
	w.line = func(workflows.QueueInput) (workflows.PlaceInLine, error) {
		return workflows.PlaceInLine{Turn: true}, nil
	}
	w.registerPortal()
	w.registerHub()
	return w
}

func (w *bookingWorld) registerPortal() {
	w.RegisterActivity(booking.New(booking.Config{Connector: w.portal, Services: oneService{}, Documents: noDocuments{}, Now: w.Now}))
	w.as(workflows.ActivityMatchChoice, func(_ context.Context, input workflows.MatchChoiceInput) (workflows.MatchedChoice, error) {
		return workflows.MatchedChoice{Exact: &connectors.Option{Value: input.Typed, Label: input.Typed}}, nil
	})
	w.as(workflows.ActivityStandInLine, func(_ context.Context, input workflows.QueueInput) (workflows.PlaceInLine, error) {
		return w.line(input)
	})
	w.as(workflows.ActivityLeaveLine, func(_ context.Context, input workflows.QueueInput) error {
		keep(w.scene, &w.left, input)
		return nil
	})
}

func (w *bookingWorld) registerHub() {
	w.as(workflows.ActivitySetStage, func(_ context.Context, input workflows.SetStageInput) error {
		w.told(workflows.TellInput{Stage: &input.Stage})
		return nil
	})
	w.as(workflows.ActivityIssueTicket, func(context.Context, workflows.TicketInput) (workflows.Document, error) {
		return workflows.Document{ID: "ticket", Filename: "Ticket.pdf", MIMEType: "application/pdf"}, nil
	})
	w.registerBooks()
}

func (w *bookingWorld) open(input workflows.OpenOrderInput) workflows.OpenedOrder {
	w.mu.Lock()
	defer w.mu.Unlock()
	if w.books.opened == 0 {
		w.books.opened, w.books.expires = input.Amount, w.Now().Add(input.ValidFor)
	}
	return workflows.OpenedOrder{Order: reference + "-fare", URL: "https://pay.example/1", ExpiresAt: w.books.expires}
}

func (w *bookingWorld) registerBooks() {
	read := func(context.Context, workflows.CheckOrderInput) (workflows.OrderStanding, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		return w.books.standing(w.Now()), nil
	}
	w.as(workflows.ActivityCheckOrder, read)
	w.as(workflows.ActivityReadOrder, read)
	w.as(workflows.ActivityOpenOrder, func(_ context.Context, input workflows.OpenOrderInput) (workflows.OpenedOrder, error) {
		return w.opened(input, w.open(input)), nil
	})
	w.as(workflows.ActivityCloseOrder, func(context.Context, workflows.CloseOrderInput) (workflows.OrderStanding, error) {
		w.mu.Lock()
		defer w.mu.Unlock()
		if standing := w.books.standing(w.Now()); standing.State == workflows.OrderPaid {
			return standing, nil
		}
		w.books.closed = true
		return workflows.OrderStanding{State: workflows.OrderClosed}, nil
	})
	w.as(workflows.ActivityRecordPosting, func(context.Context, workflows.RecordPostingInput) error {
		return w.decide(func() { w.books.posted = true })
	})
	w.as(workflows.ActivityRecordRefusal, func(context.Context, workflows.RecordRefusalInput) error {
		return w.decide(func() { w.books.refused = w.books.refused || !w.books.posted })
	})
	w.as(workflows.ActivityRecordReturn, func(_ context.Context, input workflows.RecordReturnInput) error {
		return w.decide(func() { w.books.returned = max(w.books.returned, input.Amount) })
	})
}

func (w *bookingWorld) decide(change func()) error {
	w.mu.Lock()
	defer w.mu.Unlock()
	change()
	return nil
}

// answerFirst chooses what stands first.
func (w *bookingWorld) answerFirst(input workflows.AskInput) {
	if len(input.Choices) > 0 {
		w.answers(input, input.Choices[0].ID)
	}
}

func (w *bookingWorld) answers(input workflows.AskInput, choice string) {
	w.later(5*time.Second, func() {
		w.gives(input, workflows.Answer{Choice: choice, At: w.Now()})
	})()
}

// payAfter lets the citizen pay, and the gateway tell of it.
func (w *bookingWorld) payAfter(after time.Duration) {
	w.later(after, func() {
		w.mu.Lock()
		if w.books.paidAt.IsZero() {
			w.books.paidAt = w.Now()
		}
		w.mu.Unlock()
		w.SignalWorkflow(workflows.SignalPayment, workflows.PaymentChanged{Order: reference + "-fare"})
	})()
}

// travelDay is two days after the tests' Monday noon.
const travelDay = "2026-11-25"

func bookingInput() workflows.RequestInput {
	return workflows.RequestInput{
		Reference: reference, Person: "p1", Conversation: 7, Service: "bus-ticket", Kind: catalog.KindBooking, Portal: "apsrtc", Language: "te",
		ConfirmedAt: noon, Answers: map[string]string{
			"from": "VIJAYAWADA", "to": "HYDERABAD", "day": travelDay, "people": "Sita Devi|34|f\nRavi Kumar|40|m", "mobile": "9000000001",
		},
		Terms: workflows.Terms{
			Form: []workflows.TermsField{
				{ID: "from", Type: catalog.FieldText, PortalField: "from", PortalChoice: true},
				{ID: "to", Type: catalog.FieldText, PortalField: "to", PortalChoice: true},
				{ID: "day", Type: catalog.FieldDate}, {ID: "people", Type: catalog.FieldPeople}, {ID: "mobile", Type: catalog.FieldPhone, PortalField: "mobile"},
			},
			Booking: &catalog.Booking{MaxPersons: 6, ChooseSeats: true, RefundRule: catalog.Text{"en": "10 % is kept"}},
		},
	}
}

// book runs the booking to its end.
func (w *bookingWorld) book(t testing.TB) workflows.BookingOutcome {
	t.Helper()
	return w.bookWith(t, bookingInput())
}

func (w *bookingWorld) bookWith(t testing.TB, input workflows.RequestInput) workflows.BookingOutcome {
	t.Helper()
	return end[workflows.BookingOutcome](t, w.environment, workflows.Booking, input)
}

// heard are the first lines of what was said, without the parts of the summary.
func (w *bookingWorld) heard() []string {
	return slices.DeleteFunc(slices.Clone(w.said), func(key string) bool {
		return slices.Contains([]string{"booking.route", "booking.seat_numbers", "booking.kept_until", "booking.refund_rule", "money.link", "booking.reason"}, key)
	})
}
