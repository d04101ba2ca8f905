package worker_test

import (
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	towntwin "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// municipality is a hub with the towns' portal.
type municipality struct {
	*hub

	town *towntwin.Twin
}

func newMunicipality(t *testing.T) *municipality {
	t.Helper()
	connector, town := towns(t)
	return &municipality{town: town, hub: newHub(t, func(h *hub, config *worker.Config) {
		config.Portals["ap-towns"] = connector
		checksPapers(t, h, config)
	})}
}

// complain starts a complaint about a lamp, of a citizen of its own.
func (m *municipality) complain(t *testing.T, reference, place string) client.WorkflowRun {
	t.Helper()
	m.addCitizen(t)
	return m.wants(t, reference, "town-complaint", map[string]string{
		"problem": "వీధి దీపం వెలగట్లేదు", "town": "ap.vijayawada", "locality": "benz circle", "place": place, "details": "dark since Monday",
		"photo": "media-1", "name": "Sita Devi", "mobile": mobile,
	})
}

// heardOf are the texts of one request that contain some words.
func heardOf(sent []bubble.Bubble, words string) (found []bubble.Bubble) {
	for _, each := range sent {
		if strings.Contains(each.Text, words) {
			found = append(found, each)
		}
	}
	return found
}

func TestAComplaintIsFiledOnceReopenedAndFixed(t *testing.T) {
	t.Parallel()
	m := newMunicipality(t)
	require.NoError(t, m.town.Faults.Set(twin.Fault{Kind: twin.ResponseLost, Operation: towntwin.Create, Times: 1}))
	run := m.complain(t, "AP-G1", "16.506170,80.648010")
	m.answers(t, "AP-G1", "confirm", chose("file"))
	m.await(t, "AP-G1", workflows.StageInProgress)
	filed := m.town.Complaints()[0]
	require.Equal(t, "ap.vijayawada StreetLightNotWorking AP-G1", filed.Tenant+" "+filed.Code+" "+filed.Reference)
	require.Equal(t, 1, filed.Files)

	m.town.Transfer(filed.Number, "Of the electricity company")
	m.looksNow(t, "AP-G1")
	require.Eventually(t, func() bool {
		return len(heardOf(m.messages(t), "సరైన కార్యాలయానికి")) == 1
	}, 20*time.Second, 20*time.Millisecond)
	m.town.ResolveWithPhoto(filed.Number)
	m.looksNow(t, "AP-G1")
	m.answers(t, "AP-G1", "fixed", chose("not_fixed"))
	m.answers(t, "AP-G1", "still", chose("send_photo"))
	m.answers(t, "AP-G1", "photo", typed("media-2"))
	m.await(t, "AP-G1", workflows.StageReopened)
	m.town.Resolve(filed.Number)
	m.looksNow(t, "AP-G1")
	m.answers(t, "AP-G1", "fixed", chose("fixed"))
	m.answers(t, "AP-G1", "rating", chose("4"))

	require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone, Number: filed.Number, Reopened: 1}, outcomeOf[workflows.GrievanceOutcome](t, run))
	require.Zero(t, m.town.DoubleComplaints())
	require.Equal(t, "CLOSEDAFTERRESOLUTION", m.town.Complaints()[0].Status)
	resolved := heardOf(m.messages(t), "పని అయిందని")
	require.Len(t, resolved, 2)
	require.NotNil(t, resolved[0].Picture, "the department's photo")
	require.Nil(t, resolved[1].Picture)
	for _, each := range m.messages(t) {
		require.NoError(t, bubble.Validate(each))
	}
	m.record(t, "AP-G1", "grievance_reopened")
}

func TestNeighboursJoinAndHearTheNewsOnce(t *testing.T) {
	t.Parallel()
	m := newMunicipality(t)
	first := m.complain(t, "AP-N1", "16.506170,80.648010")
	m.answers(t, "AP-N1", "confirm", chose("file"))
	m.await(t, "AP-N1", workflows.StageInProgress)
	require.Eventually(t, func() bool {
		var open int
		return m.store.Pool().QueryRow(t.Context(), `select count(*) from defect`).Scan(&open) == nil && open == 1
	}, 20*time.Second, 20*time.Millisecond)

	joined := m.complain(t, "AP-N2", "16.506400,80.648100") // 27 m away
	m.answers(t, "AP-N2", "near", chose("join"))
	m.await(t, "AP-N2", workflows.StageJoined)
	left := m.complain(t, "AP-N3", "16.506170,80.648010")
	m.answers(t, "AP-N3", "near", chose("join"))
	m.await(t, "AP-N3", workflows.StageJoined)
	m.cancels(t, "AP-N3")
	m.answers(t, "AP-N3", "own", chose("leave"))
	far := m.complain(t, "AP-N4", "16.507200,80.648010") // 115 m away
	m.answers(t, "AP-N4", "confirm", chose("dont_file"))

	number := m.town.Complaints()[0].Number
	m.town.Resolve(number)
	m.looksNow(t, "AP-N1")
	m.answers(t, "AP-N1", "fixed", chose("fixed"))
	m.answers(t, "AP-N1", "rating", chose("5"))
	for reference, want := range map[string]struct {
		run   client.WorkflowRun
		ended workflows.Stage
	}{
		"AP-N1": {first, workflows.StageDone}, "AP-N2": {joined, workflows.StageDone}, "AP-N3": {left, workflows.StageCancelled}, "AP-N4": {far, workflows.StageCancelled},
	} {
		require.Equal(t, want.ended, outcomeOf[workflows.GrievanceOutcome](t, want.run).Ended, reference)
	}
	require.Len(t, m.town.Complaints(), 1, "whoever joined has filed nothing")
	require.Len(t, heardOf(m.messages(t), "మీరు చేరిన ఫిర్యాదు ముగిసింది"), 1)
	var rows int
	require.NoError(t, m.store.Pool().QueryRow(t.Context(), `select (select count(*) from defect) + (select count(*) from defect_follower)`).Scan(&rows))
	require.Zero(t, rows)
	m.record(t, "AP-N2", "grievance_joined")
}
