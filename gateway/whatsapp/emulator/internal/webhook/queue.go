package webhook

import (
	"context"
	"log/slog"
	"net/http"
	"slices"
	"sync"
	"sync/atomic"
	"time"
)

// Config sets up a [Queue].
type Config struct {
	URL         string
	AppSecret   string
	Concurrency int             // deliveries at once
	Batch       int             // most changes in one body; batches form only when deliveries lag behind
	Timeout     time.Duration   // of one delivery
	Retry       []time.Duration // waits before each retry; the last one repeats
	MaxAge      time.Duration   // after which a change is dropped
	Log         *slog.Logger
	Done        func(c Change, delivered bool) // after a 200, or when a change is given up
	Disturb     func() Treatment               // asked for each change; nil: none
}

// Treatment is what a fault does to one push of changes.
type Treatment struct {
	Copies int           // delivered this many times more
	Delay  time.Duration // held back this long
	Hold   int           // held back until this many are waiting, then released in reverse order
}

// Counters count deliveries since the start.
type Counters struct {
	Delivered int64 `json:"delivered"` // bodies answered with 200
	Failed    int64 `json:"failed"`    // attempts that were not
	Retries   int64 `json:"retries"`
	Dropped   int64 `json:"dropped"` // changes given up
	Pending   int64 `json:"pending"` // changes not yet delivered or dropped
}

type job struct {
	changes []Change
	attempt int
	born    time.Time
	copied  bool // a duplicate made by a fault: it is not retried nor reported
}

// Queue delivers changes. It is safe for concurrent use.
type Queue struct {
	cfg    Config
	client *http.Client
	ctx    context.Context //nolint:containedctx // the life of the workers, ended by Close
	stop   context.CancelFunc
	work   sync.WaitGroup

	mu      sync.Mutex
	wake    *sync.Cond
	url     string
	waiting []job
	held    []job
	settled chan struct{} // closed when nothing is pending

	nextID                                       atomic.Int64
	delivered, failed, retries, dropped, pending atomic.Int64
}

// maxWaiting bounds the undelivered changes kept in memory; Meta keeps seven days of them.
const maxWaiting = 200_000

// holdLimit bounds how long a reordered change waits for company.
const holdLimit = 300 * time.Millisecond

// NewQueue starts the workers. Close ends them.
func NewQueue(cfg Config) *Queue {
	ctx, stop := context.WithCancel(context.Background())
	transport := &http.Transport{MaxIdleConnsPerHost: cfg.Concurrency, MaxConnsPerHost: cfg.Concurrency, IdleConnTimeout: time.Minute}
	q := &Queue{
		cfg: cfg, ctx: ctx, stop: stop, url: cfg.URL,
		client: &http.Client{
			Transport: transport, Timeout: cfg.Timeout,
			CheckRedirect: func(*http.Request, []*http.Request) error { return http.ErrUseLastResponse },
		},
	}
	q.wake = sync.NewCond(&q.mu)
	for range cfg.Concurrency {
		q.work.Go(q.deliverLoop)
	}
	return q
}

// SetURL changes where webhooks go, those already waiting included.
func (q *Queue) SetURL(url string) {
	q.mu.Lock()
	defer q.mu.Unlock()
	q.url = url
	q.wake.Broadcast()
}

// NextID returns a new id for a change, greater than any before.
func (q *Queue) NextID() int64 { return q.nextID.Add(1) }

// Resume makes NextID start above id, after a restart.
func (q *Queue) Resume(id int64) { q.nextID.Store(max(id, q.nextID.Load())) }

// Push queues one change. It never blocks.
func (q *Queue) Push(c Change) {
	q.pending.Add(1)
	j := job{changes: []Change{c}, born: time.Now()}
	var t Treatment
	if q.cfg.Disturb != nil {
		t = q.cfg.Disturb()
	}
	for range t.Copies {
		q.pending.Add(1)
		q.enqueue(job{changes: j.changes, born: j.born, copied: true})
	}
	switch {
	case t.Hold > 1:
		q.hold(j, t.Hold)
	case t.Delay > 0:
		q.later(t.Delay, j)
	default:
		q.enqueue(j)
	}
}

func (q *Queue) enqueue(jobs ...job) {
	q.mu.Lock()
	q.waiting = append(q.waiting, jobs...)
	excess := max(0, len(q.waiting)-maxWaiting)
	given := slices.Clone(q.waiting[:excess])
	q.waiting = q.waiting[excess:]
	if len(jobs) == 1 {
		q.wake.Signal()
	} else {
		q.wake.Broadcast()
	}
	q.mu.Unlock()
	for _, j := range given {
		q.settle(j, false)
	}
}

func (q *Queue) later(wait time.Duration, j job) {
	time.AfterFunc(wait, func() { q.enqueue(j) })
}

func (q *Queue) hold(j job, size int) {
	q.mu.Lock()
	q.held = append(q.held, j)
	full, first := len(q.held) >= size, len(q.held) == 1
	q.mu.Unlock()
	if full {
		q.Release()
	} else if first {
		time.AfterFunc(holdLimit, q.Release)
	}
}

// Release sends what a reorder fault holds back, the newest first.
func (q *Queue) Release() {
	q.mu.Lock()
	held := q.held
	q.held = nil
	q.mu.Unlock()
	if len(held) > 0 {
		slices.Reverse(held)
		q.enqueue(held...)
	}
}

// take waits for work. It gathers several fresh changes only when more are waiting than workers could carry.
func (q *Queue) take() (job, string, bool) {
	q.mu.Lock()
	defer q.mu.Unlock()
	for q.ctx.Err() == nil && (len(q.waiting) == 0 || q.url == "") {
		q.wake.Wait()
	}
	if q.ctx.Err() != nil {
		return job{}, "", false
	}
	j := q.waiting[0]
	q.waiting = q.waiting[1:]
	for len(q.waiting) >= q.cfg.Concurrency && len(j.changes) < q.cfg.Batch && !j.copied && !q.waiting[0].copied {
		j.changes = append(slices.Clip(j.changes), q.waiting[0].changes...)
		q.waiting = q.waiting[1:]
	}
	return j, q.url, true
}

// Counters returns the counts so far.
func (q *Queue) Counters() Counters {
	return Counters{
		Delivered: q.delivered.Load(), Failed: q.failed.Load(), Retries: q.retries.Load(),
		Dropped: q.dropped.Load(), Pending: q.pending.Load(),
	}
}

// Settle waits until every change was delivered or dropped.
func (q *Queue) Settle(ctx context.Context) error {
	for {
		q.mu.Lock()
		if q.pending.Load() == 0 {
			q.mu.Unlock()
			return nil
		}
		if q.settled == nil {
			q.settled = make(chan struct{})
		}
		settled := q.settled
		q.mu.Unlock()
		select {
		case <-settled:
		case <-ctx.Done():
			return ctx.Err()
		}
	}
}

// Close stops delivering. What is undelivered stays with whoever journals it.
func (q *Queue) Close() {
	q.stop()
	q.mu.Lock()
	q.wake.Broadcast()
	q.mu.Unlock()
	q.work.Wait()
	q.client.CloseIdleConnections()
}
