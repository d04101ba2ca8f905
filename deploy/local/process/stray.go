package process

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"os"
	"os/exec"
	"strconv"
	"strings"
	"syscall"
	"time"
)

// strayPoll is how often an ended stray is looked for; it is no child of ours, so nothing can announce its end.
const strayPoll = 20 * time.Millisecond

// StopStray ends a process that an earlier, killed run left behind: if pid is alive and mark occurs in its command line, it gets
// the signal, and is waited for until ctx ends. It reports whether there was such a process. The mark keeps a pid that has been
// given to another program since from being touched.
func StopStray(ctx context.Context, pid int, mark string, sig syscall.Signal) (bool, error) {
	if !runs(ctx, pid, mark) {
		return false, nil
	}
	if err := syscall.Kill(pid, sig); err != nil && !errors.Is(err, syscall.ESRCH) {
		return true, fmt.Errorf("stop left-over process %d: %w", pid, err)
	}
	tick := time.NewTicker(strayPoll)
	defer tick.Stop()
	for runs(ctx, pid, mark) {
		select {
		case <-ctx.Done():
			return true, fmt.Errorf("left-over process %d does not stop: %w", pid, ctx.Err())
		case <-tick.C:
		}
	}
	return true, nil
}

// ReadNumber returns the number on the first line of a file, such as a pid file, or 0 when there is none to read.
func ReadNumber(file string) int {
	content, err := os.ReadFile(file) //nolint:gosec // a file of our own data folder
	if err != nil {
		return 0
	}
	line, _, _ := strings.Cut(string(content), "\n")
	number, err := strconv.Atoi(strings.TrimSpace(line))
	if err != nil {
		return 0
	}
	return number
}

func runs(ctx context.Context, pid int, mark string) bool {
	if pid < 2 || errors.Is(syscall.Kill(pid, 0), syscall.ESRCH) {
		return false
	}
	line, err := commandLine(ctx, pid)
	return err == nil && strings.Contains(line, mark)
}

// commandLine is empty for a zombie, which is what we want: it has ended.
func commandLine(ctx context.Context, pid int) (string, error) {
	raw, err := os.ReadFile(fmt.Sprintf("/proc/%d/cmdline", pid))
	if err == nil {
		return string(bytes.ReplaceAll(raw, []byte{0}, []byte{' '})), nil
	}
	if _, statErr := os.Stat("/proc/self"); statErr == nil {
		return "", err
	}
	out, err := exec.CommandContext(ctx, "ps", "-ww", "-o", "command=", "-p", strconv.Itoa(pid)).Output() //nolint:gosec // a number
	return string(out), err
}
