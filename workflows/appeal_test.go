package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

// late is an office that does not decide for three months, with someone to appeal to.
func late(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.status = never(o, noon.AddDate(0, 3, 0))
	o.OnSignalExternalWorkflow(mock.Anything, mock.Anything, "", workflows.SignalAppealSettled, mock.Anything).Return(nil).Maybe()
	return o
}

func TestAfterTheBreachTheFirstAppealIsOfferedAndStartedOnce(t *testing.T) {
	t.Parallel()
	o := late(t)
	var offered workflows.AskInput
	o.onAsk["appeal-"] = func(input workflows.AskInput) {
		offered = input
		o.RegisterDelayedCallback(func() {
			o.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: input.Question, Choice: "appeal"})
		}, time.Hour)
	}
	outcome := o.apply(t)
	require.Equal(t, workflows.StageDone, outcome.Ended)
	require.Equal(t, reference+"-A1", outcome.Appeal)
	o.saidOnce(t, "application.submitted", "clock.overdue", "appeal.offer_until", "application.approved")
	require.Equal(t, "Sub-Collector", offered.Message[1].Values["officer"].Plain)

	require.Len(t, o.appeals, 1)
	started := o.appeals[0]
	require.Equal(t, reference+"-A1", started.Reference)
	require.Equal(t, workflows.KindAppeal, started.Kind)
	require.Nil(t, started.Answers, "an appeal needs no answers of the form")
	require.Equal(t, "2026-12-01", started.Case.Due.In(connectors.IndianTime).Format(time.DateOnly))
	require.Equal(t, "2026-12-31", started.Case.FileBy.In(connectors.IndianTime).Format(time.DateOnly))
	require.Equal(t, workflows.StageEscalated, o.stages[len(o.stages)-1].Stage.Stage)
}

func TestAnOfferThatWasPutOffIsMadeAgainAWeekBeforeTheLastDay(t *testing.T) {
	t.Parallel()
	o := late(t)
	o.whenAsked("appeal-", chosen("later"), chosen("appeal"))
	var again time.Time
	o.whenSaid("appeal.offer_again", func() { again = o.Now().In(connectors.IndianTime) })
	require.Equal(t, reference+"-A1", o.apply(t).Appeal)
	o.saidOnce(t, "clock.overdue", "appeal.later_reminded", "appeal.offer_again")
	require.Equal(t, "2026-12-25", again.Format(time.DateOnly))
}

func TestAnAppealIsNotOfferedBeforeItsTimeNorAfterTheDecision(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.status = never(o, noon.AddDate(0, 0, 8))
	o.apply(t)
	require.NotContains(t, o.said, "clock.overdue")
	require.Empty(t, o.asks)
}

// refusing rejects at the first look.
func refusing(t *testing.T) *office {
	t.Helper()
	o := newOffice(t)
	o.status = func(int) (connectors.ApplicationStatus, error) {
		return connectors.ApplicationStatus{Number: number, State: connectors.ApplicationRejected, Note: "Not in the records", UpdatedAt: o.Now()}, nil
	}
	return o
}

func TestARefusalComesWithItsReasonTheRemedyAndTheAppeal(t *testing.T) {
	t.Parallel()
	t.Run("appealed", func(t *testing.T) {
		t.Parallel()
		o := refusing(t)
		o.whenAsked("appeal-", chosen("appeal"))
		outcome := o.apply(t)
		require.Equal(t, workflows.StageAppealed, outcome.Ended)
		require.Equal(t, reference+"-R1", outcome.Appeal)
		require.Equal(t, "Not in the records", o.appeals[0].Case.Reason)
		o.saidOnce(t, "application.rejected", "application.reason", "application.remedy", "appeal.offer_until")
		require.False(t, o.stages[len(o.stages)-1].Stage.Open)
	})
	for name, answers := range map[string][]workflows.Answer{"not wanted": {chosen("later")}, "no answer until the last day": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := refusing(t)
			o.whenAsked("appeal-", answers...)
			require.Equal(t, workflows.StageRefused, o.apply(t).Ended)
			require.Empty(t, o.appeals)
			require.Less(t, o.Now().Sub(noon), 32*24*time.Hour)
		})
	}
	t.Run("nobody to appeal to is known", func(t *testing.T) {
		t.Parallel()
		o := refusing(t)
		o.terms.Clock = nil
		require.Equal(t, workflows.StageRefused, o.apply(t).Ended)
		o.saidOnce(t, "application.rejected", "application.reason", "application.remedy")
		require.Empty(t, o.asks)
	})
}

// appealing runs an appeal for being late whose time to file has begun.
func appealing(t *testing.T, o *office, change ...func(*workflows.AppealInput)) workflows.AppealOutcome {
	t.Helper()
	input := workflows.AppealInput{RequestInput: o.request(), Case: workflows.AppealCase{
		Cause: workflows.AppealLate, Level: workflows.AppealFirst, Application: reference, Number: number, Applicant: "Sita Devi",
		Applied: noon.AddDate(0, 0, -20), Due: noon.AddDate(0, 0, -2), FileBy: noon.AddDate(0, 0, 28), Written: noon,
	}}
	input.Reference = reference + "-A1"
	for _, apply := range change {
		apply(&input)
	}
	return end[workflows.AppealOutcome](t, o.environment, workflows.Appeal, input)
}

func TestAnAppealIsWrittenHandedInWaitedForAndDecided(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	o.whenAsked("handed-in", chosen("handed_in"))
	o.whenAsked("filed-on", typed("2026-11-23"))
	var asked time.Time
	o.onAsk["decided"] = func(input workflows.AskInput) {
		asked = o.Now().In(connectors.IndianTime)
		o.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: input.Question, Choice: "granted"})
	}
	outcome := appealing(t, o)
	require.Equal(t, workflows.AppealOutcome{Ended: workflows.StageDone, Letter: "sha-l"}, outcome)
	require.Equal(t, "sha-l", o.tells[0].Document.ID)
	o.saidOnce(t, "appeal.letter", "appeal.letter_until", "appeal.handed_in", "appeal.when", "appeal.filed_due", "appeal.decided", "appeal.granted")
	require.Equal(t, "2026-12-23", o.due[reference+"-A1"].In(connectors.IndianTime).Format(time.DateOnly), "thirty days from the filing")
	require.Equal(t, "2026-12-24 08:00", asked.Format("2006-01-02 15:04"))
}

func TestAnAppealThatBroughtNothingGoesToTheRevision(t *testing.T) {
	t.Parallel()
	for decided, first := range map[string]bool{"rejected": true, "nothing": false} {
		t.Run(decided, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			o.whenAsked("handed-in", chosen("handed_in"))
			o.whenAsked("filed-on", chosen("today"))
			o.whenAsked("decided", chosen(decided))
			o.whenAsked("revision", chosen("appeal"))
			outcome := appealing(t, o)
			require.Equal(t, workflows.StageAppealed, outcome.Ended)
			require.Equal(t, reference+"-A2", outcome.Revision)
			require.Len(t, o.appeals, 1)
			revision := o.appeals[0].Case
			require.Equal(t, workflows.AppealRevision, revision.Level)
			require.Equal(t, first, !revision.FirstDecided.IsZero())
			require.Equal(t, noon.Format(time.DateOnly), revision.FirstFiled.In(connectors.IndianTime).Format(time.DateOnly))
			require.Equal(t, "Collector", o.asks[len(o.asks)-1].Message[1].Values["officer"].Plain)
		})
	}
}

func TestHowAppealsEnd(t *testing.T) {
	t.Parallel()
	filed := func(o *office) {
		o.whenAsked("handed-in", chosen("handed_in"))
		o.whenAsked("filed-on", chosen("today"))
	}
	settle := func(o *office, after time.Duration) {
		o.RegisterDelayedCallback(func() { o.SignalWorkflow(workflows.SignalAppealSettled, nil) }, after)
	}
	tests := map[string]struct {
		prepare func(o *office)
		change  func(*workflows.AppealInput)
		ended   workflows.Stage
		said    string
	}{
		"not handed in before the last day": {func(*office) {}, nil, workflows.StageExpired, "appeal.too_late"},
		"not wanted after all": {
			func(o *office) { o.whenAsked("handed-in", chosen("not_appeal")) }, nil, workflows.StageCancelled, "appeal.not_wanted",
		},
		"cancelled by the citizen": {
			func(o *office) { o.onAsk["handed-in"] = func(workflows.AskInput) { o.citizenCancels() } }, nil, workflows.StageCancelled, "appeal.not_wanted",
		},
		"handed in when asked again": {
			func(o *office) {
				filed(o)
				o.whenAsked("handed-in")
				o.whenAsked("handed-in-again", chosen("handed_in"))
				o.whenAsked("decided", chosen("granted"))
			}, nil, workflows.StageDone, "appeal.granted",
		},
		"settled before it was handed in": {func(o *office) { settle(o, 48*time.Hour) }, nil, workflows.StageDone, "appeal.settled"},
		"settled while the officer has it": {
			func(o *office) { filed(o); settle(o, 15*24*time.Hour) }, nil, workflows.StageDone, "appeal.settled",
		},
		"no word from the citizen": {filed, nil, workflows.StageExpired, "appeal.no_word"},
		"the revision is not wanted": {
			func(o *office) {
				filed(o)
				o.whenAsked("decided", chosen("nothing"))
				o.whenAsked("revision", chosen("later"))
			}, nil,
			workflows.StageRefused, "appeal.not_wanted",
		},
		"after the revision there is nobody": {
			func(o *office) { filed(o); o.whenAsked("decided", chosen("rejected")) },
			func(input *workflows.AppealInput) { input.Case.Level = workflows.AppealRevision }, workflows.StageRefused, "appeal.last",
		},
		"nobody is known": {
			func(*office) {}, func(input *workflows.AppealInput) { input.Terms.Clock.Officers.Appeal = nil }, workflows.StageRefused, "appeal.nobody",
		},
		"no limits are known": {
			func(o *office) { filed(o); o.whenAsked("decided", chosen("granted")) },
			func(input *workflows.AppealInput) {
				input.Case.FileBy = time.Time{}
				input.Terms.Clock.Officers.Appeal.DecidesIn.Days = 0
			}, workflows.StageDone, "appeal.granted",
		},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			o := newOffice(t)
			test.prepare(o)
			if test.change == nil {
				test.change = func(*workflows.AppealInput) {}
			}
			require.Equal(t, test.ended, appealing(t, o, test.change).Ended)
			require.Equal(t, test.said, o.said[len(o.said)-1])
			require.False(t, o.tells[len(o.tells)-1].Stage.Open)
		})
	}
}

func TestAnOfferThatIsOpenWhenANewRunBeginsIsTakenThere(t *testing.T) {
	t.Parallel()
	o := late(t)
	due := noon.AddDate(0, 0, -1)
	o.RegisterDelayedCallback(func() {
		o.SignalWorkflow(workflows.SignalAnswer, workflows.Answer{Question: reference + "/appeal-3", Choice: "appeal"})
	}, time.Hour)
	o.ExecuteWorkflow(workflows.Application, workflows.ApplicationInput{RequestInput: o.request(), Followed: &workflows.Followed{
		Submitted: workflows.SubmittedApplication{Number: number, SubmittedAt: noon.AddDate(0, 0, -12)}, Messages: 3, Looks: 40,
		Clock:  workflows.LegalClock{Started: noon.AddDate(0, 0, -12), Told: noon, Reading: workflows.ClockReading{Due: due}},
		Offer:  workflows.AppealOffer{Question: "appeal-3", Open: true, FileBy: noon.AddDate(0, 0, 29)},
		Status: workflows.Status{Stage: workflows.StageOverdue},
	}})
	require.NoError(t, o.GetWorkflowError())
	require.Len(t, o.appeals, 1)
	require.Empty(t, o.asks, "the offer is not made twice")
	require.NotContains(t, o.said, "clock.overdue")
}
