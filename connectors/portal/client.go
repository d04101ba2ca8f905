package portal

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"net/http"
	"net/url"
	"strings"
	"sync"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// DefaultMaxBody is the largest answer read when a Request sets no limit of its
// own, in bytes after decompression.
const DefaultMaxBody = 2 << 20

// defaultUserAgent says honestly what we are.
const defaultUserAgent = "Jansetu/1.0 (citizen service hub)"

// Options are what a Client needs besides the portal's own config. The zero
// value works.
type Options struct {
	Logger *slog.Logger
	// Clock tells the time for the maintenance calendar. time.Now by default.
	Clock    func() time.Time
	Observer connectors.Observer
	// UserAgent should name the operator and a contact.
	UserAgent string
	// RetryWait bounds the random wait before the one retry of a GET, and the
	// longest Retry-After that is waited out in place. One second by default.
	RetryWait time.Duration
	// Sealer encrypts frozen sessions. Without one nothing can be frozen, and
	// a portal that asks the citizen cannot be used.
	Sealer *Sealer
}

func (o Options) withDefaults() Options {
	if o.Logger == nil {
		o.Logger = slog.New(slog.DiscardHandler)
	}
	if o.Clock == nil {
		o.Clock = time.Now
	}
	if o.UserAgent == "" {
		o.UserAgent = defaultUserAgent
	}
	if o.RetryWait == 0 {
		o.RetryWait = time.Second
	}
	return o
}

// Client is the way to one portal. It is safe for concurrent use. Close it to
// release its idle connections.
type Client struct {
	config    connectors.PortalConfig
	base      *url.URL
	options   Options
	budget    *budget
	breaker   *breaker
	transport *http.Transport
	buffers   sync.Pool
	stateless *Session
}

// ExchangeObserver is a connectors.Observer that also wants to know how long a
// call waited for the portal and the network: from the first byte of a request to
// the last one of its answer, over all attempts and redirects. What is left of the
// call's duration is ours. It is told before PortalCalled, in the call's own
// goroutine and with the caller's context.
type ExchangeObserver interface {
	connectors.Observer
	PortalAwaited(ctx context.Context, portal, operation string, waited time.Duration)
}

// New makes the client of a portal. Zero limits in the config take their
// defaults.
func New(config connectors.PortalConfig, options Options) (*Client, error) {
	if err := config.Validate(); err != nil {
		return nil, err
	}
	config = config.WithDefaults()
	base, err := url.Parse(config.URL)
	if err != nil {
		return nil, fmt.Errorf("portal %q: parse url: %w", config.Name, err)
	}
	options = options.withDefaults()
	client := &Client{
		config:    config,
		base:      base,
		options:   options,
		budget:    newBudget(config.Budget),
		breaker:   newBreaker(config, options),
		transport: newTransport(config, base),
	}
	client.stateless = client.session(nil)
	return client, nil
}

// Name is the portal's name, for metrics and logs.
func (c *Client) Name() string { return c.config.Name }

// Close releases idle connections. Calls in flight go on.
func (c *Client) Close() error {
	c.transport.CloseIdleConnections()
	return nil
}

// Do makes one call without cookies. See Session.Do.
func (c *Client) Do(ctx context.Context, request Request) (*Response, error) {
	return c.stateless.Do(ctx, request)
}

// Do makes one call: waits for its turn, sends, retries a GET once where that
// is harmless, reads the whole answer and judges it.
//
// A nil error means the answer passed Request.Check. Any other error has a
// class of package connectors, or wraps context.Canceled when the caller gave up
// on a call that changes nothing.
func (s *Session) Do(ctx context.Context, request Request) (*Response, error) {
	started := time.Now()
	progress := &progress{retryable: request.isSafe(), maxBody: request.bodyLimit()}
	response, err := s.admitted(ctx, request, progress)
	if err != nil && request.Reference != "" && progress.sent.Load() && !certainlyNotDone(err) {
		s.logLost(ctx, request, err)
		err = &connectors.OutcomeUnknownError{Reference: request.Reference, Answered: progress.answered.Load()}
	}
	s.observe(ctx, request, err, started, progress)
	if err != nil {
		return nil, err
	}
	return response, nil
}

// admitted lets the call through the calendar, the concurrency limit and the
// breaker.
func (s *Session) admitted(ctx context.Context, request Request, progress *progress) (*Response, error) {
	client := s.client
	if until, down := client.config.MaintenanceEnd(client.options.Clock()); down {
		return nil, &connectors.UnavailableError{Until: until, Reason: connectors.ReasonMaintenance}
	}
	bounded, cancel := context.WithTimeout(ctx, client.config.Timeouts.Total)
	defer cancel()
	built, err := s.build(withProgress(bounded, progress), request)
	if err != nil {
		return nil, err
	}
	release, err := client.budget.enter(bounded)
	if err != nil {
		return nil, classify(ctx, err)
	}
	defer release()
	return client.breaker.execute(func() (*Response, error) {
		response, err := s.exchange(built)
		if err != nil {
			return nil, classify(ctx, err)
		}
		return response, judge(request, response)
	})
}

func (s *Session) observe(ctx context.Context, request Request, err error, started time.Time, progress *progress) {
	class, elapsed, attempts := connectors.ClassOf(err), time.Since(started), int(progress.attempts.Load())
	s.client.options.Logger.DebugContext(ctx, "portal called", "portal", s.client.config.Name,
		"operation", request.Operation, "class", class, "attempts", attempts, "elapsed", elapsed)
	if observer, ok := s.client.options.Observer.(ExchangeObserver); ok {
		observer.PortalAwaited(ctx, s.client.config.Name, request.Operation, time.Duration(progress.waited.Load()))
	}
	if observer := s.client.options.Observer; observer != nil {
		observer.PortalCalled(connectors.Call{
			Portal: s.client.config.Name, Operation: request.Operation,
			Class: class, Duration: elapsed, Attempts: attempts,
		})
	}
}

// logLost keeps for the operator what an OutcomeUnknownError leaves out.
func (s *Session) logLost(ctx context.Context, request Request, cause error) {
	attributes := []any{"portal", s.client.config.Name, "operation", request.Operation,
		"reference", request.Reference, "cause", connectors.ClassOf(cause)}
	if changed, ok := errors.AsType[*connectors.ChangedError](cause); ok {
		attributes = append(attributes, "expected", changed.Expected, "seen", changed.Seen)
	}
	s.client.options.Logger.WarnContext(ctx, "portal outcome unknown", attributes...)
}

// resolve places the request's path under the portal's base address, which may
// itself have a path.
func (c *Client) resolve(request Request) (*url.URL, error) {
	if request.URL != nil {
		if request.URL.Host != c.base.Host || (request.URL.Scheme != c.base.Scheme && request.URL.Scheme != "https") {
			return nil, &connectors.ChangedError{Expected: "an address within the portal", Seen: "an address of another host"}
		}
		return request.URL, nil
	}
	path, err := url.Parse(request.Path)
	if err != nil || path.Host != "" || path.Scheme != "" || path.RawQuery != "" {
		return nil, errors.New("portal request: path is not a path")
	}
	target := c.base.JoinPath(strings.TrimPrefix(path.EscapedPath(), "/"))
	target.RawQuery = request.Query.Encode()
	return target, nil
}
