package media_test

import (
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/sdk/temporal"

	"github.com/jansetu/jansetu/activities/media"
	"github.com/jansetu/jansetu/gateway/whatsapp"
	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
	"github.com/jansetu/jansetu/workflows"
)

// newChannel is a client of the emulator, which may be made to be away.
func newChannel(t *testing.T, away *bool) *whatsapp.Client {
	t.Helper()
	meta, err := emulator.New(emulator.Config{AppSecret: "app secret", VerifyToken: "verify", AccessToken: "token", Log: slog.New(slog.DiscardHandler),
		Numbers: []emulator.Number{{PhoneNumberID: "1", DisplayPhoneNumber: "+1 555 078 3881", WABAID: "1"}}})
	require.NoError(t, err)
	handler := meta.Handler()
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if *away {
			w.WriteHeader(http.StatusBadGateway)
			return
		}
		handler.ServeHTTP(w, r)
	}))
	t.Cleanup(func() { server.Close(); require.NoError(t, meta.Close()) })
	client, err := whatsapp.NewClient(whatsapp.ClientConfig{URL: server.URL, Version: "v23.0", AccessToken: "token", ProofSecret: "app secret", Timeout: 5 * time.Second})
	require.NoError(t, err)
	return client
}

func TestWhatTheDepartmentHasIsDeletedAtWhatsApp(t *testing.T) {
	t.Parallel()
	away := false
	client, s := newChannel(t, &away), storetest.Store(t)
	person, conversation := storetest.Person(t, s)
	storetest.Request(t, s, store.Request{Reference: "R1", Person: person, Conversation: conversation})
	input := workflows.DeleteMediaInput{Reference: "R1"}
	for range 2 {
		id, err := client.Upload(t.Context(), "1", whatsapp.File{Name: "paper.pdf", MIMEType: "application/pdf", Content: []byte("%PDF-1.7 a paper")})
		require.NoError(t, err)
		_, err = client.Download(t.Context(), "1", id, 1<<20)
		require.NoError(t, err)
		input.Media = append(input.Media, id)
	}
	activities := media.New(s, client)
	away = true
	err := activities.DeleteMedia(t.Context(), input)
	require.Error(t, err)
	_, final := errors.AsType[*temporal.ApplicationError](err)
	require.False(t, final, "it is tried again")
	away = false
	for range 2 { // what is gone already is no error
		require.NoError(t, activities.DeleteMedia(t.Context(), input))
	}
	for _, id := range input.Media {
		_, err := client.Download(t.Context(), "1", id, 1<<20)
		require.ErrorIs(t, err, whatsapp.ErrMediaGone)
	}
	refused, ok := errors.AsType[*temporal.ApplicationError](activities.DeleteMedia(t.Context(), workflows.DeleteMediaInput{Reference: "nobody's"}))
	require.True(t, ok)
	require.True(t, refused.NonRetryable())
}
