package gateway

import (
	"context"
	"errors"
	"sync"
	"sync/atomic"
)

// errBusy says that more is waiting to be committed than we are willing to keep in memory.
var errBusy = errors.New("too much is waiting to be stored")

// receipt follows the items of one webhook until all are committed.
type receipt struct {
	pending atomic.Int64
	failure atomic.Pointer[error]
	done    chan struct{}
}

func newReceipt(items int) *receipt {
	r := &receipt{done: make(chan struct{})}
	r.pending.Store(int64(items))
	return r
}

// settle says that n items are done; an error is remembered.
func (r *receipt) settle(n int, err error) {
	if err != nil {
		r.failure.CompareAndSwap(nil, &err)
	}
	if r.pending.Add(-int64(n)) == 0 {
		close(r.done)
	}
}

func (r *receipt) wait(ctx context.Context) error {
	select {
	case <-ctx.Done():
		return ctx.Err() // the caller says what it waited for
	case <-r.done:
	}
	if failure := r.failure.Load(); failure != nil {
		return *failure
	}
	return nil
}

// item is one thing to commit and the receipt to settle for it.
type item[T any] struct {
	value   T
	receipt *receipt
}

// committer commits items in groups: while one transaction runs, the next group gathers. An item that comes alone is
// committed at once, so there is no timer that could delay it.
type committer[T any] struct {
	queue chan item[T]
	most  int
	// commit stores the group and settles each item's receipt.
	commit func([]item[T])

	closing sync.RWMutex
	closed  bool
}

func newCommitter[T any](most, capacity int, commit func([]item[T])) *committer[T] {
	return &committer[T]{queue: make(chan item[T], capacity), most: most, commit: commit}
}

// add queues an item. It fails with errBusy rather than wait.
func (c *committer[T]) add(value T, r *receipt) error {
	c.closing.RLock()
	defer c.closing.RUnlock()
	if c.closed {
		return errBusy
	}
	select {
	case c.queue <- item[T]{value, r}:
		return nil
	default:
		return errBusy
	}
}

// run commits until close, and then what is left.
func (c *committer[T]) run() {
	for first := range c.queue {
		c.commit(c.gather(first))
	}
}

func (c *committer[T]) gather(first item[T]) []item[T] {
	group := []item[T]{first}
	for len(group) < c.most {
		select {
		case next, open := <-c.queue:
			if !open {
				return group
			}
			group = append(group, next)
		default:
			return group
		}
	}
	return group
}

func (c *committer[T]) close() {
	c.closing.Lock()
	defer c.closing.Unlock()
	if !c.closed {
		c.closed = true
		close(c.queue)
	}
}
