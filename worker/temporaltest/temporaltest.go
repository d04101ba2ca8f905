// Package temporaltest gives tests a real Temporal server: the one at JANSETU_TEST_TEMPORAL_ADDRESS, else a private one, in memory,
// that this test process starts and that ends with it. It is for tests only.
package temporaltest

import (
	"context"
	"crypto/rand"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/credentials/insecure"
	"google.golang.org/protobuf/types/known/durationpb"

	"github.com/jansetu/jansetu/deploy/local/ephemeral"
	"github.com/jansetu/jansetu/deploy/local/temporal"
)

const (
	// Environment names the variable that gives the address of a server to use.
	Environment = "JANSETU_TEST_TEMPORAL_ADDRESS"

	setupLimit = time.Minute
	retention  = 24 * time.Hour
)

// Address is host:port of the server's frontend.
func Address(t testing.TB) string {
	t.Helper()
	address, err := server()
	require.NoError(t, err, "start Temporal for tests")
	return address
}

// Namespace registers a namespace for this test alone, with the given search attributes (name to type, as
// temporal.RegisterSearchAttributes has them), and returns its name when it can be used.
func Namespace(t testing.TB, searchAttributes map[string]string) string {
	t.Helper()
	conn, err := grpc.NewClient(Address(t), grpc.WithTransportCredentials(insecure.NewCredentials()))
	require.NoError(t, err)
	defer conn.Close() //nolint:errcheck // nothing is in flight
	ctx, cancel := context.WithTimeout(t.Context(), setupLimit)
	defer cancel()

	name := "test-" + strings.ToLower(rand.Text()[:16])
	_, err = workflowservice.NewWorkflowServiceClient(conn).RegisterNamespace(ctx, &workflowservice.RegisterNamespaceRequest{
		Namespace: name, WorkflowExecutionRetentionPeriod: durationpb.New(retention),
	})
	require.NoError(t, err)
	require.NoError(t, temporal.RegisterSearchAttributes(ctx, conn, name, searchAttributes))
	return name
}

// server returns the address, the same one throughout the process.
var server = sync.OnceValues(func() (string, error) {
	if given := os.Getenv(Environment); given != "" {
		return given, nil
	}
	ctx, cancel := context.WithTimeout(context.Background(), setupLimit)
	defer cancel()
	started, err := ephemeral.Temporal(ctx, nil)
	if err != nil {
		return "", err
	}
	return started.Address(), nil
})
