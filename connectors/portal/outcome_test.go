package portal_test

import (
	"context"
	"io"
	"net"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

func TestWhatAChangeAnswersWithWhenItFails(t *testing.T) {
	t.Parallel()
	tests := map[string]struct {
		handler http.HandlerFunc
		want    connectors.Class
	}{
		"dropped after reading": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}, connectors.ClassOutcomeUnknown},
		"never answered": {func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, connectors.ClassOutcomeUnknown},
		"500":               {status(http.StatusInternalServerError), connectors.ClassOutcomeUnknown},
		"502":               {status(http.StatusBadGateway), connectors.ClassOutcomeUnknown},
		"503 without a day": {status(http.StatusServiceUnavailable), connectors.ClassOutcomeUnknown},
		"429":               {status(http.StatusTooManyRequests), connectors.ClassUnavailable},
		"404":               {status(http.StatusNotFound), connectors.ClassOutcomeUnknown},
		"redirect that repeats the body": {func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/again", http.StatusTemporaryRedirect)
		}, connectors.ClassOutcomeUnknown},
		"503 with Retry-After": {func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, connectors.ClassUnavailable},
		"accepted": {status(http.StatusOK), connectors.ClassOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, test.handler, func(config *connectors.PortalConfig, _ *portal.Options) {
				config.Timeouts.Attempt = 100 * time.Millisecond
			})
			err := submit(client)
			require.Equal(t, test.want, connectors.ClassOf(err), "%v", err)
			if unknown := (*connectors.OutcomeUnknownError)(nil); test.want == connectors.ClassOutcomeUnknown {
				require.ErrorAs(t, err, &unknown)
				require.Equal(t, "AP-1/post", unknown.Reference)
			}
		})
	}
}

func status(code int) http.HandlerFunc {
	return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
}

func TestAChangeThatNeverLeftIsUnavailable(t *testing.T) {
	t.Parallel()
	listener, err := (&net.ListenConfig{}).Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	address := listener.Addr().String()
	require.NoError(t, listener.Close())
	client := serve(t, nil, func(config *connectors.PortalConfig, _ *portal.Options) { config.URL = "http://" + address })
	requireUnavailable(t, submit(client), connectors.ReasonConnection)
}

func TestCheckDecidesTheClassOfAnAnswer(t *testing.T) {
	t.Parallel()
	refusal := &connectors.RefusedError{Code: connectors.RefusedAlreadyPaid}
	client := serve(t, status(http.StatusConflict))
	_, err := client.Do(t.Context(), portal.Request{
		Method: http.MethodPost, Path: "/submit", Reference: "AP-1/post",
		Check: func(*portal.Response) error { return refusal },
	})
	require.ErrorIs(t, err, refusal)
}

func TestCancelledReadStopsAtOnceAndCancelledChangeIsUnknown(t *testing.T) {
	t.Parallel()
	reached := make(chan struct{}, 2)
	client := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		_, _ = io.Copy(io.Discard, r.Body)
		reached <- struct{}{}
		<-r.Context().Done()
	})
	for reference, want := range map[string]connectors.Class{
		"": connectors.ClassCanceled, "AP-1/post": connectors.ClassOutcomeUnknown,
	} {
		ctx, cancel := context.WithCancel(t.Context())
		go func() {
			<-reached
			cancel()
		}()
		started := time.Now()
		_, err := client.Do(ctx, portal.Request{Method: http.MethodPost, Path: "/", Body: []byte("x"), Reference: reference})
		require.Equal(t, want, connectors.ClassOf(err))
		require.Less(t, time.Since(started), time.Second)
	}
}

func TestErrorsNeverRepeatAddressQueryOrBody(t *testing.T) {
	t.Parallel()
	handlers := []http.HandlerFunc{
		func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) },
		status(http.StatusInternalServerError),
		status(http.StatusNotFound),
		func(w http.ResponseWriter, _ *http.Request) {
			w.WriteHeader(http.StatusTeapot)
			_, _ = w.Write([]byte(`<html><title>9876543210</title><p>Lakshmi</p></html>`))
		},
		func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "http://elsewhere.invalid/?n=9876543210", http.StatusFound)
		},
	}
	for _, handler := range handlers {
		client := serve(t, handler)
		_, err := client.Do(t.Context(), portal.Request{
			Method: http.MethodGet, Path: "/bill/9876543210",
			Query: map[string][]string{"name": {"Lakshmi"}},
		})
		require.Error(t, err)
		text := err.Error()
		if changed := (*connectors.ChangedError)(nil); connectors.ClassOf(err) == connectors.ClassChanged {
			require.ErrorAs(t, err, &changed)
			text += changed.Evidence
		}
		require.NotContains(t, text, "9876543210")
		require.NotContains(t, text, "Lakshmi")
		require.NotContains(t, text, "127.0.0.1")
	}
}
