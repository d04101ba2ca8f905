// Package temporal runs a private Temporal development server with its web UI, from a `temporal` program on this machine. It knows
// nothing of the workflows that run on it.
package temporal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"syscall"
	"time"

	"github.com/jansetu/jansetu/deploy/local/process"
)

const (
	// DefaultNamespace always exists.
	DefaultNamespace = "default"

	startLimit = 2 * time.Minute
)

// Config says where the server keeps its state and how it runs.
type Config struct {
	// Binary is the `temporal` program; empty looks on the PATH.
	Binary string
	// DataDir keeps the database file and the log. It is made when missing; deleting it while nothing runs is starting afresh.
	DataDir string
	// InMemory keeps no state beyond this run: for tests.
	InMemory bool
	// Port (gRPC) and UIPort (web UI) on 127.0.0.1. 0 takes a free one.
	Port, UIPort int
	// Headless runs without the web UI.
	Headless bool
	// Namespace is made when missing. Empty means DefaultNamespace.
	Namespace string
	// SearchAttributes are registered in the namespace when missing: name to type (Text, Keyword, Int, Double, Bool, Datetime, KeywordList).
	SearchAttributes map[string]string
	// DynamicConfig adds to or replaces the tuning: key to JSON value.
	DynamicConfig map[string]string
	// CodecEndpoint is where the web UI has payloads decoded, when set.
	CodecEndpoint string
	// Log receives what happens; nil discards.
	Log *slog.Logger
}

// Server is a running development server.
type Server struct {
	process *process.Process
	cfg     Config
	done    chan struct{}
}

// Start runs the server and returns when it serves the namespace and the namespace has the search attributes. A server left behind
// by a killed run is stopped first.
//
// Errors a person can act on: MissingBinaryError, BrokenDataError, process.PortInUseError, process.LockedError.
func Start(ctx context.Context, cfg Config) (*Server, error) {
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	if cfg.Log == nil {
		cfg.Log = slog.New(slog.DiscardHandler)
	}
	if cfg.Namespace == "" {
		cfg.Namespace = DefaultNamespace
	}
	dir, err := filepath.Abs(cfg.DataDir)
	if err != nil {
		return nil, fmt.Errorf("find the Temporal data folder: %w", err)
	}
	cfg.DataDir = dir
	if err := os.MkdirAll(dir, 0o700); err != nil {
		return nil, fmt.Errorf("make the Temporal data folder: %w", err)
	}
	lock, err := process.LockDir(dir)
	if err != nil {
		return nil, err
	}
	s := &Server{cfg: cfg, done: make(chan struct{})}
	if err := s.start(ctx); err != nil {
		lock.Release()
		return nil, err
	}
	go func() {
		<-s.process.Done()
		lock.Release()
		close(s.done)
	}()
	return s, nil
}

func (s *Server) start(ctx context.Context) error {
	binary, err := checkBinary(ctx, s.cfg.Binary)
	if err != nil {
		return err
	}
	if err := s.stopStray(ctx); err != nil {
		return err
	}
	if s.cfg.Port, err = choosePort(ctx, "Temporal", s.cfg.Port); err != nil {
		return err
	}
	if !s.cfg.Headless {
		if s.cfg.UIPort, err = choosePort(ctx, "the Temporal web UI", s.cfg.UIPort); err != nil {
			return err
		}
	}
	s.process, err = process.Start(process.Config{Path: binary, Args: s.arguments(), Dir: s.cfg.DataDir, LogFile: s.logFile()})
	if err != nil {
		return fmt.Errorf("start Temporal: %w", err)
	}
	if err := os.WriteFile(s.pidFile(), []byte(strconv.Itoa(s.Pid())+"\n"), 0o600); err != nil {
		s.cfg.Log.WarnContext(ctx, "the process id of Temporal was not kept", "error", err)
	}
	if err := s.awaitReady(ctx); err != nil {
		return s.abandon(ctx, err)
	}
	s.cfg.Log.InfoContext(ctx, "Temporal is ready", "port", s.cfg.Port, "ui_port", s.cfg.UIPort, "pid", s.Pid())
	return nil
}

// abandon stops a server that did not become ready and says why.
func (s *Server) abandon(ctx context.Context, cause error) error {
	said := explain(s.process.Output())
	ctx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
	defer cancel()
	if err := s.process.Stop(ctx); err != nil {
		cause = errors.Join(cause, err)
	}
	switch {
	case said == "":
		return fmt.Errorf("start Temporal: %w (its log is %s)", cause, s.logFile())
	case damaged(said) && !s.cfg.InMemory:
		return &BrokenDataError{File: s.databaseFile(), Reason: said}
	default:
		return fmt.Errorf("Temporal does not start: %s (its log is %s)", said, s.logFile())
	}
}

// Address is host:port of the gRPC frontend.
func (s *Server) Address() string { return process.Address(s.cfg.Port) }

// UIURL is the address of the web UI, empty when headless.
func (s *Server) UIURL() string {
	if s.cfg.Headless {
		return ""
	}
	return "http://" + process.Address(s.cfg.UIPort)
}

// Namespace is the one that was asked for.
func (s *Server) Namespace() string { return s.cfg.Namespace }

// Port is where the gRPC frontend listens on 127.0.0.1, and UIPort the web UI.
func (s *Server) Port() int { return s.cfg.Port }

// UIPort is where the web UI listens on 127.0.0.1, 0 when headless.
func (s *Server) UIPort() int { return s.cfg.UIPort }

// Pid is the server's process id.
func (s *Server) Pid() int { return s.process.Pid() }

// Done is closed when the server has ended, for whatever reason; the data folder may then be started again.
func (s *Server) Done() <-chan struct{} { return s.done }

// Stop ends the server in good order; when ctx ends first, it is killed, which loses no committed state.
func (s *Server) Stop(ctx context.Context) error {
	if err := s.process.Stop(ctx); err != nil {
		return fmt.Errorf("stop Temporal: %w", err)
	}
	<-s.done
	return nil
}

func (s *Server) databaseFile() string { return filepath.Join(s.cfg.DataDir, "temporal.db") }
func (s *Server) logFile() string      { return filepath.Join(s.cfg.DataDir, "temporal.log") }
func (s *Server) pidFile() string      { return filepath.Join(s.cfg.DataDir, "temporal.pid") }

func (s *Server) stopStray(ctx context.Context) error {
	pid := process.ReadNumber(s.pidFile())
	found, err := process.StopStray(ctx, pid, s.databaseFile(), syscall.SIGTERM)
	if err != nil {
		return fmt.Errorf("stop the Temporal of an earlier run: %w", err)
	}
	if found {
		s.cfg.Log.InfoContext(ctx, "stopped the Temporal of an earlier run", "pid", pid)
	}
	return nil
}

func choosePort(ctx context.Context, service string, wanted int) (int, error) {
	if wanted == 0 {
		return process.FreePort(ctx)
	}
	return wanted, process.CheckPort(ctx, service, wanted)
}

// tuning shortens the tick that every step waits for: all state is in one history shard, polled at most this often a second. An idle
// workflow of six activities took 650 ms with the default of 20 and 217 ms with 60; from 75 on some took two seconds more, and the
// newer matcher (matching.useNewMatcher) traded that for stalls under load.
var tuning = map[string]string{
	"history.transferProcessorMaxPollRPS": "60",
}

func (s *Server) arguments() []string {
	args := []string{
		"server", "start-dev", "--ip", process.Loopback, "--port", strconv.Itoa(s.cfg.Port), "--log-level", "error", "--color", "never",
	}
	if s.cfg.Headless {
		args = append(args, "--headless")
	} else {
		args = append(args, "--ui-ip", process.Loopback, "--ui-port", strconv.Itoa(s.cfg.UIPort))
	}
	if s.cfg.CodecEndpoint != "" {
		args = append(args, "--ui-codec-endpoint", s.cfg.CodecEndpoint)
	}
	if s.cfg.Namespace != DefaultNamespace {
		args = append(args, "--namespace", s.cfg.Namespace)
	}
	if !s.cfg.InMemory {
		args = append(args, "--db-filename", s.databaseFile(), "--sqlite-pragma", "journal_mode=WAL", "--sqlite-pragma", "synchronous=NORMAL")
	}
	dynamic := maps.Clone(tuning)
	maps.Copy(dynamic, s.cfg.DynamicConfig)
	for _, key := range slices.Sorted(maps.Keys(dynamic)) {
		args = append(args, "--dynamic-config-value", key+"="+dynamic[key])
	}
	return args
}
