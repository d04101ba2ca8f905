package workflows

import (
	"errors"
	"slices"
	"strconv"
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
	b.outcome.Ended, err = b.through(ctx, b.settleChoices, b.chooseTrip, b.chooseSeats, b.hold, b.pay, b.confirm, b.handOverTicket, b.keepTicket)
	return b.outcome, err
}

// booking is the state of one booking.
type booking struct {
	*request

	fields     map[string]string // by the portal's names
	date       time.Time
	passengers []connectors.Passenger
	trip       connectors.Trip
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
	if refused, ok := errors.AsType[errPortalSays](err); ok {
		return b.endRefused(ctx, refused.failure)
	}
	if err != nil {
		return b.orEnd(ctx, err)
	}
	for _, field := range b.input.Terms.Form {
		answered := b.input.Answers[field.ID]
		switch field.Type { //nolint:exhaustive // the others go to the portal as they are
		case catalog.FieldDate:
			b.date, err = time.ParseInLocation(time.DateOnly, answered, connectors.IndianTime)
		case catalog.FieldPeople:
			b.passengers = passengersOf(answered)
			delete(b.fields, field.PortalField)
		}
		if err != nil {
			return err
		}
	}
	return nil
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

// The choices of a list of trips beside the trips themselves.
const choiceNextDay = "next_day"

// furthest is how many days further a citizen is shown when a day has nothing.
const furthest = 30

// chooseTrip searches and lets the citizen choose, on another day too when the first has nothing that suits.
func (b *booking) chooseTrip(ctx workflow.Context) error {
	for day := 0; ; day++ {
		trips, err := b.search(ctx)
		if err != nil {
			return b.orEnd(ctx, err)
		}
		answer, err := b.ask(ctx, b.whichTrip(trips, day < furthest))
		if err != nil {
			return b.orEnd(ctx, err)
		}
		if answer.Choice == choiceNextDay {
			b.date = b.date.AddDate(0, 0, 1)
			continue
		}
		chosen, err := strconv.Atoi(answer.Choice)
		if err != nil || chosen >= len(trips) {
			b.askToStop(ClosedByCitizen)
			return b.orEnd(ctx, errStopped)
		}
		b.trip = trips[chosen]
		b.note(ctx, "The citizen chose")
		return nil
	}
}

// search asks what there is. A quota that is not open yet is waited for.
func (b *booking) search(ctx workflow.Context) (trips []connectors.Trip, err error) {
	failure, err := b.callUntilClear(ctx, portalCall{
		activity: ActivitySearchTrips, summary: "Search what can be booked", result: &trips, stage: StageFetching, canStop: true,
		input: func(answer *connectors.ChallengeAnswer) any {
			return TripsAt{Service: b.input.Service, Date: b.date, Persons: len(b.passengers), Fields: b.fields, Answer: answer}
		},
		keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()),
	})
	if err != nil {
		return nil, err
	}
	if failure.Class != connectors.ClassOK && failure.Class != connectors.ClassNotFound {
		return nil, b.endRefused(ctx, failure)
	}
	return slices.DeleteFunc(trips, func(t connectors.Trip) bool { return t.Available < len(b.passengers) && t.OpensAt.IsZero() }), nil
}

// whichTrip lists what there is, with time, fare and places left.
func (b *booking) whichTrip(trips []connectors.Trip, next bool) question {
	about := values{"day": day(b.date), "portal": portal(b.input.Portal)}
	asked := question{name: b.nextStep("trip"), stage: StageAnswering, waitFor: confirmFor, message: append(b.back(b.input.Portal), say("booking.which", about)...)}
	if len(trips) == 0 {
		asked.message = append(b.back(b.input.Portal), say("booking.none", about)...)
	}
	for i, trip := range trips {
		asked.choices = append(asked.choices, Choice{ID: strconv.Itoa(i), Title: tripTitle(trip), Detail: tripDetail(trip)})
	}
	if next {
		asked.choices = append(asked.choices, Choice{ID: choiceNextDay, Label: "button.next_day"})
	}
	asked.choices = append(asked.choices, Choice{ID: choiceStop, Label: "button.stop"})
	return asked
}

// tripTitle fits a row of a list: "21:30 · ₹850".
func tripTitle(trip connectors.Trip) string {
	return trip.Departs.In(connectors.IndianTime).Format("15:04") + " · " + trip.Fare.String()
}

func tripDetail(trip connectors.Trip) string {
	detail := trip.Kind
	if trip.Number != "" {
		detail = trip.Number + " " + detail
	}
	if !trip.Arrives.IsZero() {
		detail += " → " + trip.Arrives.In(connectors.IndianTime).Format("15:04")
	}
	return detail + " (" + strconv.Itoa(trip.Available) + ")"
}

// chooseSeats picks seats by the citizen's wish where the service lets them choose.
func (b *booking) chooseSeats(ctx workflow.Context) error {
	terms := b.input.Terms.Booking
	if terms == nil || !terms.ChooseSeats {
		return nil
	}
	answer, err := b.ask(ctx, question{
		name: b.nextStep("seats"), stage: StageAnswering, waitFor: confirmFor, message: say("booking.seats", nil),
		choices: []Choice{
			{ID: string(SeatWindow), Label: "button.seat_window"}, {ID: string(SeatFront), Label: "button.seat_front"},
			{ID: string(SeatAny), Label: "button.seat_any"},
		},
	})
	if err != nil {
		return b.orEnd(ctx, err)
	}
	return b.pickSeats(ctx, SeatWish(answer.Choice))
}

func (b *booking) pickSeats(ctx workflow.Context, wish SeatWish) error {
	var picked PickedSeats
	failure, err := b.callUntilClear(ctx, portalCall{
		activity: ActivityPickSeats, summary: "Pick seats", result: &picked, canStop: true,
		input: plainInput(PickSeatsInput{
			Service: b.input.Service, Trip: b.trip, Date: b.date, Fields: b.fields, Passengers: b.passengers, Wish: wish, Avoid: b.taken,
		}),
		keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()),
	})
	if err != nil {
		return b.orEnd(ctx, err)
	}
	if failure.Class == connectors.ClassOK && picked.Free >= len(b.passengers) {
		b.passengers = picked.Passengers
		return nil
	}
	return b.soldOut(ctx)
}

// soldOut lets the citizen choose another trip, or end.
func (b *booking) soldOut(ctx workflow.Context) error {
	return b.endAnswered(ctx, StageSoldOut, say("booking.sold_out", b.referenceAndPortal()))
}

// hold has the places kept until they are paid.
func (b *booking) hold(ctx workflow.Context) error {
	failure, err := b.holdOnce(ctx)
	for err == nil && failure.Class == connectors.ClassOutcomeUnknown { // a lost hold runs out by itself
		b.note(ctx, "It is not known whether the places are kept: asking for them anew")
		failure, err = b.holdOnce(ctx)
	}
	switch {
	case err != nil:
		return b.orEnd(ctx, err)
	case failure.Class == connectors.ClassOK:
		b.note(ctx, "The places are kept until "+indianClock(b.held.ExpiresAt))
		return nil
	case failure.Code == connectors.RefusedSoldOut:
		return b.soldOut(ctx)
	}
	return b.endRefused(ctx, failure)
}

func (b *booking) holdOnce(ctx workflow.Context) (Failure, error) {
	b.holds++
	reference := b.to.Reference + "-h" + strconv.Itoa(b.holds)
	return b.callUntilClear(ctx, portalCall{
		activity: ActivityHoldPlaces, summary: "Have the places kept", result: &b.held, stage: StageHolding, canStop: b.payment.ID == "", changes: true,
		input: func(answer *connectors.ChallengeAnswer) any {
			return HoldPlacesInput{
				Reference: reference, Service: b.input.Service, Trip: b.trip, Date: b.date, Passengers: b.passengers, Fields: b.fields, Answer: answer,
			}
		},
		keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()),
	})
}

// release gives the hold back, as far as the portal can be reached: a hold runs out by itself, so nobody waits for this.
func (b *booking) release(ctx workflow.Context) error {
	if b.held.Key == "" {
		return nil
	}
	_, err := b.callPortal(ctx, portalCall{
		activity: ActivityReleaseHold, summary: "Give the places back", keep: 10 * time.Minute, changes: true,
		input: plainInput(HoldRef{Service: b.input.Service, Key: b.held.Key}),
	})
	b.held = connectors.Hold{}
	if errors.Is(err, errStopped) {
		return nil
	}
	return err
}

// pay takes the fare while the places are kept.
func (b *booking) pay(ctx workflow.Context) (err error) {
	b.order, b.payment, err = b.collect(ctx, charge{
		purpose: purposeFare, account: b.to.Reference, number: purposeFare, amount: b.held.Fare, about: b.describe(),
		validFor: b.held.ExpiresAt.Sub(workflow.Now(ctx)),
	})
	if notPaid, ok := errors.AsType[errNotPaid](err); ok {
		if err := b.release(ctx); err != nil {
			return err
		}
		return b.endNotPaid(ctx, notPaid)
	}
	if err != nil {
		return err
	}
	return b.tellPaid(ctx, b.payment, StageBooking)
}

// describe is what the citizen pays for, with the operator's rule for giving it back.
func (b *booking) describe() Message {
	message := say("booking.summary", values{"trip": plain(b.trip.Number), "when": moment(b.trip.Departs), "fare": money(b.held.Fare)})
	if len(b.held.Seats) > 0 {
		message = append(message, say("booking.seat_numbers", values{"seats": plain(joined(b.held.Seats))})...)
	}
	if terms := b.input.Terms.Booking; terms != nil && len(terms.RefundRule) > 0 {
		message = append(message, say("booking.refund_rule", values{"rule": plain(terms.RefundRule.In(b.to.Language))})...)
	}
	return message
}

func joined(words []string) string {
	text := ""
	for i, word := range words {
		if i > 0 {
			text += ", "
		}
		text += word
	}
	return text
}
