package twin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/landrecords/meebhoomi/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func ask(t *testing.T, stand http.Handler, operation, parameters string) (status int, body string) {
	t.Helper()
	message := `<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"><s:Body><` + operation + ` xmlns="http://tempuri.org/">` +
		parameters + `</` + operation + `></s:Body></s:Envelope>`
	request := httptest.NewRequest(http.MethodPost, "/wspahani.asmx", strings.NewReader(message))
	request.Header.Set("SOAPAction", `"http://tempuri.org/`+operation+`"`)
	recorder := httptest.NewRecorder()
	stand.ServeHTTP(recorder, request)
	text, err := io.ReadAll(recorder.Result().Body)
	require.NoError(t, err)
	return recorder.Code, string(text)
}

const khata = `<UserId>hub</UserId><Password>p</Password><Dcode>9</Dcode><Mcode>4</Mcode><VCode>1</VCode><KhataNo>102</KhataNo>`

func TestRegisterIsADataSetAndWhatWasReadSurvivesARestart(t *testing.T) {
	t.Parallel()
	config := twin.Config{UserID: "hub", Password: "p", DataDir: t.TempDir()}
	stand, err := twin.New(config)
	require.NoError(t, err)
	status, body := ask(t, stand, "GetMeebhoomiRORDetails", khata)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, 3, strings.Count(body, "<Table diffgr:id="))
	require.NoError(t, stand.Close())

	again, err := twin.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, again.Close()) })
	require.Len(t, again.Views(), 1)
	require.Equal(t, 3, again.Views()[0].Rows)
}

func TestServiceRefusesWhatItDoesNotKnow(t *testing.T) {
	t.Parallel()
	stand, err := twin.New(twin.Config{UserID: "hub", Password: "p"})
	require.NoError(t, err)
	for name, call := range map[string][2]string{
		"no credentials":    {"GetMeebhoomiRORDetails", strings.Replace(khata, "<Password>p", "<Password>q", 1)},
		"letters as a code": {"GetMeebhoomiRORDetails", strings.Replace(khata, "<Dcode>9", "<Dcode>x", 1)},
		"another operation": {"DropTables", khata},
	} {
		status, body := ask(t, stand, call[0], call[1])
		require.Equal(t, http.StatusInternalServerError, status, name)
		require.Contains(t, body, "<soap:Fault>", name)
	}
	require.Empty(t, stand.Views())
}
