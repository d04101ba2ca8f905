package twins_test

import (
	"io"
	"log/slog"
	"net"
	"net/http"
	"runtime"
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/cmd/jansetu/twins"
	"github.com/jansetu/jansetu/deploy/local/process"
)

// addresses are free ones of this machine.
func addresses(t *testing.T, count int) []string {
	t.Helper()
	found := make([]string, 0, count)
	for range count {
		port, err := process.FreePort(t.Context())
		require.NoError(t, err)
		found = append(found, process.Address(port))
	}
	return found
}

func get(t *testing.T, address string) string {
	t.Helper()
	request, err := http.NewRequestWithContext(t.Context(), http.MethodGet, address, http.NoBody)
	require.NoError(t, err)
	response, err := http.DefaultClient.Do(request)
	require.NoError(t, err)
	defer func() { require.NoError(t, response.Body.Close()) }()
	require.Equal(t, http.StatusOK, response.StatusCode, address)
	body, err := io.ReadAll(response.Body)
	require.NoError(t, err)
	return string(body)
}

func TestAllTwinsAreReachedFromOnePage(t *testing.T) {
	t.Parallel()
	samples := twins.Samples()
	free := addresses(t, len(samples)+1)
	gallery, err := twins.Open(t.Context(), twins.GalleryConfig{
		Address: free[0], Served: []twins.Entry{{Name: "apspdcl", Family: "electricity", Address: "http://127.0.0.1:1"}},
		Samples: samples, Addresses: free[1:], DataDir: t.TempDir(), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	page := get(t, "http://"+free[0]+"/")
	require.Contains(t, page, `href="http://127.0.0.1:1/twin/">apspdcl</a>`)
	for i, each := range samples {
		link := "http://" + free[i+1] + "/twin/"
		require.Contains(t, page, `href="`+link+`">`+each.Name+`</a>`)
		require.Contains(t, get(t, link), "Add a fault", each.Name)
	}
	require.NoError(t, gallery.Stop(t.Context()))
	<-gallery.Done()
	require.NoError(t, gallery.Stop(t.Context()), "stopping twice is harmless")
}

func TestAnAddressThatIsTakenStartsNothing(t *testing.T) {
	t.Parallel()
	var listening net.ListenConfig
	taken, err := listening.Listen(t.Context(), "tcp", "127.0.0.1:0")
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, taken.Close()) })
	_, err = twins.Open(t.Context(), twins.GalleryConfig{
		Address: "127.0.0.1:0", Samples: twins.Samples()[:1], Addresses: []string{taken.Addr().String()}, Log: slog.New(slog.DiscardHandler),
	})
	require.Error(t, err)
}

// This test is not parallel: it reads the memory of the whole process.
//
//nolint:paralleltest // see above
func TestAllTwinsTakeLittleMemory(t *testing.T) {
	samples := twins.Samples()
	listed := strings.Split(strings.Repeat("127.0.0.1:0 ", len(samples)), " ")
	before := memory()
	gallery, err := twins.Open(t.Context(), twins.GalleryConfig{
		Address: "127.0.0.1:0", Samples: samples, Addresses: listed, DataDir: t.TempDir(), Log: slog.New(slog.DiscardHandler),
	})
	require.NoError(t, err)
	taken := memory() - before
	t.Logf("%d twins take %.1f MB", len(samples), float64(taken)/1e6)
	require.Less(t, taken, int64(30_000_000))
	require.NoError(t, gallery.Stop(t.Context()))
}

func memory() int64 {
	runtime.GC()
	var stats runtime.MemStats
	runtime.ReadMemStats(&stats)
	return int64(stats.HeapInuse + stats.StackInuse)
}
