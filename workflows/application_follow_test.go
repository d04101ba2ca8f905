package workflows_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/converter"
	"go.temporal.io/sdk/workflow"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestTheDepartmentIsLookedAtByDayAndLessOftenLater(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.terms.Clock = nil
	var looks []time.Time
	done := granted(8)
	o.status = func(call int) (connectors.ApplicationStatus, error) {
		looks = append(looks, o.Now().In(connectors.IndianTime))
		return done(call)
	}
	o.apply(t)
	for _, look := range looks {
		require.GreaterOrEqual(t, look.Hour(), 8, look)
		require.Less(t, look.Hour(), 21, look)
	}
	require.LessOrEqual(t, looks[1].Sub(looks[0]), 6*time.Hour+time.Minute)
	require.GreaterOrEqual(t, looks[7].Sub(looks[6]), 23*time.Hour)
}

func TestAnOperatorsRetryLooksAtOnce(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.status = granted(2)
	o.whenSaid("application.submitted", o.later(time.Minute, func() { o.SignalWorkflow(workflows.SignalOperatorRetry, nil) }))
	o.apply(t)
	require.Less(t, o.Now().Sub(noon), time.Hour)
}

func TestWhatIsApprovedAndNotSignedYetIsWaitedFor(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.status = granted(1)
	fetch := o.fetch
	o.fetch = downUntil(4, error(&connectors.NotFoundError{What: "certificate"}), fetch)
	require.Equal(t, "sha-c", o.apply(t).Certificate)
	o.saidOnce(t, "application.submitted", "application.approved")
}

func TestWhatIsGrantedWithoutAPaper(t *testing.T) {
	t.Parallel()
	t.Run("nothing is delivered", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.terms.Delivers = catalog.DeliversNothing
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		o.saidOnce(t, "application.done")
		require.Zero(t, o.called("fetch certificate"))
	})
	t.Run("the portal hands nothing out", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.fetch = func(int) (workflows.Document, error) {
			return workflows.Document{}, &connectors.RefusedError{Code: workflows.RefusedNoDocument}
		}
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		o.saidOnce(t, "application.fetch_at_office")
	})
}

func TestAPortalThatForgetsANumberItGaveIsForAPerson(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.status = func(int) (connectors.ApplicationStatus, error) {
		return connectors.ApplicationStatus{}, &connectors.NotFoundError{What: "application"}
	}
	o.whenSaid("request.with_officer", o.later(time.Hour, func() { o.status = granted(1); o.SignalWorkflow(workflows.SignalOperatorRetry, nil) }))
	require.Equal(t, workflows.StageDone, o.apply(t).Ended)
	require.GreaterOrEqual(t, o.called("status"), 5)
}

func TestTwoOfficersStopFollowingAnApplication(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.status = func(int) (connectors.ApplicationStatus, error) { return working(), nil }
	o.RegisterDelayedCallback(func() { o.SignalWorkflow(workflows.SignalOperatorCancel, nil) }, time.Hour) // one alone does not
	o.RegisterDelayedCallback(func() {
		o.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{Approval: agreed})
	}, 30*time.Hour)
	require.Equal(t, workflows.StageGivenUp, o.apply(t).Ended)
	o.saidOnce(t, "application.submitted", "application.not_followed")
	require.GreaterOrEqual(t, o.Now().Sub(noon), 30*time.Hour)
}

// asking has a query from the first look until it was replied to.
func asking(o *office, query *connectors.DepartmentQuery) {
	o.status = func(int) (connectors.ApplicationStatus, error) {
		if o.called("reply") > 0 {
			return connectors.ApplicationStatus{Number: number, State: connectors.ApplicationDelivered}, nil
		}
		return connectors.ApplicationStatus{
			Number: number, State: connectors.ApplicationQueried, Note: "Which mandal?", Query: query, UpdatedAt: noon.Add(time.Hour),
		}, nil
	}
}

func TestAQueryOfTheDepartmentIsPutToTheCitizenAndAnsweredOnce(t *testing.T) {
	t.Parallel()
	t.Run("in words", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		asking(o, nil)
		o.whenAsked("query-", typed("Kankipadu"))
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Equal(t, "Kankipadu", o.replies[0].Text)
		require.Equal(t, 1, o.called("reply"))
		o.saidOnce(t, "application.query", "application.query_answered", "application.approved")
	})
	t.Run("with a paper instead of words", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		asking(o, &connectors.DepartmentQuery{ID: "3", Text: "Latest salary slip"})
		o.whenAsked("query-", chosen("paper"), typed("slip"))
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Equal(t, []workflows.SentPaper{{ID: "kept-slip", Kind: "reply"}}, o.replies[0].Papers)
		require.NotEmpty(t, o.replies[0].Text, "portals want words too")
	})
	t.Run("fields and papers, one by one", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		o.wants("ration_card")
		asking(o, &connectors.DepartmentQuery{ID: "3", Text: "More", Fields: []string{"14204"}, Enclosures: []string{"101/ration_card"}})
		o.whenAsked("query-", typed("521121"), typed("card2"))
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Equal(t, "521121", o.replies[0].Fields["14204"])
		require.Equal(t, []workflows.SentPaper{{ID: "kept-card2", Kind: "101/ration_card"}}, o.replies[0].Papers)
		o.saidOnce(t, "application.query", "application.query_field", "application.query_paper")
	})
	t.Run("the outcome of the answer is unknown: looked up, not sent again", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		asking(o, nil)
		o.whenAsked("query-", typed("Kankipadu"))
		o.reply = func(int, workflows.AnswerQueryInput) error { return &connectors.OutcomeUnknownError{} }
		o.replied = func(int) error { return nil }
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Equal(t, 1, o.called("reply"))
	})
	t.Run("the portal takes no answer: at the office, and asked once only", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		asking(o, nil)
		queried := o.status
		o.status = func(call int) (connectors.ApplicationStatus, error) {
			if call < 5 {
				return connectors.ApplicationStatus{Number: number, State: connectors.ApplicationQueried, Note: "?", UpdatedAt: noon}, nil
			}
			return queried(call)
		}
		o.whenAsked("query-", typed("Kankipadu"))
		o.reply = func(int, workflows.AnswerQueryInput) error {
			return &connectors.RefusedError{Code: workflows.RefusedNoAnswers}
		}
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		o.saidOnce(t, "application.query", "application.answer_at_office", "application.approved")
	})
	t.Run("no answer in time: told, and followed further", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		asking(o, &connectors.DepartmentQuery{ID: "3", Text: "?", DueBy: noon.Add(10 * 24 * time.Hour)})
		o.whenSaid("application.query_unanswered", func() { o.status = granted(1) })
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		require.Zero(t, o.called("reply"))
	})
	t.Run("answered at the office meanwhile: the question is withdrawn", func(t *testing.T) {
		t.Parallel()
		o := newOffice(t)
		asking(o, nil)
		o.onAsk["query-"] = func(workflows.AskInput) { o.status = granted(1) }
		require.Equal(t, workflows.StageDone, o.apply(t).Ended)
		o.saidOnce(t, "application.query_settled", "application.approved")
		require.Less(t, o.Now().Sub(noon), 4*24*time.Hour)
	})
}

func TestTheClockStandsStillWhileTheCitizenIsAsked(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	asking(o, nil)
	first := time.Time{}
	o.whenSaid("application.submitted", func() { first = o.due[reference] })
	o.onAsk["query-"] = func(input workflows.AskInput) {
		o.RegisterDelayedCallback(func() {
			require.True(t, o.due[reference].IsZero(), "no due day while it stands still")
			o.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: input.Question, Value: "x"})
		}, 10*24*time.Hour)
	}
	o.status = func(status func(int) (connectors.ApplicationStatus, error)) func(int) (connectors.ApplicationStatus, error) {
		return func(call int) (connectors.ApplicationStatus, error) {
			if o.called("reply") > 0 {
				require.True(t, o.due[reference].After(first.Add(9*24*time.Hour)))
			}
			return status(call)
		}
	}(o.status)
	require.Equal(t, workflows.StageDone, o.apply(t).Ended)
}

// never is a department that does not decide before a moment.
func never(o *office, before time.Time) func(int) (connectors.ApplicationStatus, error) {
	return func(int) (connectors.ApplicationStatus, error) {
		if o.Now().Before(before) {
			return working(), nil
		}
		return connectors.ApplicationStatus{Number: number, State: connectors.ApplicationDelivered}, nil
	}
}

func TestTheBreachIsToldOnceOnTheDayAfterTheLastOne(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.terms.Clock.Officers.Appeal = nil
	o.status = never(o, noon.AddDate(0, 3, 0))
	var told time.Time
	o.whenSaid("clock.overdue", func() { told = o.Now().In(connectors.IndianTime) })
	require.Equal(t, workflows.StageDone, o.apply(t).Ended)
	// Seven working days after Monday 23 November 2026: Tuesday 24 to Friday 27, Saturday 28 (the fourth), Monday 30, Tuesday 1 December.
	require.Equal(t, "2026-12-02 08:00", told.Format("2006-01-02 15:04"))
	o.saidOnce(t, "application.submitted", "clock.overdue", "clock.ask_office", "application.approved")
}

func TestADepartmentThatPromisesALaterDayHasTakenItsExtension(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.terms.Clock.Officers.Appeal = nil
	o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
		return workflows.SubmittedApplication{Number: number, SubmittedAt: noon, DueBy: noon.AddDate(0, 2, 0)}, nil
	}
	o.status = never(o, noon.AddDate(0, 1, 0))
	o.apply(t)
	require.Equal(t, "2026-12-04", o.due[reference].In(connectors.IndianTime).Format(time.DateOnly), "three working days more, and not two months")
}

func TestWithoutALimitThatIsKnownNothingIsPromised(t *testing.T) {
	t.Parallel()
	for name, law := range map[string]*catalog.Clock{
		"nothing was said": nil, "unknown": {Unknown: true}, "counted from elsewhere": {Limit: catalog.Limit{Days: 7}, Starts: catalog.StartsElsewhere},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.terms.Clock = law
			o.submit = func(int, workflows.SubmitApplicationInput) (workflows.SubmittedApplication, error) {
				return workflows.SubmittedApplication{Number: number, SubmittedAt: noon, DueBy: noon.AddDate(0, 0, 9)}, nil
			}
			o.status = never(o, noon.AddDate(0, 6, 0))
			require.Equal(t, workflows.StageDone, o.apply(t).Ended)
			require.Equal(t, []string{"application.submitted", "application.department_says", "application.approved"}, o.said)
			require.Empty(t, o.due)
		})
	}
}

func TestWhoAsksSeesWhoHasItAndHowMuchTimeIsLeft(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.status = never(o, noon.AddDate(0, 0, 4))
	o.apply(t)
	var left []string
	for _, shown := range o.stages {
		require.Equal(t, workflows.StageInProgress, shown.Stage.Stage)
		require.Equal(t, "Revenue Inspector", shown.Stage.Detail[0].Values["officer"].Plain)
		left = append(left, shown.Stage.Detail[1].Values["days"].Plain)
	}
	require.Equal(t, "7 6 5 4", strings.Join(left, " "), "each day once")
}

func TestALongLifeGoesOnInANewRun(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.status = never(o, noon.AddDate(2, 0, 0))
	o.whenAsked("appeal-", chosen("later"))
	o.SetContinueAsNewSuggested(true)
	o.ExecuteWorkflow(workflows.Application, workflows.ApplicationInput{RequestInput: o.request()})
	next := continued(t, o)
	require.Equal(t, number, next.Followed.Submitted.Number)
	require.Equal(t, 1, next.Followed.Looks)

	again := newOffice(t)
	again.SetStartTime(noon.Add(6 * time.Hour))
	again.ExecuteWorkflow(workflows.Application, next)
	require.NoError(t, again.GetWorkflowError())
	require.Zero(t, again.called("submit"))
	again.saidOnce(t, "application.approved")
}

func continued(t *testing.T, o *office) (next workflows.ApplicationInput) {
	t.Helper()
	var anew *workflow.ContinueAsNewError
	require.ErrorAs(t, o.GetWorkflowError(), &anew)
	require.NoError(t, converter.GetDefaultDataConverter().FromPayloads(anew.Input, &next))
	return next
}
