package flows

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"slices"
	"strings"

	"github.com/jansetu/jansetu/catalog"
)

// The actions of a request (Meta, Implementing endpoints: data exchange request).
const (
	actionPing     = "ping"
	actionInit     = "INIT"
	actionBack     = "BACK"
	actionExchange = "data_exchange"
)

var errRequest = errors.New("flow request is not understood")

// request is what a phone asks, decrypted. Phones have been seen to leave the token out, and to send an empty screen and data at INIT.
type request struct {
	Version   string                     `json:"version"`
	Action    string                     `json:"action"`
	Screen    string                     `json:"screen"`
	Data      map[string]json.RawMessage `json:"data"`
	Token     string                     `json:"flow_token"`
	Signature string                     `json:"flow_token_signature"`
}

func parseRequest(plain []byte) (request, error) {
	var asked request
	if err := json.Unmarshal(plain, &asked); err != nil {
		return request{}, errRequest
	}
	return asked, nil
}

// report is what a phone says went wrong on it (Meta, Implementing endpoints: error notification request).
func (r *request) report() (key string, is bool) {
	raw, is := r.Data["error"]
	if !is {
		raw, is = r.Data["error_key"]
	}
	if _, told := r.Data["error_message"]; !is || !told {
		return "", false
	}
	_ = json.Unmarshal(raw, &key) // of no other use than to be logged
	return key, true
}

// signed is whether the token's signature, a JSON web token, is by one of the app's secrets; phones before Flow JSON 7.3 send none. It is read here
// because libraries refuse secrets as short as an app secret may be.
func (r *request) signed(secrets []string) bool {
	if r.Signature == "" {
		return true
	}
	signed, tag, ok := cutLast(r.Signature, ".")
	head, claims, ok2 := strings.Cut(signed, ".")
	signature, err := base64.RawURLEncoding.DecodeString(tag)
	if !ok || !ok2 || err != nil {
		return false
	}
	valid := slices.ContainsFunc(secrets, func(secret string) bool {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write([]byte(signed))
		return secret != "" && hmac.Equal(mac.Sum(nil), signature)
	})
	var header struct {
		Algorithm string `json:"alg"`
	}
	var claimed struct {
		Token string `json:"flow_token"`
	}
	return valid && unmarshal64(head, &header) && header.Algorithm == "HS256" && unmarshal64(claims, &claimed) &&
		(claimed.Token == "" || claimed.Token == r.Token)
}

func cutLast(text, mark string) (before, after string, found bool) {
	at := strings.LastIndex(text, mark)
	if at < 0 {
		return text, "", false
	}
	return text[:at], text[at+len(mark):], true
}

func unmarshal64(part string, into any) bool {
	raw, err := base64.RawURLEncoding.DecodeString(part)
	return err == nil && json.Unmarshal(raw, into) == nil
}

// reply is the answer to a phone.
type reply struct {
	Screen string `json:"screen,omitempty"`
	Data   any    `json:"data"`
}

// success ends the form. Its parameters come back in the chat, so that they hold the token and nothing that the citizen wrote.
func success(token string) reply {
	return reply{Screen: successScreen, Data: map[string]any{
		"extension_message_response": map[string]any{"params": map[string]string{"flow_token": token}},
	}}
}

// typed reads what came for a field that is typed or chosen: a text, a number as it was written, or the yes of a declaration.
func typed(field *catalog.Field, raw json.RawMessage) (Given, error) {
	decoder := json.NewDecoder(bytes.NewReader(raw))
	decoder.UseNumber()
	var value any
	if len(raw) > 0 && decoder.Decode(&value) != nil {
		return Given{}, errRequest
	}
	switch value := value.(type) {
	case nil:
		return Given{}, nil
	case string:
		return Given{Text: strings.TrimSpace(value)}, nil
	case json.Number:
		return Given{Text: value.String()}, nil
	case bool:
		if value && asOptIn(field) {
			return Given{Text: field.Choices[0].ID}, nil
		}
		return Given{}, nil
	}
	return Given{}, errRequest
}
