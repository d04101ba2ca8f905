//go:build realportal

package realportal_test

import (
	"context"
	"fmt"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// samples is where Debian's package asp.net-examples puts them, server what runs
// them.
const (
	samples = "/usr/share/asp.net-demos"
	server  = "fastcgi-mono-server4"
)

// address of the portal that all tests share: it takes seconds to start.
var address string

func TestMain(m *testing.M) {
	code, err := run(m)
	if err != nil {
		_, _ = fmt.Fprintln(os.Stderr, "no real portal:", err)
		code = 1
	}
	os.Exit(code)
}

func run(m *testing.M) (int, error) {
	folder, err := os.MkdirTemp("", "realportal")
	if err != nil {
		return 0, err
	}
	defer func() { _ = os.RemoveAll(folder) }()
	// Mono compiles pages beside where they are.
	root := filepath.Join(folder, "pages")
	if err := os.CopyFS(root, os.DirFS(samples)); err != nil {
		return 0, fmt.Errorf("copy the samples: %w", err)
	}
	if err := os.CopyFS(filepath.Join(root, "panel"), os.DirFS("testdata/panel")); err != nil {
		return 0, fmt.Errorf("copy our page: %w", err)
	}
	socket, err := freeAddress()
	if err != nil {
		return 0, err
	}
	ctx, cancel := context.WithCancel(context.Background())
	mono := exec.CommandContext(ctx, server, "/applications=/:"+root, "/socket=tcp:"+socket)
	mono.Dir = folder // a sample writes a log where it runs
	mono.Env = append(os.Environ(), "HOME="+folder, "TMPDIR="+folder)
	if err := mono.Start(); err != nil {
		cancel()
		return 0, fmt.Errorf("start %s: %w", server, err)
	}
	defer func() { cancel(); _ = mono.Wait() }()
	front := httptest.NewServer(fastCGI{socket, root})
	defer front.Close()
	address = front.URL
	if err := await(ctx, address+"/1.1/authtest/login.aspx"); err != nil {
		return 0, err
	}
	return m.Run(), nil
}

func freeAddress() (string, error) {
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		return "", err
	}
	return listener.Addr().String(), listener.Close()
}

// await waits until a first page was compiled.
func await(ctx context.Context, page string) error {
	ctx, cancel := context.WithTimeout(ctx, time.Minute)
	defer cancel()
	again := time.NewTicker(100 * time.Millisecond)
	defer again.Stop()
	for {
		request, err := http.NewRequestWithContext(ctx, http.MethodGet, page, http.NoBody)
		if err != nil {
			return err
		}
		response, err := http.DefaultClient.Do(request)
		if err == nil {
			_ = response.Body.Close()
			if response.StatusCode == http.StatusOK {
				return nil
			}
			err = fmt.Errorf("status %d", response.StatusCode)
		}
		select {
		case <-again.C:
		case <-ctx.Done():
			return fmt.Errorf("%s does not answer: %w", server, err)
		}
	}
}

func client(t *testing.T) *portal.Client {
	t.Helper()
	sealer, err := portal.NewEphemeralSealer()
	if err != nil {
		t.Fatal(err)
	}
	made, err := portal.New(connectors.PortalConfig{
		Name: "mono", URL: address, Timeouts: connectors.Timeouts{Attempt: 30 * time.Second, Total: time.Minute},
		Budget:  connectors.Budget{RequestsPerSecond: 1000, Burst: 1000, Concurrent: 8},
		Breaker: connectors.Breaker{Failures: 1000},
	}.WithDefaults(), portal.Options{Sealer: sealer})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = made.Close() })
	return made
}

func session(t *testing.T) *portal.Session {
	t.Helper()
	made, err := client(t).NewSession()
	if err != nil {
		t.Fatal(err)
	}
	return made
}
