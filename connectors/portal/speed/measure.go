package speed

import (
	"context"
	"errors"
	"fmt"
	"math"
	"runtime"
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
)

// Sessions is how many are held at once for their memory.
const Sessions = 100

// The goals.
const (
	GoalOverhead = 5 * time.Millisecond // at the median, beside the portal's own time
	GoalPage     = 3 * time.Millisecond // at the median, to read a page of 200 KB
	GoalSession  = 5 << 20              // bytes a concurrent session
)

// The units of what the benchmarks report; the table looks for them.
const (
	UnitOverhead  = "ms-overhead-p50"
	UnitPage      = "ms-page-p50"
	UnitQuickest  = "ms-page-p10" // what it takes when nothing else wants the processor
	UnitHeld      = "KB-held/session"
	UnitAllocated = "KB-allocated/session"
)

// Overhead reports what an ordinary read takes beside the portal's own time: the
// client, the loopback and the reading.
func Overhead(b *testing.B, subject Subject) {
	b.Helper()
	meter := &Meter{}
	call := subject.Ordinary(b, meter)
	var taken []time.Duration
	for b.Loop() {
		spent, err := meter.measure(b.Context(), call)
		require.NoError(b, err)
		taken = append(taken, spent.overhead)
	}
	b.ReportMetric(inMilliseconds(quantile(taken, 0.5)), UnitOverhead)
}

// Page reports what an answer of 200 KB takes beside the portal and the network:
// making the request, judging the page, reading it, and making the result of it.
//
// It is measured beside 16 MB of other live memory, which is less than a worker has:
// in an empty process the collector would run after every page.
func Page(b *testing.B, subject Subject) {
	b.Helper()
	others := make([]byte, 16<<20)
	defer runtime.KeepAlive(others)
	meter := &Meter{}
	call := subject.Large(b, meter)
	var taken []time.Duration
	for b.Loop() {
		spent, err := meter.measure(b.Context(), call)
		require.NoError(b, err)
		taken = append(taken, spent.page)
	}
	b.ReportMetric(inMilliseconds(quantile(taken, 0.5)), UnitPage)
	b.ReportMetric(inMilliseconds(quantile(taken, 0.1)), UnitQuickest)
}

// Memory reports the heap in use for each of a hundred sessions that have all just
// read an answer of 200 KB, and all that such a session allocates from its beginning
// to its end, which is more than it can ever hold. Both include the portal's side of
// the connections.
func Memory(b *testing.B, subject Subject) {
	b.Helper()
	held, allocated, err := heap(b, subject)
	require.NoError(b, err)
	for b.Loop() { // the figures are of memory and are taken once
	}
	b.ReportMetric(float64(held)/1024, UnitHeld)
	b.ReportMetric(float64(allocated)/1024, UnitAllocated)
}

// heap holds the sessions; the figures are in bytes a session.
func heap(t testing.TB, subject Subject) (held, allocated uint64, err error) {
	t.Helper()
	meter := &Meter{}
	call := subject.Large(t, meter)
	if _, err = meter.measure(t.Context(), call); err != nil { // connectors remember some of it
		return 0, 0, err
	}
	second, err := meter.measure(t.Context(), call)
	if err != nil {
		return 0, 0, err
	}
	meter.hold = newHold(second.calls, Sessions)
	before := inUse()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	var group sync.WaitGroup
	failed := make(chan error, Sessions)
	for range Sessions {
		group.Go(func() {
			if _, err := meter.measure(ctx, call); err != nil {
				failed <- err
			}
		})
	}
	err = meter.hold.wait(ctx, failed)
	during := inUse()
	close(meter.hold.release)
	group.Wait()
	after := inUse()
	return max(during.HeapAlloc, before.HeapAlloc)/Sessions - before.HeapAlloc/Sessions, (after.TotalAlloc - before.TotalAlloc) / Sessions, err
}

// wait returns when all sessions are held, or one has failed.
func (h *hold) wait(ctx context.Context, failed <-chan error) error {
	select {
	case <-h.full:
		return nil
	case err := <-failed:
		return errors.Join(errors.New("a session was not held"), err)
	case <-ctx.Done():
		return fmt.Errorf("hold sessions: %w", ctx.Err())
	}
}

func inUse() runtime.MemStats {
	runtime.GC()
	var read runtime.MemStats
	runtime.ReadMemStats(&read)
	return read
}

// quantile sorts the times.
func quantile(times []time.Duration, part float64) time.Duration {
	slices.Sort(times)
	return times[int(part*float64(len(times)-1))]
}

func inMilliseconds(duration time.Duration) float64 { return float64(duration.Microseconds()) / 1000 }

// slack is how far beyond its goal a figure may be in a test, which shares the
// machine with others.
const slack = 3 * raceSlack

// Require fails when a figure is three times beyond its goal (thirty with the race
// detector). Times are those of the quickest quarter of some rounds: what else the
// machine does makes a time longer and never shorter.
func Require(t *testing.T, subject Subject) {
	t.Helper()
	overhead := quickest(t, subject.Ordinary, slack*GoalOverhead, func(spent cost) time.Duration { return spent.overhead })
	require.Less(t, overhead, slack*GoalOverhead, "overhead of an ordinary read")
	page := quickest(t, subject.Large, slack*GoalPage, func(spent cost) time.Duration { return spent.page })
	require.Less(t, page, slack*GoalPage, "reading a page of 200 KB")
	held, allocated, err := heap(t, subject)
	require.NoError(t, err)
	require.Less(t, held, uint64(slack*GoalSession), "heap in use for a session")
	require.Less(t, allocated, uint64(slack*GoalSession), "allocations of a session")
	t.Logf("overhead %v, page %v, held %d KB, allocated %d KB", overhead, page, held/1024, allocated/1024)
}

// quickest measures some rounds, and again as long as the limit is not kept and there
// may yet be a moment at which a busy machine does nothing else.
func quickest(t *testing.T, open Case, limit time.Duration, of func(cost) time.Duration) time.Duration {
	t.Helper()
	const rounds, moments = 20, 30
	meter := &Meter{}
	call := open(t, meter)
	best := time.Duration(math.MaxInt64)
	for moment := 0; moment < moments && best >= limit; moment++ {
		taken := make([]time.Duration, 0, rounds)
		for range rounds {
			spent, err := meter.measure(t.Context(), call)
			require.NoError(t, err)
			taken = append(taken, of(spent))
		}
		best = min(best, quantile(taken, 0.25))
	}
	return best
}
