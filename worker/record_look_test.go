package worker_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	apisetutwin "github.com/jansetu/jansetu/connectors/apisetu/twin"
	"github.com/jansetu/jansetu/connectors/landrecords"
	landrecordstwin "github.com/jansetu/jansetu/connectors/landrecords/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/workflows"
)

// newLandHub is a hub whose land records are the family's twin over HTTP.
func newLandHub(t *testing.T) (*hub, landrecordstwin.Twin) {
	t.Helper()
	stand, err := landrecordstwin.New(landrecordstwin.Config{Wire: landrecordstwin.Meebhoomi})
	require.NoError(t, err)
	connector := connect(t, stand, landrecords.Family{}.New, quick("meebhoomi", landrecords.FamilyName,
		map[string]string{landrecords.SettingWire: landrecords.WireMeebhoomi}))
	return newPortalHub(t, "meebhoomi", connector), stand
}

func TestALandRecordComesInThePortalsWordsAlthoughItWasDown(t *testing.T) {
	t.Parallel()
	h, stand := newLandHub(t)
	require.NoError(t, stand.Dial().Set(twin.Fault{Kind: twin.ServerError, Times: 2}))
	run := h.wants(t, "AP-R1", "land-record-1b", map[string]string{
		"district": "Guntur", "mandal": "Tadikonda", "village": "నల్లచెరువు", "khata": "102",
	})
	h.answers(t, "AP-R1", "choose", chose("1")) // half a name may be another village's
	result := outcomeOf[workflows.RecordOutcome](t, run)
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
	run := h.wants(t, "AP-R2", "adangal", map[string]string{
		"district": "గుంటూరు", "mandal": "తాడికొండ", "village": "నల్లచెరువుపాలెం", "survey": "12", "fasli": "1436",
	})
	h.answers(t, "AP-R2", "match", chose("2"))
	result := outcomeOf[workflows.RecordOutcome](t, run)
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
	connector := connect(t, stand, apisetu.Family{}.New, quick("apisetu", apisetu.FamilyName, map[string]string{apisetu.SettingConsent: "required"}))
	h := newPortalHub(t, "apisetu", connector)

	run := h.wants(t, "AP-R3", "class-ten-marksheet", map[string]string{"roll_number": "1100044", "exam_year": "2019", "full_name": "Ananya Deshpande"})
	h.answers(t, "AP-R3", "consent", chose("agree"))
	result := outcomeOf[workflows.RecordOutcome](t, run)
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
