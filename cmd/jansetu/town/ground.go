package town

import (
	"context"
	"errors"
	"fmt"
	"net/url"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"time"

	"github.com/jackc/pgx/v5"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/temporal"
)

// Part is a process of a town that can be killed.
type Part string

// The parts.
const (
	Postgres Part = "postgres"
	Temporal Part = "temporal"
	Gateway  Part = "gateway"
	Worker   Part = "worker"
)

const (
	partLimit = 2 * time.Minute // for one part to start
	retention = 24 * time.Hour
)

// Ground is what towns stand on: a PostgreSQL cluster and a Temporal server. It is safe for concurrent use.
type Ground struct {
	folder, temporalBinary string
	ports                  map[Part]int

	mu       sync.Mutex
	postgres *postgres.Cluster
	temporal *temporal.Server
}

// Plot is the place of one hub on a ground: a database with the hub's schema, and a namespace of Temporal.
type Plot struct {
	DatabaseURL     string
	TemporalAddress string
	Namespace       string
}

// TemporalBeside is where Temporal's program is looked for first: `make tools` puts it beside the hub's.
func TemporalBeside(program string) string { return filepath.Join(filepath.Dir(program), "temporal") }

// OpenGround starts PostgreSQL and Temporal, with their data in a folder. temporalBinary is Temporal's program; empty finds it as
// `jansetu dev` does.
func OpenGround(ctx context.Context, folder, temporalBinary string) (*Ground, error) {
	g := &Ground{folder: folder, temporalBinary: temporalBinary, ports: map[Part]int{}}
	for _, part := range []Part{Postgres, Temporal} {
		port, err := process.FreePort(ctx)
		if err != nil {
			return nil, err
		}
		g.ports[part] = port
		if err := g.start(ctx, part); err != nil {
			return nil, errors.Join(fmt.Errorf("start %s: %w", part, err), g.Close(context.WithoutCancel(ctx)))
		}
	}
	return g, nil
}

func (g *Ground) start(ctx context.Context, part Part) error {
	ctx, cancel := context.WithTimeout(ctx, partLimit)
	defer cancel()
	folder := filepath.Join(g.folder, string(part))
	if part == Postgres {
		cluster, err := postgres.Start(ctx, postgres.Config{DataDir: folder, Port: g.ports[part]})
		if err != nil {
			return err
		}
		g.mu.Lock()
		defer g.mu.Unlock()
		g.postgres = cluster
		return nil
	}
	binary, err := temporal.FindBinary(ctx, g.temporalBinary)
	if err != nil {
		return err
	}
	server, err := temporal.Start(ctx, temporal.Config{
		Binary: binary, DataDir: folder, Port: g.ports[part], Headless: true, SearchAttributes: assembly.SearchAttributes(),
	})
	if err != nil {
		return err
	}
	g.mu.Lock()
	defer g.mu.Unlock()
	g.temporal = server
	return nil
}

// kill ends PostgreSQL or Temporal as a power cut would, and starts it again.
func (g *Ground) kill(ctx context.Context, part Part) error {
	g.mu.Lock()
	cluster, server := g.postgres, g.temporal
	g.mu.Unlock()
	if part == Postgres {
		_ = syscall.Kill(cluster.Pid(), syscall.SIGKILL)
		<-cluster.Done()
	} else {
		_ = syscall.Kill(server.Pid(), syscall.SIGKILL)
		<-server.Done()
	}
	return g.start(ctx, part)
}

// Plot makes a place for a hub: a database and a namespace of this name, of small letters and digits.
func (g *Ground) Plot(ctx context.Context, name string) (Plot, error) {
	g.mu.Lock()
	admin, address := g.postgres.URL(), g.temporal.Address()
	g.mu.Unlock()
	plot := Plot{TemporalAddress: address, Namespace: name}
	var err error
	if plot.DatabaseURL, err = makeDatabase(ctx, admin, name); err != nil {
		return Plot{}, fmt.Errorf("make a database: %w", err)
	}
	if err := makeNamespace(ctx, address, name); err != nil {
		return Plot{}, fmt.Errorf("make a namespace: %w", err)
	}
	return plot, nil
}

func makeDatabase(ctx context.Context, admin, name string) (string, error) {
	connection, err := pgx.Connect(ctx, admin)
	if err != nil {
		return "", err
	}
	defer func() { _ = connection.Close(context.WithoutCancel(ctx)) }()
	if _, err := connection.Exec(ctx, "create database "+pgx.Identifier{name}.Sanitize()); err != nil {
		return "", err
	}
	address, err := url.Parse(admin)
	if err != nil {
		return "", err
	}
	address.Path = "/" + name
	return address.String(), assembly.Migrate(ctx, address.String())
}

func makeNamespace(ctx context.Context, address, name string) error {
	connection, err := grpc.NewClient(address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return err
	}
	defer func() { _ = connection.Close() }()
	_, err = workflowservice.NewWorkflowServiceClient(connection).RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	if err != nil {
		return err
	}
	return temporal.RegisterSearchAttributes(ctx, connection, name, assembly.SearchAttributes())
}

// Close stops both.
func (g *Ground) Close(ctx context.Context) error {
	g.mu.Lock()
	defer g.mu.Unlock()
	var failed error
	if g.temporal != nil {
		failed = errors.Join(failed, g.temporal.Stop(ctx))
	}
	if g.postgres != nil {
		failed = errors.Join(failed, g.postgres.Stop(ctx))
	}
	return failed
}

// PlotName makes a name for a plot of what it is for.
func PlotName(parts ...string) string { return strings.ReplaceAll(strings.Join(parts, "_"), "-", "_") }
