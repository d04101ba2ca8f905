package portal

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptrace"
	"net/netip"
	"net/url"
	"sync"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/jansetu/jansetu/connectors"
)

var errForbiddenAddress = errors.New("address is not a portal's")

// progress follows one call through the layers of the HTTP client.
type progress struct {
	retryable bool
	maxBody   int64
	attempts  atomic.Int32
	// sent is set as soon as a connection was there to write to; from then on
	// the portal may have received the request.
	sent atomic.Bool
	// answered is set once an answer has come that only a portal which has
	// finished with the request gives.
	answered atomic.Bool
	// waited is how long the portal and the network took, in nanoseconds, over all
	// attempts and redirects.
	waited atomic.Int64
}

type progressKey struct{}

func withProgress(ctx context.Context, progress *progress) context.Context {
	return context.WithValue(ctx, progressKey{}, progress)
}

func progressOf(ctx context.Context) *progress {
	if known, ok := ctx.Value(progressKey{}).(*progress); ok {
		return known
	}
	return &progress{maxBody: DefaultMaxBody}
}

// attemptTransport makes one HTTP exchange under its own deadline, reading of
// the body included, and takes one token of the budget for it.
type attemptTransport struct {
	next    http.RoundTripper
	timeout time.Duration
	budget  *budget
	// buffers are bytes.Buffers that answers are read into.
	buffers *sync.Pool
}

func (t *attemptTransport) RoundTrip(request *http.Request) (*http.Response, error) {
	if err := t.budget.take(request.Context()); err != nil {
		if request.Body != nil {
			_ = request.Body.Close()
		}
		return nil, err
	}
	progress := progressOf(request.Context())
	progress.attempts.Add(1)
	ctx, cancel := context.WithTimeout(request.Context(), t.timeout)
	defer cancel()
	traced := httptrace.WithClientTrace(ctx, &httptrace.ClientTrace{
		GotConn: func(httptrace.GotConnInfo) { progress.sent.Store(true) },
	})
	started := time.Now()
	defer func() { progress.waited.Add(int64(time.Since(started))) }()
	answer, err := t.next.RoundTrip(request.WithContext(traced))
	if err != nil {
		return nil, err
	}
	body, err := t.readCapped(answer.Body, progress.maxBody)
	if err != nil {
		return nil, err
	}
	answer.Body = newWholeBody(body)
	progress.answered.Store(hasFinished(answer.StatusCode))
	return answer, nil
}

// hasFinished tells an answer of the portal from one of a proxy before it, which
// knows nothing of what goes on behind it.
func hasFinished(status int) bool {
	switch status {
	case http.StatusBadGateway, http.StatusServiceUnavailable, http.StatusGatewayTimeout:
		return false
	default:
		return true
	}
}

// wholeBody is the body of an answer that is in memory already.
type wholeBody struct {
	*bytes.Reader
	content []byte
}

func newWholeBody(content []byte) *wholeBody {
	return &wholeBody{Reader: bytes.NewReader(content), content: content}
}

// Close implements io.Closer.
func (*wholeBody) Close() error { return nil }

// largestKept is the largest buffer, in bytes, that waits for the next answer.
const largestKept = 1 << 20

// readCapped reads and closes a body of at most limit bytes; the limit counts
// what comes out of the decompressor.
func (t *attemptTransport) readCapped(body io.ReadCloser, limit int64) ([]byte, error) {
	defer func() { _ = body.Close() }()
	buffer, ok := t.buffers.Get().(*bytes.Buffer)
	if !ok {
		buffer = &bytes.Buffer{}
	}
	buffer.Reset()
	defer func() {
		if buffer.Cap() <= largestKept {
			t.buffers.Put(buffer)
		}
	}()
	if _, err := buffer.ReadFrom(io.LimitReader(body, limit+1)); err != nil {
		return nil, err
	}
	if int64(buffer.Len()) > limit {
		return nil, &connectors.ChangedError{
			Expected: fmt.Sprintf("an answer of at most %d bytes", limit), Seen: "a larger one",
		}
	}
	return bytes.Clone(buffer.Bytes()), nil
}

func newTransport(config connectors.PortalConfig, base *url.URL) *http.Transport {
	dialer := &net.Dialer{Timeout: config.Timeouts.Attempt}
	if !config.PrivateNetwork && !isLiteralAddress(base.Hostname()) {
		dialer.Control = refusePrivate
	} else {
		dialer.Control = refuseLinkLocal
	}
	return &http.Transport{
		DialContext:            dialer.DialContext,
		TLSHandshakeTimeout:    config.Timeouts.Attempt,
		ResponseHeaderTimeout:  config.Timeouts.Attempt,
		IdleConnTimeout:        time.Minute,
		MaxIdleConnsPerHost:    config.Budget.Concurrent,
		MaxConnsPerHost:        config.Budget.Concurrent,
		MaxResponseHeaderBytes: 64 << 10,
	}
}

// isLiteralAddress: an operator who wrote an IP or localhost meant it.
func isLiteralAddress(host string) bool {
	_, err := netip.ParseAddr(host)
	return err == nil || host == "localhost"
}

// refusePrivate keeps a portal's name from leading into our own network.
func refusePrivate(network, address string, connection syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return errForbiddenAddress
	}
	if ip := target.Addr().Unmap(); ip.IsPrivate() || ip.IsLoopback() {
		return errForbiddenAddress
	}
	return refuseLinkLocal(network, address, connection)
}

// refuseLinkLocal holds for every portal: cloud metadata lives there.
func refuseLinkLocal(_, address string, _ syscall.RawConn) error {
	target, err := netip.ParseAddrPort(address)
	if err != nil {
		return errForbiddenAddress
	}
	ip := target.Addr().Unmap()
	if ip.IsLinkLocalUnicast() || ip.IsMulticast() || ip.IsUnspecified() {
		return errForbiddenAddress
	}
	return nil
}
