package supervise_test

import (
	"context"
	"errors"
	"log/slog"
	"slices"
	"sync"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/deploy/local/supervise"
)

var errRefused = errors.New("the port is in use")

// service counts its starts and can be made to end or to refuse a start.
type service struct {
	name    string
	journal *journal
	refuse  int // how many starts, after the first, fail

	mu     sync.Mutex
	starts []time.Time
	run    *run
}

type run struct {
	service *service
	done    chan struct{}
	once    sync.Once
}

type journal struct {
	mu    sync.Mutex
	lines []string
}

func (j *journal) add(line string) {
	j.mu.Lock()
	defer j.mu.Unlock()
	j.lines = append(j.lines, line)
}

func (j *journal) all() []string {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.lines)
}

func (r *run) Done() <-chan struct{} { return r.done }

func (r *run) Stop(context.Context) error {
	r.end()
	r.service.journal.add("stop " + r.service.name)
	return nil
}

func (r *run) end() { r.once.Do(func() { close(r.done) }) }

func (s *service) start(context.Context) (supervise.Running, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.starts = append(s.starts, time.Now())
	if n := len(s.starts); n > 1 && n <= s.refuse+1 {
		return nil, errRefused
	}
	s.journal.add("start " + s.name)
	s.run = &run{service: s, done: make(chan struct{})}
	return s.run, nil
}

func (s *service) started() []time.Time {
	s.mu.Lock()
	defer s.mu.Unlock()
	return slices.Clone(s.starts)
}

func (s *service) current() *run {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.run
}

func group(t *testing.T, services ...*service) *supervise.Group {
	t.Helper()
	g := supervise.New(slog.New(slog.DiscardHandler))
	for _, s := range services {
		require.NoError(t, g.Start(t.Context(), supervise.Service{Name: s.name, Start: s.start}))
	}
	return g
}

func TestServicesStopInTheOppositeOrder(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var j journal
		g := group(t, &service{name: "database", journal: &j}, &service{name: "engine", journal: &j}, &service{name: "hub", journal: &j})
		require.NoError(t, g.Stop(t.Context()))
		require.Equal(t, []string{"start database", "start engine", "start hub", "stop hub", "stop engine", "stop database"}, j.all())
	})
}

func TestAServiceThatEndsIsStartedAgain(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		var j journal
		s := &service{name: "database", journal: &j}
		g := group(t, s)
		s.current().end()
		time.Sleep(time.Second) //nolint:forbidigo // the clock is synctest's
		require.NoError(t, g.Stop(t.Context()))
		require.Equal(t, []string{"start database", "start database", "stop database"}, j.all())
	})
}

func TestRestartsSlowDownAndGoOn(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "database", journal: &journal{}, refuse: 9}
		g := group(t, s)
		s.current().end()
		time.Sleep(time.Minute) //nolint:forbidigo // the clock is synctest's
		require.NoError(t, g.Stop(t.Context()))

		starts := s.started()
		require.Len(t, starts, 11, "the first, nine refused, one that runs")
		pauses := make([]time.Duration, 0, len(starts))
		for i := 1; i < len(starts); i++ {
			pauses = append(pauses, starts[i].Sub(starts[i-1]))
		}
		ms := time.Millisecond
		require.Equal(t, []time.Duration{
			200 * ms, 400 * ms, 800 * ms, 1600 * ms, 3200 * ms, 6400 * ms, 10_000 * ms, 10_000 * ms, 10_000 * ms, 10_000 * ms,
		}, pauses)
	})
}

func TestAServiceThatRanSteadilyIsStartedAgainAtOnce(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "database", journal: &journal{}}
		g := group(t, s)
		for range 3 {
			time.Sleep(2 * time.Minute) //nolint:forbidigo // the clock is synctest's
			ended := time.Now()
			s.current().end()
			time.Sleep(time.Second) //nolint:forbidigo // the clock is synctest's
			starts := s.started()
			require.Equal(t, 200*time.Millisecond, starts[len(starts)-1].Sub(ended))
		}
		require.NoError(t, g.Stop(t.Context()))
	})
}

func TestAFirstStartThatFailsIsReported(t *testing.T) {
	t.Parallel()
	g := supervise.New(slog.New(slog.DiscardHandler))
	err := g.Start(t.Context(), supervise.Service{Name: "database", Start: func(context.Context) (supervise.Running, error) { return nil, errRefused }})
	require.ErrorIs(t, err, errRefused)
	require.NoError(t, g.Stop(t.Context()))
}

func TestStopWhileAServiceIsDownStartsNothing(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		s := &service{name: "database", journal: &journal{}, refuse: 1000}
		g := group(t, s)
		s.current().end()
		time.Sleep(5 * time.Second) //nolint:forbidigo // the clock is synctest's
		starts := len(s.started())
		require.NoError(t, g.Stop(t.Context()))
		time.Sleep(time.Minute) //nolint:forbidigo // the clock is synctest's
		require.Len(t, s.started(), starts)
	})
}
