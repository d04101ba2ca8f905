package scenario_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/scenario"
)

// rows is the fake's inbox: how many messages it has seen.
func (g *gateway) rows(context.Context) (int, error) {
	g.mu.Lock()
	defer g.mu.Unlock()
	return len(g.seen), nil
}

// quick waits no longer than it must where replies are lost: still so long that none is only late, however busy the machine is.
var quick = scenario.Config{ReplyLimit: 8 * time.Second, Settle: time.Second}

func load(rate float64) scenario.LoadConfig {
	return scenario.LoadConfig{Rate: rate, Duration: 2 * time.Second, StatusShare: 0.5, RepeatShare: 0.05}
}

func TestAGoodGatewayAnswersEveryMessageOnce(t *testing.T) {
	t.Parallel()
	runner, _ := newRunner(t, faults{}, scenario.Config{})
	require.NoError(t, runner.Introduce(t.Context(), 50))
	idle, err := runner.Idle(t.Context(), 20)
	require.NoError(t, err)
	requireExact(t, idle.Replies)
	require.Equal(t, 20, idle.Turn.Count)

	began := time.Now()
	result, err := runner.Load(t.Context(), load(200))
	took := time.Since(began)
	require.NoError(t, err)
	requireExact(t, result.Replies)
	require.Equal(t, 200, result.Begun, "half of 400 arrivals are messages")
	require.Equal(t, 10, result.Repeated)
	require.Equal(t, result.Offered, result.Accepted)
	carriers := result.Offered - result.Begun
	require.Positive(t, carriers, "the other half carry statuses, as soon as there are some")
	require.GreaterOrEqual(t, result.Statuses, carriers)
	require.LessOrEqual(t, result.TurnsPerSecond, 105., "no more than were offered")
	require.GreaterOrEqual(t, result.TurnsPerSecond, 200/took.Seconds())
	require.Positive(t, result.Messages["list row"])
	require.Positive(t, result.Messages["text"])
	require.Empty(t, result.Errors)
}

func TestLostAndDoubledRepliesAreCounted(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults        faults
		lost, doubled int
	}{
		"every tenth reply is lost":                 {faults{lose: 10}, 20, 0},
		"every tenth reply comes twice":             {faults{double: 10}, 0, 20},
		"a repeated delivery is answered once more": {faults{forgetful: true}, 0, 10},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runner, _ := newRunner(t, test.faults, quick)
			config := load(200)
			if !test.faults.forgetful {
				config.RepeatShare = 0
			}
			result, err := runner.Load(t.Context(), config)
			require.NoError(t, err)
			require.False(t, result.Exact())
			require.Equal(t, test.lost, result.Lost)
			require.Equal(t, test.doubled, result.Doubled)
		})
	}
}

func TestARefusedWebhookIsDeliveredAgainAndMeasuredFromWhenItWasDue(t *testing.T) {
	t.Parallel()
	runner, _ := newRunner(t, faults{refuse: 10}, scenario.Config{})
	config := load(100)
	config.StatusShare, config.RepeatShare = 0, 0
	result, err := runner.Load(t.Context(), config)
	require.NoError(t, err)
	requireExact(t, result.Replies)
	require.Equal(t, 200, result.Accepted)
	require.Equal(t, 22, result.Errors["HTTP 503"], "every tenth of the attempts, the redelivered ones included")
	require.GreaterOrEqual(t, result.Ack.Max, time.Second)
	require.GreaterOrEqual(t, result.Turn.P99, time.Second)
	require.Less(t, result.Turn.P50, result.Turn.P99, "the others do not wait for it")
}

func TestTheSameMessagesManyTimesAtOnce(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		faults  faults
		doubled int
	}{
		"answered once":      {faults{}, 0},
		"answered each time": {faults{forgetful: true}, 50 * 7},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			runner, _ := newRunner(t, test.faults, quick)
			result, err := runner.Dedupe(t.Context(), 50, 8)
			require.NoError(t, err)
			require.Equal(t, 50, result.Rows)
			require.Equal(t, 50, result.Replied)
			require.Equal(t, test.doubled, result.Doubled)
			require.Zero(t, result.Lost)
		})
	}
}

// A slow machine keeps up with a few messages a second.
func TestTheClimbStopsWhereTheGatewayFallsBehind(t *testing.T) {
	t.Parallel()
	runner, _ := newRunner(t, faults{lose: 7}, quick)
	climb, err := runner.Saturate(t.Context(), scenario.SaturateConfig{
		From: 2, Factor: 2, Step: 3 * time.Second, Mix: scenario.LoadConfig{StatusShare: 0.5},
	})
	require.NoError(t, err)
	require.Len(t, climb.Steps, 2, "3 messages, then 6: the 7th has no reply")
	kept, behind := climb.Steps[0].TurnsPerSecond, climb.Steps[1].TurnsPerSecond
	require.Equal(t, []float64{kept, max(kept, behind)}, []float64{climb.TurnsPerSecond, climb.PeakTurns})
}

func TestAnIntroductionThatFailsSaysSo(t *testing.T) {
	t.Parallel()
	runner, _ := newRunner(t, faults{double: 5}, quick)
	require.ErrorContains(t, runner.Introduce(t.Context(), 20), "answered twice")
}

func TestAHubThatRefusesEverythingEndsTheScenarios(t *testing.T) {
	t.Parallel()
	runner, _ := newRunner(t, faults{refuse: 1}, scenario.Config{ReplyLimit: time.Second, Settle: time.Millisecond})
	require.ErrorContains(t, runner.Introduce(t.Context(), 3), "3 refused")
	_, err := runner.Idle(t.Context(), 1)
	require.ErrorContains(t, err, "the webhook was not accepted")
	result, err := runner.Dedupe(t.Context(), 1, 2)
	require.NoError(t, err)
	require.False(t, result.Exact())
}

func TestAScenarioEndsWithItsContext(t *testing.T) {
	t.Parallel()
	runner, _ := newRunner(t, faults{lose: 1}, scenario.Config{})
	ctx, cancel := context.WithTimeout(t.Context(), 100*time.Millisecond)
	defer cancel()
	_, err := runner.Load(ctx, load(50))
	require.ErrorIs(t, err, context.DeadlineExceeded)
}
