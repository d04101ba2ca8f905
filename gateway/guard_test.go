package gateway_test

import (
	"net/http"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway"
)

func TestEveryAnswerIsHardened(t *testing.T) {
	t.Parallel()
	h := newHub(t)
	for _, path := range []string{"/healthz", "/webhooks/whatsapp", "/nothing", "/", "/metrics"} {
		response, err := http.Get(h.url + path)
		require.NoError(t, err)
		require.NoError(t, response.Body.Close())
		require.Equal(t, "nosniff", response.Header.Get("X-Content-Type-Options"), path)
		require.Equal(t, "DENY", response.Header.Get("X-Frame-Options"), path)
		require.Contains(t, response.Header.Get("Content-Security-Policy"), "default-src 'none'", path)
		require.Contains(t, response.Header.Get("Strict-Transport-Security"), "max-age=31536000", path)
		require.Equal(t, "no-store", response.Header.Get("Cache-Control"), path)
		require.Empty(t, response.Header.Get("Server"), path)
	}
}

func TestOfficersPagesAreLimitedByAddress(t *testing.T) {
	t.Parallel()
	h := newHub(t, standingStill, func(c *gateway.Config) {
		c.Pages = map[string]http.Handler{"/page": http.HandlerFunc(func(http.ResponseWriter, *http.Request) {})}
	})
	codes := map[int]int{}
	for range 400 {
		code, _ := h.get("/page")
		codes[code]++
	}
	require.GreaterOrEqual(t, codes[http.StatusOK], 100)
	require.Positive(t, codes[http.StatusTooManyRequests])
	code, _ := h.get("/healthz")
	require.Equal(t, http.StatusOK, code)
}
