package bbps_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/bbps"
	standin "github.com/jansetu/jansetu/connectors/bbps/twin"
)

type delivered struct {
	header http.Header
	body   []byte
}

// listenForCallbacks is the hub's address that the network calls.
func listenForCallbacks(t *testing.T) (string, chan delivered) {
	t.Helper()
	came := make(chan delivered, 8)
	server := httptest.NewServer(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
		body, _ := io.ReadAll(r.Body)
		came <- delivered{r.Header, body}
	}))
	t.Cleanup(server.Close)
	return server.URL, came
}

func TestCallbackTellsWhichPaymentToAskFor(t *testing.T) {
	t.Parallel()
	url, came := listenForCallbacks(t)
	stand := newTwin(t, standin.Config{Clock: november, CallbackURL: url, CallbackSecret: "hook"})
	counter := counter{Twin: stand, hub: connect(t, stand)}
	_, err := counter.hub.PostPayment(t.Context(), counter.posting(t, query(standin.ConsumerNumber(1))))
	require.NoError(t, err)

	deadline := time.After(5 * time.Second)
	for {
		select {
		case <-deadline:
			t.Fatal("no callback of the payment")
		case got := <-came:
			told, err := counter.hub.ParseCallback(got.header, got.body)
			require.NoError(t, err)
			require.Len(t, told.RefID, 35)
			got.body[0]++
			_, err = counter.hub.ParseCallback(got.header, got.body)
			require.ErrorIs(t, err, bbps.ErrSignature)
			if told.Reference == "AP-1/post" {
				require.Equal(t, "RESPONSE_SUCCESS", told.State)
				return
			}
		}
	}
}

func FuzzCallback(f *testing.F) {
	f.Add("", []byte(`{"refId":"R"}`))
	f.Add("00ff", []byte(`{`))
	connector := connect(f, http.NotFoundHandler())
	f.Fuzz(func(t *testing.T, signature string, body []byte) {
		_, err := connector.ParseCallback(http.Header{"X-Signature": {signature}}, body)
		require.ErrorIs(t, err, bbps.ErrSignature, "nobody guesses a signature")
	})
}
