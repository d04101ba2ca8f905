package emulator_test

import (
	"bytes"
	"encoding/json"
	"io"
	"mime/multipart"
	"net/http"
	"net/http/httptest"
	"net/textproto"
	"net/url"
	"os"
	"strings"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const account = "419561257915477"

// publicKey is the public half of a throw-away key.
func publicKey(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("../../flows/testdata/flow_crypto.json")
	require.NoError(t, err)
	var vectors struct {
		Public string `json:"public_key_spki_pem"`
	}
	require.NoError(t, json.Unmarshal(content, &vectors))
	return vectors.Public
}

func flowJSON(t *testing.T) string {
	t.Helper()
	content, err := os.ReadFile("flowcheck/testdata/good.json")
	require.NoError(t, err)
	return string(content)
}

func (w *world) createFlow(t *testing.T, name, endpoint string) string {
	t.Helper()
	body, err := json.Marshal(map[string]any{"name": name, "categories": []string{"OTHER"}, "endpoint_uri": endpoint})
	require.NoError(t, err)
	code, answer := w.request(t, http.MethodPost, "/v23.0/"+account+"/flows", "application/json", body)
	require.Equal(t, http.StatusOK, code, "%v", answer)
	id, ok := answer["id"].(string)
	require.True(t, ok)
	return id
}

func (w *world) uploadFlow(t *testing.T, id, content string) (int, map[string]any) {
	t.Helper()
	var body bytes.Buffer
	form := multipart.NewWriter(&body)
	part, err := form.CreatePart(textproto.MIMEHeader{"Content-Disposition": {`form-data; name="file"; filename="flow.json"`}, "Content-Type": {"application/json"}})
	require.NoError(t, err)
	_, err = io.WriteString(part, content)
	require.NoError(t, err)
	require.NoError(t, form.WriteField("name", "flow.json"))
	require.NoError(t, form.WriteField("asset_type", "FLOW_JSON"))
	require.NoError(t, form.Close())
	return w.request(t, http.MethodPost, "/v23.0/"+id+"/assets", form.FormDataContentType(), body.Bytes())
}

func (w *world) publish(t *testing.T, id string) (int, map[string]any) {
	t.Helper()
	return w.request(t, http.MethodPost, "/v23.0/"+id+"/publish", "application/json", []byte("{}"))
}

func (w *world) setKey(t *testing.T, key string) (int, map[string]any) {
	t.Helper()
	return w.request(t, http.MethodPost, "/v23.0/"+numberID+"/whatsapp_business_encryption", "application/x-www-form-urlencoded",
		[]byte(url.Values{"business_public_key": {key}}.Encode()))
}

func TestAFlowIsPublishedOnlyWhenMetaWouldPublishIt(t *testing.T) {
	t.Parallel()
	var asked atomic.Int64
	deaf := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		asked.Add(1)
		w.WriteHeader(http.StatusMisdirectedRequest)
	}))
	t.Cleanup(deaf.Close)
	w := newWorld(t)
	id := w.createFlow(t, "income", deaf.URL)
	_, answer := w.publish(t, id)
	require.Equal(t, 139002, errorCode(answer), "without content")

	code, answer := w.uploadFlow(t, id, strings.Replace(flowJSON(t), "TextInput", "TextBox", 1))
	require.Equal(t, http.StatusOK, code)
	require.NotEmpty(t, answer["validation_errors"])
	_, answer = w.publish(t, id)
	require.Equal(t, 139002, errorCode(answer), "with faults")

	_, answer = w.uploadFlow(t, id, flowJSON(t))
	require.Empty(t, answer["validation_errors"])
	_, answer = w.publish(t, id)
	require.Equal(t, 139002, errorCode(answer), "without a public key")
	require.Zero(t, asked.Load())

	_, answer = w.setKey(t, "no key")
	require.Equal(t, 100, errorCode(answer))
	code, _ = w.setKey(t, publicKey(t))
	require.Equal(t, http.StatusOK, code)
	_, answer = w.publish(t, id)
	require.Equal(t, 139002, errorCode(answer), "with an endpoint that cannot decrypt")
	require.Equal(t, int64(2), asked.Load(), "a phone asks once more after 421")
	_, answer = w.request(t, http.MethodGet, "/v23.0/"+id+"?fields=id,status", "", nil)
	require.Equal(t, "DRAFT", answer["status"])
}

func TestNamesOfFlowsAreUniqueAndTheListHasPages(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for _, name := range []string{"a", "b", "c"} {
		w.createFlow(t, name, "https://hub.example.gov.in/flows")
	}
	code, answer := w.request(t, http.MethodPost, "/v23.0/"+account+"/flows", "application/json", []byte(`{"name":"b","categories":["OTHER"]}`))
	require.Equal(t, http.StatusBadRequest, code, "%v", answer)
	for body, why := range map[string]string{
		`{"name":"d","categories":[]}`: "no category", `{"name":"","categories":["OTHER"]}`: "no name", `{`: "no JSON",
		`{"name":"d","categories":["OTHER"],"endpoint_uri":"http://hub.example.gov.in"}`: "plain http",
	} {
		code, _ = w.request(t, http.MethodPost, "/v23.0/"+account+"/flows", "application/json", []byte(body))
		require.Equal(t, http.StatusBadRequest, code, why)
	}
	_, answer = w.request(t, http.MethodGet, "/v23.0/"+account+"/flows?limit=2", "", nil)
	require.Len(t, answer["data"], 2)
	require.NotNil(t, answer["paging"])
	_, answer = w.request(t, http.MethodGet, "/v23.0/"+account+"/flows?limit=2&after=2", "", nil)
	require.Len(t, answer["data"], 1)
	require.Nil(t, answer["paging"])
}

func TestAMessageMayCarryOnlyAPublishedFlow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	w.createFlow(t, "income", "https://hub.example.gov.in/flows")
	message := func(name string) string {
		return `{"messaging_product":"whatsapp","to":"+` + asha + `","type":"interactive","interactive":{"type":"flow","body":{"text":"A form"},"action":{"name":"flow",
			"parameters":{"flow_message_version":"3","flow_name":"` + name + `","flow_token":"t","flow_cta":"Open","flow_action":"data_exchange"}}}}`
	}
	for status, want := range map[string]int{"DRAFT": 131009, "BLOCKED": 132068, "THROTTLED": 132069, "DEPRECATED": 131009} {
		require.NoError(t, w.SetFlowStatus("income", status))
		_, answer := w.send(t, message("income"))
		require.Equal(t, want, errorCode(answer), status)
	}
	_, answer := w.send(t, message("another"))
	require.Equal(t, 131009, errorCode(answer))
	require.NoError(t, w.SetFlowStatus("income", "PUBLISHED"))
	w.accepted(t, message("income"))
	require.ErrorIs(t, w.SetFlowStatus("another", "BLOCKED"), emulator.ErrNoSuchFlow)
	_, err := w.PressFlow(t.Context(), "nothing", nil)
	require.ErrorIs(t, err, emulator.ErrFormClosed)
	_, err = w.OpenFlow(t.Context(), asha, "wamid.unknown")
	require.ErrorIs(t, err, emulator.ErrNoSuchFlow)
}
