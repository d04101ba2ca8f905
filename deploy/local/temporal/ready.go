package temporal

import (
	"context"
	"errors"
	"fmt"
	"strconv"
	"strings"
	"time"

	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/operatorservice/v1"
	"go.temporal.io/api/workflowservice/v1"
	"google.golang.org/grpc"
	"google.golang.org/grpc/backoff"
	"google.golang.org/grpc/credentials/insecure"
)

const (
	// pingEvery is how often a starting server is asked whether it serves.
	pingEvery = 50 * time.Millisecond
	pingLimit = 2 * time.Second
)

var errExited = errors.New("the server ended while starting")

// BrokenDataError says that the database file cannot be used.
type BrokenDataError struct {
	File string
	// Reason is what the server said.
	Reason string
}

func (e *BrokenDataError) Error() string {
	return fmt.Sprintf("Temporal's database file %s cannot be used (%s): move it away and start again to get an empty one", e.File, e.Reason)
}

// awaitReady waits until the namespace is served, then registers what search attributes it lacks.
func (s *Server) awaitReady(ctx context.Context) error {
	// gRPC's own pause after a refused connection is a second; a starting server deserves a quicker look.
	eager := backoff.Config{BaseDelay: pingEvery, Multiplier: 1.2, Jitter: 0.1, MaxDelay: 4 * pingEvery}
	conn, err := grpc.NewClient(s.Address(), grpc.WithTransportCredentials(insecure.NewCredentials()),
		grpc.WithConnectParams(grpc.ConnectParams{Backoff: eager, MinConnectTimeout: pingLimit}))
	if err != nil {
		return fmt.Errorf("connect: %w", err)
	}
	defer conn.Close() //nolint:errcheck // nothing is in flight
	if err := s.awaitNamespace(ctx, workflowservice.NewWorkflowServiceClient(conn)); err != nil {
		return err
	}
	return RegisterSearchAttributes(ctx, conn, s.cfg.Namespace, s.cfg.SearchAttributes)
}

func (s *Server) awaitNamespace(ctx context.Context, service workflowservice.WorkflowServiceClient) error {
	tick := time.NewTicker(pingEvery)
	defer tick.Stop()
	for {
		err := describe(ctx, service, s.cfg.Namespace)
		if err == nil {
			return nil
		}
		select {
		case <-s.process.Done():
			return errExited
		case <-ctx.Done():
			return fmt.Errorf("the server does not answer: %w", err)
		case <-tick.C:
		}
	}
}

func describe(ctx context.Context, service workflowservice.WorkflowServiceClient, namespace string) error {
	ctx, cancel := context.WithTimeout(ctx, pingLimit)
	defer cancel()
	_, err := service.DescribeNamespace(ctx, &workflowservice.DescribeNamespaceRequest{Namespace: namespace}, grpc.WaitForReady(true))
	return err
}

// RegisterSearchAttributes adds to a namespace those of the search attributes it does not have: name to type (Text, Keyword, Int,
// Double, Bool, Datetime, KeywordList). It uses the operator service, which a production server keeps for its operators.
func RegisterSearchAttributes(ctx context.Context, conn grpc.ClientConnInterface, namespace string, wanted map[string]string) error {
	if len(wanted) == 0 {
		return nil
	}
	operator := operatorservice.NewOperatorServiceClient(conn)
	have, err := operator.ListSearchAttributes(ctx, &operatorservice.ListSearchAttributesRequest{Namespace: namespace})
	if err != nil {
		return fmt.Errorf("list search attributes: %w", err)
	}
	missing := make(map[string]enumspb.IndexedValueType, len(wanted))
	for name, typeName := range wanted {
		if _, exists := have.GetCustomAttributes()[name]; exists {
			continue
		}
		kind, err := enumspb.IndexedValueTypeFromString(typeName)
		if err != nil {
			return fmt.Errorf("type of search attribute %s: %w", name, err)
		}
		missing[name] = kind
	}
	if len(missing) == 0 {
		return nil
	}
	request := &operatorservice.AddSearchAttributesRequest{Namespace: namespace, SearchAttributes: missing}
	if _, err := operator.AddSearchAttributes(ctx, request); err != nil {
		return fmt.Errorf("register search attributes: %w", err)
	}
	return nil
}

// explain finds the line in which the program says why it gave up: `... level=ERROR msg="failed starting server: ..."`.
func explain(log []string) string {
	for _, line := range log {
		_, quoted, found := strings.Cut(line, "level=ERROR msg=")
		if !found {
			continue
		}
		quoted, err := strconv.QuotedPrefix(quoted)
		if err != nil {
			continue
		}
		said, err := strconv.Unquote(quoted)
		if reason, gaveUp := strings.CutPrefix(said, "failed starting server: "); err == nil && gaveUp {
			return reason
		}
	}
	return ""
}

// damaged recognises what SQLite says of a file that is not a sound database.
func damaged(said string) bool {
	for _, sign := range []string{"not a database", "malformed", "corrupt", "no such table", "readonly", "unable to open database"} {
		if strings.Contains(said, sign) {
			return true
		}
	}
	return false
}
