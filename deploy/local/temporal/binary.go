package temporal

import (
	"context"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"regexp"
	"slices"
	"strconv"
	"time"
)

// MinServer is the oldest server version the hub runs on, as `temporal --version` tells it: "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)".
const MinServer = "1.29"

const (
	minServerMajor, minServerMinor = 1, 29

	// versionLimit bounds the question for a version; the first run of a large program on macOS is slow.
	versionLimit = 20 * time.Second
)

// MissingBinaryError says that no usable `temporal` program was found.
type MissingBinaryError struct{}

func (e *MissingBinaryError) Error() string {
	return "no `temporal` program with server " + MinServer + " or newer: build it with `make tools` (about 3 minutes, once)"
}

// FindBinary returns the first of the given paths that is a new enough `temporal`, else the one on the PATH when that is new enough,
// else a MissingBinaryError.
func FindBinary(ctx context.Context, paths ...string) (string, error) {
	if onPath, err := exec.LookPath("temporal"); err == nil {
		paths = append(slices.Clip(paths), onPath)
	}
	for _, path := range paths {
		if _, err := os.Stat(path); err == nil && newEnough(ctx, path) {
			return filepath.Abs(path)
		}
	}
	return "", &MissingBinaryError{}
}

var serverVersion = regexp.MustCompile(`Server (\d+)\.(\d+)\.`)

func newEnough(ctx context.Context, path string) bool {
	ctx, cancel := context.WithTimeout(ctx, versionLimit)
	defer cancel()
	out, err := exec.CommandContext(ctx, path, "--version").Output()
	if err != nil {
		return false
	}
	match := serverVersion.FindSubmatch(out)
	if match == nil {
		return false
	}
	major, majorErr := strconv.Atoi(string(match[1]))
	minor, minorErr := strconv.Atoi(string(match[2]))
	if majorErr != nil || minorErr != nil {
		return false
	}
	return major > minServerMajor || major == minServerMajor && minor >= minServerMinor
}

func checkBinary(ctx context.Context, path string) (string, error) {
	if path == "" {
		return FindBinary(ctx)
	}
	if _, err := os.Stat(path); err != nil {
		return "", fmt.Errorf("%w (%s does not exist)", &MissingBinaryError{}, path)
	}
	return filepath.Abs(path)
}
