package meebhoomi_test

import (
	"net/http"
	"os"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/landrecords/meebhoomi"
	standin "github.com/jansetu/jansetu/connectors/landrecords/meebhoomi/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/twin"
)

func connect(t testing.TB, handler http.Handler) *meebhoomi.Connector {
	t.Helper()
	return conformance.Connect(t, handler, func(config connectors.PortalConfig) (*meebhoomi.Connector, error) {
		return meebhoomi.New(config, portal.Options{})
	}, connectors.PortalConfig{Name: "land", Credentials: credentials()})
}

func answering(status int, body string) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "text/xml; charset=utf-8")
		w.WriteHeader(status)
		_, _ = w.Write([]byte(body))
	})
}

func recorded(t testing.TB, name string) string {
	t.Helper()
	text, err := os.ReadFile("testdata/" + name)
	require.NoError(t, err)
	return string(text)
}

// values collects what a label says in each row.
func values(record connectors.Record, label string) []string {
	var found []string
	for _, field := range record.Fields {
		if field.Label == label {
			found = append(found, field.Value)
		}
	}
	return found
}

func TestRecordedAdangalIsReadInAll35Columns(t *testing.T) {
	t.Parallel()
	connector := connect(t, answering(http.StatusOK, recorded(t, "adangal.xml")))
	record, err := connector.Extract(t.Context(), query("Adangal", "12-1"))
	require.NoError(t, err)
	require.Equal(t, "అడంగల్: 12-1", record.Title)
	require.Len(t, record.Fields, 35)
	require.Equal(t, connectors.RecordField{Label: "జిల్లా", Value: "గుంటూరు"}, record.Fields[0])
	require.Equal(t, connectors.RecordField{Label: "నవీకరించిన తేదీ", Value: "02/11/2026", Group: 1}, record.Fields[34])
	require.Equal(t, []string{"కొల్లి వెంకటేశ్వర్లు & సోదరులు"}, values(record, "పట్టాదారు పేరు"), "entities are undone")
}

func TestColumnsWithoutValueAreLeftOut(t *testing.T) {
	t.Parallel()
	record, err := connect(t, newTwin(t, standin.Config{})).Extract(t.Context(), query("ROR", "104"))
	require.NoError(t, err)
	require.Empty(t, values(record, "తండ్రి/భర్త పేరు"))
	require.Equal(t, []string{"బండి అంకమ్మ"}, values(record, "పట్టాదారు పేరు"))
}

func TestSearchNamesTheRecordsBehindANumber(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	khatas, err := connector.Search(t.Context(), query("ROR", "102"))
	require.NoError(t, err)
	require.Equal(t, []connectors.RecordMatch{{ID: "102", Title: "102 షేక్ మస్తాన్ వలీ", Detail: "12-2, 12-3, 12-4"}}, khatas)

	parts, err := connector.Search(t.Context(), query("Adangal", "12"))
	require.NoError(t, err)
	require.Len(t, parts, 4)
	asked := query("Adangal", "12")
	asked.Record = parts[2].ID
	record, err := connector.Extract(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, []string{"12-3"}, values(record, "సర్వే నెంబరు"))
}

func TestEnjoyerIsShownBesideTheHolder(t *testing.T) {
	t.Parallel()
	record, err := connect(t, newTwin(t, standin.Config{})).Extract(t.Context(), query("Adangal", "14"))
	require.NoError(t, err)
	require.Equal(t, []string{"మేకల ఏసుబాబు"}, values(record, "అనుభవదారు పేరు"))
	require.Equal(t, []string{"కౌలు"}, values(record, "అనుభవ స్వభావం"))
}

func TestAnswersAreCheckedBeforeTheyAreSent(t *testing.T) {
	t.Parallel()
	var calls atomic.Int32
	connector := connect(t, http.HandlerFunc(func(http.ResponseWriter, *http.Request) { calls.Add(1) }))
	for field, value := range map[string]string{"Dcode": "", "Mcode": "x", "VCode": "12345", "KhataNo": "12 or 1=1"} {
		_, err := connector.Extract(t.Context(), with(query("ROR", "101"), field, value))
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected)
		require.Equal(t, field, rejected.Field)
	}
	for field, value := range map[string]string{"sur_No": "</sur_No>", "year": "26"} {
		_, err := connector.Search(t.Context(), with(query("Adangal", "12"), field, value))
		require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err))
	}
	_, err := connector.Choices(t.Context(), "ROR", "Mcode", nil)
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err), "a district comes first")
	require.Zero(t, calls.Load())
}

func TestFaultsOfTheService(t *testing.T) {
	t.Parallel()
	for kind, class := range map[twin.Kind]connectors.Class{
		standin.ServerFault: connectors.ClassUnavailable, standin.FaultWith200: connectors.ClassUnavailable,
		standin.AccountLocked: connectors.ClassChanged,
	} {
		stand := newTwin(t, standin.Config{})
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		_, err := connect(t, stand).Extract(t.Context(), query("ROR", "101"))
		require.Equal(t, class, connectors.ClassOf(err), "%s: %v", kind, err)
	}
	stand := newTwin(t, standin.Config{UserID: "hub", Password: "another"})
	_, err := connect(t, stand).Extract(t.Context(), query("ROR", "101"))
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "wrong credentials are ours to mend: %v", err)
	require.NotContains(t, err.Error(), secret)
}

func TestAnswersThatAreNoDataSetAreChanged(t *testing.T) {
	t.Parallel()
	const head, tail = `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body>`, `</s:Body></s:Envelope>`
	for name, body := range map[string]string{
		"a string":          head + `<GetMeebhoomiRORDetailsResponse><GetMeebhoomiRORDetailsResult>101</GetMeebhoomiRORDetailsResult></GetMeebhoomiRORDetailsResponse>` + tail,
		"another operation": head + `<PingResponse/>` + tail,
		"rows of another":   head + `<GetMeebhoomiRORDetailsResponse><GetMeebhoomiRORDetailsResult><diffgram><NewDataSet><Table><X>1</X></Table></NewDataSet></diffgram></GetMeebhoomiRORDetailsResult></GetMeebhoomiRORDetailsResponse>` + tail,
		"a page":            `<html><body><form id="login"/></body></html>`,
		"an entity bomb":    `<!DOCTYPE a [<!ENTITY b "bb">]>` + head + `&b;` + tail,
	} {
		_, err := connect(t, answering(http.StatusOK, body)).Extract(t.Context(), query("ROR", "101"))
		require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err), "%s: %v", name, err)
	}
}

func FuzzExtract(f *testing.F) {
	f.Add(recorded(f, "adangal.xml"))
	f.Add(`<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><s:Fault><faultcode>x</faultcode></s:Fault></s:Body></s:Envelope>`)
	var body atomic.Value
	connector := connect(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer, _ := body.Load().(string)
		_, _ = w.Write([]byte(answer))
	}))
	f.Fuzz(func(t *testing.T, answer string) {
		body.Store(answer)
		record, err := connector.Extract(t.Context(), query("Adangal", "12-1"))
		if err != nil {
			require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
			return
		}
		require.NotEmpty(t, record.Title)
		require.NotEmpty(t, record.Fields)
	})
}
