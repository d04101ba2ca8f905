package speed_test

import (
	"context"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/portal"
	"github.com/jansetu/jansetu/connectors/portal/speed"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// slowPage is how long the portal of these tests takes: many times what a busy machine
// takes to go on with a call.
const slowPage = 60 * time.Millisecond

// subject reads one page of a portal that is slow, and does with it what read says.
func subject(read func(*portal.Response) error) speed.Subject {
	open := func(t testing.TB, meter *speed.Meter) speed.Call {
		t.Helper()
		large := strings.Repeat("x", speed.PageSize)
		config := meter.Serve(t, http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
			pause(r.Context(), slowPage)
			speed.Saying("text/plain", large).ServeHTTP(w, r)
		}))
		client, err := portal.New(config, portal.Options{Observer: meter})
		require.NoError(t, err)
		t.Cleanup(func() { require.NoError(t, client.Close()) })
		return func(ctx context.Context) error {
			_, err := client.Do(ctx, portal.Request{Operation: "read", Method: http.MethodGet, Path: "/", Check: read})
			return err
		}
	}
	return speed.Subject{Ordinary: open, Large: open}
}

func pause(ctx context.Context, takes time.Duration) {
	timer := time.NewTimer(takes)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}

// figure is what a benchmark reports.
func figure(measure func(*testing.B, speed.Subject), of speed.Subject, unit string) float64 {
	return testing.Benchmark(func(b *testing.B) {
		b.Helper()
		measure(b, of)
	}).Extra[unit]
}

//nolint:paralleltest // it measures time
func TestThePortalsOwnTimeIsNotOurs(t *testing.T) {
	nothing := subject(func(*portal.Response) error { return nil })
	inMilliseconds := float64(slowPage.Milliseconds())
	require.Less(t, figure(speed.Overhead, nothing, speed.UnitOverhead), inMilliseconds/2)
	require.Less(t, figure(speed.Page, nothing, speed.UnitPage), inMilliseconds/2)
	speed.Require(t, nothing)
}

//nolint:paralleltest // it measures time
func TestReadingIsOurs(t *testing.T) {
	reading := subject(func(*portal.Response) error {
		pause(context.Background(), slowPage)
		return nil
	})
	inMilliseconds := float64(slowPage.Milliseconds())
	require.GreaterOrEqual(t, figure(speed.Overhead, reading, speed.UnitOverhead), inMilliseconds)
	require.GreaterOrEqual(t, figure(speed.Page, reading, speed.UnitPage), inMilliseconds)
}

//nolint:paralleltest // it measures memory
func TestSessionsAreHeldWithWhatTheyHaveRead(t *testing.T) {
	const kept = 1 << 20
	hoard := func(t testing.TB, meter *speed.Meter) speed.Call {
		t.Helper()
		call := subject(func(*portal.Response) error { return nil }).Large(t, meter)
		return func(ctx context.Context) error {
			page := make([]byte, kept)
			err := call(ctx)
			page[0] = 1 // it is held until here
			return err
		}
	}
	held := figure(speed.Memory, speed.Subject{Large: hoard}, speed.UnitHeld)
	require.Greater(t, held, float64(kept/1024))
	require.Less(t, held, float64(2*kept/1024))
}

func TestAnswersAreChangedOnTheirWay(t *testing.T) {
	t.Parallel()
	meter := &speed.Meter{}
	config := meter.Serve(t, speed.Rewriting(speed.Saying("text/plain", "a"), func(body string) string { return body + "b" }))
	client, err := portal.New(config, portal.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, client.Close()) })
	answer, err := client.Do(t.Context(), portal.Request{Operation: "read", Method: http.MethodGet, Path: "/"})
	require.NoError(t, err)
	require.Equal(t, "ab", string(answer.Body))
	require.Equal(t, "text/plain", answer.MediaType())
	require.GreaterOrEqual(t, len(speed.Options()), speed.PageSize)
	require.GreaterOrEqual(t, len(speed.Repeated("abc")), speed.PageSize)
}
