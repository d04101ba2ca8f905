package scenario

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/crowd"
)

// concurrentFirstContacts is how many citizens are introduced at once before a measurement.
const concurrentFirstContacts = 64

// turnsOfFirstContact lead a citizen to the menu: greeting, language, consent.
const turnsOfFirstContact = 3

// Introduce makes a number of citizens known to the hub: each goes through their first contact. It is not measured.
func (r *Runner) Introduce(ctx context.Context, citizens int) error {
	_, before := r.begin()
	for range turnsOfFirstContact {
		if err := r.everyone(ctx, citizens); err != nil && !errors.Is(err, errNoReply) {
			return fmt.Errorf("introduce the citizens: %w", err)
		}
		if replies := repliesSince(before, r.crowd.Counts()); !replies.Exact() {
			return fmt.Errorf("introduce the citizens: of %d messages %d were answered, %d were not, %d were answered twice, %d refused (%v)",
				replies.Begun, replies.Replied, replies.Lost, replies.Doubled, replies.Unsent, r.courier.Tally().Errors)
		}
	}
	return nil
}

// everyone makes one turn of each citizen, some at a time, and waits for all replies.
func (r *Runner) everyone(ctx context.Context, citizens int) error {
	first := r.crowd.Size() == 0
	free := make(chan struct{}, concurrentFirstContacts)
	var sending sync.WaitGroup
	for range citizens {
		free <- struct{}{}
		turn, ok := r.nextOf(first)
		if !ok {
			<-free
			break
		}
		sending.Go(func() {
			limited, cancel := r.patiently(ctx)
			defer cancel()
			r.deliver(limited, turn)
			<-free
		})
	}
	sending.Wait()
	return r.awaitQuiet(ctx)
}

func (r *Runner) nextOf(first bool) (crowd.Turn, bool) {
	if first {
		return r.crowd.BeginNew(time.Now()), true
	}
	return r.crowd.BeginKnown(time.Now())
}

var errNoReply = errors.New("no reply within the limit")

func (r *Runner) awaitQuiet(ctx context.Context) error {
	limit := time.NewTimer(r.config.ReplyLimit)
	defer limit.Stop()
	select {
	case <-r.crowd.Quiet():
		return nil
	case <-limit.C:
		return errNoReply
	case <-ctx.Done():
		return ctx.Err()
	}
}

// gap lies between two idle turns, so that each meets a hub at rest and none keeps step with a timer of the hub.
func gap(i int) time.Duration { return time.Duration(5+(i*7)%20) * time.Millisecond }

// Idle measures one turn at a time.
func (r *Runner) Idle(ctx context.Context, turns int) (Idle, error) {
	w, before := r.begin()
	for i := range turns {
		if err := pause(ctx, gap(i)); err != nil {
			return Idle{}, err
		}
		if err := r.oneTurn(ctx); err != nil {
			return r.idleResult(w, before), fmt.Errorf("idle turn %d: %w", i+1, err)
		}
	}
	if err := r.settle(ctx); err != nil {
		return Idle{}, err
	}
	return r.idleResult(w, before), nil
}

func (r *Runner) oneTurn(ctx context.Context) error {
	limited, cancel := r.patiently(ctx)
	defer cancel()
	if !r.deliver(limited, r.crowdTurn()) {
		return fmt.Errorf("the webhook was not accepted: %v", r.courier.Tally().Errors)
	}
	return r.awaitQuiet(ctx)
}

func (r *Runner) crowdTurn() crowd.Turn {
	if turn, ok := r.crowd.BeginKnown(time.Now()); ok {
		return turn
	}
	return r.crowd.BeginNew(time.Now())
}

func (r *Runner) idleResult(w *watch, before crowd.Counts) Idle {
	return Idle{Replies: repliesSince(before, r.crowd.Counts()), Turn: w.turns.Summary(), Ack: r.courier.Acks()}
}

// Dedupe delivers a number of messages, each of another citizen, several times at once.
func (r *Runner) Dedupe(ctx context.Context, messages, copies int) (Dedupe, error) {
	_, before := r.begin()
	rows, err := r.countRows(ctx)
	if err != nil {
		return Dedupe{}, err
	}
	var sending sync.WaitGroup
	release := make(chan struct{})
	limited, cancel := r.patiently(ctx)
	defer cancel()
	for range messages {
		turn := r.crowd.BeginNew(time.Now())
		body := r.body(turn)
		for range copies {
			sending.Go(func() {
				<-release
				r.courier.Deliver(limited, body, time.Now())
			})
		}
	}
	close(release)
	sending.Wait()
	if err := r.settle(ctx); err != nil {
		return Dedupe{}, err
	}
	result := Dedupe{
		Replies: repliesSince(before, r.crowd.Counts()), Messages: messages, Copies: copies,
		Errors: r.courier.Tally().Errors,
	}
	if result.Rows, err = r.countRows(ctx); err == nil && result.Rows >= 0 {
		result.Rows -= rows
	}
	return result, err
}

func (r *Runner) countRows(ctx context.Context) (int, error) {
	if r.config.CountInbox == nil {
		return -1, nil
	}
	rows, err := r.config.CountInbox(ctx)
	if err != nil {
		return -1, fmt.Errorf("count the inbox: %w", err)
	}
	return rows, nil
}
