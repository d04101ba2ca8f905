package webform_test

import (
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal/webform"
)

const application = `<!DOCTYPE html><html><body>
<form id="search" action="/search"><input name="q"></form>
<form id="apply" method="post" action="save.do?step=2#top">
 <input type="hidden" name="token" value="t-1">
 <label for="n">Applicant's name :*</label><input id="n" name="txtApplicant">
 <label>Purpose <select name="purpose"><option value="">--</option><option value="B ">Bank</option><option value="S" selected>School</option></select></label>
 <table><tr><td>Annual income</td><td>:</td><td><input name="income" required></td></tr></table>
 <input type="radio" name="sex" value="f"> <input type="radio" name="sex" value="m" checked>
 <input type="checkbox" name="agree"> <input type="checkbox" name="news" value="yes" checked>
 <fieldset disabled><input name="office" value="x"></fieldset>
 <textarea name="address">
Line 1
Line 2</textarea>
 <input type="submit" name="draft" value="Save draft"><button name="go" value="1">Submit</button>
 <input type="image" name="pic" alt="Picture">
</form></body></html>`

func page(t testing.TB, text string) *webform.Page {
	t.Helper()
	address, err := url.Parse("http://portal.example/app/form.do")
	require.NoError(t, err)
	parsed, err := webform.ParseText(text, address)
	require.NoError(t, err)
	return parsed
}

func form(t testing.TB, text, selector string) *webform.Form {
	t.Helper()
	found, err := page(t, text).Form(selector)
	require.NoError(t, err)
	return found
}

func TestSubmitSendsWhatABrowserSends(t *testing.T) {
	t.Parallel()
	filled := form(t, application, "#apply")
	require.NoError(t, filled.Fill(map[string]string{"txtApplicant": "ANJALI & CO", "purpose": "B", "income": "120000", "sex": "f", "agree": "on"}))
	request, err := filled.Submit("save", "go")
	require.NoError(t, err)
	require.Equal(t, http.MethodPost, request.Method)
	require.Equal(t, "http://portal.example/app/save.do?step=2", request.URL.String())
	require.Equal(t, "token=t-1&txtApplicant=ANJALI+%26+CO&purpose=B+&income=120000&sex=f&agree=on&news=yes&"+
		"address=Line+1%0D%0ALine+2&go=1", string(request.Body))

	request, err = filled.Submit("save", "pic")
	require.NoError(t, err)
	require.True(t, strings.HasSuffix(string(request.Body), "&pic.x=1&pic.y=1"))
	_, err = filled.Submit("save", "no such button")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func TestFormSentByGetPutsItsFieldsIntoTheAddress(t *testing.T) {
	t.Parallel()
	search := form(t, application, "#search")
	require.NoError(t, search.Set("q", "a b"))
	request, err := search.Submit("search", "")
	require.NoError(t, err)
	require.Equal(t, "http://portal.example/search?q=a+b", request.URL.String())
	require.Empty(t, request.Body)
}

func TestControlsAreFoundByWhatPeopleSee(t *testing.T) {
	t.Parallel()
	found := form(t, application, "#apply")
	for label, want := range map[string]string{
		"applicant's  NAME": "txtApplicant", "Purpose": "purpose", "Annual Income:": "income",
	} {
		name, err := found.NameByLabel(label)
		require.NoError(t, err, label)
		require.Equal(t, want, name)
	}
	button, err := found.Button("save draft")
	require.NoError(t, err)
	require.Equal(t, "draft", button)
	_, err = found.NameByLabel("Caste")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func TestAChoiceKeepsItsPadding(t *testing.T) {
	t.Parallel()
	found := form(t, application, "#apply")
	require.NoError(t, found.Set("purpose", "B "))
	require.Equal(t, "B ", found.Value("purpose"))
	options, err := found.Options("purpose")
	require.NoError(t, err)
	require.Equal(t, []connectors.Option{{Value: "", Label: "--"}, {Value: "B ", Label: "Bank"}, {Value: "S", Label: "School"}}, options)
}

func TestAnswerThatIsNotOfferedIsAskedAgain(t *testing.T) {
	t.Parallel()
	found := form(t, application, "#apply")
	for name, value := range map[string]string{"purpose": "Z", "sex": "x", "agree": "no"} {
		var rejected *connectors.InputRejectedError
		require.ErrorAs(t, found.Set(name, value), &rejected, name)
		require.Equal(t, name, rejected.Field)
	}
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(found.Set("not on the page", "x")))
}

func TestNewMandatoryFieldIsAChange(t *testing.T) {
	t.Parallel()
	text := strings.Replace(application, "</table>", `<tr><td>Caste *</td><td><input name="caste"></td></tr></table>`, 1)
	err := form(t, text, "#apply").Fill(map[string]string{"txtApplicant": "ANJALI", "income": "1"})
	var changed *connectors.ChangedError
	require.ErrorAs(t, err, &changed)
	require.Contains(t, changed.Expected, "caste")
	require.NotContains(t, changed.Snapshot, "ANJALI")
}

func TestFormTagWithinATableKeepsItsControls(t *testing.T) {
	t.Parallel()
	text := `<table><form name="old" method="POST" action="go.php"><tr><td>House no.</td><td><input name="house"></td></tr></form></table>
<form id="other"><input name="else"></form><input name="stray" form="other">`
	found := form(t, text, "form[name=old]")
	require.NoError(t, found.Expect("house"))
	require.False(t, found.Has("else"))
	require.False(t, found.Has("stray"))
	other, err := page(t, text).FormWith("else", "stray")
	require.NoError(t, err)
	require.False(t, other.Has("house"))
}

func TestFilesGoOutAsMultipart(t *testing.T) {
	t.Parallel()
	found := form(t, `<form method="post" enctype="multipart/form-data"><input name="a" value="1">
<input type="file" name="proof"><input type="file" name="photo"></form>`, "form")
	require.NoError(t, found.Attach("proof", connectors.Enclosure{Filename: `id "card".pdf`, MIMEType: "application/pdf", Content: []byte("%PDF")}))
	request, err := found.Submit("save", "")
	require.NoError(t, err)
	sent, err := http.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(string(request.Body)))
	require.NoError(t, err)
	sent.Header.Set("Content-Type", request.ContentType)
	require.NoError(t, sent.ParseMultipartForm(1<<20))
	require.Equal(t, "1", sent.FormValue("a"))
	require.Equal(t, "application/pdf", sent.MultipartForm.File["proof"][0].Header.Get("Content-Type"))
	require.Contains(t, string(request.Body), `name="photo"; filename=""`)
	request, err = found.SubmitFields("change")
	require.NoError(t, err)
	require.Equal(t, "a=1", string(request.Body), "a script that reads the fields leaves the files alone")
}

func TestFormIsWrittenDownAndRestored(t *testing.T) {
	t.Parallel()
	found := form(t, application, "#apply")
	require.NoError(t, found.Set("purpose", "B"))
	restored, err := webform.Restore(found.State())
	require.NoError(t, err)
	want, err := found.Submit("save", "go")
	require.NoError(t, err)
	got, err := restored.Submit("save", "go")
	require.NoError(t, err)
	require.Equal(t, string(want.Body), string(got.Body))
	require.Equal(t, want.URL.String(), got.URL.String())
}

func TestFormThatLeadsToAnotherHostIsAChange(t *testing.T) {
	t.Parallel()
	_, err := page(t, `<form action="https://elsewhere.example/pay"><input name="a"></form>`).Form("form")
	require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
}

func FuzzForm(f *testing.F) {
	f.Add(application)
	f.Add(`<table><form><tr><td><select name=a><option selected disabled>x`)
	f.Fuzz(func(t *testing.T, text string) {
		address := &url.URL{Scheme: "http", Host: "portal.example", Path: "/"}
		parsed, err := webform.ParseText(text, address)
		if err != nil {
			return
		}
		found, err := parsed.Form("form")
		if err != nil {
			require.Equal(t, connectors.ClassChanged, connectors.ClassOf(err))
			return
		}
		for _, control := range found.Controls() {
			_ = found.Set(control.Name, control.Value)
		}
		request, err := found.Submit("x", "")
		require.NoError(t, err)
		require.Equal(t, "portal.example", request.URL.Host)
	})
}

// A page of the size that a district's list of villages makes.
func BenchmarkParse200KB(b *testing.B) {
	option := `<option value="0412 ">Gopalapuram Agraharam</option>`
	fields := strings.Repeat(`<tr><td>Name</td><td><input name="v" value="x"></td></tr>`, 40)
	text := `<form method="post"><table>` + fields + `</table><select name="village">` + strings.Repeat(option, 190<<10/len(option)) + `</select></form>`
	for b.Loop() {
		_, err := page(b, text).Form("form")
		require.NoError(b, err)
	}
}
