package worker_test

import (
	"bytes"
	"context"
	"flag"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/common/v1"
	"go.temporal.io/api/enums/v1"
	"go.temporal.io/api/history/v1"
	"go.temporal.io/api/proxy"
	"google.golang.org/protobuf/encoding/protojson"
)

// With -record the histories of these tests replace the recorded ones that package workflows replays:
//
//	go test ./worker -record
var recording = flag.Bool("record", false, "write the workflows' histories to workflows/testdata/histories")

// record keeps the history of a workflow that has ended.
func (h *hub) record(t *testing.T, workflowID, name string) {
	t.Helper()
	if !*recording {
		return
	}
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, h.temporal.GetWorkflow(ctx, workflowID, "").Get(ctx, nil))
	recordStatements(t, name, h.statements.take())
	var recorded history.History
	events := h.temporal.GetWorkflowHistory(ctx, workflowID, "", false, enums.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT)
	for events.HasNext() {
		event, err := events.Next()
		require.NoError(t, err)
		recorded.Events = append(recorded.Events, event)
	}
	// Recorded as they are in plain; the replay encrypts them again.
	require.NoError(t, proxy.VisitPayloads(ctx, &recorded, proxy.VisitPayloadsOptions{
		SkipSearchAttributes: true,
		Visitor: func(_ *proxy.VisitPayloadsContext, payloads []*common.Payload) ([]*common.Payload, error) {
			return h.codec.Decode(payloads)
		},
	}))
	content, err := protojson.MarshalOptions{Multiline: true, Indent: " "}.Marshal(&recorded)
	require.NoError(t, err)
	host, err := os.Hostname()
	require.NoError(t, err)
	content = bytes.ReplaceAll(content, []byte(host), []byte("worker")) // Temporal names a worker's own queue after its machine
	file := filepath.Join("..", "workflows", "testdata", "histories", name+".json")
	require.NoError(t, os.WriteFile(file, append(content, '\n'), 0o600))
}
