package walk_test

import (
	"bytes"
	"image/jpeg"
	"os"
	"path/filepath"
	"testing"
	"testing/fstest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/cmd/jansetu/town/phone"
	"github.com/jansetu/jansetu/cmd/jansetu/walk"
	"github.com/jansetu/jansetu/deploy"
	"github.com/jansetu/jansetu/documents/legibility"
)

const state = "andhra"

func services(t *testing.T) *catalog.Catalog {
	t.Helper()
	loaded, err := catalog.Load(deploy.Files, state)
	require.NoError(t, err)
	return loaded
}

func service(t *testing.T, from *catalog.Catalog, id string) *catalog.Service {
	t.Helper()
	found, known := from.Service(id)
	require.True(t, known, id)
	return found
}

func TestWhatIsLeftOverInEnglishIsHeard(t *testing.T) {
	t.Parallel()
	loaded := services(t)
	bill := service(t, loaded, "electricity-bill-south")
	tests := map[string]struct {
		language catalog.Language
		text     string
		choices  []phone.Choice
		heard    bool
	}{
		"all is Telugu":                   {language: "te", text: "మీ పూర్తి పేరు ఏమిటి?"},
		"English among Telugu":            {language: "te", text: "మీ బిల్లు.\nPlease pay it before Monday", heard: true},
		"a name":                          {language: "te", text: "పేరు: Sita Devi Kommineni"},
		"what the citizen wrote":          {language: "te", text: "చిరునామా: at the corner of the road"},
		"an abbreviation and a file":      {language: "hi", text: "PDF यह रहा: receipt-JS-1.pdf, UPI"},
		"an address":                      {language: "hi", text: "https://example.org/please/open/this देखें"},
		"the portal's words in quotes":    {language: "te", text: "కోడ్ పంపింది. “OTP has been sent to your mobile.”"},
		"an English button":               {language: "te", text: "సరేనా?", choices: []phone.Choice{{ID: "q:JS/1:no", Title: "Don't pay"}}, heard: true},
		"a row of the portal's own list":  {language: "te", text: "ఏది?", choices: []phone.Choice{{ID: "q:JS/1:a", Title: "Benz Circle of the town"}}},
		"a long English name of no words": {language: "hi", text: "Krishna Godavari Electric Cooperative Society यहाँ है", heard: true},
		"Hindi in Telugu":                 {language: "te", text: "మీ पूरा नाम", heard: true},
		"Telugu in English":               {language: "en", text: "Your పేరు please", heard: true},
		"a value in another script":       {language: "en", text: "District: గుంటూరు"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			shown := phone.Shown{Text: test.text, Choices: test.choices}
			fault := walk.Leftover(loaded, bill, test.language, shown, "at the corner of the road")
			require.Equal(t, test.heard, fault != "", fault)
		})
	}
}

var today = time.Date(2026, time.November, 22, 12, 0, 0, 0, time.UTC)

func TestEveryFieldOfEveryStateCanBeAnsweredAndMisanswered(t *testing.T) {
	t.Parallel()
	states, err := os.ReadDir("../../../deploy/states")
	require.NoError(t, err)
	for _, each := range states {
		loaded, err := catalog.Load(deploy.Files, each.Name())
		require.NoError(t, err)
		for _, asked := range loaded.Services() {
			for i := range asked.Form {
				requireAnswers(t, asked, &asked.Form[i])
			}
		}
	}
}

func requireAnswers(t *testing.T, asked *catalog.Service, field *catalog.Field) {
	t.Helper()
	if asked.Availability != catalog.Live {
		return
	}
	name := asked.ID + "/" + field.ID
	valid, err := walk.ValidAnswer(asked, field, today)
	require.NoError(t, err, name)
	if valid != "(photo)" && valid != "(place)" && valid != "-" {
		_, problem := field.Check(valid)
		require.Nil(t, problem, name)
	}
	wrong, problem := walk.WrongAnswer(field)
	require.NotNil(t, problem, name)
	if wrong != "(photo)" && field.Type != catalog.FieldDocument && field.Type != catalog.FieldLocation {
		_, refused := field.Check(wrong)
		require.Equal(t, problem, refused, name)
	}
}

func TestAnswersSuitTheirFields(t *testing.T) {
	t.Parallel()
	application, booking := &catalog.Service{Kind: catalog.KindApplication}, &catalog.Service{Kind: catalog.KindBooking}
	bill := &catalog.Service{Kind: catalog.KindBill}
	tests := map[string]struct {
		service *catalog.Service
		field   catalog.Field
		want    string
	}{
		"the example":                    {bill, catalog.Field{Type: catalog.FieldDigits, MinLength: 13, MaxLength: 13, Example: "1121104001001"}, "1121104001001"},
		"digits of the right number":     {bill, catalog.Field{Type: catalog.FieldDigits, MinLength: 4, MaxLength: 4}, "7777"},
		"a phone that codes are sent to": {application, catalog.Field{Type: catalog.FieldPhone, Example: "9848012345"}, "9840000007"},
		"a phone that is looked up":      {bill, catalog.Field{Type: catalog.FieldPhone, Example: "9000000001"}, "9000000001"},
		"a day to travel on":             {booking, catalog.Field{Type: catalog.FieldDate}, "27-11-2026"},
		"a day long ago":                 {application, catalog.Field{Type: catalog.FieldDate, Max: "2000-01-01"}, "22-09-1996"},
		"an amount between":              {application, catalog.Field{Type: catalog.FieldMoney, Min: "2000", Max: "3000"}, "2000"},
		"a paper":                        {application, catalog.Field{Type: catalog.FieldDocument}, "(photo)"},
		"a place":                        {application, catalog.Field{Type: catalog.FieldLocation}, "(place)"},
		"a short text":                   {application, catalog.Field{Type: catalog.FieldText, MaxLength: 4}, "Near"},
		"what may be left out":           {application, catalog.Field{Type: catalog.FieldText, Pattern: "[0-9]{3}X", Optional: true}, "-"},
		"the first choice":               {application, catalog.Field{Type: catalog.FieldChoose, Choices: []catalog.FieldChoice{{ID: "a"}, {ID: "b"}}}, "a"},
		"the choice of the example":      {application, catalog.Field{Type: catalog.FieldChoose, Example: "b", Choices: []catalog.FieldChoice{{ID: "a"}, {ID: "b"}}}, "b"},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			answer, err := walk.ValidAnswer(test.service, &test.field, today)
			require.NoError(t, err)
			require.Equal(t, test.want, answer)
		})
	}
	_, err := walk.ValidAnswer(application, &catalog.Field{ID: "village", Type: catalog.FieldText, PortalChoice: true}, today)
	require.ErrorContains(t, err, "the field village needs an example that stands in the portal's list")
	_, err = walk.ValidAnswer(application, &catalog.Field{ID: "code", Type: catalog.FieldText, Pattern: "[0-9]{3}X"}, today)
	require.ErrorContains(t, err, "the field code has no example")
}

func TestPapersCanBeRead(t *testing.T) {
	t.Parallel()
	asked := &catalog.Service{Form: []catalog.Field{{Type: catalog.FieldName, Example: "Sita Devi"}, {Type: catalog.FieldName}}}
	for _, accepts := range [][]string{nil, {"ration_card"}, {"other", "voter_id"}} {
		picture, err := jpeg.Decode(bytes.NewReader(walk.PaperFor(&catalog.Field{Accepts: accepts}, asked)))
		require.NoError(t, err)
		require.Empty(t, legibility.Check(picture), "%v", accepts)
	}
}

func TestWhatIsWalked(t *testing.T) {
	t.Parallel()
	few := walk.Config{States: []string{state}, Languages: []catalog.Language{"te"}, Services: []string{"electricity-bill-south"}, Files: deploy.Files}
	planned, broken, err := walk.Plan(few)
	require.NoError(t, err)
	require.Empty(t, broken)
	require.Equal(t, []walk.Planned{{Round: "walk_andhra_te", Service: "electricity-bill-south", Language: "te"}}, planned)

	sample, _, err := walk.Plan(walk.Config{States: []string{state}, Sample: true, Files: deploy.Files})
	require.NoError(t, err)
	seen := map[catalog.Language]bool{}
	for _, each := range sample {
		require.Equal(t, "sample_andhra", each.Round, "a sample needs one hub")
		seen[each.Language] = true
	}
	require.Len(t, seen, 3, "each kind is walked in another language")

	inOrder, _, err := walk.Plan(walk.Config{States: []string{state}, Files: deploy.Files})
	require.NoError(t, err)
	shuffled, _, err := walk.Plan(walk.Config{States: []string{state}, Seed: 3, Files: deploy.Files})
	require.NoError(t, err)
	require.ElementsMatch(t, inOrder, shuffled)
	require.NotEqual(t, inOrder, shuffled)
}

func TestAStateThatCannotBeLoadedIsSaidAndTheOthersAreWalked(t *testing.T) {
	t.Parallel()
	files := fstest.MapFS{"states/broken/state.yaml": {Data: []byte("title: [")}}
	planned, broken, err := walk.Plan(walk.Config{Files: files})
	require.NoError(t, err)
	require.Empty(t, planned)
	require.Len(t, broken, 1)
	require.Contains(t, broken[0].Failures[0], "broken")
}

func TestStandInsMayBeAskedMuch(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	files := fstest.MapFS{
		"states/x/portals.yaml":      {Data: []byte("- name: a\n  budget: {requests_per_second: 0.5, burst: 4, concurrent: 2}\n  timeout: 5s\n")},
		"states/x/services/bus.yaml": {Data: []byte("id: burst")},
	}
	require.NoError(t, walk.CopyFiles(files, filepath.Join(folder, "copy")))
	content, err := os.ReadFile(filepath.Join(folder, "copy", "states", "x", "portals.yaml"))
	require.NoError(t, err)
	require.Equal(t, "- name: a\n  budget: {requests_per_second: 200, burst: 200, concurrent: 200}\n  timeout: 5s\n", string(content))
	content, err = os.ReadFile(filepath.Join(folder, "copy", "states", "x", "services", "bus.yaml"))
	require.NoError(t, err)
	require.Equal(t, "id: burst", string(content))
}

func TestTheReportSaysWhatFailedOnceAndWhatARequestCosts(t *testing.T) {
	t.Parallel()
	done := walk.Result{State: "x", Service: "bill-a", Kind: catalog.KindBill, Language: "en", Messages: 6, Billable: 5, Seconds: 2}
	failed := walk.Result{State: "x", Service: "bill-b", Kind: catalog.KindBill, Language: "en", Failures: []string{"no document came"}, Last: []string{"← Hi"}}
	also := failed
	also.Language = "te"
	report := &walk.Report{Results: []walk.Result{failed, also, done}}
	require.False(t, report.Green())
	require.True(t, (&walk.Report{Results: []walk.Result{done}}).Green())
	require.False(t, (&walk.Report{}).Green(), "nothing was walked")
	var said bytes.Buffer
	require.NoError(t, report.Write(&said))
	require.Equal(t, `state  service  kind  language  outcome  messages  billable  seconds
x      bill-a   bill  en        done     6         5         2.0
x      bill-b   bill  en        FAILED   0         0         0.0
x      bill-b   bill  te        FAILED   0         0         0.0

x bill-b (bill, en te)
  no document came
    ← Hi

kind  form  walks  done  billable messages for a completed request: mean  least  most  of them about codes and captchas  seconds, mean
bill  chat  3      1     5.0                                              5      5     0.0                               2.0
`, said.String())
}
