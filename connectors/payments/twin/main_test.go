package twin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	sandbox "github.com/jansetu/jansetu/connectors/payments/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// run starts a sandbox over HTTP.
func run(t *testing.T, config sandbox.Config) (*sandbox.Sandbox, string) {
	t.Helper()
	config.KeyID, config.KeySecret, config.WebhookSecret = "key", "secret", "hook"
	made, err := sandbox.New(config)
	require.NoError(t, err)
	t.Cleanup(func() { _ = made.Close() })
	server := httptest.NewServer(made)
	t.Cleanup(server.Close)
	return made, server.URL
}

// hub receives webhooks.
type hub struct {
	url    string
	events chan delivery
}

type delivery struct {
	id, signature string
	body          []byte
}

func receive(t *testing.T, answer func(n int) int) hub {
	t.Helper()
	received := hub{events: make(chan delivery, 100)}
	var deliveries atomic.Int32
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		body, err := io.ReadAll(r.Body)
		if err != nil {
			return // the sandbox was closed in the midst of it
		}
		n := int(deliveries.Add(1))
		received.events <- delivery{r.Header.Get("x-razorpay-event-id"), r.Header.Get("X-Razorpay-Signature"), body}
		w.WriteHeader(answer(n))
	}))
	t.Cleanup(server.Close)
	received.url = server.URL
	return received
}

func ok(int) int { return http.StatusOK }

func (h hub) next(t *testing.T) delivery {
	t.Helper()
	select {
	case event := <-h.events:
		return event
	case <-time.After(time.Minute):
		require.Fail(t, "no webhook came")
		return delivery{}
	}
}
