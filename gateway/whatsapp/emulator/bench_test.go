package emulator_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

// BenchmarkSend measures a /messages call without the network: decoding, limits, the chat, two statuses delivered.
func BenchmarkSend(b *testing.B) {
	business := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) {}))
	b.Cleanup(business.Close)
	e, err := emulator.New(emulator.Config{
		WebhookURL: business.URL, Delivery: emulator.Delivery{Batch: 100}, AppSecret: appSecret, VerifyToken: verifyToken, AccessToken: accessToken, OpenWorld: true,
		Numbers: []emulator.Number{{PhoneNumberID: numberID, DisplayPhoneNumber: "919000000000", WABAID: "1"}},
		Limits:  emulator.Limits{MessagesPerSecond: -1, PairInterval: -1}, Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, e.Close()) })
	b.ReportAllocs()
	for b.Loop() {
		r := httptest.NewRequest(http.MethodPost, "/v23.0/"+numberID+"/messages", bytes.NewReader([]byte(menuWithButtons)))
		r.Header.Set("Authorization", "Bearer "+accessToken)
		w := httptest.NewRecorder()
		e.Handler().ServeHTTP(w, r)
		require.Equal(b, http.StatusOK, w.Code)
	}
}
