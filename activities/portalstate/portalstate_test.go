package portalstate_test

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/portalstate"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/workflows"
)

// notes are the states in memory.
type notes struct {
	noted []store.PortalState
	err   error
}

func (n *notes) SetPortalState(_ context.Context, state store.PortalState) error {
	n.noted = append(n.noted, state)
	return n.err
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, connectors.IndianTime)

// watch is over a portal that takes its time and then answers so.
func watch(kept *notes, takes time.Duration, answers error) *portalstate.Activities {
	now := noon
	return portalstate.New(portalstate.Config{Portal: "power", States: kept, Log: slog.New(slog.DiscardHandler),
		Ask: func(context.Context) error { now = now.Add(takes); return answers },
		Now: func() time.Time { return now },
	})
}

func TestWhatALookSays(t *testing.T) {
	t.Parallel()
	unavailable := func(reason connectors.UnavailableReason) error {
		return fmt.Errorf("fetch bill: %w", &connectors.UnavailableError{Reason: reason, Until: noon.Add(time.Hour)})
	}
	changed := &connectors.ChangedError{Expected: "a bill", Seen: "text/html", Snapshot: "<form>"}
	tests := map[string]struct {
		takes    time.Duration
		answers  error
		want     workflows.PortalCondition
		detail   string
		snapshot string
	}{
		"a bill":                         {time.Second, nil, workflows.PortalWorks, "", ""},
		"an account that does not exist": {time.Second, &connectors.NotFoundError{What: "consumer"}, workflows.PortalWorks, "", ""},
		"an account it does not like":    {time.Second, &connectors.InputRejectedError{Field: "account"}, workflows.PortalWorks, "", ""},
		"a picture for the citizen":      {time.Second, &connectors.ChallengeError{Kind: connectors.ChallengeCaptcha}, workflows.PortalWorks, "", ""},
		"a bill after a long time":       {4 * time.Second, nil, workflows.PortalSlow, "", ""},
		"too many requests":              {0, unavailable(connectors.ReasonRateLimited), workflows.PortalSlow, "portal unavailable: rate_limited", ""},
		"nothing":                        {0, unavailable(connectors.ReasonTimeout), workflows.PortalDown, "portal unavailable: timeout", ""},
		"an error page":                  {0, unavailable(connectors.ReasonServerError), workflows.PortalDown, "portal unavailable: server_error", ""},
		"the breaker's no":               {0, unavailable(connectors.ReasonBreakerOpen), workflows.PortalDown, "portal unavailable: breaker_open", ""},
		"maintenance":                    {0, unavailable(connectors.ReasonMaintenance), workflows.PortalMaintenance, "portal unavailable: maintenance", ""},
		"another page":                   {9 * time.Second, changed, workflows.PortalChanged, "portal changed: expected a bill, saw text/html", "<form>"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept := &notes{}
			look, err := watch(kept, test.takes, test.answers).LookAtPortal(t.Context(), workflows.CanaryInput{Portal: "power"})
			require.NoError(t, err)
			require.Equal(t, test.want, look.Condition)
			require.Equal(t, test.want == workflows.PortalMaintenance, !look.Until.IsZero())
			require.Equal(t, []store.PortalState{{Portal: "power", State: string(test.want), CheckedAt: noon.Add(test.takes),
				Latency: test.takes, Detail: test.detail, Snapshot: test.snapshot}}, kept.noted)
		})
	}
}

func TestWhatIsNotThePortalsAnswerIsNotNoted(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{
		"our own restraint":   &connectors.UnavailableError{Reason: connectors.ReasonOverBudget},
		"a caller that left":  context.Canceled,
		"a fault of our own":  errors.New("nil map"),
		"an outcome of a get": &connectors.OutcomeUnknownError{},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			kept := &notes{}
			_, failed := watch(kept, 0, err).LookAtPortal(t.Context(), workflows.CanaryInput{})
			_, typed := errors.AsType[*temporal.ApplicationError](failed)
			require.True(t, typed)
			require.Empty(t, kept.noted)
		})
	}
	_, err := portalstate.New(portalstate.Config{Portal: "power"}).LookAtPortal(t.Context(), workflows.CanaryInput{})
	require.ErrorContains(t, err, "power has no canary")
	_, err = watch(&notes{err: errors.New("no database")}, 0, nil).LookAtPortal(t.Context(), workflows.CanaryInput{})
	require.ErrorContains(t, err, "no database")
}

func TestARequestThatMeetsAnotherPageNotesIt(t *testing.T) {
	t.Parallel()
	kept := &notes{err: errors.New("no database")} // costs the request nothing
	changed := &connectors.ChangedError{Expected: "a bill", Seen: "text/html", Evidence: "outline", Snapshot: "<form>"}
	watch(kept, 0, nil).NoteChange(t.Context(), fmt.Errorf("fetch the bill: %w", changed), time.Second)
	require.Empty(t, changed.Snapshot+changed.Evidence, "the page does not go on to Temporal")
	require.Len(t, kept.noted, 1)
	require.Equal(t, "<form>", kept.noted[0].Snapshot)

	quiet := &notes{}
	watch(quiet, 0, nil).NoteChange(t.Context(), &connectors.UnavailableError{}, time.Second)
	require.Empty(t, quiet.noted, "one request's bad luck is not the portal's state")
}
