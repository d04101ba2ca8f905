package recording

import (
	"fmt"
	"mime"
	"net/http"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"gopkg.in/dnaeon/go-vcr.v4/pkg/cassette"
)

// Redaction says what of a session may be kept.
type Redaction struct {
	// Private are texts that are about people, such as the name and the number
	// that the session was recorded with.
	Private []string
	// KeepFields are names of form fields and query parameters whose values may
	// be kept, such as that of a service's number. Replay tells requests apart
	// by them.
	KeepFields []string
}

// host stands for the portal in a recording.
const host = "portal.invalid"

// hidden is what stands for a value.
const hidden = "REDACTED"

var (
	longNumber = regexp.MustCompile(`\d{6,}`)
	spaced     = regexp.MustCompile(`\d{4} \d{4} \d{4}`)
	address    = regexp.MustCompile(`[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+\.[A-Za-z]{2,}`)
	// state matches the value of a hidden field that is long enough to hold
	// more than a token: view state keeps what people typed.
	state = regexp.MustCompile(`[A-Za-z0-9+/=_-]{64,}`)
	digit = regexp.MustCompile(`\d`)
)

// text takes out of a page what could be about people.
func (r Redaction) text(page string) string {
	for i, private := range r.Private {
		if private != "" {
			page = regexp.MustCompile(`(?i)`+regexp.QuoteMeta(private)).ReplaceAllLiteralString(page, fmt.Sprintf("PERSON%d", i+1))
		}
	}
	page = address.ReplaceAllLiteralString(page, "citizen@example.invalid")
	page = state.ReplaceAllLiteralString(page, hidden)
	page = spaced.ReplaceAllLiteralString(page, "9999 9999 9999")
	return longNumber.ReplaceAllStringFunc(page, func(run string) string { return digit.ReplaceAllLiteralString(run, "9") })
}

// values hides all values but those of KeepFields.
func (r Redaction) values(values url.Values) url.Values {
	kept := url.Values{}
	for name, list := range values {
		for _, value := range list {
			if value != "" && !slices.Contains(r.KeepFields, name) {
				value = hidden
			}
			kept.Add(name, value)
		}
	}
	return kept
}

// interaction redacts one exchange, before it is written.
func (r Redaction) interaction(exchange *cassette.Interaction) error {
	request := &exchange.Request
	asked, err := url.Parse(request.URL)
	if err != nil {
		return fmt.Errorf("redact recording: %w", err)
	}
	original := asked.Host
	asked.Scheme, asked.Host, asked.RawQuery = "http", host, r.values(asked.Query()).Encode()
	request.URL, request.Host, request.RequestURI, request.RemoteAddr = asked.String(), host, "", ""
	request.Body = r.requestBody(request.Headers.Get("Content-Type"), request.Body)
	request.Form, request.ContentLength = nil, int64(len(request.Body))
	request.Headers = only(request.Headers, "Content-Type", "X-Microsoftajax", "Faces-Request", "Soapaction")

	response := &exchange.Response
	cookies := cookieNames(response.Headers)
	location := response.Headers.Get("Location")
	response.Headers = only(response.Headers, "Content-Type", "Retry-After")
	for _, name := range cookies {
		response.Headers.Add("Set-Cookie", name+"="+hidden+"; Path=/")
	}
	if location != "" {
		response.Headers.Set("Location", strings.ReplaceAll(r.text(location), original, host))
	}
	response.Body = r.responseBody(response.Headers.Get("Content-Type"), strings.ReplaceAll(response.Body, original, host))
	response.ContentLength, response.TransferEncoding, response.Uncompressed = int64(len(response.Body)), nil, false
	return nil
}

func (r Redaction) requestBody(contentType, body string) string {
	mediaType, _, err := mime.ParseMediaType(contentType)
	switch {
	case body == "":
		return ""
	case err == nil && mediaType == "application/x-www-form-urlencoded":
		values, err := url.ParseQuery(body)
		if err != nil {
			return hidden
		}
		return r.values(values).Encode()
	default:
		return hidden
	}
}

// responseBody keeps pages; a picture or a document is a person's.
func (r Redaction) responseBody(contentType, body string) string {
	mediaType, _, err := mime.ParseMediaType(contentType)
	readable := strings.HasPrefix(mediaType, "text/") || strings.Contains(mediaType, "json") || strings.Contains(mediaType, "xml")
	switch {
	case err == nil && readable || contentType == "":
		return r.text(body)
	case mediaType == "application/pdf":
		return "%PDF-1.4\n% " + hidden + "\n%%EOF\n"
	default:
		return hidden
	}
}

func only(header http.Header, names ...string) http.Header {
	kept := http.Header{}
	for _, name := range names {
		if values := header.Values(name); len(values) > 0 {
			kept[http.CanonicalHeaderKey(name)] = values
		}
	}
	return kept
}

func cookieNames(header http.Header) []string {
	response := http.Response{Header: header}
	cookies := response.Cookies()
	names := make([]string, 0, len(cookies))
	for _, cookie := range cookies {
		names = append(names, cookie.Name)
	}
	return names
}
