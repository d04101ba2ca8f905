package portal

import (
	"context"
	"errors"
	"io"
	"math/rand/v2"
	"net"
	"net/http"
	"strconv"
	"syscall"
	"time"
)

// longestRetryAfter caps what a portal may ask for: some answer with a day.
const longestRetryAfter = time.Hour

// checkRetry allows the one retry: a safe request, a failure that another try
// may cure, and a wait that fits into the call.
func (c *Client) checkRetry(ctx context.Context, answer *http.Response, err error) (bool, error) {
	return ctx.Err() == nil && progressOf(ctx).retryable && c.mayPass(answer, err), nil
}

// mayPass tells failures that are often over with the next try.
func (c *Client) mayPass(answer *http.Response, err error) bool {
	if answer == nil {
		return isConnectionFailure(err)
	}
	switch answer.StatusCode {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return retryAfter(answer.Header, c.options.Clock()) <= c.options.RetryWait
	default:
		return false
	}
}

// isConnectionFailure tells a broken connection from a slow one, and from our
// own refusals that travel through the HTTP client as errors.
func isConnectionFailure(err error) bool {
	if errors.Is(err, errForbiddenAddress) || isTimeout(err) {
		return false
	}
	if errors.Is(err, io.EOF) || errors.Is(err, io.ErrUnexpectedEOF) || errors.Is(err, syscall.ECONNRESET) {
		return true
	}
	_, network := errors.AsType[*net.OpError](err)
	return network
}

// backoff is a wait anywhere between nothing and the limit (full jitter), or
// what the portal asked for if that is longer; checkRetry has seen to it that
// it is within the limit.
func backoff(_, limit time.Duration, _ int, answer *http.Response) time.Duration {
	wait := rand.N(limit) //nolint:gosec // spreads load, keeps no secret
	if answer == nil {
		return wait
	}
	return max(wait, min(limit, retryAfter(answer.Header, time.Now())))
}

// retryAfter reads a Retry-After header, seconds or HTTP date (RFC 9110 section
// 10.2.3), capped at longestRetryAfter; zero when missing or unreadable.
func retryAfter(header http.Header, now time.Time) time.Duration {
	text := header.Get("Retry-After")
	if seconds, err := strconv.ParseUint(text, 10, 32); err == nil {
		return min(time.Duration(seconds)*time.Second, longestRetryAfter)
	}
	date, err := http.ParseTime(text)
	if err != nil {
		return 0
	}
	return min(max(date.Sub(now), 0), longestRetryAfter)
}
