package portal_test

import (
	"context"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// ward is a portal that is sick or well, and who asks it.
type ward struct {
	*portal.Client

	healthy  atomic.Bool
	hits     atomic.Int32
	observer recorder
}

// sickWard makes a ward that is sick, of which three failures open the breaker.
func sickWard(t *testing.T, openFor time.Duration) *ward {
	t.Helper()
	made := &ward{}
	made.Client = serve(t, func(w http.ResponseWriter, _ *http.Request) {
		made.hits.Add(1)
		if !made.healthy.Load() {
			w.WriteHeader(http.StatusInternalServerError)
		}
	}, func(config *connectors.PortalConfig, options *portal.Options) {
		config.Breaker = connectors.Breaker{Failures: 3, OpenFor: openFor, Probes: 2}
		options.Observer = &made.observer
	})
	for range 3 {
		_, err := get(made.Client, "/")
		requireUnavailable(t, err, connectors.ReasonServerError)
	}
	return made
}

func TestBreakerOpensAndAnswersAtOnce(t *testing.T) {
	t.Parallel()
	sick := sickWard(t, time.Hour)
	_, err := get(sick.Client, "/")
	refused := requireUnavailable(t, err, connectors.ReasonBreakerOpen)
	require.Positive(t, refused.RetryAfter)
	require.LessOrEqual(t, refused.RetryAfter, time.Hour)
	require.EqualValues(t, 3, sick.hits.Load(), "an open breaker sends nothing")
}

func TestBreakerClosesAfterProbes(t *testing.T) {
	t.Parallel()
	cured := sickWard(t, 20*time.Millisecond)
	cured.healthy.Store(true)
	require.Eventually(t, func() bool {
		_, err := get(cured.Client, "/")
		return err == nil
	}, time.Minute, 10*time.Millisecond)
	_, err := get(cured.Client, "/")
	require.NoError(t, err)
	_, states := cured.observer.seen()
	require.Equal(t, []connectors.BreakerState{
		connectors.BreakerOpen, connectors.BreakerHalfOpen, connectors.BreakerClosed,
	}, states)
}

func TestCancelledCallersDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	var slow atomic.Bool
	slow.Store(true)
	client := serve(t, func(_ http.ResponseWriter, r *http.Request) {
		if slow.Load() {
			<-r.Context().Done()
		}
	}, func(config *connectors.PortalConfig, _ *portal.Options) { config.Breaker.Failures = 2 })
	for range 6 {
		ctx, cancel := context.WithCancel(t.Context())
		timer := time.AfterFunc(5*time.Millisecond, cancel)
		_, err := client.Do(ctx, portal.Request{Method: http.MethodGet, Path: "/"})
		timer.Stop()
		require.ErrorIs(t, err, context.Canceled)
	}
	slow.Store(false)
	_, err := get(client, "/")
	require.NoError(t, err)
}

func TestRefusalsOfThePortalDoNotOpenTheBreaker(t *testing.T) {
	t.Parallel()
	client := serve(t, status(http.StatusOK), func(config *connectors.PortalConfig, _ *portal.Options) {
		config.Breaker.Failures = 2
	})
	for range 6 {
		_, err := client.Do(t.Context(), portal.Request{Method: http.MethodGet, Path: "/", Check: func(*portal.Response) error {
			return &connectors.NotFoundError{What: "consumer"}
		}})
		require.Equal(t, connectors.ClassNotFound, connectors.ClassOf(err))
	}
}

func TestBudgetHoldsUnderParallelCalls(t *testing.T) {
	t.Parallel()
	var inFlight, most, hits atomic.Int32
	client := serve(t, func(http.ResponseWriter, *http.Request) {
		now := inFlight.Add(1)
		for {
			seen := most.Load()
			if now <= seen || most.CompareAndSwap(seen, now) {
				break
			}
		}
		hits.Add(1)
		inFlight.Add(-1)
	}, func(config *connectors.PortalConfig, _ *portal.Options) {
		config.Budget = connectors.Budget{RequestsPerSecond: 100, Burst: 5, Concurrent: 3, MaxWait: 300 * time.Millisecond}
	})
	started := time.Now()
	var refused atomic.Int32
	var group sync.WaitGroup
	for range 100 {
		group.Go(func() {
			if _, err := get(client, "/"); err != nil {
				refused.Add(1)
				require.Equal(t, connectors.ClassUnavailable, connectors.ClassOf(err))
			}
		})
	}
	group.Wait()
	allowed := 5 + int(time.Since(started).Seconds()*100) + 1
	require.LessOrEqual(t, int(hits.Load()), allowed)
	require.LessOrEqual(t, int(most.Load()), 3)
	require.Positive(t, refused.Load(), "those who would wait too long are told so")
}

func TestMaintenanceHoursSendNothing(t *testing.T) {
	t.Parallel()
	var hits atomic.Int32
	night := time.Date(2026, 11, 22, 23, 45, 0, 0, connectors.IndianTime)
	client := serve(t, func(http.ResponseWriter, *http.Request) { hits.Add(1) },
		func(config *connectors.PortalConfig, options *portal.Options) {
			config.Maintenance = []connectors.Window{{From: "23:30", To: "00:30"}}
			options.Clock = func() time.Time { return night }
		})
	_, err := get(client, "/")
	unavailable := requireUnavailable(t, err, connectors.ReasonMaintenance)
	require.True(t, unavailable.Until.Equal(night.Add(45*time.Minute)))
	require.Zero(t, hits.Load())
}
