package portal

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"strings"
	"unicode/utf8"

	"golang.org/x/net/html/charset"

	"github.com/jansetu/jansetu/connectors"
)

// Response is a whole answer, read within its limit.
type Response struct {
	Status int
	Header http.Header
	// Body is decompressed and not yet decoded; see Text.
	Body []byte
	// URL is the address that answered, after redirects.
	URL *url.URL

	// text is what Text made of Body; nil until it was asked.
	text *string
}

// Resolve makes an address of a link or a form's action on the page. One that
// leads off the portal's host is a ChangedError.
func (r *Response) Resolve(reference string) (*url.URL, error) {
	relative, err := url.Parse(strings.TrimSpace(reference))
	if err != nil || r.URL == nil {
		return nil, &connectors.ChangedError{Expected: "an address within the portal", Seen: "no address"}
	}
	target := r.URL.ResolveReference(relative)
	if target.Host != r.URL.Host || (target.Scheme != r.URL.Scheme && target.Scheme != "https") {
		return nil, &connectors.ChangedError{Expected: "an address within the portal", Seen: "an address of another host"}
	}
	target.Fragment = ""
	return target, nil
}

// MediaType is the answer's media type without parameters, in lower case; empty
// when missing or malformed.
func (r *Response) MediaType() string {
	mediaType, _, err := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if err != nil {
		return ""
	}
	return mediaType
}

var utf8BOM = []byte("\xef\xbb\xbf")

// Text is the body as UTF-8. Bytes that already are UTF-8 stay as they are,
// whatever the portal declares, because many declare ISO-8859-1 and send UTF-8;
// otherwise the declaration or the page's own meta element decides. It decodes once:
// neither Body nor the header may change afterwards. It is for one goroutine.
func (r *Response) Text() (string, error) {
	if r.text != nil {
		return *r.text, nil
	}
	text, err := r.decode()
	if err == nil {
		r.text = &text
	}
	return text, err
}

func (r *Response) decode() (string, error) {
	body := bytes.TrimPrefix(r.Body, utf8BOM)
	if utf8.Valid(body) {
		return string(body), nil
	}
	encoding, name, _ := charset.DetermineEncoding(body, r.Header.Get("Content-Type"))
	decoded, err := encoding.NewDecoder().Bytes(body)
	if err != nil {
		return "", fmt.Errorf("decode answer as %s: %w", name, err)
	}
	return string(decoded), nil
}
