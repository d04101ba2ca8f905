package emulator_test

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"net/url"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

const (
	appSecret   = "test-app-secret"
	accessToken = "test-access-token"
	verifyToken = "test-verify-token"
	numberID    = "106540352242922"
	asha        = "919800000001"
)

// businessEnd is a gateway in miniature: it checks signatures and keeps what it was told.
type businessEnd struct {
	*httptest.Server
	mu     sync.Mutex
	bodies [][]byte
	status int // what it answers
	arrive chan struct{}
}

func newBusinessEnd(t *testing.T) *businessEnd {
	t.Helper()
	b := &businessEnd{status: http.StatusOK, arrive: make(chan struct{}, 10_000)}
	b.Server = httptest.NewServer(http.HandlerFunc(b.receive))
	t.Cleanup(b.Close)
	return b
}

func (b *businessEnd) receive(w http.ResponseWriter, r *http.Request) {
	if r.Method == http.MethodGet {
		if r.URL.Query().Get("hub.verify_token") != verifyToken {
			w.WriteHeader(http.StatusForbidden)
			return
		}
		_, _ = io.WriteString(w, r.URL.Query().Get("hub.challenge"))
		return
	}
	body, err := io.ReadAll(r.Body)
	mac := hmac.New(sha256.New, []byte(appSecret))
	mac.Write(body)
	if err != nil || r.Header.Get("X-Hub-Signature-256") != "sha256="+hex.EncodeToString(mac.Sum(nil)) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	w.WriteHeader(b.status)
	b.bodies = append(b.bodies, body)
	b.arrive <- struct{}{}
}

func (b *businessEnd) answer(status int) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.status = status
}

// values returns the "value" of every change told so far.
func (b *businessEnd) values(t *testing.T) []value {
	t.Helper()
	b.mu.Lock()
	defer b.mu.Unlock()
	var all []value
	for _, body := range b.bodies {
		var envelope struct {
			Object string
			Entry  []struct {
				ID      string
				Changes []struct{ Value value }
			}
		}
		require.NoError(t, json.Unmarshal(body, &envelope))
		require.Equal(t, "whatsapp_business_account", envelope.Object)
		for _, entry := range envelope.Entry {
			for _, change := range entry.Changes {
				all = append(all, change.Value)
			}
		}
	}
	return all
}

func (b *businessEnd) messages(t *testing.T) (all []map[string]any) {
	t.Helper()
	for _, v := range b.values(t) {
		all = append(all, v.Messages...)
	}
	return all
}

func (b *businessEnd) statuses(t *testing.T) (all []status) {
	t.Helper()
	for _, v := range b.values(t) {
		all = append(all, v.Statuses...)
	}
	return all
}

type value struct {
	Metadata struct {
		PhoneNumberID string `json:"phone_number_id"`
	}
	Contacts []struct {
		Profile struct{ Name string }
		WaID    *string `json:"wa_id"`
		UserID  string  `json:"user_id"`
	}
	Messages []map[string]any
	Statuses []status
}

type status struct {
	ID          string
	Status      string
	RecipientID *string `json:"recipient_id"`
	UserID      string  `json:"recipient_user_id"`
	Callback    string  `json:"biz_opaque_callback_data"`
	Pricing     map[string]any
	Errors      []struct{ Code int }
}

// world is an emulator served over HTTP, with a business end and one phone.
type world struct {
	*emulator.Emulator
	business *businessEnd
	server   *httptest.Server
}

func newWorld(t *testing.T, adjust ...func(*emulator.Config)) *world {
	t.Helper()
	business := newBusinessEnd(t)
	cfg := emulator.Config{
		WebhookURL: business.URL, AppSecret: appSecret, VerifyToken: verifyToken, AccessToken: accessToken,
		Numbers:   []emulator.Number{{PhoneNumberID: numberID, DisplayPhoneNumber: "+91 90000 00000", WABAID: "419561257915477", VerifiedName: "Mana Seva"}},
		Templates: templates(),
		Delivery:  emulator.Delivery{Retry: []time.Duration{time.Millisecond}},
		Log:       slog.New(slog.DiscardHandler),
		FetchLink: func(address *url.URL) bool { return address.Hostname() == "127.0.0.1" },
	}
	for _, change := range adjust {
		change(&cfg)
	}
	e, err := emulator.New(cfg)
	require.NoError(t, err)
	server := httptest.NewServer(e.Handler())
	t.Cleanup(func() {
		require.NoError(t, e.Close())
		server.Close()
	})
	_, err = e.AddPhone(emulator.Phone{Number: asha, Name: "Asha"})
	require.NoError(t, err)
	return &world{Emulator: e, business: business, server: server}
}

func (w *world) settle(t *testing.T) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, w.Settle(ctx))
}

func (w *world) write(t *testing.T, in emulator.Incoming) emulator.Message {
	t.Helper()
	m, err := w.Write(asha, in)
	require.NoError(t, err)
	return m
}

// request calls the emulator with the access token.
func (w *world) request(t *testing.T, method, path, contentType string, body []byte) (int, map[string]any) {
	t.Helper()
	req, err := http.NewRequestWithContext(t.Context(), method, w.server.URL+path, bytes.NewReader(body))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+accessToken)
	req.Header.Set("Content-Type", contentType)
	resp, err := w.server.Client().Do(req)
	require.NoError(t, err)
	defer func() { _ = resp.Body.Close() }()
	var answer map[string]any
	require.NoError(t, json.NewDecoder(resp.Body).Decode(&answer))
	return resp.StatusCode, answer
}

func (w *world) send(t *testing.T, body string) (int, map[string]any) {
	t.Helper()
	return w.request(t, http.MethodPost, "/v23.0/"+numberID+"/messages", "application/json", []byte(body))
}

// accepted sends a message that must be accepted and returns its id.
func (w *world) accepted(t *testing.T, body string) string {
	t.Helper()
	code, answer := w.send(t, body)
	require.Equal(t, http.StatusOK, code, "%v", answer)
	messages, ok := answer["messages"].([]any)
	require.True(t, ok)
	message, ok := messages[0].(map[string]any)
	require.True(t, ok)
	id, ok := message["id"].(string)
	require.True(t, ok)
	return id
}

func errorCode(answer map[string]any) int {
	refusal, ok := answer["error"].(map[string]any)
	if !ok {
		return 0
	}
	code, ok := refusal["code"].(float64)
	if !ok {
		return 0
	}
	return int(code)
}

func textTo(to, body string) string {
	return fmt.Sprintf(`{"messaging_product":"whatsapp","to":%q,"type":"text","text":{"body":%q},"biz_opaque_callback_data":"outbox-7"}`, to, body)
}

func templates() []emulator.Template {
	body := func(text string) []emulator.TemplateComponent {
		return []emulator.TemplateComponent{{Type: "BODY", Text: text}}
	}
	withImage := append([]emulator.TemplateComponent{{Type: "HEADER", Format: "IMAGE"}}, body("{{1}} {{2}} {{3}}")...)
	return []emulator.Template{
		{Name: "hello_world", Language: "en_US", Category: "UTILITY", Components: body("Hello")},
		{Name: "template-name", Language: "language-and-locale-code", Category: "UTILITY", Components: body("{{1}} {{2}} {{3}}")},
		{Name: "template-with-image", Language: "language-and-locale-code", Category: "UTILITY", Components: append(withImage,
			emulator.TemplateComponent{Type: "BUTTONS", Buttons: []emulator.TemplateButton{{Type: "QUICK_REPLY", Text: "Yes"}, {Type: "QUICK_REPLY", Text: "No"}}})},
		{Name: "intro_catalog_offer", Language: "en_US", Category: "MARKETING", Components: body("{{1}} {{2}} {{3}}")},
		{Name: "flow_form", Language: "en_US", Category: "UTILITY", Components: body("Open the form")},
		{Name: "case_update", Language: "te", Category: "UTILITY", ParameterFormat: "NAMED", Components: body("{{ticket}} సిద్ధం")},
		{Name: "paused", Language: "en", Status: "PAUSED", Components: body("x")},
		{Name: "disabled", Language: "en", Status: "DISABLED", Components: body("x")},
	}
}
