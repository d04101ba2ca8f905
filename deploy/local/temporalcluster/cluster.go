// Package temporalcluster runs a Temporal server as a cluster does, on PostgreSQL with several history shards, for measurements on
// this machine. Development and tests use the small server of package temporal instead. It knows nothing of the hub.
package temporalcluster

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net/url"
	"os"
	"os/exec"
	"path/filepath"
	"text/template"
	"time"

	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	healthpb "google.golang.org/grpc/health/grpc_health_v1"

	"github.com/jansetu/jansetu/deploy/local/process"
)

// Config says what to run. All of it is required.
type Config struct {
	// Server is temporal-server, SQLTool temporal-sql-tool; `make bin/temporal-server` builds both.
	Server, SQLTool string
	// Postgres is the address of a server whose user may create databases.
	Postgres string
	// Folder takes the configuration and the log.
	Folder string
	Shards int
}

// ErrNotBuilt says that the server's programs are not there.
var ErrNotBuilt = errors.New("temporal-server is not built: run `make bin/temporal-server` (about 6 minutes, once)")

// Cluster is a running server.
type Cluster struct {
	address string
	process *process.Process
}

// Address is host:port of the frontend.
func (c *Cluster) Address() string { return c.address }

// Stop ends the server in order.
func (c *Cluster) Stop(ctx context.Context) error { return c.process.Stop(ctx) }

const (
	databaseOfHistory    = "temporal"
	databaseOfVisibility = "temporal_visibility"
	startLimit           = 90 * time.Second
	longestSaid          = 600
)

// Start makes the databases, starts the server and returns when its frontend answers. It fails with ErrNotBuilt.
func Start(ctx context.Context, config Config) (*Cluster, error) {
	for _, program := range []string{config.Server, config.SQLTool} {
		if _, err := os.Stat(program); err != nil {
			return nil, ErrNotBuilt
		}
	}
	ctx, cancel := context.WithTimeout(ctx, startLimit)
	defer cancel()
	database, err := url.Parse(config.Postgres)
	if err != nil {
		return nil, fmt.Errorf("read the address of PostgreSQL: %w", err)
	}
	for name, schema := range map[string]string{databaseOfHistory: "postgresql/v12/temporal", databaseOfVisibility: "postgresql/v12/visibility"} {
		if err := makeDatabase(ctx, config.SQLTool, database, name, schema); err != nil {
			return nil, err
		}
	}
	return launch(ctx, config, database)
}

func makeDatabase(ctx context.Context, tool string, database *url.URL, name, schema string) error {
	password, _ := database.User.Password()
	connection := []string{
		"--plugin", "postgres12_pgx", "--ep", database.Hostname(), "-p", database.Port(), "-u", database.User.Username(), "--pw", password, "--db", name,
	}
	for _, step := range [][]string{{"create-database"}, {"setup-schema", "-v", "0.0"}, {"update-schema", "--schema-name", schema}} {
		command := exec.CommandContext(ctx, tool, append(connection, step...)...) //nolint:gosec // our own tool
		if output, err := command.CombinedOutput(); err != nil {
			return fmt.Errorf("make Temporal's database %s: %s: %w: %s", name, step[0], err, output)
		}
	}
	return nil
}

func launch(ctx context.Context, config Config, database *url.URL) (*Cluster, error) {
	ports, err := freePorts(ctx)
	if err != nil {
		return nil, err
	}
	file, err := writeConfig(config, database, ports)
	if err != nil {
		return nil, err
	}
	server, err := process.Start(process.Config{
		Path: config.Server, Args: []string{"--config-file", file, "--allow-no-auth", "start"}, Dir: config.Folder,
		LogFile: filepath.Join(config.Folder, "temporal-server.log"),
	})
	if err != nil {
		return nil, fmt.Errorf("start temporal-server: %w", err)
	}
	cluster := &Cluster{address: process.Address(ports[0]), process: server}
	if err := cluster.awaitReady(ctx); err != nil {
		return nil, errors.Join(err, server.Stop(context.WithoutCancel(ctx)))
	}
	return cluster, nil
}

// The server keeps its ports in a column of two bytes, so they must be small ones.
const firstPort, lastPort = 21_000, 32_000

// freePorts are those of four services, one for calls and one for membership each.
func freePorts(ctx context.Context) ([]int, error) {
	var ports []int
	for port := firstPort + os.Getpid()%9_000; port < lastPort && len(ports) < 8; port++ {
		if process.CheckPort(ctx, "temporal-server", port) == nil {
			ports = append(ports, port)
		}
	}
	if len(ports) < 8 {
		return nil, errors.New("no ports are free for temporal-server")
	}
	return ports, nil
}

func writeConfig(config Config, database *url.URL, ports []int) (string, error) {
	password, _ := database.User.Password()
	var content bytes.Buffer
	err := configuration.Execute(&content, map[string]any{
		"Shards": config.Shards, "Address": database.Host, "User": database.User.Username(), "Password": password, "Ports": ports,
		"History": databaseOfHistory, "Visibility": databaseOfVisibility,
	})
	if err != nil {
		return "", fmt.Errorf("write the configuration: %w", err)
	}
	file := filepath.Join(config.Folder, "temporal-server.yaml")
	if err := os.WriteFile(file, content.Bytes(), 0o600); err != nil {
		return "", fmt.Errorf("write the configuration: %w", err)
	}
	return file, nil
}

// awaitReady waits until the frontend serves.
func (c *Cluster) awaitReady(ctx context.Context) error {
	connection, err := grpc.NewClient(c.address, grpc.WithTransportCredentials(insecure.NewCredentials()))
	if err != nil {
		return fmt.Errorf("reach temporal-server: %w", err)
	}
	defer func() { _ = connection.Close() }()
	tick := time.NewTicker(200 * time.Millisecond)
	defer tick.Stop()
	health := healthpb.NewHealthClient(connection)
	for {
		answer, err := health.Check(ctx, &healthpb.HealthCheckRequest{Service: "temporal.api.workflowservice.v1.WorkflowService"})
		if err == nil && answer.GetStatus() == healthpb.HealthCheckResponse_SERVING {
			return nil
		}
		select {
		case <-c.process.Done():
			said := fmt.Sprint(c.process.Output())
			return fmt.Errorf("temporal-server ended: %s", said[:min(len(said), longestSaid)])
		case <-ctx.Done():
			return fmt.Errorf("temporal-server does not answer: %w", ctx.Err())
		case <-tick.C:
		}
	}
}

// configuration is what the server needs to know (Temporal, server configuration reference).
var configuration = template.Must(template.New("temporal-server.yaml").Parse(`
log: {stdout: true, level: error}
persistence:
  numHistoryShards: {{.Shards}}
  defaultStore: default
  visibilityStore: visibility
  datastores:
    default:
      sql:
        {pluginName: postgres12_pgx, databaseName: {{.History}}, connectAddr: "{{.Address}}", connectProtocol: tcp,
         user: "{{.User}}", password: "{{.Password}}", maxConns: 20, maxIdleConns: 20}
    visibility:
      sql:
        {pluginName: postgres12_pgx, databaseName: {{.Visibility}}, connectAddr: "{{.Address}}", connectProtocol: tcp,
         user: "{{.User}}", password: "{{.Password}}", maxConns: 10, maxIdleConns: 10}
global:
  membership: {maxJoinDuration: 30s, broadcastAddress: "127.0.0.1"}
services:
  frontend: {rpc: {grpcPort: {{index .Ports 0}}, membershipPort: {{index .Ports 1}}, bindOnIP: "127.0.0.1"}}
  matching: {rpc: {grpcPort: {{index .Ports 2}}, membershipPort: {{index .Ports 3}}, bindOnIP: "127.0.0.1"}}
  history: {rpc: {grpcPort: {{index .Ports 4}}, membershipPort: {{index .Ports 5}}, bindOnIP: "127.0.0.1"}}
  worker: {rpc: {grpcPort: {{index .Ports 6}}, membershipPort: {{index .Ports 7}}, bindOnIP: "127.0.0.1"}}
clusterMetadata:
  enableGlobalNamespace: false
  failoverVersionIncrement: 10
  masterClusterName: active
  currentClusterName: active
  clusterInformation:
    active: {enabled: true, initialFailoverVersion: 1, rpcName: frontend, rpcAddress: "127.0.0.1:{{index .Ports 0}}"}
dcRedirectionPolicy: {policy: noop}
publicClient: {hostPort: "127.0.0.1:{{index .Ports 0}}"}
`))
