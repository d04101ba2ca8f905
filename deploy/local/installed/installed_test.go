package installed_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/installed"
)

// outcome is a test that remembers how it ended.
type outcome struct {
	testing.TB
	skipped, failed bool
}

func (*outcome) Helper()                 {}
func (o *outcome) Skipf(string, ...any)  { o.skipped = true }
func (o *outcome) Fatalf(string, ...any) { o.failed = true }

func TestAMissingToolFailsWhereItHasToBeThere(t *testing.T) {
	for name, test := range map[string]struct {
		found           bool
		ci              string
		skipped, failed bool
	}{
		"there":          {found: true, ci: "true"},
		"missing":        {skipped: true},
		"missing in CI":  {ci: "true", failed: true},
		"there, at home": {found: true},
	} {
		t.Run(name, func(t *testing.T) {
			t.Setenv("CI", test.ci)
			ended := &outcome{TB: t}
			installed.Require(ended, test.found, "a tool")
			require.Equal(t, test.skipped, ended.skipped)
			require.Equal(t, test.failed, ended.failed)
		})
	}
	require.NotEmpty(t, installed.Program(t, "go"))
}
