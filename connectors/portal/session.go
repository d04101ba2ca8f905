package portal

import (
	"io"
	"net/http"

	"github.com/hashicorp/go-retryablehttp"

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
	jar    *jar // nil without cookies
	asked  int  // how many questions the portal put to the citizen
}

// NewSession starts a visit with an empty cookie jar.
func (c *Client) NewSession() (*Session, error) {
	cookies, err := newJar(c.options.Clock)
	if err != nil {
		return nil, err
	}
	session := c.session(cookies)
	session.jar = cookies
	return session, nil
}

func (c *Client) session(cookies http.CookieJar) *Session {
	retrying := &retryablehttp.Client{
		HTTPClient: &http.Client{
			Transport:     &attemptTransport{next: c.transport, timeout: c.config.Timeouts.Attempt, budget: c.budget, buffers: &c.buffers},
			CheckRedirect: c.checkRedirect,
			Jar:           cookies,
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
	body, err := contentOf(answer)
	if err != nil {
		return nil, err
	}
	return &Response{Status: answer.StatusCode, Header: answer.Header, Body: body, URL: answer.Request.URL}, nil
}

// contentOf takes the body that the transport has read, and reads any other.
func contentOf(answer *http.Response) ([]byte, error) {
	if whole, ok := answer.Body.(*wholeBody); ok {
		return whole.content, nil
	}
	return io.ReadAll(answer.Body)
}
