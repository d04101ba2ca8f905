package workflows_test

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	commonpb "go.temporal.io/api/common/v1"
	enumspb "go.temporal.io/api/enums/v1"
	historypb "go.temporal.io/api/history/v1"
	"go.temporal.io/api/temporalproto"

	"github.com/jansetu/jansetu/workflows"
)

// cost is what one request took of Temporal and of WhatsApp. Temporal's actions are counted as Temporal Cloud bills them: local activities
// count once for each workflow task that ran some.
type cost struct {
	activities, timers, signals, attributes, local int
	messages                                       int
	told                                           []string
}

func (c *cost) actions() int { return 1 + c.activities + c.timers + c.signals + c.attributes + c.local }

// most is what a request that goes well may cost, by kind: a change that makes it dearer has to say so here.
var most = map[string]struct{ actions, messages, statements int }{
	"bill_payment_done": {actions: 10, messages: 3, statements: 44},
}

// TestCostOfEachKind prints what the recorded requests cost (go test ./workflows -run TestCostOfEachKind -v) and holds those that go well
// to their limits.
func TestCostOfEachKind(t *testing.T) {
	t.Parallel()
	files, err := filepath.Glob(filepath.Join("testdata", "histories", "*.json"))
	require.NoError(t, err)
	content, err := os.ReadFile(filepath.Join("testdata", "statements.json")) // written with the histories
	require.NoError(t, err)
	var statements map[string]int
	require.NoError(t, json.Unmarshal(content, &statements))
	lines := []string{fmt.Sprintf("%-40s %8s %10s %7s %8s %11s %12s %9s %11s", "recorded request", "actions", "activities", "timers", "signals",
		"attributes", "local steps", "messages", "statements")}
	for _, file := range files {
		name := strings.TrimSuffix(filepath.Base(file), ".json")
		counted := costOf(t, file)
		lines = append(lines, fmt.Sprintf("%-40s %8d %10d %7d %8d %11d %12d %9d %11d", name, counted.actions(), counted.activities, counted.timers,
			counted.signals, counted.attributes, counted.local, counted.messages, statements[name]))
		if limit, held := most[name]; held {
			require.LessOrEqual(t, counted.actions(), limit.actions, name)
			require.LessOrEqual(t, statements[name], limit.statements, name)
			require.LessOrEqual(t, counted.messages, limit.messages, "%s: %s", name, counted.told)
		}
	}
	t.Log("\n" + strings.Join(lines, "\n"))
}

func costOf(t *testing.T, file string) *cost {
	t.Helper()
	content, err := os.ReadFile(file)
	require.NoError(t, err)
	var history historypb.History
	require.NoError(t, temporalproto.CustomJSONUnmarshalOptions{DiscardUnknown: true}.Unmarshal(content, &history))
	c := &cost{}
	tasks := map[int64]bool{} // workflow tasks that ran local activities
	scheduled := map[int64]string{}
	for _, event := range history.GetEvents() {
		switch event.GetEventType() {
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_SCHEDULED:
			c.activities++
			scheduled[event.GetEventId()] = event.GetActivityTaskScheduledEventAttributes().GetActivityType().GetName()
			c.hears(scheduled[event.GetEventId()])
		case enumspb.EVENT_TYPE_ACTIVITY_TASK_COMPLETED:
			completed := event.GetActivityTaskCompletedEventAttributes()
			if scheduled[completed.GetScheduledEventId()] == workflows.ActivityOpenOrder {
				c.hearsOfLink(t, completed.GetResult())
			}
		case enumspb.EVENT_TYPE_TIMER_STARTED:
			c.timers++
		case enumspb.EVENT_TYPE_WORKFLOW_EXECUTION_SIGNALED:
			c.signals++
		case enumspb.EVENT_TYPE_UPSERT_WORKFLOW_SEARCH_ATTRIBUTES:
			c.attributes++
		case enumspb.EVENT_TYPE_MARKER_RECORDED:
			marker := event.GetMarkerRecordedEventAttributes()
			if marker.GetMarkerName() == "LocalActivity" {
				tasks[marker.GetWorkflowTaskCompletedEventId()] = true
				c.hears(localActivity(t, marker))
			}
		}
	}
	c.local = len(tasks)
	return c
}

func (c *cost) hears(activity string) {
	if slices.Contains([]string{workflows.ActivityTell, workflows.ActivityAsk, workflows.ActivitySettleBill}, activity) {
		c.messages++
		c.told = append(c.told, activity)
	}
}

// hearsOfLink counts a link that the citizen was told of as it was made.
func (c *cost) hearsOfLink(t *testing.T, result *commonpb.Payloads) {
	t.Helper()
	var opened workflows.OpenedOrder
	require.NoError(t, json.Unmarshal(result.GetPayloads()[0].GetData(), &opened))
	if opened.Told {
		c.messages++
		c.told = append(c.told, workflows.ActivityOpenOrder)
	}
}

// localActivity reads the type of a local activity out of its marker (SDK: localActivityMarkerData).
func localActivity(t *testing.T, marker *historypb.MarkerRecordedEventAttributes) string {
	t.Helper()
	var data struct{ ActivityType string }
	require.NoError(t, json.Unmarshal(marker.GetDetails()["data"].GetPayloads()[0].GetData(), &data))
	return data.ActivityType
}
