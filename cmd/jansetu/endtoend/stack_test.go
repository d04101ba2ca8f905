// Package endtoend_test runs the built program as a town would: real PostgreSQL, real Temporal, gateway and worker as processes of
// their own, WhatsApp's emulator and the portals' twins. Nothing here looks inside; it compares what citizens were told with
// what the twins and the books hold.
package endtoend_test

import (
	"context"
	"fmt"
	"io"
	"log/slog"
	"net"
	"net/http"
	"os"
	"os/exec"
	"path/filepath"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/jackc/pgx/v5"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/assembly"
	electricity "github.com/jansetu/jansetu/connectors/electricity/twin"
	payments "github.com/jansetu/jansetu/connectors/payments/twin"
	"github.com/jansetu/jansetu/deploy/local/built"
	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/deploy/local/process"
	"github.com/jansetu/jansetu/deploy/local/temporal"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// The parts that can be killed.
const (
	partPostgres = "postgres"
	partTemporal = "temporal"
	partGateway  = "gateway"
	partWorker   = "worker"
)

// partUI is Temporal's web UI, which is there when it has a port, for as long as Temporal is.
const partUI = "temporal-ui"

const (
	phoneNumberID = "106540352242922"
	accessToken   = "end-to-end-access-token"
	appSecret     = "end-to-end-app-secret"
	webhookSecret = "end-to-end-webhook-secret"
	keySecret     = "end-to-end-key-secret"
)

var program string // the built jansetu

func TestMain(m *testing.M) { os.Exit(built.Run(m, &program)) }

// stack is the whole hub with everything around it.
type stack struct {
	t       testing.TB
	folder  string
	ports   map[string]int
	meta    *emulator.Emulator
	south   *electricity.Twin // portal apspdcl, shape regno
	east    *electricity.Twin // portal apepdcl, shape requestno
	gateway *payments.Sandbox // the payment gateway
	extra   []string          // of the environment
	orders  string            // where the emulator tells of orders that are paid in the chat

	mu       sync.Mutex
	postgres *postgres.Cluster
	temporal *temporal.Server
	children map[string]*exec.Cmd
}

// startStack starts everything and returns when it is ready.
func startStack(t testing.TB, change ...func(*stack)) *stack {
	t.Helper()
	s := &stack{t: t, folder: t.TempDir(), ports: map[string]int{}, children: map[string]*exec.Cmd{}}
	for _, part := range []string{partPostgres, partTemporal, partGateway, partWorker, "meta", "south", "east", "payments"} {
		s.ports[part] = freePort(t)
	}
	for _, f := range change {
		f(s)
	}
	t.Cleanup(s.stop)
	s.startTwins()
	for _, part := range []string{partPostgres, partTemporal, partGateway, partWorker} {
		s.start(part)
	}
	return s
}

func freePort(t testing.TB) int {
	t.Helper()
	port, err := process.FreePort(t.Context())
	require.NoError(t, err)
	return port
}

func (s *stack) url(part string) string { return "http://" + process.Address(s.ports[part]) }

func (s *stack) startTwins() {
	var err error
	quiet := slog.New(slog.DiscardHandler)
	s.meta, err = emulator.New(emulator.Config{
		WebhookURL: s.url(partGateway) + "/webhooks/whatsapp", AppSecret: appSecret, VerifyToken: "verify", AccessToken: accessToken,
		PublicURL: s.url("meta"), OrdersURL: s.orders, Log: quiet,
		Numbers: []emulator.Number{{PhoneNumberID: phoneNumberID, DisplayPhoneNumber: "+1 555 078 3881", WABAID: "1", VerifiedName: "Jansetu"}},
		Delivery: emulator.Delivery{
			Retry: []time.Duration{200 * time.Millisecond, 500 * time.Millisecond, time.Second}, MaxAge: time.Hour,
		},
	})
	require.NoError(s.t, err)
	s.serve("meta", s.meta.Handler(), s.meta)
	s.south, err = electricity.New(electricity.Config{Shape: electricity.RegNo, Logger: quiet})
	require.NoError(s.t, err)
	s.serve("south", s.south, s.south)
	s.east, err = electricity.New(electricity.Config{Shape: electricity.RequestNo, Logger: quiet})
	require.NoError(s.t, err)
	s.serve("east", s.east, s.east)
	s.gateway, err = payments.New(payments.Config{
		KeyID: "rzp_test_endtoend", KeySecret: keySecret, WebhookSecret: webhookSecret, PublicURL: s.url("payments"),
		WebhookURL: s.url(partGateway) + "/webhooks/payments/razorpay", Logger: quiet,
		WebhookRetries: []time.Duration{200 * time.Millisecond, time.Second, 2 * time.Second, 5 * time.Second, 5 * time.Second, 5 * time.Second},
	})
	require.NoError(s.t, err)
	s.serve("payments", s.gateway, s.gateway)
}

func (s *stack) serve(part string, handler http.Handler, closer io.Closer) {
	var config net.ListenConfig
	listener, err := config.Listen(s.t.Context(), "tcp", process.Address(s.ports[part]))
	require.NoError(s.t, err)
	server := &http.Server{Handler: handler, ReadHeaderTimeout: 10 * time.Second}
	go func() { _ = server.Serve(listener) }()
	s.t.Cleanup(func() {
		_ = server.Close()
		_ = closer.Close()
	})
}

// start starts one of the parts that can be killed and waits until it is ready.
func (s *stack) start(part string) {
	s.t.Helper()
	ctx, cancel := context.WithTimeout(context.Background(), 3*time.Minute)
	defer cancel()
	var err error
	switch part {
	case partPostgres:
		var cluster *postgres.Cluster
		cluster, err = postgres.Start(ctx, postgres.Config{DataDir: filepath.Join(s.folder, part), Port: s.ports[part]})
		s.mu.Lock()
		s.postgres = cluster
		s.mu.Unlock()
		if err == nil {
			err = s.migrate(ctx, cluster.URL())
		}
	case partTemporal:
		binary, found := temporal.FindBinary(ctx, filepath.Join(repository(s.t), "bin", "temporal"))
		require.NoError(s.t, found)
		var server *temporal.Server
		server, err = temporal.Start(ctx, temporal.Config{
			Binary: binary, DataDir: filepath.Join(s.folder, part), Port: s.ports[part], Headless: s.ports[partUI] == 0, UIPort: s.ports[partUI],
			SearchAttributes: assembly.SearchAttributes(), CodecEndpoint: assembly.CodecEndpoint(s.url(partGateway)),
		})
		s.mu.Lock()
		s.temporal = server
		s.mu.Unlock()
	default:
		err = s.startChild(part)
	}
	require.NoError(s.t, err, "start %s", part)
}

func (s *stack) migrate(ctx context.Context, databaseURL string) error {
	command := exec.CommandContext(ctx, program, "migrate")
	command.Env = append(os.Environ(), "JANSETU_MODE=development", "DATABASE_URL="+databaseURL)
	if output, err := command.CombinedOutput(); err != nil {
		return fmt.Errorf("migrate: %w: %s", err, output)
	}
	return nil
}

func (s *stack) startChild(part string) error {
	logFile, err := os.OpenFile(s.logFile(part), os.O_CREATE|os.O_APPEND|os.O_WRONLY, 0o600)
	if err != nil {
		return err
	}
	defer func() { _ = logFile.Close() }()
	child := exec.Command(program, part)
	child.Env = s.environment()
	child.Stdout, child.Stderr = logFile, logFile
	child.SysProcAttr = &syscall.SysProcAttr{Setpgid: true}
	if err := child.Start(); err != nil {
		return err
	}
	s.mu.Lock()
	s.children[part] = child
	s.mu.Unlock()
	return nil
}

func (s *stack) logFile(part string) string { return filepath.Join(s.folder, part+".log") }

func (s *stack) environment() []string {
	return append(append(append(os.Environ(), s.otherPortals()...),
		"JANSETU_MODE=development", "JANSETU_STATE=andhra", "JANSETU_LOG_LEVEL=info",
		"JANSETU_LISTEN="+process.Address(s.ports[partGateway]), "JANSETU_WORKER_LISTEN="+process.Address(s.ports[partWorker]),
		"JANSETU_ISSUER="+filepath.Join(s.folder, "issuer"), "JANSETU_LOG_FOLDER="+filepath.Join(s.folder, "log"),
		"JANSETU_KEK_URI=file://"+filepath.Join(s.folder, "kek.json"), "DATABASE_URL="+s.postgres.URL(), "TEMPORAL_ADDRESS="+process.Address(s.ports[partTemporal]),
		"WHATSAPP_API_URL="+s.url("meta"), "WHATSAPP_PHONE_NUMBER_ID="+phoneNumberID, "WHATSAPP_ACCESS_TOKEN="+accessToken,
		"WHATSAPP_APP_SECRET="+appSecret, "WHATSAPP_VERIFY_TOKEN=verify", "WHATSAPP_MESSAGES_PER_SECOND=1000",
		"JANSETU_PORTAL_APSPDCL_URL="+s.url("south"), "JANSETU_PORTAL_APEPDCL_URL="+s.url("east"),
		"JANSETU_PORTAL_PAYMENTS_URL="+s.url("payments"), "JANSETU_PORTAL_PAYMENTS_KEY_ID=rzp_test_endtoend",
		"JANSETU_PORTAL_PAYMENTS_KEY_SECRET="+keySecret, "JANSETU_PORTAL_PAYMENTS_WEBHOOK_SECRET="+webhookSecret,
	), s.extra...)
}

// jansetu runs one of the program's commands in the hub's environment, and what else is given, and returns what it said.
func (s *stack) jansetu(environment []string, arguments ...string) string {
	s.t.Helper()
	command := exec.CommandContext(s.t.Context(), program, arguments...)
	command.Env = append(s.environment(), environment...)
	output, err := command.CombinedOutput()
	require.NoError(s.t, err, "%s: %s", arguments, output)
	return string(output)
}

// kill ends a part as a power cut would, and returns when it is gone.
func (s *stack) kill(part string) {
	s.mu.Lock()
	cluster, server, child := s.postgres, s.temporal, s.children[part]
	s.mu.Unlock()
	switch part {
	case partPostgres:
		_ = syscall.Kill(cluster.Pid(), syscall.SIGKILL)
		<-cluster.Done()
	case partTemporal:
		_ = syscall.Kill(server.Pid(), syscall.SIGKILL)
		<-server.Done()
	default:
		_ = child.Process.Kill()
		_ = child.Wait()
	}
}

func (s *stack) stop() {
	for _, part := range []string{partWorker, partGateway} {
		if s.children[part] != nil {
			_ = s.children[part].Process.Signal(syscall.SIGTERM)
			_ = s.children[part].Wait()
		}
	}
	ctx, cancel := context.WithTimeout(context.Background(), 30*time.Second)
	defer cancel()
	if s.temporal != nil {
		_ = s.temporal.Stop(ctx)
	}
	if s.postgres != nil {
		_ = s.postgres.Stop(ctx)
	}
	if s.t.Failed() {
		s.showLogs()
	}
}

func (s *stack) showLogs() {
	for _, part := range []string{partGateway, partWorker} {
		content, _ := os.ReadFile(s.logFile(part))
		if len(content) > 12_000 {
			content = content[len(content)-12_000:]
		}
		s.t.Logf("end of the %s's log:\n%s", part, content)
	}
}

// count asks the hub's database for one number.
func (s *stack) count(t testing.TB, query string, arguments ...any) int {
	t.Helper()
	connection, err := pgx.Connect(t.Context(), s.postgres.URL())
	require.NoError(t, err)
	defer func() { _ = connection.Close(context.Background()) }()
	var number int
	require.NoError(t, connection.QueryRow(t.Context(), query, arguments...).Scan(&number))
	return number
}

// text asks the hub's database for one text.
func (s *stack) text(query string) (text string) {
	s.t.Helper()
	connection, err := pgx.Connect(s.t.Context(), s.postgres.URL())
	require.NoError(s.t, err)
	defer func() { _ = connection.Close(context.Background()) }()
	require.NoError(s.t, connection.QueryRow(s.t.Context(), query).Scan(&text))
	return text
}

func repository(t testing.TB) string {
	t.Helper()
	folder, err := filepath.Abs("../../..")
	require.NoError(t, err)
	return folder
}
