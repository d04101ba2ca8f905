package portal_test

import (
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// A thousand citizens wait for one slow portal: no more of them are in it than
// its budget allows, each learns in time that it is full, and a call to another
// portal is as quick as without them.
func TestThousandSessionsAtASlowPortalDisturbNoOther(t *testing.T) {
	t.Parallel()
	const citizens, places = 1000, 4
	var inside, most atomic.Int32
	full := make(chan struct{})
	slow := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		now := inside.Add(1)
		defer inside.Add(-1)
		for {
			seen := most.Load()
			if now <= seen || most.CompareAndSwap(seen, now) {
				break
			}
		}
		if now == places {
			close(full)
		}
		<-r.Context().Done()
	}, func(config *connectors.PortalConfig, _ *portal.Options) {
		config.Budget.Concurrent, config.Budget.MaxWait = places, 2*time.Second
		config.Timeouts = connectors.Timeouts{Attempt: 3 * time.Second, Total: 3 * time.Second}
	})
	quick := serve(t, func(http.ResponseWriter, *http.Request) {})

	before := runtime.NumGoroutine()
	var group sync.WaitGroup
	var refused atomic.Int32
	for range citizens {
		group.Go(func() {
			if _, err := get(slow, "/"); connectors.ClassOf(err) == connectors.ClassUnavailable {
				refused.Add(1)
			}
		})
	}
	<-full
	// Beside one goroutine of ours for each citizen there are those of the few
	// exchanges: two of the client's connection and a few of the server's.
	require.Less(t, runtime.NumGoroutine()-before, citizens+500)
	times := make([]time.Duration, 0, 50)
	for range cap(times) {
		started := time.Now()
		_, err := get(quick, "/")
		require.NoError(t, err)
		times = append(times, time.Since(started))
	}
	slices.Sort(times)
	require.Less(t, times[len(times)/2], 100*time.Millisecond, "the median call of another portal")
	group.Wait()
	require.EqualValues(t, citizens, refused.Load())
	require.EqualValues(t, places, most.Load())
}

// The kit's own time for a call, beside the portal's.
func BenchmarkCall(b *testing.B) {
	client := serveBenchmark(b)
	b.ReportAllocs()
	for b.Loop() {
		if _, err := get(client, "/"); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkFreezeAndResume(b *testing.B) {
	client := serveBenchmark(b)
	session, err := client.NewSession()
	require.NoError(b, err)
	b.ReportAllocs()
	for b.Loop() {
		frozen, err := session.Freeze(step{Token: "t", Where: "captcha"}, time.Minute)
		require.NoError(b, err)
		var state step
		_, err = client.Resume(frozen, &state)
		require.NoError(b, err)
	}
}
