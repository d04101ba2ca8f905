package publish_test

import (
	"context"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strconv"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/documents/publiclog"
	"github.com/jansetu/jansetu/documents/publish"
	"github.com/jansetu/jansetu/documents/verify"
)

func publisher(t *testing.T, bench *issuetest.Bench, folder string) *publish.Publisher {
	t.Helper()
	p, err := publish.New(publish.Config{Log: bench.Store, Folder: folder, Key: bench.Keys.LogKey, Slog: slog.New(slog.DiscardHandler)})
	require.NoError(t, err)
	return p
}

func TestAPublishedLogIsReadOverTheWeb(t *testing.T) {
	t.Parallel()
	bench, folder := issuetest.New(t, nil), t.TempDir()
	p := publisher(t, bench, folder)
	at, err := p.Publish(t.Context())
	require.NoError(t, err)
	require.Zero(t, at.Size, "an empty log is not published")

	bench.Request(t, "R0")
	first, err := bench.Issuer.Issue(t.Context(), issuetest.Order("R0", "K Lakshmi Devi"))
	require.NoError(t, err)
	for n := 1; n < 260; n++ { // past the first full tile
		request := "R" + strconv.Itoa(n)
		bench.Request(t, request)
		_, err := bench.Issuer.Issue(t.Context(), issuetest.Order(request, "K Lakshmi Devi"))
		require.NoError(t, err)
		if n == 100 || n == 255 {
			_, err := p.Publish(t.Context())
			require.NoError(t, err)
		}
	}
	at, err = p.Publish(t.Context())
	require.NoError(t, err)
	require.EqualValues(t, 260, at.Size)
	_, err = os.Stat(filepath.Join(folder, "tile", "0", "000.p"))
	require.ErrorIs(t, err, os.ErrNotExist, "partial tiles go when the full one is there")

	handler, err := publish.Handler(folder)
	require.NoError(t, err)
	server := httptest.NewServer(handler)
	t.Cleanup(server.Close)
	source := publiclog.Web(server.Client(), server.URL+"/log")
	found, err := bench.Trust.PDF(bench.File(t, first), verify.At{Now: time.Now()})
	require.NoError(t, err)
	confirmed, err := bench.Trust.Log(t.Context(), source, found)
	require.NoError(t, err)
	require.Equal(t, at, confirmed.Checkpoint)
	count := 0
	require.NoError(t, source.Leaves(t.Context(), at, 100, func(int64, []byte) error { count++; return nil }))
	require.Equal(t, 160, count)

	// A file that was changed on its way is noticed.
	tile := filepath.Join(folder, "tile", "entries", "000")
	raw, err := os.ReadFile(tile)
	require.NoError(t, err)
	raw[len(raw)-1] ^= 1
	require.NoError(t, os.WriteFile(tile, raw, 0o600))
	err = source.Leaves(t.Context(), at, 0, func(int64, []byte) error { return nil })
	require.ErrorIs(t, err, publiclog.ErrTile)
}

func TestOnlyTheLogIsServed(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "secret"), []byte("x"), 0o600))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "checkpoint"), []byte("c"), 0o600))
	require.NoError(t, os.MkdirAll(filepath.Join(folder, "tile", "0"), 0o750))
	require.NoError(t, os.WriteFile(filepath.Join(folder, "tile", "0", "000"), []byte("t"), 0o600))
	handler, err := publish.Handler(folder)
	require.NoError(t, err)
	for path, want := range map[string]int{
		"/log/checkpoint": 200, "/log/tile/0/000": 200, "/log/tile/0/001": 404, "/log/tile/0": 404, "/log/secret": 404, "/log/": 404,
		"/log/tile/../secret": 404, "/log/.draft-1": 404,
	} {
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, path, http.NoBody))
		require.Equal(t, want, answer.Code, path)
	}
	answer := httptest.NewRecorder()
	handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodPost, "/log/checkpoint", http.NoBody))
	require.Equal(t, http.StatusMethodNotAllowed, answer.Code)
}

func TestAListIsHandedOutOrSaidToBeAway(t *testing.T) {
	t.Parallel()
	for _, test := range []struct {
		content []byte
		err     error
		want    int
	}{{[]byte("list"), nil, 200}, {nil, nil, 503}, {nil, io.ErrUnexpectedEOF, 503}} {
		handler := publish.List(func(context.Context) ([]byte, error) { return test.content, test.err }, time.Hour)
		answer := httptest.NewRecorder()
		handler.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, publish.KeyListPath, http.NoBody))
		require.Equal(t, test.want, answer.Code)
		if test.want == http.StatusOK {
			require.Equal(t, "public, max-age=3600", answer.Header().Get("Cache-Control"))
		}
	}
}
