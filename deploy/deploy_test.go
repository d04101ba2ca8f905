package deploy_test

import (
	"io/fs"
	"slices"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/flows"
	"github.com/jansetu/jansetu/gateway/verify"
)

// A problem of any state, a text missing in one of its languages among them, fails the build.
func TestEveryStateIsWithoutProblem(t *testing.T) {
	t.Parallel()
	specs := slices.Concat(dialog.Texts(), flows.Texts(), activities.Texts(), verify.Texts())
	states, err := fs.ReadDir(deploy.Files, "states")
	require.NoError(t, err)
	require.NotEmpty(t, states)
	for _, state := range states {
		for _, problem := range catalog.Lint(deploy.Files, state.Name(), specs) {
			t.Error(problem)
		}
	}
}
