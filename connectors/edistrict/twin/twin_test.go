package twin_test

import (
	"bytes"
	"image/png"
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"regexp"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/edistrict/twin"
	faults "github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const mobile = "9000000001"

// browser goes through the portal as a person with a browser does.
type browser struct {
	t      *testing.T
	stand  *twin.Twin
	client *http.Client
	url    string
	page   string
}

func visit(t *testing.T, stand *twin.Twin) *browser {
	t.Helper()
	server := httptest.NewServer(stand)
	t.Cleanup(server.Close)
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	return &browser{t: t, stand: stand, client: &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}, url: server.URL + "/"}
}

func (b *browser) read(response *http.Response, err error) *browser {
	b.t.Helper()
	require.NoError(b.t, err)
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(response.Body)
	require.NoError(b.t, err)
	b.page = string(text)
	return b
}

func (b *browser) get(path string) *browser { return b.read(b.client.Get(b.url + path)) }

var tokenPattern = regexp.MustCompile(`OWASP_CSRFTOKEN=([A-Z0-9-]+)`)

// token is the CSRF token of the page.
func (b *browser) token() string {
	b.t.Helper()
	found := tokenPattern.FindStringSubmatch(b.page)
	require.NotNil(b.t, found, b.page)
	return found[1]
}

func (b *browser) post(path string, form url.Values) *browser {
	b.t.Helper()
	return b.read(b.client.PostForm(b.url+path+"?OWASP_CSRFTOKEN="+b.token(), form))
}

// toPreview goes as far as the captcha with a service that asks for no papers.
func (b *browser) toPreview(kiosk string) (draft string) {
	b.t.Helper()
	b.get("getServiceDesc.html?serviceId=1051")
	b.get("loginWindow.do?serviceId=1051&OWASP_CSRFTOKEN=" + b.token())
	b.post("generateOTP.do", url.Values{"mobileNo": {mobile}})
	b.post("validateOTP.do", url.Values{"otp": {b.stand.OTP(mobile)}})
	b.post("saveApplication.do", url.Values{
		"serviceId": {"1051"}, "formVersion": {"1"}, "15101": {"1~Shri"}, "15102": {"Rama Rao"}, "15103": {"Subba Rao"}, "15104": {"521121"},
		"17001": {"3~Guntur"}, "15106": {"9000000009"}, twin.KioskField: {kiosk},
	})
	found := regexp.MustCompile(`DRAFT/\d{4}/\d{5}`).FindString(b.page)
	require.NotEmpty(b.t, found, b.page)
	return found
}

func (b *browser) captcha() string {
	b.t.Helper()
	page := b.page
	b.get("getCaptcha.do?OWASP_CSRFTOKEN=" + b.token())
	picture := []byte(b.page)
	_, err := png.Decode(bytes.NewReader(picture))
	require.NoError(b.t, err)
	b.page = page
	return b.stand.Read(picture)
}

func start(t *testing.T, config twin.Config) *twin.Twin {
	t.Helper()
	stand, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, stand.Close()) })
	return stand
}

func TestSubmissionsSurviveARestart(t *testing.T) {
	t.Parallel()
	config := twin.Config{DataDir: t.TempDir()}
	stand, err := twin.New(config)
	require.NoError(t, err)
	person := visit(t, stand)
	draft := person.toPreview("AP-1")
	require.Equal(t, 1, stand.Drafts())
	require.Empty(t, stand.Submissions(), "a draft is not an application")
	person.post("submitApplication.do", url.Values{"draftNo": {draft}, "captchaText": {person.captcha()}})
	require.Contains(t, person.page, "submitted successfully")
	require.NoError(t, stand.Close())

	again := start(t, config)
	require.Len(t, again.Submissions(), 1)
	require.Zero(t, again.Drafts())
	person = visit(t, again).get("citizenApplication.html")
	person.post("trackApplication.do", url.Values{"searchBy": {"K"}, "searchValue": {"AP-1"}})
	require.Contains(t, person.page, again.Submissions()[0].Number)
	require.Contains(t, person.get("twin/").page, "submitted twice: 0")
}

func TestCarelessVisitorIsCaughtSubmittingTwice(t *testing.T) {
	t.Parallel()
	stand := start(t, twin.Config{})
	for want := range 2 {
		person := visit(t, stand)
		draft := person.toPreview("AP-1")
		person.post("submitApplication.do", url.Values{"draftNo": {draft}, "captchaText": {person.captcha()}})
		require.Equal(t, want, stand.DoubleSubmissions())
	}
}

func TestRequestWithoutTheTokenOrTheLoginIsTurnedAway(t *testing.T) {
	t.Parallel()
	person := visit(t, start(t, twin.Config{}))
	require.Contains(t, person.get("loginWindow.do?serviceId=1051").page, "session has expired")
	person.get("getServiceDesc.html?serviceId=1051")
	require.Contains(t, person.get("renderApplicationForm.do?serviceId=1051&OWASP_CSRFTOKEN="+person.token()).page, "login again")
}

func TestIdleSessionEnds(t *testing.T) {
	t.Parallel()
	var mu sync.Mutex
	now := time.Date(2026, 11, 22, 10, 0, 0, 0, time.UTC)
	stand := start(t, twin.Config{Clock: func() time.Time {
		mu.Lock()
		defer mu.Unlock()
		return now
	}})
	person := visit(t, stand)
	draft := person.toPreview("AP-1")
	typed := person.captcha()
	mu.Lock()
	now = now.Add(16 * time.Minute)
	mu.Unlock()
	person.post("submitApplication.do", url.Values{"draftNo": {draft}, "captchaText": {typed}})
	require.Contains(t, person.page, "login again")
	require.Empty(t, stand.Submissions())
}

func TestCaptchaIsGoodForOneTry(t *testing.T) {
	t.Parallel()
	stand := start(t, twin.Config{})
	person := visit(t, stand)
	draft := person.toPreview("AP-1")
	typed := person.captcha()
	require.NoError(t, stand.Faults.Set(faults.Fault{Kind: faults.CaptchaAlways, Times: 1}))
	for range 2 {
		person.post("submitApplication.do", url.Values{"draftNo": {draft}, "captchaText": {typed}})
		require.Contains(t, person.page, "Invalid captcha")
	}
	require.Empty(t, stand.Submissions())
}

func TestGeneratedServicesStayTheSameAndDiffer(t *testing.T) {
	t.Parallel()
	shapes := map[int]bool{}
	for i := range 400 {
		service, known := twin.FindService(twin.ServiceNumber(i))
		require.True(t, known)
		again, _ := twin.FindService(twin.ServiceNumber(i))
		require.Equal(t, service, again)
		shapes[len(service.Fields)*10+len(service.Annexures)] = true
	}
	require.Greater(t, len(shapes), 10)
	_, known := twin.FindService("2400")
	require.False(t, known)
}
