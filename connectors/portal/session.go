package portal

import (
	"errors"
	"io"
	"net/http"
	"net/http/cookiejar"

	"github.com/hashicorp/go-retryablehttp"
	"golang.org/x/net/publicsuffix"

	"github.com/jansetu/jansetu/connectors"
)

// maxRedirects within one call; legacy portals bounce two or three times.
const maxRedirects = 5

// Session is one visit to the portal: cookies set by one answer go out with the
// next call. Sessions of a client share its budget, breaker and connections. A
// session is for one citizen and one goroutine at a time, because a portal's
// pages depend on their order.
type Session struct {
	client *Client
	http   *retryablehttp.Client
}

// NewSession starts a visit with an empty cookie jar.
func (c *Client) NewSession() (*Session, error) {
	jar, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, errors.New("portal session: make cookie jar")
	}
	return c.session(jar), nil
}

func (c *Client) session(jar http.CookieJar) *Session {
	retrying := &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     &attemptTransport{next: c.transport, timeout: c.config.Timeouts.Attempt, budget: c.budget},
			CheckRedirect: c.checkRedirect,
			Jar:           jar,
		},
		RetryMax:     1,
		RetryWaitMax: c.options.RetryWait,
		CheckRetry:   c.checkRetry,
		Backoff:      backoff,
		ErrorHandler: retryablehttp.PassthroughErrorHandler,
	}
	return &Session{client: c, http: retrying}
}

// checkRedirect follows a redirect only within the portal, and never lets one
// repeat a body: 307 and 308 would send a POST twice.
func (c *Client) checkRedirect(next *http.Request, via []*http.Request) error {
	if next.URL.Host != c.base.Host || next.URL.Scheme != c.base.Scheme && next.URL.Scheme != "https" {
		return &connectors.ChangedError{Expected: "redirect within the portal", Seen: "redirect to another host"}
	}
	if len(via) > maxRedirects {
		return &connectors.ChangedError{Expected: "a page", Seen: "a loop of redirects"}
	}
	if next.Method != http.MethodGet && next.Method != http.MethodHead {
		return &connectors.ChangedError{Expected: "an answer", Seen: "a redirect that repeats the request"}
	}
	return nil
}

// exchange sends the request and reads the whole answer.
func (s *Session) exchange(request *retryablehttp.Request) (*Response, error) {
	answer, err := s.http.Do(request)
	if answer != nil {
		// The transport has put the whole body into memory, and the error
		// handler above leaves closing to us even on an error.
		defer func() { _ = answer.Body.Close() }()
	}
	if err != nil {
		return nil, err
	}
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return nil, err
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body}, nil
}
