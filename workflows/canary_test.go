package workflows_test

import (
	"context"
	"errors"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/workflows"
)

func TestTheCanaryLooksAgainWhenThatIsWorthIt(t *testing.T) {
	t.Parallel()
	look := func(condition workflows.PortalCondition) workflows.PortalLook {
		return workflows.PortalLook{Condition: condition, LatencyMS: 12}
	}
	maintenance := func(until time.Duration) workflows.PortalLook {
		return workflows.PortalLook{Condition: workflows.PortalMaintenance, Until: noon.Add(until)}
	}
	down := look(workflows.PortalDown)
	tests := map[string]struct {
		sees  []workflows.PortalLook // the last one repeats
		looks []time.Duration        // when, from the start
	}{
		"one that works is looked at once":          {[]workflows.PortalLook{look(workflows.PortalWorks)}, []time.Duration{0}},
		"one that is slow too":                      {[]workflows.PortalLook{look(workflows.PortalSlow)}, []time.Duration{0}},
		"one that changed waits for a person":       {[]workflows.PortalLook{look(workflows.PortalChanged)}, []time.Duration{0}},
		"the return of one that was down":           {[]workflows.PortalLook{down, down, look(workflows.PortalWorks)}, []time.Duration{0, time.Minute, 3 * time.Minute}},
		"one that stays down is not pestered":       {[]workflows.PortalLook{down}, []time.Duration{0, time.Minute, 3 * time.Minute, 8 * time.Minute}},
		"the end of maintenance":                    {[]workflows.PortalLook{maintenance(2 * time.Hour), look(workflows.PortalWorks)}, []time.Duration{0, 2*time.Hour + 30*time.Second}},
		"maintenance of which nobody said how long": {[]workflows.PortalLook{look(workflows.PortalMaintenance)}, []time.Duration{0}},
		"maintenance that is said to last for ever": {
			[]workflows.PortalLook{maintenance(1e6 * time.Hour), look(workflows.PortalWorks)}, []time.Duration{0, 12*time.Hour + 30*time.Second},
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			env := newEnvironment()
			var looks []time.Duration
			env.as(workflows.ActivityLookAtPortal, func(_ context.Context, input workflows.CanaryInput) (workflows.PortalLook, error) {
				require.Equal(t, "apspdcl", input.Portal)
				looks = append(looks, env.Now().Sub(noon).Round(time.Second))
				return test.sees[min(len(looks), len(test.sees))-1], nil
			})
			env.ExecuteWorkflow(workflows.PortalCanary, workflows.CanaryInput{Portal: "apspdcl"})
			require.NoError(t, env.GetWorkflowError())
			require.Equal(t, test.looks, looks)
			var result workflows.PortalLook
			require.NoError(t, env.GetWorkflowResult(&result))
			require.Equal(t, test.sees[len(test.sees)-1].Condition, result.Condition)
		})
	}
}

func TestALookThatCannotBeHadSaysNothing(t *testing.T) {
	t.Parallel()
	env := newEnvironment()
	env.as(workflows.ActivityLookAtPortal, func(context.Context, workflows.CanaryInput) (workflows.PortalLook, error) {
		return workflows.PortalLook{}, temporal.NewNonRetryableApplicationError("our own fault", "internal", errors.New("no database"))
	})
	env.ExecuteWorkflow(workflows.PortalCanary, workflows.CanaryInput{Portal: "apspdcl"})
	require.ErrorContains(t, env.GetWorkflowError(), "our own fault")
}
