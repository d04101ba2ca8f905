// Package process runs one local service as a child process: in a process group of its own, with its output in a log file, stopped
// in order, and never outliving us unnoticed. It knows nothing of the service it runs.
package process

import (
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"runtime"
	"syscall"
)

// Config says what to run and how.
type Config struct {
	// Path is the program; Args are its arguments without the program's own name.
	Path string
	Args []string
	// Dir is the working directory, which the child's user must be able to enter.
	Dir string
	// LogFile receives standard output and error, appended. Empty discards both.
	LogFile string
	// User runs the child as another user. Nil keeps ours.
	User *syscall.Credential
	// StopSignal asks the child to end in good order, and is what it gets on Linux when we are killed. Zero means SIGTERM.
	StopSignal syscall.Signal
}

// Process is a running child.
type Process struct {
	cmd      *exec.Cmd
	stop     syscall.Signal
	log      string
	logStart int64
	done     chan struct{}
	err      error
}

// Start runs the child. The child gets a small environment (path, home, language, temporary folder), none of our secrets.
func Start(cfg Config) (*Process, error) {
	if cfg.StopSignal == 0 {
		cfg.StopSignal = syscall.SIGTERM
	}
	out, err := openLog(cfg.LogFile)
	if err != nil {
		return nil, err
	}
	defer out.Close() //nolint:errcheck // the child has its own copy of the descriptor

	cmd := exec.Command(cfg.Path, cfg.Args...) //nolint:gosec,noctx // the callers run fixed programs; a context would kill where Stop asks first
	cmd.Dir = cfg.Dir
	cmd.Env = Environment()
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = attributes(cfg.User, cfg.StopSignal)

	p := &Process{cmd: cmd, stop: cfg.StopSignal, log: cfg.LogFile, logStart: sizeOf(out), done: make(chan struct{})}
	if err := p.start(); err != nil {
		return nil, fmt.Errorf("start %s: %w", filepath.Base(cfg.Path), err)
	}
	return p, nil
}

// start runs the child from a thread that stays until the child ends: Linux ties the parent-death signal to the thread.
func (p *Process) start() error {
	started := make(chan error, 1)
	go func() {
		runtime.LockOSThread()
		defer runtime.UnlockOSThread()
		if err := p.cmd.Start(); err != nil {
			started <- err
			return
		}
		started <- nil
		p.err = p.cmd.Wait()
		close(p.done)
	}()
	return <-started
}

// Pid is the child's process id.
func (p *Process) Pid() int { return p.cmd.Process.Pid }

// Done is closed once the child has ended, for whatever reason.
func (p *Process) Done() <-chan struct{} { return p.done }

// Err is how the child ended: nil for exit status 0. It is meaningful only after Done is closed.
func (p *Process) Err() error { return p.err }

// Stop asks the child to end and waits. When ctx ends first the whole process group is killed, and the error says so.
func (p *Process) Stop(ctx context.Context) error {
	if err := p.cmd.Process.Signal(p.stop); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("signal %s: %w", filepath.Base(p.cmd.Path), err)
	}
	select {
	case <-p.done:
		return nil
	case <-ctx.Done():
		_ = syscall.Kill(-p.Pid(), syscall.SIGKILL)
		<-p.done
		return fmt.Errorf("%s did not stop in time and was killed: %w", filepath.Base(p.cmd.Path), ctx.Err())
	}
}

// Environment is what every child gets of our environment.
func Environment() []string {
	kept := make([]string, 0, 8)
	for _, name := range []string{"PATH", "HOME", "USER", "LANG", "LC_ALL", "TMPDIR", "TZ"} {
		if value, ok := os.LookupEnv(name); ok {
			kept = append(kept, name+"="+value)
		}
	}
	return kept
}
