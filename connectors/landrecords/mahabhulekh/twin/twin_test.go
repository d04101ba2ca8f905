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

	"github.com/jansetu/jansetu/connectors/landrecords/mahabhulekh/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const content = "ctl00$ContentPlaceHolder1$"

// browser is a citizen's browser: it sends back what the page has.
type browser struct {
	t      *testing.T
	client *http.Client
	url    string
	page   string
	form   url.Values
}

func newBrowser(t *testing.T) *browser {
	t.Helper()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	client := server.Client()
	client.Jar, err = cookiejar.New(nil)
	require.NoError(t, err)
	made := &browser{t: t, client: client, url: server.URL + "/NewBhulekh.aspx"}
	answer, err := client.Get(made.url)
	made.keep(answer, err)
	made.form = url.Values{content + "rbtnULPIN": {"Know-no"}, content + "rbtnSelectType": {"Select712"},
		content + "ddlTalForAll": {"--निवडा--"}, content + "ddlVillForAll": {"--निवडा--"}}
	return made
}

func (b *browser) keep(answer *http.Response, err error) {
	b.t.Helper()
	require.NoError(b.t, err)
	body, err := io.ReadAll(answer.Body)
	require.NoError(b.t, err)
	require.NoError(b.t, answer.Body.Close())
	b.page = string(body)
}

func (b *browser) choose(name, value string) {
	b.t.Helper()
	for _, field := range regexp.MustCompile(`name="(__[A-Z]+)" id="[^"]*" value="([^"]*)"`).FindAllStringSubmatch(b.page, -1) {
		b.form.Set(field[1], strings.ReplaceAll(field[2], "&#43;", "+"))
	}
	b.form.Set(content+name, value)
	b.form.Set("__EVENTTARGET", content+name)
	answer, err := b.client.PostForm(b.url, b.form)
	b.keep(answer, err)
}

func (b *browser) isBlank() bool { return !strings.Contains(b.page, "<form") }

func TestListsHaveToBeChosenInOrder(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	b.choose("ddlMainDist", "25")
	require.Contains(t, b.page, "मुळशी")
	b.choose("ddlTalForAll", "5")
	require.Contains(t, b.page, "कोरडगाव")
	b.choose("ddlVillForAll", "272000030001")
	require.True(t, b.isBlank(), "a village of another taluka was not offered")
}

func TestControlThatIsNotOnThePageSpoilsTheSession(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	before := b.page
	b.choose("txtcsno", "1")
	require.True(t, b.isBlank())
	b.page = before
	b.form.Del(content + "txtcsno")
	b.choose("ddlMainDist", "25")
	require.True(t, b.isBlank(), "nothing helps any more")
}

func TestNoCaptchaBeforeAParcelIsChosen(t *testing.T) {
	t.Parallel()
	b := newBrowser(t)
	answer, err := b.client.Get(strings.Replace(b.url, "NewBhulekh", "Captcha", 1))
	require.NoError(t, err)
	require.Equal(t, http.StatusNotFound, answer.StatusCode)
	require.NoError(t, answer.Body.Close())
}
