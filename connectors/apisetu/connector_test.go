package apisetu_test

import (
	"bytes"
	"encoding/json"
	"net/http"
	"os"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/apisetu"
	standin "github.com/jansetu/jansetu/connectors/apisetu/twin"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func november() time.Time { return time.Date(2026, 11, 22, 10, 0, 0, 0, connectors.IndianTime) }

func credentials() map[string]string {
	return map[string]string{apisetu.CredentialAPIKey: standin.APIKey, apisetu.CredentialClientID: standin.ClientID}
}

func newTwin(t testing.TB, config standin.Config) *standin.Twin {
	t.Helper()
	made, err := standin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func connect(t testing.TB, handler http.Handler, settings map[string]string) *apisetu.Connector {
	t.Helper()
	return conformance.Connect(t, handler, apisetu.Family{Clock: november}.New, connectors.PortalConfig{
		Name: "apisetu", Settings: settings, Credentials: credentials(),
	})
}

func rationCard() connectors.RecordQuery {
	return connectors.RecordQuery{
		Service: "aharakar/ratcr",
		Fields:  map[string]string{"rationCardNo": "BGK00125701", "FullName": "Savitri Gowda"},
	}
}

func TestPDFComesByteForByte(t *testing.T) {
	t.Parallel()
	record, err := connect(t, newTwin(t, standin.Config{}), nil).Extract(t.Context(), rationCard())
	require.NoError(t, err)
	require.Equal(t, "RATCR", record.Title)
	require.Empty(t, record.Fields)
	require.Equal(t, "application/pdf", record.Document.MIMEType)
	require.Equal(t, "ratcr.pdf", record.Document.Filename)
	require.True(t, bytes.HasPrefix(record.Document.Content, []byte("%PDF-1.4")))
	require.Contains(t, string(record.Document.Content), "Savitri Gowda")
}

func TestXMLAndJSONAreReadAsLabelsAndValues(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"xml", "json"} {
		t.Run(format, func(t *testing.T) {
			t.Parallel()
			record, err := connect(t, newTwin(t, standin.Config{}), nil).Extract(t.Context(), connectors.RecordQuery{
				Service: "cbse/sscer/" + format, Fields: map[string]string{"regno": "1100044"},
			})
			require.NoError(t, err)
			require.Equal(t, "Class X Marksheet", record.Title)
			require.Equal(t, "1100044", record.Document.Number)
			require.Equal(t, "application/"+format, record.Document.MIMEType)
			require.Contains(t, record.Fields, connectors.RecordField{Label: "Organization name", Value: "Central Board of Secondary Education"})
			require.Contains(t, values(record.Fields, 0), "Ananya Deshpande")
			require.Contains(t, values(record.Fields, 2), "MATHEMATICS")
			require.Contains(t, values(record.Fields, 2), "91")
		})
	}
}

func values(fields []connectors.RecordField, group int) []string {
	var found []string
	for _, field := range fields {
		if field.Group == group {
			found = append(found, field.Value)
		}
	}
	return found
}

func TestCertificateOfTheSchemaIsReadInOrder(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("testdata/sscer.xml")
	require.NoError(t, err)
	record, err := connect(t, answering(page), nil).Extract(t.Context(), connectors.RecordQuery{Service: "cbse/sscer/xml"})
	require.NoError(t, err)
	require.Equal(t, "Secondary School Certificate", record.Title)
	require.Equal(t, page, record.Document.Content)
	field := func(label, value string, group int) connectors.RecordField {
		return connectors.RecordField{Label: label, Value: value, Group: group}
	}
	require.Subset(t, record.Fields, []connectors.RecordField{
		field("number", "1100044", 0), field("Person name", "Ananya Deshpande", 0),
		field("Performance cgpa", "9.2", 0), field("Subject name", "ENGLISH", 1), field("Subject marksTotal", "87", 1),
		field("Subject name", "MATHEMATICS", 2), field("Remark", "Café day", 0),
	})
	for _, read := range record.Fields {
		require.NotEmpty(t, read.Value, "blanks of the schema say nothing: %s", read.Label)
	}
}

func answering(body []byte) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "application/octet-stream") // says nothing of the charset
		_, _ = w.Write(body)
	})
}

func TestWhatIsRefusedAndWhatIsNotThere(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		change func(*connectors.RecordQuery)
		class  connectors.Class
		field  string
	}{
		"unknown number":    {func(q *connectors.RecordQuery) { q.Fields["rationCardNo"] = "BGK999" }, connectors.ClassNotFound, ""},
		"another name":      {func(q *connectors.RecordQuery) { q.Fields["FullName"] = "Somebody Else" }, connectors.ClassNotFound, ""},
		"malformed number":  {func(q *connectors.RecordQuery) { q.Fields = map[string]string{"rationCardNo": "<1>"} }, connectors.ClassInputRejected, "rationCardNo"},
		"nothing sent":      {func(q *connectors.RecordQuery) { q.Fields = nil }, connectors.ClassInputRejected, ""},
		"no such route":     {func(q *connectors.RecordQuery) { q.Service = "aharakar/nosuch" }, connectors.ClassChanged, ""},
		"consent not JSON":  {func(q *connectors.RecordQuery) { q.Consent = []byte("yes") }, connectors.ClassInputRejected, apisetu.FieldConsent},
		"consent misshapen": {func(q *connectors.RecordQuery) { q.Consent = []byte("{}") }, connectors.ClassInputRejected, apisetu.FieldConsent},
	}
	connector := connect(t, newTwin(t, standin.Config{}), nil)
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			asked := rationCard()
			test.change(&asked)
			_, err := connector.Extract(t.Context(), asked)
			require.Equal(t, test.class, connectors.ClassOf(err), "%v", err)
			var rejected *connectors.InputRejectedError
			if test.class == connectors.ClassInputRejected {
				require.ErrorAs(t, err, &rejected)
				require.Equal(t, test.field, rejected.Field)
			}
			require.NotContains(t, err.Error(), "Savitri")
		})
	}
}

func TestTroublesOfTheGatewayAndItsPublishers(t *testing.T) {
	t.Parallel()
	for kind, class := range map[twin.Kind]connectors.Class{
		standin.PublisherNonsense: connectors.ClassUnavailable, standin.PublisherDown: connectors.ClassUnavailable,
		standin.PublisherSilent: connectors.ClassUnavailable, standin.KeyRevoked: connectors.ClassChanged,
		standin.CutDocument: connectors.ClassUnavailable, standin.PageAsDocument: connectors.ClassChanged,
	} {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			stand := newTwin(t, standin.Config{})
			require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
			_, err := connect(t, stand, nil).Extract(t.Context(), rationCard())
			require.Equal(t, class, connectors.ClassOf(err), "%v", err)
		})
	}
}

func TestUniformErrorWithStatus200IsAnError(t *testing.T) {
	t.Parallel()
	body := []byte(`{"error":"record_not_found","errorDescription":"No record found"}`)
	_, err := connect(t, answering(body), nil).Extract(t.Context(), connectors.RecordQuery{Service: "cbse/sscer/json"})
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
}

func TestConsentIsSignedAndAccepted(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, map[string]string{apisetu.SettingConsent: "required"})
	asked := rationCard()
	_, err := connector.Extract(t.Context(), asked)
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err))
	require.Empty(t, stand.Pulled(), "nothing is sent without consent")

	consent := apisetu.Consent{
		At: november(), From: november(), To: november().Add(time.Hour), Consumer: standin.ClientID, Provider: "aharakar",
		Data: "RATCR", Purpose: "Show the ration card on WhatsApp", IDType: "MOBILE", Mobile: "9000000001",
	}
	var signed []byte
	asked.Consent, err = consent.Artefact(func(text []byte) (string, error) {
		signed = text
		return "c2ln", nil
	})
	require.NoError(t, err)
	var written struct{ Consent json.RawMessage }
	require.NoError(t, json.Unmarshal(asked.Consent, &written))
	require.Equal(t, string(signed), string(written.Consent))
	_, err = connector.Extract(t.Context(), asked)
	require.NoError(t, err)
	require.True(t, stand.Pulled()[0].Consent)
	_, err = apisetu.Consent{}.Artefact(nil)
	require.ErrorContains(t, err, "purpose")
}

func TestOpenRefusesWhatCannotWork(t *testing.T) {
	t.Parallel()
	registry, err := connectors.NewRegistry(apisetu.Family{})
	require.NoError(t, err)
	config := connectors.PortalConfig{Name: "p", Family: apisetu.FamilyName, URL: "http://127.0.0.1:1"}
	_, err = registry.Open(config)
	require.ErrorContains(t, err, "credentials")
	config.Credentials = credentials()
	config.Settings = map[string]string{apisetu.SettingConsent: "perhaps"}
	_, err = registry.Open(config)
	require.ErrorContains(t, err, "consent")
}

// Whatever the gateway answers, it is a document or one of the classes, never a
// fault of ours.
func FuzzExtract(f *testing.F) {
	page, err := os.ReadFile("testdata/sscer.xml")
	require.NoError(f, err)
	f.Add("xml", page)
	f.Add("json", []byte(`{"name":"N","number":7,"IssuedTo":{"Person":{"name":"A"}},"rows":[{"a":1},[2]]}`))
	f.Add("pdf", []byte("%PDF-1.4\n%%EOF"))
	f.Add("json", []byte(`{"error":"invalid_parameter"}`))
	f.Add("xml", []byte(strings.Repeat("<Certificate>", 40)))
	var body atomic.Value
	connector := connect(f, http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer, _ := body.Load().([]byte)
		_, _ = w.Write(answer)
	}), nil)
	f.Fuzz(func(t *testing.T, format string, answer []byte) {
		if format != "xml" && format != "json" {
			format = "pdf"
		}
		body.Store(answer)
		record, err := connector.Extract(t.Context(), connectors.RecordQuery{Service: "cbse/sscer/" + format})
		if err != nil {
			require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
			return
		}
		require.Len(t, record.Document.Content, len(answer))
		require.NotEmpty(t, record.Title)
	})
}
