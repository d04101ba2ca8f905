// Package postgres runs a private PostgreSQL cluster from the server binaries installed on the machine, for development and tests.
//
// The cluster listens on loopback TCP only and asks for a password, random per cluster, kept readable by its owner alone. When we are
// root, which PostgreSQL refuses, the server runs as the user postgres (or nobody). The package knows nothing of what is stored.
package postgres

import (
	"context"
	"fmt"
	"log/slog"
	"maps"
	"net/url"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jansetu/jansetu/deploy/local/process"
)

const (
	superuser = "jansetu"
	database  = "jansetu"

	// startLimit bounds a start when the caller's context does not: recovery of a large cluster takes a while.
	startLimit = 90 * time.Second
)

// Config says where the cluster lives and how it runs.
type Config struct {
	// DataDir is made when missing. Deleting it while nothing runs is starting afresh.
	DataDir string
	// Port on 127.0.0.1. 0 takes the port of the last run when it is free, else any free one.
	Port int
	// BinDir is where the server's programs are; empty looks where package managers put them and takes the newest.
	BinDir string
	// Settings are added to or replace the development settings, as in postgresql.conf.
	Settings map[string]string
	// Disposable gives up safety against a crash of the machine for speed: for tests only.
	Disposable bool
	// Log receives what happens; nil discards.
	Log *slog.Logger
}

// Cluster is a running server.
type Cluster struct {
	process  *process.Process
	port     int
	password string
	done     chan struct{}
}

// Start makes the cluster when there is none, starts the server, and returns when it answers and the database jansetu exists. A
// server left behind by a killed run is stopped first.
//
// Errors a person can act on: MissingBinaryError, BrokenDataDirError, process.PortInUseError, process.LockedError.
func Start(ctx context.Context, cfg Config) (*Cluster, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	dir, err := filepath.Abs(cfg.DataDir)
	if err != nil {
		return nil, fmt.Errorf("find the PostgreSQL data folder: %w", err)
	}
	h, lock, err := openHome(dir)
	if err != nil {
		return nil, err
	}
	c, err := start(ctx, cfg, h)
	if err != nil {
		lock.Release()
		return nil, err
	}
	go func() {
		<-c.process.Done()
		lock.Release()
		close(c.done)
	}()
	return c, nil
}

func start(ctx context.Context, cfg Config, h home) (*Cluster, error) {
	b, err := chooseBinaries(ctx, cfg.BinDir, h)
	if err != nil {
		return nil, err
	}
	if err := stopStray(ctx, cfg.Log, h); err != nil {
		return nil, err
	}
	port, err := choosePort(ctx, cfg.Port, h)
	if err != nil {
		return nil, err
	}
	password, err := ensureCluster(ctx, h, b, cfg.Disposable)
	if err != nil {
		return nil, err
	}
	c := &Cluster{port: port, password: password, done: make(chan struct{})}
	if err := c.launch(ctx, h, b, settings(cfg, port)); err != nil {
		return nil, err
	}
	if err := os.WriteFile(h.port(), []byte(strconv.Itoa(port)+"\n"), 0o600); err != nil {
		cfg.Log.WarnContext(ctx, "the port of PostgreSQL was not kept for the next start", "error", err)
	}
	cfg.Log.InfoContext(ctx, "PostgreSQL is ready", "version", b.major, "port", port, "pid", c.Pid())
	return c, nil
}

// URL connects to the database jansetu as the cluster's superuser.
func (c *Cluster) URL() string { return c.databaseURL(database) }

func (c *Cluster) databaseURL(name string) string {
	u := url.URL{
		Scheme: "postgres", User: url.UserPassword(superuser, c.password),
		Host: process.Address(c.port), Path: "/" + name, RawQuery: "sslmode=disable",
	}
	return u.String()
}

// Port is where the server listens on 127.0.0.1.
func (c *Cluster) Port() int { return c.port }

// Pid is the process id of the postmaster.
func (c *Cluster) Pid() int { return c.process.Pid() }

// Done is closed when the server has ended, for whatever reason; the data folder may then be started again.
func (c *Cluster) Done() <-chan struct{} { return c.done }

// Stop disconnects every client, writes a checkpoint and ends ("fast shutdown"). When ctx ends first, the server is killed, which
// loses no committed data but makes the next start recover.
func (c *Cluster) Stop(ctx context.Context) error {
	if err := c.process.Stop(ctx); err != nil {
		return fmt.Errorf("stop PostgreSQL: %w", err)
	}
	<-c.done
	return nil
}

func chooseBinaries(ctx context.Context, binDir string, h home) (binaries, error) {
	major, err := clusterMajor(h)
	if err != nil {
		return binaries{}, err
	}
	b, ok := findBinaries(ctx, binDir, major)
	if !ok {
		return binaries{}, &MissingBinaryError{Major: major, DataDir: h.dir}
	}
	return b, nil
}

// stopStray ends the server of a killed run: postmaster.pid has its process id on the first line.
func stopStray(ctx context.Context, log *slog.Logger, h home) error {
	pid := process.ReadNumber(filepath.Join(h.cluster(), "postmaster.pid"))
	if pid == 0 {
		return nil
	}
	found, err := process.StopStray(ctx, pid, h.cluster(), syscall.SIGINT)
	if err != nil {
		return fmt.Errorf("stop the PostgreSQL of an earlier run: %w", err)
	}
	if found {
		log.InfoContext(ctx, "stopped the PostgreSQL of an earlier run", "pid", pid)
	}
	return nil
}

func choosePort(ctx context.Context, wanted int, h home) (int, error) {
	if wanted != 0 {
		return wanted, process.CheckPort(ctx, "PostgreSQL", wanted)
	}
	if last := process.ReadNumber(h.port()); last > 0 && process.CheckPort(ctx, "PostgreSQL", last) == nil {
		return last, nil
	}
	return process.FreePort(ctx)
}

// settings are the server's arguments: safe as in production, sized for a developer's machine.
func settings(cfg Config, port int) []string {
	s := map[string]string{
		"listen_addresses":        process.Loopback,
		"port":                    strconv.Itoa(port),
		"unix_socket_directories": "",
		"max_connections":         "200",
		"shared_buffers":          "128MB",
		"fsync":                   "on",
		"synchronous_commit":      "on",
		"log_min_messages":        "warning",
		"timezone":                "UTC",
		"log_timezone":            "UTC",
	}
	if cfg.Disposable {
		maps.Copy(s, map[string]string{"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off", "autovacuum_naptime": "5min"})
	}
	maps.Copy(s, cfg.Settings)
	args := make([]string, 0, 2*len(s))
	for _, name := range slices.Sorted(maps.Keys(s)) {
		args = append(args, "-c", name+"="+s[name])
	}
	return args
}
