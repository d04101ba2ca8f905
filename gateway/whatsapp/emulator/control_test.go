package emulator_test

import (
	"bufio"
	"encoding/json"
	"net/http"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func (w *world) control(t *testing.T, method, path, body string) (int, map[string]any) {
	t.Helper()
	return w.request(t, method, "/emulator"+path, "application/json", []byte(body))
}

func TestACitizenThroughTheControlAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code, phone := w.control(t, http.MethodPost, "/phones", `{"number":"+91 98000 00002","name":"Ravi","hides_number":true}`)
	require.Equal(t, http.StatusOK, code)
	require.Equal(t, "919800000002", phone["number"])
	code, _ = w.control(t, http.MethodPost, "/phones/919800000002/messages", `{"type":"text","text":{"body":"Hi"}}`)
	require.Equal(t, http.StatusOK, code)
	w.accepted(t, strings.ReplaceAll(menuWithButtons, asha, "919800000002"))
	code, _ = w.control(t, http.MethodPost, "/phones/919800000002/press", `{"title":"English"}`)
	require.Equal(t, http.StatusOK, code)
	code, _ = w.control(t, http.MethodPost, "/phones/919800000002/read", "")
	require.Equal(t, http.StatusOK, code)
	_, chat := w.control(t, http.MethodGet, "/phones/919800000002/chat?after=0&from=business&wait=5s", "")
	require.Len(t, chat["messages"], 1)
	require.InDelta(t, 2, chat["last"], 0)
	_, chat = w.control(t, http.MethodGet, "/phones/919800000002/chat?after=3&wait=1ms", "")
	require.Empty(t, chat["messages"])
	_, settled := w.control(t, http.MethodPost, "/settle?wait=5s", "")
	require.Equal(t, true, settled["settled"])
	_, counters := w.control(t, http.MethodGet, "/counters", "")
	require.InDelta(t, 1, counters["sends_accepted"], 0)
	_, listed := w.control(t, http.MethodGet, "/phones", "")
	require.Len(t, listed["phones"], 2)
	_, changed := w.control(t, http.MethodPatch, "/phones/919800000002", `{"hides_number":false}`)
	require.Equal(t, "Ravi", changed["name"])
	require.Equal(t, false, changed["hides_number"])
}

func TestManyPhonesWithAnOpenWindow(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	code, added := w.control(t, http.MethodPost, "/phones", `[{"number":"919800000010","window_open":true},{"number":"919800000011","window_open":true}]`)
	require.Equal(t, http.StatusOK, code)
	require.InDelta(t, 2, added["added"], 0)
	w.accepted(t, textTo("+919800000011", "Hello"))
}

func TestAnOpenWorldKnowsEveryNumber(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *emulator.Config) { c.OpenWorld = true })
	w.accepted(t, textTo("+919811111111", "Hello"))
}

func TestControlRefusals(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	for name, c := range map[string]struct {
		method, path, body string
		status             int
	}{
		"unknown phone":           {http.MethodGet, "/phones/919899999999", "", http.StatusNotFound},
		"a chat nobody has":       {http.MethodGet, "/phones/919899999999/chat", "", http.StatusNotFound},
		"an unknown number":       {http.MethodGet, "/phones/" + asha + "/chat?phone_number_id=9", "", http.StatusNotFound},
		"not JSON":                {http.MethodPost, "/phones", "{", http.StatusBadRequest},
		"a short number":          {http.MethodPost, "/phones", `{"number":"12"}`, http.StatusBadRequest},
		"a wait that is none":     {http.MethodGet, "/phones/" + asha + "/chat?wait=soon", "", http.StatusBadRequest},
		"a button nobody offers":  {http.MethodPost, "/phones/" + asha + "/press", `{"title":"x"}`, http.StatusNotFound},
		"a message without type":  {http.MethodPost, "/phones/" + asha + "/messages", `{}`, http.StatusBadRequest},
		"a change that is not":    {http.MethodPost, "/webhooks", `{}`, http.StatusBadRequest},
		"a file of a wrong type":  {http.MethodPost, "/media", `{}`, http.StatusBadRequest},
		"faults that are no JSON": {http.MethodPut, "/faults", `[`, http.StatusBadRequest},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			status, answer := w.control(t, c.method, c.path, c.body)
			require.Equal(t, c.status, status)
			require.NotEmpty(t, answer["error"])
		})
	}
}

func TestFaultsThroughTheControlAPI(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	_, set := w.control(t, http.MethodPut, "/faults", `{"throttle":{"next":2},"clock_shift_ms":5}`)
	require.Equal(t, map[string]any{"next": 2.0}, set["throttle"])
	_, gone := w.control(t, http.MethodDelete, "/faults", "")
	require.Equal(t, map[string]any{"next": 0.0}, gone["throttle"])
}

func TestSubscriptionMakesTheHandshake(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *emulator.Config) { c.WebhookURL = "" })
	w.write(t, emulator.Text("waits for an address"))
	status, _ := w.control(t, http.MethodPut, "/subscription", `{"url":"`+w.business.URL+`","verify_token":"wrong"}`)
	require.Equal(t, http.StatusBadGateway, status)
	status, _ = w.control(t, http.MethodPut, "/subscription", `{"url":"`+w.business.URL+`"}`)
	require.Equal(t, http.StatusOK, status)
	w.settle(t)
	require.Len(t, w.business.messages(t), 1)
}

func TestAnyChangeCanBeTold(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	status, _ := w.control(t, http.MethodPost, "/webhooks", `{"change":{"field":"account_update","value":{"event":"VERIFIED_ACCOUNT"}}}`)
	require.Equal(t, http.StatusOK, status)
	w.settle(t)
	require.Contains(t, string(w.business.bodies[0]), `"field":"account_update"`)
}

func TestEventsAreStreamed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodGet, w.server.URL+"/emulator/events?phone="+asha, http.NoBody)
	require.NoError(t, err)
	resp, err := w.server.Client().Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	lines := bufio.NewScanner(resp.Body)
	require.True(t, lines.Scan(), "the stream is open")
	w.write(t, emulator.Text("Hi"))
	for lines.Scan() {
		data, ok := strings.CutPrefix(lines.Text(), "data: ")
		if !ok {
			continue
		}
		var event emulator.Event
		require.NoError(t, json.Unmarshal([]byte(data), &event))
		require.Equal(t, asha, event.Phone)
		require.JSONEq(t, `{"body":"Hi"}`, string(event.Message.Content))
		return
	}
	t.Fatal("the stream ended")
}

func TestAnotherSitesPageCannotDriveTheEmulator(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+"/emulator/phones", strings.NewReader(`{"number":"919800000003"}`))
	require.NoError(t, err)
	req.Header.Set("Origin", "https://elsewhere.example")
	resp, err := w.server.Client().Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	require.Equal(t, http.StatusForbidden, resp.StatusCode)
}
