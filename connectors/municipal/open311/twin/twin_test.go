package twin_test

import (
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/municipal/open311/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ask(t *testing.T, stand http.Handler, method, target string, form url.Values) *httptest.ResponseRecorder {
	t.Helper()
	request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(form.Encode()))
	request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, request)
	return recorder
}

func filing(changes ...string) url.Values {
	form := url.Values{
		"jurisdiction_id": {twin.Jurisdiction}, "api_key": {twin.APIKey}, "service_code": {"light"}, "lat": {"20.3"}, "long": {"85.8"},
		"description": {"dark [OD-1]"},
	}
	for i := 0; i < len(changes); i += 2 {
		form.Set(changes[i], changes[i+1])
	}
	return form
}

func TestRefusalsAreListsOfCodeAndDescription(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{})
	require.NoError(t, err)
	for words, form := range map[string]url.Values{
		"jurisdiction_id was not found": filing("jurisdiction_id", "x"), "jurisdiction_id was not provided": filing("jurisdiction_id", ""),
		"api_key is not valid": filing("api_key", ""), "service_code is not valid": filing("service_code", "x"),
		"outside of the jurisdiction area": filing("lat", "1"), "or address_string is required": filing("lat", ""),
		"attribute[size] is required": filing("service_code", "pothole"),
	} {
		answer := ask(t, stand, http.MethodPost, "/requests.json", form)
		require.GreaterOrEqual(t, answer.Code, 400)
		require.Regexp(t, `^\[\{"code":\d+,"description":`, answer.Body.String())
		require.Contains(t, answer.Body.String(), words)
	}
	require.Contains(t, ask(t, stand, http.MethodPost, "/requests.xml", filing("lat", "1")).Body.String(), "<errors>\n<error>")
	require.Empty(t, stand.Requests())
}

func TestRequestsSurviveARestartAndDoublesAreCaught(t *testing.T) {
	t.Parallel()
	config := twin.Config{DataDir: t.TempDir(), BatchAfter: time.Hour}
	stand, err := twin.New(config)
	require.NoError(t, err)
	require.Contains(t, ask(t, stand, http.MethodPost, "/requests.xml", filing()).Body.String(), "<service_request_id>41001</service_request_id>")
	require.Contains(t, ask(t, stand, http.MethodPost, "/requests.json", filing("service_code", "water")).Body.String(), `"token":"tok-41002"`)
	require.NoError(t, stand.Close())

	again, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, again.Close()) })
	require.Len(t, again.Requests(), 2)
	require.Equal(t, 1, again.DoubleRequests(), "the same words twice")
	shown := ask(t, again, http.MethodGet, "/requests/41001.json?jurisdiction_id="+twin.Jurisdiction, nil)
	require.Contains(t, shown.Body.String(), `"status":"open"`)
	hidden := ask(t, again, http.MethodGet, "/requests/41002.json?jurisdiction_id="+twin.Jurisdiction, nil)
	require.Equal(t, http.StatusNotFound, hidden.Code)
	require.Contains(t, ask(t, again, http.MethodGet, "/tokens/tok-41002.json", nil).Body.String(), `"service_request_id":""`)
	require.Contains(t, ask(t, again, http.MethodGet, "/twin/", nil).Body.String(), "filed twice: 1")
}
