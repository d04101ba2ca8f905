package emulator_test

import (
	"net/http"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"github.com/jansetu/jansetu/gateway/whatsapp/emulator"
)

func TestWebhooksAreRetriedUntilTheyAreTaken(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.business.answer(http.StatusServiceUnavailable)
	sent := w.write(t, emulator.Text("Hi"))
	for range 3 {
		<-w.business.arrive
	}
	messages, err := w.Chat(asha, 0)
	require.NoError(t, err)
	require.Equal(t, "sent", string(messages[0].Status), "one tick while the business does not take it")
	w.business.answer(http.StatusOK)
	w.settle(t)
	messages, err = w.Chat(asha, 0)
	require.NoError(t, err)
	require.Equal(t, "delivered", string(messages[0].Status))
	for _, m := range w.business.messages(t) {
		require.Equal(t, sent.ID, m["id"])
	}
	require.GreaterOrEqual(t, w.Counters().Webhooks.Retries, int64(3))
}

func TestDuplicateAndReorder(t *testing.T) {
	t.Parallel()
	w := newWorld(t, func(c *emulator.Config) { c.Delivery.Concurrency = 1 })
	w.SetFaults(emulator.Faults{Duplicate: emulator.DuplicateFault{Next: 1, Copies: 2}})
	w.write(t, emulator.Text("thrice"))
	w.settle(t)
	require.Len(t, w.business.messages(t), 3)

	w.SetFaults(emulator.Faults{Reorder: emulator.CountFault{Next: 3}})
	sent := []string{w.write(t, emulator.Text("a")).ID, w.write(t, emulator.Text("b")).ID, w.write(t, emulator.Text("c")).ID}
	w.settle(t)
	for i, m := range w.business.messages(t)[3:] {
		require.Equal(t, sent[2-i], m["id"])
	}
}

func TestADroppedResponseStillDeliversTheMessage(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	w.SetFaults(emulator.Faults{DropResponse: emulator.CountFault{Next: 1}})
	req, err := http.NewRequestWithContext(t.Context(), http.MethodPost, w.server.URL+"/v23.0/"+numberID+"/messages", strings.NewReader(textTo(asha, "x")))
	require.NoError(t, err)
	req.Header.Set("Authorization", "Bearer "+accessToken)
	resp, err := w.server.Client().Do(req)
	if err == nil {
		_ = resp.Body.Close()
	}
	require.Error(t, err)
	w.settle(t)
	require.Len(t, w.business.statuses(t), 2)
	require.Equal(t, "outbox-7", w.business.statuses(t)[0].Callback)
}

func TestRefusalsOnDemand(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	w.SetFaults(emulator.Faults{Throttle: emulator.CountFault{Next: 1}, Refuse: emulator.CodeFault{Next: 1, Code: 131000}})
	status, answer := w.send(t, textTo(asha, "x"))
	require.Equal(t, 130429, errorCode(answer))
	require.Equal(t, http.StatusTooManyRequests, status)
	status, answer = w.send(t, textTo(asha, "x"))
	require.Equal(t, 131000, errorCode(answer))
	require.Equal(t, http.StatusInternalServerError, status)
	w.accepted(t, textTo(asha, "x"))

	w.SetFaults(emulator.Faults{Down: emulator.DownFault{ForMS: 60_000, Mode: "503"}})
	status, answer = w.send(t, textTo(asha, "x"))
	require.Equal(t, http.StatusServiceUnavailable, status)
	require.Equal(t, 2, errorCode(answer))
	w.SetFaults(emulator.Faults{})
	w.accepted(t, textTo(asha, "x"))
}

func TestAcceptedAndThenFailed(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	w.SetFaults(emulator.Faults{Fail: emulator.CodeFault{Next: 1, Code: 131026}})
	id := w.accepted(t, textTo(asha, "x"))
	w.settle(t)
	told := w.business.statuses(t)
	require.Len(t, told, 1)
	require.Equal(t, id, told[0].ID)
	require.Equal(t, "failed", told[0].Status)
	require.Equal(t, 131026, told[0].Errors[0].Code)
	messages, err := w.Chat(asha, 1)
	require.NoError(t, err)
	require.Empty(t, messages, "the citizen sees nothing")
}

func TestStatusesOff(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	w.SetFaults(emulator.Faults{StatusesOff: true})
	w.accepted(t, textTo(asha, "x"))
	w.settle(t)
	require.Empty(t, w.business.statuses(t))
}

func TestTheWindowClosesWhenTheClockMovesOn(t *testing.T) {
	t.Parallel()
	w := newWorld(t)
	w.write(t, emulator.Text("Hi"))
	w.accepted(t, textTo(asha, "inside"))
	w.SetFaults(emulator.Faults{ClockShiftMS: 25 * time.Hour.Milliseconds()})
	_, answer := w.send(t, textTo(asha, "outside"))
	require.Equal(t, 131047, errorCode(answer))
	w.write(t, emulator.Text("Hi again"))
	w.accepted(t, textTo(asha, "inside"))
}

func TestPairRateBorrowsFromTheFuture(t *testing.T) {
	t.Parallel()
	var offset atomic.Int64
	start := time.Now()
	w := newWorld(t, func(c *emulator.Config) {
		c.Clock = func() time.Time { return start.Add(time.Duration(offset.Load())) }
		c.Limits.MessagesPerSecond = -1
	})
	w.write(t, emulator.Text("Hi"))
	for range 45 {
		w.accepted(t, textTo(asha, "x"))
	}
	status, answer := w.send(t, textTo(asha, "x"))
	require.Equal(t, 131056, errorCode(answer))
	require.Equal(t, http.StatusTooManyRequests, status)
	offset.Store(int64(6 * time.Second))
	w.accepted(t, textTo(asha, "x"))
	_, answer = w.send(t, textTo(asha, "x"))
	require.Equal(t, 131056, errorCode(answer), "one message each six seconds from now on")
}

func TestThroughputOfANumber(t *testing.T) {
	t.Parallel()
	now := time.Now()
	w := newWorld(t, func(c *emulator.Config) {
		c.Clock = func() time.Time { return now }
		c.Limits = emulator.Limits{MessagesPerSecond: 3, PairInterval: -1}
	})
	w.write(t, emulator.Text("Hi"))
	for range 3 {
		w.accepted(t, textTo(asha, "x"))
	}
	_, answer := w.send(t, textTo(asha, "x"))
	require.Equal(t, 130429, errorCode(answer))
}
