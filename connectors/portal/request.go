package portal

import (
	"bytes"
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"

	"github.com/hashicorp/go-retryablehttp"
)

// Request is one call of a portal.
type Request struct {
	// Operation names the call in metrics; one of a few fixed words.
	Operation string
	Method    string
	// Path is relative to the portal's base address.
	Path  string
	Query url.Values
	// URL takes the place of Path and Query: an address that the portal itself
	// gave on a page, from Response.Resolve. It must be on the portal's host.
	URL    *url.URL
	Header http.Header
	Body   []byte
	// ContentType of Body.
	ContentType string
	// Username and Password are sent as HTTP Basic credentials when set.
	Username, Password string
	// Reference marks a request that changes something at the portal, under
	// this key of ours. Once such a request may have been sent, every failure
	// that does not prove that nothing happened is an OutcomeUnknownError.
	Reference string
	// Check judges an answer with a status below 500 other than 429, before
	// it counts as the portal's success. A nil Check accepts 2xx.
	Check func(*Response) error
	// CheckFailure looks at an answer with a status of 500 or above, other than
	// 503, before it is called unavailable. Some portals put their reason into
	// it: a SOAP fault, a lost view state. Nil, or a nil result, leaves it at
	// unavailable.
	CheckFailure func(*Response) error
	// MaxBody limits the answer in bytes; DefaultMaxBody when zero.
	MaxBody int64
}

// isSafe tells whether sending twice is harmless, which a method alone decides:
// legacy portals read by POST too, but nobody promises it.
func (r Request) isSafe() bool {
	return (r.Method == http.MethodGet || r.Method == http.MethodHead) && r.Reference == ""
}

func (r Request) bodyLimit() int64 {
	if r.MaxBody > 0 {
		return r.MaxBody
	}
	return DefaultMaxBody
}

func (s *Session) build(ctx context.Context, request Request) (*retryablehttp.Request, error) {
	target, err := s.client.resolve(request)
	if err != nil {
		return nil, err
	}
	built, err := retryablehttp.NewRequestWithContext(ctx, request.Method, target.String(), bodyOf(request))
	if err != nil {
		return nil, fmt.Errorf("portal request: method %q is not usable", request.Method)
	}
	maps.Copy(built.Header, request.Header)
	built.Header.Set("User-Agent", s.client.options.UserAgent)
	if request.ContentType != "" {
		built.Header.Set("Content-Type", request.ContentType)
	}
	if request.Username != "" {
		built.SetBasicAuth(request.Username, request.Password)
	}
	return built, nil
}

// bodyOf keeps a missing body an untyped nil, which retryablehttp asks for.
func bodyOf(request Request) any {
	if request.Body == nil {
		return nil
	}
	return bytes.NewReader(request.Body)
}
