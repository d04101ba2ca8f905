package portal_test

import (
	"context"
	"net/http"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// patient is a recorder that also learns how long calls waited.
type patient struct {
	recorder
	waited []time.Duration
	asked  []any
}

type askedKey struct{}

func (p *patient) PortalAwaited(ctx context.Context, _, _ string, waited time.Duration) {
	p.waited = append(p.waited, waited)
	p.asked = append(p.asked, ctx.Value(askedKey{}))
}

func TestObserverLearnsHowLongThePortalItselfTook(t *testing.T) {
	t.Parallel()
	const page, reading = 60 * time.Millisecond, 50 * time.Millisecond
	observer := &patient{}
	client := serve(t, func(_ http.ResponseWriter, r *http.Request) { pause(r.Context(), page) },
		func(_ *connectors.PortalConfig, options *portal.Options) { options.Observer = observer })
	ctx := context.WithValue(t.Context(), askedKey{}, "the caller's")
	_, err := client.Do(ctx, portal.Request{
		Operation: "read", Method: http.MethodGet, Path: "/",
		Check: func(*portal.Response) error {
			pause(ctx, reading)
			return nil
		},
	})
	require.NoError(t, err)
	require.Len(t, observer.waited, 1)
	require.GreaterOrEqual(t, observer.waited[0], page)
	calls, _ := observer.seen()
	require.GreaterOrEqual(t, calls[0].Duration-observer.waited[0], reading, "what is left is ours")
	require.Equal(t, []any{"the caller's"}, observer.asked)
}

// pause takes some time, as a portal or a page does.
func pause(ctx context.Context, takes time.Duration) {
	timer := time.NewTimer(takes)
	defer timer.Stop()
	select {
	case <-timer.C:
	case <-ctx.Done():
	}
}
