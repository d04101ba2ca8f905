package scenario

import (
	"context"
	"fmt"
	"maps"
	"sync"
	"sync/atomic"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/delivery"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/openloop"
)

// LoadConfig is a load at a fixed arrival rate.
type LoadConfig struct {
	Rate     float64 // webhooks per second
	Duration time.Duration
	// StatusShare is the part of the webhooks that carry statuses, the rest carry one message each. Every reply has three statuses, so
	// at a half a status webhook carries three of them on average.
	StatusShare float64
	// RepeatShare is the part of the messages that are delivered a second time.
	RepeatShare float64
}

// Statuses travel together: as many in a webhook as fall due between two of them, and more when they have piled up because replies
// came all at once. Meta's own cap is 1,000.
const (
	statusesInABody = 3
	statusesOfAPile = 10
	pileUp          = time.Second // lateness of the oldest status
)

// Load offers webhooks at a fixed rate, whatever the hub does with them.
func (r *Runner) Load(ctx context.Context, config LoadConfig) (Load, error) {
	receipts := &delivery.Receipts{}
	r.receipts.Store(receipts)
	defer r.receipts.Store(nil)
	w, before := r.begin()
	run := &loadRun{runner: r, config: config, receipts: receipts}
	start, accepted, err := run.offer(ctx)
	if err != nil {
		return Load{}, fmt.Errorf("offer the load: %w", err)
	}
	if err := r.settle(ctx); err != nil {
		return Load{}, fmt.Errorf("wait for the last replies: %w", err)
	}
	return run.result(w, before, start, accepted), nil
}

type loadRun struct {
	runner   *Runner
	config   LoadConfig
	receipts *delivery.Receipts
	sending  sync.WaitGroup
	turns    int // begun; only the schedule's goroutine counts
	statuses atomic.Int64
	repeated atomic.Int64
}

// offer runs the schedule and returns when it began and when the last webhook was accepted or given up.
func (l *loadRun) offer(ctx context.Context) (start, end time.Time, err error) {
	schedule := openloop.Schedule{Rate: l.config.Rate, Duration: l.config.Duration}
	sending, cancel := context.WithCancel(ctx)
	defer cancel()
	start = time.Now()
	err = schedule.Run(ctx, func(i int, due time.Time) { l.fire(sending, i, due) })
	patience := time.AfterFunc(l.runner.config.ReplyLimit, cancel)
	defer patience.Stop()
	l.sending.Wait()
	return start, time.Now(), err
}

func (l *loadRun) fire(ctx context.Context, i int, due time.Time) {
	if openloop.Interleaved(i, l.config.StatusShare) {
		l.sending.Go(func() { l.sendStatuses(ctx, due) })
		return
	}
	turn := l.runner.crowd.Begin(due)
	repeat := openloop.Interleaved(l.turns, l.config.RepeatShare)
	l.turns++
	l.sending.Go(func() { l.sendTurn(ctx, turn, repeat) })
}

func (l *loadRun) sendTurn(ctx context.Context, turn crowd.Turn, repeat bool) {
	if !l.runner.deliver(ctx, turn) || !repeat {
		return
	}
	l.repeated.Add(1)
	_ = l.runner.courier.Repeat(ctx, l.runner.body(turn)) // its failure is counted by the courier
}

func (l *loadRun) sendStatuses(ctx context.Context, due time.Time) {
	limit := statusesInABody
	if l.receipts.Late(due) > pileUp {
		limit = statusesOfAPile
	}
	statuses := l.receipts.Due(due, limit)
	if len(statuses) == 0 {
		return // nothing has been sent yet that could have a status
	}
	l.statuses.Add(int64(len(statuses)))
	l.runner.courier.Deliver(ctx, l.runner.config.Business.StatusBody(statuses), due)
}

func (l *loadRun) result(w *watch, before crowd.Counts, start, accepted time.Time) Load {
	after := l.runner.crowd.Counts()
	tally := l.runner.courier.Tally()
	turns := w.turns.Summary()
	return Load{
		Replies:           repliesSince(before, after),
		Rate:              l.config.Rate,
		Seconds:           l.config.Duration.Seconds(),
		Offered:           tally.Offered,
		Accepted:          tally.Accepted,
		AcceptedPerSecond: rate(tally.Accepted, start, accepted),
		TurnsPerSecond:    rate(turns.Count, start, w.lastReply()),
		Ack:               l.runner.courier.Acks(),
		Turn:              turns,
		Messages:          difference(after.Messages, before.Messages),
		Statuses:          int(l.statuses.Load()),
		Repeated:          int(l.repeated.Load()),
		Errors:            tally.Errors,
	}
}

func difference(after, before map[string]int) map[string]int {
	grown := maps.Clone(after)
	for kind, count := range before {
		grown[kind] -= count
	}
	return grown
}
