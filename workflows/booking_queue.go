package workflows

import (
	"fmt"
	"time"

	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/connectors"
)

// queue waits for our turn at a quota that opens, or that has opened and has a line. Whoever confirmed first is tried first, however
// the workers are distributed: the line is in our own store. It fails with errGone when the quota is sold out before it is our turn.
func (b *booking) queue(ctx workflow.Context) error {
	told := -1
	for {
		place, err := b.placeInLine(ctx)
		b.inLine = place.InLine
		switch {
		case err != nil:
			return err
		case place.SoldOut:
			if err := b.leaveQueue(ctx, Failure{}); err != nil {
				return err
			}
			return errGone
		case place.Turn:
			return nil
		}
		if err := b.tellPlace(ctx, place, told); err != nil {
			return err
		}
		told = place.Ahead
		stopped, err := b.awaitFor(ctx, place.Again, "the turn at the opening", func() bool { return b.stop != "" })
		if err != nil {
			return err
		}
		if stopped {
			if err := b.leaveQueue(ctx, Failure{}); err != nil {
				return err
			}
			return b.orEnd(ctx, errStopped)
		}
	}
}

// placeInLine takes a place in the line of the quota, or looks how far it came.
func (b *booking) placeInLine(ctx workflow.Context) (place PlaceInLine, err error) {
	input := QueueInput{
		Portal: b.input.Portal, Quota: b.trip.ID, Reference: b.to.Reference, ConfirmedAt: b.chosenAt, Persons: len(b.passengers), OpensAt: b.trip.OpensAt,
	}
	if err := hubStep(ctx, "Look at the line", ActivityStandInLine, input, &place); err != nil {
		return PlaceInLine{}, fmt.Errorf("stand in line: %w", err)
	}
	return place, nil
}

// tellPlace tells the citizen once that they stand in line, and from then on shows them where when they ask.
func (b *booking) tellPlace(ctx workflow.Context, place PlaceInLine, told int) error {
	detail := say("booking.in_line", values{"place": count(place.Ahead + 1), "when": moment(b.opensAt(ctx))})
	switch {
	case told < 0:
		b.note(ctx, "Waits in line for the opening")
		message := say("booking.queueing", values{"when": moment(b.opensAt(ctx)), "place": count(place.Ahead + 1), "portal": portal(b.input.Portal)})
		return b.tellStage(ctx, b.nextStep("queue"), StageQueueing, message, TellInput{Stage: inDetail(detail)})
	case told == place.Ahead:
		return nil
	}
	update := StageUpdate{Stage: StageQueueing, Detail: detail, Open: true}
	if err := hubStep(ctx, "Show the place in line", ActivitySetStage, SetStageInput{To: b.to, Stage: update}, nil); err != nil {
		return fmt.Errorf("show the place in line: %w", err)
	}
	return nil
}

func (b *booking) opensAt(ctx workflow.Context) time.Time {
	if b.trip.OpensAt.IsZero() {
		return workflow.Now(ctx)
	}
	return b.trip.OpensAt
}

// leaveQueue gives the place in line to the next. A quota that is sold out is noted, so that those behind need not try.
func (b *booking) leaveQueue(ctx workflow.Context, failure Failure) error {
	if !b.inLine {
		return nil
	}
	b.inLine = false
	input := QueueInput{
		Portal: b.input.Portal, Quota: b.trip.ID, Reference: b.to.Reference, Persons: len(b.passengers), OpensAt: b.trip.OpensAt,
		SoldOut: failure.Code == connectors.RefusedSoldOut,
	}
	if err := hubStep(ctx, "Leave the line", ActivityLeaveLine, input, nil); err != nil {
		return fmt.Errorf("leave the line: %w", err)
	}
	return nil
}
