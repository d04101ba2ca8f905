package bench_test

import (
	"bytes"
	"encoding/json"
	"log/slog"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/alecthomas/kong"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench"
)

// small is a run of a few seconds against the fake hub with a fault.
func small(t *testing.T, fault string) bench.Command {
	t.Helper()
	self, err := os.Executable()
	require.NoError(t, err)
	var command bench.Command
	parser, err := kong.New(&command)
	require.NoError(t, err)
	_, err = parser.Parse([]string{
		"--hub", self, "--hub-env", fakeHubVariable + "=" + fault, "--citizens", "20", "--idle-turns", "10", "--rate", "100", "--duration", "1s",
		"--json", filepath.Join(t.TempDir(), "report.json"),
	})
	require.NoError(t, err)
	return command
}

func TestARunMeasuresPrintsAndWritesAReport(t *testing.T) {
	t.Parallel()
	command := small(t, "")
	var table bytes.Buffer
	require.NoError(t, command.Execute(t.Context(), &table, slog.New(slog.DiscardHandler)))
	for _, line := range []string{"IDLE", "LOAD: 100 webhooks/s", "DEDUPE: 500 messages, each delivered 8 times", "500 of 500; 0 lost, 0 doubled", "GOALS"} {
		require.Contains(t, table.String(), line)
	}
	report := readReport(t, command.JSON)
	require.Equal(t, 500, report.Dedupe.Rows)
	require.Equal(t, 50, report.Load.Replied)
	require.Positive(t, report.Idle.Turn.P50)
	require.InDelta(t, 1, report.Idle.Cost.StatementsPerTurn, 0.5, "the fake hub inserts once for each message")
	require.Positive(t, report.Machine.Fsync)
	require.True(t, report.Exact())
	require.False(t, report.Met(), "a hundred a second is not the goal")
}

func readReport(t *testing.T, path string) bench.Report {
	t.Helper()
	content, err := os.ReadFile(path)
	require.NoError(t, err)
	var report bench.Report
	require.NoError(t, json.Unmarshal(content, &report))
	return report
}

func TestAMissedSpeedGoalFailsOnlyAGate(t *testing.T) {
	t.Parallel()
	command := small(t, "")
	command.Gate, command.Scenarios = true, []bench.Scenario{bench.ScenarioLoad}
	require.ErrorIs(t, command.Execute(t.Context(), &bytes.Buffer{}, slog.New(slog.DiscardHandler)), bench.ErrGoalMissed)
}

func TestAHubThatDoublesRepliesFails(t *testing.T) {
	t.Parallel()
	command := small(t, "double")
	command.Citizens, command.Scenarios = 0, []bench.Scenario{bench.ScenarioDedupe}
	require.ErrorIs(t, command.Execute(t.Context(), &bytes.Buffer{}, slog.New(slog.DiscardHandler)), bench.ErrNotExact)
	report := readReport(t, command.JSON)
	require.Equal(t, 50, report.Dedupe.Doubled)
	require.Zero(t, report.Dedupe.Lost)
}

func TestAHubThatDoesNotStartSaysWhy(t *testing.T) {
	t.Parallel()
	err := small(t, "die").Execute(t.Context(), &bytes.Buffer{}, slog.New(slog.DiscardHandler))
	require.ErrorContains(t, err, "the hub ended before it was ready")
	require.ErrorContains(t, err, "no catalog for andhra")
}

func TestTheFlagsDefaultToTheGoalsOfTheProject(t *testing.T) {
	t.Parallel()
	var command bench.Command
	parser, err := kong.New(&command)
	require.NoError(t, err)
	_, err = parser.Parse(nil)
	require.NoError(t, err)
	want := bench.DefaultConfig()
	want.Log = nil
	got := command.Config(nil)
	require.Equal(t, want.Duration, time.Minute)
	require.Equal(t, want, got)
}
