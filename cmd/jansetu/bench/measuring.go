package bench

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/measure"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/scenario"
)

// measure runs the scenarios one after the other.
func (s *site) measure(ctx context.Context, report *Report) error {
	s.config.Log.InfoContext(ctx, "introducing citizens to the hub", "citizens", s.config.Citizens)
	if err := s.runner.Introduce(ctx, s.config.Citizens); err != nil {
		return err
	}
	if err := s.database.analyze(ctx); err != nil {
		return err
	}
	for _, one := range []struct {
		name Scenario
		run  func(context.Context, *Report) error
	}{
		{ScenarioIdle, s.idle},
		{ScenarioLoad, s.load},
		{ScenarioDedupe, s.dedupe},
		{ScenarioSaturate, s.saturate},
	} {
		if !slices.Contains(s.config.Scenarios, one.name) {
			continue
		}
		s.config.Log.InfoContext(ctx, "measuring", "scenario", string(one.name))
		if err := one.run(ctx, report); err != nil {
			return fmt.Errorf("scenario %s: %w", one.name, err)
		}
		if s.hub != nil {
			if err := s.hub.alive(); err != nil {
				return err
			}
		}
	}
	return nil
}

func (s *site) idle(ctx context.Context, report *Report) error {
	before, err := s.spent(ctx)
	if err != nil {
		return err
	}
	result, err := s.runner.Idle(ctx, s.config.IdleTurns)
	if err != nil {
		return err
	}
	cost, err := s.costSince(ctx, before, result.Replied)
	report.Idle = &IdleResult{Idle: result, Cost: cost}
	return err
}

func (s *site) load(ctx context.Context, report *Report) error {
	before, err := s.spent(ctx)
	if err != nil {
		return err
	}
	result, err := s.runner.Load(ctx, s.mix(s.config.Rate, s.config.Duration))
	if err != nil {
		return err
	}
	report.Load = &LoadResult{Load: result}
	if report.Load.Cost, err = s.costSince(ctx, before, result.Replied); err != nil || s.database.statements == nil {
		return err
	}
	report.Load.Statements, err = s.database.statements.Top(ctx, topStatements)
	return err
}

// topStatements is how many of the most expensive statements a report names.
const topStatements = 12

func (s *site) mix(rate float64, duration time.Duration) scenario.LoadConfig {
	return scenario.LoadConfig{Rate: rate, Duration: duration, StatusShare: s.config.StatusShare, RepeatShare: s.config.RepeatShare}
}

func (s *site) dedupe(ctx context.Context, report *Report) error {
	result, err := s.runner.Dedupe(ctx, s.config.DedupeMessages, s.config.DedupeCopies)
	if err != nil {
		return err
	}
	report.Dedupe = &result
	return nil
}

func (s *site) saturate(ctx context.Context, report *Report) error {
	climb, err := s.runner.Saturate(ctx, scenario.SaturateConfig{
		From: s.config.SaturateFrom, Factor: climbFactor, Step: s.config.SaturateStep, Mix: s.mix(0, 0),
	})
	if err != nil {
		return err
	}
	report.Saturation = &climb
	return nil
}

// spending is what the parts have used up at a moment.
type spending struct {
	hub, postgres, generator time.Duration
	executed                 measure.Count
	refused                  int64
}

func (s *site) spent(ctx context.Context) (spending, error) {
	now := spending{generator: measure.OwnCPU(), refused: s.meta.refused()}
	if s.hub != nil {
		now.hub, _ = measure.CPU(s.hub.pid())
	}
	if pid := s.database.pid(); pid != 0 {
		now.postgres, _ = measure.CPU(pid)
	}
	if s.database.statements == nil {
		return now, nil
	}
	var err error
	now.executed, err = s.database.statements.Now(ctx)
	return now, err
}

// costSince is what was used since an earlier moment, for a number of turns.
func (s *site) costSince(ctx context.Context, before spending, turns int) (Cost, error) {
	now, err := s.spent(ctx)
	if err != nil {
		return Cost{}, err
	}
	cost := Cost{
		HubCPUSeconds:        (now.hub - before.hub).Seconds(),
		PostgreSQLCPUSeconds: (now.postgres - before.postgres).Seconds(),
		GeneratorCPUSeconds:  (now.generator - before.generator).Seconds(),
		RefusedByMeta:        now.refused - before.refused,
	}
	if s.hub != nil {
		cost.HubPeakMemoryBytes, _ = measure.PeakMemory(s.hub.pid())
	}
	if executed := now.executed.Sub(before.executed); turns > 0 {
		cost.StatementsPerTurn = float64(executed.Statements) / float64(turns)
		cost.TransactionsPerTurn = float64(executed.Transactions) / float64(turns)
	}
	return cost, nil
}
