package scenario

import (
	"context"
	"time"
)

// SaturateConfig is a climb: loads one after the other, each faster than the last.
type SaturateConfig struct {
	From   float64 // webhooks per second
	Factor float64 // from step to step, above 1
	Step   time.Duration
	Mix    LoadConfig // shares; its rate and duration are not used
}

const (
	// keptUp is the part of the offered rate that must have been accepted and answered for a step to count as sustained.
	keptUp = 0.97
	// longestWait is the acknowledgement and turn p99 beyond which a hub falls behind, however much it accepts.
	longestWait = 2 * time.Second
	// steps bounds a climb.
	steps = 20
)

// Saturate climbs until the hub no longer keeps up.
func (r *Runner) Saturate(ctx context.Context, config SaturateConfig) (Saturation, error) {
	var climb Saturation
	mix := config.Mix
	mix.Duration = config.Step
	for mix.Rate = config.From; len(climb.Steps) < steps; mix.Rate *= config.Factor {
		step, err := r.Load(ctx, mix)
		if err != nil {
			return climb, err
		}
		climb.Steps = append(climb.Steps, step)
		climb.PeakTurns = max(climb.PeakTurns, step.TurnsPerSecond)
		if !sustained(step, mix.StatusShare) {
			break
		}
		climb.AcceptedPerSecond, climb.TurnsPerSecond = step.AcceptedPerSecond, step.TurnsPerSecond
	}
	return climb, nil
}

func sustained(l Load, statusShare float64) bool {
	return l.TurnsPerSecond >= keptUp*l.Rate*(1-statusShare) && l.Ack.P99 <= longestWait && l.Turn.P99 <= longestWait && l.Exact()
}
