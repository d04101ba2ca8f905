// Package delivery carries webhooks to the hub as Meta does, and listens to what the hub sends to Meta. It knows HTTP and nothing of
// what is said.
package delivery

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"maps"
	"net"
	"net/http"
	"sync"
	"time"

	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/openloop"
	"github.com/jansetu/jansetu/cmd/jansetu/bench/internal/wire"
)

const (
	// answerLimit is how long Meta waits for an answer (5 to 10 s are quoted by integrators).
	answerLimit = 10 * time.Second
	// connections is the most connections to the hub; Meta delivers concurrently.
	connections = 512
	// firstRedelivery and lastRedelivery are the pauses before a refused webhook is delivered again: Meta's schedule, compressed.
	firstRedelivery = time.Second
	lastRedelivery  = 8 * time.Second
)

// Courier delivers signed webhooks and measures the acknowledgements. It is safe for concurrent use.
type Courier struct {
	url    string
	secret string
	client *http.Client

	mu     sync.Mutex
	acks   *openloop.Latencies
	tally  Tally
	errors map[string]int
}

// Tally counts deliveries. A webhook is accepted once, however often it was delivered.
type Tally struct {
	Offered  int
	Accepted int
	Errors   map[string]int // attempts that were not answered 200, by kind
}

// NewCourier delivers to the webhook at url, signing with the app secret.
func NewCourier(url, appSecret string) *Courier {
	transport := &http.Transport{
		DialContext:         (&net.Dialer{Timeout: answerLimit}).DialContext,
		MaxIdleConnsPerHost: connections,
		MaxConnsPerHost:     connections,
		IdleConnTimeout:     time.Minute,
		DisableCompression:  true,
	}
	c := &Courier{url: url, secret: appSecret, client: &http.Client{Transport: transport}}
	c.Reset()
	return c
}

// Reset starts counting and measuring anew.
func (c *Courier) Reset() {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.acks, c.tally, c.errors = &openloop.Latencies{}, Tally{}, map[string]int{}
}

// Acks is how long accepted webhooks took, from when they were due until they were answered 200.
func (c *Courier) Acks() openloop.Summary {
	c.mu.Lock()
	acks := c.acks
	c.mu.Unlock()
	return acks.Summary()
}

// Tally returns the counts since the last Reset.
func (c *Courier) Tally() Tally {
	c.mu.Lock()
	defer c.mu.Unlock()
	tally := c.tally
	tally.Errors = maps.Clone(c.errors)
	return tally
}

// Deliver posts the body until it is answered 200 and reports whether it was before ctx ended. Latency counts from due.
func (c *Courier) Deliver(ctx context.Context, body []byte, due time.Time) bool {
	signature := wire.Sign(c.secret, body)
	c.count(func() { c.tally.Offered++ })
	for pause := firstRedelivery; ; pause = min(2*pause, lastRedelivery) {
		err := c.post(ctx, body, signature)
		if err == nil {
			c.accepted(time.Since(due))
			return true
		}
		if ctx.Err() != nil {
			return false
		}
		c.count(func() { c.errors[kind(err)]++ })
		if !sleep(ctx, pause) {
			return false
		}
	}
}

// Repeat posts a body once more, as Meta does for no visible reason. It counts nothing but errors.
func (c *Courier) Repeat(ctx context.Context, body []byte) error {
	err := c.post(ctx, body, wire.Sign(c.secret, body))
	if err != nil && ctx.Err() == nil {
		c.count(func() { c.errors["repeated: "+kind(err)]++ })
	}
	return err
}

// Close gives up the idle connections.
func (c *Courier) Close() { c.client.CloseIdleConnections() }

func (c *Courier) accepted(after time.Duration) {
	c.mu.Lock()
	c.tally.Accepted++
	acks := c.acks
	c.mu.Unlock()
	acks.Add(after)
}

func (c *Courier) count(change func()) {
	c.mu.Lock()
	defer c.mu.Unlock()
	change()
}

// statusError is an answer other than 200.
type statusError int

func (e statusError) Error() string { return fmt.Sprintf("HTTP %d", int(e)) }

func (c *Courier) post(ctx context.Context, body []byte, signature string) error {
	ctx, cancel := context.WithTimeout(ctx, answerLimit)
	defer cancel()
	request, err := http.NewRequestWithContext(ctx, http.MethodPost, c.url, bytes.NewReader(body))
	if err != nil {
		return fmt.Errorf("make a webhook request: %w", err)
	}
	request.Header.Set("Content-Type", "application/json")
	request.Header.Set("X-Hub-Signature-256", signature)
	response, err := c.client.Do(request)
	if err != nil {
		return fmt.Errorf("deliver a webhook: %w", err)
	}
	defer func() { _ = response.Body.Close() }()
	if _, err := io.CopyN(io.Discard, response.Body, maxBody); err != nil && !errors.Is(err, io.EOF) {
		return fmt.Errorf("read the answer to a webhook: %w", err)
	}
	if response.StatusCode != http.StatusOK {
		return statusError(response.StatusCode)
	}
	return nil
}

func kind(err error) string {
	var answered statusError
	var network net.Error
	switch {
	case errors.As(err, &answered):
		return answered.Error()
	case errors.As(err, &network) && network.Timeout():
		return "no answer in time"
	default:
		return "connection"
	}
}

func sleep(ctx context.Context, d time.Duration) bool {
	timer := time.NewTimer(d)
	defer timer.Stop()
	select {
	case <-timer.C:
		return true
	case <-ctx.Done():
		return false
	}
}
