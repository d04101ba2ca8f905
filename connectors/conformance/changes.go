package conformance

import (
	"context"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/twin"
)

// changeUnder makes a change while a fault is on, checks that the connector told
// the truth about it, and then does what a workflow does: look up what is
// unknown, and make again only what is certainly not there. It answers what the
// connector said first.
func changeUnder(t *testing.T, b *bench, try attempt, kind twin.Kind) error {
	started := time.Now()
	err := try.do(t.Context(), t, against(kind))
	require.Less(t, time.Since(started), 2*patientDeadline, "within the deadlines of the few exchanges of a visit")
	b.counted.requireQuiet(t)
	requireHonest(t, kind, err, try)
	b.requireRedacted(t, err)
	b.Faults.Clear()
	b.counted.calm()
	recoverChange(t, try, err)
	return err
}

// requireHonest checks a connector's word against what really happened.
func requireHonest(t *testing.T, kind twin.Kind, err error, try attempt) {
	t.Helper()
	happened := try.happened()
	switch class := connectors.ClassOf(err); class {
	case connectors.ClassOK:
		require.Equal(t, 1, happened, "under %s it is said to be done", kind)
	case connectors.ClassOutcomeUnknown:
		require.LessOrEqual(t, happened, 1, "under %s", kind)
	case connectors.ClassUnavailable, connectors.ClassChanged, connectors.ClassChallenge, connectors.ClassRefused, connectors.ClassInputRejected:
		if try.repeatable {
			require.LessOrEqual(t, happened, 1, "under %s", kind)
			return
		}
		require.Zero(t, happened, "under %s the connector says %v", kind, err)
	default:
		require.Fail(t, "not a class of a change", "under %s: %v", kind, err)
	}
}

// recoverChange brings a disturbed change to its end.
func recoverChange(t *testing.T, try attempt, err error) {
	t.Helper()
	switch {
	case connectors.ClassOf(err) == connectors.ClassOK:
	case try.again != nil:
		settled(t, func(ctx context.Context) error { return try.again(ctx, t) })
	case !lookedUp(t, try, err):
		return
	}
	if try.ended != nil {
		try.ended(t)
		return
	}
	require.Equal(t, 1, try.happened(), "after %v", err)
	require.Zero(t, try.doubled())
}

// lookedUp looks a change up whose outcome is not known, and makes it if it is
// certainly not there. False is left to a person.
func lookedUp(t *testing.T, try attempt, err error) bool {
	t.Helper()
	var found error
	settled(t, func(ctx context.Context) error {
		found = try.find(ctx, t)
		if connectors.ClassOf(found) == connectors.ClassUnavailable {
			return found
		}
		return nil
	})
	switch connectors.ClassOf(found) {
	case connectors.ClassOK:
	case connectors.ClassNotFound:
		require.Zero(t, try.happened(), "what is called not there is there")
		require.NoError(t, try.do(t.Context(), t), "after %v", err)
	case connectors.ClassOutcomeUnknown:
		require.LessOrEqual(t, try.happened(), 1, "a portal that cannot look up is left to a person")
		require.Zero(t, try.doubled())
		return false
	default:
		require.NoError(t, found)
	}
	return true
}

// settled repeats a call that is told to come back soon.
func settled(t *testing.T, run call) {
	t.Helper()
	var err error
	require.Eventually(t, func() bool {
		err = run(t.Context())
		return err == nil
	}, 2*patientDeadline, 20*time.Millisecond, "%v", err)
}

// changeCancelled: whoever gives up learns at once that it may have happened,
// unless it certainly has not.
func changeCancelled(t *testing.T, b *bench, operation string, try attempt) {
	setFault(t, b, twin.Fault{Kind: twin.Hang, Operation: operation})
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	answered := make(chan error, 1)
	go func() { answered <- try.do(ctx, t, patient) }()
	require.Eventually(t, func() bool { return b.Faults.Taken() > 0 }, patientDeadline, time.Millisecond)
	started := time.Now()
	cancel()
	err := <-answered
	require.Less(t, time.Since(started), distantDeadline/5)
	if class := connectors.ClassOf(err); class != connectors.ClassCanceled || !try.repeatable {
		require.Equal(t, connectors.ClassOutcomeUnknown, class, "%v", err)
	}
}

// playable lists the faults that need nothing of a twin.
func playable() []twin.Kind { return twin.HTTPKinds() }

// disturbances are the faults played at each exchange in turn: one of every
// manner in which an exchange can fail.
func disturbances() []twin.Kind {
	return []twin.Kind{
		twin.Hang, twin.ServerError, twin.TooMany, twin.ErrorPage, twin.StrangePage,
		twin.DropBefore, twin.ResponseLost, twin.HalfBody, twin.CutPage, twin.SessionLost,
	}
}

func setFault(t *testing.T, b *bench, faults ...twin.Fault) {
	t.Helper()
	require.NoError(t, b.Faults.Set(faults...))
}
