package main_test

import (
	"bufio"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
)

const limit = time.Minute

// testservices builds the command and prepares to run a shell script under it, with its temporary folders in one of the test's own.
func testservices(t *testing.T, script string) (cmd *exec.Cmd, folders string) {
	t.Helper()
	program := filepath.Join(t.TempDir(), "testservices")
	out, err := exec.CommandContext(t.Context(), "go", "build", "-o", program, ".").CombinedOutput()
	require.NoError(t, err, string(out))
	folders, err = os.MkdirTemp("/tmp", "jansetu-test-") //nolint:usetesting // t.TempDir is closed to the database's user
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(folders)) })
	require.NoError(t, os.Chmod(folders, 0o711))
	cmd = exec.CommandContext(t.Context(), program, "--", "/bin/sh", "-c", script)
	cmd.Env = append(os.Environ(), "TMPDIR="+folders)
	cmd.Stderr = os.Stderr
	return cmd, folders
}

func requireNothingLeft(t *testing.T, folders string) {
	t.Helper()
	require.Eventually(t, func() bool {
		left, err := os.ReadDir(folders)
		return err == nil && len(left) == 0
	}, limit, 10*time.Millisecond, "services end and their folders go")
}

// addresses starts the command and reads the two lines its script prints.
func addresses(t *testing.T, cmd *exec.Cmd) (database, temporal string) {
	t.Helper()
	stdout, err := cmd.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, cmd.Start())
	lines := bufio.NewScanner(stdout)
	require.True(t, lines.Scan())
	database = lines.Text()
	require.True(t, lines.Scan())
	return database, lines.Text()
}

const printAddresses = `echo "$JANSETU_TEST_DATABASE_URL"; echo "$JANSETU_TEST_TEMPORAL_ADDRESS"; `

func TestTheCommandFindsBothServicesAndItsStatusIsOurs(t *testing.T) {
	t.Parallel()
	cmd, folders := testservices(t, printAddresses+"read _; exit 7")
	stdin, err := cmd.StdinPipe()
	require.NoError(t, err)
	database, temporal := addresses(t, cmd)

	conn, err := pgx.Connect(t.Context(), database)
	require.NoError(t, err)
	require.NoError(t, conn.Close(t.Context()))
	c, err := client.DialContext(t.Context(), client.Options{HostPort: temporal})
	require.NoError(t, err)
	c.Close()

	require.NoError(t, stdin.Close())
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	require.Equal(t, 7, exit.ExitCode())
	requireNothingLeft(t, folders)
}

func TestASignalReachesTheCommand(t *testing.T) {
	t.Parallel()
	cmd, folders := testservices(t, `trap 'exit 9' TERM; `+printAddresses+"while :; do sleep 0.02; done")
	addresses(t, cmd)
	require.NoError(t, cmd.Process.Signal(syscall.SIGTERM))
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Wait(), &exit)
	require.Equal(t, 9, exit.ExitCode())
	requireNothingLeft(t, folders)
}

func TestNothingOutlivesUsWhenWeAreKilled(t *testing.T) {
	t.Parallel()
	cmd, folders := testservices(t, printAddresses+"read _")
	_, err := cmd.StdinPipe()
	require.NoError(t, err)
	database, _ := addresses(t, cmd)
	require.NoError(t, cmd.Process.Kill())
	require.Error(t, cmd.Wait())
	requireNothingLeft(t, folders)
	_, err = pgx.Connect(t.Context(), database)
	require.Error(t, err)
}

func TestWithoutACommandItSaysHowToUseIt(t *testing.T) {
	t.Parallel()
	cmd, _ := testservices(t, "")
	cmd.Args = cmd.Args[:1]
	var said strings.Builder
	cmd.Stderr = &said
	var exit *exec.ExitError
	require.ErrorAs(t, cmd.Run(), &exit)
	require.Equal(t, 2, exit.ExitCode())
	require.Contains(t, said.String(), "usage: testservices -- command")
}
