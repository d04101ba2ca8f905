package postgres_test

import (
	"context"
	"errors"
	"net"
	"os"
	"os/exec"
	"os/user"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/process"
)

const limit = time.Minute

// dataDir is a folder in one that only we may enter, as a checkout under /root is. What goes elsewhere for that reason is removed.
func dataDir(t *testing.T) string {
	t.Helper()
	dir := filepath.Join(t.TempDir(), "postgres")
	t.Cleanup(func() {
		if elsewhere, err := filepath.EvalSymlinks(filepath.Join(dir, "home")); err == nil {
			require.NoError(t, os.RemoveAll(elsewhere))
		}
	})
	return dir
}

func start(t *testing.T, cfg postgres.Config) *postgres.Cluster {
	t.Helper()
	cluster, err := postgres.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, cluster) })
	return cluster
}

func stop(t *testing.T, cluster *postgres.Cluster) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
	defer cancel()
	require.NoError(t, cluster.Stop(ctx))
}

func kill(t *testing.T, cluster *postgres.Cluster) {
	t.Helper()
	require.NoError(t, syscall.Kill(cluster.Pid(), syscall.SIGKILL))
	select {
	case <-cluster.Done():
	case <-time.After(limit):
		require.Fail(t, "the server's end was not noticed")
	}
}

// home is where the cluster is, which is elsewhere when we are root.
func home(t *testing.T, dir string) string {
	t.Helper()
	if elsewhere, err := filepath.EvalSymlinks(filepath.Join(dir, "home")); err == nil {
		return elsewhere
	}
	return dir
}

func execute(t *testing.T, url, statement string) {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	_, err = conn.Exec(t.Context(), statement)
	require.NoError(t, err)
}

func query[T any](t *testing.T, url, statement string) T {
	t.Helper()
	conn, err := pgx.Connect(t.Context(), url)
	require.NoError(t, err)
	defer conn.Close(t.Context())
	rows, err := conn.Query(t.Context(), statement)
	require.NoError(t, err)
	answer, err := pgx.CollectExactlyOneRow(rows, pgx.RowTo[T])
	require.NoError(t, err)
	return answer
}

func TestDataIsKeptOverARestart(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := start(t, postgres.Config{DataDir: dir})
	execute(t, first.URL(), "CREATE TABLE kept (n int)")
	require.Equal(t, 1, query[int](t, first.URL(), "INSERT INTO kept VALUES (1) RETURNING n"))
	stop(t, first)

	second := start(t, postgres.Config{DataDir: dir})
	require.Equal(t, first.URL(), second.URL(), "the same database, password and port")
	require.Equal(t, 1, query[int](t, second.URL(), "SELECT n FROM kept"))
}

func TestCommittedDataOutlivesAKilledServer(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	first := start(t, postgres.Config{DataDir: dir})
	execute(t, first.URL(), "CREATE TABLE kept (n int)")
	require.Equal(t, 1, query[int](t, first.URL(), "INSERT INTO kept VALUES (1) RETURNING n"))
	kill(t, first)

	second := start(t, postgres.Config{DataDir: dir})
	require.Equal(t, 1, query[int](t, second.URL(), "SELECT n FROM kept"))
}

func TestItIsSafeAndPrivate(t *testing.T) {
	t.Parallel()
	cluster := start(t, postgres.Config{DataDir: dataDir(t), Settings: map[string]string{"work_mem": "8MB"}})
	for setting, want := range map[string]string{
		"listen_addresses": "127.0.0.1", "unix_socket_directories": "", "fsync": "on", "synchronous_commit": "on",
		"max_connections": "200", "shared_buffers": "128MB", "work_mem": "8MB", "server_encoding": "UTF8", "TimeZone": "UTC",
	} {
		require.Equal(t, want, query[string](t, cluster.URL(), "SHOW "+setting), setting)
	}
	cfg, err := pgx.ParseConfig(cluster.URL())
	require.NoError(t, err)
	cfg.Password = "guessed"
	_, err = pgx.ConnectConfig(t.Context(), cfg)
	require.ErrorContains(t, err, "password authentication failed")
}

func TestTheServerNeverRunsAsRoot(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("we are not root")
	}
	dir := dataDir(t)
	cluster := start(t, postgres.Config{DataDir: dir})
	info, err := os.Stat("/proc/" + strconv.Itoa(cluster.Pid()))
	if err != nil {
		t.Skip("this system has no /proc")
	}
	require.NotZero(t, info.Sys().(*syscall.Stat_t).Uid)
	require.DirExists(t, filepath.Join(home(t, dir), "cluster"))
	require.NotEqual(t, dir, home(t, dir), "the server's user cannot reach the data folder, so the cluster is elsewhere")
}

func TestTheClusterOfATemporaryFolderThatIsGoneIsRemoved(t *testing.T) {
	t.Parallel()
	if os.Geteuid() != 0 {
		t.Skip("we are not root, and the cluster is in the folder itself")
	}
	gone := filepath.Join(t.TempDir(), "postgres")
	stop(t, start(t, postgres.Config{DataDir: gone, Disposable: true}))
	elsewhere := home(t, gone)
	require.NoError(t, os.RemoveAll(gone))
	start(t, postgres.Config{DataDir: dataDir(t), Disposable: true})
	require.NoDirExists(t, elsewhere)
}

func TestARootRunKeepsTheClusterInTheDataFolderWhenTheServersUserCanReachIt(t *testing.T) {
	t.Parallel()
	dir, err := os.MkdirTemp("/tmp", "jansetu-test-") //nolint:usetesting // t.TempDir is closed to others
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	start(t, postgres.Config{DataDir: dir})
	require.DirExists(t, filepath.Join(dir, "cluster"))
}

func TestAnOrdinaryUserRunsTheServerDirectly(t *testing.T) {
	t.Parallel()
	nobody, err := user.Lookup("nobody")
	if err != nil || os.Geteuid() != 0 {
		t.Skip("every other test shows it when we are not root")
	}
	dir, err := os.MkdirTemp("/tmp", "jansetu-test-") //nolint:usetesting // t.TempDir is closed to others
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, os.RemoveAll(dir)) })
	uid, err := strconv.Atoi(nobody.Uid)
	require.NoError(t, err)
	require.NoError(t, os.Chown(dir, uid, -1))
	program := filepath.Join(dir, "postgres.test")
	self, err := os.Executable()
	require.NoError(t, err)
	content, err := os.ReadFile(self)
	require.NoError(t, err)
	syscall.ForkLock.RLock() // a child of another test that is just being made would hold the file open: "text file busy"
	err = os.WriteFile(program, content, 0o755)
	syscall.ForkLock.RUnlock()
	require.NoError(t, err)

	cmd := exec.Command(program, "-test.run", "^TestDataIsKeptOverARestart$|^TestABrokenDataFolderIsNamed$", "-test.v")
	cmd.Dir, cmd.Env = dir, []string{"TMPDIR=" + dir, "PATH=" + os.Getenv("PATH"), "HOME=" + dir}
	cmd.SysProcAttr = &syscall.SysProcAttr{Credential: &syscall.Credential{Uid: uint32(uid), Gid: uint32(uid)}}
	out, err := cmd.CombinedOutput()
	require.NoError(t, err, string(out))
	require.Contains(t, string(out), "--- PASS: TestDataIsKeptOverARestart")
}

func TestATakenPortIsNamed(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port
	_, err = postgres.Start(t.Context(), postgres.Config{DataDir: dataDir(t), Port: port})
	var inUse *process.PortInUseError
	require.ErrorAs(t, err, &inUse)
	require.Equal(t, port, inUse.Port)
}

func TestADataFolderServesOneRunAtATime(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	start(t, postgres.Config{DataDir: dir})
	_, err := postgres.Start(t.Context(), postgres.Config{DataDir: dir})
	var locked *process.LockedError
	require.ErrorAs(t, err, &locked)
}

func TestAMissingServerIsNamed(t *testing.T) {
	t.Parallel()
	_, err := postgres.Start(t.Context(), postgres.Config{DataDir: dataDir(t), BinDir: t.TempDir()})
	var missing *postgres.MissingBinaryError
	require.ErrorAs(t, err, &missing)
	require.ErrorContains(t, err, "apt-get install postgresql")
}

func TestADataFolderOfAVersionThatIsGoneIsNamed(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	stop(t, start(t, postgres.Config{DataDir: dir}))
	require.NoError(t, os.WriteFile(filepath.Join(home(t, dir), "cluster", "PG_VERSION"), []byte("97\n"), 0o600))
	_, err := postgres.Start(t.Context(), postgres.Config{DataDir: dir})
	require.ErrorContains(t, err, "was made by PostgreSQL 97, which is not installed")
}

func TestABrokenDataFolderIsNamed(t *testing.T) {
	t.Parallel()
	for reason, breakIt := range map[string]func(home string) error{
		"no PG_VERSION":         func(home string) error { return os.Remove(filepath.Join(home, "cluster", "PG_VERSION")) },
		"global/pg_control":     func(home string) error { return os.Remove(filepath.Join(home, "cluster", "global", "pg_control")) },
		"could not locate":      func(home string) error { return empty(filepath.Join(home, "cluster", "pg_wal")) },
		"password\" is missing": func(home string) error { return os.Remove(filepath.Join(home, "password")) },
		"not the cluster's password": func(home string) error {
			return os.WriteFile(filepath.Join(home, "password"), []byte("another\n"), 0o600)
		},
	} {
		t.Run(reason, func(t *testing.T) {
			t.Parallel()
			dir := dataDir(t)
			stop(t, start(t, postgres.Config{DataDir: dir, Disposable: true}))
			require.NoError(t, breakIt(home(t, dir)))
			_, err := postgres.Start(t.Context(), postgres.Config{DataDir: dir, Disposable: true})
			var broken *postgres.BrokenDataDirError
			require.ErrorAs(t, err, &broken)
			require.ErrorContains(t, err, reason)
			require.ErrorContains(t, err, "move it away")
		})
	}
}

func TestAnInterruptedFirstStartIsDoneAgain(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	ctx, cancel := context.WithTimeout(t.Context(), 60*time.Millisecond)
	defer cancel()
	_, err := postgres.Start(ctx, postgres.Config{DataDir: dir})
	require.Error(t, err)
	cluster := start(t, postgres.Config{DataDir: dir})
	require.Equal(t, "jansetu", query[string](t, cluster.URL(), "SELECT current_database()::text"))
}

func TestTheServerOfAKilledRunIsReplaced(t *testing.T) {
	t.Parallel()
	dir := dataDir(t)
	stop(t, start(t, postgres.Config{DataDir: dir}))
	stray := startStray(t, filepath.Join(home(t, dir), "cluster"))

	start(t, postgres.Config{DataDir: dir})
	select {
	case <-stray:
	case <-time.After(limit):
		require.Fail(t, "the left-over server still runs")
	}
}

// startStray runs a server on a cluster as one that was left behind: not our child as far as the package knows.
func startStray(t *testing.T, cluster string) <-chan struct{} {
	t.Helper()
	found, err := filepath.Glob("/usr/lib/postgresql/*/bin/postgres")
	require.NoError(t, err)
	if len(found) == 0 {
		t.Skip("the server's program is not where Debian has it")
	}
	info, err := os.Stat(cluster)
	require.NoError(t, err)
	owner := info.Sys().(*syscall.Stat_t)
	cfg := process.Config{
		Path: found[len(found)-1], Dir: cluster, StopSignal: syscall.SIGINT, LogFile: filepath.Join(t.TempDir(), "log"),
		Args: []string{"-D", cluster, "-c", "listen_addresses=", "-c", "unix_socket_directories="},
	}
	if os.Geteuid() == 0 {
		cfg.User = &syscall.Credential{Uid: owner.Uid, Gid: owner.Gid}
	}
	p, err := process.Start(cfg)
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Kill(p.Pid(), syscall.SIGKILL) })
	require.Eventually(t, func() bool { return process.ReadNumber(filepath.Join(cluster, "postmaster.pid")) == p.Pid() }, limit, 5*time.Millisecond)
	return p.Done()
}

func empty(dir string) error {
	entries, err := os.ReadDir(dir)
	for _, entry := range entries {
		err = errors.Join(err, os.RemoveAll(filepath.Join(dir, entry.Name())))
	}
	return err
}
