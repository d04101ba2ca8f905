package portal

import (
	"bytes"
	"fmt"
	"mime"
	"net/http"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
)

// Response is a whole answer, read within its limit.
type Response struct {
	Status int
	Header http.Header
	// Body is decompressed and not yet decoded; see Text.
	Body []byte
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
// otherwise the declaration or the page's own meta element decides.
func (r *Response) Text() (string, error) {
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
