package webhook_test

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator/internal/webhook"
)

func TestSignatureVectors(t *testing.T) {
	t.Parallel()
	raw, err := os.ReadFile("../../testdata/webhook_signature.json")
	require.NoError(t, err)
	var vectors struct {
		AppSecret string `json:"app_secret"`
		Cases     []struct {
			Name      string
			Body      string `json:"raw_body_base64"`
			Signature string `json:"x_hub_signature_256"`
		}
	}
	require.NoError(t, json.Unmarshal(raw, &vectors))
	require.NotEmpty(t, vectors.Cases)
	for _, c := range vectors.Cases {
		t.Run(c.Name, func(t *testing.T) {
			t.Parallel()
			body, err := base64.StdEncoding.DecodeString(c.Body)
			require.NoError(t, err)
			require.Equal(t, c.Signature, webhook.Sign(vectors.AppSecret, body))
		})
	}
}

func newQueue(t *testing.T, handler http.HandlerFunc, adjust func(*webhook.Config)) *webhook.Queue {
	t.Helper()
	server := httptest.NewServer(handler)
	cfg := webhook.Config{
		URL: server.URL, AppSecret: "s", Concurrency: 2, Batch: 1, Timeout: 20 * time.Second,
		Retry: []time.Duration{time.Millisecond}, MaxAge: time.Minute, Log: slog.New(slog.DiscardHandler),
	}
	adjust(&cfg)
	q := webhook.NewQueue(cfg)
	t.Cleanup(func() {
		q.Close()
		server.Close()
	})
	return q
}

func settle(t *testing.T, q *webhook.Queue) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	require.NoError(t, q.Settle(ctx))
}

func TestBodiesArePureASCIIAndMeanTheSame(t *testing.T) {
	t.Parallel()
	const change = `{"field":"messages","value":{"text":"ఆ / 🙏 \" \\ <b>"}}`
	bodies := make(chan []byte, 3)
	q := newQueue(t, func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		bodies <- body
	}, func(*webhook.Config) {})
	for range 3 {
		q.Push(webhook.Change{ID: q.NextID(), WABAID: "1", Body: json.RawMessage(change)})
	}
	settle(t, q)
	for range 3 {
		body := <-bodies
		for _, b := range body {
			require.Less(t, b, byte(0x80))
		}
		require.JSONEq(t, `{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[`+change+`]}]}`, string(body))
	}
}

func TestWhatLagsBehindIsBatched(t *testing.T) {
	t.Parallel()
	var posts atomic.Int64
	blocked := make(chan struct{})
	q := newQueue(t, func(http.ResponseWriter, *http.Request) {
		if posts.Add(1) == 1 {
			<-blocked
		}
	}, func(c *webhook.Config) { c.Concurrency, c.Batch = 1, 50 })
	for range 101 {
		q.Push(webhook.Change{ID: q.NextID(), WABAID: "1", Body: json.RawMessage(`{}`)})
	}
	close(blocked)
	settle(t, q)
	require.LessOrEqual(t, posts.Load(), int64(5))
	require.Zero(t, q.Counters().Pending)
}

func TestWhatIsTooOldIsDropped(t *testing.T) {
	t.Parallel()
	var given atomic.Int64
	q := newQueue(t, func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(http.StatusBadGateway) }, func(c *webhook.Config) {
		c.MaxAge = 5 * time.Millisecond
		c.Done = func(_ webhook.Change, delivered bool) {
			if !delivered {
				given.Add(1)
			}
		}
	})
	q.Push(webhook.Change{ID: 1, WABAID: "1", Body: json.RawMessage(`{}`)})
	settle(t, q)
	require.Equal(t, int64(1), given.Load())
	require.Equal(t, int64(1), q.Counters().Dropped)
}
