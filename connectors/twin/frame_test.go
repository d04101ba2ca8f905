package twin_test

import (
	"bytes"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"sync"
	"testing"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/connectors/twin"
)

// counter is a twin that counts visits.
type counter struct {
	*twin.Frame[int]

	mu     sync.Mutex
	visits []int
}

func newCounter(folder string, log *slog.Logger) (*counter, error) {
	made := &counter{Frame: twin.NewFrame[int]("counter", twin.CaptchaAlways)}
	pages := twin.Alone(&made.mu, func(w http.ResponseWriter, _ *http.Request) {
		next := len(made.visits) + 1
		if err := made.Remember(next); err != nil {
			http.Error(w, "cannot remember", http.StatusInternalServerError)
		}
	})
	err := made.Start(folder, "visits.jsonl", log, func(past int) { made.visits = append(made.visits, past) }, pages)
	return made, err
}

func visit(t *testing.T, at *counter) int {
	t.Helper()
	answer := httptest.NewRecorder()
	at.ServeHTTP(answer, httptest.NewRequestWithContext(t.Context(), http.MethodGet, "/", http.NoBody))
	return answer.Code
}

func TestATwinGoesOnWhereItStopped(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	first, err := newCounter(folder, nil)
	require.NoError(t, err)
	var group sync.WaitGroup
	for range 20 {
		group.Go(func() { visit(t, first) })
	}
	group.Wait()
	require.NoError(t, first.Close())
	second, err := newCounter(folder, nil)
	require.NoError(t, err)
	require.Equal(t, first.visits, second.visits)
	require.Len(t, second.visits, 20, "one at a time")
	require.NoError(t, second.Close())
}

func TestATwinThatCannotRememberSaysSoAndDoesNothing(t *testing.T) {
	t.Parallel()
	var log bytes.Buffer
	broken, err := newCounter(t.TempDir(), slog.New(slog.NewTextHandler(&log, nil)))
	require.NoError(t, err)
	require.NoError(t, broken.Close())
	require.Equal(t, http.StatusInternalServerError, visit(t, broken))
	require.Empty(t, broken.visits)
	require.Contains(t, log.String(), "twin=counter")
}

func TestATwinWhosePastIsBrokenDoesNotStart(t *testing.T) {
	t.Parallel()
	folder := t.TempDir()
	require.NoError(t, os.WriteFile(filepath.Join(folder, "visits.jsonl"), []byte("not a number\n"), 0o600))
	_, err := newCounter(folder, nil)
	require.ErrorContains(t, err, "counter twin: read journal visits.jsonl")
}

func TestAFaultIsOnOncePerTurn(t *testing.T) {
	t.Parallel()
	made, err := newCounter("", nil)
	require.NoError(t, err)
	require.False(t, made.On("login", twin.CaptchaAlways))
	require.NoError(t, made.Faults.Set(twin.Fault{Kind: twin.CaptchaAlways, Operation: "login", Times: 1}))
	require.False(t, made.On("logout", twin.CaptchaAlways))
	require.True(t, made.On("login", twin.CaptchaAlways))
	require.False(t, made.On("login", twin.CaptchaAlways))
}
