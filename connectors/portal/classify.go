package portal

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"os"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

// classify turns a failed exchange into an error class and drops the original,
// whose text holds the address with its query.
func classify(caller context.Context, err error) error {
	if errors.Is(caller.Err(), context.Canceled) {
		return fmt.Errorf("portal call: %w", context.Canceled)
	}
	if connectors.ClassOf(err) != connectors.ClassInternal && connectors.ClassOf(err) != connectors.ClassCanceled {
		return known(err)
	}
	switch {
	case errors.Is(err, errForbiddenAddress):
		return &connectors.ChangedError{Expected: "the portal's address", Seen: "an address that is not allowed"}
	case isTimeout(err):
		return &connectors.UnavailableError{Reason: connectors.ReasonTimeout}
	default:
		return &connectors.UnavailableError{Reason: connectors.ReasonConnection}
	}
}

// known unwraps the typed error out of the HTTP client's wrapping.
func known(err error) error {
	if unavailable, ok := errors.AsType[*connectors.UnavailableError](err); ok {
		return unavailable
	}
	if changed, ok := errors.AsType[*connectors.ChangedError](err); ok {
		return changed
	}
	return err
}

func isTimeout(err error) bool {
	if errors.Is(err, context.DeadlineExceeded) || errors.Is(err, os.ErrDeadlineExceeded) {
		return true
	}
	network, ok := errors.AsType[net.Error](err)
	return ok && network.Timeout()
}

// judge looks at a complete answer.
func judge(request Request, response *Response) error {
	wait := retryAfter(response.Header, time.Now())
	switch {
	case response.Status == http.StatusTooManyRequests:
		return &connectors.UnavailableError{RetryAfter: wait, Reason: connectors.ReasonRateLimited}
	case response.Status == http.StatusServiceUnavailable:
		return &connectors.UnavailableError{RetryAfter: wait, Reason: connectors.ReasonServerError}
	case response.Status >= http.StatusInternalServerError:
		if request.CheckFailure != nil {
			if err := request.CheckFailure(response); err != nil {
				return err
			}
		}
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError}
	case request.Check != nil:
		return request.Check(response)
	case response.Status/100 != 2:
		return &connectors.ChangedError{
			Expected: "status 2xx", Seen: fmt.Sprintf("status %d", response.Status), Evidence: Outline(response),
		}
	default:
		return nil
	}
}

// certainlyNotDone tells whether an error about a request that was sent proves
// that the portal did nothing. A timeout, a broken connection, a bare 5xx or a
// page we cannot read prove nothing. A 503 that names the time of the next try is
// a deliberate refusal; without one it may be a proxy whose back end broke
// half-way.
func certainlyNotDone(err error) bool {
	if errors.Is(err, ErrVisitLost) {
		return true
	}
	switch connectors.ClassOf(err) {
	case connectors.ClassUnavailable:
		unavailable, _ := errors.AsType[*connectors.UnavailableError](err)
		return unavailable.RetryAfter > 0 ||
			unavailable.Reason == connectors.ReasonRateLimited ||
			unavailable.Reason == connectors.ReasonMaintenance
	case connectors.ClassInputRejected, connectors.ClassNotFound, connectors.ClassChallenge, connectors.ClassRefused:
		return true
	default:
		return false
	}
}
