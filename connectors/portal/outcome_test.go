package portal_test

import (
	"context"
	"io"
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
		tune    []func(*connectors.PortalConfig, *portal.Options)
	}{
		"dropped after reading": {handler: func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			panic(http.ErrAbortHandler)
		}, want: connectors.ClassOutcomeUnknown},
		"never answered": {handler: func(_ http.ResponseWriter, r *http.Request) {
			_, _ = io.Copy(io.Discard, r.Body)
			<-r.Context().Done()
		}, want: connectors.ClassOutcomeUnknown, tune: []func(*connectors.PortalConfig, *portal.Options){hasty}},
		"500":               {handler: status(http.StatusInternalServerError), want: connectors.ClassOutcomeUnknown},
		"502":               {handler: status(http.StatusBadGateway), want: connectors.ClassOutcomeUnknown},
		"503 without a day": {handler: status(http.StatusServiceUnavailable), want: connectors.ClassOutcomeUnknown},
		"429":               {handler: status(http.StatusTooManyRequests), want: connectors.ClassUnavailable},
		"404":               {handler: status(http.StatusNotFound), want: connectors.ClassOutcomeUnknown},
		"redirect that repeats the body": {handler: func(w http.ResponseWriter, r *http.Request) {
			http.Redirect(w, r, "/again", http.StatusTemporaryRedirect)
		}, want: connectors.ClassOutcomeUnknown},
		"503 with Retry-After": {handler: func(w http.ResponseWriter, _ *http.Request) {
			w.Header().Set("Retry-After", "30")
			w.WriteHeader(http.StatusServiceUnavailable)
		}, want: connectors.ClassUnavailable},
		"accepted": {handler: status(http.StatusOK), want: connectors.ClassOK},
	}
	for name, test := range tests {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			client := serve(t, test.handler, test.tune...)
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
	// Port 1 is nobody's: one that was just closed may be another test's by now.
	client := serve(t, nil, func(config *connectors.PortalConfig, _ *portal.Options) { config.URL = "http://127.0.0.1:1" })
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
		require.Less(t, time.Since(started), 30*time.Second, "not at the deadline")
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
