package cloudapi

import (
	"bytes"
	"encoding/json"
	"errors"
	"net/url"
	"slices"
	"strings"
)

// length counts UTF-16 units. Meta does not say whether its limits are in bytes, UTF-16 or code points; UTF-16 is the
// strictest of the two character counts, and clients that pass it pass the other.
func length(s string) int {
	n := 0
	for _, r := range s {
		n++
		if r > 0xFFFF {
			n++
		}
	}
	return n
}

// decode reads raw strictly: a key Meta does not document is refused as Meta refuses it.
func decode(raw json.RawMessage, param string, into any) error {
	if len(raw) == 0 || string(raw) == "null" {
		return Refuse(CodeMissingParameter, "The parameter %s is required.", param)
	}
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.DisallowUnknownFields()
	if err := decoder.Decode(into); err != nil {
		return decodeRefusal(param, err)
	}
	return nil
}

func decodeRefusal(param string, err error) *Error {
	if wrong, ok := errors.AsType[*json.UnmarshalTypeError](err); ok {
		return Refuse(CodeInvalidParameter, "Param %s['%s'] must be a %s.", param, wrong.Field, wrong.Type.Kind())
	}
	if _, key, found := strings.Cut(err.Error(), "unknown field "); found {
		return Refuse(CodeInvalidParameter, "Unexpected key %s on param %q.", key, param)
	}
	return Refuse(CodeInvalidParameter, "Param %s is not valid JSON.", param)
}

// required wants 1 to limit characters that are not all spaces.
func required(param, value string, limit int) error {
	if value == "" {
		return Refuse(CodeMissingParameter, "The parameter %s is required.", param)
	}
	if strings.TrimSpace(value) == "" {
		return Refuse(CodeInvalidValue, "%s must not be blank.", param)
	}
	return optional(param, value, limit)
}

func optional(param, value string, limit int) error {
	if length(value) > limit {
		return Refuse(CodeInvalidValue, "%s length invalid. Min length: 1, Max length: %d", param, limit)
	}
	return nil
}

// plain refuses the marks that format text, in fields where the client shows them raw.
func plain(param, value string) error {
	if strings.ContainsAny(value, "\n*~`") {
		return Refuse(CodeInvalidValue, "%s must not contain new lines or formatting characters.", param)
	}
	return nil
}

func webLink(param, value string) error {
	u, err := url.Parse(value)
	if err != nil || u.Host == "" || (u.Scheme != "http" && u.Scheme != "https") {
		return Refuse(CodeInvalidParameter, "Param %s is not a valid URL.", param)
	}
	return nil
}

func oneOf(param, value string, allowed ...string) error {
	if slices.Contains(allowed, value) {
		return nil
	}
	return Refuse(CodeInvalidParameter, "Param %s must be one of {%s}.", param, strings.ToUpper(strings.Join(allowed, ", ")))
}

// first returns the first error of a list of checks already made.
func first(errs ...error) error {
	for _, err := range errs {
		if err != nil {
			return err
		}
	}
	return nil
}
