package issue_test

import (
	"context"
	"fmt"
	"net"
	"path/filepath"
	"sync"
	"sync/atomic"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/postgres"
	"github.com/jansetu/jansetu/documents/issue/issuetest"
	"github.com/jansetu/jansetu/store"
	"github.com/jansetu/jansetu/store/storetest"
)

// durable is a database of its own that survives a crash of the machine: tests' is fast because it does not.
func durable(b *testing.B) *store.Store {
	b.Helper()
	listener, err := (&net.ListenConfig{}).Listen(b.Context(), "tcp", "127.0.0.1:0")
	require.NoError(b, err)
	address, ok := listener.Addr().(*net.TCPAddr)
	require.True(b, ok)
	require.NoError(b, listener.Close())
	cluster, err := postgres.Start(b.Context(), postgres.Config{DataDir: filepath.Join(b.TempDir(), "postgres"), Port: address.Port})
	require.NoError(b, err)
	b.Cleanup(func() { require.NoError(b, cluster.Stop(context.Background())) })
	require.NoError(b, store.Migrate(b.Context(), cluster.URL()))
	opened, err := store.Open(b.Context(), cluster.URL(), storetest.Vault(b), store.Options{MaxConnections: 16})
	require.NoError(b, err)
	b.Cleanup(opened.Close)
	return opened
}

// BenchmarkIssue counts everything between the order and the finished file: seal, entry of the log, place, checkpoint, proof, signature, and
// both transactions, each person's data under their own key. Laying out the pages is a fixed page here; documents has its own benchmark.
func BenchmarkIssue(b *testing.B) {
	for _, at := range []int{1, 16, 48} {
		b.Run(fmt.Sprintf("%d at once", at), func(b *testing.B) {
			bench := issuetest.On(b, durable(b), nil)
			for n := range b.N {
				bench.Request(b, fmt.Sprintf("R%d", n))
			}
			var next atomic.Int64
			var wait sync.WaitGroup
			b.ResetTimer()
			for range at {
				wait.Go(func() {
					for n := next.Add(1); n <= int64(b.N); n = next.Add(1) {
						if _, err := bench.Issuer.Issue(b.Context(), issuetest.Order(fmt.Sprintf("R%d", n-1), "K Lakshmi Devi")); err != nil {
							b.Error(err)
						}
					}
				})
			}
			wait.Wait()
			b.ReportMetric(float64(b.N)/b.Elapsed().Seconds(), "documents/s")
		})
	}
}
