package delivery

import (
	"sync"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

// Receipts holds the statuses that fall due for messages sent: sent, delivered and read, each some time after the message. It
// is safe for concurrent use; the zero value is ready.
type Receipts struct {
	mu    sync.Mutex
	lanes [3][]wire.Status // by value, each in order of time because the delays are fixed
}

// stages are the statuses of a message that is read, and when they come.
var stages = [3]struct {
	value string
	after time.Duration
}{
	{"sent", 80 * time.Millisecond},
	{"delivered", 350 * time.Millisecond},
	{"read", 1500 * time.Millisecond},
}

// Expect schedules the statuses of a message accepted at the given moment.
func (r *Receipts) Expect(messageID, callbackData string, to wire.Sender, accepted time.Time) {
	r.mu.Lock()
	defer r.mu.Unlock()
	for i, stage := range stages {
		r.lanes[i] = append(r.lanes[i], wire.Status{
			MessageID: messageID, Value: stage.value, At: accepted.Add(stage.after), To: to, CallbackData: callbackData,
		})
	}
}

// Due takes out at most limit statuses that are due.
func (r *Receipts) Due(now time.Time, limit int) []wire.Status {
	r.mu.Lock()
	defer r.mu.Unlock()
	var due []wire.Status
	for i := range r.lanes {
		for len(r.lanes[i]) > 0 && len(due) < limit && !r.lanes[i][0].At.After(now) {
			due = append(due, r.lanes[i][0])
			r.lanes[i] = r.lanes[i][1:]
		}
	}
	return due
}

// Late is how long ago the oldest status fell due that has not been taken out.
func (r *Receipts) Late(now time.Time) time.Duration {
	r.mu.Lock()
	defer r.mu.Unlock()
	late := time.Duration(0)
	for i := range r.lanes {
		if len(r.lanes[i]) > 0 {
			late = max(late, now.Sub(r.lanes[i][0].At))
		}
	}
	return late
}
