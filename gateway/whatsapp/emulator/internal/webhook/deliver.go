package webhook

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"net/http"
	"net/url"
	"time"
)

// maxAnswer is how much of an answer is read so that the connection can be used again.
const maxAnswer = 64 << 10

func (q *Queue) deliverLoop() {
	for {
		j, target, ok := q.take()
		if !ok {
			return
		}
		q.deliver(j, target)
	}
}

func (q *Queue) deliver(j job, target string) {
	err := q.post(j, target)
	if err == nil {
		q.delivered.Add(1)
		q.settle(j, true)
		return
	}
	if q.ctx.Err() != nil {
		return
	}
	q.failed.Add(1)
	q.cfg.Log.Debug("webhook not accepted", slog.Int64("change", j.changes[0].ID), slog.Int("attempt", j.attempt+1), slog.Any("error", err))
	if j.copied || time.Since(j.born) > q.cfg.MaxAge || len(q.cfg.Retry) == 0 {
		q.settle(j, false)
		return
	}
	wait := q.cfg.Retry[min(j.attempt, len(q.cfg.Retry)-1)]
	j.attempt++
	q.retries.Add(1)
	q.later(wait, j)
}

func (q *Queue) post(j job, target string) error {
	// A third of the bodies escape slashes too, as some of Meta's do.
	body, err := envelope(j.changes, j.changes[0].ID%3 == 0)
	if err != nil {
		return err
	}
	req, err := http.NewRequestWithContext(q.ctx, http.MethodPost, target, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("build webhook request: %w", err)
	}
	req.Header.Set("Content-Type", "application/json")
	req.Header.Set("User-Agent", "facebookexternalua")
	req.Header.Set("X-Hub-Signature-256", Sign(q.cfg.AppSecret, body))
	resp, err := q.client.Do(req)
	if err != nil {
		return fmt.Errorf("deliver webhook: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	if _, err := io.Copy(io.Discard, io.LimitReader(resp.Body, maxAnswer)); err != nil {
		return fmt.Errorf("read webhook answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK {
		return fmt.Errorf("webhook answered %d", resp.StatusCode)
	}
	return nil
}

// settle reports a job as done, and only then counts it, so that Settle returns after the report.
func (q *Queue) settle(j job, delivered bool) {
	if !j.copied && q.cfg.Done != nil {
		for _, c := range j.changes {
			q.cfg.Done(c, delivered)
		}
	}
	if !delivered && !j.copied {
		q.dropped.Add(int64(len(j.changes)))
	}
	q.mu.Lock()
	defer q.mu.Unlock()
	if q.pending.Add(-int64(len(j.changes))) == 0 && q.settled != nil {
		close(q.settled)
		q.settled = nil
	}
}

// ErrHandshake is returned when the callback does not confirm the verify token.
var ErrHandshake = errors.New("callback did not answer the challenge")

// Verify makes the handshake Meta makes when a callback URL is saved: GET with hub.mode, hub.challenge and
// hub.verify_token, to be answered 200 with the challenge (Meta, create-webhook-endpoint).
func (q *Queue) Verify(ctx context.Context, target, token string) error {
	u, err := url.Parse(target)
	if err != nil {
		return fmt.Errorf("parse callback url: %w", err)
	}
	const challenge = "1158201444"
	u.RawQuery = url.Values{"hub.mode": {"subscribe"}, "hub.challenge": {challenge}, "hub.verify_token": {token}}.Encode()
	req, err := http.NewRequestWithContext(ctx, http.MethodGet, u.String(), http.NoBody)
	if err != nil {
		return fmt.Errorf("build handshake: %w", err)
	}
	resp, err := q.client.Do(req)
	if err != nil {
		return fmt.Errorf("verify callback: %w", err)
	}
	defer func() { _ = resp.Body.Close() }()
	answer, err := io.ReadAll(io.LimitReader(resp.Body, maxAnswer))
	if err != nil {
		return fmt.Errorf("read handshake answer: %w", err)
	}
	if resp.StatusCode != http.StatusOK || string(answer) != challenge {
		return fmt.Errorf("%w: status %d", ErrHandshake, resp.StatusCode)
	}
	return nil
}
