package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/workflows"
)

func TestAComplaintIsFiledFollowedFixedAndRated(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	outcome := w.complain(t)
	require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone, Number: complaintNumber}, outcome)
	require.Equal(t, []string{
		"grievance.ask_file", "grievance.filed", "grievance.resolved", "grievance.is_it_fixed", "grievance.rate", "grievance.thanks",
	}, w.heard())
	require.Equal(t, 1, w.called("file"))
	require.Equal(t, []int{5}, w.ratings)
	filed := w.filings[0]
	require.Equal(t, connectors.Grievance{
		Tenant: "ap.vijayawada", Category: "StreetLightNotWorking", Description: "since Monday", Locality: "VJA-02", Name: "Sita Devi",
		Mobile: "9876543210", Location: &connectors.Coordinates{Latitude: 16.50617, Longitude: 80.64801},
	}, filed.Grievance)
	require.Equal(t, []workflows.SentPaper{{ID: "photo-1", Kind: "PHOTO"}}, filed.Photos)
	require.Equal(t, []workflows.DefectWhat{workflows.DefectResolved, workflows.DefectFixed}, w.passedOn())
	require.WithinDuration(t, noon.Add(48*time.Hour), w.tells[0].Message[1].Values["until"].Moment, 0, "the category's own limit")
}

func TestWhatWasWrittenIsFoundOrAskedFor(t *testing.T) {
	t.Parallel()
	drain, lamp := connectors.Category{Code: "Drain", Name: "Drain"}, connectors.Category{Code: "Lamp", Name: "Lamp", Attributes: []connectors.CategoryAttribute{
		{Code: "pole", Question: "Number of the pole?"}, {Code: "when", Question: "When?", Required: true, Multiple: true, Options: []connectors.Option{
			{Value: "night", Label: "At night"}, {Value: "rain", Label: "When it rains"}, {Value: "always", Label: "Always"},
		}},
	}}
	w := newTown(t)
	w.categories = func(call int, typed string) (workflows.MatchedCategory, error) {
		switch call {
		case 1:
			require.Equal(t, "లైటు", typed)
			return workflows.MatchedCategory{Candidates: []connectors.Category{drain}}, nil
		case 2:
			require.Empty(t, typed)
			return workflows.MatchedCategory{Candidates: []connectors.Category{drain, lamp}, All: true}, nil
		}
		require.Equal(t, "lamp post", typed)
		return workflows.MatchedCategory{Candidates: []connectors.Category{lamp}}, nil
	}
	w.reply("grievance.which", "none")
	w.writes("grievance.which_of_all", "lamp post")
	w.whenSaid("grievance.which_of_all", func() { w.reply("grievance.which", "Lamp") })
	answers := []workflows.Answer{typed("P-17"), chosen("night"), chosen("rain"), chosen("enough")}
	w.whenSaid("grievance.attribute", func() { w.replies["grievance.attribute"], answers = answers[0], answers[1:] })
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, "Lamp", w.filings[0].Grievance.Category)
	require.Equal(t, map[string]string{"pole": "P-17", "when": "night\nrain"}, w.filings[0].Grievance.Fields)
}

func TestALocalityThatIsNotCertainIsAskedFor(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.locality = func(int, string) (workflows.MatchedChoice, error) {
		return workflows.MatchedChoice{Candidates: []connectors.Option{{Value: "VJA-02", Label: "Benz Circle"}, {Value: "VJA-03", Label: "Patamata"}}}, nil
	}
	w.reply("choose.did_you_mean", "VJA-03")
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, "VJA-03", w.filings[0].Grievance.Locality)
}

func TestAPhotoThatCannotBeUsedIsAskedForAgainOrLeftOut(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		reply  workflows.Answer
		photos int
	}{
		"another one": {workflows.Answer{Value: "media-2"}, 1}, "without": {workflows.Answer{Choice: "without"}, 0},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.photo = func(call int) (workflows.TakenPaper, error) {
				if call == 1 {
					return workflows.TakenPaper{}, errPaper
				}
				return workflows.TakenPaper{ID: "photo-2"}, nil
			}
			w.replies["grievance.photo_again"] = test.reply
			require.Equal(t, workflows.StageDone, w.complain(t).Ended)
			require.Len(t, w.filings[0].Photos, test.photos)
			require.Equal(t, []string{"paper.blurred", "grievance.photo_again"}, w.heard()[:2])
		})
	}
}

func TestNothingIsFiledThatTheCitizenDoesNotWant(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		prepare func(*town)
		ended   workflows.Stage
		last    string
	}{
		"with the button": {func(w *town) { w.reply("grievance.ask_file", "dont_file") }, workflows.StageCancelled, "request.cancelled"},
		"by cancelling": {func(w *town) {
			w.silent("grievance.ask_file")
			w.whenSaid("grievance.ask_file", w.citizenCancels)
		}, workflows.StageCancelled, "request.cancelled"},
		"without an answer": {func(w *town) { w.silent("grievance.ask_file") }, workflows.StageExpired, "request.no_answer"},
		"while the town does not answer": {func(w *town) {
			w.locality = func(int, string) (workflows.MatchedChoice, error) { return workflows.MatchedChoice{}, errDown }
			w.RegisterDelayedCallback(w.citizenCancels, time.Minute)
		}, workflows.StageCancelled, "request.cancelled"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			test.prepare(w)
			require.Equal(t, test.ended, w.complain(t).Ended)
			require.Zero(t, w.called("file"))
			require.Equal(t, test.last, w.heard()[len(w.heard())-1])
			require.Empty(t, w.news, "nobody could join")
		})
	}
}

func TestWhatTheOfficeDoesNotTake(t *testing.T) {
	t.Parallel()
	for name, test := range map[string]struct {
		err   error
		ended workflows.Stage
		said  string
	}{
		"rejected": {&connectors.InputRejectedError{Field: "locality", Reason: "not of the town"}, workflows.StageNeedsCorrection, "grievance.refused_because"},
		"refused":  {&connectors.RefusedError{Code: "closed"}, workflows.StageRefused, "grievance.refused"},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.file = func(int) (connectors.Filed, error) { return connectors.Filed{}, test.err }
			require.Equal(t, test.ended, w.complain(t).Ended)
			require.Equal(t, []string{"grievance.ask_file", test.said}, w.heard())
		})
	}
}

func TestATownThatIsDownIsWaitedForAndTheCitizenTold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	down := w.file
	w.file = func(call int) (connectors.Filed, error) {
		if call < 6 {
			return connectors.Filed{}, errDown
		}
		return down(call)
	}
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, []string{"grievance.ask_file", "grievance.kept", "request.back", "grievance.filed"}, w.heard()[:4])
}

func TestAnUnknownOutcomeIsLookedUpBeforeItIsFiledAgain(t *testing.T) {
	t.Parallel()
	unknown := &connectors.OutcomeUnknownError{Reference: reference}
	for name, test := range map[string]struct {
		find    error
		filings int
	}{
		"it landed": {nil, 1}, "it did not": {&connectors.NotFoundError{What: "grievance"}, 2},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.file = func(call int) (connectors.Filed, error) {
				if call == 1 {
					return connectors.Filed{}, unknown
				}
				return filedAt(w.Now()), nil
			}
			w.find = func(int) (connectors.Filed, error) { return filedAt(noon), test.find }
			outcome := w.complain(t)
			require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone, Number: complaintNumber}, outcome)
			require.Equal(t, test.filings, w.called("file"))
			require.Contains(t, w.heard(), "grievance.kept")
		})
	}
}

func TestAnOfficerDecidesWhatCannotBeFoundOut(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	unknown := func(int) (connectors.Filed, error) {
		return connectors.Filed{}, &connectors.OutcomeUnknownError{Reference: reference}
	}
	w.file, w.find = unknown, unknown
	w.whenSaid("grievance.with_officer", func() {
		w.RegisterDelayedCallback(func() {
			w.SignalWorkflow(workflows.SignalOperatorDecide, workflows.OperatorDecision{Landed: true, Number: "BY-HAND-1"})
		}, time.Hour)
	})
	require.Equal(t, "BY-HAND-1", w.complain(t).Number)
	require.Equal(t, 1, w.called("file"))
}

func TestADuplicateThatIsOurOwnIsTheFiling(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.file = func(int) (connectors.Filed, error) {
		return connectors.Filed{}, &connectors.RefusedError{Code: connectors.RefusedDuplicate}
	}
	w.find = func(int) (connectors.Filed, error) { return filedAt(noon), nil }
	require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone, Number: complaintNumber}, w.complain(t))
}

func TestStoppingWhileItIsFiledTellsTheNumberOfWhatLanded(t *testing.T) {
	t.Parallel()
	for landed, ended := range map[bool]workflows.Stage{true: workflows.StageDone, false: workflows.StageCancelled} {
		w := newTown(t)
		w.file = func(int) (connectors.Filed, error) { return connectors.Filed{}, errDown }
		w.find = func(int) (connectors.Filed, error) {
			if landed {
				return filedAt(noon), nil
			}
			return connectors.Filed{}, &connectors.NotFoundError{What: "grievance"}
		}
		w.whenSaid("grievance.kept", w.citizenCancels)
		require.Equal(t, ended, w.complain(t).Ended, landed)
		require.Equal(t, 1, w.called("find"))
	}
}

func TestANumberThatComesLaterIsTold(t *testing.T) {
	t.Parallel()
	w := newTown(t)
	w.file = func(int) (connectors.Filed, error) { return connectors.Filed{Token: "tok-1", FiledAt: noon}, nil }
	w.find = func(call int) (connectors.Filed, error) {
		if call < 3 {
			return connectors.Filed{}, nil
		}
		return filedAt(noon), nil
	}
	require.Equal(t, complaintNumber, w.complain(t).Number)
	require.Equal(t, []string{"grievance.ask_file", "grievance.filed_token", "grievance.numbered"}, w.heard()[:3])
}
