package postgres

import (
	"context"
	"crypto/rand"
	"errors"
	"fmt"
	"io/fs"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"

	"github.com/jansetu/jansetu/deploy/local/process"
)

// ensureCluster makes the cluster of a home that has none, and returns its superuser's password.
func ensureCluster(ctx context.Context, h home, b binaries, quick bool) (string, error) {
	if _, err := os.Stat(h.cluster()); err == nil {
		return readPassword(h)
	} else if !errors.Is(err, fs.ErrNotExist) {
		return "", fmt.Errorf("look for the PostgreSQL cluster: %w", err)
	}
	password := rand.Text()
	if err := os.WriteFile(h.password(), []byte(password+"\n"), 0o600); err != nil {
		return "", fmt.Errorf("keep the database password: %w", err)
	}
	// A cluster appears under its name only when it is whole, so that an interrupted initdb is simply done again.
	unfinished := h.cluster() + ".unfinished"
	if err := os.RemoveAll(unfinished); err != nil {
		return "", fmt.Errorf("remove an unfinished PostgreSQL cluster: %w", err)
	}
	if err := initdb(ctx, h, b, unfinished, password, quick); err != nil {
		return "", err
	}
	if err := os.Rename(unfinished, h.cluster()); err != nil {
		return "", fmt.Errorf("finish the PostgreSQL cluster: %w", err)
	}
	return password, nil
}

func initdb(ctx context.Context, h home, b binaries, dir, password string, quick bool) error {
	if err := os.Mkdir(dir, 0o700); err != nil {
		return fmt.Errorf("make a PostgreSQL cluster: %w", err)
	}
	if err := h.own(dir); err != nil {
		return err
	}
	pwfile, err := writePasswordFile(h, password)
	if err != nil {
		return err
	}
	defer os.Remove(pwfile) //nolint:errcheck // a second copy of the password, as private as the first

	args := []string{
		"--pgdata", dir, "--username", superuser, "--pwfile", pwfile, "--auth", "scram-sha-256",
		"--encoding", "UTF8", "--locale", "C", "--no-instructions",
	}
	if quick {
		args = append(args, "--no-sync")
	}
	cmd := exec.CommandContext(ctx, b.path("initdb"), args...) //nolint:gosec // an installed server's own program
	cmd.Dir, cmd.Env = dir, process.Environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: h.user, Setpgid: true}
	if out, err := cmd.CombinedOutput(); err != nil {
		return fmt.Errorf("make a PostgreSQL cluster in %s: %w: %s", dir, err, lastLine(string(out)))
	}
	return nil
}

// writePasswordFile writes the copy of the password that initdb reads as the server's user.
func writePasswordFile(h home, password string) (string, error) {
	file, err := os.CreateTemp(h.dir, "initdb-password-") // mode 0600
	if err != nil {
		return "", fmt.Errorf("hand the password to initdb: %w", err)
	}
	_, err = file.WriteString(password + "\n")
	if err := errors.Join(err, file.Close(), h.own(file.Name())); err != nil {
		_ = os.Remove(file.Name())
		return "", fmt.Errorf("hand the password to initdb: %w", err)
	}
	return file.Name(), nil
}

func readPassword(h home) (string, error) {
	raw, err := os.ReadFile(h.password())
	if err != nil {
		return "", &BrokenDataDirError{Dir: h.dir, Reason: "its file \"password\" is missing or unreadable"}
	}
	return strings.TrimSpace(string(raw)), nil
}

// clusterMajor is the version that made a cluster: 0 when there is none yet.
func clusterMajor(h home) (int, error) {
	if _, err := os.Stat(h.cluster()); errors.Is(err, fs.ErrNotExist) {
		return 0, nil
	}
	raw, err := os.ReadFile(filepath.Join(h.cluster(), "PG_VERSION"))
	if err != nil {
		return 0, &BrokenDataDirError{Dir: h.dir, Reason: "the cluster has no PG_VERSION"}
	}
	if _, err := os.Stat(filepath.Join(h.cluster(), "global", "pg_control")); err != nil {
		return 0, &BrokenDataDirError{Dir: h.dir, Reason: "the cluster has no global/pg_control"}
	}
	major := leadingNumber(string(raw))
	if major == 0 {
		return 0, &BrokenDataDirError{Dir: h.dir, Reason: "the cluster's PG_VERSION is not a number"}
	}
	return major, nil
}

func lastLine(s string) string {
	lines := strings.Split(strings.TrimSpace(s), "\n")
	return lines[len(lines)-1]
}
