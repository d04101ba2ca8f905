package worker_test

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/client"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	apisetutwin "github.com/jansetu/jansetu/connectors/apisetu/twin"
	"github.com/jansetu/jansetu/connectors/landrecords"
	landrecordstwin "github.com/jansetu/jansetu/connectors/landrecords/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/worker"
	"github.com/jansetu/jansetu/workflows"
)

// quick is a portal whose twin is asked often and given up on soon.
func quick(name, family, url string, settings map[string]string) connectors.PortalConfig {
	return connectors.PortalConfig{
		Name: name, Family: family, URL: url, Settings: settings, Credentials: twins.Credentials(family),
		Budget:   connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8},
		Timeouts: connectors.Timeouts{Attempt: 2 * time.Second, Total: 4 * time.Second},
		Breaker:  connectors.Breaker{Failures: 5, OpenFor: time.Second, Probes: 1},
	}.WithDefaults()
}

// newLandHub is a hub whose land records are the family's twin over HTTP.
func newLandHub(t *testing.T) (*hub, landrecordstwin.Twin) {
	t.Helper()
	stand, err := landrecordstwin.New(landrecordstwin.Config{Wire: landrecordstwin.Meebhoomi})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	connector, err := landrecords.Family{}.New(quick("meebhoomi", landrecords.FamilyName, server.URL,
		map[string]string{landrecords.SettingWire: landrecords.WireMeebhoomi}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	return newHub(t, func(_ *hub, config *worker.Config) { config.Portals["meebhoomi"] = connector }), stand
}

// looks starts a request of a service as the catalog has it.
func (h *hub) looks(t *testing.T, reference, service string, answers map[string]string) client.WorkflowRun {
	t.Helper()
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	known, found := services.Service(service)
	require.True(t, found)
	storetest.Request(t, h.store, store.Request{Reference: reference, Person: h.person, Conversation: h.conversation, Language: "te"})
	run, err := h.temporal.ExecuteWorkflow(t.Context(), client.StartWorkflowOptions{ID: reference, TaskQueue: workflows.HubTaskQueue},
		worker.Types()[known.Kind], workflows.RequestInput{
			Reference: reference, Person: h.person, Conversation: h.conversation, Service: service, Department: known.Department, Kind: known.Kind,
			Portal: known.Portal.Name, Language: "te", ConfirmedAt: time.Now(), Terms: workflows.TermsOf(known, catalog.QuietHours{}), Answers: answers,
		})
	require.NoError(t, err)
	return run
}

// asked waits for a question of the request whose id begins so, and answers it.
func (h *hub) asked(t *testing.T, reference, name string, answer workflows.Answer) {
	t.Helper()
	require.Eventually(t, func() bool {
		err := h.store.Pool().QueryRow(t.Context(), `select id from question where request = $1 and id like $2 and state = 'open'`,
			reference, reference+"/"+name+"%").Scan(&answer.Question)
		return err == nil
	}, 40*time.Second, 20*time.Millisecond, "the question %s", name)
	answer.At = time.Now()
	require.NoError(t, h.temporal.SignalWorkflow(t.Context(), reference, "", workflows.SignalAnswer, answer))
}

func recordOutcome(t *testing.T, run client.WorkflowRun) (result workflows.RecordOutcome) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, run.Get(ctx, &result))
	return result
}

func TestALandRecordComesInThePortalsWordsAlthoughItWasDown(t *testing.T) {
	t.Parallel()
	h, stand := newLandHub(t)
	require.NoError(t, stand.Dial().Set(twin.Fault{Kind: twin.ServerError, Times: 2}))
	run := h.looks(t, "AP-R1", "land-record-1b", map[string]string{
		"district": "Guntur", "mandal": "Tadikonda", "village": "నల్లచెరువు", "khata": "102",
	})
	h.asked(t, "AP-R1", "choose", workflows.Answer{Choice: "1"}) // half a name may be another village's
	result := recordOutcome(t, run)
	require.Equal(t, workflows.StageDone, result.Ended)
	document, err := h.store.Document(t.Context(), result.Document)
	require.NoError(t, err)
	text := pdftest.Text(t, document.Content)
	for _, words := range []string{"1-బి: 102", "షేక్ మస్తాన్ వలీ", "12-2", "12-4", "తాడికొండ", "It is not a certified copy", "AP-R1"} {
		require.Contains(t, text, words)
	}
	sent := h.messages(t)
	require.Equal(t, result.Document, sent[len(sent)-1].Document.ID)
	for _, each := range sent {
		require.NoError(t, bubble.Validate(each))
	}
	h.record(t, "AP-R1", "record_extracted")
}

func TestOfTheSubDivisionsOfASurveyNumberOneIsChosen(t *testing.T) {
	t.Parallel()
	h, _ := newLandHub(t)
	run := h.looks(t, "AP-R2", "adangal", map[string]string{
		"district": "గుంటూరు", "mandal": "తాడికొండ", "village": "నల్లచెరువుపాలెం", "survey": "12", "fasli": "1436",
	})
	h.asked(t, "AP-R2", "match", workflows.Answer{Choice: "2"})
	result := recordOutcome(t, run)
	require.Equal(t, workflows.StageDone, result.Ended)
	document, err := h.store.Document(t.Context(), result.Document)
	require.NoError(t, err)
	text := pdftest.Text(t, document.Content)
	require.Contains(t, text, "12-3")
	require.NotContains(t, text, "12-4")
	h.record(t, "AP-R2", "record_chosen")
}

func TestADocumentIsPulledWithTheCitizensConsentByteForByte(t *testing.T) {
	t.Parallel()
	stand, err := apisetutwin.New(apisetutwin.Config{
		APIKey: twins.Credentials(apisetu.FamilyName)[apisetu.CredentialAPIKey], ClientID: twins.Credentials(apisetu.FamilyName)[apisetu.CredentialClientID],
	})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	connector, err := apisetu.Family{}.New(quick("apisetu", apisetu.FamilyName, server.URL, map[string]string{apisetu.SettingConsent: "required"}))
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	h := newHub(t, func(_ *hub, config *worker.Config) { config.Portals["apisetu"] = connector })

	run := h.looks(t, "AP-R3", "class-ten-marksheet", map[string]string{"roll_number": "1100044", "exam_year": "2019", "full_name": "Ananya Deshpande"})
	h.asked(t, "AP-R3", "consent", workflows.Answer{Choice: "agree"})
	result := recordOutcome(t, run)
	require.Equal(t, workflows.StageDone, result.Ended)
	document, err := h.store.Document(t.Context(), result.Document)
	require.NoError(t, err)
	direct, err := connector.Extract(t.Context(), connectors.RecordQuery{
		Service: "cbse/sscer", Fields: map[string]string{"rollno": "1100044"}, Consent: []byte(`{"consent":{"consentId":"7d444840-9dc0-11d1-b245-5ffdce74fad2"},"signature":{"signature":"x"}}`),
	})
	require.NoError(t, err)
	require.Equal(t, direct.Document.Content, document.Content, "the issuer's file as it is")
	for _, pulled := range stand.Pulled() {
		require.True(t, pulled.Consent, "nothing was asked for without consent")
	}
	var kept int
	require.NoError(t, h.store.Pool().QueryRow(t.Context(), `select count(*) from document where request = 'AP-R3' and kind = 'consent'`).Scan(&kept))
	require.Equal(t, 1, kept)
	require.True(t, strings.HasSuffix(document.Filename, ".pdf"))
	h.record(t, "AP-R3", "record_consent")
}
