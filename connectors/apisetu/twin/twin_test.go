package twin_test

import (
	"bytes"
	"net/http"
	"net/http/httptest"
	"os/exec"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/apisetu/twin"
	"github.com/jansetu/jansetu/deploy/local/installed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

const pull = `{"txnId":"f7f1469c-29b0-4325-9dfc-c567200a70f7","format":"pdf","certificateParameters":{"regno":"1100044"}}`

func ask(t *testing.T, stand http.Handler, path, key, body string) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, path, strings.NewReader(body))
	request.Header.Set("X-Apisetu-Apikey", key)
	request.Header.Set("X-Apisetu-Clientid", twin.ClientID)
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, request)
	return recorder
}

func TestUniformErrors(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	const path = "/cbse/v3/sscer/certificate"
	tests := map[string]struct{ path, key, body, code string }{
		"key":       {path, "x", pull, "invalid_authentication"},
		"route":     {"/cbse/v3/none/certificate", twin.APIKey, pull, "url_not_found"},
		"txn":       {path, twin.APIKey, strings.Replace(pull, "f7f1469c-", "", 1), "invalid_txnid"},
		"format":    {path, twin.APIKey, strings.Replace(pull, `"pdf"`, `"doc"`, 1), "invalid_format"},
		"missing":   {path, twin.APIKey, strings.Replace(pull, "1100044", "", 1), "missing_parameter"},
		"malformed": {path, twin.APIKey, strings.Replace(pull, "1100044", "1'--", 1), "invalid_parameter"},
		"consent":   {path, twin.APIKey, strings.Replace(pull, `{"txnId"`, `{"consentArtifact":{},"txnId"`, 1), "invalid_consentid"},
		"unknown":   {path, twin.APIKey, strings.Replace(pull, "1100044", "1100045", 1), "record_not_found"},
	}
	for name, test := range tests {
		answer := ask(t, stand, test.path, test.key, test.body)
		require.Contains(t, answer.Body.String(), `"error":"`+test.code+`"`, name)
	}
	require.Len(t, stand.Pulled(), len(tests))
}

func TestPullsSurviveARestart(t *testing.T) {
	t.Parallel()
	config := twin.Config{DataDir: t.TempDir()}
	stand, err := twin.New(config)
	require.NoError(t, err)
	require.Equal(t, http.StatusOK, ask(t, stand, "/cbse/v3/sscer/certificate", twin.APIKey, pull).Code)
	require.NoError(t, stand.Close())
	again, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, again.Close()) })
	require.Len(t, again.Pulled(), 1)
	page := httptest.NewRecorder()
	again.ServeHTTP(page, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/twin/", nil))
	require.Contains(t, page.Body.String(), "pulled")
}

func TestEveryRouteGivesGeneratedRecordsAndPDFsThatReadersTake(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	routes, err := twin.Routes()
	require.NoError(t, err)
	require.Greater(t, len(routes), 50)
	var paper []byte
	for i, route := range routes {
		answer := ask(t, stand, route.Path, twin.APIKey, strings.Replace(pull, "1100044", twin.Number(i), 1))
		require.Equal(t, http.StatusOK, answer.Code, route.Path)
		paper = answer.Body.Bytes()
	}
	command := exec.CommandContext(t.Context(), installed.Program(t, "pdftotext"), "-", "-")
	command.Stdin = bytes.NewReader(paper)
	text, err := command.Output()
	require.NoError(t, err)
	require.Contains(t, string(text), twin.Number(len(routes)-1))
}
