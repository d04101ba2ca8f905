package bhulekh_test

import (
	"net/http"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/conformance"
	"github.com/jansetu/jansetu/connectors/landrecords/bhulekh"
	standin "github.com/jansetu/jansetu/connectors/landrecords/bhulekh/twin"
	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/twin"
)

func connect(t testing.TB, handler http.Handler) *bhulekh.Connector {
	t.Helper()
	return conformance.Connect(t, handler, func(config connectors.PortalConfig) (*bhulekh.Connector, error) {
		return bhulekh.New(config, portal.Options{})
	}, connectors.PortalConfig{Name: "land"})
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

func TestExtractReadsHoldersRentAndEveryPlot(t *testing.T) {
	t.Parallel()
	stand := newTwin(t, standin.Config{})
	record, err := connect(t, stand).Extract(t.Context(), query("Khatiyan", "2"))
	require.NoError(t, err)
	require.Equal(t, "ଖତିୟାନ 2", record.Title)
	require.Equal(t, []string{"ନୂଆଗୁଡ଼ା"}, values(record, "ମୌଜା"))
	require.Equal(t, []string{"101", "102"}, values(record, "ପ୍ଲଟ ନମ୍ବର"))
	require.Len(t, values(record, "ପ୍ରଜାର ନାମ, ପିତାର ନାମ, ଜାତି ଓ ବାସସ୍ଥାନ"), 1)
	require.Equal(t, connectors.RecordField{Label: "ମନ୍ତବ୍ୟ"}.Group, record.Fields[0].Group)
	require.Equal(t, 2, record.Fields[len(record.Fields)-1].Group)
	require.Len(t, stand.Views(), 1)
	require.Equal(t, 2, stand.Views()[0].Khatiyan)
}

func TestSearchByPlotAndByTenant(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	matches, err := connector.Search(t.Context(), query("Plot", "102"))
	require.NoError(t, err)
	require.Len(t, matches, 1)
	require.Equal(t, "102"+strings.Repeat(" ", 27), matches[0].ID, "the value goes back as it came")

	asked := query("Plot", "")
	asked.Record = strings.TrimSpace(matches[0].ID) // history may have trimmed it
	record, err := connector.Extract(t.Context(), asked)
	require.NoError(t, err)
	require.Equal(t, "ଖତିୟାନ 2", record.Title)

	matches, err = connector.Search(t.Context(), with(query("Tenant", "ବଳଦେବ ଜୀଉ"), "ddlVillage", "105"))
	require.NoError(t, err)
	require.Len(t, matches, 1)
	matches, err = connector.Search(t.Context(), query("Tenant", "ନାହାନ୍ତି"))
	require.NoError(t, err)
	require.Empty(t, matches, "a search for a name may find nobody")
}

func TestNumbersAreTheSameInOdiaDigits(t *testing.T) {
	t.Parallel()
	record, err := connect(t, newTwin(t, standin.Config{})).Extract(t.Context(), query("Khatiyan", "୮"))
	require.NoError(t, err)
	require.Len(t, values(record, "ପ୍ଲଟ ନମ୍ବର"), 60)
}

func TestWhatIsNotThere(t *testing.T) {
	t.Parallel()
	connector := connect(t, newTwin(t, standin.Config{}))
	_, err := connector.Search(t.Context(), with(query("Khatiyan", "1"), "ddlVillage", "106"))
	require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err), "a village that is not digitised: %v", err)
	for field, value := range map[string]string{"ddlDistrict": "Select", "ddlTahsil": "77", "rbtnRORSearchtype": "Owner", "ddlBindData": " "} {
		_, err := connector.Extract(t.Context(), with(query("Khatiyan", "1"), field, value))
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, err, &rejected, field)
		require.Equal(t, field, rejected.Field)
	}
	_, err = connector.Extract(t.Context(), query("Tenant", "ସାହୁ"))
	require.Equal(t, connectors.ClassInputRejected, connectors.ClassOf(err), "several people: %v", err)
}

// A visit that the portal forgets on the way is made once more, and not for ever.
func TestForgottenVisitIsMadeOnceMore(t *testing.T) {
	t.Parallel()
	for _, kind := range []twin.Kind{standin.PoolRecycled, twin.SessionExpires} {
		stand := newTwin(t, standin.Config{})
		connector := connect(t, stand)
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind, Times: 1}))
		_, err := connector.Extract(t.Context(), query("Khatiyan", "1"))
		require.NoError(t, err, kind)
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind}))
		_, err = connector.Extract(t.Context(), query("Khatiyan", "1"))
		require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err), "%s: %v", kind, err)
	}
}

func TestNewReleaseIsChangedWithASnapshotForTheOperator(t *testing.T) {
	t.Parallel()
	for kind, operation := range map[twin.Kind]string{twin.RenamedIDs: standin.Step, twin.NewMandatoryField: standin.Step} {
		stand := newTwin(t, standin.Config{})
		require.NoError(t, stand.Faults.Set(twin.Fault{Kind: kind, Operation: operation}))
		_, err := connect(t, stand).Extract(t.Context(), query("Khatiyan", "1"))
		var changed *connectors.ChangedError
		require.ErrorAs(t, err, &changed, kind)
		require.NotContains(t, changed.Evidence+changed.Snapshot, "ନୂଆଗୁଡ଼ା")
	}
}

func TestRecordedPage(t *testing.T) {
	t.Parallel()
	page, err := os.ReadFile("testdata/record.html")
	require.NoError(t, err)
	record, err := bhulekh.ParseRecord(string(page))
	require.NoError(t, err)
	require.Empty(t, cmp.Diff(connectors.Record{Title: "ଖତିୟାନ 412/17", Fields: []connectors.RecordField{
		{Label: "ମୌଜା", Value: "ନୂଆଗୁଡ଼ା"}, {Label: "ତହସିଲ", Value: "ଭୁବନେଶ୍ଵର"}, {Label: "ଥାନା", Value: "ଚନ୍ଦକା"},
		{Label: "ତହସିଲ ନମ୍ବର", Value: ".."}, {Label: "ଥାନା ନମ୍ବର", Value: "22"}, {Label: "ଜିଲ୍ଲା", Value: "ଖୋର୍ଦ୍ଧା"},
		{Label: "ଜମିଦାରଙ୍କ ନାମ ଓ ଖେୱାଟ ବା ଖତିୟାନର କ୍ରମିକ ନମ୍ବର", Value: "ଓଡିଶା ସରକାର ଖେୱାଟ ନମ୍ବର 1"},
		{Label: "ଖତିୟାନର କ୍ରମିକ ନମ୍ବର", Value: "412/17"},
		{Label: "ପ୍ରଜାର ନାମ, ପିତାର ନାମ, ଜାତି ଓ ବାସସ୍ଥାନ", Value: "ରଘୁନାଥ ସାହୁ ପି: ଗୋପାଳ ସାହୁ ଜା: ତେଲି ବା: ନିଜିଗାଁ"},
		{Label: "ସ୍ଵତ୍ଵ", Value: "ସ୍ଥିତିବାନ"}, {Label: "ଖଜଣା", Value: "2.00"}, {Label: "ସେସ୍", Value: "1.50"},
		{Label: "ନିସ୍ତାର ସେସ୍ ଓ ଅନ୍ୟାନ୍ୟ ସେସ୍", Value: "0.06"}, {Label: "ମୋଟ", Value: "3.56"},
		{Label: "ବିଶେଷ ଅନୁସଙ୍ଗ", Value: "D. Reservation Case No. 10/97"}, {Label: "ଅନ୍ତିମ ପ୍ରକାଶନ ତାରିଖ", Value: "06/03/1962"},
		{Label: "ପ୍ଲଟ ନମ୍ବର", Value: "2063", Group: 1}, {Label: "କିସମ", Value: "ଶାରଦ ତିନି", Group: 1}, {Label: "ରକବା (ଏକର)", Value: "0", Group: 1},
		{Label: "ରକବା (ଡିସମିଲ)", Value: "2200", Group: 1}, {Label: "ରକବା (ହେକ୍ଟର)", Value: "0.0890", Group: 1},
		{Label: "ପ୍ଲଟ ନମ୍ବର", Value: "2064/1", Group: 2}, {Label: "କିସମ", Value: "ଘରବାରି", Group: 2}, {Label: "ରକବା (ଏକର)", Value: "1", Group: 2},
		{Label: "ରକବା (ଡିସମିଲ)", Value: "0750", Group: 2}, {Label: "ରକବା (ହେକ୍ଟର)", Value: "0.4350", Group: 2},
	}}, record))
}

func TestPagesThatAreNoRecord(t *testing.T) {
	t.Parallel()
	for name, page := range map[string]string{
		"another form":      `<html><table id="GrdViewRoR"><tr><td>ଜିଲ୍ଲା</td></tr></table></html>`,
		"no khatiyan":       `<table id="gvfront"><span id="gvfront_ctl02_lblMouja">x</span></table>`,
		"nothing":           ``,
		"front without any": `<div id="gvfront"><span id="a_lblMouja">m</span><span id="a_lblDist">d</span><span id="a_lblName">n</span><span id="a_lblKhatiyanslNo">1</span></div>`,
	} {
		_, err := bhulekh.ParseRecord(page)
		require.Error(t, err, name)
	}
}

func FuzzRecord(f *testing.F) {
	page, err := os.ReadFile("testdata/record.html")
	require.NoError(f, err)
	f.Add(string(page))
	f.Add(`<div id="gvfront"><span id="gvfront_ctl02_lblKhatiyanslNo">1`)
	f.Fuzz(func(t *testing.T, text string) {
		record, err := bhulekh.ParseRecord(text)
		if err != nil {
			return
		}
		require.NotEmpty(t, record.Title)
		for _, field := range record.Fields {
			require.NotEmpty(t, field.Label)
			require.NotEmpty(t, field.Value)
		}
	})
}
