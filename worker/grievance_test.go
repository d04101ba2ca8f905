package worker_test

import (
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/activities/paper"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/municipal"
	towntwin "github.com/jansetu/jansetu/connectors/municipal/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/upload"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// municipality is a hub with the towns' portal.
type municipality struct {
	*hub

	town  *towntwin.Twin
	terms workflows.Terms
}

func newMunicipality(t *testing.T) *municipality {
	t.Helper()
	m := &municipality{}
	m.hub = newHub(t, func(h *hub, config *worker.Config) {
		config.Portals["ap-towns"] = m.towns(t)
		config.Papers = paper.New(paper.Config{Store: h.store, Media: oneFile(t), Inspector: upload.NewInspector(upload.Limits{}, nil)})
		service, known := config.Catalog.Service("town-complaint")
		require.True(t, known)
		m.terms = workflows.TermsOf(service, catalog.QuietHours{}) // tests run at any hour
	})
	return m
}

func (m *municipality) towns(t *testing.T) *municipal.Connector {
	t.Helper()
	var err error
	m.town, err = towntwin.New(towntwin.Config{})
	require.NoError(t, err)
	server := httptest.NewServer(m.town)
	t.Cleanup(func() { server.Close(); require.NoError(t, m.town.Close()) })
	connector, err := municipal.Family{}.New(connectors.PortalConfig{
		Name: "ap-towns", Family: municipal.FamilyName, URL: server.URL,
		Settings:    map[string]string{municipal.SettingTenant: "ap", municipal.SettingSettle: "200ms"},
		Credentials: map[string]string{municipal.CredentialUsername: towntwin.Username, municipal.CredentialPassword: towntwin.Password},
		Budget:      connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
		Timeouts:    connectors.Timeouts{Attempt: 2 * time.Second, Total: 4 * time.Second},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return connector
}

// complain starts a complaint about a lamp, of a citizen of its own.
func (m *municipality) complain(t *testing.T, reference, place string) client.WorkflowRun {
	t.Helper()
	person, conversation := storetest.Person(t, m.store)
	storetest.Request(t, m.store, store.Request{
		Reference: reference, Person: person, Conversation: conversation, Service: "town-complaint", Kind: "grievance", Portal: "ap-towns",
	})
	run, err := m.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: reference, TaskQueue: workflows.HubTaskQueue},
		worker.WorkflowGrievance, workflows.RequestInput{
			Reference: reference, Person: person, Conversation: conversation, Service: "town-complaint", Kind: catalog.KindGrievance,
			Portal: "ap-towns", Language: "te", ConfirmedAt: time.Now(), Terms: m.terms,
			Answers: map[string]string{
				"problem": "వీధి దీపం వెలగట్లేదు", "town": "ap.vijayawada", "locality": "benz circle", "place": place, "details": "dark since Monday",
				"photo": "media-1", "name": "Sita Devi", "mobile": "9848012345",
			},
		})
	require.NoError(t, err)
	return run
}

// answers waits for a question and answers it.
func (m *municipality) answers(t *testing.T, reference, name string, answer workflows.Answer) {
	t.Helper()
	require.Eventually(t, func() bool {
		return m.store.Pool().QueryRow(t.Context(), `select id from question where request = $1 and state = 'open' and id like $2 order by id desc limit 1`,
			reference, reference+"/"+name+"-%").Scan(&answer.Question) == nil
	}, 40*time.Second, 20*time.Millisecond, "%s is asked %s", reference, name)
	answer.At = time.Now()
	require.NoError(t, m.store.CloseQuestions(t.Context(), reference)) // first: the answer may bring the next question
	require.NoError(t, m.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalAnswer, answer))
}

func chose(choice string) workflows.Answer { return workflows.Answer{Choice: choice} }

// look has the office looked at now, as an operator does, instead of in six hours.
func (m *municipality) look(t *testing.T, reference string) {
	t.Helper()
	require.NoError(t, m.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalOperatorRetry, nil))
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
	m.look(t, "AP-G1")
	require.Eventually(t, func() bool {
		return len(heardOf(m.messages(t), "సరైన కార్యాలయానికి")) == 1
	}, 20*time.Second, 20*time.Millisecond)
	m.town.ResolveWithPhoto(filed.Number)
	m.look(t, "AP-G1")
	m.answers(t, "AP-G1", "fixed", chose("not_fixed"))
	m.answers(t, "AP-G1", "still", chose("send_photo"))
	m.answers(t, "AP-G1", "photo", workflows.Answer{Value: "media-2"})
	m.await(t, "AP-G1", workflows.StageReopened)
	m.town.Resolve(filed.Number)
	m.look(t, "AP-G1")
	m.answers(t, "AP-G1", "fixed", chose("fixed"))
	m.answers(t, "AP-G1", "rating", chose("4"))

	var outcome workflows.GrievanceOutcome
	require.NoError(t, run.Get(t.Context(), &outcome))
	require.Equal(t, workflows.GrievanceOutcome{Ended: workflows.StageDone, Number: filed.Number, Reopened: 1}, outcome)
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
	require.NoError(t, m.temporal.SignalWorkflow(t.Context(), "AP-N3", "", workflows.SignalCancel, nil))
	m.answers(t, "AP-N3", "own", chose("leave"))
	far := m.complain(t, "AP-N4", "16.507200,80.648010") // 115 m away
	m.answers(t, "AP-N4", "confirm", chose("dont_file"))

	number := m.town.Complaints()[0].Number
	m.town.Resolve(number)
	m.look(t, "AP-N1")
	m.answers(t, "AP-N1", "fixed", chose("fixed"))
	m.answers(t, "AP-N1", "rating", chose("5"))
	for reference, want := range map[string]struct {
		run   client.WorkflowRun
		ended workflows.Stage
	}{
		"AP-N1": {first, workflows.StageDone}, "AP-N2": {joined, workflows.StageDone}, "AP-N3": {left, workflows.StageCancelled}, "AP-N4": {far, workflows.StageCancelled},
	} {
		var outcome workflows.GrievanceOutcome
		require.NoError(t, want.run.Get(t.Context(), &outcome))
		require.Equal(t, want.ended, outcome.Ended, reference)
	}
	require.Len(t, m.town.Complaints(), 1, "whoever joined has filed nothing")
	require.Len(t, heardOf(m.messages(t), "మీరు చేరిన ఫిర్యాదు ముగిసింది"), 1)
	var rows int
	require.NoError(t, m.store.Pool().QueryRow(t.Context(), `select (select count(*) from defect) + (select count(*) from defect_follower)`).Scan(&rows))
	require.Zero(t, rows)
	m.record(t, "AP-N2", "grievance_joined")
}
