package walk_test

import (
	"bytes"
	"context"
	"log/slog"
	"os"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/cmd/jansetu/town"
	"github.com/jansetu/jansetu/cmd/jansetu/walk"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/deploy/local/built"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker/temporaltest"
)

var program string // the built jansetu

func TestMain(m *testing.M) { os.Exit(built.Run(m, &program)) }

// TestOneServiceOfEachKindOfEveryStateIsCompleted walks the sample: each kind once for each state, in another language each. All of them
// are walked by `make walk`.
func TestOneServiceOfEachKindOfEveryStateIsCompleted(t *testing.T) {
	t.Parallel()
	states, err := os.ReadDir("../../../deploy/states")
	require.NoError(t, err)
	for _, state := range states {
		if !state.IsDir() {
			continue
		}
		t.Run(state.Name(), func(t *testing.T) {
			t.Parallel()
			walkSample(t, state.Name())
		})
	}
}

func walkSample(t *testing.T, state string) {
	t.Helper()
	var progress, said bytes.Buffer
	report, err := walk.Run(t.Context(), walk.Config{
		States: []string{state}, Sample: true, ReadPapers: true, Files: deploy.Files, Binary: program, DataDir: t.TempDir(), Progress: &progress,
		Log: slog.New(slog.DiscardHandler),
		Plot: func(context.Context, string) (town.Plot, error) {
			return town.Plot{
				DatabaseURL: storetest.URL(t), TemporalAddress: temporaltest.Address(t),
				Namespace: temporaltest.Namespace(t, assembly.SearchAttributes()),
			}, nil
		},
	})
	if report != nil {
		require.NoError(t, report.Write(&said))
	}
	require.NoError(t, err, "%s\n%s", progress.String(), said.String())
	require.NotEmpty(t, report.Results)
	t.Log(said.String())
}
