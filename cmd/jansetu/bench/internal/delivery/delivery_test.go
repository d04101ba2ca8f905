package delivery_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/assert"
	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/delivery"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// answering is a hub that gives these answers in turn, the last one for ever.
func answering(t *testing.T, statuses ...int) (courier *delivery.Courier, received *atomic.Int64) {
	t.Helper()
	received = &atomic.Int64{}
	hub := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		assert.NoError(t, err)
		assert.Equal(t, wire.Sign("secret", body), r.Header.Get("X-Hub-Signature-256"))
		n := received.Add(1)
		w.WriteHeader(statuses[min(int(n), len(statuses))-1])
	}))
	t.Cleanup(hub.Close)
	courier = delivery.NewCourier(hub.URL, "secret")
	t.Cleanup(courier.Close)
	return courier, received
}

func TestAnAcceptedWebhookIsMeasuredFromWhenItWasDue(t *testing.T) {
	t.Parallel()
	courier, _ := answering(t, http.StatusOK)
	require.True(t, courier.Deliver(t.Context(), []byte("{}"), time.Now().Add(-time.Minute)))
	require.Equal(t, delivery.Tally{Offered: 1, Accepted: 1, Errors: map[string]int{}}, courier.Tally())
	require.GreaterOrEqual(t, courier.Acks().P50, time.Minute)
	courier.Reset()
	require.Zero(t, courier.Acks().Count)
}

func TestAnythingBut200IsDeliveredAgain(t *testing.T) {
	t.Parallel()
	courier, received := answering(t, http.StatusServiceUnavailable, http.StatusAccepted, http.StatusOK)
	require.True(t, courier.Deliver(t.Context(), []byte("{}"), time.Now()))
	require.Equal(t, int64(3), received.Load())
	require.Equal(t, delivery.Tally{Offered: 1, Accepted: 1, Errors: map[string]int{"HTTP 503": 1, "HTTP 202": 1}}, courier.Tally())
}

func TestDeliveryEndsWithItsContext(t *testing.T) {
	t.Parallel()
	courier, _ := answering(t, http.StatusInternalServerError)
	ctx, cancel := context.WithCancel(t.Context())
	ended := make(chan bool)
	go func() { ended <- courier.Deliver(ctx, []byte("{}"), time.Now()) }()
	require.Eventually(t, func() bool { return courier.Tally().Errors["HTTP 500"] > 0 }, time.Minute, time.Millisecond)
	cancel()
	require.False(t, <-ended)
}

func TestAHubThatIsGoneIsAConnectionError(t *testing.T) {
	t.Parallel()
	courier := delivery.NewCourier("http://127.0.0.1:1", "secret") // nobody's port: one just closed may be another test's by now
	require.Error(t, courier.Repeat(t.Context(), []byte("{}")))
	require.Equal(t, map[string]int{"repeated: connection": 1}, courier.Tally().Errors)
}

type heard struct {
	send wire.Send
	id   string
}

func TestTheTapHearsWhatMetaAcceptedAndPassesEverythingOn(t *testing.T) {
	t.Parallel()
	const message = `{"to":"+911","type":"text","text":{"body":"hello"}}`
	const accepted = `{"messages":[{"id":"wamid.1"}]}`
	for name, test := range map[string]struct {
		method, path, body string
		status             int
		answer             string
		want               []heard
	}{
		"a message":            {"POST", "/v23.0/1/messages", message, 200, accepted, []heard{{wire.Send{Phone: "+911", Text: "hello"}, "wamid.1"}}},
		"a refused message":    {"POST", "/v23.0/1/messages", message, 400, `{"error":{}}`, nil},
		"a read receipt":       {"POST", "/v23.0/1/messages", `{"status":"read","message_id":"x"}`, 200, `{"success":true}`, nil},
		"an upload":            {"POST", "/v23.0/1/media", "bytes", 200, `{"id":"1"}`, nil},
		"the control API":      {"POST", "/emulator/phones/1/messages", message, 200, accepted, nil},
		"an answer without id": {"POST", "/v23.0/1/messages", message, 200, `{}`, nil},
	} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			var got []heard
			before := time.Now()
			tap := delivery.Tap(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, err := io.ReadAll(r.Body)
				assert.NoError(t, err)
				assert.Equal(t, test.body, string(body))
				w.WriteHeader(test.status)
				_, _ = io.WriteString(w, test.answer)
			}), func(send wire.Send, id string, arrived time.Time) {
				assert.False(t, arrived.Before(before))
				got = append(got, heard{send, id})
			})
			response := httptest.NewRecorder()
			tap.ServeHTTP(response, httptest.NewRequestWithContext(t.Context(), test.method, test.path, strings.NewReader(test.body)))
			require.Equal(t, test.status, response.Code)
			require.Equal(t, test.answer, response.Body.String())
			require.Equal(t, test.want, got)
		})
	}
}

func TestReceiptsFallDueInTheOrderOfTheirTime(t *testing.T) {
	t.Parallel()
	var receipts delivery.Receipts
	accepted := time.Unix(1000, 0)
	receipts.Expect("wamid.1", "17", wire.Sender{Phone: "911"}, accepted)
	receipts.Expect("wamid.2", "18", wire.Sender{Phone: "912"}, accepted.Add(100*time.Millisecond))
	values := func(after time.Duration, limit int) (all []string) {
		for _, status := range receipts.Due(accepted.Add(after), limit) {
			all = append(all, status.MessageID+" "+status.Value)
		}
		return all
	}
	require.Empty(t, values(0, 10))
	require.Zero(t, receipts.Late(accepted))
	require.Equal(t, 20*time.Millisecond, receipts.Late(accepted.Add(100*time.Millisecond)))
	require.Equal(t, []string{"wamid.1 sent"}, values(100*time.Millisecond, 10))
	require.Equal(t, []string{"wamid.2 sent"}, values(time.Second, 1))
	require.Equal(t, []string{"wamid.1 delivered", "wamid.2 delivered"}, values(time.Second, 10))
	require.Equal(t, []string{"wamid.1 read", "wamid.2 read"}, values(time.Minute, 10))
	require.Empty(t, values(time.Hour, 10))
}
