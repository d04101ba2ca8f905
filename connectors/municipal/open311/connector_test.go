package open311_test

import (
	"net/http"
	"strconv"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/municipal/open311"
	standin "github.com/jansetu/jansetu/connectors/municipal/open311/twin"
	"github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func settings(format string) map[string]string {
	return map[string]string{
		open311.SettingFormat: format, open311.SettingUpdates: "yes", open311.SettingTokenWait: "10ms", open311.SettingBatchWithin: "500ms",
	}
}

func credentials() map[string]string {
	return map[string]string{open311.CredentialAPIKey: standin.APIKey}
}

func complaint(i int, category, reference string) connectors.Grievance {
	return connectors.Grievance{
		Reference: reference, Tenant: standin.Jurisdiction, Category: category, Description: "It is outside the temple, for " + strconv.Itoa(i) + " days.",
		Location: &connectors.Coordinates{Latitude: 20.29, Longitude: 85.82}, Name: "Sasmita Behera", Mobile: "9437000000",
		Fields: map[string]string{"size": "large"},
	}
}

func newTwin(t testing.TB, config standin.Config) *standin.Twin {
	t.Helper()
	made, err := standin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, made.Close()) })
	return made
}

func connect(t testing.TB, handler http.Handler, format string) *open311.Connector {
	t.Helper()
	return connectAs(t, handler, settings(format))
}

func connectAs(t testing.TB, handler http.Handler, settings map[string]string) *open311.Connector {
	t.Helper()
	return conformance.Connect(t, handler, open311.Family{}.New, connectors.PortalConfig{Name: "town", Settings: settings, Credentials: credentials()})
}

func TestQuestionsOfACategoryComeInOrder(t *testing.T) {
	t.Parallel()
	for _, format := range []string{"json", "xml"} {
		categories, err := connect(t, newTwin(t, standin.Config{}), format).Categories(t.Context(), standin.Jurisdiction)
		require.NoError(t, err)
		require.Len(t, categories, 4)
		require.Equal(t, connectors.Category{
			Code: "pothole", Name: "Pothole", Group: "Roads", Keywords: []string{"road", "hole", "pit"},
			Attributes: []connectors.CategoryAttribute{
				{
					Code: "size", Question: "How large?", Required: true, Type: "singlevaluelist",
					Options: []connectors.Option{{Value: "small", Label: "As a hand"}, {Value: "large", Label: "As a tyre"}},
				},
				{Code: "depth", Question: "How deep, in centimetres?", Type: "number"},
			},
		}, categories[0], format)
	}
}

func TestNothingIsSentThatTheServerWouldRefuse(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, "json")
	for field, change := range map[string]func(*connectors.Grievance){
		open311.FieldCategory:    func(g *connectors.Grievance) { g.Category = "noise" },
		open311.FieldLocation:    func(g *connectors.Grievance) { g.Location = nil },
		open311.FieldDescription: func(g *connectors.Grievance) { g.Description = strings.Repeat("ଆ", 4000) },
		open311.FieldAttachments: func(g *connectors.Grievance) { g.Attachments = []connectors.Enclosure{{}} },
		open311.FieldMobile:      func(g *connectors.Grievance) { g.Mobile = "call me" },
		"size":                   func(g *connectors.Grievance) { g.Fields = map[string]string{"size": "huge"} },
	} {
		filing := complaint(0, "pothole", "OD-1/file")
		change(&filing)
		_, err := connector.File(t.Context(), filing)
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected, field)
		require.Equal(t, field, rejected.Field)
	}
	require.Empty(t, stand.Requests())
}

func TestTokenIsKeptAndTheComplaintNotSentAgain(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{BatchAfter: time.Hour})
	slow := settings("json")
	slow[open311.SettingBatchWithin] = "2h"
	connector := connectAs(t, stand, slow)
	filing, began := complaint(0, "water", "OD-1/file"), time.Now()
	filed, err := connector.File(t.Context(), filing)
	require.NoError(t, err)
	require.Empty(t, filed.Number)
	require.NotEmpty(t, filed.Token)
	_, err = connector.Find(t.Context(), connectors.GrievanceQuery{
		Reference: filing.Reference, Tenant: filing.Tenant, Category: filing.Category, FiledAfter: began,
	})
	var unavailable *connectors.UnavailableError
	require.ErrorAs(t, err, &unavailable, "not shown yet is not \"not there\"")
	require.Positive(t, unavailable.RetryAfter)
	require.Len(t, stand.Requests(), 1)
}

func TestBlackboxIsFoundOnceTheTownShowsIt(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{BatchAfter: 20 * time.Millisecond}), "xml")
	filing, began := complaint(0, "trees", "OD-1/file"), time.Now()
	filed, err := connector.File(t.Context(), filing)
	require.NoError(t, err)
	require.Empty(t, filed.Number+filed.Token)
	var found connectors.Filed
	require.Eventually(t, func() bool {
		found, err = connector.Find(t.Context(), connectors.GrievanceQuery{
			Reference: filing.Reference, Tenant: filing.Tenant, Category: filing.Category, FiledAfter: began,
		})
		return err == nil
	}, time.Minute, 5*time.Millisecond)
	require.NotEmpty(t, found.Number)
	require.Equal(t, "Public Works", found.Office)
}

func TestTownThatHidesDescriptionsLeavesDoubt(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, "xml")
	require.NoError(t, stand.Faults.Set(twin.Fault{Kind: standin.NoDescriptions}))
	for i, reference := range []string{"OD-1/file", "OD-2/file"} {
		_, err := connector.File(t.Context(), complaint(i, "light", reference))
		require.NoError(t, err)
	}
	_, err := connector.Find(t.Context(), connectors.GrievanceQuery{Reference: "OD-3/file", Tenant: standin.Jurisdiction, Category: "light"})
	require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(err))
}

func TestServersThatBendTheSpecification(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{standin.SingleThing, standin.NumbersAsNumbers} {
		stand := newTwin(t, standin.Config{})
		connector := connect(t, stand, "json")
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		filed, err := connector.File(t.Context(), complaint(0, "light", "OD-1/file"))
		require.NoError(t, err, kind)
		found, err := connector.Find(t.Context(), connectors.GrievanceQuery{Reference: "OD-1/file", Tenant: standin.Jurisdiction, Category: "light"})
		require.NoError(t, err, kind)
		require.Equal(t, filed.Number, found.Number)
		require.Equal(t, 7*24*time.Hour, found.DueBy.Sub(found.FiledAt))
	}
}

func TestStatesOfTheExtensionTellMoreThanOpenAndClosed(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	connector := connect(t, stand, "json")
	filed, err := connector.File(t.Context(), complaint(0, "light", "OD-1/file"))
	require.NoError(t, err)
	query := connectors.GrievanceQuery{Tenant: standin.Jurisdiction, Number: filed.Number}
	for status, state := range map[string]connectors.GrievanceState{
		"investigating": connectors.GrievanceAssigned, "fixed": connectors.GrievanceResolved,
		"duplicate": connectors.GrievanceRejected, "open": connectors.GrievanceReceived,
	} {
		stand.Set(filed.Number, status, "Note on "+status)
		told, err := connector.Track(t.Context(), query)
		require.NoError(t, err)
		require.Equal(t, state, told.State, status)
		require.Equal(t, "Note on "+status, told.Note)
	}
}

func TestWrongKeyIsForTheOperator(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{APIKey: "another"})
	connector := connect(t, stand, "json")
	_, err := connector.File(t.Context(), complaint(0, "light", "OD-1/file"))
	require.Error(t, err)
	require.Empty(t, stand.Requests())
	_, err = connector.Categories(t.Context(), "elsewhere.example.in")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func TestFamilyGivesTheExtensionOnlyWhereItIsOn(t *testing.T) {
	t.Parallel()
	config := connectors.PortalConfig{Name: "p", Family: open311.FamilyName, URL: "http://127.0.0.1:1"}
	registry, err := connectors.NewRegistry(open311.Family{})
	require.NoError(t, err)
	made, err := registry.Open(config)
	require.NoError(t, err)
	_, reopens := made.(connectors.Reopener)
	require.False(t, reopens)
	config.Settings = settings("xml")
	made, err = registry.Open(config)
	require.NoError(t, err)
	_, reopens = made.(connectors.Reopener)
	require.True(t, reopens)
	for _, key := range []string{open311.SettingFormat, open311.SettingTokenWait, open311.SettingBatchWithin} {
		config.Settings = map[string]string{key: "odd"}
		_, err = registry.Open(config)
		require.ErrorContains(t, err, key)
	}
}

// Whatever a server answers, it makes sense or is one of the classes, never a
// fault of ours.
func FuzzAnswers(f *testing.F) {
	f.Add(true, []byte(`[{"service_code":1,"metadata":"true","attributes":[{"code":"a","order":"2","values":[]}]}]`))
	f.Add(true, []byte(`{"service_request_id":1,"status":"open","updated_datetime":"2026-11-22T10:00:00+05:30"}`))
	f.Add(true, []byte(`[{"code":400,"description":"lat"}]`))
	f.Add(false, []byte(`<services><service><service_code>x</service_code></service></services>`))
	f.Add(false, []byte(`<service_requests><request><service_request_id/><token>t</token></request></service_requests>`))
	f.Add(false, []byte(`<html><body>Runtime Error</body></html>`))
	var body atomic.Value
	handler := http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		answer, _ := body.Load().([]byte)
		_, _ = w.Write(answer)
	})
	inJSON, inXML := connect(f, handler, "json"), connect(f, handler, "xml")
	f.Fuzz(func(t *testing.T, json bool, answer []byte) {
		body.Store(answer)
		connector := inXML
		if json {
			connector = inJSON
		}
		categories, err := connector.Categories(t.Context(), "")
		requireClassified(t, err)
		for _, category := range categories {
			require.NotEmpty(t, category.Code)
			require.NotEmpty(t, category.Name)
		}
		_, err = connector.Track(t.Context(), connectors.GrievanceQuery{Number: "1"})
		requireClassified(t, err)
		_, err = connector.Find(t.Context(), connectors.GrievanceQuery{Reference: "r", Category: "x"})
		requireClassified(t, err)
	})
}

func requireClassified(t *testing.T, err error) {
	t.Helper()
	if err != nil {
		require.NotEqual(t, connectors.ClassInternal, connectors.ClassOf(err), "%v", err)
	}
}
