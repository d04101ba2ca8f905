package answer_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/answer"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestEveryClassSaysWhetherAndWhenToTryAgain(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 12, 0, 0, 0, connectors.IndianTime)
	tests := []struct {
		name  string
		err   error
		want  workflows.Failure
		again bool
		delay time.Duration
	}{
		{"rejected", &connectors.InputRejectedError{Field: "account", Reason: "13 digits"},
			workflows.Failure{Class: connectors.ClassInputRejected, Field: "account", Reason: "13 digits"}, false, 0},
		{"not found", &connectors.NotFoundError{What: "consumer"}, workflows.Failure{Class: connectors.ClassNotFound}, false, 0},
		{"challenge", &connectors.ChallengeError{Kind: connectors.ChallengeOTP, Session: "sealed", Attempt: 2, Prompt: "sent to ******45"},
			workflows.Failure{Class: connectors.ClassChallenge, Challenge: &workflows.Challenge{
				Kind: connectors.ChallengeOTP, Session: "sealed", Attempt: 2, Prompt: "sent to ******45",
			}}, false, 0},
		{"changed", &connectors.ChangedError{}, workflows.Failure{Class: connectors.ClassChanged}, false, 0},
		{"unknown", &connectors.OutcomeUnknownError{}, workflows.Failure{Class: connectors.ClassOutcomeUnknown}, false, 0},
		{"refused", &connectors.RefusedError{Code: "amount", Reason: "no"}, workflows.Failure{Class: connectors.ClassRefused, Code: "amount", Reason: "no"}, false, 0},
		{"down, wrapped", fmt.Errorf("fetch: %w", &connectors.UnavailableError{Reason: connectors.ReasonConnection}),
			workflows.Failure{Class: connectors.ClassUnavailable, Code: "connection"}, true, 0},
		{"back in an hour", &connectors.UnavailableError{Until: now.Add(time.Hour), Reason: connectors.ReasonMaintenance},
			workflows.Failure{Class: connectors.ClassUnavailable, Code: "maintenance", Until: now.Add(time.Hour)}, true, time.Hour},
		{"try at once", &connectors.UnavailableError{RetryAfter: time.Millisecond}, workflows.Failure{Class: connectors.ClassUnavailable}, true, time.Second},
		{"given up by us", context.Canceled, workflows.Failure{Class: connectors.ClassCanceled}, true, 0},
		{"our fault", errors.New("bug"), workflows.Failure{Class: connectors.ClassInternal}, true, 0},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var application *temporal.ApplicationError
			require.ErrorAs(t, answer.Error(test.err, now), &application)
			var failure workflows.Failure
			require.NoError(t, application.Details(&failure))
			require.Equal(t, test.want, failure)
			require.Equal(t, string(test.want.Class), application.Type())
			require.Equal(t, test.again, !application.NonRetryable())
			require.Equal(t, test.delay, application.NextRetryDelay())
			require.NotContains(t, application.Message(), "13 digits", "the department's words stay out of the message")
		})
	}
	require.NoError(t, answer.Error(nil, now))
}
