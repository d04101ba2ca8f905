package gateway_test

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"os"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/jackc/pgx/v5/pgxpool"
	"github.com/prometheus/client_golang/prometheus"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/catalog"
	"github.com/jansetu/jansetu/gateway"
	"github.com/jansetu/jansetu/gateway/bubble"
	"github.com/jansetu/jansetu/gateway/dialog"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

const (
	number    = "106540352242922" // the business number of Meta's own samples
	appSecret = "an app secret for tests"
	patience  = time.Minute
)

// hub is a gateway on a database of its own, with a scripted Meta and a scripted Temporal.
type hub struct {
	t        testing.TB
	url      string
	database string
	pool     *pgxpool.Pool
	store    *store.Store
	meta     *meta
	temporal *temporal
	registry *prometheus.Registry
	stop     func()
}

// newHub starts a gateway whose dialog echoes; change adapts its configuration.
func newHub(t testing.TB, change ...func(*gateway.Config)) *hub {
	t.Helper()
	h := &hub{t: t, database: storetest.URL(t), meta: newMeta(t), temporal: newTemporal()}
	h.serve(change...)
	return h
}

func (h *hub) serve(change ...func(*gateway.Config)) {
	h.t.Helper()
	data, err := store.Open(context.Background(), h.database, storetest.Vault(h.t), store.Options{})
	require.NoError(h.t, err)
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: h.meta.server.URL, Version: "v23.0", AccessToken: "token",
		Timeout: patience})
	require.NoError(h.t, err)
	h.registry = prometheus.NewRegistry()
	config := gateway.Config{Store: data, Dialog: echo{}, Services: services{}, Apology: apology, Starter: h.temporal, Client: client,
		Workflows:  map[catalog.Kind]string{catalog.KindBill: "BillPayment"},
		Numbers:    []gateway.Number{{PhoneNumberID: number, MessagesPerSecond: 1000}},
		AppSecrets: []string{appSecret}, VerifyToken: "verify", ChoiceKey: strings.Repeat("k", 32),
		Registry: h.registry, Log: testLog(h.t), RetryDelay: 5 * time.Millisecond, DoubtWait: 200 * time.Millisecond, StopWait: 50 * time.Millisecond,
		CommitTimeout: patience}
	for _, f := range change {
		f(&config)
	}
	g, err := gateway.New(config)
	require.NoError(h.t, err)
	listener, err := (&net.ListenConfig{}).Listen(context.Background(), "tcp", "127.0.0.1:0")
	require.NoError(h.t, err)
	ctx, cancel := context.WithCancel(context.Background())
	served := make(chan error, 1)
	go func() { served <- g.Serve(ctx, listener) }()
	h.url, h.store, h.pool = "http://"+listener.Addr().String(), data, data.Pool()
	h.stop = sync.OnceFunc(func() {
		cancel()
		require.NoError(h.t, <-served)
		data.Close()
	})
	h.t.Cleanup(h.stop)
}

func testLog(t testing.TB) *slog.Logger {
	t.Helper()
	if testing.Verbose() {
		return slog.New(slog.NewTextHandler(t.Output(), nil))
	}
	return slog.New(slog.DiscardHandler)
}

// standingStill stops the gateway's clock: however slow the machine is, what was used up does not come back.
func standingStill(c *gateway.Config) {
	now := time.Now()
	c.Now = func() time.Time { return now }
}

// post sends a body as Meta does and returns the status.
func (h *hub) post(body string) int {
	h.t.Helper()
	return h.postSigned(body, whatsapp.Sign([]byte(body), appSecret))
}

func (h *hub) postSigned(body, signature string) int {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodPost, h.url+"/webhooks/whatsapp", strings.NewReader(body))
	require.NoError(h.t, err)
	request.Header.Set(whatsapp.SignatureHeader, signature)
	response, err := http.DefaultClient.Do(request)
	require.NoError(h.t, err)
	defer func() { require.NoError(h.t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(h.t, err)
	require.Empty(h.t, content, "the answer has no body")
	return response.StatusCode
}

func (h *hub) get(path string) (int, string) {
	h.t.Helper()
	request, err := http.NewRequestWithContext(h.t.Context(), http.MethodGet, h.url+path, http.NoBody)
	require.NoError(h.t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(h.t, err)
	defer func() { require.NoError(h.t, response.Body.Close()) }()
	content, err := io.ReadAll(response.Body)
	require.NoError(h.t, err)
	return response.StatusCode, string(content)
}

// count runs a query for one number. It may ask plain_outbox and plain_conversation.
func (h *hub) count(query string, args ...any) (n int) {
	h.t.Helper()
	if strings.Contains(query, "plain_") {
		storetest.Reveal(h.t, h.store)
	}
	require.NoError(h.t, h.pool.QueryRow(h.t.Context(), query, args...).Scan(&n))
	return n
}

// eventually waits until the query gives want.
func (h *hub) eventually(want int, query string, args ...any) {
	h.t.Helper()
	require.Eventually(h.t, func() bool { return h.count(query, args...) == want }, patience, 5*time.Millisecond, "%s is not %d", query, want)
}

// lookup is the hash under which an identity is stored.
func (h *hub) lookup(kind store.IdentityKind, value string) []byte {
	return storetest.Vault(h.t).Lookup("channel_identity", number, string(kind), value)
}

// message is the hash under which a message is stored.
func (h *hub) message(id string) []byte { return store.MessageHash(storetest.Vault(h.t), id) }

// addRequest stores a request of whom the conversation is with.
func (h *hub) addRequest(reference string, conversation int64) {
	h.t.Helper()
	var person string
	require.NoError(h.t, h.pool.QueryRow(h.t.Context(), `select person::text from conversation where id = $1`, conversation).Scan(&person))
	storetest.Request(h.t, h.store, store.Request{Reference: reference, Person: person, Conversation: conversation})
}

// text is a webhook with one text message.
func text(phone, id, body string) string {
	return messages(fmt.Sprintf(`{"from":%q,"id":%q,"timestamp":"%d","type":"text","text":{"body":%q}}`, phone, id, time.Now().Unix(), body))
}

func messages(items ...string) string { return value(`"messages":[` + strings.Join(items, ",") + `]`) }

func statuses(items ...string) string { return value(`"statuses":[` + strings.Join(items, ",") + `]`) }

func value(content string) string {
	return `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[{"field":"messages","value":{
		"messaging_product":"whatsapp","metadata":{"phone_number_id":"` + number + `"},` + content + `}}]}]}`
}

// echo answers every event with its text, and counts turns in the session.
type echo struct{}

func (echo) Step(s dialog.Session, event dialog.Event, _ dialog.Facts) (dialog.Session, []dialog.Effect) {
	s.Page++
	answer := event.Text
	if event.Kind != dialog.EventText {
		answer = string(event.Kind) + ":" + event.Choice
	}
	return s, []dialog.Effect{dialog.Reply{Bubble: bubble.Bubble{Text: answer}}}
}

// dialogFunc is a dialog as one function.
type dialogFunc func(dialog.Session, dialog.Event, dialog.Facts) (dialog.Session, []dialog.Effect)

func (f dialogFunc) Step(s dialog.Session, e dialog.Event, facts dialog.Facts) (dialog.Session, []dialog.Effect) {
	return f(s, e, facts)
}

func withDialog(f dialogFunc) func(*gateway.Config) {
	return func(c *gateway.Config) { c.Dialog = f }
}

func apology(dialog.Session) bubble.Bubble { return bubble.Bubble{Text: "sorry"} }

type services struct{}

func (services) Service(id string) (*catalog.Service, bool) {
	return &catalog.Service{ID: id, Kind: catalog.KindBill, Title: catalog.Text{"en": "A bill"}, Portal: catalog.PortalBinding{Name: "p"}}, id == "bill"
}

func (services) QuietHours() catalog.QuietHours { return catalog.QuietHours{} }

func (services) Media(name string) ([]byte, error) {
	if name != "road.png" {
		return nil, fs.ErrNotExist
	}
	return []byte("a picture of a road"), nil
}

// meta is a Graph API that a test scripts.
type meta struct {
	server *httptest.Server
	sends  chan send
	files  []string

	mu     sync.Mutex
	answer func(send) (int, string) // nil: accept
	number int
}

// send is one call of the messages endpoint.
type send struct {
	To          string                                 `json:"to"`
	UserID      string                                 `json:"recipient"`
	Type        string                                 `json:"type"`
	Callback    string                                 `json:"biz_opaque_callback_data"`
	Text        struct{ Body string }                  `json:"text"`
	Document    struct{ ID, Filename, Caption string } `json:"document"`
	Template    struct{ Name string }                  `json:"template"`
	Image       struct{ ID, Caption string }           `json:"image"`
	Interactive struct {
		Header struct{ Image struct{ ID string } }
		Action struct {
			Buttons []struct{ Reply struct{ ID, Title string } }
		}
	} `json:"interactive"`
	ID string `json:"-"` // the wamid it was given
}

func newMeta(t testing.TB) *meta {
	t.Helper()
	m := &meta{sends: make(chan send, 100000)}
	m.server = httptest.NewServer(m)
	t.Cleanup(m.server.Close)
	return m
}

// script sets how sends are answered: an HTTP status and a Meta error code, or 200 to accept, or 0 to drop the connection.
func (m *meta) script(answer func(send) (status int, body string)) {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.answer = answer
}

func (m *meta) upload(r *http.Request) {
	file, _, err := r.FormFile("file")
	if err != nil {
		return
	}
	content, _ := io.ReadAll(file)
	m.mu.Lock()
	defer m.mu.Unlock()
	m.files = append(m.files, string(content))
}

// uploads are the contents that were uploaded so far.
func (m *meta) uploads() []string {
	m.mu.Lock()
	defer m.mu.Unlock()
	return slices.Clone(m.files)
}

func (m *meta) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	if strings.HasSuffix(r.URL.Path, "/media") {
		m.upload(r)
		_, _ = io.WriteString(w, `{"id":"media-1"}`)
		return
	}
	body, _ := io.ReadAll(r.Body)
	var one send
	if json.Unmarshal(body, &one) != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	m.mu.Lock()
	m.number++
	one.ID = fmt.Sprintf("wamid.out.%d", m.number)
	answer := m.answer
	m.mu.Unlock()
	status, text := http.StatusOK, ""
	if answer != nil {
		status, text = answer(one)
	}
	m.sends <- one
	switch status {
	case 0:
		panic(http.ErrAbortHandler)
	case http.StatusOK:
		text = fmt.Sprintf(`{"messages":[{"id":%q}]}`, one.ID)
	}
	w.WriteHeader(status)
	_, _ = io.Copy(w, bytes.NewBufferString(text))
}

// next waits for the next call.
func (m *meta) next(t testing.TB) send {
	t.Helper()
	select {
	case one := <-m.sends:
		return one
	case <-time.After(patience):
		require.Fail(t, "nothing was sent")
		return send{}
	}
}

func refusal(status, code int) (int, string) {
	return status, fmt.Sprintf(`{"error":{"message":"(#%d)","code":%d,"error_data":{"details":"why"},"fbtrace_id":"trace"}}`, code, code)
}

// temporal records what it is told; while down it refuses.
type temporal struct {
	mu    sync.Mutex
	down  bool
	calls chan string
}

func newTemporal() *temporal { return &temporal{calls: make(chan string, 1000)} }

func (s *temporal) setDown(down bool) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.down = down
}

func (s *temporal) call(what string) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.down {
		return errors.New("connection refused")
	}
	s.calls <- what
	return nil
}

func (s *temporal) Start(_ context.Context, start store.WorkflowStart) error {
	return s.call("start " + start.Workflow + " " + start.Reference)
}

func (s *temporal) Signal(_ context.Context, signal store.WorkflowSignal) error {
	return s.call("signal " + signal.Name + " " + signal.Reference)
}

func (s *temporal) next(t testing.TB) string {
	t.Helper()
	select {
	case call := <-s.calls:
		return call
	case <-time.After(patience):
		require.Fail(t, "temporal was not called")
		return ""
	}
}

func sample(t testing.TB, name string) string {
	t.Helper()
	content, err := os.ReadFile("whatsapp/testdata/meta/webhooks/" + name)
	require.NoError(t, err)
	return string(content)
}
