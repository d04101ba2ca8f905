// Command testservices runs another command with real services to test against: an empty PostgreSQL cluster and an empty Temporal
// server, on loopback, in a temporary folder, stopped when the command ends.
//
//	testservices -- go test ./...
//
// The command finds them in JANSETU_TEST_DATABASE_URL (a superuser's) and JANSETU_TEST_TEMPORAL_ADDRESS. Its exit status is ours.
package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"os/signal"
	"syscall"
	"time"

	"github.com/jansetu/jansetu/deploy/local/ephemeral"
	"github.com/jansetu/jansetu/deploy/local/supervise"
)

const stopLimit = 20 * time.Second

func main() {
	args := os.Args[1:]
	if len(args) > 0 && args[0] == "--" {
		args = args[1:]
	}
	if len(args) == 0 {
		fmt.Fprintln(os.Stderr, "usage: testservices -- command [arguments]")
		os.Exit(2)
	}
	status, err := run(context.Background(), args)
	if err != nil {
		fmt.Fprintln(os.Stderr, "testservices:", err)
		status = max(status, 1)
	}
	os.Exit(status)
}

// run starts the services, runs the command and stops the services. Services are not started again: a test that kills one wants it dead.
func run(ctx context.Context, args []string) (status int, err error) {
	log := slog.New(slog.NewTextHandler(os.Stderr, &slog.HandlerOptions{Level: slog.LevelWarn}))
	var started []supervise.Running
	defer func() {
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), stopLimit)
		defer cancel()
		for _, service := range started {
			err = errors.Join(err, service.Stop(stopCtx))
		}
	}()

	cluster, err := ephemeral.Postgres(ctx, log)
	if err != nil {
		return 1, err
	}
	started = append(started, cluster)
	server, err := ephemeral.Temporal(ctx, log)
	if err != nil {
		return 1, err
	}
	started = append(started, server)

	return runCommand(args, "JANSETU_TEST_DATABASE_URL="+cluster.URL(), "JANSETU_TEST_TEMPORAL_ADDRESS="+server.Address())
}

// runCommand runs the command in a process group of its own and passes on the signals we get, so that what it started gets them too.
func runCommand(args []string, env ...string) (int, error) {
	signals := make(chan os.Signal, 4)
	signal.Notify(signals, os.Interrupt, syscall.SIGTERM, syscall.SIGHUP)
	defer signal.Stop(signals)

	cmd := exec.Command(args[0], args[1:]...) //nolint:gosec,noctx // running what we are told to is the purpose; it has no deadline of ours
	cmd.Stdin, cmd.Stdout, cmd.Stderr = os.Stdin, os.Stdout, os.Stderr
	cmd.Env = append(os.Environ(), env...)
	cmd.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := cmd.Start(); err != nil {
		return 1, fmt.Errorf("run %s: %w", args[0], err)
	}
	ended := make(chan error, 1)
	go func() { ended <- cmd.Wait() }()
	for {
		select {
		case sig := <-signals:
			if s, ok := sig.(syscall.Signal); ok {
				_ = syscall.Kill(-cmd.Process.Pid, s)
			}
		case err := <-ended:
			return exitStatus(cmd, err)
		}
	}
}

// exitStatus is the command's own, or 128 and the signal as shells have it.
func exitStatus(cmd *exec.Cmd, err error) (int, error) {
	var exit *exec.ExitError
	if err != nil && !errors.As(err, &exit) {
		return 1, fmt.Errorf("run %s: %w", cmd.Path, err)
	}
	if wait, ok := cmd.ProcessState.Sys().(syscall.WaitStatus); ok && wait.Signaled() {
		return 128 + int(wait.Signal()), nil
	}
	return cmd.ProcessState.ExitCode(), nil
}
