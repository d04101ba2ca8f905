package conformance

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
)

// asking makes a call with a connector of its own, as another worker would, and
// with the answer to the challenge before it.
type asking func(t *testing.T, answer *connectors.ChallengeAnswer) error

// challengeRelayed follows a challenge to the citizen and back: wrong, refreshed,
// forgotten, and answered, each time on another worker.
func challengeRelayed(t *testing.T, b *bench, ask asking) {
	first, asked := challengeOf(ask(t, nil))
	if !asked || b.Answer == nil {
		t.Skip("asks the citizen nothing")
	}
	requireAskable(t, first)
	wrong := requireAskedAgain(t, ask, connectors.ChallengeAnswer{Session: first.Session, Answer: "WRONG1"})
	if wrong.Kind == first.Kind {
		require.Greater(t, wrong.Attempt, first.Attempt, "the second challenge of a session is counted")
	}
	refreshed := requireAskedAgain(t, ask, connectors.ChallengeAnswer{Session: wrong.Session, Refresh: true})
	_ = requireAskedAgain(t, ask, connectors.ChallengeAnswer{Session: "v1.forgotten", Answer: "WRONG1"})

	answer := &connectors.ChallengeAnswer{Session: refreshed.Session, Answer: b.Answer(refreshed)}
	require.NoError(t, b.answering(func(next *connectors.ChallengeAnswer) error {
		if next == nil {
			next = answer
		}
		return ask(t, next)
	}))
}

func requireAskedAgain(t *testing.T, ask asking, answer connectors.ChallengeAnswer) *connectors.ChallengeError {
	t.Helper()
	err := ask(t, &answer)
	again, asked := challengeOf(err)
	require.True(t, asked, "the portal asks again: %v", err)
	requireAskable(t, again)
	return again
}

// requireAskable checks that a challenge can be shown and answered.
func requireAskable(t *testing.T, challenge *connectors.ChallengeError) {
	t.Helper()
	require.NotEmpty(t, challenge.Session)
	require.Positive(t, challenge.Attempt)
	if challenge.Kind == connectors.ChallengeCaptcha {
		require.NotEmpty(t, challenge.Image)
		require.NotEmpty(t, challenge.ImageType)
	}
}
