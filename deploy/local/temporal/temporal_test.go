package temporal_test

import (
	"context"
	"net"
	"net/http"
	"os"
	"path/filepath"
	"strconv"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"
	sdk "go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/temporal"
)

const limit = time.Minute

// config is that of a server on a data folder, run from what `make tools` built.
func config(t *testing.T, dir string) temporal.Config {
	t.Helper()
	binary, err := temporal.FindBinary(t.Context(), "../../../bin/temporal")
	require.NoError(t, err)
	return temporal.Config{Binary: binary, DataDir: dir, Headless: true}
}

func start(t *testing.T, cfg temporal.Config) *temporal.Server {
	t.Helper()
	server, err := temporal.Start(t.Context(), cfg)
	require.NoError(t, err)
	t.Cleanup(func() { stop(t, server) })
	return server
}

func stop(t *testing.T, server *temporal.Server) {
	t.Helper()
	ctx, cancel := context.WithTimeout(context.WithoutCancel(t.Context()), limit)
	defer cancel()
	require.NoError(t, server.Stop(ctx))
}

func dial(t *testing.T, server *temporal.Server) client.Client {
	t.Helper()
	c, err := client.DialContext(t.Context(), client.Options{HostPort: server.Address(), Namespace: server.Namespace()})
	require.NoError(t, err)
	t.Cleanup(c.Close)
	return c
}

func TestAnOpenWorkflowOutlivesTheServer(t *testing.T) {
	t.Parallel()
	for name, end := range map[string]func(t *testing.T, server *temporal.Server){
		"stopped": stop,
		"killed": func(t *testing.T, server *temporal.Server) {
			t.Helper()
			require.NoError(t, syscall.Kill(server.Pid(), syscall.SIGKILL))
			select {
			case <-server.Done():
			case <-time.After(limit):
				require.Fail(t, "the server's end was not noticed")
			}
		},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			cfg := config(t, t.TempDir())
			first := start(t, cfg)
			options := client.StartWorkflowOptions{ID: "AP-2026-000001", TaskQueue: "nobody-works-here"}
			_, err := dial(t, first).ExecuteWorkflow(t.Context(), options, "BillPayment")
			require.NoError(t, err)
			end(t, first)

			second := start(t, cfg)
			described, err := dial(t, second).DescribeWorkflowExecution(t.Context(), options.ID, "")
			require.NoError(t, err)
			require.Equal(t, "Running", described.GetWorkflowExecutionInfo().GetStatus().String())
		})
	}
}

func TestANamespaceHasItsSearchAttributes(t *testing.T) {
	t.Parallel()
	cfg := config(t, t.TempDir())
	cfg.Namespace = "jansetu"
	cfg.SearchAttributes = map[string]string{"Reference": "Keyword"}
	stop(t, start(t, cfg))

	cfg.SearchAttributes["Amount"] = "Int" // a later version wants more
	server := start(t, cfg)
	_, err := dial(t, server).ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{
		TaskQueue: "nobody-works-here",
		TypedSearchAttributes: sdk.NewSearchAttributes(
			sdk.NewSearchAttributeKeyKeyword("Reference").ValueSet("AP-2026-000001"),
			sdk.NewSearchAttributeKeyInt64("Amount").ValueSet(45_000)),
	}, "BillPayment")
	require.NoError(t, err)
}

func TestAnUnknownTypeOfSearchAttributeIsNamed(t *testing.T) {
	t.Parallel()
	cfg := config(t, t.TempDir())
	cfg.InMemory = true
	cfg.SearchAttributes = map[string]string{"Reference": "Varchar"}
	_, err := temporal.Start(t.Context(), cfg)
	require.ErrorContains(t, err, "type of search attribute Reference")
}

func TestTheWebInterfaceAnswers(t *testing.T) {
	t.Parallel()
	cfg := config(t, t.TempDir())
	cfg.InMemory, cfg.Headless = true, false
	server := start(t, cfg)
	require.Eventually(t, func() bool {
		request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, server.UIURL(), http.NoBody)
		require.NoError(t, err)
		response, err := http.DefaultTransport.RoundTrip(request)
		if err != nil {
			return false
		}
		defer response.Body.Close()
		return response.StatusCode == http.StatusOK
	}, limit, 10*time.Millisecond)
}

func TestATakenPortIsNamed(t *testing.T) {
	t.Parallel()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	require.NoError(t, err)
	defer l.Close()
	port := l.Addr().(*net.TCPAddr).Port

	for name, set := range map[string]func(*temporal.Config){
		"Temporal":            func(cfg *temporal.Config) { cfg.Port = port },
		"the Temporal web UI": func(cfg *temporal.Config) { cfg.Headless, cfg.UIPort = false, port },
	} {
		cfg := config(t, t.TempDir())
		set(&cfg)
		_, err = temporal.Start(t.Context(), cfg)
		var inUse *process.PortInUseError
		require.ErrorAs(t, err, &inUse)
		require.Equal(t, process.PortInUseError{Service: name, Port: port}, *inUse)
	}
}

func TestABrokenDatabaseIsNamed(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	file := filepath.Join(dir, "temporal.db")
	require.NoError(t, os.WriteFile(file, []byte("this is not a database, and long enough to be sure of it"), 0o600))
	_, err := temporal.Start(t.Context(), config(t, dir))
	var broken *temporal.BrokenDataError
	require.ErrorAs(t, err, &broken)
	require.Equal(t, file, broken.File)
	require.ErrorContains(t, err, "move it away")
}

func TestADataFolderServesOneRunAtATime(t *testing.T) {
	t.Parallel()
	cfg := config(t, t.TempDir())
	start(t, cfg)
	_, err := temporal.Start(t.Context(), cfg)
	var locked *process.LockedError
	require.ErrorAs(t, err, &locked)
}

func TestTheServerOfAKilledRunIsReplaced(t *testing.T) {
	t.Parallel()
	cfg := config(t, t.TempDir())
	port, err := process.FreePort(t.Context())
	require.NoError(t, err)
	stray, err := process.Start(process.Config{Path: cfg.Binary, Args: []string{
		"server", "start-dev", "--headless", "--ip", process.Loopback, "--port", strconv.Itoa(port),
		"--db-filename", filepath.Join(cfg.DataDir, "temporal.db"),
	}})
	require.NoError(t, err)
	t.Cleanup(func() { _ = syscall.Kill(stray.Pid(), syscall.SIGKILL) })
	require.NoError(t, os.WriteFile(filepath.Join(cfg.DataDir, "temporal.pid"), []byte(strconv.Itoa(stray.Pid())), 0o600))

	start(t, cfg)
	select {
	case <-stray.Done():
	case <-time.After(limit):
		require.Fail(t, "the left-over server still runs")
	}
}

func TestFindBinary(t *testing.T) {
	t.Parallel()
	dir := t.TempDir()
	program := func(name, version string) string {
		path := filepath.Join(dir, name)
		syscall.ForkLock.RLock() // a child of another test that is just being made would hold the file open: "text file busy"
		defer syscall.ForkLock.RUnlock()
		require.NoError(t, os.WriteFile(path, []byte("#!/bin/sh\necho '"+version+"'\n"), 0o700))
		return path
	}
	tooOld := program("old", "temporal version 1.1.2 (Server 1.25.2, UI 2.31.2)")
	other := program("other", "Temporary files, version 3")
	good := program("good", "temporal version 1.5.1 (Server 1.29.1, UI 2.42.1)")
	newer := program("newer", "temporal version 2.0.0 (Server 2.0.0, UI 3.0.0)")

	for name, c := range map[string]struct {
		paths []string
		want  string
	}{
		"the first new enough":         {paths: []string{filepath.Join(dir, "none"), tooOld, other, good, newer}, want: good},
		"a newer major version serves": {paths: []string{tooOld, newer}, want: newer},
	} {
		found, err := temporal.FindBinary(t.Context(), c.paths...)
		require.NoError(t, err, name)
		require.Equal(t, c.want, found, name)
	}
}

func TestAMissingBinaryIsNamed(t *testing.T) {
	t.Setenv("PATH", t.TempDir())
	for _, binary := range []string{"", "/no/such/temporal"} {
		_, err := temporal.Start(t.Context(), temporal.Config{Binary: binary, DataDir: t.TempDir()})
		var missing *temporal.MissingBinaryError
		require.ErrorAs(t, err, &missing)
		require.ErrorContains(t, err, "make tools")
	}
}
