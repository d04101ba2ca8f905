// Package installed says what becomes of a test whose tool is not on this machine. `make test` installs every tool (deploy/tools/deps.sh), so a
// missing one is a fault where CI is set, and no more than a skipped test on somebody's own machine.
package installed

import (
	"os"
	"os/exec"
	"testing"
)

// Require skips the test when what it needs was not found, and fails it where the environment has CI.
func Require(t testing.TB, found bool, what string) {
	t.Helper()
	switch {
	case found:
	case os.Getenv("CI") != "":
		t.Fatalf("%s is not installed, and here it has to be: make deps-test", what)
	default:
		t.Skipf("%s is not installed: make deps-test", what)
	}
}

// Program is the path of a program that the test needs, as Require has it.
func Program(t testing.TB, name string) string {
	t.Helper()
	path, err := exec.LookPath(name)
	Require(t, err == nil, name)
	return path
}
