package assembly

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"io"
	"os"
	"runtime/debug"

	"github.com/jansetu/jansetu/cmd/jansetu/config"
)

const (
	developmentVersion = "development"
	versionLength      = 12
)

// WorkerVersion is what this build is called among the workers: JANSETU_WORKER_VERSION, else the commit it was built from, else the program's
// own hash. In development it is always the same: the program is built over and over, and a build that is gone could not finish what it
// began.
func WorkerVersion(settings config.Config) (string, error) {
	switch {
	case settings.WorkerVersion != "":
		return settings.WorkerVersion, nil
	case settings.Mode == config.Development:
		return developmentVersion, nil
	}
	if commit := cleanCommit(); commit != "" {
		return commit, nil
	}
	return ownHash()
}

// cleanCommit is empty when the program was built from files that are in no commit.
func cleanCommit() string {
	info, known := debug.ReadBuildInfo()
	if !known {
		return ""
	}
	commit, changed := "", false
	for _, setting := range info.Settings {
		switch setting.Key {
		case "vcs.revision":
			commit = setting.Value
		case "vcs.modified":
			changed = setting.Value == "true"
		}
	}
	if changed || len(commit) < versionLength {
		return ""
	}
	return commit[:versionLength]
}

func ownHash() (string, error) {
	path, err := os.Executable()
	if err != nil {
		return "", fmt.Errorf("find this program: %w", err)
	}
	program, err := os.Open(path) //nolint:gosec // this program
	if err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	defer func() { _ = program.Close() }()
	hash := sha256.New()
	if _, err := io.Copy(hash, program); err != nil {
		return "", fmt.Errorf("read this program: %w", err)
	}
	return "build-" + hex.EncodeToString(hash.Sum(nil))[:versionLength], nil
}
