package twin_test

import (
	"context"
	"io"
	"net/http"
	"net/http/httptest"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"testing/synctest"
	"time"

	"github.com/stretchr/testify/require"
	"go.uber.org/goleak"

	"github.com/jansetu/jansetu/connectors/twin"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

func replay(t *testing.T, path string) (facts []int, journal *twin.Journal[int]) {
	t.Helper()
	journal, err := twin.OpenJournal(path, func(fact int) error {
		facts = append(facts, fact)
		return nil
	})
	require.NoError(t, err)
	return facts, journal
}

func TestJournalReplaysWhatWasAppended(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "new", "facts.jsonl")
	facts, journal := replay(t, path)
	require.Empty(t, facts)
	for _, fact := range []int{1, 2, 3} {
		require.NoError(t, journal.Append(fact))
	}
	require.NoError(t, journal.Close())
	facts, journal = replay(t, path)
	require.Equal(t, []int{1, 2, 3}, facts)
	require.NoError(t, journal.Close())
}

func TestJournalDropsALineCutByACrash(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "facts.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("1\n2\n34"), 0o600))
	facts, journal := replay(t, path)
	require.Equal(t, []int{1, 2}, facts)
	require.NoError(t, journal.Append(5))
	require.NoError(t, journal.Close())
	facts, journal = replay(t, path)
	require.Equal(t, []int{1, 2, 5}, facts)
	require.NoError(t, journal.Close())
}

func TestJournalRefusesADamagedFile(t *testing.T) {
	t.Parallel()
	path := filepath.Join(t.TempDir(), "facts.jsonl")
	require.NoError(t, os.WriteFile(path, []byte("1\nx\n3\n"), 0o600))
	_, err := twin.OpenJournal(path, func(int) error { return nil })
	require.ErrorContains(t, err, "at byte 2")
}

func TestJournalWithoutAPathForgets(t *testing.T) {
	t.Parallel()
	_, journal := replay(t, "")
	require.NoError(t, journal.Append(1))
	require.NoError(t, journal.Close())
}

func TestDialCountsDownAndKeepsToItsOperation(t *testing.T) {
	t.Parallel()
	dial := twin.NewDial("own")
	require.NoError(t, dial.Set(twin.Fault{Kind: "own", Operation: "post", Times: 2}, twin.Fault{Kind: twin.Hang}))
	_, found := dial.Take("fetch", "own")
	require.False(t, found)
	for range 2 {
		_, found = dial.Take("post", "own")
		require.True(t, found)
	}
	_, found = dial.Take("post", "own")
	require.False(t, found)
	require.Equal(t, []twin.Fault{{Kind: twin.Hang}}, dial.Faults())
	dial.Clear()
	require.Empty(t, dial.Faults())
	require.Error(t, dial.Set(twin.Fault{Kind: "unheard of"}))
	require.Error(t, dial.Set(twin.Fault{Kind: twin.Slow, DelayMS: -1}))
}

func TestWrapPlaysEachFault(t *testing.T) {
	t.Parallel()
	tests := map[twin.Kind]struct {
		done   bool
		status int // 0: no answer
		text   string
		hangs  bool
	}{
		twin.Slow:            {done: true, status: http.StatusOK, text: "done"},
		twin.Hang:            {hangs: true},
		twin.ServerError:     {status: http.StatusInternalServerError, text: "Runtime Error"},
		twin.BadGateway:      {status: http.StatusBadGateway, text: "nginx"},
		twin.Unavailable:     {status: http.StatusServiceUnavailable},
		twin.TooMany:         {status: http.StatusTooManyRequests},
		twin.ErrorPage:       {status: http.StatusOK, text: "Runtime Error"},
		twin.MaintenancePage: {status: http.StatusOK, text: "maintenance"},
		twin.StrangePage:     {status: http.StatusOK, text: "login"},
		twin.DropBefore:      {},
		twin.ResponseLost:    {done: true},
		twin.ResponseHangs:   {done: true, hangs: true},
		twin.HalfBody:        {done: true},
		twin.CutPage:         {done: true, status: http.StatusOK, text: "do"},
		twin.WrongCharset:    {done: true, status: http.StatusOK, text: "done"},
		twin.HugeBody:        {done: true, status: http.StatusOK, text: "done"},
		twin.SessionLost:     {done: true, status: http.StatusOK, text: "done"},
	}
	require.Len(t, twin.HTTPKinds(), len(tests))
	for kind, test := range tests {
		t.Run(string(kind), func(t *testing.T) {
			t.Parallel()
			dial := twin.NewDial()
			require.NoError(t, dial.Set(twin.Fault{Kind: kind, DelayMS: 1, RetryAfter: 7}))
			done := make(chan string, 1)
			ctx, leave := context.WithTimeout(t.Context(), time.Minute)
			defer leave()
			soon := func() {}
			if test.hangs { // whoever waits in vain leaves some time after the twin has got so far
				soon = func() { time.AfterFunc(50*time.Millisecond, leave) }
			}
			wrapped := dial.Wrap("work", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				body, _ := io.ReadAll(r.Body)
				done <- string(body)
				soon()
				_, _ = io.WriteString(w, "done")
			}))
			server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
				if !test.done {
					soon()
				}
				wrapped.ServeHTTP(w, r)
			}))
			defer server.Close()
			status, text := sendUntil(ctx, t, server.URL)
			require.Equal(t, test.status, status)
			require.Contains(t, text, test.text)
			if test.done {
				require.Equal(t, "request", <-done)
			} else {
				require.Empty(t, done)
			}
		})
	}
}

func TestLatencyDelaysAndLeavesTheAnswerAlone(t *testing.T) {
	t.Parallel()
	dial := twin.NewDial()
	require.NoError(t, dial.Set(twin.Fault{Kind: twin.Latency, DelayMS: 20, TailMS: 60}, twin.Fault{Kind: twin.TooMany, Times: 1}))
	server := httptest.NewServer(dial.Wrap("work", http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		_, _ = io.WriteString(w, "done")
	})))
	defer server.Close()
	started := time.Now()
	status, _ := send(t, server.URL)
	require.Equal(t, http.StatusTooManyRequests, status, "latency comes besides other faults")
	status, text := send(t, server.URL)
	require.Equal(t, http.StatusOK, status)
	require.Equal(t, "done", text)
	require.Greater(t, time.Since(started), 5*time.Millisecond)
}

func TestFaultEndsWithItsWindow(t *testing.T) {
	t.Parallel()
	synctest.Test(t, func(t *testing.T) {
		dial := twin.NewDial()
		require.NoError(t, dial.Set(twin.Fault{Kind: twin.MaintenancePage, ForMS: 30}, twin.Fault{Kind: twin.Hang, Operation: "other"}))
		time.Sleep(29 * time.Millisecond) //nolint:forbidigo // the clock is synctest's
		require.Len(t, dial.Faults(), 2)
		time.Sleep(time.Millisecond) //nolint:forbidigo // the clock is synctest's
		require.Len(t, dial.Faults(), 1)
		_, found := dial.Take("work", twin.MaintenancePage)
		require.False(t, found)
		require.Error(t, dial.Set(twin.Fault{Kind: twin.Latency, TailMS: -1}))
	})
}

func send(t *testing.T, url string) (int, string) {
	t.Helper()
	ctx, cancel := context.WithTimeout(t.Context(), time.Minute)
	defer cancel()
	return sendUntil(ctx, t, url)
}

func sendUntil(ctx context.Context, t *testing.T, url string) (int, string) {
	t.Helper()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, url, strings.NewReader("request"))
	require.NoError(t, err)
	client := &http.Client{Transport: &http.Transport{DisableKeepAlives: true}}
	response, err := client.Do(request)
	if err != nil {
		return 0, ""
	}
	defer func() { _ = response.Body.Close() }()
	text, err := io.ReadAll(io.LimitReader(response.Body, 1<<10))
	if err != nil {
		return 0, ""
	}
	return response.StatusCode, string(text)
}

func TestControlTurnsTheDial(t *testing.T) {
	t.Parallel()
	dial := twin.NewDial()
	control := dial.Control("A twin", func() []string { return []string{"a fact"} })
	ask := func(method, target, body string) *httptest.ResponseRecorder {
		request := httptest.NewRequestWithContext(t.Context(), method, target, strings.NewReader(body))
		if method == http.MethodPost {
			request.Header.Set("Content-Type", "application/x-www-form-urlencoded")
		}
		recorder := httptest.NewRecorder()
		control.ServeHTTP(recorder, request)
		return recorder
	}
	require.Equal(t, http.StatusOK, ask(http.MethodPut, "/twin/faults", `[{"kind":"slow","delay_ms":5}]`).Code)
	require.Equal(t, http.StatusSeeOther, ask(http.MethodPost, "/twin/faults", "kind=hang&times=2&operation=post").Code)
	require.JSONEq(t, `[{"kind":"slow","delay_ms":5},{"kind":"hang","operation":"post","times":2}]`,
		ask(http.MethodGet, "/twin/faults", "").Body.String())
	page := ask(http.MethodGet, "/twin/", "").Body.String()
	require.Contains(t, page, "a fact")
	require.Contains(t, page, "hang post")
	require.Equal(t, http.StatusBadRequest, ask(http.MethodPut, "/twin/faults", `{}`).Code)
	require.Equal(t, http.StatusBadRequest, ask(http.MethodPut, "/twin/faults", `[{"kind":"x"}]`).Code)
	require.Equal(t, http.StatusBadRequest, ask(http.MethodPost, "/twin/faults", "kind=x").Code)
	ask(http.MethodPost, "/twin/faults", "kind=")
	require.Empty(t, dial.Faults())
	require.NoError(t, dial.Set(twin.Fault{Kind: twin.Slow}))
	require.JSONEq(t, `[]`, ask(http.MethodDelete, "/twin/faults", "").Body.String())
}
