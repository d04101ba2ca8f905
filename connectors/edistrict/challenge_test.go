package edistrict_test

import (
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	standin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestQuestionsAreRelayedAsThePortalPutsThem(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	asked := office.toOTP(t, application)
	require.Equal(t, 1, asked.Attempt)
	require.Equal(t, office.clock.Now().Add(5*time.Minute), asked.ExpiresAt)
	require.Equal(t, "OTP has been sent to mobile number XXXXXX0001. It is valid for 5 minutes.", asked.Prompt)
	require.NotContains(t, asked.Session, mobile)
	require.NotContains(t, asked.Error(), "0001")

	application.Answer = answer(asked, office.OTP(mobile))
	_, err := office.worker(t).Submit(t.Context(), application)
	captcha := asks(t, connectors.ChallengeCaptcha, err)
	require.Equal(t, "image/png", captcha.ImageType)
	require.Equal(t, "image/png", http.DetectContentType(captcha.Image))
	require.Equal(t, 2, captcha.Attempt)
}

func TestWrongAnswersAreAskedAgainInTheSameVisit(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	asked := office.toOTP(t, application)
	for attempt, left := range []string{"2 attempt(s) left", "1 attempt(s) left"} {
		application.Answer = answer(asked, "000000x")
		_, err := office.worker(t).Submit(t.Context(), application)
		asked = asks(t, connectors.ChallengeOTP, err)
		require.Equal(t, attempt+2, asked.Attempt)
		require.Contains(t, asked.Prompt, left)
	}
	application.Answer = answer(asked, office.OTP(mobile))
	_, err := office.worker(t).Submit(t.Context(), application)
	captcha := asks(t, connectors.ChallengeCaptcha, err)
	for range 2 {
		application.Answer = answer(captcha, "not it")
		_, err = office.worker(t).Submit(t.Context(), application)
		again := asks(t, connectors.ChallengeCaptcha, err)
		require.Contains(t, again.Prompt, "Invalid captcha")
		require.NotEqual(t, captcha.Image, again.Image)
		captcha = again
	}
	application.Answer = answer(captcha, office.Read(captcha.Image))
	_, err = office.worker(t).Submit(t.Context(), application)
	require.NoError(t, err)
	require.Len(t, office.Submissions(), 1)
	require.Zero(t, office.Drafts(), "one draft, and it was submitted")
}

func TestAnotherPictureAndAnotherOTPOnRequest(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	asked := office.toOTP(t, application)
	first := office.OTP(mobile)
	application.Answer = &connectors.ChallengeAnswer{Session: asked.Session, Refresh: true}
	_, err := office.worker(t).Submit(t.Context(), application)
	asked = asks(t, connectors.ChallengeOTP, err)
	require.NotEqual(t, first, office.OTP(mobile))

	application.Answer = answer(asked, office.OTP(mobile))
	_, err = office.worker(t).Submit(t.Context(), application)
	captcha := asks(t, connectors.ChallengeCaptcha, err)
	application.Answer = &connectors.ChallengeAnswer{Session: captcha.Session, Refresh: true}
	_, err = office.worker(t).Submit(t.Context(), application)
	again := asks(t, connectors.ChallengeCaptcha, err)
	require.NotEqual(t, captcha.Image, again.Image)
	application.Answer = answer(again, office.Read(again.Image))
	_, err = office.worker(t).Submit(t.Context(), application)
	require.NoError(t, err)
}

func TestThirdWrongOTPBeginsAnew(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	asked := office.toOTP(t, application)
	for range 3 {
		application.Answer = answer(asked, "000000x")
		_, err := office.worker(t).Submit(t.Context(), application)
		asked = asks(t, connectors.ChallengeOTP, err)
	}
	require.Equal(t, 1, asked.Attempt, "another visit")
	application.Answer = answer(asked, office.OTP(mobile))
	_, err := office.worker(t).Submit(t.Context(), application)
	asks(t, connectors.ChallengeCaptcha, err)
}

func TestLateAnswersAreAskedAgain(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	asked := office.toOTP(t, application)
	require.NoError(t, office.Faults.Set(twin.Fault{Kind: twin.OTPLate, Times: 1}))
	application.Answer = answer(asked, office.OTP(mobile))
	_, err := office.worker(t).Submit(t.Context(), application)
	asked = asks(t, connectors.ChallengeOTP, err)
	require.Contains(t, asked.Prompt, "expired")

	application.Answer = answer(asked, office.OTP(mobile))
	_, err = office.worker(t).Submit(t.Context(), application)
	captcha := asks(t, connectors.ChallengeCaptcha, err)
	require.NoError(t, office.Faults.Set(twin.Fault{Kind: twin.CaptchaExpired, Times: 1}))
	application.Answer = answer(captcha, office.Read(captcha.Image))
	_, err = office.worker(t).Submit(t.Context(), application)
	require.Contains(t, asks(t, connectors.ChallengeCaptcha, err).Prompt, "expired")
	require.Empty(t, office.Submissions())
}

func TestForgottenSessionBeginsAtTheOTPAndSubmitsOnce(t *testing.T) {
	t.Parallel()
	forget := map[string]func(t *testing.T, office *office){
		"the citizen came back after an hour": func(_ *testing.T, office *office) { office.clock.Move(time.Hour) },
		"the portal forgot the session": func(t *testing.T, office *office) {
			t.Helper()
			require.NoError(t, office.Faults.Set(twin.Fault{Kind: twin.SessionExpires, Operation: standin.Submit, Times: 1}))
		},
	}
	for name, happens := range forget {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			office := openOffice(t)
			application := income(0, "AP-1/submit")
			captcha := office.toCaptcha(t, application)
			happens(t, office)
			application.Answer = answer(captcha, office.Read(captcha.Image))
			_, err := office.worker(t).Submit(t.Context(), application)
			asked := asks(t, connectors.ChallengeOTP, err)
			require.Empty(t, office.Submissions())

			application.Answer = answer(asked, office.OTP(mobile))
			_, err = office.worker(t).Submit(t.Context(), application)
			captcha = asks(t, connectors.ChallengeCaptcha, err)
			application.Answer = answer(captcha, office.Read(captcha.Image))
			_, err = office.worker(t).Submit(t.Context(), application)
			require.NoError(t, err)
			require.Len(t, office.Submissions(), 1)
			require.Equal(t, 1, office.Drafts(), "the draft left behind never becomes an application")
		})
	}
}

func TestAnswerOfAnotherSubmissionIsNotUsed(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	captcha := office.toCaptcha(t, income(0, "AP-1/submit"))
	other := income(1, "AP-2/submit")
	other.Answer = answer(captcha, office.Read(captcha.Image))
	_, err := office.worker(t).Submit(t.Context(), other)
	asks(t, connectors.ChallengeOTP, err)
	other.Answer.Session = "v1.forged"
	_, err = office.worker(t).Submit(t.Context(), other)
	asks(t, connectors.ChallengeOTP, err)
	require.Empty(t, office.Submissions())
}

// A worker may die between the portal's answer and ours; the same answer is then
// given again.
func TestAnsweringTheCaptchaAgainAfterItLanded(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	application := income(0, "AP-1/submit")
	captcha := office.toCaptcha(t, application)
	application.Answer = answer(captcha, office.Read(captcha.Image))
	first, err := office.worker(t).Submit(t.Context(), application)
	require.NoError(t, err)
	again, err := office.worker(t).Submit(t.Context(), application)
	require.NoError(t, err)
	require.Equal(t, first.Number, again.Number)
	require.Len(t, office.Submissions(), 1)
}
