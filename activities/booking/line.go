package booking

import (
	"context"
	"fmt"
	"time"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// Lines keeps who waits for which quota. *store.Store is one.
type Lines interface {
	StandInLine(ctx context.Context, place store.BookingPlace) (store.BookingLine, error)
	LookAgainAt(ctx context.Context, place store.BookingPlace, at time.Time) error
	LeaveLine(ctx context.Context, place store.BookingPlace, soldOut bool) error
}

// Portals tells a portal's budget. *catalog.Catalog is one.
type Portals interface {
	Portal(name string) (*catalog.Portal, bool)
}

// Line is the line before quotas that open at an announced minute, when more people want a slot than a portal can be asked for at once.
//
// It is fair: the order is that in which citizens chose the slot, as the hub received it, whatever worker runs their request and however
// fast it is. Only as many as the portal's budget lets ask at once are told that it is their turn; the others look again after the time
// in which those before them can be served, at most every couple of minutes, so ten thousand who wait cost a few rows read a second and
// the portal nothing. Whoever does not come back, because the request was ended from outside, loses the place after a few minutes.
type Line struct {
	lines   Lines
	portals Portals
	now     func() time.Time
}

// NewLine makes the line's activities. now is the clock.
func NewLine(lines Lines, portals Portals, now func() time.Time) *Line {
	return &Line{lines: lines, portals: portals, now: now}
}

const (
	// exchanges are how many a try takes at the portal: the form, the hold, and one to spare.
	exchanges = 3
	// shortestLook and longestLook bound when somebody looks again.
	shortestLook = time.Second
	longestLook  = 2 * time.Minute
	// turnFor is how long a turn counts; a try that takes longer goes on, but the next is let in.
	turnFor = 2 * time.Minute
)

// StandInLine takes a place, or looks how far it came. Where booking is open and nobody stands in line, it is everybody's turn.
func (l *Line) StandInLine(ctx context.Context, input workflows.QueueInput) (workflows.PlaceInLine, error) {
	now := l.now()
	place := placeOf(input)
	line, err := l.lines.StandInLine(ctx, place)
	if err != nil {
		return workflows.PlaceInLine{}, fmt.Errorf("stand in line: %w", err)
	}
	if !line.Standing {
		return workflows.PlaceInLine{Turn: true}, nil
	}
	answer := workflows.PlaceInLine{InLine: true, Ahead: line.Ahead, SoldOut: line.SoldOut}
	width, rate := l.pace(input.Portal)
	answer.Turn = !line.OpensAt.After(now) && line.Ahead < width && !line.SoldOut
	answer.Again = lookAgain(line, width, rate, now)
	until := answer.Again
	if answer.Turn {
		until = turnFor
	}
	if err := l.lines.LookAgainAt(ctx, place, now.Add(until)); err != nil {
		return workflows.PlaceInLine{}, fmt.Errorf("keep the place in line: %w", err)
	}
	return answer, nil
}

// pace is how many may try at once, and how many tries a second the portal's budget allows.
func (l *Line) pace(name string) (width int, rate float64) {
	portal, known := l.portals.Portal(name)
	if !known {
		return 1, 1
	}
	return max(portal.Budget.Concurrent, 1), max(portal.Budget.RequestsPerSecond/exchanges, 0.1)
}

// lookAgain is when the turn may come: not before the opening, and then after most of the time in which those before can be served.
func lookAgain(line store.BookingLine, width int, rate float64, now time.Time) time.Duration {
	served := time.Duration(float64(max(line.Ahead-width+1, 0)) / rate * 0.75 * float64(time.Second))
	if wait := line.OpensAt.Sub(now); wait > 0 {
		return max(wait, shortestLook) + min(served, longestLook)
	}
	return min(max(served, shortestLook), longestLook)
}

// LeaveLine gives the place to the next.
func (l *Line) LeaveLine(ctx context.Context, input workflows.QueueInput) error {
	if err := l.lines.LeaveLine(ctx, placeOf(input), input.SoldOut); err != nil {
		return fmt.Errorf("leave the line: %w", err)
	}
	return nil
}

func placeOf(input workflows.QueueInput) store.BookingPlace {
	return store.BookingPlace{
		Quota: input.Portal + "/" + input.Quota, Reference: input.Reference, ConfirmedAt: input.ConfirmedAt, Persons: input.Persons, OpensAt: input.OpensAt,
	}
}
