package openloop_test

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/openloop"
)

func TestPercentilesAreNearestRank(t *testing.T) {
	t.Parallel()
	hundred := make([]time.Duration, 0, 100)
	for i := 100; i >= 1; i-- {
		hundred = append(hundred, time.Duration(i))
	}
	for name, test := range map[string]struct {
		samples []time.Duration
		want    openloop.Summary
	}{
		"none":           {nil, openloop.Summary{}},
		"one":            {[]time.Duration{7}, openloop.Summary{Count: 1, P50: 7, P90: 7, P99: 7, Max: 7}},
		"two":            {[]time.Duration{9, 1}, openloop.Summary{Count: 2, P50: 1, P90: 9, P99: 9, Max: 9}},
		"1 to 100":       {hundred, openloop.Summary{Count: 100, P50: 50, P90: 90, P99: 99, Max: 100}},
		"one slow in 10": {[]time.Duration{1, 1, 1, 1, 1, 1, 1, 1, 1, 90}, openloop.Summary{Count: 10, P50: 1, P90: 1, P99: 90, Max: 90}},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var latencies openloop.Latencies
			for _, sample := range test.samples {
				latencies.Add(sample)
			}
			require.Equal(t, test.want, latencies.Summary())
		})
	}
}

func TestArrivalsAreDueAtAFixedRate(t *testing.T) {
	t.Parallel()
	schedule := openloop.Schedule{Rate: 400, Duration: 50 * time.Millisecond}
	var due []time.Time
	require.NoError(t, schedule.Run(t.Context(), func(_ int, at time.Time) { due = append(due, at) }))
	require.Len(t, due, 20)
	for i, at := range due {
		require.Equal(t, time.Duration(i)*2500*time.Microsecond, at.Sub(due[0]))
	}
}

func TestALateGeneratorSkipsNothingAndKeepsTheDueTimes(t *testing.T) {
	t.Parallel()
	schedule := openloop.Schedule{Rate: 1000, Duration: 10 * time.Millisecond}
	var lateness []time.Duration
	require.NoError(t, schedule.Run(t.Context(), func(i int, due time.Time) {
		if i == 0 {
			for time.Since(due) < 20*time.Millisecond { // the generator itself was held up
				continue
			}
		}
		lateness = append(lateness, time.Since(due))
	}))
	require.Len(t, lateness, 10)
	require.Greater(t, lateness[1], 10*time.Millisecond, "what was due during the hold-up is measured from when it was due")
}

func TestTheScheduleStopsWithItsContext(t *testing.T) {
	t.Parallel()
	ctx, cancel := context.WithCancel(t.Context())
	fired := 0
	err := openloop.Schedule{Rate: 1, Duration: time.Hour}.Run(ctx, func(int, time.Time) { fired++; cancel() })
	require.ErrorIs(t, err, context.Canceled)
	require.Equal(t, 1, fired)
}

func TestASharedScheduleIsInterleavedEvenly(t *testing.T) {
	t.Parallel()
	for share, want := range map[float64]string{0: "......", 0.5: ".#.#.#", 1: "######", 0.34: "..#..#"} {
		got := []byte("......")
		for i := range got {
			if openloop.Interleaved(i, share) {
				got[i] = '#'
			}
		}
		require.Equal(t, want, string(got), "share %v", share)
	}
}
