package bus

import (
	"context"
	"encoding/json"
	"encoding/xml"
	"errors"
	"net/http"
	"net/url"
	"time"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// outcome heads every answer behind the agent's login, in XML and JSON alike.
type outcome struct {
	Status  string `json:"status"  xml:"status"`
	Code    string `json:"code"    xml:"code"`
	Message string `json:"message" xml:"message"`
	Field   string `json:"field"   xml:"field"`
}

// errUnknownOutcome says that an answer's head is none we know.
var errUnknownOutcome = errors.New("neither a success nor a failure we know")

// failure is the error that an answer stands for; nil for a success.
func (o outcome) failure() error {
	if o.Status == "SUCCESS" {
		return nil
	}
	if code, known := refusals()[o.Code]; known {
		return &connectors.RefusedError{Code: code, Reason: o.Message}
	}
	switch {
	case o.Code == "E101" && o.Field != "":
		return &connectors.InputRejectedError{Field: o.Field, Reason: o.Message}
	case o.Code == "E302":
		return &connectors.NotFoundError{What: "booking"}
	case o.Code == "E303":
		return &connectors.NotFoundError{What: "cancellation"}
	case o.Code == "E901":
		return &connectors.UnavailableError{Reason: connectors.ReasonServerError, RetryAfter: busyWait}
	default:
		return errUnknownOutcome
	}
}

// busyWait is the pause after the portal says that it is too busy and did
// nothing.
const busyWait = 30 * time.Second

// refusals are the portal's codes of a final no.
func refusals() map[string]string {
	return map[string]string{
		"E201": RefusedNotRunning, "E202": connectors.RefusedTooLate, "E204": connectors.RefusedSoldOut,
		"E205": connectors.RefusedHoldExpired, "E206": connectors.RefusedAmount, "E207": RefusedLadiesSeat,
		"E208": connectors.RefusedDuplicate,
	}
}

// call makes one call as the agent. decode reads the answer's head and the rest;
// accept judges a success and tells what it should have been.
type call struct {
	portal.Request
	// expected describes the answer in our words.
	expected string
	// decode reads the whole answer and returns its head.
	decode func(text string) (outcome, error)
	// accept tells whether a success says what it must; nil accepts all.
	accept func() bool
}

func (c *Connector) call(ctx context.Context, made call) error {
	request := c.authorized(made.Request)
	request.Check = made.judge
	_, err := c.client.Do(ctx, request)
	return err
}

func (made call) judge(response *portal.Response) error {
	text, err := response.Text()
	if err != nil || response.Status/100 != 2 {
		return markers().Unexpected(response, made.expected)
	}
	head, err := made.decode(text)
	if err != nil {
		return markers().Unexpected(response, made.expected)
	}
	failure := head.failure()
	if errors.Is(failure, errUnknownOutcome) || failure == nil && made.accept != nil && !made.accept() {
		return markers().Unexpected(response, made.expected)
	}
	return failure
}

// answer is a pointer to what a call reads, with its head.
type answer interface{ head() outcome }

func (o outcome) head() outcome { return o }

func fromJSON(into answer) func(string) (outcome, error) {
	return func(text string) (outcome, error) {
		err := json.Unmarshal([]byte(text), into)
		return into.head(), err
	}
}

func fromXML(into answer) func(string) (outcome, error) {
	return func(text string) (outcome, error) {
		err := xml.Unmarshal([]byte(text), into)
		return into.head(), err
	}
}

func get(operation, path string, query url.Values) portal.Request {
	return portal.Request{Operation: operation, Method: http.MethodGet, Path: path, Query: query}
}

// post sends a body that is marked as a change under the reference; empty for a
// call that may be repeated.
func post(operation, path, reference string, body any) (portal.Request, error) {
	text, err := json.Marshal(body)
	return portal.Request{
		Operation: operation, Method: http.MethodPost, Path: path, Reference: reference,
		Body: text, ContentType: "application/json",
	}, err
}

// moment reads a date with a time of day; zero for what is none.
func moment(text string) time.Time {
	at, err := time.ParseInLocation(dateTimeLayout, text, connectors.IndianTime)
	if err != nil {
		return time.Time{}
	}
	return at
}

// paise reads an amount; -1, which no fare is, for what is none.
func paise(text string) connectors.Paise {
	amount, err := connectors.ParsePaise(text)
	if err != nil {
		return -1
	}
	return amount
}
