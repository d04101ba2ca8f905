package portal

import (
	"errors"
	"net/http"
	"net/http/cookiejar"
	"net/url"
	"slices"
	"sync"
	"time"

	"golang.org/x/net/publicsuffix"
)

// jar is a cookie jar that can be written down: the standard one keeps its
// cookies to itself.
type jar struct {
	http.CookieJar
	clock func() time.Time

	mu   sync.Mutex
	kept []keptCookie
}

// keptCookie is a cookie as the portal set it, with the address it came from,
// which decides where it goes back to.
type keptCookie struct {
	From    string `json:"from"`
	Name    string `json:"name"`
	Value   string `json:"value"`
	Path    string `json:"path,omitempty"`
	Domain  string `json:"domain,omitempty"`
	Secure  bool   `json:"secure,omitempty"`
	Expires int64  `json:"expires,omitempty"` // Unix seconds; 0 is with the session
}

func newJar(clock func() time.Time) (*jar, error) {
	inner, err := cookiejar.New(&cookiejar.Options{PublicSuffixList: publicsuffix.List})
	if err != nil {
		return nil, errors.New("portal session: make cookie jar")
	}
	return &jar{CookieJar: inner, clock: clock}, nil
}

// SetCookies implements http.CookieJar.
func (j *jar) SetCookies(from *url.URL, cookies []*http.Cookie) {
	j.CookieJar.SetCookies(from, cookies)
	j.mu.Lock()
	defer j.mu.Unlock()
	for _, cookie := range cookies {
		j.keep(from, cookie)
	}
}

// keep needs the lock.
func (j *jar) keep(from *url.URL, cookie *http.Cookie) {
	address := url.URL{Scheme: from.Scheme, Host: from.Host, Path: from.Path}
	made := keptCookie{
		From: address.String(), Name: cookie.Name, Value: cookie.Value,
		Path: cookie.Path, Domain: cookie.Domain, Secure: cookie.Secure,
	}
	j.kept = slices.DeleteFunc(j.kept, func(old keptCookie) bool {
		return old.Name == made.Name && old.Path == made.Path && old.Domain == made.Domain
	})
	now := j.clock()
	switch {
	case cookie.MaxAge < 0 || (cookie.MaxAge == 0 && !cookie.Expires.IsZero() && !cookie.Expires.After(now)):
		return
	case cookie.MaxAge > 0:
		made.Expires = now.Add(time.Duration(cookie.MaxAge) * time.Second).Unix()
	case !cookie.Expires.IsZero():
		made.Expires = cookie.Expires.Unix()
	}
	j.kept = append(j.kept, made)
}

func (j *jar) cookies() []keptCookie {
	j.mu.Lock()
	defer j.mu.Unlock()
	return slices.Clone(j.kept)
}

// restore puts cookies back that were written down.
func (j *jar) restore(cookies []keptCookie) error {
	for _, kept := range cookies {
		from, err := url.Parse(kept.From)
		if err != nil {
			return errors.New("portal session: a cookie of no address")
		}
		//nolint:gosec // the portal's own cookie, as the portal set it
		cookie := &http.Cookie{Name: kept.Name, Value: kept.Value, Path: kept.Path, Domain: kept.Domain, Secure: kept.Secure}
		if kept.Expires != 0 {
			cookie.Expires = time.Unix(kept.Expires, 0)
		}
		j.SetCookies(from, []*http.Cookie{cookie})
	}
	return nil
}
