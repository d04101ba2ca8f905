package workflows

import (
	"errors"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// looks are how long before the departure the ticket is looked at: an operator may have called the trip off.
var looks = []time.Duration{24 * time.Hour, 3 * time.Hour}

// usedAfter is when, after the departure, the day of a ticket is over.
const usedAfter = 24 * time.Hour

// keepTicket waits until the day of the ticket is over. Until then the citizen may give it back, and a trip that is called off is told.
func (b *booking) keepTicket(ctx workflow.Context) error {
	b.moneyIn, b.tooLate, b.stop = false, false, "" // from here on cancelling means the ticket
	for {
		next, last := b.nextLook(ctx)
		_, err := b.awaitFor(ctx, max(next.Sub(workflow.Now(ctx)), 0), "the day of the ticket", func() bool { return b.stop != "" })
		if err != nil {
			return err
		}
		switch {
		case b.stop != "":
			b.stop = ""
			err = b.giveTicketBack(ctx)
		case !last:
			err = b.lookAtTicket(ctx)
		default:
			return b.endUsed(ctx)
		}
		if err != nil {
			return err
		}
	}
}

// nextLook is when something is due next; last when that is the end.
func (b *booking) nextLook(ctx workflow.Context) (at time.Time, last bool) {
	now := workflow.Now(ctx)
	for _, before := range looks {
		if at := b.trip.Departs.Add(-before); at.After(now) {
			return at, false
		}
	}
	return b.trip.Departs.Add(usedAfter), true
}

func (b *booking) endUsed(ctx workflow.Context) error {
	b.note(ctx, StageTravelled.meaning().words)
	b.enter(ctx, StageTravelled)
	return b.closeQuietly(ctx, StageTravelled)
}

// lookAtTicket asks whether the ticket is still good. What the portal cannot say now changes nothing.
func (b *booking) lookAtTicket(ctx workflow.Context) error {
	var found BookedTicket
	failure, err := b.callPortal(ctx, portalCall{
		activity: ActivityFindBooking, summary: "Look whether the ticket is still good", result: &found, keep: time.Hour,
		input: plainInput(ConfirmBookingInput{
			To: b.to, Service: b.input.Service, Hold: b.held, Payment: b.payment, Fields: b.fields, Number: b.booked.Ticket.Number, LookOnly: true,
		}),
	})
	if err != nil {
		return err
	}
	if failure.Class != connectors.ClassOK || found.Ticket.State != connectors.TicketCancelled {
		return nil
	}
	b.note(ctx, "The operator called it off")
	return b.endReturned(ctx, b.payment.Amount, "called_off", say("booking.called_off", b.aboutTicket()))
}

// giveTicketBack tells what the citizen gets back by the operator's rule, and does it when they agree. Without an ending the ticket stays.
func (b *booking) giveTicketBack(ctx workflow.Context) error {
	at := TicketRef{To: b.to, Service: b.input.Service, Number: b.booked.Ticket.Number, Fields: b.fields}
	var quote connectors.CancelQuote
	failure, err := b.callUntilClear(ctx, portalCall{
		activity: ActivityQuoteCancel, summary: "Ask what giving the ticket back would bring", result: &quote, stage: StageCancelling,
		input: plainInput(at), keptStage: StageCancelling, kept: say("request.kept", b.referenceAndPortal()), keep: b.whileGood(ctx),
	})
	switch {
	case errors.Is(err, errStopped) || (err == nil && failure.Class != connectors.ClassOK):
		b.stop = ""
		return b.keepAfterAll(ctx, b.cannotCancel(failure))
	case err != nil:
		return err
	}
	agreed, err := b.agreesToCharge(ctx, quote)
	if err != nil {
		return err
	}
	if !agreed {
		return b.keepAfterAll(ctx, say("booking.kept_ticket", values{"number": plain(b.booked.Ticket.Number)}))
	}
	return b.cancelTicket(ctx, at, quote)
}

// whileGood is how long a portal is asked about a ticket: until it is used.
func (b *booking) whileGood(ctx workflow.Context) time.Duration {
	return max(b.trip.Departs.Sub(workflow.Now(ctx)), time.Minute)
}

// agreesToCharge asks with what the operator would keep. Wishing to cancel once more is no answer to that.
func (b *booking) agreesToCharge(ctx workflow.Context, quote connectors.CancelQuote) (bool, error) {
	asked := question{
		name: b.nextStep("cancel"), stage: StageAnswering, waitFor: min(time.Hour, b.whileGood(ctx)),
		message: append(b.back(b.input.Portal), say("booking.cancel_quote", values{"refund": money(quote.Refund), "charge": money(quote.Charge)})...),
		choices: []Choice{{ID: "yes", Label: "button.give_ticket_back"}, {ID: "no", Label: "button.keep_ticket"}},
	}
	if terms := b.input.Terms.Booking; terms != nil && len(terms.RefundRule) > 0 {
		asked.message = append(asked.message, say("booking.refund_rule", values{"rule": plain(terms.RefundRule.In(b.to.Language))})...)
	}
	deadline := workflow.Now(ctx).Add(asked.waitFor)
	for {
		answer, err := b.ask(ctx, asked)
		switch {
		case errors.Is(err, errStopped) && workflow.Now(ctx).Before(deadline):
			b.stop, asked.waitFor = "", deadline.Sub(workflow.Now(ctx))
			continue
		case errors.Is(err, errStopped):
			b.stop = ""
			return false, nil
		case errors.Is(err, errNoAnswer):
			return false, nil
		}
		return err == nil && answer.Choice == "yes", err
	}
}

// cannotCancel says that the ticket stays, with the department's reason when it gave one.
func (b *booking) cannotCancel(failure Failure) Message {
	message := append(b.back(b.input.Portal), say("booking.cannot_cancel", b.referenceAndPortal())...)
	if failure.Reason != "" {
		message = append(message, say("booking.reason", values{"reason": plain(failure.Reason)})...)
	}
	return message
}

func (b *booking) keepAfterAll(ctx workflow.Context, message Message) error {
	b.moneyIn = false
	more := TellInput{CloseQuestions: true, Stage: inDetail(say("booking.detail", b.ticketDetail()))}
	return b.tellStage(ctx, b.nextStep("keep"), StageBooked, message, more)
}

// cancelTicket gives the ticket back, and then what the operator leaves of the fare.
func (b *booking) cancelTicket(ctx workflow.Context, at TicketRef, quote connectors.CancelQuote) error {
	b.moneyIn = true
	var cancelled connectors.Cancellation
	call := portalCall{
		activity: ActivityCancelBooking, summary: "Give the ticket back", result: &cancelled, stage: StageCancelling, input: plainInput(at),
		keptStage: StageCancelling, kept: say("booking.cancelling", b.referenceAndPortal()), keep: b.whileGood(ctx), changes: true,
	}
	failure, err := b.submitOnce(ctx, submission{
		what: "the cancellation of ticket " + at.Number, send: call, find: call, // cancelling what is cancelled answers the first cancellation
		keptStage: StageCancelling, kept: call.kept, handed: say("booking.cancel_with_officer", b.referenceAndPortal()),
		landed: func(string) { cancelled = connectors.Cancellation{Number: at.Number, Refund: quote.Refund} },
	})
	switch {
	case errors.Is(err, errStopped) || (err == nil && failure.Class != connectors.ClassOK):
		b.stop = ""
		return b.keepAfterAll(ctx, b.cannotCancel(failure))
	case err != nil:
		return err
	}
	b.note(ctx, "The ticket was given back")
	return b.endReturned(ctx, min(cancelled.Refund, b.payment.Amount), "cancelled", say("booking.cancelled", values{"number": plain(at.Number)}))
}

// endReturned ends with what the operator gives back of the fare on its way to the citizen.
func (b *booking) endReturned(ctx workflow.Context, amount connectors.Paise, code string, because Message) error {
	because = append(b.back(b.input.Portal), because...)
	if amount == 0 {
		return b.end(ctx, StageCancelled, append(because, say("booking.nothing_back", nil)...))
	}
	byWhen := day(RefundDue(workflow.Now(ctx)))
	end := b.end(ctx, StageRefunding, append(because, say("money.refund_by", values{"amount": money(amount), "day": byWhen})...))
	return b.thenRefund(ctx, end, ActivityRecordReturn, RecordReturnInput{Order: b.order.Order, Amount: amount, Code: code})
}
