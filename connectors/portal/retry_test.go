package portal_test

import (
	"net/http"
	"strconv"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestGetIsRetriedOnceAndPostNever(t *testing.T) {
	t.Parallel()
	for _, status := range []int{http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout} {
		t.Run(strconv.Itoa(status), func(t *testing.T) {
			t.Parallel()
			var hits atomic.Int32
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				hits.Add(1)
				w.WriteHeader(status)
			})
			_, err := get(client, "/")
			requireUnavailable(t, err, connectors.ReasonServerError)
			require.EqualValues(t, 2, hits.Load())

			require.Equal(t, connectors.ClassOutcomeUnknown, connectors.ClassOf(submit(client)))
			require.EqualValues(t, 3, hits.Load(), "a POST is sent once")
		})
	}
}

func TestGetIsNotRetriedOnAPlain500(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		w.WriteHeader(http.StatusInternalServerError)
	})
	_, err := get(client, "/")
	requireUnavailable(t, err, connectors.ReasonServerError)
	require.EqualValues(t, 1, hits.Load())
}

func TestRetryCuresADroppedConnection(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		if hits.Add(1) == 1 {
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte("fine"))
	})
	response, err := get(client, "/")
	require.NoError(t, err)
	require.Equal(t, "fine", string(response.Body))
}

func TestAnswerCutInTheMiddleIsRetried(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Length", "8")
		if hits.Add(1) == 1 {
			_, _ = w.Write([]byte("half"))
			panic(http.ErrAbortHandler)
		}
		_, _ = w.Write([]byte("complete"))
	})
	response, err := get(client, "/")
	require.NoError(t, err)
	require.Equal(t, "complete", string(response.Body))
}

func TestRetryAfterIsHandedOnCappedInsteadOfWaitedOut(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		header string
		want   time.Duration
	}{
		"seconds":     {"120", 2 * time.Minute},
		"a whole day": {"86400", time.Hour},
		"absurd":      {"999999999999999999", 0},
		"negative":    {"-5", 0},
		"past date":   {"Fri, 31 Dec 1999 23:59:59 GMT", 0},
		"far date":    {"Fri, 31 Dec 2099 23:59:59 GMT", time.Hour},
		"nonsense":    {"soon", 0},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
				w.Header().Set("Retry-After", test.header)
				w.WriteHeader(http.StatusServiceUnavailable)
			})
			_, err := get(client, "/")
			unavailable := requireUnavailable(t, err, connectors.ReasonServerError) // waiting it out would be a timeout
			require.Equal(t, test.want, unavailable.RetryAfter)
		})
	}
}

func TestRateLimitIsNotRetried(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	client := serve(t, func(w http.ResponseWriter, _ *http.Request) {
		hits.Add(1)
		w.Header().Set("Retry-After", "7")
		w.WriteHeader(http.StatusTooManyRequests)
	})
	_, err := get(client, "/")
	require.Equal(t, 7*time.Second, requireUnavailable(t, err, connectors.ReasonRateLimited).RetryAfter)
	requireUnavailable(t, submit(client), connectors.ReasonRateLimited)
	require.EqualValues(t, 2, hits.Load())
}

func TestSlowPortalEndsAtTheAttemptDeadlineWithoutRetry(t *testing.T) {
	t.Parallel()
	observer := &recorder{}
	client := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		<-r.Context().Done()
	}, hasty, func(_ *connectors.PortalConfig, options *portal.Options) { options.Observer = observer })
	_, err := get(client, "/")
	requireUnavailable(t, err, connectors.ReasonTimeout)
	calls, _ := observer.seen()
	require.Equal(t, 1, calls[0].Attempts)
}

func TestDeadlineCoversTheBody(t *testing.T) {
	t.Parallel()
	client := serve(t, func(w http.ResponseWriter, r *http.Request) {
		_, _ = w.Write([]byte("first bytes"))
		_ = http.NewResponseController(w).Flush()
		<-r.Context().Done()
	}, hasty)
	_, err := get(client, "/")
	requireUnavailable(t, err, connectors.ReasonTimeout)
}
