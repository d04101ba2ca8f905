package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestAnApplicationIsSubmittedFollowedAndItsCertificateDelivered(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.terms.Form = []workflows.TermsField{{ID: "name", Type: catalog.FieldName, PortalField: "14202"}, {ID: "note", Type: catalog.FieldText}}
	o.answers = map[string]string{"name": "Sita Devi", "note": "not for the portal"}
	o.wants("ration_card")
	outcome := o.apply(t)
	require.Equal(t, workflows.ApplicationOutcome{Ended: workflows.StageDone, Number: number, Certificate: "sha-c"}, outcome)
	require.Equal(t, map[string]string{"14202": "Sita Devi"}, o.sent[0].Fields)
	require.Equal(t, []workflows.SentPaper{{ID: "kept-ration_card", Kind: "101/ration_card"}}, o.sent[0].Papers)
	require.False(t, o.sent[0].LookFirst)
	require.Equal(t, []string{"application.submitted", "clock.promise", "application.approved"}, o.said, "two messages in all")
	require.Equal(t, "sha-c", o.tells[1].Document.ID)
	require.Empty(t, o.charged, "a fee of 0 is no fee")
}

func TestTheDepartmentsSlipComesWithItsNumber(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	slip := &workflows.Document{ID: "sha-s", Filename: "slip.pdf", MIMEType: "application/pdf"}
	o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		return workflows.SubmittedApplication{Number: number, SubmittedAt: o.Now(), Slip: slip}, nil
	}
	o.apply(t)
	require.Equal(t, slip, o.tells[0].Document)
}

func TestEverythingThatIsWrongWithThePapersIsToldAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.wants("ration_card", "salary_slip", "photo")
	o.papers = func(_ int, input workflows.CheckPapersInput) workflows.CheckedPapers {
		return findings(input, map[string]workflows.PaperFinding{
			"ration_card": {Reason: workflows.PaperBlurred, Text: "paper.blurred", Waivable: true},
			"salary_slip": {Reason: workflows.PaperTooLarge, Text: "paper.too_large", MaxMB: 2},
		})
	}
	o.whenAsked("paper-", chosen("as_it_is"), typed("salary_slip_2"))
	require.Equal(t, workflows.StageDone, o.apply(t).Ended)
	require.Equal(t, []string{"paper.problem", "paper.blurred", "paper.problem", "paper.too_large", "paper.send_this", "paper.send_this"}, o.said[:6])
	require.Len(t, o.asks[0].Choices, 1, "what may be waived has a button")
	require.Empty(t, o.asks[1].Choices)
	require.Equal(t, 2, o.called("papers"))
	require.Equal(t, "kept-salary_slip_2", o.sent[0].Papers[1].ID)
	require.Len(t, o.sent[0].Papers, 3)
}

func TestAFeeThatIsKnownIsTakenFirst(t *testing.T) {
	t.Parallel()
	fee := &catalog.Fee{Amount: "45.00", Source: "2022"}
	t.Run("paid and earned", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.terms.Fee = fee
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Equal(t, connectors.Paise(4500), o.charged[0].Amount)
		require.Equal(t, 1, o.called("record posting"))
	})
	t.Run("refused, and given back", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.terms.Fee = fee
		o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			return workflows.SubmittedApplication{}, &connectors.RefusedError{Code: "closed", Reason: "Closed until April"}
		}
		require.Equal(t, workflows.StageRefunding, o.apply(t).Ended)
		o.saidOnce(t, "application.not_taken_because", "money.refund_by")
		require.Equal(t, 1, o.called("record refusal"))
	})
	t.Run("not paid, not sent", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.terms.Fee = fee
		o.whenSaid("money.link", func() {})
		o.standing = func(int) (workflows.OrderStanding, error) { return awaiting(0), nil }
		require.Equal(t, workflows.StageExpired, o.apply(t).Ended)
		require.Zero(t, o.called("submit"))
		o.saidOnce(t, "application.fee_not_paid")
	})
}

func TestAChallengeGoesToTheCitizenAndBack(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.submit = func(call int, input workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		switch call {
		case 1:
			return workflows.SubmittedApplication{}, &connectors.ChallengeError{Kind: connectors.ChallengeOTP, Session: "s1"}
		case 2:
			require.Equal(t, "123456", input.Answer.Answer)
			return workflows.SubmittedApplication{}, &connectors.ChallengeError{
				Kind: connectors.ChallengeCaptcha, Session: "s2", Image: []byte("png"), ImageType: "image/png",
			}
		}
		require.Equal(t, "K7Q2", input.Answer.Answer)
		return workflows.SubmittedApplication{Number: number, SubmittedAt: o.Now()}, nil
	}
	o.whenAsked("challenge-", typed("123456"), typed("K7Q2"))
	require.Equal(t, workflows.StageDone, o.apply(t).Ended)
	for _, sent := range o.sent {
		require.False(t, sent.LookFirst, "the answer to a challenge goes on with what has changed nothing")
	}
	require.Equal(t, []byte("png"), o.asks[1].Picture.Content)
}

// People type the code with the keyboard of their language.
func TestACodeInTheDigitsOfAnotherScriptIsTheSameCode(t *testing.T) {
	t.Parallel()
	for typedAs, want := range map[string]string{"४०७०१४": "407014", "౪౦౭౦౧౪": "407014", "୪୦୭୦୧୪": "407014", "੪੦੭੦੧੪": "407014", "A๔b7": "A4b7"} {
		o := newOffice(t)
		o.submit = func(call int, input workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			if call == 1 {
				return workflows.SubmittedApplication{}, &connectors.ChallengeError{Kind: connectors.ChallengeOTP, Session: "s1"}
			}
			require.Equal(t, want, input.Answer.Answer)
			return workflows.SubmittedApplication{Number: number, SubmittedAt: o.Now()}, nil
		}
		o.whenAsked("challenge-", typed(typedAs))
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
	}
}

func TestAnApplicationWhoseOutcomeIsUnknownIsLookedUpAndNeverSentTwice(t *testing.T) {
	t.Parallel()
	unknown := &connectors.OutcomeUnknownError{Reference: reference}
	there := workflows.SubmittedApplication{Number: number, SubmittedAt: noon}
	t.Run("it landed", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			return workflows.SubmittedApplication{}, unknown
		}
		o.lookUp = downUntil(3, error(unknown), func(int) (workflows.SubmittedApplication, error) { return there, nil })
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Equal(t, 1, o.called("submit"))
		o.saidOnce(t, "application.kept", "application.submitted", "application.approved")
	})
	t.Run("it certainly did not", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.submit = func(call int, input workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			if call == 1 {
				return workflows.SubmittedApplication{}, unknown
			}
			require.True(t, input.LookFirst)
			return there, nil
		}
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Equal(t, 2, o.called("submit"))
	})
	t.Run("nobody can tell, and an officer asks the department", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			return workflows.SubmittedApplication{}, unknown
		}
		o.lookUp = func(int) (workflows.SubmittedApplication, error) { return there, unknown }
		o.whenSaid("application.with_officer", o.later(40*time.Hour, func() {
			o.SignalWorkflow(workflows.SignalOperatorDecide, workflows.OperatorDecision{Landed: true, Number: "EINC-BY-PHONE"})
		}))
		outcome := o.apply(t)
		o.saidOnce(t, "application.kept", "application.with_officer", "application.submitted", "application.approved")
		require.Equal(t, "EINC-BY-PHONE", outcome.Number)
		require.Equal(t, 1, o.called("submit"))
	})
	t.Run("the portal says that it is known already", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			return workflows.SubmittedApplication{}, &connectors.RefusedError{Code: connectors.RefusedDuplicate}
		}
		o.lookUp = func(int) (workflows.SubmittedApplication, error) { return there, nil }
		require.Equal(t, number, o.apply(t).Number)
	})
}

func TestWhatThePortalDoesNotTakeEndsWithWhatToDo(t *testing.T) {
	t.Parallel()
	tests := []struct {
		name  string
		err   error
		ended workflows.Stage
		said  string
	}{
		{"an answer is wrong", &connectors.InputRejectedError{Field: "14204", Reason: "PIN code"}, workflows.StageNeedsCorrection, "application.not_taken_because"},
		{"refused", &connectors.RefusedError{Code: "closed"}, workflows.StageRefused, "application.not_taken"},
	}
	for _, test := range tests {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
				return workflows.SubmittedApplication{}, test.err
			}
			require.Equal(t, test.ended, o.apply(t).Ended)
			require.Equal(t, test.said, o.said[len(o.said)-1])
		})
	}
}

func TestAPortalThatStaysAwayForAMonthIsForAPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	away := &connectors.UnavailableError{RetryAfter: 24 * time.Hour}
	o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		return workflows.SubmittedApplication{}, away
	}
	o.lookUp = func(int) (workflows.SubmittedApplication, error) { return workflows.SubmittedApplication{}, away }
	o.whenSaid("application.with_officer", o.later(time.Hour, func() { o.SignalWorkflow(workflows.SignalOperatorCancel, nil) }))
	require.Equal(t, workflows.StageCancelled, o.apply(t).Ended)
	o.saidOnce(t, "application.kept", "application.with_officer", "request.cancelled")
	require.Less(t, o.Now().Sub(noon), 70*24*time.Hour)
}

func TestCancellingAnApplication(t *testing.T) {
	t.Parallel()
	t.Run("while a paper is asked for", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.wants("ration_card")
		o.papers = func(_ int, input workflows.CheckPapersInput) workflows.CheckedPapers {
			return findings(input, map[string]workflows.PaperFinding{"ration_card": {Text: "paper.missing"}})
		}
		o.onAsk["paper-"] = func(workflows.AskInput) { o.citizenCancels() }
		require.Equal(t, workflows.StageCancelled, o.apply(t).Ended)
		require.Zero(t, o.called("submit"))
	})
	t.Run("no answer about a paper", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.wants("ration_card")
		o.papers = func(_ int, input workflows.CheckPapersInput) workflows.CheckedPapers {
			return findings(input, map[string]workflows.PaperFinding{"ration_card": {Text: "paper.missing"}})
		}
		require.Equal(t, workflows.StageExpired, o.apply(t).Ended)
	})
	t.Run("while the portal is down", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			return workflows.SubmittedApplication{}, errDown
		}
		o.RegisterDelayedCallback(o.citizenCancels, time.Minute)
		require.Equal(t, workflows.StageCancelled, o.apply(t).Ended)
	})
	t.Run("when the department has it already", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.whenSaid("application.submitted", o.citizenCancels)
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		o.saidOnce(t, "application.submitted", "application.cannot_withdraw", "application.approved")
	})
	t.Run("a fee that was paid comes back when the code is never typed", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.terms.Fee = &catalog.Fee{Amount: "45.00"}
		o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
			return workflows.SubmittedApplication{}, &connectors.ChallengeError{Kind: connectors.ChallengeOTP, Session: "s"}
		}
		require.Equal(t, workflows.StageRefunding, o.apply(t).Ended)
		require.Equal(t, 1, o.called("record refusal"))
	})
}

func TestAnAnswerIsCalledWrongOnlyWhenItWas(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asks := []connectors.ChallengeError{
		{Kind: connectors.ChallengeOTP, Attempt: 1},
		{Kind: connectors.ChallengeOTP, Attempt: 2},     // another code was asked for
		{Kind: connectors.ChallengeCaptcha, Attempt: 3}, // the code was right
		{Kind: connectors.ChallengeCaptcha, Attempt: 4}, // the letters were not
	}
	o.submit = func(call int, _ workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		if call <= len(asks) {
			return workflows.SubmittedApplication{}, &asks[call-1]
		}
		return workflows.SubmittedApplication{Number: number, SubmittedAt: o.Now()}, nil
	}
	o.whenAsked("challenge-", chosen("refresh"), typed("1"), typed("2"), typed("3"))
	require.Equal(t, workflows.StageDone, o.apply(t).Ended)
	o.saidOnce(t, "challenge.otp", "challenge.otp", "challenge.captcha", "challenge.again", "challenge.captcha")
}
