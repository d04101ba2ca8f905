package open311

import (
	"bytes"
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"fmt"
	"io"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// The formats of an endpoint.
const (
	formatJSON = "json"
	formatXML  = "xml"
)

// errUnreadable says that an answer is not in the shape we know.
var errUnreadable = errors.New("answer is not in the known shape")

// text is a value that servers write as a string, a number or a boolean.
type text string

// UnmarshalJSON takes any scalar; null and anything else are empty.
func (t *text) UnmarshalJSON(data []byte) error {
	*t = ""
	var written string
	if json.Unmarshal(data, &written) == nil {
		*t = text(strings.TrimSpace(written))
		return nil
	}
	if plain := string(data); plain != "null" && !strings.ContainsAny(plain, "{}[]") {
		*t = text(plain)
	}
	return nil
}

func (t text) String() string { return strings.TrimSpace(string(t)) }

func (t text) isTrue() bool { return strings.EqualFold(t.String(), "true") }

// moment reads a W3C date and time; zero when it is missing or odd.
func (t text) moment() time.Time {
	at, err := time.Parse(time.RFC3339, t.String())
	if err != nil {
		return time.Time{}
	}
	return at.In(connectors.IndianTime)
}

type serviceWire struct {
	Code        text `json:"service_code" xml:"service_code"`
	Name        text `json:"service_name" xml:"service_name"`
	Description text `json:"description" xml:"description"`
	Metadata    text `json:"metadata" xml:"metadata"`
	Type        text `json:"type" xml:"type"`
	Keywords    text `json:"keywords" xml:"keywords"`
	Group       text `json:"group" xml:"group"`
}

type definitionWire struct {
	Attributes []attributeWire `json:"attributes" xml:"attributes>attribute"`
}

type attributeWire struct {
	Variable    text        `json:"variable" xml:"variable"`
	Code        text        `json:"code" xml:"code"`
	Datatype    text        `json:"datatype" xml:"datatype"`
	Required    text        `json:"required" xml:"required"`
	Order       text        `json:"order" xml:"order"`
	Description text        `json:"description" xml:"description"`
	Values      []valueWire `json:"values" xml:"values>value"`
}

type valueWire struct {
	Key  text `json:"key" xml:"key"`
	Name text `json:"name" xml:"name"`
}

type requestWire struct {
	ID          text `json:"service_request_id" xml:"service_request_id"`
	Token       text `json:"token" xml:"token"`
	Status      text `json:"status" xml:"status"`
	Notes       text `json:"status_notes" xml:"status_notes"`
	Code        text `json:"service_code" xml:"service_code"`
	Description text `json:"description" xml:"description"`
	Agency      text `json:"agency_responsible" xml:"agency_responsible"`
	Requested   text `json:"requested_datetime" xml:"requested_datetime"`
	Updated     text `json:"updated_datetime" xml:"updated_datetime"`
	Expected    text `json:"expected_datetime" xml:"expected_datetime"`
	UpdateID    text `json:"update_id" xml:"update_id"`
}

type errorWire struct {
	Code        text `json:"code" xml:"code"`
	Description text `json:"description" xml:"description"`
}

// readList reads a list of T, or one T in its place.
func readList[T any](format, body string) ([]T, error) {
	if format == formatXML {
		return readXMLList[T](body)
	}
	var list []T
	if json.Unmarshal([]byte(body), &list) == nil && list != nil {
		return list, nil
	}
	var one T
	if !strings.HasPrefix(strings.TrimSpace(body), "{") || json.Unmarshal([]byte(body), &one) != nil {
		return nil, errUnreadable
	}
	return []T{one}, nil
}

// lists are the names of the elements that hold a list; another page that
// happens to be XML is not one.
var lists = map[string]bool{
	"services": true, "service_requests": true, "errors": true, "service_request_updates": true,
	"service_definitions": true,
}

func readXMLList[T any](body string) ([]T, error) {
	var document struct {
		XMLName xml.Name
		Items   []T `xml:",any"`
	}
	if err := decodeXML(body, &document); err != nil || !lists[document.XMLName.Local] {
		return nil, errUnreadable
	}
	return document.Items, nil
}

func decodeXML(body string, into any) error {
	decoder := xml.NewDecoder(bytes.NewReader([]byte(body)))
	decoder.CharsetReader = asItIs
	if err := decoder.Decode(into); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

// asItIs leaves alone what portal.Response.Text has made UTF-8 already, whatever
// the document declares.
func asItIs(_ string, input io.Reader) (io.Reader, error) { return input, nil }

// exchange is one call of the endpoint.
type exchange struct {
	operation, path string
	query           url.Values
	// form makes it a POST.
	form url.Values
	// reference marks a change; see portal.Request.
	reference string
	// expected describes the answer in our words.
	expected string
	// read answers errUnreadable for what it does not know.
	read func(body string) error
	// meaning turns an error of the server into one of ours; nil for one it
	// does not know.
	meaning func(status int, told errorWire) error
}

func (c *Connector) call(ctx context.Context, exchange exchange) error {
	request := portal.Request{
		Operation: exchange.operation, Method: http.MethodGet, Path: exchange.path + "." + c.terms.format,
		Query: exchange.query, Reference: exchange.reference,
		Check: func(response *portal.Response) error { return c.judge(exchange, response) },
	}
	if exchange.form != nil {
		request.Method, request.Body = http.MethodPost, []byte(exchange.form.Encode())
		request.ContentType = "application/x-www-form-urlencoded; charset=utf-8"
	}
	_, err := c.client.Do(ctx, request)
	return err
}

func (c *Connector) judge(exchange exchange, response *portal.Response) error {
	body, err := response.Text()
	if err == nil {
		if response.Status/100 == 2 {
			err = exchange.read(body)
		} else {
			err = c.failure(exchange, response.Status, body)
		}
	}
	if err != nil && connectors.ClassOf(err) == connectors.ClassInternal {
		return knownPages().Unexpected(response, exchange.expected)
	}
	return err
}

func (c *Connector) failure(exchange exchange, status int, body string) error {
	errorsTold, err := readList[errorWire](c.terms.format, body)
	if err != nil {
		return err
	}
	for _, told := range errorsTold {
		if told.Code == "" && told.Description == "" {
			continue
		}
		if status == http.StatusForbidden || status == http.StatusUnauthorized {
			return &connectors.ChangedError{Expected: "our key and jurisdiction to be accepted", Seen: fmt.Sprintf("status %d", status)}
		}
		if exchange.meaning != nil {
			if err := exchange.meaning(status, told); err != nil {
				return err
			}
		}
	}
	return errUnreadable
}

func knownPages() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance"},
		Failure:     []string{"server error in", "runtime error", "service unavailable", "internal server error", "bad gateway"},
	}
}

// place answers the jurisdiction of a call.
func (c *Connector) place(tenant string) string {
	if tenant != "" {
		return tenant
	}
	return c.terms.jurisdiction
}

// within starts the parameters of a read.
func within(jurisdiction string) url.Values {
	if jurisdiction == "" {
		return url.Values{}
	}
	return url.Values{"jurisdiction_id": {jurisdiction}}
}
