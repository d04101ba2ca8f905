package town

import (
	"context"
	"fmt"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"syscall"
	"time"
)

// child is a process of the hub.
type child struct {
	command *exec.Cmd
	done    chan struct{}
}

func (c *child) kill() { c.end(syscall.SIGKILL) }
func (c *child) stop() { c.end(syscall.SIGTERM) }

func (c *child) end(how os.Signal) {
	_ = c.command.Process.Signal(how)
	<-c.done
}

func (t *Town) child(part Part) *child {
	t.mu.Lock()
	defer t.mu.Unlock()
	return t.children[part]
}

// LogFile is where a part of the hub writes its log.
func (t *Town) LogFile(part Part) string { return filepath.Join(t.config.Folder, string(part)+".log") }

// start starts gateway or worker and returns when it is ready.
func (t *Town) start(ctx context.Context, part Part) error {
	ctx, cancel := context.WithTimeout(ctx, partLimit)
	defer cancel()
	output, err := os.OpenFile(t.LogFile(part), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return fmt.Errorf("make the log file: %w", err)
	}
	defer func() { _ = output.Close() }()                  // the child has its own copy
	command := exec.Command(t.config.Binary, string(part)) //nolint:gosec,noctx // our own program, or the one the flag names; it outlives the start
	command.Env, command.Stdout, command.Stderr = append(os.Environ(), t.variables()...), output, output
	command.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := command.Start(); err != nil {
		return err
	}
	started := &child{command, make(chan struct{})}
	go func() {
		_ = command.Wait() // how it ended is in its log
		close(started.done)
	}()
	t.mu.Lock()
	t.children[part] = started
	t.mu.Unlock()
	return t.awaitReady(ctx, part, started.done)
}

func (t *Town) awaitReady(ctx context.Context, part Part, ended <-chan struct{}) error {
	tick := time.NewTicker(100 * time.Millisecond)
	defer tick.Stop()
	client := &http.Client{Timeout: 5 * time.Second}
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, t.url(string(part))+"/readyz", http.NoBody)
		if err != nil {
			return err
		}
		if response, err := client.Do(request); err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
		}
		select {
		case <-ended:
			return fmt.Errorf("%s ended before it was ready; see %s: %s", part, t.LogFile(part), lastWords(t.LogFile(part)))
		case <-ctx.Done():
			return fmt.Errorf("%s is not ready: %w; see %s", part, ctx.Err(), t.LogFile(part))
		case <-tick.C:
		}
	}
}

// lastWords is the end of a log.
func lastWords(file string) string {
	content, err := os.ReadFile(file) //nolint:gosec // in our own folder
	if err != nil {
		return "no log"
	}
	const longest = 600
	return string(content[max(len(content)-longest, 0):])
}
