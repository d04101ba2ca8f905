// Package built makes the program under test, once for all tests of a package.
package built

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
)

// Run builds jansetu into a temporary folder, writes its path to program, runs the tests and returns their exit status. It is the whole of a
// TestMain, and panics when the program cannot be built.
func Run(m *testing.M, program *string) int {
	folder, err := os.MkdirTemp("", "jansetu-under-test")
	if err != nil {
		panic(err)
	}
	defer func() { _ = os.RemoveAll(folder) }()
	*program = filepath.Join(folder, "jansetu")
	build := exec.CommandContext(context.Background(), "go", "build", "-o", *program, "github.com/jansetu/jansetu/cmd/jansetu") //nolint:gosec // the path is ours
	build.Stderr = os.Stderr
	if err := build.Run(); err != nil {
		panic(fmt.Errorf("build the program under test: %w", err))
	}
	return m.Run()
}
