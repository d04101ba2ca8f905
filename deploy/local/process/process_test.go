package process_test

import (
	"context"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/process"
)

const limit = 20 * time.Second

func shell(t *testing.T, script string, cfg process.Config) *process.Process {
	t.Helper()
	cfg.Path, cfg.Args = "/bin/sh", []string{"-c", script}
	p, err := process.Start(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Kill(-p.Pid(), syscall.SIGKILL) })
	return p
}

func await(t *testing.T, done <-chan struct{}) {
	t.Helper()
	select {
	case <-done:
	case <-time.After(limit):
		require.Fail(t, "it did not end")
	}
}

func TestAProcessTellsWhenAndHowItEnded(t *testing.T) {
	t.Parallel()
	for script, status := range map[string]int{"exit 0": 0, "exit 3": 3} {
		p := shell(t, script, process.Config{})
		await(t, p.Done())
		var exit *exec.ExitError
		if status == 0 {
			require.NoError(t, p.Err())
			continue
		}
		require.ErrorAs(t, p.Err(), &exit)
		require.Equal(t, status, exit.ExitCode())
	}
}

func TestStopAsksWithTheSignalTheServiceWants(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	p := shell(t, `trap 'echo stopped; exit 0' INT; echo ready; while :; do sleep 0.02; done`, process.Config{LogFile: log, StopSignal: syscall.SIGINT})
	require.Eventually(t, func() bool { return len(p.Output()) == 1 && p.Output()[0] == "ready" }, limit, time.Millisecond)
	require.NoError(t, p.Stop(t.Context()))
	require.Equal(t, []string{"ready", "stopped"}, p.Output())
}

func TestStopKillsWhatDoesNotStopInTime(t *testing.T) {
	t.Parallel()
	p := shell(t, `trap '' TERM; echo deaf; while :; do sleep 0.02; done`, process.Config{LogFile: filepath.Join(t.TempDir(), "log")})
	require.Eventually(t, func() bool { return p.Output()[0] == "deaf" }, limit, time.Millisecond)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	require.ErrorContains(t, p.Stop(ctx), "killed")
	await(t, p.Done())
}

func TestStoppingWhatHasEndedIsNoError(t *testing.T) {
	t.Parallel()
	p := shell(t, "exit 0", process.Config{})
	await(t, p.Done())
	require.NoError(t, p.Stop(t.Context()))
}

func TestOutputIsOfThisStartOnly(t *testing.T) {
	t.Parallel()
	log := filepath.Join(t.TempDir(), "log")
	for _, word := range []string{"first", "second"} {
		p := shell(t, "echo "+word, process.Config{LogFile: log})
		await(t, p.Done())
		require.Equal(t, []string{word}, p.Output())
	}
	kept, err := os.ReadFile(log)
	require.NoError(t, err)
	require.Equal(t, "first\nsecond\n", string(kept))
}

func TestAProcessGetsNoneOfOurSecrets(t *testing.T) {
	t.Setenv("WHATSAPP_APP_SECRET", "hush")
	p := shell(t, "env", process.Config{LogFile: filepath.Join(t.TempDir(), "log")})
	await(t, p.Done())
	for _, line := range p.Output() {
		require.NotContains(t, line, "hush")
	}
}

func TestAMissingProgramIsAnError(t *testing.T) {
	t.Parallel()
	_, err := process.Start(process.Config{Path: "/no/such/program"})
	require.ErrorIs(t, err, os.ErrNotExist)
}

func TestAProcessHasAGroupOfItsOwn(t *testing.T) {
	t.Parallel()
	p := shell(t, "sleep 30", process.Config{})
	group, err := syscall.Getpgid(p.Pid())
	require.NoError(t, err)
	require.Equal(t, p.Pid(), group, "Ctrl-C on the terminal must reach us alone")
}

func TestAStrayIsStoppedWhenItIsWhatWeTakeItFor(t *testing.T) {
	t.Parallel()
	p := shell(t, "sleep 31.25; exit", process.Config{})

	found, err := process.StopStray(t.Context(), p.Pid(), "another program", syscall.SIGKILL)
	require.NoError(t, err)
	require.False(t, found, "the process id belongs to another program now")

	found, err = process.StopStray(t.Context(), p.Pid(), "sleep 31.25", syscall.SIGKILL)
	require.NoError(t, err)
	require.True(t, found)
	await(t, p.Done())

	found, err = process.StopStray(t.Context(), p.Pid(), "sleep 31.25", syscall.SIGKILL)
	require.NoError(t, err)
	require.False(t, found)
}

func TestANumberFileThatIsNoneReadsAsZero(t *testing.T) {
	t.Parallel()
	for content, number := range map[string]int{"42 \nmore": 42, "": 0, "abc": 0} {
		file := filepath.Join(t.TempDir(), "pid")
		require.NoError(t, os.WriteFile(file, []byte(content), 0o600))
		require.Equal(t, number, process.ReadNumber(file), strconv.Quote(content))
	}
	require.Zero(t, process.ReadNumber("/no/such/file"))
}

func TestATakenPortIsNamed(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", process.Address(0))
	require.NoError(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port

	err = process.CheckPort(t.Context(), "Temporal", port)
	var inUse *process.PortInUseError
	require.ErrorAs(t, err, &inUse)
	require.Equal(t, port, inUse.Port)
	require.ErrorContains(t, err, "wanted for Temporal, is in use")

	free, err := process.FreePort(t.Context())
	require.NoError(t, err)
	require.NoError(t, process.CheckPort(t.Context(), "Temporal", free))
	another, err := process.FreePort(t.Context())
	require.NoError(t, err)
	require.NotEqual(t, free, another)
	require.Less(t, free, 32_768, "Linux takes the others for outgoing connections")
}

func TestADataFolderIsForOneRun(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	lock, err := process.LockDir(dir)
	require.NoError(t, err)
	_, err = process.LockDir(dir)
	var locked *process.LockedError
	require.ErrorAs(t, err, &locked)
	require.Equal(t, dir, locked.Dir)
	lock.Release()
	lock, err = process.LockDir(dir)
	require.NoError(t, err)
	lock.Release()
}
