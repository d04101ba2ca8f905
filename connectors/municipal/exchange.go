package municipal

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"strings"

	"github.com/jansetu/jansetu/connectors"
	"github.com/jansetu/jansetu/connectors/portal"
)

// errUnreadable says that an answer is not in the shape we know.
var errUnreadable = errors.New("answer is not in the known shape")

// refusedToken is the RefusedError.Code by which a check tells that the token is
// no good, which proves that the call did nothing.
const refusedToken = "token"

// exchange is one call of DIGIT.
type exchange struct {
	operation, path string
	query           url.Values
	// body is sent with a RequestInfo added.
	body map[string]any
	// raw replaces body for what is not JSON; its type is contentType.
	raw         []byte
	contentType string
	// reference marks a change; see portal.Request.
	reference string
	// expected describes the answer in our words.
	expected string
	// read answers errUnreadable, or wraps a decoding error, for what it does
	// not know.
	read func(body []byte) error
	// meaning turns an error code into an error; nil for one it does not know.
	meaning func(fault fault) error
}

// fault is one entry of DIGIT's Errors.
type fault struct {
	Code    string `json:"code"`
	Message string `json:"message"`
}

// call makes the exchange with a token, and once more when the token turns out
// to be no good.
func (c *Connector) call(ctx context.Context, exchange exchange) error {
	stale := ""
	for range 2 {
		held, err := c.login.take(ctx, stale)
		if err != nil {
			return err
		}
		err = c.send(ctx, exchange, held)
		if refused, ok := errors.AsType[*connectors.RefusedError](err); !ok || refused.Code != refusedToken {
			return err
		}
		stale = held.access
	}
	return &connectors.ChangedError{Expected: "a fresh token to be accepted", Seen: "unauthorized"}
}

func (c *Connector) send(ctx context.Context, exchange exchange, held token) error {
	request := portal.Request{
		Operation: exchange.operation, Method: http.MethodPost, Path: exchange.path, Query: exchange.query,
		Body: exchange.raw, ContentType: exchange.contentType, Reference: exchange.reference,
		Header: http.Header{"Auth-Token": {held.access}},
		Check:  exchange.judge,
	}
	if exchange.raw == nil {
		body, err := exchange.envelope(c, held)
		if err != nil {
			return err
		}
		request.Body, request.ContentType = body, "application/json"
	}
	_, err := c.client.Do(ctx, request)
	return err
}

// envelope adds the RequestInfo that every DIGIT body has.
func (e exchange) envelope(c *Connector, held token) ([]byte, error) {
	body := map[string]any{"RequestInfo": map[string]any{
		"apiId": "jansetu", "ver": "1.0", "ts": c.clock().UnixMilli(), "action": e.operation, "did": "1", "key": "",
		"msgId": "jansetu|en_IN", "authToken": held.access, "userInfo": held.user,
	}}
	maps.Copy(body, e.body)
	text, err := json.Marshal(body)
	if err != nil {
		return nil, fmt.Errorf("write request: %w", err)
	}
	return text, nil
}

func (e exchange) judge(response *portal.Response) error {
	text, err := response.Text()
	if err != nil {
		return knownPages().Unexpected(response, e.expected)
	}
	faults := faultsIn(text)
	switch {
	case response.Status == http.StatusUnauthorized:
		return &connectors.RefusedError{Code: refusedToken}
	case len(faults) > 0:
		return e.faulty(response, faults)
	case response.Status/100 != 2:
		return knownPages().Unexpected(response, e.expected)
	}
	err = e.read([]byte(text))
	if err != nil && connectors.ClassOf(err) == connectors.ClassInternal {
		return knownPages().Unexpected(response, e.expected)
	}
	return err
}

// faultsIn reads DIGIT's errors; the list has two spellings.
func faultsIn(text string) []fault {
	if !strings.Contains(text, `rror`) {
		return nil
	}
	var answer struct {
		Errors []fault `json:"Errors"`
		Error  *fault  `json:"Error"`
	}
	if json.Unmarshal([]byte(text), &answer) != nil {
		return nil
	}
	if answer.Error != nil {
		answer.Errors = append(answer.Errors, *answer.Error)
	}
	return answer.Errors
}

// faulty answers the first error that means something to the call.
func (e exchange) faulty(response *portal.Response, faults []fault) error {
	for _, told := range faults {
		if strings.Contains(told.Code, "InvalidAccessToken") || strings.EqualFold(told.Code, "unauthorized") {
			return &connectors.RefusedError{Code: refusedToken}
		}
		if e.meaning == nil {
			continue
		}
		if err := e.meaning(told); err != nil {
			return err
		}
	}
	return knownPages().Unexpected(response, e.expected)
}

func decode(body []byte, into any) error {
	if err := json.Unmarshal(body, into); err != nil {
		return fmt.Errorf("%w: %w", errUnreadable, err)
	}
	return nil
}

func knownPages() portal.Markers {
	return portal.Markers{
		Maintenance: []string{"under maintenance", "scheduled maintenance"},
		Failure: []string{
			"server error in", "runtime error", "service unavailable", "internal server error", "bad gateway",
			"unhandled_exception", "connection refused",
		},
	}
}

// stateOf answers the state's part of a tenant; "pb" of "pb.amritsar".
func stateOf(tenant string) string {
	state, _, _ := strings.Cut(tenant, ".")
	return state
}
