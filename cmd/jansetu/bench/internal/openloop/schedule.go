package openloop

import (
	"context"
	"time"
)

// Schedule is a fixed arrival rate over a duration.
type Schedule struct {
	Rate     float64 // arrivals per second, above 0
	Duration time.Duration
}

// Arrivals is how many arrivals the schedule holds.
func (s Schedule) Arrivals() int {
	return int(s.Rate * s.Duration.Seconds())
}

// At is when arrival number i (from 0) is due, counted from the start.
func (s Schedule) At(i int) time.Duration {
	return time.Duration(float64(i) / s.Rate * float64(time.Second))
}

// Run calls fire once for every arrival, with its number and the moment it was due. When it falls behind it catches up at
// once and skips none. fire must not block: it hands the work to another goroutine. Run returns ctx's error when ctx ends first.
func (s Schedule) Run(ctx context.Context, fire func(i int, due time.Time)) error {
	start := time.Now()
	timer := time.NewTimer(0)
	defer timer.Stop()
	for i := range s.Arrivals() {
		due := start.Add(s.At(i))
		if err := waitUntil(ctx, timer, due); err != nil {
			return err
		}
		fire(i, due)
	}
	return nil
}

func waitUntil(ctx context.Context, timer *time.Timer, due time.Time) error {
	wait := time.Until(due)
	if wait <= 0 {
		return ctx.Err()
	}
	timer.Reset(wait)
	select {
	case <-timer.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// Interleaved reports whether arrival i belongs to the part of the mix that has this share (0 to 1) of all arrivals, spread
// as evenly as whole numbers allow.
func Interleaved(i int, share float64) bool {
	return int(float64(i+1)*share) > int(float64(i)*share)
}
