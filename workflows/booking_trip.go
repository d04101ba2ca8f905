package workflows

import (
	"slices"
	"strconv"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// choiceNextDay stands in a list of trips beside the trips themselves.
const choiceNextDay = "next_day"

const (
	// furthest is how many days further a citizen is shown what there is.
	furthest = 30
	// tooSoon is how long before a departure nothing is offered any more: it could not be paid in time.
	tooSoon = 20 * time.Minute
)

// chooseTrip searches and lets the citizen choose, on another day too.
func (b *booking) chooseTrip(ctx workflow.Context, opening Message) error {
	for days := 0; ; days++ {
		trips, err := b.search(ctx)
		if err != nil {
			return b.orEnd(ctx, err)
		}
		answer, err := b.ask(ctx, b.whichTrip(opening, trips, days < furthest))
		if err != nil {
			return b.orEnd(ctx, err)
		}
		opening = nil
		if answer.Choice == choiceNextDay {
			b.date = b.date.AddDate(0, 0, 1)
			continue
		}
		chosen, err := strconv.Atoi(answer.Choice)
		if err != nil || chosen < 0 || chosen >= len(trips) {
			b.askToStop(ClosedByCitizen)
			return b.orEnd(ctx, errStopped)
		}
		b.trip, b.chosenAt = trips[chosen], answer.At
		b.boarding, b.wish, b.taken = "", SeatAny, nil
		b.note(ctx, "The citizen chose what to book")
		return nil
	}
}

// search asks what there is, and leaves out what is too small or too soon.
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
	now := workflow.Now(ctx)
	return slices.DeleteFunc(trips, func(t connectors.Trip) bool {
		return (t.Available < len(b.passengers) && !t.OpensAt.After(now)) || t.Departs.Before(now.Add(tooSoon))
	}), nil
}

// whichTrip lists what there is, with time, fare and places left.
func (b *booking) whichTrip(opening Message, trips []connectors.Trip, next bool) question {
	about := values{"day": day(b.date), "portal": portal(b.input.Portal), "count": count(len(b.passengers))}
	text := say("booking.which", about)
	switch {
	case len(trips) == 0 && next:
		text = say("booking.none", about)
	case len(trips) == 0:
		text = say("booking.none_later", about)
	}
	asked := question{
		name: b.nextStep("trip"), stage: StageAnswering, waitFor: confirmFor, message: slices.Concat(b.back(b.input.Portal), opening, text),
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

// tripTitle fits a row of a list: "21:30 · ₹850.00".
func tripTitle(trip connectors.Trip) string {
	return trip.Departs.In(connectors.IndianTime).Format("15:04") + " · " + trip.Fare.String()
}

// tripDetail says the rest without words, so that it is read in every language: number, comfort, arrival, places left or the opening.
func tripDetail(trip connectors.Trip) string {
	detail := trip.Kind
	if trip.Number != "" {
		detail = trip.Number + " " + detail
	}
	if !trip.Arrives.IsZero() {
		detail += " → " + trip.Arrives.In(connectors.IndianTime).Format("15:04")
	}
	if !trip.OpensAt.IsZero() {
		return "⏳ " + trip.OpensAt.In(connectors.IndianTime).Format("02-01 15:04") + " · " + detail
	}
	return "💺 " + strconv.Itoa(trip.Available) + " · " + detail
}

// chooseBoarding asks where the citizen gets on, when there is a choice.
func (b *booking) chooseBoarding(ctx workflow.Context) error {
	if len(b.trip.Boarding) < 2 {
		return nil
	}
	asked := question{name: b.nextStep("boarding"), stage: StageAnswering, waitFor: confirmFor, message: say("booking.boarding", nil)}
	for _, stop := range b.trip.Boarding {
		asked.choices = append(asked.choices, Choice{ID: stop.ID, Title: stop.Name, Detail: stop.At.In(connectors.IndianTime).Format("15:04")})
	}
	answer, err := b.ask(ctx, asked)
	if err != nil {
		return b.orEnd(ctx, err)
	}
	b.boarding = answer.Choice
	return nil
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
			{ID: string(SeatWindow), Label: "button.seat_window"}, {ID: string(SeatAisle), Label: "button.seat_aisle"},
			{ID: string(SeatAny), Label: "button.seat_any"},
		},
	})
	if err != nil {
		return b.orEnd(ctx, err)
	}
	b.wish = SeatWish(answer.Choice)
	failure, err := b.pickSeats(ctx)
	switch {
	case err != nil:
		return b.orEnd(ctx, err)
	case failure.Class == connectors.ClassOK:
		return nil
	case failure.Class == connectors.ClassUnavailable || failure.Class == connectors.ClassInputRejected:
		return b.endRefused(ctx, failure)
	}
	return errGone
}

// pickSeats gives each passenger a seat. Too few seats are a refusal with RefusedSoldOut.
func (b *booking) pickSeats(ctx workflow.Context) (Failure, error) {
	var picked PickedSeats
	keptStage, kept := b.orSafe(StageKept, say("request.kept", b.referenceAndPortal()))
	failure, err := b.callUntilClear(ctx, portalCall{
		activity: ActivityPickSeats, summary: "Pick seats", result: &picked, canStop: b.payment.ID == "", keep: b.whilePaid(ctx),
		input: plainInput(PickSeatsInput{
			Service: b.input.Service, Trip: b.trip, Date: b.date, Fields: b.fields, Passengers: b.passengers, Wish: b.wish, Avoid: b.taken,
		}),
		keptStage: keptStage, kept: kept,
	})
	if err != nil || failure.Class != connectors.ClassOK {
		return failure, err
	}
	if picked.Free < len(b.passengers) {
		return Failure{Class: connectors.ClassRefused, Code: connectors.RefusedSoldOut}, nil
	}
	b.passengers = picked.Passengers
	return failure, nil
}
