package portal_test

import (
	"context"
	"net/http"
	"runtime"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// crowd is what many citizens at one slow portal do to us and to another portal.
type crowd struct {
	// inside is how many of them were in the portal at once at most.
	inside int
	// goroutines is how many there were beside one of each citizen's own: those of
	// the few connections, both ends of them.
	goroutines int
	// alone and beside are what a call of the other portal takes, without and with
	// the crowd.
	alone, beside cost
}

// cost is what a call takes: the median by the clock on the wall, and the processor's
// time on average, which other work on the machine does not make longer.
type cost struct{ wall, processor time.Duration }

func (c crowd) slowdown() float64 { return 100 * (float64(c.beside.wall)/float64(c.alone.wall) - 1) }

const citizens, places = 1000, 4

// gather sends the citizens to a portal that takes so long for a page, and calls
// another portal so often meanwhile, and before and after.
func gather(t testing.TB, page time.Duration, calls int) crowd {
	t.Helper()
	door := newDoor(page)
	slow := serve(t, door.ServeHTTP, func(config *connectors.PortalConfig, _ *portal.Options) {
		config.Budget.Concurrent, config.Budget.MaxWait = places, time.Hour
		config.Timeouts = connectors.Timeouts{Attempt: time.Hour, Total: time.Hour}
	})
	other := serve(t, func(http.ResponseWriter, *http.Request) {})
	calledFor(t, other, calls) // it has its connection, and what else a first call makes
	before, aloneBefore := runtime.NumGoroutine(), calledFor(t, other, calls)
	ctx, leave := context.WithCancel(t.Context())
	var arrived, gone sync.WaitGroup
	arrived.Add(citizens)
	for range citizens {
		gone.Go(func() {
			arrived.Done()
			_, _ = slow.Do(ctx, portal.Request{Operation: "read", Method: http.MethodGet, Path: "/"})
		})
	}
	arrived.Wait()
	<-door.full
	found := crowd{goroutines: runtime.NumGoroutine() - before - citizens}
	found.beside = calledFor(t, other, calls)
	// Before they leave: a portal learns late that somebody has hung up.
	found.inside = int(door.most.Load())
	leave()
	gone.Wait()
	aloneAfter := calledFor(t, other, calls)
	found.alone = cost{(aloneBefore.wall + aloneAfter.wall) / 2, (aloneBefore.processor + aloneAfter.processor) / 2}
	return found
}

// door counts who is in a slow portal.
type door struct {
	page         time.Duration
	inside, most atomic.Int32
	full         chan struct{} // closed when as many are inside as have a place
}

func newDoor(page time.Duration) *door { return &door{page: page, full: make(chan struct{})} }

func (d *door) ServeHTTP(_ http.ResponseWriter, r *http.Request) {
	now := d.inside.Add(1)
	defer d.inside.Add(-1)
	for seen := d.most.Load(); now > seen; seen = d.most.Load() {
		if d.most.CompareAndSwap(seen, now) && now == places {
			close(d.full)
		}
	}
	timer := time.NewTimer(d.page)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-r.Context().Done():
	}
}

// calledFor calls a portal so often, and tells what one call took.
func calledFor(t testing.TB, client *portal.Client, calls int) cost {
	t.Helper()
	times := make([]time.Duration, 0, calls)
	used := processorTime(t)
	for range calls {
		started := time.Now()
		_, err := get(client, "/")
		require.NoError(t, err)
		times = append(times, time.Since(started))
	}
	used = processorTime(t) - used
	slices.Sort(times)
	return cost{wall: times[len(times)/2], processor: used / time.Duration(calls)}
}

// processorTime is what this process has used of it.
func processorTime(t testing.TB) time.Duration {
	t.Helper()
	var used syscall.Rusage
	require.NoError(t, syscall.Getrusage(syscall.RUSAGE_SELF, &used))
	return time.Duration(used.Utime.Nano() + used.Stime.Nano())
}

// A thousand citizens wait for one slow portal: no more of them are in it than its
// budget allows, and a call of another portal takes hardly more for it, nor waits.
//
//nolint:paralleltest // it counts goroutines and measures processor time
func TestThousandSessionsAtASlowPortalDisturbNoOther(t *testing.T) {
	found := gather(t, time.Hour, 1000)
	require.LessOrEqual(t, found.inside, places)
	require.LessOrEqual(t, found.goroutines, 10*places)
	require.Less(t, found.beside.processor, 3*found.alone.processor+100*time.Microsecond, "a call of another portal")
	t.Logf("%+v, %.1f %% slower", found, found.slowdown())
}

// Who waits longer for a place than the budget lets them learns that it is full,
// while those who have one are still inside.
func TestThoseWithoutAPlaceAreToldInTime(t *testing.T) {
	t.Parallel()
	slow := serve(t, newDoor(time.Hour).ServeHTTP, func(config *connectors.PortalConfig, _ *portal.Options) {
		config.Budget.Concurrent, config.Budget.MaxWait = places, 200*time.Millisecond
		config.Timeouts = connectors.Timeouts{Attempt: time.Hour, Total: time.Hour}
	})
	ctx, leave := context.WithCancel(t.Context())
	defer leave()
	const all = 100
	answers := make(chan error, all)
	for range all {
		go func() {
			_, err := slow.Do(ctx, portal.Request{Operation: "read", Method: http.MethodGet, Path: "/"})
			answers <- err
		}()
	}
	for range all - places {
		requireUnavailable(t, <-answers, connectors.ReasonOverBudget)
	}
	leave()
	for range places {
		require.ErrorIs(t, <-answers, context.Canceled)
	}
}

// BenchmarkThousandSessions is the same at a portal that takes 15 s for a page. The
// slowdown is the median of several crowds, because other work on the machine comes
// and goes, beside 16 MB of other live memory, which is less than a worker has: in an
// empty process the collector would run all the time, and go through the stacks of
// all who wait.
func BenchmarkThousandSessions(b *testing.B) {
	others := make([]byte, 16<<20)
	defer runtime.KeepAlive(others)
	const crowds = 9
	slowdowns := make([]float64, 0, crowds)
	inside, goroutines := 0, 0
	for range crowds {
		found := gather(b, 15*time.Second, 1000)
		slowdowns = append(slowdowns, found.slowdown())
		inside, goroutines = max(inside, found.inside), max(goroutines, found.goroutines)
	}
	for b.Loop() { // the figures are taken once
	}
	slices.Sort(slowdowns)
	b.ReportMetric(float64(inside), "most-inside")
	b.ReportMetric(float64(goroutines), "goroutines-beside-callers")
	b.ReportMetric(slowdowns[crowds/2], "neighbour-slowdown-%")
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
