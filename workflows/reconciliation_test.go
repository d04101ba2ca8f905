package workflows_test

import (
	"context"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// night is one run of the reconciliation: what is planned, and how each portal behaves when it is asked.
type night struct {
	environment

	mu     sync.Mutex
	asked  []workflows.ReconcileInput
	behave map[string]func(workflows.ReconcileInput) (workflows.Reconciled, error)
}

func newNight(plan ...workflows.ReconcileInput) *night {
	n := &night{environment: newEnvironment(), behave: map[string]func(workflows.ReconcileInput) (workflows.Reconciled, error){}}
	n.as(workflows.ActivityPlanReconciliation, func(context.Context, time.Time) (workflows.ReconciliationPlan, error) {
		return workflows.ReconciliationPlan{Comparisons: plan}, nil
	})
	n.as(workflows.ActivityReconcileBooks, func(context.Context, time.Time) (workflows.OpenCases, error) {
		return workflows.OpenCases{Total: 2, Summary: "2 held"}, nil
	})
	compare := func(_ context.Context, input workflows.ReconcileInput) (workflows.Reconciled, error) {
		n.mu.Lock()
		n.asked = append(n.asked, input)
		n.mu.Unlock()
		if behave := n.behave[input.Portal]; behave != nil {
			done, err := behave(input)
			return done, answer.Error(err, n.Now())
		}
		return workflows.Reconciled{}, nil
	}
	n.as(workflows.ActivityReconcileGateway, compare)
	n.as(workflows.ActivityReconcileDepartment, compare)
	return n
}

func day(portal, date string) workflows.ReconcileInput {
	return workflows.ReconcileInput{Portal: portal, Day: date}
}

func (n *night) run(t *testing.T) workflows.ReconciliationOutcome {
	t.Helper()
	return end[workflows.ReconciliationOutcome](t, n.environment, workflows.ReconcileMoney, workflows.ReconciliationRequest{})
}

func TestEveryDayOfEveryPortalIsComparedPartByPart(t *testing.T) {
	t.Parallel()
	n := newNight(day("payments", "2026-11-21"), day("payments", "2026-11-22"), day("apspdcl", "2026-11-22"))
	n.behave["payments"] = func(workflows.ReconcileInput) (workflows.Reconciled, error) {
		return workflows.Reconciled{Opened: 1}, nil
	}
	n.behave["apspdcl"] = func(input workflows.ReconcileInput) (workflows.Reconciled, error) {
		if input.After == "" {
			return workflows.Reconciled{Closed: 2, After: "AP-1-bill"}, nil
		}
		return workflows.Reconciled{Closed: 1}, nil
	}
	require.Equal(t, workflows.ReconciliationOutcome{Compared: 3, Opened: 2, Closed: 3, Open: 2}, n.run(t))
	require.ElementsMatch(t, []workflows.ReconcileInput{
		day("payments", "2026-11-21"), day("payments", "2026-11-22"), day("apspdcl", "2026-11-22"),
		{Portal: "apspdcl", Day: "2026-11-22", After: "AP-1-bill"},
	}, n.asked)
}

func TestAPortalThatIsDownAllNightKeepsNoOtherWaiting(t *testing.T) {
	t.Parallel()
	n := newNight(day("payments", "2026-11-22"), day("apspdcl", "2026-11-21"), day("apspdcl", "2026-11-22"))
	n.behave["apspdcl"] = func(workflows.ReconcileInput) (workflows.Reconciled, error) { return workflows.Reconciled{}, errDown }
	start := n.Now()
	require.Equal(t, workflows.ReconciliationOutcome{Compared: 1, Open: 2, Unreachable: []string{"apspdcl"}}, n.run(t))
	require.GreaterOrEqual(t, n.Now().Sub(start), 2*time.Hour, "tried through the night")
}

func TestAPortalThatAnswersStrangelyIsNotAskedAllNight(t *testing.T) {
	t.Parallel()
	n := newNight(day("apspdcl", "2026-11-22"))
	n.behave["apspdcl"] = func(workflows.ReconcileInput) (workflows.Reconciled, error) {
		return workflows.Reconciled{}, &connectors.ChangedError{Expected: "a list", Seen: "a login form"}
	}
	require.Equal(t, []string{"apspdcl"}, n.run(t).Unreachable)
	require.Len(t, n.asked, 1)
}
