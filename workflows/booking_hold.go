package workflows

import (
	"errors"
	"strconv"
	"strings"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// mostDoubts is how often a hold is asked for again when it is not known whether it was made.
const mostDoubts = 4

// hold has the places kept until they are paid. It fails with errGone when others were quicker.
func (b *booking) hold(ctx workflow.Context) error {
	failure, err := b.holdOnce(ctx)
	if left := b.leaveQueue(ctx, failure); left != nil && err == nil {
		err = left
	}
	switch {
	case err != nil:
		return b.orEnd(ctx, err)
	case failure.Class == connectors.ClassOK:
		b.note(ctx, "The places are kept until "+indianClock(b.held.ExpiresAt))
		return nil
	case gone(failure):
		return errGone
	}
	return b.endRefused(ctx, failure)
}

// gone tells whether a refused hold means that other places may still be had.
func gone(failure Failure) bool {
	return failure.Class == connectors.ClassRefused &&
		(failure.Code == connectors.RefusedSoldOut || failure.Code == connectors.RefusedTooLate || failure.Code == connectors.RefusedHoldExpired)
}

// holdOnce asks for one hold. When it is not known whether it was made, it is asked for again under the same reference: a portal that
// made it answers it; at another it runs out by itself.
func (b *booking) holdOnce(ctx workflow.Context) (failure Failure, err error) {
	b.holds++
	reference := b.to.Reference + "-h" + strconv.Itoa(b.holds)
	for doubt := range mostDoubts {
		failure, err = b.askToHold(ctx, reference)
		if err != nil || failure.Class != connectors.ClassOutcomeUnknown {
			return failure, err
		}
		b.note(ctx, "It is not known whether the places are kept: asking for them again")
		if _, err = b.awaitFor(ctx, lookUps[doubt], "the portal; then the places are asked for again", func() bool { return b.mayStop() }); err != nil {
			return failure, err
		}
	}
	return failure, nil
}

// mayStop tells whether the citizen stopped the booking while they could.
func (b *booking) mayStop() bool { return b.payment.ID == "" && b.stop != "" }

func (b *booking) askToHold(ctx workflow.Context, reference string) (Failure, error) {
	keptStage, kept := b.orSafe(StageQueueing, say("booking.rush", b.referenceAndPortal()))
	return b.callUntilClear(ctx, portalCall{
		activity: ActivityHoldPlaces, summary: "Have the places kept", result: &b.held, stage: StageHolding, canStop: b.payment.ID == "", changes: true,
		input: func(answer *connectors.ChallengeAnswer) any {
			return HoldPlacesInput{
				Reference: reference, Service: b.input.Service, Trip: b.trip, Date: b.date, Passengers: b.passengers, Fields: b.fields,
				Boarding: b.boarding, Answer: answer,
			}
		},
		keptStage: keptStage, kept: kept, keep: b.whilePaid(ctx),
	})
}

// paidPatience is how long money may lie with us while the portal that had nothing to do with it yet is away.
const paidPatience = 2 * time.Hour

// whilePaid is how long a portal is waited for, once the citizen has paid; before it, as long as for anything.
func (b *booking) whilePaid(ctx workflow.Context) time.Duration {
	if b.payment.ID == "" {
		return fetchFor
	}
	return min(paidPatience, max(b.trip.Departs.Sub(workflow.Now(ctx)), time.Minute))
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
	if b.held.Fare == 0 {
		return nil
	}
	b.order, b.payment, err = b.collect(ctx, charge{
		purpose: purposeFare, account: b.to.Reference, number: purposeFare, amount: b.held.Fare, about: b.describe(),
		validFor: b.held.ExpiresAt.Sub(workflow.Now(ctx)),
	})
	if notPaid, ok := errors.AsType[notPaidError](err); ok {
		return b.endUnpaid(ctx, notPaid)
	}
	if err != nil {
		return err
	}
	b.takeMoney(ctx, b.payment, StageBooking, StageKeptPaid, b.safe())
	return nil
}

// safe is what the citizen hears while the operator has not given the ticket.
func (b *booking) safe() Message {
	return say("booking.kept", values{"amount": money(b.payment.Amount), "portal": portal(b.input.Portal), "reference": plain(b.to.Reference)})
}

// orSafe is what the citizen hears while the portal is away: before they have paid, and after.
func (b *booking) orSafe(stage Stage, unpaid Message) (Stage, Message) {
	if b.payment.ID == "" {
		return stage, unpaid
	}
	return StageKeptPaid, b.safe()
}

// endUnpaid gives the places back for which no money came.
func (b *booking) endUnpaid(ctx workflow.Context, notPaid notPaidError) error {
	if err := b.release(ctx); err != nil {
		return err
	}
	if notPaid.reason == ClosedByExpiry {
		return b.end(ctx, StageExpired, say("booking.not_paid", values{"reference": plain(b.to.Reference)}))
	}
	return b.endNotPaid(ctx, notPaid)
}

// describe is what the citizen pays for, with the operator's rule for giving it back.
func (b *booking) describe() Message {
	message := say("booking.summary", values{
		"trip": plain(strings.TrimSpace(b.trip.Number + " " + b.trip.Kind)), "when": moment(b.trip.Departs), "count": count(len(b.passengers)),
		"fare": money(b.held.Fare),
	})
	if b.trip.From.Name != "" && b.trip.To.Name != "" {
		message = append(message, say("booking.route", values{"from": plain(b.trip.From.Name), "to": plain(b.trip.To.Name)})...)
	}
	if len(b.held.Seats) > 0 {
		message = append(message, say("booking.seat_numbers", values{"seats": plain(strings.Join(b.held.Seats, ", "))})...)
	}
	message = append(message, say("booking.kept_until", values{"until": moment(b.held.ExpiresAt)})...)
	if terms := b.input.Terms.Booking; terms != nil && len(terms.RefundRule) > 0 {
		message = append(message, say("booking.refund_rule", values{"rule": plain(terms.RefundRule.In(b.to.Language))})...)
	}
	return message
}

func count(number int) Value { return plain(strconv.Itoa(number)) }
