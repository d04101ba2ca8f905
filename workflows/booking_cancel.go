package workflows

import (
	"errors"
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// keepTicket waits until the day of the ticket is over. Until then the citizen may give it back.
func (b *booking) keepTicket(ctx workflow.Context) error {
	b.moneyIn, b.tooLate, b.stop = false, false, "" // from here on cancelling means the ticket
	over := b.trip.Departs.Add(24 * time.Hour)
	for {
		_, err := b.awaitFor(ctx, max(over.Sub(workflow.Now(ctx)), 0), "the day of the ticket", func() bool { return b.stop != "" })
		if err != nil {
			return err
		}
		if b.stop == "" {
			b.note(ctx, StageTravelled.meaning().words)
			if err := b.enter(ctx, StageTravelled); err != nil {
				return err
			}
			return b.closeQuietly(ctx, StageTravelled)
		}
		b.stop = ""
		if err := b.giveTicketBack(ctx); err != nil {
			return err
		}
	}
}

// giveTicketBack tells what the citizen gets back by the operator's rule, and does it when they agree. Without an ending the ticket stays.
func (b *booking) giveTicketBack(ctx workflow.Context) error {
	at := TicketRef{To: b.to, Service: b.input.Service, Number: b.booked.Ticket.Number, Fields: b.fields}
	var quote connectors.CancelQuote
	failure, err := b.callUntilClear(ctx, portalCall{
		activity: ActivityQuoteCancel, summary: "Ask what giving the ticket back would bring", result: &quote, stage: StageCancelling,
		input: plainInput(at), keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()),
	})
	if err != nil {
		return err
	}
	if failure.Class != connectors.ClassOK {
		return b.keepAfterAll(ctx, say("booking.cannot_cancel", b.referenceAndPortal()))
	}
	answer, err := b.ask(ctx, question{
		name: b.nextStep("cancel"), stage: StageAnswering, waitFor: time.Hour,
		message: say("booking.cancel_quote", values{"refund": money(quote.Refund), "charge": money(quote.Charge)}),
		choices: []Choice{{ID: "yes", Label: "button.give_ticket_back"}, {ID: "no", Label: "button.keep_ticket"}},
	})
	if errors.Is(err, errNoAnswer) || (err == nil && answer.Choice != "yes") {
		return b.keepAfterAll(ctx, say("booking.kept_ticket", values{"number": plain(b.booked.Ticket.Number)}))
	}
	if err != nil && !errors.Is(err, errStopped) { // a second wish to cancel is a yes
		return err
	}
	b.stop, b.moneyIn = "", true
	return b.cancelTicket(ctx, at)
}

func (b *booking) keepAfterAll(ctx workflow.Context, message Message) error {
	about := values{"number": plain(b.booked.Ticket.Number), "when": moment(b.trip.Departs), "portal": portal(b.input.Portal)}
	return b.tellStage(ctx, b.nextStep("keep"), StageBooked, message, TellInput{CloseQuestions: true, Stage: inDetail(say("booking.detail", about))})
}

// cancelTicket gives the ticket back, and then what the operator leaves of the fare.
func (b *booking) cancelTicket(ctx workflow.Context, at TicketRef) error {
	var cancelled connectors.Cancellation
	call := portalCall{
		activity: ActivityCancelBooking, summary: "Give the ticket back", result: &cancelled, stage: StageCancelling, input: plainInput(at),
		keptStage: StageKept, kept: say("request.kept", b.referenceAndPortal()), keep: keepFor, changes: true,
	}
	failure, err := b.submitOnce(ctx, submission{
		what: "the cancellation of ticket " + at.Number, send: call, find: call, // cancelling what is cancelled answers the first cancellation
		keptStage: StageKept, kept: call.kept, handed: say("booking.with_officer", b.referenceAndPortal()), landed: func(string) {},
	})
	if err != nil && !errors.Is(err, errStopped) {
		return err
	}
	if err != nil || failure.Class != connectors.ClassOK {
		b.moneyIn = false
		return b.keepAfterAll(ctx, say("booking.cannot_cancel", b.referenceAndPortal()))
	}
	b.note(ctx, "The ticket was given back")
	if cancelled.Refund == 0 {
		return b.end(ctx, StageCancelled, say("booking.cancelled_for_nothing", b.referenceAndPortal()))
	}
	record := RecordReturnInput{Order: b.order.Order, Amount: cancelled.Refund, Code: "cancelled"}
	if err := hubStep(ctx, "Book the refund", ActivityRecordReturn, record, nil); err != nil {
		return fmt.Errorf("book the refund: %w", err)
	}
	if err := b.showMoney(ctx, moneyRefunding); err != nil {
		return err
	}
	byWhen := day(workingDaysAfter(workflow.Now(ctx), refundWorkingDays))
	message := say("booking.cancelled", values{"number": plain(at.Number)})
	return b.end(ctx, StageRefunding, append(message, say("money.refund_by", values{"amount": money(cancelled.Refund), "day": byWhen})...))
}
