package workflows

import (
	"errors"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
)

const purposeFare = "fare"

// BookingOutcome is how a booking ended.
type BookingOutcome struct {
	Ended Stage `json:"ended"`
	// Number is the operator's number of the ticket, Ticket our id of the document; both only when there was one.
	Number string `json:"number,omitempty"`
	Ticket string `json:"ticket,omitempty"`
}

// Booking books places in a bus or a slot at a temple: search, let the citizen choose, have the places kept, take the money, turn the
// hold into a ticket, once. Whatever fails walks back what was done before it: a hold is released, money is given back, and never
// before it is certain that there is no ticket. A ticket can be given back by the operator's own rule until the day of travel.
func Booking(ctx workflow.Context, input RequestInput) (BookingOutcome, error) {
	request, ctx, err := newRequest(ctx, input)
	if err != nil {
		return BookingOutcome{}, err
	}
	b := &booking{request: request}
	b.outcome.Ended, err = b.through(ctx, b.settleChoices, b.takePlaces, b.pay, b.confirm, b.handOverTicket, b.keepTicket)
	return b.outcome, err
}

// booking is the state of one booking.
type booking struct {
	*request

	fields     map[string]string // by the portal's names
	date       time.Time
	passengers []connectors.Passenger
	trip       connectors.Trip
	chosenAt   time.Time // when the citizen chose the trip: their place in a queue
	inLine     bool      // in the queue of a quota
	boarding   string    // the portal's id of the stop; empty: the portal's first
	wish       SeatWish
	taken      []string // seats that others were quicker to take
	held       connectors.Hold
	holds      int
	order      OpenedOrder
	payment    Payment
	booked     BookedTicket
	file       *Document
	outcome    BookingOutcome
}

// settleChoices finds in the portal's lists what the citizen typed, and reads the day and the passengers.
func (b *booking) settleChoices(ctx workflow.Context) (err error) {
	b.fields, err = b.portalChoices(ctx)
	if refused, ok := errors.AsType[portalSaysError](err); ok {
		return b.endRefused(ctx, refused.failure)
	}
	if err != nil {
		return b.orEnd(ctx, err)
	}
	for _, field := range b.input.Terms.Form {
		answered := b.input.Answers[field.ID]
		switch field.Type {
		case catalog.FieldDate:
			b.date, err = time.ParseInLocation(time.DateOnly, answered, connectors.IndianTime)
			delete(b.fields, field.PortalField)
		case catalog.FieldPeople:
			b.passengers = passengersOf(answered)
			delete(b.fields, field.PortalField)
		default: // the others go to the portal as they are
		}
		if err != nil {
			return err
		}
	}
	return b.settlePapers(ctx)
}

// passengersOf reads a people field.
func passengersOf(answered string) []connectors.Passenger {
	people, _ := catalog.People(answered)
	passengers := make([]connectors.Passenger, len(people))
	for i, person := range people {
		passengers[i] = connectors.Passenger{Name: person.Name, Age: person.Age, Gender: string(person.Gender)}
	}
	return passengers
}

// The portal_field names under which a form asks for the papers that are shown at the door: their kind, and one number for each person.
const (
	fieldPaperKind    = "id_type"
	fieldPaperNumbers = "id_numbers"
)

// settlePapers gives each person the number of a paper where the form asks for them; as many as there are persons.
func (b *booking) settlePapers(ctx workflow.Context) error {
	typed, asked := b.fields[fieldPaperNumbers]
	if !asked {
		return nil
	}
	numbers := paperNumbers(typed)
	for len(numbers) != len(b.passengers) {
		answer, err := b.ask(ctx, question{
			name: b.nextStep("papers"), stage: StageAnswering, message: say("booking.paper_numbers", values{"count": count(len(b.passengers))}),
			field: &catalog.Field{ID: fieldPaperNumbers, Type: catalog.FieldText, MaxLength: 300},
		})
		if err != nil {
			return b.orEnd(ctx, err)
		}
		numbers = paperNumbers(answer.Value)
	}
	for i := range b.passengers {
		b.passengers[i].IDType, b.passengers[i].IDNumber = b.fields[fieldPaperKind], numbers[i]
	}
	delete(b.fields, fieldPaperNumbers)
	delete(b.fields, fieldPaperKind)
	return nil
}

// paperNumbers are separated by commas or lines; spaces and dashes within one are how people write, not part of it.
func paperNumbers(typed string) []string {
	var numbers []string
	for part := range strings.FieldsFuncSeq(typed, func(r rune) bool { return strings.ContainsRune(",;\n\r", r) }) {
		if number := strings.NewReplacer(" ", "", "-", "").Replace(part); number != "" {
			numbers = append(numbers, strings.ToUpper(number))
		}
	}
	return numbers
}

// errGone says that the places that the citizen chose are no longer to be had, and that others may be.
var errGone = errors.New("the chosen places are gone")

// takePlaces lets the citizen choose until the places are kept for them. Whoever finds them gone is shown what else there is.
func (b *booking) takePlaces(ctx workflow.Context) error {
	var opening Message
	for {
		err := b.choosePlaces(ctx, opening)
		if !errors.Is(err, errGone) {
			return err
		}
		b.note(ctx, "The chosen places are gone; the citizen is shown what else there is")
		opening = say("booking.gone", nil)
	}
}

// choosePlaces is one round of choosing. It fails with errGone.
func (b *booking) choosePlaces(ctx workflow.Context, opening Message) error {
	for _, step := range []func(workflow.Context) error{
		func(ctx workflow.Context) error { return b.chooseTrip(ctx, opening) }, b.chooseBoarding, b.chooseSeats, b.queue, b.hold,
	} {
		if err := step(ctx); err != nil {
			return err
		}
	}
	return nil
}

// orEnd ends the booking where the citizen stopped it or did not answer, and gives back a hold.
func (b *booking) orEnd(ctx workflow.Context, err error) error {
	stopped, silent := errors.Is(err, errStopped), errors.Is(err, errNoAnswer)
	if !stopped && !silent {
		return err
	}
	if err := b.release(ctx); err != nil {
		return err
	}
	if silent {
		return b.endNoAnswer(ctx)
	}
	return b.endCancelled(ctx)
}

// endRefused ends a booking before anything was paid.
func (b *booking) endRefused(ctx workflow.Context, failure Failure) error {
	message := say("booking.refused", b.referenceAndPortal())
	if failure.Reason != "" {
		message = append(message, say("booking.reason", values{"reason": plain(failure.Reason)})...)
	}
	return b.endUntaken(ctx, failure, message, say("booking.gave_up", b.referenceAndPortal()))
}
