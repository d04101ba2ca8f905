package twin_test

import (
	"io"
	"net/http"
	"net/http/httptest"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/landrecords/twin"
)

func TestEveryWireHasATwinWithAControlPage(t *testing.T) {
	t.Parallel()
	for _, wire := range []twin.Wire{twin.Bhulekh, twin.Mahabhulekh, twin.Meebhoomi} {
		stand, err := twin.New(twin.Config{Wire: wire})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, stand.Close()) })
		require.NotEmpty(t, stand.Dial().Kinds())
		recorder := httptest.NewRecorder()
		stand.ServeHTTP(recorder, httptest.NewRequest(http.MethodGet, "/twin/", http.NoBody))
		page, err := io.ReadAll(recorder.Result().Body)
		require.NoError(t, err)
		require.Contains(t, string(page), "village ")
	}
	_, err := twin.New(twin.Config{Wire: "stone tablets"})
	require.ErrorContains(t, err, "wire")
}
