package whatsapp_test

import (
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp"
)

type nobody struct{}

func (nobody) Receive(context.Context, whatsapp.Delivery) error { return nil }

func TestPaymentsOfADeliveryArePassedOnAsTheyCame(t *testing.T) {
	t.Parallel()
	const paid = `{"object":"whatsapp_business_account","entry":[{"changes":[{"field":"messages","value":{"metadata":{"phone_number_id":"1"},` +
		`"statuses":[{"id":"a","type":"payment","status":"captured"}]}}]}]}`
	for _, test := range []struct {
		name   string
		err    error
		status int
	}{{"taken", nil, http.StatusOK}, {"not stored", errors.New("no database"), http.StatusServiceUnavailable}} {
		t.Run(test.name, func(t *testing.T) {
			t.Parallel()
			var taken string
			leftOut := 0
			webhook, err := whatsapp.NewWebhook(whatsapp.WebhookConfig{
				AppSecrets: []string{"app"}, VerifyToken: "v", Receiver: nobody{}, Log: slog.New(slog.DiscardHandler),
				Ignored:  func(_ whatsapp.Ignored, n int) { leftOut += n },
				Payments: func(_ context.Context, _ http.Header, body []byte) error { taken = string(body); return test.err },
			})
			require.NoError(t, err)
			request := httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/", strings.NewReader(paid))
			mac := hmac.New(sha256.New, []byte("app"))
			mac.Write([]byte(paid))
			request.Header.Set(whatsapp.SignatureHeader, "sha256="+hex.EncodeToString(mac.Sum(nil)))
			answer := httptest.NewRecorder()
			webhook.ServeHTTP(answer, request)
			require.Equal(t, test.status, answer.Code)
			require.JSONEq(t, paid, taken)
			require.Zero(t, leftOut)
		})
	}
}
