package workflows_test

import (
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/workflows"
)

const neighbour = "AP-NEAR-0001"

// newNeighbour is a town in which somebody has reported the same, and the citizen joins them.
func newNeighbour(t *testing.T) *town {
	t.Helper()
	w := newTown(t)
	w.near = workflows.NearDefect{Defect: neighbour, Reports: 3}
	w.reply("grievance.near", "join")
	return w
}

// hears sends news of the complaint that was joined, each an hour after the other.
func (w *town) hears(news ...workflows.DefectNews) {
	for i, each := range news {
		each.Defect = neighbour
		w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalDefectNews, each) }, time.Duration(i+1)*time.Hour)
	}
}

func news(number int, what workflows.DefectWhat) workflows.DefectNews {
	return workflows.DefectNews{Number: number, What: what, Last: what == workflows.DefectFixed || what == workflows.DefectEnded}
}

func TestWhoJoinsFilesNothingAndHearsTheNews(t *testing.T) {
	t.Parallel()
	w := newNeighbour(t)
	moved := news(1, workflows.DefectMoved)
	moved.Officer = "Lighting"
	w.hears(moved, moved, news(2, workflows.DefectMoved), news(3, workflows.DefectOverdue), news(4, workflows.DefectReopened), news(5, workflows.DefectFixed))
	require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone}, w.complain(t))
	require.Zero(t, w.called("file"))
	require.Equal(t, []string{
		"grievance.near", "grievance.joined", "grievance.joined_moved", "grievance.joined_transferred", "grievance.joined_overdue",
		"grievance.joined_reopened", "grievance.joined_fixed",
	}, w.heard(), "the news that came twice are told once")
	require.Empty(t, w.news, "who joined tells nobody")
}

func TestHowManyHaveReportedItIsSaidAndNotWho(t *testing.T) {
	t.Parallel()
	for key, near := range map[catalog.TextKey]workflows.NearDefect{
		"grievance.near":     {Defect: neighbour, Reports: 3},
		"grievance.near_one": {Defect: neighbour, Reports: 1},
		"grievance.near_own": {Defect: neighbour, Reports: 1, Own: true},
	} {
		t.Run(string(key), func(t *testing.T) {
			t.Parallel()
			w := newTown(t)
			w.near = near
			w.reply(key, "file_own")
			require.Equal(t, workflows.StageDone, w.complain(t).Ended)
			require.Equal(t, string(key), w.heard()[0])
			require.Equal(t, 1, w.called("file"))
			require.Zero(t, w.called("follow"))
			for _, value := range w.asks[0].Message[0].Values {
				require.NotContains(t, value.Plain, neighbour)
			}
		})
	}
}

func TestWithoutALocationNobodyIsLookedFor(t *testing.T) {
	t.Parallel()
	w := newNeighbour(t)
	require.Equal(t, workflows.StageDone, w.complain(t, alone).Ended)
	require.Zero(t, w.called("near"))
	require.Zero(t, w.called("open"))
	require.Empty(t, w.news)
}

func TestWhatEndsInTheMomentOfJoiningIsFiledInstead(t *testing.T) {
	t.Parallel()
	w := newNeighbour(t)
	w.follows = false
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, 1, w.called("file"))
}

func TestWhoJoinedIsAskedWhetherItIsFixed(t *testing.T) {
	t.Parallel()
	for reply, test := range map[string]struct {
		filings int
		last    string
	}{
		"fixed": {0, "grievance.joined_thanks"}, "file_own": {1, "grievance.thanks"},
	} {
		t.Run(reply, func(t *testing.T) {
			t.Parallel()
			w := newNeighbour(t)
			w.hears(news(1, workflows.DefectResolved), news(2, workflows.DefectFixed))
			w.reply("grievance.joined_resolved", reply)
			require.Equal(t, workflows.StageDone, w.complain(t).Ended)
			require.Equal(t, test.filings, w.called("file"))
			require.Equal(t, 1, w.called("leave"))
			require.Equal(t, test.last, w.heard()[len(w.heard())-1])
		})
	}
}

func TestTheNextNewsSettleTheQuestionWhetherItIsFixed(t *testing.T) {
	t.Parallel()
	w := newNeighbour(t)
	w.hears(news(1, workflows.DefectResolved), news(2, workflows.DefectReopened), news(3, workflows.DefectFixed))
	require.Equal(t, workflows.StageDone, w.complain(t).Ended)
	require.Equal(t, []string{
		"grievance.near", "grievance.joined", "grievance.joined_resolved", "grievance.joined_reopened", "grievance.joined_fixed",
	}, w.heard())
}

func TestWhoJoinedMayLeave(t *testing.T) {
	t.Parallel()
	for reply, test := range map[string]struct {
		ended   workflows.Stage
		filings int
	}{
		"file_own": {workflows.StageDone, 1}, "leave": {workflows.StageCancelled, 0}, "": {workflows.StageCancelled, 0},
	} {
		t.Run("answer "+reply, func(t *testing.T) {
			t.Parallel()
			w := newNeighbour(t)
			if reply != "" {
				w.reply("grievance.left", reply)
			}
			w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalCancel, nil) }, time.Hour)
			w.RegisterDelayedCallback(func() {
				w.SignalWorkflow(workflows.SignalDefectNews, workflows.DefectNews{Defect: neighbour, Number: 9, What: workflows.DefectMoved})
			}, 2*time.Hour)
			require.Equal(t, test.ended, w.complain(t).Ended)
			require.Equal(t, test.filings, w.called("file"))
			require.Equal(t, 1, w.called("leave"))
			require.NotContains(t, w.heard(), "grievance.joined_transferred", "news of what was left are nobody's")
		})
	}
}

func TestAComplaintThatEndsUnfixedLeavesTheirOwnToThoseWhoJoined(t *testing.T) {
	t.Parallel()
	for reply, test := range map[string]struct {
		ended   workflows.Stage
		filings int
	}{"file_own": {workflows.StageDone, 1}, "leave": {workflows.StageCancelled, 0}} {
		t.Run(reply, func(t *testing.T) {
			t.Parallel()
			w := newNeighbour(t)
			w.hears(news(1, workflows.DefectEnded))
			w.reply("grievance.joined_ended", reply)
			require.Equal(t, test.ended, w.complain(t).Ended)
			require.Equal(t, test.filings, w.called("file"))
		})
	}
}

// Nobody waits for ever where the last news of a complaint never came.
func TestLostNewsAreNoticed(t *testing.T) {
	t.Parallel()
	w := newNeighbour(t)
	w.reply("grievance.joined_ended", "leave")
	w.RegisterDelayedCallback(func() { w.follows = false }, 10*24*time.Hour)
	require.Equal(t, workflows.StageCancelled, w.complain(t).Ended)
	require.Equal(t, 2, w.called("follows"))
}

func TestAnOfficerEndsWhatWasJoined(t *testing.T) {
	t.Parallel()
	w := newNeighbour(t)
	w.RegisterDelayedCallback(func() { w.SignalWorkflow(workflows.SignalOperatorCancel, workflows.OperatorAct{By: "o"}) }, time.Hour)
	require.Equal(t, workflows.StageCancelled, w.complain(t).Ended)
	require.Equal(t, 1, w.called("leave"))
}
