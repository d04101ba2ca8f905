package workflows

import (
	"errors"
	"fmt"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

const (
	// mostHolds is how often places are kept anew for money that came when the hold had run out.
	mostHolds = 6
	// timeToAsk is what must be left before the departure for a question about other seats; the answer must come between shortestAnswer and
	// longestAnswer, and timeToConfirm before the hold runs out.
	timeToAsk      = time.Hour
	shortestAnswer = time.Minute
	longestAnswer  = 15 * time.Minute
	timeToConfirm  = time.Minute
)

// confirm turns the hold into a ticket, once. A hold that ran out while the citizen paid is made anew, at the same fare; where that
// cannot be the money goes back. Nothing is compensated before it is certain that there is no ticket.
func (b *booking) confirm(ctx workflow.Context) error {
	for {
		failure, err := b.submitOnce(ctx, b.confirmation(ctx))
		switch {
		case errors.Is(err, errStopped):
			return b.walkBack(ctx, Failure{Class: connectors.ClassRefused, Code: "operator"})
		case err != nil:
			return err
		case failure.Class == connectors.ClassOK && b.booked.Ticket.State == connectors.TicketCancelled:
			return b.endTakenBack(ctx)
		case failure.Class == connectors.ClassOK:
			return b.bookFare(ctx)
		case failure.Code != connectors.RefusedHoldExpired:
			return b.walkBack(ctx, failure)
		}
		kept, err := b.holdAgain(ctx)
		if err != nil {
			return err
		}
		if !kept {
			return b.walkBack(ctx, failure)
		}
	}
}

func (b *booking) confirmation(ctx workflow.Context) submission {
	call := portalCall{
		result: &b.booked, stage: StageBooking, keptStage: StageKeptPaid, kept: b.safe(), changes: true,
		keep: max(b.trip.Departs.Sub(workflow.Now(ctx)), time.Hour), // afterwards a ticket is of no use
	}
	send, find := call, call
	send.activity, send.summary = ActivityConfirmBooking, "Turn the hold into a ticket"
	find.activity, find.summary = ActivityFindBooking, "Look up whether there is a ticket"
	input := ConfirmBookingInput{
		To: b.to, Service: b.input.Service, Hold: b.held, Payment: b.payment, Fields: b.fields, LookFirst: wasReset(ctx) || b.holds > 1,
	}
	find.input = plainInput(input)
	send.input = func(*connectors.ChallengeAnswer) any {
		next := input
		input.LookFirst = true // should it be tried again
		return next
	}
	if b.payment.Amount != b.held.Fare { // a reset run kept something else than was paid for: what it was may be booked already
		send = find
	}
	return submission{
		what: "a ticket for request " + b.to.Reference, send: send, find: find, keptStage: StageKeptPaid, kept: b.safe(),
		handed: say("booking.with_officer", b.referenceAndPortal()),
		landed: func(number string) {
			b.booked = BookedTicket{Ticket: connectors.Ticket{
				Number: number, State: connectors.TicketConfirmed, Trip: b.trip, Passengers: b.passengers, Fare: b.held.Fare, BookedAt: workflow.Now(ctx),
			}}
		},
	}
}

// holdAgain has places kept for money that came when the hold had run out: the same ones, else others that the citizen agrees to.
func (b *booking) holdAgain(ctx workflow.Context) (bool, error) {
	left := b.trip.Departs.Sub(workflow.Now(ctx))
	if b.holds >= mostHolds || left <= 0 {
		return false, nil
	}
	b.note(ctx, "The hold ran out while the citizen paid: asking for the same places again")
	b.keepSeats(b.held.Seats)
	failure, err := b.holdForPaid(ctx)
	switch {
	case err != nil || failure.Class == connectors.ClassOK:
		return err == nil, err
	case !gone(failure) || b.input.Terms.Booking == nil || !b.input.Terms.Booking.ChooseSeats || left < timeToAsk:
		return false, nil
	}
	return b.otherSeats(ctx)
}

// keepSeats makes the passengers' seats those that were held, so that the same are asked for where the portal had chosen.
func (b *booking) keepSeats(seats []string) {
	if len(seats) != len(b.passengers) {
		return
	}
	for i := range seats {
		b.passengers[i].Seat = seats[i]
	}
}

// holdForPaid holds at the fare that was paid. Another fare is the same as no places.
func (b *booking) holdForPaid(ctx workflow.Context) (Failure, error) {
	refused := Failure{Class: connectors.ClassRefused, Code: connectors.RefusedAmount}
	failure, err := b.holdOnce(ctx)
	if errors.Is(err, errStopped) {
		return Failure{Class: connectors.ClassRefused, Code: "operator"}, nil
	}
	if err != nil || failure.Class != connectors.ClassOK || b.held.Fare == b.payment.Amount {
		return failure, err
	}
	b.note(ctx, "The fare is another one now")
	return refused, b.release(ctx)
}

// otherSeats offers other seats on the same trip, kept while the citizen is asked. Whoever does not answer in time gets the money back.
func (b *booking) otherSeats(ctx workflow.Context) (bool, error) {
	for _, passenger := range b.passengers {
		b.taken = append(b.taken, passenger.Seat)
	}
	failure, err := b.pickSeats(ctx)
	if errors.Is(err, errStopped) {
		return false, nil
	}
	if err != nil || failure.Class != connectors.ClassOK {
		return false, err
	}
	failure, err = b.holdForPaid(ctx)
	if err != nil || failure.Class != connectors.ClassOK {
		return false, err
	}
	agreed, err := b.askAboutOthers(ctx)
	if err != nil || agreed {
		return agreed, err
	}
	return false, b.release(ctx)
}

func (b *booking) askAboutOthers(ctx workflow.Context) (bool, error) {
	left := b.held.ExpiresAt.Sub(workflow.Now(ctx)) - timeToConfirm
	if left < shortestAnswer {
		return false, nil
	}
	b.note(ctx, "The seats went to others; the citizen is asked about other seats")
	until := workflow.Now(ctx).Add(min(left, longestAnswer))
	asked := question{
		name: b.nextStep("others"), stage: StageAnswering,
		message: say("booking.other_seats", values{"seats": plain(strings.Join(b.held.Seats, ", ")), "until": moment(until)}),
		choices: []Choice{{ID: "take", Label: "button.take_seats"}, {ID: "money", Label: "button.money_back"}},
	}
	for {
		asked.waitFor = until.Sub(workflow.Now(ctx))
		if asked.waitFor <= 0 {
			return false, nil
		}
		answer, err := b.ask(ctx, asked)
		switch {
		case errors.Is(err, errNoAnswer):
			return false, nil
		case errors.Is(err, errStopped):
			agreed, err := b.twoAgreed(ctx)
			if err != nil || agreed {
				return false, err
			}
			continue
		}
		return err == nil && answer.Choice == "take", err
	}
}

// walkBack gives the places and the money back.
func (b *booking) walkBack(ctx workflow.Context, failure Failure) error {
	if err := b.release(ctx); err != nil {
		return err
	}
	if b.payment.ID == "" { // a place that costs nothing
		return b.endRefused(ctx, failure)
	}
	because := say("booking.no_ticket", b.referenceAndPortal())
	if failure.Reason != "" {
		because = append(because, say("booking.reason", values{"reason": plain(failure.Reason)})...)
	}
	return b.endGivingBack(ctx, giveBack{order: b.order.Order, amount: b.payment.Amount, code: codeOf(failure), because: because})
}

// bookFare books that the operator has earned the fare. What the ticket says counts from here on.
func (b *booking) bookFare(ctx workflow.Context) error {
	ticket := &b.booked.Ticket
	b.outcome.Number = ticket.Number
	b.note(ctx, "There is a ticket")
	if !ticket.Trip.Departs.IsZero() {
		b.trip.Departs = ticket.Trip.Departs
	}
	if b.payment.ID == "" {
		return nil
	}
	posted := connectors.Posted{PortalReceipt: ticket.Number, PostedAt: workflow.Now(ctx), Amount: b.payment.Amount}
	record := RecordPostingInput{Order: b.order.Order, Posted: posted}
	if err := hubStep(ctx, "Book that the operator has the fare", ActivityRecordPosting, record, nil); err != nil {
		return fmt.Errorf("book the fare: %w", err)
	}
	return nil
}

// endTakenBack ends with a ticket that was there and is cancelled already: the trip was called off, or a run before a reset gave it back.
// Cancelling it once more answers what the operator gave back for it; an operator who does not say owes the fare.
func (b *booking) endTakenBack(ctx workflow.Context) error {
	if err := b.bookFare(ctx); err != nil {
		return err
	}
	var first connectors.Cancellation
	at := TicketRef{To: b.to, Service: b.input.Service, Number: b.booked.Ticket.Number, Fields: b.fields}
	failure, err := b.callPortal(ctx, portalCall{
		activity: ActivityCancelBooking, summary: "Ask what the operator gave back", result: &first, input: plainInput(at), keep: keepFor, changes: true,
	})
	if err != nil {
		return err
	}
	amount := b.payment.Amount
	if failure.Class == connectors.ClassOK {
		amount = min(first.Refund, amount)
	}
	return b.endReturned(ctx, amount, "called_off", say("booking.called_off", b.aboutTicket()))
}

// handOverTicket gives the citizen the ticket: the operator's own file as it is, else one of ours.
func (b *booking) handOverTicket(ctx workflow.Context) error {
	b.file = b.booked.File
	if b.file == nil {
		b.onlyPaperLeft(StageBooking, b.payment.Amount)
		input := TicketInput{To: b.to, Service: b.input.Service, Portal: b.input.Portal, Ticket: b.booked.Ticket, Payment: b.payment}
		made, err := b.makePaper(ctx, "Make the ticket", ActivityIssueTicket, input)
		if err != nil {
			return fmt.Errorf("make the ticket: %w", err)
		}
		b.file = &made
	}
	b.outcome.Ticket, b.beside = b.file.ID, nil
	message := append(b.back(b.input.Portal), say("booking.done", b.aboutTicket())...)
	return b.tellStage(ctx, "ticket", StageBooked, message, TellInput{Document: b.file, Stage: inDetail(say("booking.detail", b.ticketDetail()))})
}

func (b *booking) aboutTicket() values {
	return values{"number": plain(b.booked.Ticket.Number), "when": moment(b.trip.Departs), "portal": portal(b.input.Portal)}
}

func (b *booking) ticketDetail() values {
	return values{"number": plain(b.booked.Ticket.Number), "when": moment(b.trip.Departs)}
}
