package simulate_test

import (
	"bytes"
	"log/slog"
	"os"
	"path/filepath"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/simulate"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/deploy/local/built"
)

var program string // the built jansetu

func TestMain(m *testing.M) { os.Exit(built.Run(m, &program)) }

// TestAShortStormLosesNothing is the town of `jansetu simulate` for as long as a test may take.
func TestAShortStormLosesNothing(t *testing.T) {
	t.Parallel()
	repository, err := filepath.Abs("../../..")
	require.NoError(t, err)
	var progress bytes.Buffer
	report, err := simulate.Run(t.Context(), simulate.Config{
		Citizens: 10, Days: 1, Seed: 39, Chaos: simulate.Stormy, State: "andhra", Files: deploy.Files,
		Binary: program, TemporalBinary: filepath.Join(repository, "bin", "temporal"), DataDir: t.TempDir(), Progress: &progress,
		Log: slog.New(slog.DiscardHandler),
	})
	var said bytes.Buffer
	if report != nil {
		report.Write(&said)
	}
	require.NoError(t, err, "%s\n%s", progress.String(), said.String())
	require.Positive(t, report.Paid)
	require.Positive(t, report.Faults)
	require.Len(t, report.Kinds, simulate.Kinds(), "the state has every kind")
	for _, kind := range report.Kinds {
		require.Positive(t, report.Got[kind], "nobody got what they wanted of: %s\n%s\n%s", kind, said.String(), progress.String())
	}
	require.Equal(t, report.CapturedPaise, report.PostedPaise+report.RefundedPaise)
	t.Log(said.String())
}
