package twins_test

import (
	"log/slog"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
)

// settings are what some families cannot do without.
var settings = map[string]map[string]string{
	"electricity":  {"shape": "regno"},
	"landrecords":  {"wire": "bhulekh"},
	"whatsapp-pay": {"phone_number_id": "1", "configuration": "prod"},
}

func TestEveryFamilyHasATwinWithAControlPage(t *testing.T) {
	t.Parallel()
	for _, family := range twins.Families() {
		t.Run(family, func(t *testing.T) {
			t.Parallel()
			twin, err := twins.New(twins.Portal{
				Family: family, Settings: settings[family], Log: slog.New(slog.DiscardHandler), DataDir: t.TempDir(),
				Credentials: map[string]string{"key_id": "id", "key_secret": "secret", "webhook_secret": "secret"},
			})
			require.NoError(t, err)
			t.Cleanup(func() { require.NoError(t, twin.Close()) })
			answer := httptest.NewRecorder()
			twin.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/twin/", nil))
			require.Equal(t, http.StatusOK, answer.Code)
			require.Contains(t, answer.Header().Get("Content-Type"), "text/html")
		})
	}
}

func TestAnUnknownFamilyNamesTheKnownOnes(t *testing.T) {
	t.Parallel()
	_, err := twins.New(twins.Portal{Family: "pigeons"})
	var unknown *twins.UnknownFamilyError
	require.ErrorAs(t, err, &unknown)
	require.ErrorContains(t, err, "electricity")
}
