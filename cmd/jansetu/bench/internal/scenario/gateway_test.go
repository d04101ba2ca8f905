package scenario_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/scenario"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// faults are what a fake gateway does wrong, each to every n-th message; 0 is never.
type faults struct {
	lose, double, refuse int
	forgetful            bool // answers a repeated delivery again
}

// gateway answers every message with one list, at once, in memory: what the generator is tried against.
type gateway struct {
	t       *testing.T
	faults  faults
	metaURL string
	client  *http.Client

	mu      sync.Mutex
	seen    map[string]int
	count   int
	replies sync.WaitGroup
}

// newRunner joins a runner, a fake gateway and a fake Meta.
func newRunner(t *testing.T, f faults, config scenario.Config) (*scenario.Runner, *gateway) {
	t.Helper()
	g := &gateway{t: t, faults: f, client: &http.Client{Transport: &http.Transport{MaxIdleConnsPerHost: 64}}, seen: map[string]int{}}
	hub := httptest.NewServer(g)
	t.Cleanup(hub.Close)
	config.WebhookURL, config.AppSecret = hub.URL, "secret"
	config.Business = wire.Business{AccountID: "1", PhoneNumberID: "2", DisplayNumber: "3"}
	config.Crowd.Vocabulary = crowd.Vocabulary{
		Greeting: "Hi", Menu: "menu", Back: "back", Cancel: "cancel", Status: "status", Invalid: "??",
		Searches: []string{"ration"}, Forms: []crowd.Form{{Ask: "current bill", Answers: []string{"1234567890123"}}},
	}
	config.CountInbox = g.rows
	runner := scenario.New(config)
	t.Cleanup(runner.Close)
	meta := httptest.NewServer(runner.Listen(http.HandlerFunc(accept)))
	t.Cleanup(meta.Close)
	t.Cleanup(g.replies.Wait)
	g.metaURL = meta.URL + "/v23.0/2/messages"
	return runner, g
}

var sent atomic.Int64

func accept(w http.ResponseWriter, _ *http.Request) {
	fmt.Fprintf(w, `{"messaging_product":"whatsapp","contacts":[],"messages":[{"id":"wamid.%d"}]}`, sent.Add(1))
}

type delivered struct {
	Entry []struct {
		Changes []struct {
			Value struct {
				Messages []struct {
					ID          string `json:"id"`
					From        string `json:"from"`
					Interactive *struct {
						ListReply struct {
							ID string `json:"id"`
						} `json:"list_reply"`
					} `json:"interactive"`
				} `json:"messages"`
			} `json:"value"`
		} `json:"changes"`
	} `json:"entry"`
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	body, err := io.ReadAll(r.Body)
	if !assert.NoError(g.t, err) || !assert.Equal(g.t, wire.Sign("secret", body), r.Header.Get("X-Hub-Signature-256")) {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	var d delivered
	assert.NoError(g.t, json.Unmarshal(body, &d))
	for _, message := range d.Entry[0].Changes[0].Value.Messages {
		if message.Interactive != nil {
			assert.Equal(g.t, "signed-for-"+message.From, message.Interactive.ListReply.ID, "a choice is pressed by the id the reply carried")
		}
		copies, refused := g.take(message.ID)
		if refused {
			w.WriteHeader(http.StatusServiceUnavailable)
			return
		}
		for range copies {
			g.replies.Go(func() { g.reply(message.From) })
		}
	}
}

// take notes a delivery and says how many replies it gets.
func (g *gateway) take(id string) (replies int, refused bool) {
	g.mu.Lock()
	defer g.mu.Unlock()
	g.count++
	if every(g.faults.refuse, g.count) {
		return 0, true
	}
	g.seen[id]++
	switch {
	case g.seen[id] > 1 && !g.faults.forgetful:
		return 0, false
	case every(g.faults.lose, g.count):
		return 0, false
	case every(g.faults.double, g.count):
		return 2, false
	default:
		return 1, false
	}
}

func every(n, count int) bool { return n > 0 && count%n == 0 }

func (g *gateway) reply(to string) {
	body := fmt.Sprintf(`{"messaging_product":"whatsapp","to":"+%s","type":"interactive","biz_opaque_callback_data":"1","interactive":{"type":"list",
		"body":{"text":"Menu"},"action":{"button":"Choose","sections":[{"rows":[{"id":"signed-for-%s","title":"Bills"}]}]}}}`, to, to)
	response, err := g.client.Post(g.metaURL, "application/json", bytes.NewReader([]byte(body)))
	if assert.NoError(g.t, err) {
		_, _ = io.Copy(io.Discard, response.Body)
		_ = response.Body.Close()
	}
}

func requireExact(t *testing.T, r scenario.Replies) {
	t.Helper()
	require.True(t, r.Exact(), "%+v", r)
	require.Equal(t, r.Begun, r.Replied)
}
