package twin_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/landrecords/bhulekh/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// browser is a citizen's browser without scripts.
type browser struct {
	t      *testing.T
	client *http.Client
	url    string
	last   string
}

func newBrowser(t *testing.T, stand http.Handler) *browser {
	t.Helper()
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := server.Client()
	client.Jar = jar
	return &browser{t: t, client: client, url: server.URL}
}

func (b *browser) keep(answer *http.Response, err error) string {
	b.t.Helper()
	require.NoError(b.t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, answer.Body.Close())
	b.last = string(body)
	return b.last
}

func (b *browser) get(path string) string { return b.keep(b.client.Get(b.url + path)) }

func (b *browser) hidden() url.Values {
	form := url.Values{}
	for _, field := range regexp.MustCompile(`name="([^"]+)" id="[^"]*" value="([^"]*)"`).FindAllStringSubmatch(b.last, -1) {
		form.Set(field[1], strings.NewReplacer("&#43;", "+", "&#34;", `"`).Replace(field[2]))
	}
	return form
}

func (b *browser) post(path string, form url.Values, async bool) string {
	request, err := http.NewRequestWithContext(b.t.Context(), http.MethodPost, b.url+path, strings.NewReader(form.Encode()))
	require.NoError(b.t, err)
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	if async {
		request.Header.Set("X-MicrosoftAjax", "Delta=true")
	}
	return b.keep(b.client.Do(request))
}

func (b *browser) enter() url.Values {
	require.Contains(b.t, b.get("/RoRView.aspx"), ">here</a>", "a first visit lands on the error page")
	form := b.hidden()
	form.Set("__EVENTTARGET", "ctl00$ContentPlaceHolder1$lnkHere")
	require.Contains(b.t, b.post("/BhulekhError.aspx", form, false), "ddlDistrict")
	form = b.hidden()
	for name, value := range map[string]string{"ddlDistrict": "Select", "ddlTahsil": "Select", "ddlVillage": "Select", "ddlBindData": "Select", "rbtnRORSearchtype": "Khatiyan"} {
		form.Set("ctl00$ContentPlaceHolder1$"+name, value)
	}
	form.Set("ctl00$ScriptManager1", "ctl00$ContentPlaceHolder1$UpdatePanel1|ctl00$ContentPlaceHolder1$ddlDistrict")
	form.Set("__EVENTTARGET", "ctl00$ContentPlaceHolder1$ddlDistrict")
	return form
}

func TestListsAreFilledByDeltas(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	b := newBrowser(t, stand)
	form := b.enter()
	require.NotContains(t, b.last, "ଭୁବନେଶ୍ଵର")
	before := form.Get("__VIEWSTATE")
	form.Set("ctl00$ContentPlaceHolder1$ddlDistrict", "20")
	delta := b.post("/RoRView.aspx", form, true)
	require.Regexp(t, `^1\|#\|\|4\|\d+\|updatePanel\|ctl00_ContentPlaceHolder1_UpdatePanel1\|`, delta)
	require.Contains(t, delta, "ଭୁବନେଶ୍ଵର")
	require.NotContains(t, delta, before, "the view state rotates")
}

func TestWhatWasNotOfferedIsRefused(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	for name, change := range map[string]func(url.Values){
		"a tahasil before its district": func(form url.Values) { form.Set("ctl00$ContentPlaceHolder1$ddlTahsil", "2") },
		"an old validation":             func(form url.Values) { form.Set("__EVENTVALIDATION", "AAAA") },
		"without the script manager":    func(form url.Values) { form.Del("ctl00$ScriptManager1") },
	} {
		b := newBrowser(t, stand)
		form := b.enter()
		change(form)
		require.Contains(t, b.post("/RoRView.aspx", form, true), "|error|500|", name)
	}
	b := newBrowser(t, stand)
	form := b.enter()
	form.Set("ctl00$ContentPlaceHolder1$csrfval", "another's")
	require.Contains(t, b.post("/RoRView.aspx", form, true), "|pageRedirect||%2FBhulekhError.aspx|")
}
