package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/mock"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestNotOursIsToldAsATransferAndTheClockGoesOn(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	transferred := connectors.GrievanceStatus{Number: complaintNumber, State: connectors.GrievanceTransferred, Note: "For the electricity company"}
	w.thenResolved(open("Lighting"), transferred, transferred, open("Electricity"), open("Electricity"))
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, []string{"grievance.ask_file", "grievance.filed", "grievance.transferred", "grievance.resolved"}, w.heard()[:4])
	require.Contains(t, w.said, "grievance.clock_goes_on")
	require.Contains(t, w.said, "grievance.note")
	require.Equal(t, workflows.DefectMoved, w.news[0].What)
}

func TestAnotherOfficeIsTold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved(open("Roads"), open("Roads"), open("Water"))
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, []string{"grievance.ask_file", "grievance.filed", "grievance.moved", "grievance.resolved"}, w.heard()[:4])
	require.Equal(t, "Water", w.news[0].Officer)
}

func TestAComplaintThatTheOfficeEnds(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		status connectors.GrievanceStatus
		reply  string
		ended  workflows.Stage
		last   string
		others workflows.DefectWhat
	}{
		"closed":                 {connectors.GrievanceStatus{State: connectors.GrievanceClosed}, "", workflows.StageDone, "grievance.closed", workflows.DefectFixed},
		"rejected for good":      {connectors.GrievanceStatus{State: connectors.GrievanceRejected}, "", workflows.StageRefused, "grievance.rejected", workflows.DefectEnded},
		"rejected and accepted":  {rejected(), "accept", workflows.StageRefused, "grievance.rejection_stands", workflows.DefectEnded},
		"rejected and no answer": {rejected(), "", workflows.StageRefused, "grievance.rejection_stands", workflows.DefectEnded},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.thenResolved(test.status)
			if test.reply != "" {
				w.reply("grievance.do_you_agree", test.reply)
			}
			require.Equal(t, test.ended, w.complain(t).Ended)
			require.Equal(t, test.last, w.heard()[len(w.heard())-1])
			require.Equal(t, workflows.DefectNews{Defect: reference, Number: 1, What: test.others, Last: true}, w.news[0])
		})
	}
}

func rejected() connectors.GrievanceStatus {
	return connectors.GrievanceStatus{Number: complaintNumber, State: connectors.GrievanceRejected, Note: "No lamp there", ReopenUntil: noon.AddDate(0, 0, 10)}
}

func TestARejectionThatTheCitizenDoesNotAcceptIsLookedAtAgain(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved(rejected())
	w.reply("grievance.do_you_agree", "not_fixed")
	w.writes("grievance.what_is_wrong", "The lamp is at the corner")
	outcome := w.complain(t)
	require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone, Number: complaintNumber, Reopened: 1}, outcome)
	require.Equal(t, "The lamp is at the corner", w.reopens[0].Comment)
}

func TestWhatIsNotFixedIsTakenUpAgainWithWordAndPhoto(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved()
	w.reply("grievance.is_it_fixed", "not_fixed")
	w.reply("grievance.what_is_wrong", "send_photo")
	w.writes("grievance.send_photo", "media-9")
	w.whenSaid("grievance.reopened", func() { w.reply("grievance.is_it_fixed", "fixed") })
	outcome := w.complain(t)
	require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone, Number: complaintNumber, Reopened: 1}, outcome)
	require.Equal(t, []workflows.SentPaper{{ID: "photo-1", Kind: "PHOTO"}}, w.reopens[0].Photos)
	require.Equal(t, 1, w.called("file"))
	require.Equal(t, []workflows.DefectWhat{
		workflows.DefectResolved, workflows.DefectReopened, workflows.DefectResolved, workflows.DefectFixed,
	}, w.passedOn())
}

func TestWhoSaysNoAndNoMoreIsHeardAllTheSame(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved()
	w.reply("grievance.is_it_fixed", "not_fixed")
	w.whenSaid("grievance.reopened", func() { w.reply("grievance.is_it_fixed", "fixed") })
	require.Equal(t, 1, w.complain(t).Reopened)
	require.Empty(t, w.reopens[0].Comment)
}

func TestWhatCannotBeReopenedIsFiledAnewAndNamesTheOld(t *testing.T) {
	t.Parallel()
	for reply, filings := range map[string]int{"file": 2, "dont_file": 1, "": 1} {
		t.Run("answer "+reply, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.thenResolved()
			w.reopen = func(int) (connectors.GrievanceStatus, error) {
				return connectors.GrievanceStatus{}, &connectors.RefusedError{Code: connectors.RefusedTooLate}
			}
			w.reply("grievance.is_it_fixed", "not_fixed")
			w.writes("grievance.what_is_wrong", "Dark again.")
			if reply != "" {
				w.reply("grievance.too_late_to_reopen", reply)
			}
			filed := 0
			w.whenSaid("grievance.filed", func() {
				filed++
				if filed == 2 {
					w.reply("grievance.is_it_fixed", "fixed")
				}
			})
			require.Equal(t, workflows.StageDone, w.complain(t).Ended)
			require.Len(t, w.filings, filings)
			if filings == 2 {
				require.Equal(t, 2, w.filings[1].Try)
				require.Equal(t, "Not resolved: complaint "+complaintNumber+". Dark again. since Monday", w.filings[1].Grievance.Description)
			}
		})
	}
}

func TestAReopeningThatIsNotAnsweredGoesToAPerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved()
	w.reply("grievance.is_it_fixed", "not_fixed")
	w.reply("grievance.what_is_wrong", "without")
	well := w.reopen
	w.reopen = func(call int) (connectors.GrievanceStatus, error) {
		if call == 1 {
			return connectors.GrievanceStatus{}, &connectors.OutcomeUnknownError{Reference: reference}
		}
		return well(call)
	}
	w.whenSaid("grievance.with_officer", func() {
		w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalOperatorRetry, nil) }, time.Hour)
	})
	w.whenSaid("grievance.reopened", func() { w.reply("grievance.is_it_fixed", "fixed") })
	require.Equal(t, 1, w.complain(t).Reopened)
}

func TestWithoutAnAnswerTheOfficesWordHolds(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved()
	w.silent("grievance.is_it_fixed")
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, "grievance.closed_unasked", w.heard()[len(w.heard())-1])
	reminders := 0
	for _, asked := range w.asks {
		if asked.Reminder > 0 {
			reminders++
		}
	}
	require.Equal(t, 2, reminders)
	require.InDelta(t, 5, w.Now().Sub(noon).Hours()/24, 0.5, "the days that the catalog gives")
}

func TestARatingIsWelcomeAndNotNeeded(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved()
	w.silent("grievance.rate")
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Empty(t, w.ratings)
	require.Equal(t, "grievance.rate", w.heard()[len(w.heard())-1])
}

func TestTheDepartmentsPhotoIsShown(t *testing.T) {
	t.Parallel()
	for name, err := range map[string]error{"there": nil, "gone": &connectors.NotFoundError{What: "photo"}, "away": errDown} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.track = func(int) (connectors.GrievanceStatus, error) {
				status := w.resolved()
				status.Photo = "file-1"
				return status, nil
			}
			well := w.picture
			w.picture = func(call int) (workflows.Document, error) {
				if err != nil {
					return workflows.Document{}, err
				}
				return well(call)
			}
			require.Equal(t, workflows.StageDone, w.complain(t).Ended)
			for _, asked := range w.asks {
				if asked.Message[len(asked.Message)-1].Text == "grievance.is_it_fixed" {
					require.Equal(t, err == nil, asked.Picture != nil)
				}
			}
		})
	}
}

func TestWhatTakesTooLongGoesToTheNextOfficerOnce(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved(open(""), open(""), open(""), open(""), open(""), open(""), open(""), open(""), open(""), open(""))
	w.reply("grievance.offer_letter", "appeal")
	settled := 0
	w.OnSignalExternalWorkflow(mock.Anything, mock.Anything, "", workflows.SignalAppealSettled, mock.Anything).
		Return(func(string, string, string, string, any) error { settled++; return nil })
	var told time.Time
	w.whenSaid("grievance.overdue", func() { told = w.Now() })
	outcome := w.complain(t)
	require.Equal(t, reference+"-A1", outcome.Appeal)
	require.WithinDuration(t, noon.Add(48*time.Hour), told, 5*time.Minute)
	require.Equal(t, []string{"grievance.ask_file", "grievance.filed", "grievance.overdue", "grievance.escalated", "grievance.offer_letter", "grievance.resolved"}, w.heard()[:6])
	require.Len(t, w.appeals, 1)
	require.Equal(t, 2, settled, "the appeal and the revision hear that the office has done something")
	facts := w.appeals[0].Case
	require.Equal(t, complaintNumber, facts.Number)
	require.Equal(t, "Sita Devi", facts.Applicant)
	require.WithinDuration(t, noon.Add(48*time.Hour), facts.Due, 0)
	require.Contains(t, w.passedOn(), workflows.DefectOverdue)
}

func TestNoLetterIsWrittenThatIsNotWanted(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved(open(""), open(""), open(""), open(""), open(""), open(""), open(""))
	w.reply("grievance.offer_letter", "later")
	require.Empty(t, w.complain(t).Appeal)
	require.Contains(t, w.heard(), "grievance.no_letter")
	require.Empty(t, w.appeals)
}

func TestWithoutAnOfficerTheCitizenIsToldThatItIsLate(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.thenResolved(open(""), open(""), open(""), open(""), open(""), open(""), open(""))
	w.complain(t, func(input *workflows.RequestInput) { input.Terms.Clock.Officers = catalog.Officers{} })
	require.Equal(t, []string{"grievance.ask_file", "grievance.filed", "grievance.overdue", "grievance.resolved"}, w.heard()[:4])
}

func TestWithoutALawTheOfficesOwnHoursCount(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		dueBy time.Time
		want  time.Time
	}{
		"the category's":    {time.Time{}, noon.Add(336 * time.Hour)},
		"of this complaint": {noon.Add(100 * time.Hour), noon.Add(336 * time.Hour)},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.file = func(int) (connectors.Filed, error) {
				return connectors.Filed{Number: complaintNumber, FiledAt: noon, DueBy: test.dueBy}, nil
			}
			w.complain(t, func(input *workflows.RequestInput) { input.Terms.Clock, input.Terms.Grievance = nil, nil })
			require.WithinDuration(t, test.want, w.tells[0].Message[1].Values["until"].Moment, 0)
		})
	}
}

func TestAComplaintThatTheOfficeNoLongerKnowsIsForAPerson(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.track = func(call int) (connectors.GrievanceStatus, error) {
		if call <= 5 {
			return connectors.GrievanceStatus{}, &connectors.NotFoundError{What: "grievance"}
		}
		return w.resolved(), nil
	}
	w.whenSaid("request.with_officer", func() {
		w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalOperatorRetry, nil) }, time.Hour)
	})
	require.Equal(t, workflows.StageDone, w.complain(t, alone).Ended)
	require.Contains(t, w.heard(), "request.with_officer")
}

func TestAnOfficerStopsFollowing(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.track = func(int) (connectors.GrievanceStatus, error) { return open(""), nil }
	w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{By: "o"}) }, 20*time.Hour)
	require.Equal(t, workflows.StageCancelled, w.complain(t).Ended)
	require.Equal(t, "grievance.not_followed", w.heard()[len(w.heard())-1])
	require.Equal(t, []workflows.DefectWhat{workflows.DefectEnded}, w.passedOn())
}

// Complaints that nobody mends for three years are still followed, and nothing is said without need.
func TestYearsOfWaiting(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.SetTestTimeout(time.Minute)
	w.track = func(int) (connectors.GrievanceStatus, error) {
		if w.Now().Before(noon.AddDate(3, 0, 0)) {
			return open("Lighting"), nil
		}
		return w.resolved(), nil
	}
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Len(t, w.heard(), 9)
	require.Less(t, w.called("track"), 1200)
}
