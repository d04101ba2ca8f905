package edistrict_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	standin "github.com/jansetu/jansetu/connectors/edistrict/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

// replyDue is an application whose officer has asked something, and the answer
// with the OTP in it.
func replyDue(t *testing.T, office *office) connectors.QueryAnswer {
	t.Helper()
	application := income(0, "AP-1/submit")
	submitted := office.submit(t, application)
	require.NoError(t, office.Ask(submitted.Number))
	reply := connectors.QueryAnswer{Reference: "AP-1/query-1", Service: "1042", Number: submitted.Number, Text: "As asked.", Fields: application.Fields}
	reply.Answer = answer(asks(t, connectors.ChallengeOTP, office.worker(t).AnswerQuery(t.Context(), reply)), office.OTP(mobile))
	return reply
}

func TestReplyWhoseAnswerIsLostIsLookedUp(t *testing.T) {
	t.Parallel()
	for kind, landed := range map[twin.Kind]bool{
		twin.ResponseLost: true, twin.CutPage: true, twin.DropBefore: false, twin.ServerError: false, twin.StrangePage: false,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			office := openOffice(t)
			reply := replyDue(t, office)
			require.NoError(t, office.Faults.Set(twin.Fault{Kind: kind, Operation: standin.Reply, Times: 1}))
			connector := office.worker(t)
			err := connector.AnswerQuery(t.Context(), reply)
			require.Contains(t, []connectors.Class{connectors.ClassOK, connectors.ClassOutcomeUnknown, connectors.ClassChallenge}, connectors.ClassOf(err), "%v", err)
			require.Equal(t, landed, connector.QueryAnswered(t.Context(), reply) == nil)
			require.Equal(t, landed, office.Submissions()[0].Answer != "")
		})
	}
}

func TestReplyInAForgottenSessionBeginsAtTheOTP(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	reply := replyDue(t, office)
	require.NoError(t, office.Faults.Set(twin.Fault{Kind: twin.SessionExpires, Operation: standin.Reply, Times: 1}))
	asked := asks(t, connectors.ChallengeOTP, office.worker(t).AnswerQuery(t.Context(), reply))
	reply.Answer = answer(asked, office.OTP(mobile))
	require.NoError(t, office.worker(t).AnswerQuery(t.Context(), reply))
	require.Equal(t, "AP-1/query-1", office.Submissions()[0].AnswerKiosk)
}

func TestReplyWithoutWordsIsAskedAgain(t *testing.T) {
	t.Parallel()
	office := openOffice(t)
	reply := replyDue(t, office)
	reply.Text = " "
	var rejected *connectors.InputRejectedError
	require.ErrorAs(t, office.worker(t).AnswerQuery(t.Context(), reply), &rejected)
	require.Equal(t, "replyText", rejected.Field)
}
