package connectors_test

import (
	"context"
	"errors"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

func TestClassOfLooksThroughWrapping(t *testing.T) {
	t.Parallel()
	tests := map[connectors.Class]error{
		connectors.ClassOK:             nil,
		connectors.ClassInputRejected:  &connectors.InputRejectedError{Field: connectors.FieldAccount},
		connectors.ClassNotFound:       &connectors.NotFoundError{What: "consumer"},
		connectors.ClassChallenge:      &connectors.ChallengeError{Kind: connectors.ChallengeOTP},
		connectors.ClassUnavailable:    &connectors.UnavailableError{Reason: connectors.ReasonTimeout},
		connectors.ClassChanged:        &connectors.ChangedError{Expected: "a bill", Seen: "a login page"},
		connectors.ClassOutcomeUnknown: &connectors.OutcomeUnknownError{Reference: "AP-1/post"},
		connectors.ClassRefused:        &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid},
		connectors.ClassCanceled:       context.Canceled,
		connectors.ClassInternal:       errors.New("anything else"),
	}
	require.Len(t, connectors.Classes(), len(tests))
	for _, class := range connectors.Classes() {
		err := tests[class]
		require.Equal(t, class, connectors.ClassOf(err))
		if err != nil {
			require.Equal(t, class, connectors.ClassOf(fmt.Errorf("fetch bill: %w", err)))
		}
	}
}

func TestErrorTextsLeaveOutWhatPeopleWrote(t *testing.T) {
	t.Parallel()
	const private = "Lakshmi 9876543210"
	for _, err := range []error{
		&connectors.InputRejectedError{Field: "MOBILE", Reason: private},
		&connectors.RefusedError{Code: connectors.RefusedAmount, Reason: private},
		&connectors.ChangedError{Expected: "a bill", Seen: "a page", Evidence: private},
		&connectors.ChallengeError{Kind: connectors.ChallengeCaptcha, Session: private},
	} {
		require.NotContains(t, err.Error(), private)
	}
}

func TestDelayIsTheLaterOfUntilAndRetryAfter(t *testing.T) {
	t.Parallel()
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime)
	tests := map[string]struct {
		err  connectors.UnavailableError
		want time.Duration
	}{
		"nobody said":     {connectors.UnavailableError{}, 0},
		"a wait":          {connectors.UnavailableError{RetryAfter: time.Minute}, time.Minute},
		"an hour to come": {connectors.UnavailableError{Until: now.Add(time.Hour), RetryAfter: time.Minute}, time.Hour},
		"an hour gone by": {connectors.UnavailableError{Until: now.Add(-time.Hour)}, 0},
	}
	for name, test := range tests {
		require.Equal(t, test.want, test.err.Delay(now), name)
	}
}
