package workflows_test

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"go.temporal.io/api/temporalproto"
	"go.temporal.io/sdk/log"
	"go.temporal.io/sdk/worker"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/store/vault"
	"github.com/jansetu/jansetu/worker/codec"
	"github.com/jansetu/jansetu/workflows"
)

// Requests live for weeks: a new version of the code must make the same decisions on the histories of the old one. When it must
// not, branch with workflow.GetVersion; only before the first release are the histories recorded anew (go test ./worker -record).
//
// They are recorded in plain, and replayed as they lie in Temporal: encrypted under a person's key.
func TestRecordedHistoriesReplay(t *testing.T) {
	t.Parallel()
	histories, err := filepath.Glob(filepath.Join("testdata", "histories", "*.json"))
	require.NoError(t, err)
	require.NotEmpty(t, histories)
	for _, file := range histories {
		t.Run(filepath.Base(file), func(t *testing.T) {
			t.Parallel()
			keys := newCitizen(t)
			history := encrypted(t, file, codec.New(keys, citizen))
			require.NoError(t, replay(t, keys, history))
			keys.key = nil
			require.Error(t, replay(t, keys, history), "nobody can go on with an erased person's request")
		})
	}
}

const citizen = "0193f5c2-0000-7000-8000-000000000001"

// oneCitizen is the only person there is.
type oneCitizen struct{ key *vault.Key }

func newCitizen(t *testing.T) *oneCitizen {
	t.Helper()
	kek, err := vault.NewEphemeralKEK()
	require.NoError(t, err)
	v, err := vault.New(vault.Config{Tenant: "test", KEK: kek, LookupKey: []byte(strings.Repeat("k", 32))})
	require.NoError(t, err)
	_, keys, err := v.Create(t.Context(), citizen)
	require.NoError(t, err)
	return &oneCitizen{keys[0]}
}

func (c *oneCitizen) PersonOfWorkflow(context.Context, string) (string, error) { return citizen, nil }

func (c *oneCitizen) KeyAtHand(string) (*vault.Key, bool) { return c.key, c.key != nil }

func (c *oneCitizen) Key(context.Context, string) (*vault.Key, error) {
	if c.key == nil {
		return nil, vault.ErrErased
	}
	return c.key, nil
}

// encrypted reads a history and encrypts what Temporal would have been given encrypted.
func encrypted(t *testing.T, file string, sealing *codec.Codec) *historypb.History {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	history := &historypb.History{}
	require.NoError(t, temporalproto.CustomJSONUnmarshalOptions{DiscardUnknown: true}.Unmarshal(content, history))
	seen := 0
	require.NoError(t, proxy.VisitPayloads(t.Context(), history, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*commonpb.Payload) ([]*commonpb.Payload, error) {
			seen += len(payloads)
			return sealing.Encode(payloads)
		},
	}))
	require.Positive(t, seen)
	return history
}

func replay(t *testing.T, keys codec.Keys, history *historypb.History) error {
	t.Helper()
	sealing := codec.New(keys, citizen)
	replayer, err := worker.NewWorkflowReplayerWithOptions(worker.WorkflowReplayerOptions{
		DataConverter: sealing.DataConverter(), FailureConverter: sealing.FailureConverter(),
		DisableDeadlockDetection: true, // it counts a second, which passes on a busy machine
	})
	require.NoError(t, err)
	replayer.RegisterWorkflowWithOptions(workflows.Application, workflow.RegisterOptions{Name: "Application"})
	replayer.RegisterWorkflowWithOptions(workflows.Appeal, workflow.RegisterOptions{Name: workflows.WorkflowAppeal})
	replayer.RegisterWorkflowWithOptions(workflows.BillPayment, workflow.RegisterOptions{Name: "BillPayment"})
	replayer.RegisterWorkflowWithOptions(workflows.Booking, workflow.RegisterOptions{Name: "Booking"})
	replayer.RegisterWorkflowWithOptions(workflows.Grievance, workflow.RegisterOptions{Name: "Grievance"})
	replayer.RegisterWorkflowWithOptions(workflows.Record, workflow.RegisterOptions{Name: "Record"})
	replayer.RegisterWorkflowWithOptions(workflows.RefundPayment, workflow.RegisterOptions{Name: "RefundPayment"})
	replayer.RegisterWorkflowWithOptions(workflows.ReconcileMoney, workflow.RegisterOptions{Name: workflows.WorkflowReconcile})
	replayer.RegisterWorkflowWithOptions(workflows.PortalCanary, workflow.RegisterOptions{Name: workflows.WorkflowPortalCanary})
	replayer.RegisterWorkflowWithOptions(workflows.SendPersonalData, workflow.RegisterOptions{Name: workflows.WorkflowSendPersonalData})
	replayer.RegisterWorkflowWithOptions(workflows.ErasePerson, workflow.RegisterOptions{Name: workflows.WorkflowErasePerson})
	replayer.RegisterWorkflowWithOptions(workflows.EnforceRetention, workflow.RegisterOptions{Name: workflows.WorkflowEnforceRetention})
	replayer.RegisterWorkflowWithOptions(workflows.SignAuditLog, workflow.RegisterOptions{Name: workflows.WorkflowSignAudit})
	return replayer.ReplayWorkflowHistory(log.NewStructuredLogger(slog.New(slog.DiscardHandler)), history)
}
