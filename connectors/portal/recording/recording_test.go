package recording_test

import (
	"io"
	"net/http"
	"net/http/cookiejar"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/portal/recording"
)

// registry answers with a person's record, a session cookie, and view state.
func registry(w http.ResponseWriter, r *http.Request) {
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	switch r.URL.Path {
	case "/search":
		http.SetCookie(w, &http.Cookie{Name: "SESSION", Value: "very-secret"})
		_, _ = io.WriteString(w, `<form action="http://`+r.Host+`/show" method="post"><input type="hidden" name="__VIEWSTATE" value="`+
			strings.Repeat("Abc1", 30)+`"><input name="khata"></form>`)
	case "/show":
		_, _ = io.WriteString(w, "<td>K Lakshmi</td><td>9876543210</td><td>khata "+r.FormValue("khata")+"</td><td>lakshmi@mail.example</td>")
	default:
		w.Header().Set("Content-Type", "image/png")
		_, _ = io.WriteString(w, "\x89PNG captcha")
	}
}

func visit(t *testing.T, address, khata string) (pages []string) {
	t.Helper()
	jar, err := cookiejar.New(nil)
	require.NoError(t, err)
	client := &http.Client{Jar: jar, Transport: &http.Transport{DisableKeepAlives: true}}
	for _, ask := range []func() (*http.Response, error){
		func() (*http.Response, error) { return client.Get(address + "/search?service=ror&mobile=9876543210") },
		func() (*http.Response, error) {
			return client.PostForm(address+"/show", url.Values{"khata": {khata}, "__VIEWSTATE": {"x"}})
		},
		func() (*http.Response, error) { return client.Get(address + "/captcha.png") },
	} {
		response, err := ask()
		require.NoError(t, err)
		body, err := io.ReadAll(response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, http.StatusOK, response.StatusCode, string(body))
		pages = append(pages, string(body))
	}
	return pages
}

func TestSessionIsRecordedRedactedAndReplayed(t *testing.T) {
	t.Parallel()
	portal := httptest.NewServer(http.HandlerFunc(registry))
	defer portal.Close()
	target, err := url.Parse(portal.URL)
	require.NoError(t, err)
	path := filepath.Join(t.TempDir(), "session.yaml")
	redaction := recording.Redaction{Private: []string{"K LAKSHMI"}, KeepFields: []string{"service"}}
	transport := &http.Transport{DisableKeepAlives: true}
	proxy, err := recording.Record(target, path, redaction, transport)
	require.NoError(t, err)
	recorded := httptest.NewServer(proxy)
	defer recorded.Close()

	pages := visit(t, recorded.URL, "442")
	require.Contains(t, pages[0], recorded.URL+"/show", "the session stays in the proxy")
	require.Contains(t, pages[1], "K Lakshmi", "the one who records sees the page as it is")
	require.NoError(t, proxy.Close())

	saved, err := os.ReadFile(path)
	require.NoError(t, err)
	for _, private := range []string{"Lakshmi", "lakshmi", "9876543210", "very-secret", "Abc1Abc1", "khata=442", "captcha", target.Host} {
		require.NotContains(t, strings.ReplaceAll(string(saved), "/captcha.png", ""), private)
	}
	require.Contains(t, string(saved), "service=ror")

	replay, err := recording.Replay(path, redaction)
	require.NoError(t, err)
	replayed := httptest.NewServer(replay)
	defer replayed.Close()
	pages = visit(t, replayed.URL, "another number matches as well")
	require.Contains(t, pages[0], replayed.URL+"/show")
	require.Contains(t, pages[1], "PERSON1")
	require.Contains(t, pages[1], "9999999999")

	response, err := http.Get(replayed.URL + "/never-recorded")
	require.NoError(t, err)
	require.NoError(t, response.Body.Close())
	require.Equal(t, http.StatusNotImplemented, response.StatusCode)
}

func TestRecordWantsAFileOfItsKind(t *testing.T) {
	t.Parallel()
	_, err := recording.Record(&url.URL{Scheme: "http", Host: "127.0.0.1:1"}, "session.json", recording.Redaction{}, nil)
	require.Error(t, err)
	_, err = recording.Replay(filepath.Join(t.TempDir(), "missing.yaml"), recording.Redaction{})
	require.Error(t, err)
}
