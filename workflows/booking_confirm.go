package workflows

import (
	"errors"
	"fmt"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// mostRehold is how often places are kept anew for money that came when the hold had run out.
const mostRehold = 3

// confirm turns the hold into a ticket, once. A hold that ran out while the citizen paid is made anew if the places are still free, at the
// same fare; otherwise the money goes back. Nothing is compensated before it is certain that there is no ticket.
func (b *booking) confirm(ctx workflow.Context) error {
	for {
		failure, err := b.submitOnce(ctx, b.confirmation(ctx))
		if errors.Is(err, errStopped) {
			return b.walkBack(ctx, Failure{Class: connectors.ClassRefused, Code: "operator"})
		}
		if err != nil {
			return err
		}
		switch {
		case failure.Class == connectors.ClassOK:
			return b.bookFare(ctx)
		case failure.Code != connectors.RefusedHoldExpired || b.holds > mostRehold:
			return b.walkBack(ctx, failure)
		}
		b.note(ctx, "The hold ran out while the citizen paid: asking for the same places again")
		fare := b.held.Fare
		failure, err = b.holdOnce(ctx)
		if err != nil {
			return err
		}
		if failure.Class != connectors.ClassOK || b.held.Fare != fare {
			return b.walkBack(ctx, failure)
		}
	}
}

func (b *booking) confirmation(ctx workflow.Context) submission {
	kept := say("booking.kept", values{"amount": money(b.payment.Amount), "portal": portal(b.input.Portal), "reference": plain(b.to.Reference)})
	call := portalCall{result: &b.booked, stage: StageBooking, keptStage: StageKeptPaid, kept: kept, keep: keepFor, changes: true}
	send, find := call, call
	send.activity, send.summary = ActivityConfirmBooking, "Turn the hold into a ticket"
	find.activity, find.summary = ActivityFindBooking, "Look up whether there is a ticket"
	input := ConfirmBookingInput{
		To: b.to, Service: b.input.Service, Hold: b.held, Payment: b.payment, Fields: b.fields, LookFirst: wasReset(ctx) || b.holds > 1,
	}
	send.input = func(*connectors.ChallengeAnswer) any {
		next := input
		input.LookFirst = true // should it be tried again
		return next
	}
	find.input = plainInput(input)
	return submission{
		what: "a ticket for payment " + b.payment.ID, send: send, find: find, keptStage: StageKeptPaid, kept: kept,
		handed: say("booking.with_officer", b.referenceAndPortal()),
		landed: func(number string) {
			b.booked = BookedTicket{Ticket: connectors.Ticket{
				Number: number, State: connectors.TicketConfirmed, Trip: b.trip, Passengers: b.passengers, Fare: b.held.Fare, BookedAt: workflow.Now(ctx),
			}}
		},
	}
}

// walkBack gives the places and the money back.
func (b *booking) walkBack(ctx workflow.Context, failure Failure) error {
	if err := b.release(ctx); err != nil {
		return err
	}
	because := say("booking.no_ticket", b.referenceAndPortal())
	if failure.Reason != "" {
		because = append(because, say("booking.reason", values{"reason": plain(failure.Reason)})...)
	}
	return b.endGivingBack(ctx, giveBack{order: b.order.Order, amount: b.payment.Amount, code: codeOf(failure), because: because})
}

// bookFare books that the operator has earned the fare.
func (b *booking) bookFare(ctx workflow.Context) error {
	b.outcome.Number = b.booked.Ticket.Number
	b.note(ctx, "There is a ticket")
	posted := connectors.Posted{PortalReceipt: b.booked.Ticket.Number, PostedAt: workflow.Now(ctx), Amount: b.payment.Amount}
	record := RecordPostingInput{Order: b.order.Order, Posted: posted}
	if err := hubStep(ctx, "Book that the operator has the fare", ActivityRecordPosting, record, nil); err != nil {
		return fmt.Errorf("book the fare: %w", err)
	}
	return nil
}

// handOverTicket gives the citizen the ticket: the operator's own file as it is, else one of ours.
func (b *booking) handOverTicket(ctx workflow.Context) error {
	b.file = b.booked.File
	if b.file == nil {
		b.file = &Document{}
		input := TicketInput{To: b.to, Service: b.input.Service, Portal: b.input.Portal, Ticket: b.booked.Ticket, Payment: b.payment}
		if err := hubStep(ctx, "Make the ticket", ActivityIssueTicket, input, b.file); err != nil {
			return fmt.Errorf("make the ticket: %w", err)
		}
	}
	b.outcome.Ticket = b.file.ID
	about := values{"number": plain(b.booked.Ticket.Number), "when": moment(b.trip.Departs), "portal": portal(b.input.Portal)}
	message := append(b.back(b.input.Portal), say("booking.done", about)...)
	return b.tellStage(ctx, "ticket", StageBooked, message, TellInput{Document: b.file, Stage: inDetail(say("booking.detail", about))})
}

// endRefused ends a booking before anything was paid.
func (b *booking) endRefused(ctx workflow.Context, failure Failure) error {
	message := say("booking.refused", b.referenceAndPortal())
	if failure.Reason != "" {
		message = append(message, say("booking.reason", values{"reason": plain(failure.Reason)})...)
	}
	switch failure.Class { //nolint:exhaustive // the rest is a refusal
	case connectors.ClassInputRejected, connectors.ClassNotFound:
		return b.endAnswered(ctx, StageNeedsCorrection, message)
	case connectors.ClassUnavailable, connectors.ClassOutcomeUnknown:
		return b.end(ctx, StageGivenUp, say("request.gave_up", values{"portal": portal(b.input.Portal)}))
	}
	return b.endAnswered(ctx, StageRefused, message)
}
