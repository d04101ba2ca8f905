package transport_test

import (
	"bytes"
	"errors"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/transport"
	standin "github.com/jansetu/jansetu/connectors/transport/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

// corrected goes as far as the code of the phone.
func corrected(t *testing.T, stand *standin.Twin, connector *transport.Connector, application connectors.Application) *connectors.ChallengeError {
	t.Helper()
	_, err := connector.Submit(t.Context(), application)
	picture := challenge(t, err, connectors.ChallengeCaptcha)
	application.Answer = &connectors.ChallengeAnswer{Session: picture.Session, Answer: stand.Read(picture.Image)}
	_, err = connector.Submit(t.Context(), application)
	return challenge(t, err, connectors.ChallengeOTP)
}

func challenge(t *testing.T, err error, kind connectors.ChallengeKind) *connectors.ChallengeError {
	t.Helper()
	asked, ok := errors.AsType[*connectors.ChallengeError](err)
	require.True(t, ok, "%v", err)
	require.Equal(t, kind, asked.Kind)
	return asked
}

func TestPapersArriveAndNothingBeforeTheCode(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, nil)
	application := correction(0, "AP-1/submit")
	asked := corrected(t, stand, connector, application)
	require.Equal(t, "An OTP was sent to the mobile number XXXXXX0001.", asked.Prompt)
	require.Empty(t, stand.Applications())
	require.Less(t, len(asked.Session), 8<<10, "the session carries no papers")

	application.Answer = &connectors.ChallengeAnswer{Session: asked.Session, Answer: stand.Code("9000000001")}
	_, err := connector.Submit(t.Context(), application)
	require.NoError(t, err)
	require.Equal(t, []standin.Paper{{Label: "Proof of Name", Name: "card.pdf", Size: 30}, {Label: "Proof of Age", Name: "card.pdf", Size: 30}},
		stand.Applications()[0].Papers)
}

func TestACodeThatIsWrongOrLateIsAskedForAgain(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, nil)
	application := correction(0, "AP-1/submit")
	asked := corrected(t, stand, connector, application)
	first := stand.Code("9000000001")
	again := func(answer connectors.ChallengeAnswer) *connectors.ChallengeError {
		application.Answer = &answer
		_, err := connector.Submit(t.Context(), application)
		return challenge(t, err, connectors.ChallengeOTP)
	}
	wrong := again(connectors.ChallengeAnswer{Session: asked.Session, Answer: "no"})
	require.Contains(t, wrong.Prompt, "The OTP is not correct.")
	require.Greater(t, wrong.Attempt, asked.Attempt)
	resent := again(connectors.ChallengeAnswer{Session: wrong.Session, Refresh: true})
	require.NotEqual(t, first, stand.Code("9000000001"))
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: twin.OTPLate, Times: 1}))
	late := again(connectors.ChallengeAnswer{Session: resent.Session, Answer: stand.Code("9000000001")})
	require.Contains(t, late.Prompt, "expired")

	application.Answer = &connectors.ChallengeAnswer{Session: late.Session, Answer: stand.Code("9000000001")}
	_, err := connector.Submit(t.Context(), application)
	require.NoError(t, err)
	require.Len(t, stand.Applications(), 1)
}

func TestPapersThatThePortalDoesNotTake(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, nil)
	application := correction(0, "AP-1/submit")
	application.Enclosures[1].Content = bytes.Repeat([]byte("x"), 501<<10)
	_, err := connector.Submit(t.Context(), application)
	picture := challenge(t, err, connectors.ChallengeCaptcha)
	application.Answer = &connectors.ChallengeAnswer{Session: picture.Session, Answer: stand.Read(picture.Image)}
	_, err = connector.Submit(t.Context(), application)
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, err, &rejected)
	require.Equal(t, "Proof of Age", rejected.Field)

	for name, change := range map[string]func(*connectors.Application){
		"a paper without a place":      func(a *connectors.Application) { a.Enclosures[0].Kind = "Photograph" },
		"a place we have no paper for": func(a *connectors.Application) { a.Enclosures = a.Enclosures[1:] },
	} {
		application := correction(0, "AP-2/submit")
		change(&application)
		_, err := connector.Submit(t.Context(), application)
		require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%s: %v", name, err)
	}
	require.Empty(t, stand.Applications())
}

func TestAReplyToNothingIsRefused(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, nil)
	application := learner(0, "AP-1/submit")
	made, err := submitted(t, stand, connector, application)
	require.NoError(t, err)
	given := connectors.QueryAnswer{Reference: "AP-1/query-1", Number: made.Number, Text: "As asked.", Fields: application.Fields}
	picture := challenge(t, connector.AnswerQuery(t.Context(), given), connectors.ChallengeCaptcha)
	given.Answer = &connectors.ChallengeAnswer{Session: picture.Session, Answer: stand.Read(picture.Image)}
	requireRefused(t, connector.AnswerQuery(t.Context(), given), transport.RefusedNoQuery)
}
