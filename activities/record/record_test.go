package record_test

import (
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"
	"go.temporal.io/sdk/testsuite"

	"github.com/jansetu/jansetu/activities/document"
	"github.com/jansetu/jansetu/activities/record"
	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/landrecords"
	standin "github.com/jansetu/jansetu/connectors/landrecords/twin"
	"github.com/jansetu/jansetu/connectors/twin"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/pdf/pdftest"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// office is the activities on real PostgreSQL, with the family's twin over HTTP.
type office struct {
	*testsuite.TestActivityEnvironment
	*record.Activities

	store *store.Store
	stand standin.Twin
}

func newOffice(t *testing.T) *office {
	t.Helper()
	stand, err := standin.New(standin.Config{Wire: standin.Meebhoomi})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	connector, err := landrecords.Family{}.New(connectors.PortalConfig{
		Name: "meebhoomi", Family: landrecords.FamilyName, URL: server.URL, Settings: map[string]string{landrecords.SettingWire: landrecords.WireMeebhoomi},
		Budget: connectors.Budget{RequestsPerSecond: 100, Burst: 100, Concurrent: 8}, Timeouts: connectors.Timeouts{Attempt: 10 * time.Second, Total: 20 * time.Second},
	}.WithDefaults())
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, connector.Close()) })
	services, err := catalog.Load(deploy.Files, "andhra")
	require.NoError(t, err)
	suite := testsuite.WorkflowTestSuite{}
	o := &office{TestActivityEnvironment: suite.NewTestActivityEnvironment(), store: storetest.Store(t), stand: stand}
	o.Activities = record.New(record.Config{
		Connector: connector, Services: services, Documents: o.store, Layout: document.NewExtracts(services, nil).LayOut, Now: time.Now,
	})
	o.RegisterActivity(o.Activities)
	person, conversation := storetest.Person(t, o.store)
	storetest.Request(t, o.store, store.Request{Reference: "R1", Person: person, Conversation: conversation, Language: "hi"})
	return o
}

func at(khata string) workflows.RecordAt {
	return workflows.RecordAt{
		To: workflows.Recipient{Reference: "R1", Language: "hi"}, Service: "land-record-1b",
		Fields: map[string]string{"Dcode": "9", "Mcode": "4", "VCode": "1", "KhataNo": khata},
	}
}

// ask runs an activity and reads its answer, or the failure that it told.
func ask[T any](t *testing.T, o *office, activity any, input workflows.RecordAt) (result T, class connectors.Class) {
	t.Helper()
	value, err := o.ExecuteActivity(activity, input)
	if err != nil {
		var told *temporal.ApplicationError
		require.ErrorAs(t, err, &told)
		return result, connectors.Class(told.Type())
	}
	require.NoError(t, value.Get(&result))
	return result, connectors.ClassOK
}

func TestARecordIsKeptAsAPaperInTheCitizensLanguageAndThePortalsWords(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	matches, class := ask[[]connectors.RecordMatch](t, o, o.SearchRecords, at("102"))
	require.Equal(t, connectors.ClassOK, class)
	require.Len(t, matches, 1)
	input := at("102")
	input.Record = matches[0].ID
	extracted, class := ask[workflows.ExtractedRecord](t, o, o.ExtractRecord, input)
	require.Equal(t, connectors.ClassOK, class)
	require.False(t, extracted.Official)
	kept, err := o.store.Document(t.Context(), extracted.Document.ID)
	require.NoError(t, err)
	require.Equal(t, "Record-R1.pdf", kept.Filename)
	text := pdftest.Text(t, kept.Content)
	for _, words := range []string{"షేక్ మస్తాన్ వలీ", "12-2", "12-3", "12-4", "यह प्रमाणित प्रति नहीं है"} {
		require.Contains(t, text, words)
	}
}

func TestARecordOfManyRowsGoesOnOverPages(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	extracted, class := ask[workflows.ExtractedRecord](t, o, o.ExtractRecord, at("105"))
	require.Equal(t, connectors.ClassOK, class)
	kept, err := o.store.Document(t.Context(), extracted.Document.ID)
	require.NoError(t, err)
	text := pdftest.Text(t, kept.Content)
	require.Contains(t, text, "30-1")
	require.Contains(t, text, "30-40")
}

func TestFailuresAreToldByTheirClass(t *testing.T) {
	t.Parallel()
	o := newOffice(t)
	_, class := ask[[]connectors.RecordMatch](t, o, o.SearchRecords, at("999"))
	require.Equal(t, connectors.ClassNotFound, class)
	_, class = ask[[]connectors.RecordMatch](t, o, o.SearchRecords, at("not a number"))
	require.Equal(t, connectors.ClassInputRejected, class)
	gone := at("102")
	gone.Service = "gone"
	_, class = ask[[]connectors.RecordMatch](t, o, o.SearchRecords, gone)
	require.Equal(t, connectors.ClassChanged, class)
	require.NoError(t, o.stand.Dial().Set(twin.Fault{Kind: twin.ServerError}))
	_, class = ask[workflows.ExtractedRecord](t, o, o.ExtractRecord, at("102"))
	require.Equal(t, connectors.ClassUnavailable, class)
}
