package postgres

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/jackc/pgx/v5/pgconn"

	"github.com/jansetu/jansetu/deploy/local/process"
)

const (
	// pingEvery is how often a starting server is asked whether it answers.
	pingEvery = 25 * time.Millisecond
	pingLimit = 2 * time.Second
	// relaunchAfter is the pause before another try when backends of a killed server still hold its shared memory.
	relaunchAfter = 200 * time.Millisecond

	// invalidPassword is an SQLSTATE: https://www.postgresql.org/docs/15/errcodes-appendix.html
	invalidPassword = "28P01"
)

// errMemoryHeld is a start that failed because backends of a killed postmaster have not noticed its death yet; they do within a second.
var errMemoryHeld = errors.New("backends of a killed server still run")

// launch starts the server and returns when the database is there.
func (c *Cluster) launch(ctx context.Context, h home, b binaries, args []string) error {
	for {
		err := c.launchOnce(ctx, h, b, args)
		if !errors.Is(err, errMemoryHeld) {
			return err
		}
		select {
		case <-ctx.Done():
			return err
		case <-time.After(relaunchAfter):
		}
	}
}

func (c *Cluster) launchOnce(ctx context.Context, h home, b binaries, args []string) error {
	p, err := process.Start(process.Config{
		Path: b.path("postgres"), Args: append([]string{"-D", h.cluster()}, args...), Dir: h.cluster(),
		LogFile: h.log(), User: h.user, StopSignal: syscall.SIGINT, // a fast shutdown: https://www.postgresql.org/docs/15/server-shutdown.html
	})
	if err != nil {
		return fmt.Errorf("start PostgreSQL: %w", err)
	}
	c.process = p
	if err := c.awaitReady(ctx); err != nil {
		stopCtx, cancel := context.WithTimeout(context.WithoutCancel(ctx), 5*time.Second)
		defer cancel()
		if stopErr := p.Stop(stopCtx); stopErr != nil {
			err = errors.Join(err, stopErr)
		}
		return explain(err, h, c.port, p.Output())
	}
	return nil
}

var (
	errExited   = errors.New("the server ended while starting")
	errPassword = errors.New("the password is refused")
)

func (c *Cluster) awaitReady(ctx context.Context) error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		err := c.ensureDatabase(ctx)
		if err == nil || errors.Is(err, errPassword) {
			return err
		}
		select {
		case <-c.process.Done():
			return errExited
		case <-ctx.Done():
			return fmt.Errorf("PostgreSQL does not answer: %w", err)
		case <-tick.C:
		}
	}
}

// ensureDatabase connects, which succeeds once recovery is over, and creates the database at the first start.
func (c *Cluster) ensureDatabase(ctx context.Context) error {
	ctx, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	conn, err := pgx.Connect(ctx, c.databaseURL("postgres"))
	var refused *pgconn.PgError
	if errors.As(err, &refused) && refused.Code == invalidPassword {
		return errPassword
	}
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close(ctx) //nolint:errcheck // nothing is in flight
	var exists bool
	if err := conn.QueryRow(ctx, "SELECT EXISTS (SELECT FROM pg_database WHERE datname = $1)", database).Scan(&exists); err != nil {
		return fmt.Errorf("look for the database: %w", err)
	}
	if exists {
		return nil
	}
	if _, err := conn.Exec(ctx, "CREATE DATABASE "+database); err != nil {
		return fmt.Errorf("create the database: %w", err)
	}
	return nil
}

// explain turns a failed start and what the server logged into one sentence.
func explain(err error, h home, port int, log []string) error {
	if errors.Is(err, errPassword) {
		return &BrokenDataDirError{Dir: h.dir, Reason: "its file \"password\" is not the cluster's password"}
	}
	for _, line := range log {
		_, said, found := cutAny(line, "FATAL:  ", "PANIC:  ")
		switch {
		case !found || strings.Contains(said, "is starting up"):
		case strings.Contains(said, "still in use"):
			return errMemoryHeld
		case strings.Contains(said, "TCP/IP sockets"):
			return &process.PortInUseError{Service: "PostgreSQL", Port: port}
		case damaged(said):
			return &BrokenDataDirError{Dir: h.dir, Reason: "PostgreSQL says: " + said}
		default:
			return fmt.Errorf("PostgreSQL does not start: %s (its log is %s)", said, h.log())
		}
	}
	return fmt.Errorf("PostgreSQL does not start: %w (its log is %s)", err, h.log())
}

// damaged recognises what the server says of files that are missing or not its own.
func damaged(said string) bool {
	signs := []string{
		"could not open file", "could not open directory", "could not read file", "could not locate", "could not find", "incompatible",
		"incorrect checksum", "not a valid data directory", "invalid permissions", "wrong ownership", "corrupt",
	}
	return slices.ContainsFunc(signs, func(sign string) bool { return strings.Contains(said, sign) })
}

func cutAny(s string, separators ...string) (before, after string, found bool) {
	for _, separator := range separators {
		if before, after, found = strings.Cut(s, separator); found {
			return before, after, true
		}
	}
	return s, "", false
}
