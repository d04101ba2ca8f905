// Package ephemeral starts real services for the tests of one process: empty, in a temporary folder, and gone when the process is
// gone, however it ends. It must not be used by anything but tests and the commands that run them.
package ephemeral

import (
	"context"
	"errors"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"

	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/temporal"
)

// Postgres starts an empty cluster that does not survive a crash of the machine, but is fast.
func Postgres(ctx context.Context, log *slog.Logger) (*postgres.Cluster, error) {
	dir, err := temporaryDir("jansetu-postgres-")
	if err != nil {
		return nil, err
	}
	cluster, err := postgres.Start(ctx, postgres.Config{DataDir: dir, Disposable: true, Log: log})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := sweepAfterUs(cluster.Pid(), syscall.SIGQUIT, dir); err != nil {
		return nil, errors.Join(err, cluster.Stop(ctx), os.RemoveAll(dir))
	}
	return cluster, nil
}

// Temporal starts a development server that keeps everything in memory and has no web UI.
func Temporal(ctx context.Context, log *slog.Logger) (*temporal.Server, error) {
	binary, err := temporal.FindBinary(ctx, builtBinary())
	if err != nil {
		return nil, err
	}
	dir, err := temporaryDir("jansetu-temporal-")
	if err != nil {
		return nil, err
	}
	server, err := temporal.Start(ctx, temporal.Config{Binary: binary, DataDir: dir, InMemory: true, Headless: true, Log: log})
	if err != nil {
		return nil, errors.Join(err, os.RemoveAll(dir))
	}
	if err := sweepAfterUs(server.Pid(), syscall.SIGKILL, dir); err != nil {
		return nil, errors.Join(err, server.Stop(ctx), os.RemoveAll(dir))
	}
	return server, nil
}

// temporaryDir makes a folder that the database's own user may pass through, which os.MkdirTemp's alone would not let it.
func temporaryDir(pattern string) (string, error) {
	dir, err := os.MkdirTemp("", pattern)
	if err != nil {
		return "", fmt.Errorf("make a temporary folder: %w", err)
	}
	if err := os.Chmod(dir, 0o711); err != nil { //nolint:gosec // see above
		return "", fmt.Errorf("open the temporary folder: %w", err)
	}
	return dir, nil
}

// sweep waits for the end of its input, which comes when the process that holds the other end is gone; then it ends the service and
// removes the folder. A test binary has no last moment of its own: it may time out, panic or be killed.
const sweep = `cat >/dev/null
kill -s "$2" "$1" 2>/dev/null
while kill -0 "$1" 2>/dev/null; do sleep 0.1; done
home=$(readlink "$3/home") && rm -rf -- "$home"
rm -rf -- "$3"`

func sweepAfterUs(pid int, sig syscall.Signal, dir string) error {
	name := map[syscall.Signal]string{syscall.SIGQUIT: "QUIT", syscall.SIGKILL: "KILL"}[sig]
	//nolint:gosec,noctx // our own script, which must outlive any context
	cmd := exec.Command("/bin/sh", "-c", sweep, "sweep", strconv.Itoa(pid), name, dir)
	cmd.Env = process.Environment()
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if _, err := cmd.StdinPipe(); err != nil {
		return fmt.Errorf("watch over a test service: %w", err)
	}
	if err := cmd.Start(); err != nil {
		return fmt.Errorf("watch over a test service: %w", err)
	}
	go func() { _ = cmd.Wait() }() // also keeps our end of the pipe from being collected, and so closed, while we live
	return nil
}

// builtBinary is where `make tools` puts the program: bin/ beside the hub's go.mod, above the folder a test runs in.
func builtBinary() string {
	dir, err := os.Getwd()
	if err != nil {
		return ""
	}
	for {
		if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
			return filepath.Join(dir, "bin", "temporal")
		} else if !errors.Is(err, fs.ErrNotExist) || dir == filepath.Dir(dir) {
			return ""
		}
		dir = filepath.Dir(dir)
	}
}
