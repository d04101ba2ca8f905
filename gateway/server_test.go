package gateway_test

import (
	"context"
	"errors"
	"io"
	"net/http"
	"net/url"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway"
)

func TestTheHandshakeEchoesTheChallengeForOurToken(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	status, body := h.get("/webhooks/whatsapp?hub.mode=subscribe&hub.challenge=1158201444&hub.verify_token=verify")
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "1158201444", body)
	for _, query := range []string{"hub.mode=subscribe&hub.challenge=1&hub.verify_token=wrong", "hub.mode=other&hub.challenge=1&hub.verify_token=verify",
		"hub.mode=subscribe&hub.verify_token=verify&hub.challenge=" + strings.Repeat("9", 300), ""} {
		status, body = h.get("/webhooks/whatsapp?" + query)
		require.Equal(t, http.StatusForbidden, status)
		require.Empty(t, body)
	}
}

func TestABodyBeyondMetasLimitIsRefused(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	require.Equal(t, http.StatusRequestEntityTooLarge, h.post(strings.Repeat(" ", 3<<20+1)))
	require.Equal(t, http.StatusOK, h.post(strings.Repeat(" ", 3<<20-len(`{"entry":[]}`))+`{"entry":[]}`))
}

func TestTheGatewayIsNotReadyWithoutItsSchema(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	status, _ := h.get("/readyz")
	require.Equal(t, http.StatusOK, status)
	for _, change := range []string{
		`update migration_text set hash = 'edited' where version = 1`,
		`delete from goose_db_version where version_id = 2`,
		`drop table migration_text`,
	} {
		_, err := h.pool.Exec(t.Context(), change)
		require.NoError(t, err)
		status, body := h.get("/readyz")
		require.Equal(t, http.StatusServiceUnavailable, status)
		require.Equal(t, "schema", body)
	}
}

// ledger takes payment events as their text says.
type ledger struct{}

func (ledger) HandleWebhook(_ context.Context, provider string, _ http.Header, body []byte) error {
	switch string(body) {
	case "forged":
		return gateway.ErrPaymentForged
	case "down":
		return errors.New("connection refused")
	}
	if provider != "razorpay" {
		return errors.New("unknown provider")
	}
	return nil
}

func (ledger) HandleReturn(_ context.Context, _ string, query url.Values) (gateway.PaymentView, error) {
	if query.Get("signature") == "" {
		return gateway.PaymentView{}, gateway.ErrPaymentForged
	}
	return gateway.PaymentView{Language: "te", Title: "చెల్లింపు అందింది", Text: "<b>JS-1</b>", BackURL: "https://wa.me/1", BackText: "Chat"}, nil
}

func TestPaymentProvidersAreHeard(t *testing.T) {
	t.Parallel()
	h := newHub(t, func(c *gateway.Config) { c.Payments = ledger{} })
	tell := func(body string) int {
		t.Helper()
		request, err := http.NewRequestWithContext(t.Context(), http.MethodPost, h.url+"/webhooks/payments/razorpay", strings.NewReader(body))
		require.NoError(t, err)
		response, err := http.DefaultClient.Do(request)
		require.NoError(t, err)
		_, err = io.Copy(io.Discard, response.Body)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		return response.StatusCode
	}
	require.Equal(t, http.StatusOK, tell("{}"))
	require.Equal(t, http.StatusUnauthorized, tell("forged"))
	require.Equal(t, http.StatusServiceUnavailable, tell("down"))

	status, page := h.get("/webhooks/payments/razorpay/return?signature=1")
	require.Equal(t, http.StatusOK, status)
	require.Contains(t, page, `<html lang="te">`)
	require.Contains(t, page, "&lt;b&gt;JS-1&lt;/b&gt;")
	status, page = h.get("/webhooks/payments/razorpay/return")
	require.Equal(t, http.StatusUnauthorized, status)
	require.Contains(t, page, "return to the chat")
}

func TestTheMetricsTellOfTheOutbox(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	h.post(text("919900000001", "1", "hello"))
	h.meta.next(t)
	h.eventually(1, `select count(*) from outbox where state = 'accepted'`)
	_, metrics := h.get("/metrics")
	for _, line := range []string{"jansetu_turns_total 1", "jansetu_outbox_readable 1", "jansetu_outbox_unsent 0",
		`jansetu_sends_total{class="accepted"} 1`, `jansetu_sender_stopped{sender="` + number + `"} 0`} {
		require.Contains(t, metrics, line)
	}
}

func TestAnIncompleteConfigurationIsRefused(t *testing.T) {
	t.Parallel()
	_, err := gateway.New(gateway.Config{})
	require.ErrorContains(t, err, "must be set")
}
